/** Disposal of what is due: where it stands, how it is set, its runs, and the review of what goes. */
import { z } from 'zod'
import {
  CLOCK_TROUBLES,
  changeDispositionSettings,
  confirmClocks,
  confirmVolume,
  DECISION_ACTS,
  DECISION_MAX,
  DISPOSITION_STATES,
  decideReviews,
  dispositionStatus,
  listDispositionRuns,
  listReviews,
  parsePeriod,
  pauseDisposition,
  REVIEW_STATES,
  type ReviewDecision,
  RUN_CAUSES,
  RUN_STATES,
  requestDisposition,
  resumeDisposition,
  showDispositionRun,
} from '../retention/retention.ts'
import { route } from './route.ts'
import { idCursor, PageQuery, pageOf, Time } from './schema.ts'

const DISPOSES = ['Disposition Management'] as const
const TAG = 'Disposition'

const reason = z.string().max(10_000)
const Reason = z.object({ reason: reason.describe('Why; kept sealed in the audit log.') }).strict()
const number = z.number().int().min(1).max(1_000_000_000)

const settings = {
  runAt: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .describe('When the daily run begins: HH:MM in UTC.'),
  dailyLimit: number.nullable().describe('Copies that leave in a day (UTC) at most; null is no limit.'),
  unusualVolume: number.describe(
    'So many copies due at once wait to be confirmed, if they are also twice as many as left on any of the last 30 days.',
  ),
  twoPersons: z
    .boolean()
    .describe(
      'True if what is reviewed leaves only when two persons have approved it; what waits when it is turned off still takes two.',
    ),
}

const DispositionRun = z
  .object({
    runId: z.number().int(),
    cause: z.enum(RUN_CAUSES),
    requestedBy: z.string(),
    requestedAt: Time,
    startedAt: Time.nullable(),
    endedAt: Time.nullable(),
    state: z.enum(RUN_STATES).describe('`stopped` left something undone.'),
    code: z.string().nullable().describe('Why it stopped: the code of an error.'),
    due: z.number().int().nullable().describe('Copies that were due when it began, without those in review.'),
    filings: z.number().int().describe('Copies that left.'),
    items: z.number().int().describe('Items whose last copy left.'),
    reviewed: z.number().int().describe('Copies given to a review.'),
    kept: z.number().int().describe('Copies found to be kept after all.'),
    lapsed: z.number().int().describe('Copies taken back from a review: they are not due any more.'),
    disposalIds: z.array(z.number().int()),
  })
  .meta({ id: 'DispositionRun' })

const Disposition = z
  .object({
    state: z.enum(DISPOSITION_STATES).describe('`running`, or why nothing leaves by rules.'),
    pause: z.object({ by: z.string(), at: Time, reason: z.string() }).nullable(),
    clocks: z.object({
      processAt: Time,
      databaseAt: Time,
      checkpointAt: Time.nullable(),
      trouble: z.enum(CLOCK_TROUBLES).nullable(),
      leap: z.object({ from: Time, to: Time }).nullable(),
    }),
    volume: z
      .object({ at: Time, filings: z.number().int(), confirmedBy: z.string().nullable() })
      .nullable()
      .describe('More is due than usual; nothing leaves until it is confirmed, or until the next day’s run.'),
    due: z.number().int().describe('Copies that are due and in no review.'),
    waiting: z.number().int().describe('Copies in review that wait for a person.'),
    approved: z.number().int().describe('Copies that were approved and leave with the next run.'),
    disposedToday: z.number().int(),
    lastRun: DispositionRun.nullable(),
    nextRunAt: Time,
    settings: z.object({ ...settings, revision: z.number().int() }),
  })
  .meta({ id: 'Disposition' })

const filing = { mailboxId: z.number().int().min(1).max(2_147_483_647), itemId: z.uuid() }
const rule = z.object({ type: z.enum(['policy', 'label']), id: z.number().int() })

const DispositionReview = z
  .object({
    ...filing,
    reviewId: z.number().int(),
    state: z.enum(REVIEW_STATES),
    address: z.string(),
    displayName: z.string(),
    kind: z.string().nullable().describe('null where the item is gone.'),
    direction: z.string().nullable(),
    sentAt: Time.nullable(),
    connectorId: z.number().int().nullable(),
    labelId: z.number().int().nullable(),
    dueAt: Time,
    foundAt: Time,
    endedAt: Time.nullable(),
    rule: rule
      .extend({ name: z.string().nullable().describe('null where it was removed.') })
      .nullable()
      .describe('The rule that wants the review; null where an earlier review does.'),
    decisions: z.array(
      z.object({
        by: z.string(),
        at: Time,
        act: z.enum(DECISION_ACTS),
        until: Time.nullable(),
        labelId: z.number().int().nullable(),
        comment: z.string(),
      }),
    ),
    needs: z.number().int().describe('Approvals that it still takes.'),
    mayApprove: z.boolean().describe('False for you where you gave the first of two approvals.'),
  })
  .meta({ id: 'DispositionReview' })

const Decision = z.discriminatedUnion('act', [
  z.object({ act: z.literal('approve') }).strict(),
  z
    .object({
      act: z.literal('extend'),
      period: z
        .string()
        .max(20)
        .refine(text => parsePeriod(text) !== null, 'not a period such as P1Y, P6M or P90D')
        .describe('From now, ISO 8601: P1Y, P6M, P90D.'),
    })
    .strict(),
  z
    .object({
      act: z.literal('relabel'),
      labelId: z.number().int().min(1).max(2_147_483_647).nullable().describe('null takes the label off.'),
    })
    .strict(),
])

