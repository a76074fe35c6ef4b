/** Searching all that one may read. The query is in the body: what stands in an address is written to logs on its way. */
import { z } from 'zod'
import { countMatches, readSearch } from '../archive/archive.ts'
import { MessageLine } from './message-shape.ts'
import { route } from './route.ts'
import { pageOf } from './schema.ts'

const query = z.string().max(10_000).describe('In the language of searches.')
const mailboxIds = z
  .array(z.number().int().min(1).max(2_147_483_647))
  .max(10_000)
  .nullable()
  .default(null)
  .describe('Only in these mailboxes; null: in all that you may search.')

export const searchRoutes = [
  route({
    method: 'post',
    path: '/search/count',
    id: 'countMatches',
    tag: 'Search',
    summary: 'How many items match a query',
    access: ['Compliance Search'],
    reads: true,
    body: z.object({ query, mailboxIds }).strict(),
    answer: z.object({ matches: z.number().int() }),
    work: async ({ ground, actor, body }) => ({
      matches: await countMatches(ground, actor, body.query, { mailboxIds: body.mailboxIds }),
    }),
  }),
  route({
    method: 'post',
    path: '/search',
    id: 'search',
    tag: 'Search',
    summary: 'The items that match a query, newest first',
    access: ['Preview'],
    reads: true,
    body: z
      .object({
        query,
        mailboxIds,
        after: z.uuid().optional().describe('The `next` of the page before.'),
        limit: z.number().int().min(1).max(200).default(50),
      })
      .strict(),
    answer: pageOf(MessageLine),
    work: async ({ ground, actor, body }) => {
      const { lines, next } = await readSearch(
        ground,
        actor,
        body.query,
        { mailboxIds: body.mailboxIds },
        { ...(body.after ? { after: body.after } : {}), limit: body.limit },
      )
      return { rows: lines, next }
    },
  }),
] as const
