/**
 * A run of the daily disposal, the job 'disposition': what was approved in a review leaves, what is due leaves or is
 * given to a review, in transactions of at most 5,000 filings. Before each of them it is asked whether disposal is
 * paused, whether the day's limit is reached and whether the clocks agree. Killed, it goes on after its last one.
 */
import { isConflict, type Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import { SYSTEM } from '../identity/identity.ts'
import { finishDisposals } from './disposal-ending.ts'
import { DISPOSAL_MAX, disposeFilings } from './disposition.ts'
import { compareClocks } from './disposition-clocks.ts'
import { countDue, type DueMailbox, FIRST_ITEM, nextDue, splitDue } from './disposition-due.ts'
import { nextLeftHidden } from './disposition-hidden.ts'
import { addReviews, endLapsed, nextApproved, settleApproved } from './disposition-review.ts'
import { lockSetting, recordSteering, type SettingRow } from './disposition-settings.ts'
import { mailboxRulesOf } from './mailbox-rules.ts'

/** Why a run stops before it has done all. */
type StopCode = 'DISPOSITION_PAUSED' | 'DISPOSITION_CLOCKS' | 'DISPOSITION_VOLUME' | 'DISPOSITION_LIMIT'

/** An unusual volume waits for the next day's run, which comes a little sooner or later than after 24 hours. */
const VOLUME_PATIENCE = 23 * 3_600_000
/** The days whose volumes an unusual one is compared with. */
const USUAL_DAYS = 30

type RunRow = {
  run_id: number
  cause: 'schedule' | 'person' | 'review'
  day: string
  requested_by: string
  started_at: Date | null
  after_mailbox_id: number
  after_item_id: string
  ended_at: Date | null
}

/** What one transaction added to a run. */
type Gain = {
  readonly filings: number
  readonly items: number
  readonly reviewed: number
  readonly kept: number
  readonly disposalId: number | null
}

/** `mailboxes` is what is known to be due: read when the run begins or goes on, so that a page looks nowhere else. */
type Progress = {
  mailboxes: DueMailbox[] | null
  /** Approved items that an export under way keeps for the time being. */
  readonly exporting: string[]
}

/** Does what is left of a run. */
export async function performDisposition(
  ground: Ground,
  runId: number,
  signal: AbortSignal,
  rulesOf = mailboxRulesOf,
): Promise<void> {
  // What an earlier one left to do outside the tables.
  await finishDisposals(ground, signal)
  const progress: Progress = { mailboxes: null, exporting: [] }
  for (let more = true; more; ) {
    signal.throwIfAborted()
    try {
      more = await ground.database.transaction(tx => performNext(ground, tx, runId, progress, rulesOf))
    } catch (error) {
      // Another transaction came first; this one was rolled back, and is done again.
      if (!isConflict(error)) throw error
      progress.mailboxes = null
    }
  }
  await finishDisposals(ground, signal)
}

/** One transaction of it; false at its end. */
async function performNext(
  ground: Ground,
  tx: Transaction,
  runId: number,
  progress: Progress,
  rulesOf: typeof mailboxRulesOf,
): Promise<boolean> {
  const [run] = await tx.query<RunRow>(
    `select run_id, cause, day::text as day, requested_by, started_at, after_mailbox_id, after_item_id, ended_at
     from disposition_run where run_id = $1::bigint for update`,
    [runId],
  )
  if (!run || run.ended_at !== null) return false
  const setting = await lockSetting(tx)
  const now = ground.clock.now()
  const clocks = await compareClocks(ground, tx, setting.checked_size)
  if (clocks.trouble) return stop(ground, tx, run, 'DISPOSITION_CLOCKS', { trouble: clocks.trouble })
  if (clocks.size > setting.checked_size)
    await tx.execute('update disposition_setting set checked_size = $1', [clocks.size])
  if (setting.paused_at) return stop(ground, tx, run, 'DISPOSITION_PAUSED')
  if (run.started_at === null) {
    const code = await begin(ground, tx, run, setting, now)
    if (code) return stop(ground, tx, run, code)
  }
  const left = await leftOfDay(tx, run, setting)
  const approved = await nextApproved(tx, DISPOSAL_MAX, progress.exporting)
  if (approved) {
    if (left === 0) return stop(ground, tx, run, 'DISPOSITION_LIMIT')
    const filings = approved.filings.slice(0, left)
    const disposed = await disposeFilings(
      ground,
      tx,
      filings,
      { type: 'rule' },
      run.requested_by,
      approved.approvedBy,
    )
    await settleApproved(tx, filings, disposed.kept, new Date(now))
    const exporting = disposed.kept.filter(each => each.why === 'exporting')
    progress.exporting.push(...exporting.map(each => each.itemId))
    await gain(tx, runId, { ...disposed, reviewed: 0, kept: disposed.kept.length })
    return true
  }
  if (run.cause === 'review') return complete(ground, tx, run)
  progress.mailboxes ??= await countDue(tx, new Date(now), run.after_mailbox_id)
  // Another process may be at the same run, and further on.
  progress.mailboxes = progress.mailboxes.filter(({ mailboxId }) => mailboxId >= run.after_mailbox_id)
  const page = pageOf(progress.mailboxes)
  if (page.length === 0) {
    const hidden = await nextLeftHidden(tx, new Date(now), Math.min(DISPOSAL_MAX, left))
    const disposed = await disposeFilings(ground, tx, hidden, { type: 'rule' }, run.requested_by)
    if (disposed.filings > 0) {
      await gain(tx, runId, { ...disposed, reviewed: 0, kept: 0 })
      return true
    }
    const lapsed = await endLapsed(tx, new Date(now))
    await tx.execute('update disposition_run set lapsed = lapsed + $2 where run_id = $1::bigint', [
      runId,
      lapsed,
    ])
    return complete(ground, tx, run)
  }
  if (left === 0) return stop(ground, tx, run, 'DISPOSITION_LIMIT')
  const limit = Math.min(DISPOSAL_MAX, left)
  const due = await nextDue(
    tx,
    new Date(now),
    page,
    { mailboxId: run.after_mailbox_id, itemId: run.after_item_id },
    limit,
  )
  const { free, forReview } = await splitDue(tx, due, now, rulesOf)
  await addReviews(tx, forReview, new Date(now), setting.two_persons)
  const disposed = await disposeFilings(ground, tx, free, { type: 'rule' }, run.requested_by)
  await gain(tx, runId, { ...disposed, reviewed: forReview.length, kept: disposed.kept.length })
  const last = due.at(-1)
  const isFull = due.length === limit
  const upTo = isFull && last ? last : { mailboxId: page.at(-1)! + 1, itemId: FIRST_ITEM }
  await tx.execute(
    'update disposition_run set after_mailbox_id = $2, after_item_id = $3 where run_id = $1::bigint',
    [runId, upTo.mailboxId, upTo.itemId],
  )
  progress.mailboxes = progress.mailboxes.filter(({ mailboxId }) => mailboxId >= upTo.mailboxId)
  return true
}

/** The next mailboxes that have a page of due filings together. */
function pageOf(mailboxes: readonly DueMailbox[]): number[] {
  const ids: number[] = []
  let filings = 0
  for (const mailbox of mailboxes) {
    if (filings >= DISPOSAL_MAX) break
    ids.push(mailbox.mailboxId)
    filings += mailbox.filings
  }
  return ids
}

/** Counts what is due; the code for which the run does not begin after all. */
async function begin(
  ground: Ground,
  tx: Transaction,
  run: RunRow,
  setting: SettingRow,
  now: number,
): Promise<StopCode | null> {
  const due =
    run.cause === 'review'
      ? null
      : (await countDue(tx, new Date(now))).reduce((sum, { filings }) => sum + filings, 0)
  await tx.execute(
    `update disposition_run set started_at = $2, state = 'running', due = $3 where run_id = $1::bigint`,
    [run.run_id, new Date(now), due],
  )
  if (due === null) return null
  if (due <= setting.unusual_volume || due <= 2 * (await usualVolume(tx, run))) {
    await tx.execute(
      'update disposition_setting set volume_at = null, volume_filings = null, volume_confirmed_by = null',
    )
    return null
  }
  const known = setting.volume_at !== null && due <= 2 * setting.volume_filings!
  if (known)
    return setting.volume_confirmed_by !== null || now - setting.volume_at!.getTime() >= VOLUME_PATIENCE
      ? null
      : 'DISPOSITION_VOLUME'
  await tx.execute(
    'update disposition_setting set volume_at = $1, volume_filings = $2, volume_confirmed_by = null',
    [new Date(now), due],
  )
  await recordSteering(ground, tx, SYSTEM, 'disposition.unusual', { run: run.run_id, due })
  return 'DISPOSITION_VOLUME'
}

/** The most that left on one of the last days. */
async function usualVolume(tx: Transaction, run: RunRow): Promise<number> {
  const [row] = await tx.query<{ most: number }>(
    `select coalesce(max(filings), 0)::bigint as most from (select sum(filings) as filings from disposition_run
       where day >= $1::date - ${USUAL_DAYS} and day < $1::date group by day) as d`,
    [run.day],
  )
  return row!.most
}

/** How many filings may still leave on the run's day. */
async function leftOfDay(tx: Transaction, run: RunRow, setting: SettingRow): Promise<number> {
  if (setting.daily_limit === null) return Number.POSITIVE_INFINITY
  const [row] = await tx.query<{ filings: number }>(
    'select coalesce(sum(filings), 0)::bigint as filings from disposition_run where day = $1::date',
    [run.day],
  )
  return Math.max(0, setting.daily_limit - row!.filings)
}

async function gain(tx: Transaction, runId: number, by: Gain): Promise<void> {
  await tx.execute(
    `update disposition_run set filings = filings + $2, items = items + $3, reviewed = reviewed + $4, kept = kept + $5,
       disposal_ids = disposal_ids || $6::bigint[] where run_id = $1::bigint`,
    [runId, by.filings, by.items, by.reviewed, by.kept, by.disposalId === null ? [] : [by.disposalId]],
  )
}

async function complete(ground: Ground, tx: Transaction, run: RunRow): Promise<false> {
  if (run.cause !== 'review')
    await tx.execute(
      'update disposition_setting set volume_at = null, volume_filings = null, volume_confirmed_by = null',
    )
  return end(ground, tx, run, null, {})
}

function stop(
  ground: Ground,
  tx: Transaction,
  run: RunRow,
  code: StopCode,
  detail: Record<string, unknown> = {},
): Promise<false> {
  return end(ground, tx, run, code, detail)
}

async function end(
  ground: Ground,
  tx: Transaction,
  run: RunRow,
  code: StopCode | null,
  detail: Record<string, unknown>,
): Promise<false> {
  const [done] = await tx.query<Record<string, number | null>>(
    `update disposition_run set state = $2, code = $3, ended_at = $4, started_at = coalesce(started_at, $4)
     where run_id = $1::bigint returning due, filings, items, reviewed, kept, lapsed`,
    [run.run_id, code === null ? 'complete' : 'stopped', code, new Date(ground.clock.now())],
  )
  await recordSteering(
    ground,
    tx,
    { name: run.requested_by, breakGlass: false },
    code === null ? 'disposition.complete' : 'disposition.stop',
    { run: run.run_id, cause: run.cause, ...(code === null ? {} : { code }), ...detail, ...done },
  )
  return false
}
