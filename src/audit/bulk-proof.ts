/**
 * Proofs of many entries against one head of the log, in a few statements: for an export, whose thousands of batches
 * are all shown to be under the same checkpoint.
 */
import type { Sql } from '../database/database.ts'
import { ENTRY_COLUMNS, type EntryRow, entryBytes, fieldsOf } from './entry.ts'
import { readNodes } from './node-store.ts'
import { consistencyPlan, inclusionPlan, type NodeId } from './tree.ts'

/** A checkpoint, as the signed note, and the size of its tree. */
export type LogHead = { readonly note: string; readonly size: number }

/** An entry's place in the tree of a head. */
type PlacedEntry = {
  readonly subject: string
  /** The entry's bytes, as text. */
  readonly leaf: string
  readonly sequence: number
  readonly path: readonly Buffer[]
}

/** The way from the tree of an earlier checkpoint to that of a head. */
type HeadLink = { readonly size: number; readonly path: readonly Buffer[] }

/** Paths made from one reading of nodes: each shares most of its nodes with the others. */
const PATHS_AT_ONCE = 256

/** The newest checkpoint; null while there is none. */
export async function newestHead(sql: Sql): Promise<LogHead | null> {
  const [row] = await sql.query<LogHead>(
    'select note, tree_size as size from audit_checkpoint order by tree_size desc limit 1',
  )
  return row ?? null
}

/** How many of these entries, and of those of `act` about `subjects`, have no leaf yet. */
export async function countWaiting(
  sql: Sql,
  { entryIds, act, subjects }: { entryIds: readonly string[]; act: string; subjects: readonly string[] },
): Promise<number> {
  const [row] = await sql.query<{ waiting: number }>(
    `select count(*) as waiting from audit_unsequenced u join audit_entry e using (entry_id)
      where u.entry_id = any($1::uuid[]) or (e.act = $2 and e.subject = any($3::text[]))`,
    [entryIds, act, subjects],
  )
  return row!.waiting
}

/**
 * The entries of `act` about each of `subjects`, the first where there are several, in the order of their leaves.
 * What is not under the head is left out. Throws AUDIT_DAMAGED if the tree's nodes are not there.
 */
export async function placeEntries(
  sql: Sql,
  head: LogHead,
  { act, subjects }: { act: string; subjects: readonly string[] },
): Promise<PlacedEntry[]> {
  const rows = await sql.query<EntryRow & { sequence: number }>(
    `select * from (
       select distinct on (e.subject) ${ENTRY_COLUMNS}, l.sequence
         from audit_entry e join audit_leaf l using (entry_id)
        where e.act = $1 and e.subject = any($2::text[]) and l.sequence < $3
        order by e.subject, l.sequence) as placed
      order by sequence`,
    [act, subjects, head.size],
  )
  const placed: PlacedEntry[] = []
  for (let from = 0; from < rows.length; from += PATHS_AT_ONCE) {
    const some = rows.slice(from, from + PATHS_AT_ONCE)
    const plans = some.map(row => inclusionPlan(row.sequence, head.size))
    const paths = await readPaths(sql, plans)
    for (const [index, row] of some.entries())
      placed.push({
        subject: row.subject,
        leaf: entryBytes(fieldsOf(row)).toString(),
        sequence: row.sequence,
        path: paths[index]!,
      })
  }
  return placed
}

/**
 * Ways to the head from checkpoints that somebody may have kept: the last of each day (UTC), and the last of each hour
 * of the head's last two days, which is what stays in object storage and in a mirror. Newest first.
 */
export async function* linkHeads(sql: Sql, head: LogHead): AsyncGenerator<HeadLink> {
  const rows = await sql.query<{ size: number }>(
    `with earlier as (
       select tree_size, at, max(at) over () as last from audit_checkpoint where tree_size < $1
     )
     select max(tree_size) as size from earlier
      group by date_trunc('day', at, 'UTC'),
               case when at > last - interval '2 days' then date_trunc('hour', at, 'UTC') end
      order by 1 desc`,
    [head.size],
  )
  for (let from = 0; from < rows.length; from += PATHS_AT_ONCE) {
    const some = rows.slice(from, from + PATHS_AT_ONCE)
    const paths = await readPaths(
      sql,
      some.map(({ size }) => consistencyPlan(size, head.size)),
    )
    for (const [index, { size }] of some.entries()) yield { size, path: paths[index]! }
  }
}

/** Makes the proof of each plan, having read each node that any of them needs once. */
async function readPaths(sql: Sql, plans: readonly ReturnType<typeof inclusionPlan>[]): Promise<Buffer[][]> {
  const name = ({ level, position }: NodeId) => `${level}/${position}`
  const nodes = new Map(plans.flatMap(plan => plan.nodes.map(node => [name(node), node] as const)))
  const hashes = await readNodes(sql, [...nodes.values()])
  const found = new Map([...nodes.keys()].map((key, index) => [key, hashes[index]!]))
  return plans.map(plan => plan.proof(plan.nodes.map(node => found.get(name(node))!)))
}
