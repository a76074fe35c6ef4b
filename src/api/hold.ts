/** Holds. Names, reasons, notes and queries are in bodies and answers alone. */
import { z } from 'zod'
import {
  changeHold,
  HOLD_KINDS,
  HOLD_STATES,
  listHoldable,
  listHoldMailboxes,
  listHolds,
  placeHold,
  readHoldHistory,
  releaseHold,
  removeDelay,
  reportHold,
  showHold,
  UNDECIDED_REASONS,
} from '../hold/hold.ts'
import { route } from './route.ts'
import { idCursor, PageQuery, pageOf, Time } from './schema.ts'
import { query } from './search-shape.ts'

const HOLDS = ['Hold'] as const

const days = z
  .number()
  .int()
  .min(1)
  .max(36_500)
  .nullable()
  .describe("So many days from each item's date; null is for ever.")

const words = {
  name: z.string().max(1_000),
  reason: z.string().max(10_000).describe('Why it is placed.'),
  note: z.string().max(10_000).describe('For the people whose mailboxes are held.'),
  link: z.string().max(4_000).describe('The address of a page that tells them more.'),
}

const mailboxIds = z.array(z.number().int().min(1).max(2_147_483_647)).max(10_000)

const Hold = z
  .object({
    holdId: z.number().int(),
    kind: z.enum(HOLD_KINDS),
    state: z.enum(HOLD_STATES).describe('`delayed` is released, and still holding what it held.'),
    ...words,
    query: z.string().nullable().describe('null holds everything.'),
    days,
    mailboxes: z.number().int(),
    placedBy: z.string(),
    placedAt: Time,
    releasedBy: z.string().nullable(),
    releasedAt: Time.nullable(),
    delayUntil: Time.nullable().describe('The latest end of a delay that has not passed.'),
    problem: z
      .string()
      .nullable()
      .describe(
        'The code of the error for which its query cannot be evaluated; everything is held meanwhile.',
      ),
    evaluating: z.boolean().describe('True while there are items that it has not looked at; they are held.'),
    revision: z.number().int(),
  })
  .meta({ id: 'Hold' })

const HoldId = z.object({ holdId: z.coerce.number().int().min(1) })
const Reason = z.object({ reason: words.reason }).strict()

