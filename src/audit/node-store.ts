/** The stored hashes of the log's tree: leaves in audit_leaf, complete subtrees above them in audit_node. */
import type { Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { NodeId } from './tree.ts'

/** Reads the hashes of these nodes, in their order, by one query. Throws AUDIT_DAMAGED if one is not there. */
export async function readNodes(sql: Sql, nodes: readonly NodeId[]): Promise<Buffer[]> {
  if (nodes.length === 0) return []
  const rows = await sql.query<{ place: number; hash: Buffer }>(
    `with wanted as (
       select level, position, place
         from unnest($1::smallint[], $2::bigint[]) with ordinality as w (level, position, place)
     )
     select w.place, n.hash from wanted w join audit_node n using (level, position)
     union all
     select w.place, l.leaf_hash from wanted w join audit_leaf l on l.sequence = w.position where w.level = 0`,
    [nodes.map(node => node.level), nodes.map(node => node.position)],
    'audit-nodes',
  )
  const hashes = new Map(rows.map(row => [row.place, row.hash]))
  return nodes.map(({ level, position }, index) => {
    const hash = hashes.get(index + 1)
    if (!hash) throw new HoldfastError('AUDIT_DAMAGED', `node ${level}/${position} of the log's tree is gone`)
    return hash
  })
}
