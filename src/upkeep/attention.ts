/**
 * What needs somebody's attention, most pressing first. Each point is a code with what it is about, so that the portal
 * can say it in the reader's language and lead to the page that mends it; the command line has sentences of its own.
 * Nothing here counts a large table.
 */
import { type Ground, readIdentity } from '../ground.ts'
import { consoleActs } from './console-acts.ts'
import { type IndexCheck, lastIndexCheck } from './index-check.ts'
import { type LogState, logState, SEQUENCER_LATE } from './log-state.ts'
import { countUnmapped, runTroubles } from './trouble.ts'
import { standingVerdict } from './verification.ts'

export type AttentionPoint = {
  readonly code:
    | 'log-broken'
    | 'checkpoint-overdue'
    | 'index-differs'
    | 'sign-in-refused'
    | 'run-failed'
    | 'sum-differs'
    | 'run-missed'
    | 'unmapped-numbers'
    | 'master-key-not-copied'
    | 'import-role-missing'
    | 'break-glass'
  /** How many, where it is a number of things. */
  readonly count: number
  readonly connectorId: number | null
  /** A connector's name, or who acted on the console. */
  readonly name: string | null
  readonly runId: number | null
  readonly since: Date | null
}

/** A run that was due so many hours ago and did not complete; alerts have a threshold of their own. */
const MISSED_HOURS = 6
const CONSOLE_MEMORY = 24 * 3_600_000

/** Reads all points. */
export async function attentionPoints(ground: Ground): Promise<AttentionPoint[]> {
  const { database, clock } = ground
  const now = clock.now()
  const points: AttentionPoint[] = []
  const add = (code: AttentionPoint['code'], count: number, more: Partial<AttentionPoint> = {}) =>
    points.push({ code, count, connectorId: null, name: null, runId: null, since: null, ...more })

  const broken = await standingVerdict(database)
  if (broken) add('log-broken', broken.report?.findingsTotal ?? 0, { since: broken.endedAt })
  const log = await logState(ground)
  if (isCheckpointLate(log, now, SEQUENCER_LATE))
    add('checkpoint-overdue', log.waiting, { since: log.oldestWaitingAt })
  const index = await lastIndexCheck(database)
  if (index && indexDiffers(index))
    add('index-differs', Math.abs(index.items - index.indexed), { since: index.measuredAt })
  const troubles = (await runTroubles(database, now, MISSED_HOURS)).filter(each => each.certainty === 'open')
  const told = new Set<number>()
  for (const each of troubles) {
    // That a run was missed follows from what is said of it already.
    if (each.kind === 'run-missed' && told.has(each.connectorId)) continue
    told.add(each.connectorId)
    add(each.kind, 1, {
      connectorId: each.connectorId,
      name: each.name,
      runId: each.runId,
      since: each.dueAt,
    })
  }
  for (const each of await countUnmapped(database))
    add('unmapped-numbers', each.numbers, { connectorId: each.connectorId, name: each.name })
  if ((await readIdentity(database))?.masterKeyCopiedAt === null) add('master-key-not-copied', 1)
  if (await isImportRoleMissing(ground)) add('import-role-missing', 1)
  for (const each of await consoleActs(database, new Date(now - CONSOLE_MEMORY)))
    add('break-glass', each.acts, { name: each.actor, since: each.lastAt })
  return points
}

/** True if entries wait for longer than they should. */
export function isCheckpointLate(log: LogState, now: number, patience: number): boolean {
  return log.oldestWaitingAt !== null && now - log.oldestWaitingAt.getTime() > patience
}

export const indexDiffers = (index: IndexCheck): boolean => index.items !== index.indexed

/** As Microsoft has it, no role group has the role that imports until somebody adds it. */
async function isImportRoleMissing({ database }: Ground): Promise<boolean> {
  const [row] = await database.query<{ held: boolean }>(
    `select exists (select from role_group g join role_group_member m using (role_group_id) join person p using (person_id)
       where g.roles @> array['Mailbox Import Export'] and p.status = 'active') as held`,
  )
  return !row!.held
}
