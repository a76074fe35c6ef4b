/** What each rule sees just now: a list of causes. Reads only; a rule that cannot look says nothing of its alerts. */
import type { Ground } from '../ground.ts'
import { troubledHolds } from '../hold/hold.ts'
import { dispositionTroubles, overdueCopies, waitingReviews } from '../retention/retention.ts'
import {
  checkIndex,
  consoleActs,
  countUnmapped,
  freeSpace,
  indexDiffers,
  isCheckpointLate,
  lastIndexCheck,
  logState,
  type RunTrouble,
  runTroubles,
  standingVerdict,
} from '../upkeep/upkeep.ts'
import type { Rule, RuleName } from './rule.ts'

export type Cause = {
  /** What it is about, within the rule: connector:3. One alert is open for it at a time. */
  readonly subject: string
  /** Counts, ids, times, names of connectors and of our registered users. */
  readonly detail: Record<string, string | number | null>
  /** True where it cannot be told just now whether it lasts: opens nothing, and resolves nothing. */
  readonly unclear?: boolean
}

type Watch = (ground: Ground, rule: Rule, now: number) => Promise<Cause[]>

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** The index is counted against the archive so often. */
const INDEX_EVERY = HOUR
/** And so often while they differ, to see whether it was mended. */
const INDEX_AGAIN = 10 * MINUTE
/** Free space must rise by so many points over the threshold before it counts as enough again. */
const DISK_SLACK = 2
const CAUSES_MAX = 1000

/** How each rule looks. */
export const WATCHES: Readonly<Record<RuleName, Watch>> = Object.freeze({
  'log-broken': async ({ database }) => {
    const broken = await standingVerdict(database)
    if (!broken) return []
    return [
      {
        subject: 'audit-log',
        detail: { verification: broken.verificationId, findings: broken.report?.findingsTotal ?? 0 },
      },
    ]
  },
  'checkpoint-overdue': async (ground, { threshold }, now) => {
    const log = await logState(ground)
    if (!isCheckpointLate(log, now, threshold! * MINUTE)) return []
    return [
      {
        subject: 'audit-log',
        detail: { waiting: log.waiting, oldest: log.oldestWaitingAt!.toISOString() },
      },
    ]
  },
  'index-differs': async (ground, _rule, now) => {
    let check = await lastIndexCheck(ground.database)
    const age = check ? now - check.measuredAt.getTime() : INDEX_EVERY
    if (!check || age >= (indexDiffers(check) ? INDEX_AGAIN : INDEX_EVERY)) check = await checkIndex(ground)
    if (!indexDiffers(check)) return []
    return [{ subject: 'index', detail: { items: check.items, indexed: check.indexed } }]
  },
  'low-disk': async ({ config }, { threshold }) => {
    const space = await freeSpace(config.dataFolder)
    if (!space || space.total === 0) return []
    const percent = (space.free / space.total) * 100
    if (percent >= threshold! + DISK_SLACK) return []
    return [
      {
        subject: 'data-folder',
        detail: { percent: Math.floor(percent), free: space.free, total: space.total },
        unclear: percent >= threshold!,
      },
    ]
  },
  'sum-differs': runs('sum-differs', each => `run:${each.runId}`),
  'run-missed': runs('run-missed', each => `connector:${each.connectorId}`),
  'sign-in-refused': runs('sign-in-refused', each => `connector:${each.connectorId}`),
  'run-failed': runs('run-failed', each => `connector:${each.connectorId}`),
  'unmapped-numbers': async ({ database }, { threshold }) =>
    (await countUnmapped(database))
      .filter(each => each.numbers >= threshold!)
      .map(({ connectorId, name, numbers, items }) => ({
        subject: `connector:${connectorId}`,
        detail: { connector: connectorId, name, numbers, items },
      })),
  'hold-query': async ({ database }, _rule, now) =>
    (await troubledHolds(database, now)).map(({ holdId, code, filings }) => ({
      subject: `hold:${holdId}`,
      detail: { hold: holdId, code, filings },
    })),
  'disposition-clocks': async ground => {
    const { clocks } = await dispositionTroubles(ground, ground.database)
    if (!clocks) return []
    const { trouble, leap } = clocks
    const moments = leap ? { from: leap.from.toISOString(), to: leap.to.toISOString() } : {}
    return [{ subject: 'disposition', detail: { trouble, ...moments } }]
  },
  'disposition-volume': async ground => {
    const { volume } = await dispositionTroubles(ground, ground.database)
    if (!volume) return []
    return [{ subject: 'disposition', detail: { filings: volume.filings, since: volume.at.toISOString() } }]
  },
  'disposition-overdue': async (ground, { threshold }, now) =>
    waiting(await overdueCopies(ground, ground.database, new Date(now - threshold! * DAY))),
  'review-waiting': async ({ database }, { threshold }, now) =>
    waiting(await waitingReviews(database, new Date(now - threshold! * DAY))),
  'staged-copies': async ({ database }, { threshold }, now) => {
    const [row] = await database.query<{ batches: number; oldest: Date | null }>(
      `select count(*) as batches, min(filed_at) as oldest from batch
       where staging_object is not null and filed_at < $1`,
      [new Date(now - threshold! * HOUR)],
    )
    const { batches, oldest } = row!
    return oldest === null ? [] : [{ subject: 'staging', detail: { batches, oldest: oldest.toISOString() } }]
  },
  'person-silent': silentPersons,
  'bulk-reading': bulkReading,
  'portal-sign-in-refused': async ({ database }, { threshold }, now) => {
    const [row] = await database.query<{ refusals: number }>(
      `select coalesce(sum(1 + coalesce((detail->>'held')::integer, 0)), 0)::bigint as refusals from audit_entry
       where act = 'session.refused' and at >= $1`,
      [new Date(now - HOUR)],
    )
    const { refusals } = row!
    return refusals < threshold! ? [] : [{ subject: 'portal', detail: { refusals } }]
  },
  'break-glass': async ({ database }, _rule, now) =>
    (await consoleActs(database, new Date(now - DAY))).map(({ actor, acts, lastAt }) => ({
      subject: actor,
      detail: { acts, last: lastAt.toISOString() },
    })),
})

