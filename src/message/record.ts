/**
 * Reads O2 records (docs/formats/telemessage-site.md, "O2: records"). Fields that are missing or of another type are
 * read as far as they go: only what is no JSON object at all is refused.
 */
import { hash } from 'node:crypto'
import { HoldfastError } from '../errors.ts'
import type { ReadContext } from './email.ts'
import { mediaType } from './general-reader.ts'
import type { Attachment, Call, Direction, ItemFacts, ItemKind, ItemSource, Participant } from './item.ts'
import { classifyNumber, PartyList, type Role } from './participant.ts'
import { identifierText, oneLine, unixLines, wellFormed } from './text.ts'
import { parseAnyTime, possibleTime } from './times.ts'
import {
  callStatusOf,
  flagsOf,
  isCall,
  isStripped,
  kindOf,
  readAmendment,
  secondsBetween,
} from './vocabulary.ts'

/** The attachments that were streamed, by the source's name for them. */
export type StreamedContents = ReadonlyMap<string, { readonly size: number; readonly sha256: Buffer }>

type Fields = Readonly<Record<string, unknown>>

/** The facts of a record: the site's message object with its `body`, or the body alone. ITEM_UNREADABLE if it is none. */
export function readRecord(raw: Buffer, context: ReadContext, contents: StreamedContents): ItemFacts {
  const message = parseObject(raw)
  const body = bodyOf(message)
  const sourceItemId = context.sourceItemId ?? sourceIdOf(message, body)
  const direction = directionOf(body.direction)
  const participants = participantsOf(body, direction)
  const time = body.messageTime
  const sentAt = possibleTime(parseAnyTime(time), context.arrivedAt)
  const attachments = attachmentsOf(body.attachment, contents)
  const kind = kindOf(textOf(body.messageContext)) ?? guessKind(body, attachments.length > 0)
  const received = unixLines(wellFormed(textOf(body.textContent)))
  const subject = oneLine(textOf(body.subject))
  const amended = readAmendment(sourceItemId, subject, received)
  return {
    form: 'record',
    network: context.network,
    sourceItemId,
    kind,
    direction,
    sentAt,
    sentAtAsReceived: wellFormed(textOf(time)),
    arrivedAt: context.arrivedAt,
    participants,
    subject,
    text: amended ? amended.text : received,
    groupId: identifierText(textOf(body.dialogGroupId)) || null,
    groupName: oneLine(textOf(body.dialogGroupName)) || null,
    threadId: identifierText(textOf(body.threadId)) || null,
    call: callOf(body.callInfo, kind, context.arrivedAt),
    attachments,
    amendment: amended?.amendment ?? null,
    flags: flagsOf({
      'impossible-time': sentAt === null,
      'no-source-id': sourceItemId === null,
      'stripped-at-capture': isStripped(received),
      'defective-mime': false,
      'no-participants': participants.length === 0,
      'truncated-text': false,
    }),
  }
}

/** The source's id as `readRecord` finds it, and nothing else of what the record says. ITEM_UNREADABLE if it is none. */
export function readRecordSource(raw: Buffer): ItemSource {
  const message = parseObject(raw)
  return { sourceItemId: sourceIdOf(message, bodyOf(message)) }
}

const bodyOf = (message: Fields): Fields => (isObject(message.body) ? message.body : message)

const sourceIdOf = (message: Fields, body: Fields): string | null =>
  identifierText(textOf(body.messageId) || textOf(message.messageId)) || null

function parseObject(raw: Buffer): Fields {
  let value: unknown
  try {
    value = JSON.parse(raw.toString('utf8'))
  } catch {
    throw new HoldfastError('ITEM_UNREADABLE', 'the record is not JSON')
  }
  if (!isObject(value)) throw new HoldfastError('ITEM_UNREADABLE', 'the record is JSON but no object')
  return value
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A scalar as text; numbers too, which some writers leave unquoted. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : ''
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  return value === undefined || value === null ? [] : [value]
}

function directionOf(value: unknown): Direction | null {
  const text = textOf(value).trim().toLowerCase()
  if (text === 'in' || text === 'incoming') return 'in'
  return text === 'out' || text === 'outgoing' ? 'out' : null
}