export const holdRoutes = [
  route({
    method: 'get',
    path: '/holds',
    id: 'listHolds',
    tag: 'Holds',
    summary: 'The holds that you may see, newest first',
    access: HOLDS,
    reads: true,
    query: PageQuery.extend({ state: z.enum(HOLD_STATES).optional() }).strict(),
    answer: pageOf(Hold),
    work: async ({ ground, actor, query }) => {
      const { holds, next, total } = await listHolds(ground, actor, {
        ...(query.state ? { state: query.state } : {}),
        ...(query.after ? { after: idCursor(query.after) } : {}),
        limit: query.limit,
      })
      return { rows: holds, next: next === null ? null : String(next), total }
    },
  }),
  route({
    method: 'post',
    path: '/holds',
    id: 'placeHold',
    tag: 'Holds',
    summary: 'Place a hold on mailboxes: on everything in them, or on what a query matches',
    access: HOLDS,
    body: z
      .object({
        ...words,
        note: words.note.default(''),
        link: words.link.default(''),
        mailboxIds,
        query: query.nullable().default(null),
        days: days.default(null),
      })
      .strict(),
    answer: Hold,
    work: ({ ground, queue, actor, body }) => placeHold(ground, queue, actor, body),
  }),
  route({
    method: 'post',
    path: '/holds/mailboxes',
    id: 'listHoldableMailboxes',
    tag: 'Holds',
    summary: 'The mailboxes that you may place holds on',
    access: HOLDS,
    reads: true,
    body: z
      .object({
        containing: z.string().max(200).optional().describe('In addresses, names and attributes.'),
        mailboxIds: mailboxIds.optional().describe('Only these.'),
        after: z.string().max(500).optional().describe('The `next` of the page before.'),
        limit: z.number().int().min(1).max(200).default(50),
      })
      .strict(),
    answer: pageOf(z.object({ mailboxId: z.number().int(), address: z.string(), displayName: z.string() })),
    work: async ({ ground, actor, body }) => {
      const { containing, mailboxIds, after, limit } = body
      const page = await listHoldable(ground, actor, {
        ...(containing ? { containing } : {}),
        ...(mailboxIds ? { mailboxIds } : {}),
        ...(after ? { after } : {}),
        limit,
      })
      return { rows: page.mailboxes, next: page.next, total: page.total }
    },
  }),
  route({
    method: 'get',
    path: '/holds/{holdId}',
    id: 'showHold',
    tag: 'Holds',
    summary: 'A hold',
    access: HOLDS,
    reads: true,
    revised: true,
    params: HoldId,
    answer: Hold,
    work: ({ ground, actor, params }) => showHold(ground, actor, params.holdId),
  }),
  route({
    method: 'patch',
    path: '/holds/{holdId}',
    id: 'changeHold',
    tag: 'Holds',
    summary: 'Change a hold; what it holds no longer is held for another 30 days',
    access: HOLDS,
    revised: true,
    params: HoldId,
    body: z
      .object({ ...words, mailboxIds, query: query.nullable(), days })
      .partial()
      .strict(),
    answer: Hold,
    work: ({ ground, queue, actor, params, body, revision }) => {
      const given = Object.entries(body).filter(([, value]) => value !== undefined)
      return changeHold(ground, queue, actor, params.holdId, Object.fromEntries(given), revision)
    },
  }),
  route({
    method: 'post',
    path: '/holds/{holdId}/release',
    id: 'releaseHold',
    tag: 'Holds',
    summary: 'Release a hold: what it held is held for another 30 days',
    access: HOLDS,
    revised: true,
    params: HoldId,
    body: Reason,
    answer: Hold,
    work: ({ ground, queue, actor, params, body, revision }) =>
      releaseHold(ground, queue, actor, params.holdId, body.reason, revision),
  }),
  route({
    method: 'post',
    path: '/holds/{holdId}/remove-delay',
    id: 'removeHoldDelay',
    tag: 'Holds',
    summary: 'End the delay of a released hold at once',
    access: HOLDS,
    params: HoldId,
    body: Reason,
    answer: Hold,
    work: ({ ground, queue, actor, params, body }) =>
      removeDelay(ground, queue, actor, params.holdId, body.reason),
  }),
  route({
    method: 'get',
    path: '/holds/{holdId}/report',
    id: 'reportHold',
    tag: 'Holds',
    summary: 'What a hold holds now, in copies: an item counts in each mailbox',
    access: HOLDS,
    params: HoldId,
    answer: z
      .object({
        mailboxes: z.number().int(),
        copies: z.number().int().describe('In its mailboxes.'),
        held: z.number().int().describe('By this hold, what it could not be asked of included.'),
        undecided: z
          .array(z.object({ reason: z.enum(UNDECIDED_REASONS), copies: z.number().int() }))
          .describe('Held because the query cannot be asked of them (yet).'),
        pending: z.number().int().describe('Held until the query has looked at them.'),
        untold: z.number().int().describe('Mailboxes whose items are yet to be marked.'),
      })
      .meta({ id: 'HoldReport' }),
    work: ({ ground, actor, params }) => reportHold(ground, actor, params.holdId),
  }),
  route({
    method: 'get',
    path: '/holds/{holdId}/mailboxes',
    id: 'listHoldMailboxes',
    tag: 'Holds',
    summary: 'The mailboxes of a hold, by address',
    access: HOLDS,
    reads: true,
    params: HoldId,
    query: PageQuery.strict(),
    answer: pageOf(
      z.object({
        mailboxId: z.number().int(),
        address: z.string(),
        displayName: z.string(),
        inactive: z.boolean(),
        placedAt: Time,
        releasedAt: Time.nullable(),
        delayUntil: Time.nullable(),
      }),
    ),
    work: async ({ ground, actor, params, query }) => {
      const { mailboxes, next, total } = await listHoldMailboxes(ground, actor, params.holdId, {
        ...(query.after ? { after: query.after } : {}),
        limit: query.limit,
      })
      return { rows: mailboxes, next, total }
    },
  }),
  route({
    method: 'get',
    path: '/holds/{holdId}/history',
    id: 'readHoldHistory',
    tag: 'Holds',
    summary: 'Every act on a hold, newest first',
    access: HOLDS,
    reads: true,
    params: HoldId,
    answer: z.object({
      rows: z.array(
        z.object({
          at: Time,
          actor: z.string(),
          act: z.string(),
          said: z
            .record(z.string(), z.unknown())
            .describe('What was changed, and why: words, query, days, mailboxes by id.'),
        }),
      ),
    }),
    work: async ({ ground, actor, params }) => ({
      rows: await readHoldHistory(ground, actor, params.holdId),
    }),
  }),
] as const