function waiting(copies: { readonly copies: number; readonly oldest: Date } | null): Cause[] {
  if (!copies) return []
  return [{ subject: 'disposition', detail: { copies: copies.copies, oldest: copies.oldest.toISOString() } }]
}

function runs(kind: RunTrouble['kind'], subjectOf: (trouble: RunTrouble) => string): Watch {
  return async ({ database }, { threshold }, now) =>
    (await runTroubles(database, now, threshold ?? 1))
      .filter(each => each.kind === kind)
      .map(each => ({
        subject: subjectOf(each),
        detail: {
          connector: each.connectorId,
          name: each.name,
          ...(each.runId === null ? {} : { run: each.runId }),
          ...(each.code === null ? {} : { code: each.code }),
          ...(each.dueAt === null ? {} : { due: each.dueAt.toISOString() }),
        },
        unclear: each.certainty === 'unclear',
      }))
}

/** Registered users without an item for so long, or without any since their connector is there. */
async function silentPersons({ database }: Ground, { threshold }: Rule, now: number): Promise<Cause[]> {
  const rows = await database.query<{
    connector_id: number
    connector: string
    user_id: string
    name: string
    last: Date | null
  }>(
    `select u.connector_id, c.name as connector, u.user_id, u.name, u.last_item_at as last
     from registered_user u join connector c using (connector_id)
     where c.status = 'active' and c.collected_until is not null
       and coalesce(u.last_item_at, c.created_at) < $1
     order by u.connector_id, u.user_id limit ${CAUSES_MAX}`,
    [new Date(now - threshold! * DAY)],
  )
  return rows.map(row => ({
    subject: `connector:${row.connector_id}/user:${row.user_id}`,
    detail: {
      connector: row.connector_id,
      name: row.connector,
      user: row.user_id,
      person: row.name,
      last: row.last?.toISOString() ?? null,
      days: row.last ? Math.floor((now - row.last.getTime()) / DAY) : null,
    },
  }))
}

/** Acts that show what items say. One may show many at once: a page of a folder, a conversation. */
const READINGS = [
  'message.read',
  'messages.read',
  'message.export',
  'attachment.read',
  'conversation.read',
  'conversation.list',
  'folder.read',
  'item.show',
  'item.prove',
] as const

/** Who read more than so many items within an hour; what a person's tokens read counts as theirs (TM-10). */
async function bulkReading({ database }: Ground, { threshold }: Rule, now: number): Promise<Cause[]> {
  const rows = await database.query<{ reader: string; readings: number }>(
    `select split_part(actor, '/', 1) as reader, sum(greatest(1,
         case when jsonb_typeof(detail->'count') = 'number' then (detail->>'count')::numeric else 1 end))::bigint as readings
     from audit_entry where at >= $1 and act = any($2) group by 1 order by 1 limit ${CAUSES_MAX}`,
    [new Date(now - HOUR), READINGS],
  )
  return rows
    .filter(row => row.readings > threshold!)
    .map(({ reader, readings }) => ({ subject: reader, detail: { readings } }))
}