function participantsOf(body: Fields, direction: Direction | null): Participant[] {
  const parties = new PartyList()
  const userId = identifierText(textOf(body.subscriberId)) || null
  const user = classifyNumber(textOf(body.msisdn)).number
  const fromEnriched = listOf(body.fromEnriched)[0]
  if (isGiven(body.from) || fromEnriched !== undefined)
    parties.add(partyOf('from', listOf(body.from)[0], fromEnriched, user, userId))
  const to = listOf(body.to)
  const toEnriched = listOf(body.toEnriched)
  for (let index = 0; index < Math.max(to.length, toEnriched.length); index++)
    parties.add(partyOf('to', to[index], toEnriched[index], user, userId))
  const { list } = parties
  // The captured user took part even where the record leaves their side out.
  const side: Role | null = direction === 'out' ? 'from' : direction === 'in' ? 'to' : null
  if (user !== '' && side !== null && !list.some(party => party.role === side && party.form !== 'withheld'))
    if (!list.some(party => party.number === user))
      return [
        partyOf(side, user, undefined, user, userId),
        ...list.filter(party => party.role !== side),
      ].sort(fromFirst)
  return list
}

function fromFirst(left: Participant, right: Participant): number {
  return Number(right.role === 'from') - Number(left.role === 'from')
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}

function partyOf(
  role: Role,
  value: unknown,
  enriched: unknown,
  user: string,
  userId: string | null,
): Participant {
  const more: Fields = isObject(enriched) ? enriched : {}
  const { form, number } = classifyNumber(textOf(value) || textOf(more.value))
  const emails: string[] =
    form === 'email' ? [oneLine(textOf(value) || textOf(more.value)).toLowerCase()] : []
  for (const given of listOf(more.email)) {
    const email = identifierText(textOf(given)).trim().toLowerCase()
    if (/^[^\s@]+@[^\s@]+$/.test(email) && !emails.includes(email)) emails.push(email)
  }
  const full: Fields = isObject(more.fullName) ? more.fullName : {}
  const name =
    oneLine(`${textOf(full.firstName)} ${textOf(full.lastName)}`) || oneLine(textOf(more.fullName)) || null
  return { role, form, number, userId: number !== '' && number === user ? userId : null, emails, name }
}

function attachmentsOf(value: unknown, contents: StreamedContents): Attachment[] {
  const attachments: Attachment[] = []
  for (const each of listOf(value)) if (isObject(each)) attachments.push(attachmentOf(each, contents))
  return attachments
}

function attachmentOf(fields: Fields, contents: StreamedContents): Attachment {
  const name = oneLine(textOf(fields.name))
  const contentType = mediaType(textOf(fields.contentType).split(';', 1)[0]!)
  const contentId = textOf(fields.contentId)
  if (contentId === '' || typeof fields.content === 'string') {
    const content = Buffer.from(textOf(fields.content), 'base64')
    return {
      name,
      contentType,
      size: content.length,
      digest: hash('sha256', content, 'buffer'),
      content,
      contentId: null,
    }
  }
  const streamed = contents.get(contentId)
  if (streamed)
    return { name, contentType, size: streamed.size, digest: streamed.sha256, content: null, contentId }
  // Not streamed: what the record says of it is all there is.
  const size = parseSize(fields.attachSize)
  const digest = Buffer.from(textOf(fields.digest), 'base64')
  return {
    name,
    contentType,
    size,
    digest: digest.length === 32 ? digest : Buffer.alloc(32),
    content: null,
    contentId,
  }
}

function parseSize(value: unknown): number {
  const size = Number(textOf(value))
  return Number.isSafeInteger(size) && size >= 0 ? size : 0
}

/** For a record without a context we know: what it carries tells. */
function guessKind(body: Fields, hasAttachments: boolean): ItemKind {
  if (isObject(body.callInfo)) return hasAttachments ? 'voice-call' : 'call-log'
  return hasAttachments ? 'mms' : 'sms'
}

function callOf(value: unknown, kind: ItemKind, arrivedAt: Date): Call | null {
  if (!isObject(value)) {
    if (!isCall(kind)) return null
    return { status: 'unknown', startedAt: null, endedAt: null, seconds: null, callId: null }
  }
  const startedAt = possibleTime(parseAnyTime(value.startTime), arrivedAt)
  const endedAt = possibleTime(parseAnyTime(value.endTime), arrivedAt)
  const duration = Number(textOf(value.callDurationInMillis) || Number.NaN)
  return {
    status: callStatusOf(value.callStatus),
    startedAt,
    endedAt,
    seconds: secondsBetween(startedAt, endedAt) ?? (duration >= 0 ? Math.floor(duration / 1000) : null),
    callId: identifierText(textOf(value.callID)) || null,
  }
}
