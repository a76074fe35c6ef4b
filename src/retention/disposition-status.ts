/** Where disposal stands: whether it goes on, what waits, what has left, and how it is set. */
import type { Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import { type Clocks, compareClocks } from './disposition-clocks.ts'
import { countDue, countOverdue } from './disposition-due.ts'
import { type DispositionRun, listDispositionRuns, nextRunAt } from './disposition-request.ts'
import { countReviews } from './disposition-review.ts'
import {
  checkWhy,
  DISPOSES,
  type DispositionSettings,
  lockSetting,
  type Pause,
  pauseOf,
  readSetting,
  recordSteering,
  settingsOf,
} from './disposition-settings.ts'

/** More is due than usual; `confirmedBy` is null while nothing leaves for it. */
type UnusualVolume = {
  readonly at: Date
  readonly filings: number
  readonly confirmedBy: string | null
}

export const DISPOSITION_STATES = ['running', 'paused', 'clocks', 'volume'] as const

export type DispositionStatus = {
  /** `running` is no reason not to go on; else why nothing leaves by rules. */
  readonly state: (typeof DISPOSITION_STATES)[number]
  readonly pause: Pause | null
  readonly clocks: Clocks
  readonly volume: UnusualVolume | null
  /** Filings that are due and in no review. */
  readonly due: number
  /** Filings that wait for a person, and that were approved and leave with the next run. */
  readonly waiting: number
  readonly approved: number
  /** Filings that have left today, in UTC. */
  readonly disposedToday: number
  readonly lastRun: DispositionRun | null
  readonly nextRunAt: Date
  readonly settings: DispositionSettings
}

export async function dispositionStatus(ground: Ground, actor: Actor): Promise<DispositionStatus> {
  requireRole(actor, DISPOSES)
  const { database } = ground
  const setting = await readSetting(database)
  const clocks = await compareClocks(ground, database, setting.checked_size)
  const volume = volumeOf(setting)
  const [today] = await database.query<{ filings: number }>(
    `select coalesce(sum(filings), 0)::bigint as filings from disposition_run
     where day = ($1::timestamptz at time zone 'UTC')::date`,
    [new Date(ground.clock.now())],
  )
  const { runs } = await listDispositionRuns(ground, actor, { limit: 1 })
  const due = await countDue(database, new Date(ground.clock.now()))
  return {
    state: clocks.trouble
      ? 'clocks'
      : setting.paused_at
        ? 'paused'
        : volume && volume.confirmedBy === null
          ? 'volume'
          : 'running',
    pause: pauseOf(ground, setting),
    clocks,
    volume,
    due: due.reduce((sum, { filings }) => sum + filings, 0),
    ...(await countReviews(database)),
    disposedToday: today!.filings,
    lastRun: runs[0] ?? null,
    nextRunAt: await nextRunAt(ground, database, setting.run_minute),
    settings: settingsOf(setting),
  }
}

function volumeOf(setting: Awaited<ReturnType<typeof readSetting>>): UnusualVolume | null {
  if (setting.volume_at === null) return null
  return {
    at: setting.volume_at,
    filings: setting.volume_filings!,
    confirmedBy: setting.volume_confirmed_by,
  }
}

/** Somebody has seen why so much is due: the next run disposes of it. DISPOSITION_RUNNING where nothing waits for it. */
export async function confirmVolume(ground: Ground, actor: Actor, given: string): Promise<void> {
  requireRole(actor, DISPOSES)
  const reason = checkWhy(given)
  await ground.database.transaction(async tx => {
    const volume = volumeOf(await lockSetting(tx))
    if (!volume || volume.confirmedBy !== null)
      throw new HoldfastError('DISPOSITION_RUNNING', 'no unusual volume waits to be confirmed')
    await tx.execute('update disposition_setting set volume_confirmed_by = $1', [actor.name])
    await recordSteering(ground, tx, actor, 'disposition.confirm-volume', { due: volume.filings }, { reason })
  })
}

type Waiting = { readonly copies: number; readonly oldest: Date }

/**
 * Copies, counted up to a thousand, that were due at a moment already, while no run has completed since; null where
 * there are none.
 */
export async function overdueCopies(ground: Ground, sql: Sql, since: Date): Promise<Waiting | null> {
  if (ground.archive.createdAt > since) return null
  const [run] = await sql.query(
    `select from disposition_run where state = 'complete' and cause <> 'review' and ended_at > $1 limit 1`,
    [since],
  )
  return run ? null : waitingOf(await countOverdue(sql, since))
}

/** Copies that have waited for a person since before a moment; null where there are none. */
export async function waitingReviews(sql: Sql, since: Date): Promise<Waiting | null> {
  const [row] = await sql.query<{ copies: number; oldest: Date | null }>(
    `select count(*) as copies, min(found_at) as oldest from disposition_review
     where state in ('pending', 'second') and found_at < $1`,
    [since],
  )
  return waitingOf(row!)
}

function waitingOf({ copies, oldest }: { copies: number; oldest: Date | null }): Waiting | null {
  return oldest && { copies, oldest }
}

/**
 * What alerts are told: clocks that stopped the last run and still would, null where they do not, and a volume that waits
 * to be confirmed.
 */
export async function dispositionTroubles(
  ground: Ground,
  sql: Sql,
): Promise<{ readonly clocks: Clocks | null; readonly volume: UnusualVolume | null }> {
  const setting = await readSetting(sql)
  const volume = volumeOf(setting)
  const [last] = await sql.query<{ code: string | null }>(
    'select code from disposition_run where ended_at is not null order by run_id desc limit 1',
  )
  const clocks =
    last?.code === 'DISPOSITION_CLOCKS' ? await compareClocks(ground, sql, setting.checked_size) : null
  return { clocks: clocks?.trouble ? clocks : null, volume: volume?.confirmedBy === null ? volume : null }
}
