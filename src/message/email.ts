/** Reads e-mail items: takes the mail apart, then reads TeleMessage's headers out of it. Never refuses a mail. */
import { decodeWords } from 'postal-mime'
import { readSplitMail } from './general-reader.ts'
import type { Call, Direction, ItemFacts, ItemKind, ItemSource, Participant } from './item.ts'
import { type Header, headerOf, type MailParts } from './mime.ts'
import { PartyList } from './participant.ts'
import { readPlainHeaders, readPlainMail } from './quick-reader.ts'
import { MimeSplitter } from './splitter.ts'
import { digitsOf, identifierText, oneLine, wellFormed } from './text.ts'
import { parseAnyTime, parseMailDate, possibleTime } from './times.ts'
import {
  callStatusOf,
  flagsOf,
  isCall,
  isStripped,
  kindOf,
  readAmendment,
  secondsBetween,
} from './vocabulary.ts'

/** What is known of an item before it is read. */
export type ReadContext = {
  readonly network: string
  /** When the item reached the site. */
  readonly arrivedAt: Date
  readonly sourceItemId: string | null
}

/**
 * The facts of an e-mail item, TeleMessage's own or any other. Never throws: what cannot be understood is left out,
 * and the flag 'defective-mime' says so.
 */
export async function readEmail(raw: Buffer, context: ReadContext): Promise<ItemFacts> {
  return factsOf(readPlainMail(raw) ?? (await readAnyMail(raw)), context)
}

/** The source's id as `readEmail` finds it, and nothing else of what the mail says. */
export async function readEmailSource(raw: Buffer): Promise<ItemSource> {
  const headers = readPlainHeaders(raw) ?? (await readAnyMail(raw)).headers
  return { sourceItemId: identifierOf(headerOf(headers, SOURCE_ID) ?? '') }
}

/** As `readEmail`, without the short cut for plain mail; for the test that compares both. */
export async function readAnyEmail(raw: Buffer, context: ReadContext): Promise<ItemFacts> {
  return factsOf(await readAnyMail(raw), context)
}

/**
 * The same facts from a mail that streams by; attachments are counted and hashed but not held (`content` null).
 * Rejects only if the stream does.
 */
export async function readLargeEmail(
  stream: AsyncIterable<Buffer>,
  context: ReadContext,
): Promise<ItemFacts> {
  const splitter = new MimeSplitter(false)
  for await (const piece of stream) splitter.push(piece)
  return factsOf(await readSplitMail(splitter.end()), context)
}

async function readAnyMail(raw: Buffer): Promise<MailParts> {
  const splitter = new MimeSplitter(true)
  splitter.push(raw)
  return readSplitMail(splitter.end())
}

const SOURCE_ID = 'x-telemessage-archivemessageid'

/** The fields that say something here; the first of equal names counts, but every address field. */
type Fields = Record<string, string | undefined>

const FIELDS: ReadonlySet<string> = new Set([
  'date',
  'subject',
  SOURCE_ID,
  'x-telemessage-messagetype',
  'x-telemessage-archiveinitiator',
  'x-telemessage-sid',
  'x-telemessage-thread_id',
  'x-telemessage-groupid',
  'x-telemessage-group_name',
  'x-telemessage-callstatus',
  'x-telemessage-callstart',
  'x-telemessage-callend',
  'x-telemessage-callid',
  'x-mms-message-type',
])

function factsOf(mail: MailParts, context: ReadContext): ItemFacts {
  const parties = new PartyList()
  const fields = readFields(mail.headers, parties)
  const field = (name: string) => decoded(fields[name] ?? '')
  const identifier = (name: string) => identifierOf(fields[name] ?? '')
  const sourceItemId = context.sourceItemId ?? identifier(SOURCE_ID)
  const initiator = digitsOf(field('x-telemessage-archiveinitiator'))
  const participants = withUser(parties.list, initiator, identifier('x-telemessage-sid'))
  const dateAsReceived = wellFormed(fields.date ?? '')
  const sentAt = possibleTime(dateAsReceived === '' ? null : parseMailDate(dateAsReceived), context.arrivedAt)
  const subject = oneLine(field('subject'))
  const kind =
    kindOf(field('x-telemessage-messagetype')) ?? guessKind(fields, mail.attachments.length > 0, participants)
  const amended = readAmendment(sourceItemId, subject, mail.text)
  return {
    form: 'email',
    network: context.network,
    sourceItemId,
    kind,
    direction: directionOf(participants, initiator),
    sentAt,
    sentAtAsReceived: dateAsReceived,
    arrivedAt: context.arrivedAt,
    participants,
    subject,
    text: amended ? amended.text : mail.text,
    groupId: identifier('x-telemessage-groupid'),
    groupName: oneLine(field('x-telemessage-group_name')) || null,
    threadId: identifier('x-telemessage-thread_id'),
    call: callOf(fields, kind, context.arrivedAt),
    attachments: mail.attachments,
    amendment: amended?.amendment ?? null,
    flags: flagsOf({
      'impossible-time': sentAt === null,
      'no-source-id': sourceItemId === null,
      'stripped-at-capture': isStripped(mail.text),
      'defective-mime': mail.defective,
      'no-participants': participants.length === 0,
      'truncated-text': mail.truncated,
    }),
  }
}

const decoded = (value: string): string => (value.includes('=?') ? decodeWords(value) : value)

const identifierOf = (value: string): string | null => identifierText(decoded(value)) || null

function readFields(headers: readonly Header[], parties: PartyList): Fields {
  const fields: Fields = Object.create(null) as Fields
  for (const [name, value] of headers) {
    if (name === 'from' || name === 'to' || name === 'cc' || name === 'bcc') parties.addField(name, value)
    else if (FIELDS.has(name) && fields[name] === undefined) fields[name] = value
  }
  return fields
}

/** The captured user carries the source's user id. */
function withUser(
  list: readonly Participant[],
  initiator: string,
  userId: string | null,
): readonly Participant[] {
  if (userId === null || initiator === '') return list
  return list.map(party => (party.number === initiator ? { ...party, userId } : party))
}

/** Out when the captured user sent it; unknown when nobody says who was captured. */
function directionOf(participants: readonly Participant[], initiator: string): Direction | null {
  if (initiator === '') return null
  return participants.some(party => party.role === 'from' && party.number === initiator) ? 'out' : 'in'
}

/** For mail of other makers, the nearest kind. */
function guessKind(fields: Fields, hasAttachments: boolean, participants: readonly Participant[]): ItemKind {
  if (fields['x-telemessage-callstatus'] !== undefined || fields['x-telemessage-callstart'] !== undefined)
    return hasAttachments ? 'voice-call' : 'call-log'
  if (fields['x-mms-message-type'] !== undefined || hasAttachments) return 'mms'
  return participants.some(party => party.form !== 'email') ? 'sms' : 'chat'
}

function callOf(fields: Fields, kind: ItemKind, arrivedAt: Date): Call | null {
  const status = fields['x-telemessage-callstatus']
  if (!isCall(kind) && status === undefined) return null
  const startedAt = possibleTime(parseAnyTime(fields['x-telemessage-callstart']), arrivedAt)
  const endedAt = possibleTime(parseAnyTime(fields['x-telemessage-callend']), arrivedAt)
  return {
    status: callStatusOf(status),
    startedAt,
    endedAt,
    seconds: secondsBetween(startedAt, endedAt),
    callId: identifierText(fields['x-telemessage-callid'] ?? '') || null,
  }
}
