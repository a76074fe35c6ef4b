/** One item: what was sent, its attachments, its bytes, and how it came here. Every call is recorded as a reading. */
import { z } from 'zod'
import {
  HTML_PAGE_POLICY,
  openAttachment,
  openHtml,
  openMessage,
  proveItem,
  readMessage,
  showCustody,
} from '../archive/archive.ts'
import { HOLD_KINDS, UNDECIDED_REASONS } from '../hold/hold.ts'
import { Filing, ItemId, OpenedMessage } from './message-shape.ts'
import { type Download, download, route } from './route.ts'
import { Time } from './schema.ts'

const READ = ['Preview'] as const

const Custody = z
  .object({
    itemId: z.uuid(),
    state: z.enum(['filed', 'unmapped', 'quarantined']),
    connector: z.object({
      connectorId: z.number().int(),
      name: z.string(),
      product: z.string(),
      accountId: z.string(),
    }),
    run: z.object({
      runId: z.number().int(),
      trigger: z.string(),
      windowFrom: Time,
      windowTo: Time,
    }),
    batchId: z.number().int(),
    sourceItemId: z.string().nullable(),
    sentAt: Time.nullable(),
    sentAtAsReceived: z.string(),
    arrivedAt: Time,
    collectedAt: Time,
    filedAt: Time,
    filings: z.array(Filing),
    flags: z.array(z.string()),
    vaultObject: z.string(),
    originalSize: z.number(),
    messageSize: z.number().nullable().describe('null when the message is the original, byte for byte.'),
    originalDigest: z.string().describe('SHA-256 in hex, computed from the content as it was opened.'),
    messageDigest: z.string(),
    exports: z
      .array(z.object({ exportId: z.uuid(), requestedBy: z.string(), completedAt: Time, format: z.string() }))
      .describe('Completed exports that hold a copy of it.'),
    holds: z
      .array(
        z.object({
          mailboxId: z.number().int(),
          holdId: z.number().int().nullable().describe('null for a hold that reaches beyond what you see.'),
          kind: z.enum(HOLD_KINDS),
          until: Time.nullable().describe('null is for ever.'),
          delayed: z.boolean().describe('Released, and in its delay.'),
          undecided: z
            .enum([...UNDECIDED_REASONS, 'pending'])
            .nullable()
            .describe('Why its query could not be asked; `pending` until it has looked.'),
        }),
      )
      .describe('The holds on its copies in the mailboxes that you may read.'),
    acts: z
      .array(
        z.object({
          entryId: z.uuid(),
          sequence: z.number().nullable(),
          at: Time,
          actor: z.string(),
          act: z.string(),
          subject: z.string(),
          detail: z.record(z.string(), z.unknown()),
        }),
      )
      .describe('What changed it since it was archived: labels, decisions of reviews, filing again.'),
    leaf: z.string().describe("The item's leaf in its batch's tree, in hex."),
    entry: z
      .object({ entryId: z.uuid(), at: Time, sequence: z.number().nullable() })
      .nullable()
      .describe('The audit entry that filed its batch.'),
    checkpoint: z
      .object({ size: z.number(), note: z.string() })
      .nullable()
      .describe('The newest signed checkpoint that covers that entry.'),
  })
  .meta({ id: 'Custody' })

