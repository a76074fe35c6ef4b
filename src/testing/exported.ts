/** Copies of items as the writers of exports are given them, made to order for tests. */
import { createSecretKey, hash } from 'node:crypto'
import type { ExportedItem, PackageFile, UnwrittenItem, WriterSetting } from '../export/package-file.ts'
import {
  conversationKey,
  formatItemId,
  type ItemFacts,
  itemId,
  type Participant,
  writeMessage,
} from '../message/message.ts'

const KEY = createSecretKey(Buffer.alloc(32, 5))

export const SETTING: WriterSetting = {
  timeZone: 'UTC',
  unit: 1,
  part: 1,
  parts: 1,
  natives: true,
  demonstration: false,
}

export const party = (
  role: Participant['role'],
  number: string,
  name: string | null = null,
  emails: readonly string[] = [],
): Participant => ({ role, form: 'number', number, userId: null, emails, name })

export const ANNA = party('from', '447700900123', 'Anna Berg', ['anna.berg@kestrel-harbour.example'])
export const BO = party('to', '46701740605', 'Bo Ek')

export type MadeItem = Partial<Omit<ItemFacts, 'attachments' | 'sentAt' | 'arrivedAt'>> & {
  readonly at?: string | null
  readonly files?: readonly { readonly name: string; readonly bytes: Buffer; readonly contentType?: string }[]
  readonly copy?: Partial<ExportedItem>
}

/** An SMS from Anna to Bo, or whatever else is asked for, with its message and its id. */
export function exportedItem(ordinal: number, made: MadeItem = {}): ExportedItem {
  const {
    at = `2026-07-01T10:00:${String(ordinal % 60).padStart(2, '0')}.000Z`,
    files = [],
    copy = {},
    ...facts
  } = made
  const sentAt = at === null ? null : new Date(at)
  const arrivedAt = new Date((sentAt?.getTime() ?? Date.UTC(2026, 6, 2)) + 60_000)
  const whole: ItemFacts = {
    form: 'record',
    network: 'O2',
    sourceItemId: `M-${ordinal}`,
    kind: files.length > 0 ? 'mms' : 'sms',
    direction: 'out',
    sentAt,
    sentAtAsReceived: at ?? 'yesterday',
    arrivedAt,
    participants: [ANNA, BO],
    subject: '',
    text: `Message ${ordinal}`,
    groupId: null,
    groupName: null,
    threadId: null,
    call: null,
    attachments: files.map(({ name, bytes, contentType = 'application/octet-stream' }) => ({
      name,
      contentType,
      size: bytes.length,
      digest: hash('sha256', bytes, 'buffer'),
      content: bytes,
      contentId: null,
    })),
    amendment: null,
    flags: [],
    ...facts,
  }
  const id = itemId(KEY, 'ACCOUNT-1', whole)
  const message = writeMessage(whole, id)
  return {
    ordinal,
    itemId: formatItemId(id),
    grade: 'match',
    custodian: { mailbox: 'anna.berg@kestrel-harbour.example', folder: 'O2 SMS and Voice Network Archiver' },
    custodians: ['anna.berg@kestrel-harbour.example'],
    kind: whole.kind,
    direction: whole.direction,
    sentAt,
    arrivedAt,
    filedAt: arrivedAt,
    conversation: conversationKey(KEY, whole).toString('base64url'),
    versionOf: null,
    facts: whole,
    messageSize: message.length,
    message: null,
    openMessage: () => inPieces(message),
    openAttachment: number => inPieces(files[number - 1]!.bytes),
    ...copy,
  }
}

/** Of all sorts, as an export may have them. */
export function mixedItems(): ExportedItem[] {
  const amendment = { act: 'edit', originalItemId: 'M-3', previousText: null } as const
  return [
    exportedItem(1, { text: 'Hi \ud800 þ® \u0000 \u202ertl' }),
    exportedItem(2, { text: 'Liked “Message 3”' }),
    exportedItem(3),
    exportedItem(4, { text: 'Changed', amendment }),
    exportedItem(5, {
      files: [
        { name: 'a.bin', bytes: Buffer.alloc(70_000, 7) },
        { name: 'a.bin', bytes: Buffer.from('x') },
      ],
    }),
    exportedItem(6, { text: 'Liked “Message 3”', at: '2026-07-01T10:00:03.000Z' }),
    exportedItem(7, { at: null, copy: { grade: 'context' } }),
  ]
}

/** As storage gives it: in pieces of no particular size. */
export async function* inPieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += 1000) yield bytes.subarray(from, from + 1000)
}

export type Written = {
  /** By path; what units give for a joined file is joined. */
  readonly files: ReadonlyMap<string, Buffer>
  readonly ordinals: ReadonlyMap<string, readonly number[]>
  readonly failed: ReadonlyMap<number, string>
}

/** Everything that a writer gave, in memory. */
export async function written(given: AsyncIterable<PackageFile | UnwrittenItem>): Promise<Written> {
  const files = new Map<string, Buffer>()
  const ordinals = new Map<string, readonly number[]>()
  const failed = new Map<number, string>()
  for await (const each of given) {
    if ('failed' in each) {
      failed.set(each.failed, each.reason)
      continue
    }
    if (files.has(each.path) && !each.joined) throw new Error(`two files are ${each.path}`)
    const pieces = Buffer.isBuffer(each.content) ? [each.content] : await Array.fromAsync(each.content)
    files.set(each.path, Buffer.concat([files.get(each.path) ?? Buffer.alloc(0), ...pieces]))
    ordinals.set(each.path, each.ordinals)
  }
  return { files, ordinals, failed }
}