const decisionOf = (decision: z.output<typeof Decision>): ReviewDecision =>
  decision.act === 'extend' ? { act: 'extend', period: parsePeriod(decision.period)! } : decision

/** An act on disposal as a whole, for a reason; answered with where it stands then. */
const steering = (
  path: `/${string}`,
  id: string,
  summary: string,
  steer: (...given: Parameters<typeof pauseDisposition>) => Promise<unknown>,
) =>
  route({
    method: 'post',
    path,
    id,
    tag: TAG,
    summary,
    access: DISPOSES,
    body: Reason,
    answer: Disposition,
    work: async ({ ground, actor, body }) => {
      await steer(ground, actor, body.reason)
      return dispositionStatus(ground, actor)
    },
  })

export const dispositionRoutes = [
  route({
    method: 'get',
    path: '/disposition',
    id: 'getDisposition',
    tag: TAG,
    summary: 'Where the disposal of what is due stands, and how it is set',
    access: DISPOSES,
    answer: Disposition,
    work: ({ ground, actor }) => dispositionStatus(ground, actor),
  }),
  route({
    method: 'put',
    path: '/disposition/settings',
    id: 'changeDispositionSettings',
    tag: TAG,
    summary: 'Change when disposal runs, how much may leave in a day, and who approves',
    access: DISPOSES,
    revised: true,
    body: z.object(settings).strict(),
    answer: z.object({ ...settings, revision: z.number().int() }),
    work: ({ ground, actor, body, revision }) => changeDispositionSettings(ground, actor, body, revision),
  }),
  steering(
    '/disposition/pause',
    'pauseDisposition',
    'Pause disposal: from now on nothing leaves by rules',
    pauseDisposition,
  ),
  steering(
    '/disposition/resume',
    'resumeDisposition',
    'End the pause: what is due leaves with the next run',
    resumeDisposition,
  ),
  steering(
    '/disposition/confirm-volume',
    'confirmDispositionVolume',
    'Say that it is right that so much is due: the next run disposes of it',
    confirmVolume,
  ),
  steering(
    '/disposition/confirm-clocks',
    'confirmDispositionClocks',
    'Say that the time is right although it leapt or went back',
    confirmClocks,
  ),
  route({
    method: 'get',
    path: '/disposition/runs',
    id: 'listDispositionRuns',
    tag: TAG,
    summary: 'Runs of disposal, newest first',
    access: DISPOSES,
    query: PageQuery.strict(),
    answer: pageOf(DispositionRun),
    work: async ({ ground, actor, query }) => {
      const { runs, next, total } = await listDispositionRuns(ground, actor, {
        ...(query.after ? { after: idCursor(query.after) } : {}),
        limit: query.limit,
      })
      return { rows: runs, next: next === null ? null : String(next), total }
    },
  }),
  route({
    method: 'post',
    path: '/disposition/runs',
    id: 'requestDisposition',
    tag: TAG,
    summary: 'Dispose of what is due now, beside the daily run',
    access: DISPOSES,
    answer: DispositionRun,
    work: ({ ground, queue, actor }) => requestDisposition(ground, queue, actor),
  }),
  route({
    method: 'get',
    path: '/disposition/runs/{runId}',
    id: 'showDispositionRun',
    tag: TAG,
    summary: 'A run of disposal',
    access: DISPOSES,
    params: z.object({ runId: z.coerce.number().int().min(1) }),
    answer: DispositionRun,
    work: ({ ground, actor, params }) => showDispositionRun(ground, actor, params.runId),
  }),
  route({
    method: 'post',
    path: '/disposition/reviews',
    id: 'listDispositionReviews',
    tag: TAG,
    summary: 'Copies in review: the oldest first; those that are over, the newest first',
    access: DISPOSES,
    reads: true,
    body: z
      .object({
        states: z.array(z.enum(REVIEW_STATES)).min(1).max(REVIEW_STATES.length).optional(),
        mailboxIds: z.array(filing.mailboxId).max(10_000).optional(),
        itemIds: z.array(filing.itemId).max(200).optional(),
        rule: rule.strict().optional(),
        after: z.string().max(500).optional().describe('The `next` of the page before.'),
        limit: z.number().int().min(1).max(200).default(50),
      })
      .strict(),
    answer: pageOf(DispositionReview),
    work: async ({ ground, actor, body }) => {
      const { states, mailboxIds, itemIds, rule, after, limit } = body
      const { reviews, next, total } = await listReviews(
        ground,
        actor,
        {
          ...(states ? { states } : {}),
          ...(mailboxIds ? { mailboxIds } : {}),
          ...(itemIds ? { itemIds } : {}),
          ...(rule ? { rule } : {}),
        },
        { ...(after ? { after: idCursor(after) } : {}), limit },
      )
      return { rows: reviews, next: next === null ? null : String(next), total }
    },
  }),
  route({
    method: 'post',
    path: '/disposition/reviews/decide',
    id: 'decideDispositionReviews',
    tag: TAG,
    summary: 'Approve that copies go, keep them for a further period, or give them another label',
    access: DISPOSES,
    body: z
      .object({
        filings: z.array(z.object(filing).strict()).min(1).max(DECISION_MAX),
        decision: Decision,
        comment: reason.describe('Why; kept sealed.'),
      })
      .strict(),
    answer: z.object({
      decided: z.number().int(),
      waitingForSecond: z.number().int().describe('Of them, those that wait for a second person.'),
    }),
    work: ({ ground, queue, actor, body }) =>
      decideReviews(ground, queue, actor, body.filings, decisionOf(body.decision), body.comment),
  }),
] as const
