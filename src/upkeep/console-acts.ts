/** Acts on the console without a sign-in: break-glass. They are allowed, recorded, and shown. */
import type { Sql } from '../database/database.ts'

type ConsoleActs = {
  readonly actor: string
  readonly acts: number
  readonly firstAt: Date
  readonly lastAt: Date
}

/** Who acted on the console since `since`, and how often. */
export async function consoleActs(sql: Sql, since: Date): Promise<ConsoleActs[]> {
  const rows = await sql.query<{ actor: string; acts: number; first_at: Date; last_at: Date }>(
    `select actor, count(*) as acts, min(at) as first_at, max(at) as last_at from audit_entry
     where starts_with(actor, 'console:') and at >= $1 group by actor order by actor`,
    [since],
  )
  return rows.map(row => ({
    actor: row.actor,
    acts: row.acts,
    firstAt: row.first_at,
    lastAt: row.last_at,
  }))
}
