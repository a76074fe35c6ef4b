/** What is asked of searches and answered by them, wherever they are: at the moment, saved, run, in a report. */
import { z } from 'zod'
import type { Asked } from '../archive/archive.ts'
import { MessageLine } from './message-shape.ts'
import { Time } from './schema.ts'

export const query = z.string().max(10_000).describe('In the language of searches.')

export const id = z.number().int().min(1).max(2_147_483_647)

const mailboxIds = z
  .array(id)
  .max(10_000)
  .nullable()
  .describe('Only in these mailboxes; null: in all that you may search.')
const connectorIds = z
  .array(id)
  .max(1_000)
  .nullable()
  .describe('Only what these connectors collected; null: all of them.')
const folders = z
  .array(z.string().min(1).max(200))
  .max(1_000)
  .nullable()
  .describe('Only in folders of these names.')

/** Where a search looks, as it is asked for. */
export const scope = {
  mailboxIds: mailboxIds.default(null),
  connectorIds: connectorIds.default(null),
  folders: folders.default(null),
}

/** Where a search looks, as it is answered. */
export const scopeView = { mailboxIds, connectorIds, folders }

export function askedOf({ mailboxIds, connectorIds, folders }: Asked): Asked {
  return { mailboxIds, ...(connectorIds ? { connectorIds } : {}), ...(folders ? { folders } : {}) }
}

const Mark = z
  .object({ start: z.number().int(), end: z.number().int().describe('Without it.') })
  .meta({ id: 'Mark', description: 'A stretch of a text, in UTF-16 units.' })

export const marks = z.array(Mark)

export const MarkedFile = z.object({ number: z.number().int(), name: z.string(), marks })

export const HitLine = MessageLine.extend({
  hit: z
    .object({
      subject: marks,
      excerpt: z.string().describe('The text around the first mark, in one line.'),
      marks: marks.describe('Of the excerpt.'),
      more: z.number().int().describe('Marks of the text beyond the excerpt.'),
      attachments: z.array(MarkedFile).describe('Those whose names are marked.'),
      within: z
        .array(z.object({ number: z.number().int(), name: z.string() }))
        .describe('The words are in the text of one of these attachments, and nowhere else.'),
    })
    .nullable()
    .describe('Why it was found; null for an item that does not open.'),
}).meta({ id: 'HitLine' })

export const shares = {
  byMailbox: z
    .array(
      z.object({
        mailboxId: z.number().int(),
        address: z.string(),
        displayName: z.string(),
        items: z.number().int(),
        bytes: z.number().int(),
      }),
    )
    .describe('Copies: an item counts in each mailbox that it is filed in.'),
  byKind: z.array(z.object({ kind: z.string(), items: z.number().int(), bytes: z.number().int() })),
}

export const Estimate = z
  .object({
    items: z.number().int(),
    bytes: z.number().int().describe('Of the messages, as they would be exported.'),
    ...shares,
    partiallyIndexed: z
      .number()
      .int()
      .describe('Items of the scope with an attachment whose text could not be read to its end.'),
    notYetIndexed: z.number().int().describe('Items of the scope whose attachments wait to be read.'),
    restricted: z
      .number()
      .int()
      .describe('Items of the scope that were left out: they were to be erased, and are kept.'),
    at: Time.describe('The moment that all of it is true of.'),
  })
  .meta({ id: 'SearchEstimate' })
