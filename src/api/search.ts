/** Searching all that one may read. The query is in the body: what stands in an address is written to logs on its way. */
import { z } from 'zod'
import {
  countMatches,
  estimateSearch,
  listHitConversations,
  listSearchMailboxes,
  listSearchPlaces,
  readHitConversation,
  readSearch,
  SEARCH_SORTS,
} from '../archive/archive.ts'
import { ItemId, StreamEntry } from './message-shape.ts'
import { route } from './route.ts'
import { pageOf, Time } from './schema.ts'
import { askedOf, Estimate, HitLine, id, MarkedFile, marks, query, scope } from './search-shape.ts'

const SEARCHED = ['Compliance Search', 'Preview'] as const

const cursor = z.string().max(500).optional().describe('The `next` of the page before.')
const limit = z.number().int().min(1).max(200).default(50)
const restricted = z
  .number()
  .int()
  .describe(
    'Items where it looked, matching or not, that were left out: they were to be erased, and are kept.',
  )
const Asked = z.object({ query, ...scope }).strict()

export const searchRoutes = [
  route({
    method: 'post',
    path: '/search/count',
    id: 'countMatches',
    tag: 'Search',
    summary: 'How many items match a query',
    access: ['Compliance Search'],
    reads: true,
    body: Asked,
    answer: z.object({ matches: z.number().int() }),
    work: async ({ ground, actor, body }) => ({
      matches: await countMatches(ground, actor, body.query, askedOf(body)),
    }),
  }),
  route({
    method: 'post',
    path: '/search/estimate',
    id: 'estimateSearch',
    tag: 'Search',
    summary: 'How much a query finds, by mailbox and by kind, and what it could not see',
    access: ['Compliance Search'],
    reads: true,
    body: Asked,
    answer: Estimate,
    work: ({ ground, actor, body }) => estimateSearch(ground, actor, body.query, askedOf(body)),
  }),
  route({
    method: 'post',
    path: '/search',
    id: 'search',
    tag: 'Search',
    summary: 'The items that match a query, each with where it matches',
    access: ['Preview'],
    reads: true,
    body: Asked.extend({ sort: z.enum(SEARCH_SORTS).default('newest'), after: cursor, limit }),
    answer: pageOf(HitLine).extend({ restricted }),
    work: async ({ ground, actor, body }) => {
      const { lines, next, restricted } = await readSearch(ground, actor, body.query, askedOf(body), {
        ...(body.after ? { after: body.after } : {}),
        limit: body.limit,
        sort: body.sort,
      })
      return { rows: lines, next, restricted }
    },
  }),
  route({
    method: 'post',
    path: '/search/conversations',
    id: 'searchConversations',
    tag: 'Search',
    summary: 'The conversations that a query finds something in, the one with the newest hit first',
    access: ['Preview'],
    reads: true,
    body: Asked.extend({ after: cursor, limit }),
    answer: z.object({
      rows: z.array(
        z.object({
          conversation: z.string(),
          hits: z.number().int(),
          firstAt: Time.nullable().describe('When its first hit was sent.'),
          lastAt: Time.nullable(),
          newest: HitLine,
        }),
      ),
      next: z.string().nullable(),
      total: z.number().int(),
      moved: z
        .number()
        .int()
        .describe('Conversations that came before the first page since then; begin again to see them.'),
      restricted,
    }),
    work: async ({ ground, actor, body }) => {
      const page = { ...(body.after ? { after: body.after } : {}), limit: body.limit }
      const found = await listHitConversations(ground, actor, body.query, askedOf(body), page)
      const { conversations, ...rest } = found
      return { rows: conversations, ...rest }
    },
  }),
  route({
    method: 'post',
    path: '/search/items/{itemId}/conversation',
    id: 'readHitConversation',
    tag: 'Search',
    summary: 'The conversation around an item that was found, with what the query finds in it marked',
    access: ['Preview'],
    reads: true,
    params: ItemId,
    body: Asked.extend({
      address: z
        .string()
        .min(1)
        .max(320)
        .optional()
        .describe('The mailbox that it is read in; left out: one that has the item.'),
      before: z.uuid().optional().describe('The `older` of a page.'),
      after: z.uuid().optional().describe('The `newer` of a page.'),
      limit,
    }),
    answer: z.object({
      rows: z.array(StreamEntry),
      older: z.string().nullable(),
      newer: z.string().nullable(),
      address: z.string(),
      conversation: z.string(),
      marks: z
        .array(z.object({ itemId: z.uuid(), subject: marks, text: marks, attachments: z.array(MarkedFile) }))
        .describe('Of the hits on this page.'),
      hits: z.number().int().describe('In the whole conversation.'),
      earlierHit: z.uuid().nullable().describe('The nearest before this page.'),
      laterHit: z.uuid().nullable().describe('The nearest after this page.'),
    }),
    work: async ({ ground, actor, params, body }) => {
      const { address, before, after, limit } = body
      const page = {
        ...(address ? { address } : {}),
        ...(before ? { before } : {}),
        ...(after ? { after } : {}),
        limit,
      }
      const { entries, ...rest } = await readHitConversation(
        ground,
        actor,
        body.query,
        askedOf(body),
        params.itemId,
        page,
      )
      return { rows: entries, ...rest }
    },
  }),
  route({
    method: 'get',
    path: '/search/places',
    id: 'listSearchPlaces',
    tag: 'Search',
    summary: 'The connectors and folders that a search can be limited to',
    access: SEARCHED,
    reads: true,
    answer: z.object({
      connectors: z.array(
        z.object({ connectorId: z.number().int(), name: z.string(), removed: z.boolean() }),
      ),
      folders: z.array(z.string()),
    }),
    work: ({ ground, actor }) => listSearchPlaces(ground, actor),
  }),
  route({
    method: 'post',
    path: '/search/mailboxes',
    id: 'listSearchMailboxes',
    tag: 'Search',
    summary: 'The mailboxes that a search can be limited to',
    access: SEARCHED,
    reads: true,
    body: z
      .object({
        containing: z.string().max(200).optional().describe('In addresses, names and attributes.'),
        mailboxIds: z.array(id).max(10_000).optional().describe('Only these.'),
        after: cursor,
        limit,
      })
      .strict(),
    answer: pageOf(z.object({ mailboxId: z.number().int(), address: z.string(), displayName: z.string() })),
    work: async ({ ground, actor, body }) => {
      const { containing, mailboxIds, after } = body
      const page = await listSearchMailboxes(ground, actor, {
        ...(containing ? { containing } : {}),
        ...(mailboxIds ? { mailboxIds } : {}),
        ...(after ? { after } : {}),
        limit: body.limit,
      })
      return { rows: page.mailboxes, next: page.next, total: page.total }
    },
  }),
] as const
