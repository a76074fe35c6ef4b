/** What answers about messages look like; several areas give them. */
import { z } from 'zod'
import { Time } from './schema.ts'

export const ItemId = z.object({ itemId: z.uuid() })

export const KINDS = ['sms', 'mms', 'chat', 'voice-call', 'video-call', 'call-log', 'event'] as const

const Party = z
  .object({
    role: z.enum(['from', 'to', 'cc', 'bcc']),
    form: z.string().describe('number, short-code, alphanumeric, withheld or email.'),
    number: z
      .string()
      .describe("Digits without '+', or the text of a sender in letters; '' where there is none."),
    emails: z.array(z.string()),
    name: z.string().nullable(),
    isOwner: z.boolean().describe('True for the person whose mailbox is read.'),
  })
  .meta({ id: 'Party' })

const Act = z.enum(['edit', 'delete-for-all', 'delete-for-me', 'delete-all-messages'])

const said = {
  itemId: z.uuid(),
  conversation: z.string().describe('Equal for the items of one conversation.'),
  kind: z.string(),
  state: z.enum(['filed', 'unmapped', 'quarantined']),
  direction: z.enum(['in', 'out']).nullable().describe("From the captured user's side."),
  isOwn: z.boolean().nullable().describe('Whether the owner of the mailbox sent it; null if nobody can say.'),
  sentAt: Time.nullable().describe('null where the source gave no possible time.'),
  arrivedAt: Time,
  parties: z.array(Party),
  groupName: z.string().nullable(),
  subject: z.string(),
  text: z.string(),
  attachments: z.number().int(),
  flags: z.array(z.string()),
  problem: z.string().nullable().describe('Why the item did not open, as the code of an error.'),
}

export const MessageLine = z
  .object({
    ...said,
    text: z.string().describe('The beginning of what was written; of a deletion, of what was deleted.'),
    call: z.object({ status: z.string(), seconds: z.number().nullable() }).nullable(),
    amendment: Act.nullable(),
  })
  .meta({ id: 'MessageLine' })

const CardValue = z.object({ kind: z.string(), value: z.string() })

const AttachmentView = z
  .object({
    number: z.number().int().describe('From 1; it is opened by this number.'),
    name: z.string(),
    contentType: z.string(),
    size: z.number().nullable(),
    shownAs: z.enum(['picture', 'sound', 'video', 'card', 'mail', 'file']),
    cards: z.array(
      z.object({
        name: z.string(),
        organisation: z.string(),
        title: z.string(),
        numbers: z.array(CardValue),
        emails: z.array(CardValue),
        addresses: z.array(CardValue),
        note: z.string(),
      }),
    ),
  })
  .meta({ id: 'AttachmentView' })

const entry = {
  ...said,
  isTextCut: z.boolean().describe('True where the text is longer than is shown.'),
  call: z
    .object({
      status: z.string(),
      startedAt: Time.nullable(),
      endedAt: Time.nullable(),
      seconds: z.number().nullable(),
    })
    .nullable(),
  amendment: z
    .object({
      act: Act,
      previousText: z.string().nullable().describe('What it said before the edit or deletion.'),
      itemId: z.uuid().nullable().describe('The item that it speaks of, where it may be seen.'),
    })
    .nullable(),
  reaction: z.object({ mark: z.string(), isRemoved: z.boolean(), quoted: z.string() }).nullable(),
  isGroup: z.boolean(),
  files: z.array(AttachmentView),
}

export const StreamEntry = z
  .object({
    ...entry,
    renamedFrom: z.string().nullable().describe("The group's name until this message."),
    joined: z.array(Party).describe('Who takes part from this message on.'),
    left: z.array(Party).describe('Who took part until the message before.'),
  })
  .meta({ id: 'StreamEntry' })

export const Filing = z
  .object({ mailbox: z.string(), folder: z.string(), filedAt: Time, hiddenAt: Time.nullable() })
  .meta({ id: 'Filing' })

export const OpenedMessage = z
  .object({
    ...entry,
    reason: z.string().nullable(),
    headers: z.array(z.object({ name: z.string(), value: z.string() })),
    hasHtml: z.boolean(),
    originalSize: z.number(),
    messageSize: z.number(),
    isOriginal: z.boolean().describe('True where the message is the original, byte for byte.'),
    filings: z.array(Filing),
    versions: z.array(z.object({ itemId: z.uuid(), filedAt: Time })),
  })
  .meta({ id: 'OpenedMessage' })
