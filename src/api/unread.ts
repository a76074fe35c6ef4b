/** What search could not see: which attachments, and why. */
import { z } from 'zod'
import { countPartiallyIndexed, listPartiallyIndexed, UNSEEN_REASONS } from '../archive/archive.ts'
import { route } from './route.ts'
import { pageOf, Time } from './schema.ts'
import { askedOf, scope } from './search-shape.ts'

const reason = z.enum(UNSEEN_REASONS).describe('`waiting`: the item is not yet indexed to its end.')

export const unreadRoutes = [
  route({
    method: 'post',
    path: '/search/partially-indexed/count',
    id: 'countPartiallyIndexed',
    tag: 'Search',
    summary: 'How many items could not be searched to their end, by reason',
    access: ['Compliance Search'],
    reads: true,
    body: z.object(scope).strict(),
    answer: z.object({
      partiallyIndexed: z.number().int().describe('Items with an attachment that could not be read.'),
      notYetIndexed: z.number().int().describe('Items whose attachments wait to be read.'),
      byReason: z.array(z.object({ reason, items: z.number().int(), attachments: z.number().int() })),
    }),
    work: ({ ground, actor, body }) => countPartiallyIndexed(ground, actor, askedOf(body)),
  }),
  route({
    method: 'post',
    path: '/search/partially-indexed',
    id: 'listPartiallyIndexed',
    tag: 'Search',
    summary: 'The attachments that could not be searched, newest first',
    access: ['Preview'],
    reads: true,
    body: z
      .object({
        ...scope,
        reason: reason.optional(),
        after: z.string().max(500).optional().describe('The `next` of the page before.'),
        limit: z.number().int().min(1).max(200).default(50),
      })
      .strict(),
    answer: pageOf(
      z.object({
        itemId: z.uuid(),
        number: z.number().int().describe('The attachment, from 1; 0 is the item as a whole.'),
        reason,
        kind: z.string(),
        sentAt: Time.nullable(),
        arrivedAt: Time,
        mailboxes: z.array(z.string()).describe('Addresses of the mailboxes that it is filed in.'),
        name: z.string(),
        contentType: z.string(),
        size: z.number().nullable(),
      }),
    ),
    work: async ({ ground, actor, body }) => {
      const { lines, next } = await listPartiallyIndexed(ground, actor, askedOf(body), {
        ...(body.reason ? { reason: body.reason } : {}),
        ...(body.after ? { after: body.after } : {}),
        limit: body.limit,
      })
      return { rows: lines, next }
    },
  }),
] as const
