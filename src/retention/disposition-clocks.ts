/**
 * Whether the clocks can be trusted with removing what is due by them. Three are compared: the process's, the
 * database's, and the signed checkpoints of the audit log, which are made every few seconds while anything is done and
 * say, in order, what time it was. In doubt nothing is removed.
 */
import type { Sql } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { requireRole } from '../identity/identity.ts'
import { checkWhy, DISPOSES, lockSetting, readSetting, recordSteering } from './disposition-settings.ts'

const HOUR = 3_600_000
const LEAP = 48 * HOUR

/**
 * `apart`: process and database differ by an hour. `ahead`: the last checkpoint is an hour later than they are.
 * `late`: entries have waited an hour for a checkpoint. `leap`: from one checkpoint to the next, or to now, time went on
 * by two days; `back`: it went back by an hour. The last two stand until somebody has confirmed that the time is right.
 */
export const CLOCK_TROUBLES = ['apart', 'ahead', 'late', 'leap', 'back'] as const
type ClockTrouble = (typeof CLOCK_TROUBLES)[number]

export type Clocks = {
  readonly processAt: Date
  readonly databaseAt: Date
  /** Of the newest checkpoint; null before the first. */
  readonly checkpointAt: Date | null
  /** Why nothing may leave by these clocks; null where it may. */
  readonly trouble: ClockTrouble | null
  /** Where time leapt or went back: the two moments. */
  readonly leap: { readonly from: Date; readonly to: Date } | null
  /** The size of the newest checkpoint. */
  readonly size: number
}

/** Reads them; `checkedSize` is of the newest checkpoint that was found in order. */
export async function compareClocks(ground: Ground, sql: Sql, checkedSize: number): Promise<Clocks> {
  const [row] = await sql.query<{
    now: Date
    size: number | null
    at: Date | null
    waiting: Date | null
    from: Date | null
    to: Date | null
  }>(
    `with head as (select tree_size as size, at from audit_checkpoint order by tree_size desc limit 1),
       step as (select at as "to", lag(at) over (order by tree_size) as "from" from (
         select tree_size, at from audit_checkpoint where tree_size >= $1
         union all select 9223372036854775807, keeping_now() where exists (select from head)) as c),
       odd as (select "from", "to" from step
         where "to" >= "from" + interval '48 hours' or "to" <= "from" - interval '1 hour' order by "to" limit 1)
     select keeping_now() as now, h.size, h.at, o."from", o."to",
       (select min(e.at) from audit_unsequenced join audit_entry e using (entry_id)) as waiting
     from (select) as one left join head h on true left join odd o on true`,
    [checkedSize],
  )
  const { now: databaseAt, at: checkpointAt, size, waiting, from, to } = row!
  const processAt = new Date(ground.clock.now())
  const later = (one: Date, other: Date, by: number) => one.getTime() - other.getTime() >= by
  const trouble = (): ClockTrouble | null => {
    if (later(processAt, databaseAt, HOUR) || later(databaseAt, processAt, HOUR)) return 'apart'
    if (checkpointAt && later(checkpointAt, databaseAt, HOUR)) return 'ahead'
    if (from && to) return later(to, from, LEAP) ? 'leap' : 'back'
    if (waiting && later(databaseAt, waiting, HOUR)) return 'late'
    return null
  }
  return {
    processAt,
    databaseAt,
    checkpointAt,
    trouble: trouble(),
    leap: from && to ? { from, to } : null,
    size: size ?? 0,
  }
}

/** True while nothing may leave, by whatever cause: disposal is paused, or the clocks cannot be trusted. */
export async function isDisposalStopped(ground: Ground, sql: Sql): Promise<boolean> {
  const { paused_at: pausedAt, checked_size: checkedSize } = await readSetting(sql)
  return pausedAt !== null || (await compareClocks(ground, sql, checkedSize)).trouble !== null
}

/**
 * Somebody has looked at a clock and says that the time is right, whatever the checkpoints before say. What the clocks
 * show of themselves at that moment (`apart`, `ahead`, `late`) is not overruled by it.
 */
export async function confirmClocks(ground: Ground, actor: Actor, given: string): Promise<Clocks> {
  requireRole(actor, DISPOSES)
  const reason = checkWhy(given)
  return ground.database.transaction(async tx => {
    const { checked_size: checkedSize } = await lockSetting(tx)
    const { trouble, leap, processAt, databaseAt } = await compareClocks(ground, tx, checkedSize)
    // A checkpoint of this moment, which what comes after is compared with, holds the entry of this act.
    await tx.execute(
      `update disposition_setting set checked_size = coalesce((select max(tree_size) from audit_checkpoint), 0) + 1`,
    )
    await recordSteering(
      ground,
      tx,
      actor,
      'disposition.confirm-clocks',
      {
        trouble,
        process: processAt.toISOString(),
        database: databaseAt.toISOString(),
        ...(leap ? { from: leap.from.toISOString(), to: leap.to.toISOString() } : {}),
      },
      { reason },
    )
    const { checked_size: now } = await lockSetting(tx)
    return compareClocks(ground, tx, now)
  })
}
