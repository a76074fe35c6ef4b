/** Unmapped: which numbers found no mailbox and why, assigning one there and then, and replays. */
import { z } from 'zod'
import { getConnector } from '../connector/connector.ts'
import { getMailbox } from '../directory/directory.ts'
import type { Ground } from '../ground.ts'
import {
  assignUnmapped,
  countUnmapped,
  finishSoon,
  getReplay,
  listReplays,
  listUnmappedParties,
  pageUnmapped,
  requestReplay,
} from '../pipeline/pipeline.ts'
import { dateOf, LineBody } from './mapping.ts'
import { route } from './route.ts'
import { PageQuery, pageOf, Time } from './schema.ts'

const SEE = ['View-Only Configuration', 'Mailbox Import Export'] as const
const CHANGE = ['Mailbox Import Export'] as const

const ConnectorId = z.coerce.number().int().min(1).max(2_147_483_647)

const UnmappedView = z
  .object({
    connectorId: z.number().int(),
    connectorName: z.string(),
    sourceUser: z
      .string()
      .describe('The number, address or user id; empty where an item names none of our people.'),
    registeredName: z.string().nullable().describe('As the site registers this number.'),
    reasons: z.array(z.enum(['no-mapping', 'mailbox-unknown', 'mailbox-not-active', 'no-participant'])),
    wanted: z.array(z.string()).describe('Mailboxes that were named in vain.'),
    items: z.number().int(),
    firstAt: Time,
    lastAt: Time,
    samples: z.array(
      z.object({ itemId: z.string(), at: Time, kind: z.string(), direction: z.string().nullable() }),
    ),
  })
  .meta({ id: 'UnmappedNumber' })

const ReplayView = z
  .object({
    replayId: z.number().int(),
    connectorId: z.number().int().nullable(),
    requestedBy: z.string(),
    createdAt: Time,
    completedAt: Time.nullable().describe('null while it waits or goes on.'),
    failures: z.number().int().describe('Open failures when it was asked for.'),
    lookedAt: z.number().int(),
    resolved: z.number().int(),
    filings: z.number().int().describe('Items filed, once for each mailbox.'),
  })
  .meta({ id: 'Replay' })

export const unmappedRoutes = [
  route({
    method: 'get',
    path: '/unmapped',
    id: 'listUnmapped',
    tag: 'Unmapped',
    summary: 'What found no mailbox, by number; most items first',
    access: SEE,
    query: PageQuery.extend({
      connectorId: ConnectorId.optional(),
      reason: z.enum(['no-mapping', 'mailbox-unknown', 'mailbox-not-active', 'no-participant']).optional(),
      search: z.string().max(100).optional(),
    }).strict(),
    answer: pageOf(UnmappedView).extend({ items: z.number().int().describe('Items of all numbers.') }),
    work: async ({ ground, query }) => {
      const { connectorId, reason, search: containing } = query
      const filter = { connectorId, reason, containing }
      const [{ numbers, next }, totals] = await Promise.all([
        pageUnmapped(ground.database, filter, query),
        countUnmapped(ground.database, filter),
      ])
      const names = await namesOf(
        ground,
        numbers.map(each => each.connectorId),
      )
      return {
        rows: numbers.map(each => ({
          ...each,
          reasons: each.reasons as ('no-mapping' | 'mailbox-unknown')[],
          connectorName: names.get(each.connectorId) ?? '',
        })),
        next,
        total: totals.numbers,
        items: totals.items,
      }
    },
  }),
  route({
    method: 'get',
    path: '/unmapped/count',
    id: 'countUnmapped',
    tag: 'Unmapped',
    summary: 'How many numbers, and items, found no mailbox',
    access: SEE,
    answer: z.object({ numbers: z.number().int(), items: z.number().int() }).meta({ id: 'UnmappedCount' }),
    work: async ({ ground }) => countUnmapped(ground.database),
  }),
  route({
    method: 'get',
    path: '/unmapped/parties',
    id: 'listUnmappedParties',
    tag: 'Unmapped',
    summary: 'Who takes part in the items that name none of our people',
    access: SEE,
    query: z.object({ connectorId: ConnectorId }).strict(),
    answer: z.object({ rows: z.array(z.object({ party: z.string(), items: z.number().int() })) }),
    work: async ({ ground, query }) => ({
      rows: await listUnmappedParties(ground.database, query.connectorId, 50),
    }),
  }),
  route({
    method: 'post',
    path: '/unmapped/assign',
    id: 'assignUnmapped',
    tag: 'Unmapped',
    summary: 'Assign a number a mailbox, as a line of the custom mapping, and file what was kept for it',
    access: CHANGE,
    body: z
      .object({
        connectorId: ConnectorId,
        sourceUser: z.string().max(200).describe('Whose failures are replayed, as the list has it.'),
        line: LineBody,
      })
      .strict(),
    answer: z
      .object({
        mailbox: z.object({ mailboxId: z.number().int(), address: z.string(), displayName: z.string() }),
        replay: ReplayView,
      })
      .meta({ id: 'Assignment' }),
    work: async ({ ground, queue, actor, body }) => {
      const { line, ...which } = body
      const { entry, replay } = await assignUnmapped(ground, queue, actor, {
        ...which,
        entry: { ...line, validFrom: dateOf(line.validFrom), validTo: dateOf(line.validTo) },
      })
      return { mailbox: await getMailbox(ground.database, entry.mailboxAddress), replay }
    },
  }),
  route({
    method: 'post',
    path: '/unmapped/replay',
    id: 'replayUnmapped',
    tag: 'Unmapped',
    summary: 'File again what can be filed now, after a correction of mapping or directory',
    access: CHANGE,
    body: z.object({ connectorId: ConnectorId.optional() }).strict(),
    answer: ReplayView,
    work: async ({ ground, queue, actor, body }) => {
      const scope = { connectorId: body.connectorId ?? null, sourceUser: null }
      const asked = await ground.database.transaction(tx => requestReplay(tx, ground, queue, actor, scope))
      return finishSoon(ground, queue, asked)
    },
  }),
  route({
    method: 'get',
    path: '/replays',
    id: 'listReplays',
    tag: 'Unmapped',
    summary: 'The last replays, newest first',
    access: SEE,
    query: z.object({ limit: z.coerce.number().int().min(1).max(50).default(5) }).strict(),
    answer: z.object({ rows: z.array(ReplayView) }),
    work: async ({ ground, query }) => ({ rows: await listReplays(ground.database, query.limit) }),
  }),
  route({
    method: 'get',
    path: '/replays/{replayId}',
    id: 'getReplay',
    tag: 'Unmapped',
    summary: 'A replay: how far it is',
    access: SEE,
    params: z.object({ replayId: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) }),
    answer: ReplayView,
    work: async ({ ground, params }) => getReplay(ground.database, params.replayId),
  }),
] as const

async function namesOf(ground: Ground, connectorIds: readonly number[]): Promise<Map<number, string>> {
  const ids = [...new Set(connectorIds)]
  const connectors = await Promise.all(ids.map(connectorId => getConnector(ground.database, connectorId)))
  return new Map(connectors.map(each => [each.connectorId, each.name]))
}
