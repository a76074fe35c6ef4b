/** Which acts and actors the log knows, for pickers: each found by one step in an index, however long the log is. */
import type { Sql } from '../database/database.ts'

const NAMES_MAX = 500

/** The acts in the log, in alphabetical order. */
export function listActs(sql: Sql): Promise<string[]> {
  return steps(sql, 'act')
}

/** Who has acted, in alphabetical order; at most 500. */
export function listActors(sql: Sql): Promise<string[]> {
  return steps(sql, 'actor')
}

async function steps(sql: Sql, column: 'act' | 'actor'): Promise<string[]> {
  const rows = await sql.query<{ name: string }>(
    `with recursive step (name, places) as (
       (select ${column}, 1 from audit_entry order by ${column} using ~<~ limit 1)
       union all
       select (select e.${column} from audit_entry e where e.${column} ~>~ step.name
               order by e.${column} using ~<~ limit 1), places + 1
       from step where step.name is not null and places < ${NAMES_MAX}
     )
     select name from step where name is not null order by name`,
  )
  return rows.map(row => row.name)
}
