/** Items as a reader sees them: the row of a list, and the message in a conversation. */
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Amendment, Attachment, Call, ItemFacts } from '../message/message.ts'
import type { ItemRow } from './item.ts'
import { type Shown, shownAs, shownType } from './media.ts'
import { type Owner, type Party, partiesOf } from './party.ts'
import { type Reaction, readReaction } from './reaction.ts'
import { type Card, readCards } from './vcard.ts'

/** A row of a list. */
export type MessageLine = {
  readonly itemId: string
  /** Equal for the items of one conversation. */
  readonly conversation: string
  readonly kind: string
  readonly state: ItemRow['state']
  readonly direction: 'in' | 'out' | null
  /** True if the owner of the mailbox sent it; null if nobody can say. */
  readonly isOwn: boolean | null
  readonly sentAt: Date | null
  readonly arrivedAt: Date
  readonly parties: readonly Party[]
  readonly groupName: string | null
  readonly subject: string
  /** The beginning of what was written; of a deletion, of what was deleted. */
  readonly text: string
  readonly attachments: number
  readonly flags: readonly string[]
  readonly call: { readonly status: string; readonly seconds: number | null } | null
  readonly amendment: Amendment['act'] | null
  /** Why the item could not be opened, as the code of an error; what it says is missing then. */
  readonly problem: string | null
}

export type AttachmentView = {
  /** From 1, by which it is opened. */
  readonly number: number
  readonly name: string
  readonly contentType: string
  /** Bytes; null where only the whole item could tell. */
  readonly size: number | null
  readonly shownAs: Shown
  /** Of a small business card file: its cards. */
  readonly cards: readonly Card[]
}

/** A message in full. */
export type MessageEntry = Omit<MessageLine, 'amendment' | 'call'> & {
  readonly isTextCut: boolean
  readonly call: {
    readonly status: string
    readonly startedAt: Date | null
    readonly endedAt: Date | null
    readonly seconds: number | null
  } | null
  readonly amendment: {
    readonly act: Amendment['act']
    /** What it said before; null where the source did not tell. */
    readonly previousText: string | null
    /** The item that it speaks of, where it is here and may be seen. */
    readonly itemId: string | null
  } | null
  readonly reaction: Reaction | null
  readonly isGroup: boolean
  readonly files: readonly AttachmentView[]
}

const LINE_MAX = 200
const TEXT_MAX = 50_000

/** The columns of an item that its content and its view are made from. */
export async function readRows(ground: Ground, itemIds: readonly string[]): Promise<Map<string, ItemRow>> {
  const rows = await ground.database.query<ItemRow>('select * from item where item_id = any($1::uuid[])', [
    itemIds,
  ])
  return new Map(rows.map(row => [row.item_id, row]))
}

type Read = ItemFacts | HoldfastError | undefined

export function lineOf(row: ItemRow, read: Read, owner: Owner): MessageLine {
  const known = { ...baseOf(row), call: row.call_status ? callLine(row) : null }
  if (read === undefined || read instanceof HoldfastError)
    return { ...known, ...storedParties(row), text: '', amendment: null, problem: read?.code ?? 'INTERNAL' }
  const text = read.text === '' ? (read.amendment?.previousText ?? '') : read.text
  return {
    ...known,
    ...saidOf(read, owner),
    text: beginning(text, LINE_MAX),
    amendment: read.amendment?.act ?? null,
    problem: null,
  }
}

/** `amended` is the item that an amendment speaks of. */
export function entryOf(row: ItemRow, read: Read, owner: Owner, amended: string | null): MessageEntry {
  const known = baseOf(row)
  if (read === undefined || read instanceof HoldfastError)
    return {
      ...known,
      ...storedParties(row),
      text: '',
      isTextCut: false,
      call: row.call_status ? { ...callLine(row), startedAt: null, endedAt: null } : null,
      amendment: null,
      reaction: null,
      isGroup: false,
      files: [],
      problem: read?.code ?? 'INTERNAL',
    }
  const { amendment, call } = read
  return {
    ...known,
    ...saidOf(read, owner),
    text: read.text.slice(0, TEXT_MAX),
    isTextCut: read.text.length > TEXT_MAX || read.flags.includes('truncated-text'),
    call: call ? callOf(call) : null,
    amendment: amendment && {
      act: amendment.act,
      previousText: amendment.previousText?.slice(0, TEXT_MAX) ?? null,
      itemId: amended,
    },
    reaction: readReaction(read.text),
    isGroup: read.groupId !== null,
    files: read.attachments.map((attachment, index) => fileOf(attachment, index + 1)),
    problem: null,
  }
}

function baseOf(row: ItemRow) {
  return {
    itemId: row.item_id,
    conversation: row.conversation.toString('base64url'),
    kind: row.kind,
    state: row.state,
    direction: row.direction,
    sentAt: row.sent_at,
    arrivedAt: row.arrived_at,
    attachments: row.attachments,
    flags: row.flags,
  }
}

function saidOf(facts: ItemFacts, owner: Owner) {
  const parties = partiesOf(facts, owner)
  return { parties, isOwn: isOwn(parties), groupName: facts.groupName, subject: facts.subject }
}

/** Whether the owner sent it; null where they are no party that is known. */
function isOwn(parties: readonly Party[]): boolean | null {
  if (parties.some(party => party.isOwner && party.role === 'from')) return true
  return parties.some(party => party.isOwner) ? false : null
}

/** Of an item that does not open, what is readable all the same. */
function storedParties(row: ItemRow) {
  const parties = row.participants.map(party => ({
    role: party.role as Party['role'],
    form: party.form,
    number: party.number ?? '',
    emails: party.emails ?? [],
    name: null,
    isOwner: false,
  }))
  return { parties, isOwn: null, groupName: null, subject: '' }
}

function callLine(row: ItemRow) {
  return { status: row.call_status ?? 'unknown', seconds: row.call_seconds }
}

function callOf({ status, startedAt, endedAt, seconds }: Call) {
  return { status, startedAt, endedAt, seconds }
}

export function fileOf(attachment: Attachment, number: number): AttachmentView {
  const { name, content } = attachment
  const type = shownType(attachment.contentType, name)
  const shown = shownAs(type)
  return {
    number,
    name,
    contentType: type,
    size: attachment.size,
    shownAs: shown,
    cards: shown === 'card' && content ? readCards(content) : [],
  }
}

/** One line of text, cut between characters. */
function beginning(text: string, length: number): string {
  const line = text
    .slice(0, length * 2)
    .replace(/\s+/g, ' ')
    .trim()
  return line.length <= length ? line : `${line.slice(0, length).toWellFormed().trimEnd()}…`
}