export const itemRoutes = [
  route({
    method: 'get',
    path: '/items/{itemId}',
    id: 'readMessage',
    tag: 'Items',
    summary: 'An item opened: what was sent, its attachments and its header',
    access: READ,
    reads: true,
    params: ItemId,
    query: z
      .object({ mailbox: z.string().max(320).optional().describe('The mailbox that it is read in.') })
      .strict(),
    answer: OpenedMessage,
    work: ({ ground, actor, params, query }) =>
      readMessage(ground, actor, params.itemId, query.mailbox ?? null),
  }),
  route({
    method: 'get',
    path: '/items/{itemId}/custody',
    id: 'getCustody',
    tag: 'Items',
    summary: 'Where an item came from, what was kept of it, and what proves it',
    access: READ,
    reads: true,
    params: ItemId,
    answer: Custody,
    work: ({ ground, actor, params }) => showCustody(ground, actor, params.itemId),
  }),
  route({
    method: 'get',
    path: '/items/{itemId}/html',
    id: 'getHtml',
    tag: 'Items',
    summary: "A message's HTML made inert, as a page for a frame without scripts or loads",
    access: READ,
    reads: true,
    params: ItemId,
    query: z.object({ language: z.enum(['en', 'sv']).default('en') }).strict(),
    answer: download('text/html; charset=utf-8'),
    work: async ({ ground, actor, params, query }) => ({
      fileName: 'message.html',
      disposition: 'inline' as const,
      headers: { 'content-security-policy': HTML_PAGE_POLICY },
      chunks: await openHtml(ground, actor, params.itemId, {
        language: query.language,
        remote: query.language === 'sv' ? 'Bild från nätet, inte hämtad' : 'Picture from the web, not loaded',
      }),
    }),
  }),
  route({
    method: 'get',
    path: '/items/{itemId}/parts/{number}',
    id: 'getAttachment',
    tag: 'Items',
    summary: 'An attachment, whole or a range of it',
    access: READ,
    reads: true,
    params: ItemId.extend({ number: z.coerce.number().int().min(1).max(4096) }),
    query: z.object({ show: z.enum(['true']).optional().describe('To be shown in place.') }).strict(),
    answer: download('application/octet-stream'),
    work: async ({ ground, actor, params, query, exchange }) => {
      const range = rangeOf(exchange.request.headers.range)
      const opened = await openAttachment(ground, actor, params.itemId, params.number, range)
      return attachmentAnswer(opened, params.number, query.show === 'true')
    },
  }),
  ...(['message', 'original'] as const).map(part =>
    route({
      method: 'get',
      path: `/items/{itemId}/${part}`,
      id: part === 'message' ? 'getMessageFile' : 'getOriginalFile',
      tag: 'Items',
      summary:
        part === 'message' ? 'The message (RFC 5322), as a file' : 'The item exactly as received, as a file',
      access: READ,
      reads: true,
      params: ItemId,
      answer: download(part === 'message' ? 'message/rfc822' : 'application/octet-stream'),
      work: async ({ ground, actor, params }) => {
        const { size, chunks } = await openMessage(ground, actor, params.itemId, part)
        return { fileName: `${params.itemId}.${part === 'message' ? 'eml' : 'original'}`, size, chunks }
      },
    }),
  ),
  route({
    method: 'get',
    path: '/items/{itemId}/proof',
    id: 'getProof',
    tag: 'Items',
    summary: 'The proof that an item was archived with just these bytes, for `holdfast verify`',
    access: ['Export'],
    reads: true,
    params: ItemId,
    answer: download('application/json'),
    work: async ({ ground, actor, params }) => ({
      fileName: `${params.itemId}.proof.json`,
      chunks: await proveItem(ground, actor, params.itemId),
    }),
  }),
] as const

type Opened = Awaited<ReturnType<typeof openAttachment>>

function attachmentAnswer(opened: Opened, number: number, show: boolean): Download {
  const { name, size, range, chunks } = opened
  const inPlace = show && opened.mayShow
  const answer = {
    fileName: name === '' ? `attachment-${number}` : name,
    type: inPlace ? opened.contentType : 'application/octet-stream',
    disposition: inPlace ? ('inline' as const) : ('attachment' as const),
    chunks,
  }
  if (!range) return { ...answer, size, headers: { 'accept-ranges': 'bytes' } }
  return {
    ...answer,
    status: 206,
    size: range.to - range.from + 1,
    headers: { 'accept-ranges': 'bytes', 'content-range': `bytes ${range.from}-${range.to}/${size}` },
  }
}

/** One range of bytes (RFC 9110 section 14.1.2); whatever else is asked for is answered whole. */
export function rangeOf(header: string | undefined): { from: number | null; to: number | null } | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return null
  const number = (text: string) => (text === '' ? null : Number(text))
  const range = { from: number(match[1]!), to: number(match[2]!) }
  return range.from !== null && range.to !== null && range.from > range.to ? null : range
}
