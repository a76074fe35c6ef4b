/**
 * Who an item is: ids and keys that are the same wherever and whenever the item is read (DESIGN.md section 5, RFC 9562
 * section 5.8). All are keyed, so that no short text can be guessed from what is stored in the open. The bytes are
 * stated in docs/formats/message.md; a change would double every item that is collected again.
 */
import type { KeyObject } from 'node:crypto'
import type { ItemFacts, Participant } from './item.ts'
import { keyedHash } from './keyed-hash.ts'

const VERSION = 1
const ABSENT = 0xffffffff

/** A growing row of length-prefixed fields. One is reused: everything here is synchronous. */
let scratch = Buffer.allocUnsafe(16 * 1024)
let used = 0

function reserve(bytes: number): void {
  if (used + bytes <= scratch.length) return
  const larger = Buffer.allocUnsafe(Math.max(scratch.length * 2, used + bytes))
  scratch.copy(larger, 0, 0, used)
  scratch = larger
}

/** uint32 length, then UTF-8; the length ffffffff stands for null, which is not the empty text. */
function addText(text: string | null): void {
  if (text === null) {
    reserve(4)
    used = scratch.writeUInt32BE(ABSENT, used)
    return
  }
  reserve(4 + text.length * 3)
  const bytes = scratch.write(text, used + 4, 'utf8')
  scratch.writeUInt32BE(bytes, used)
  used += 4 + bytes
}

function addBytes(bytes: Buffer): void {
  reserve(4 + bytes.length)
  used = scratch.writeUInt32BE(bytes.length, used)
  used += bytes.copy(scratch, used)
}

function addNumber(value: number | null): void {
  reserve(12)
  used = scratch.writeUInt32BE(value === null ? ABSENT : 8, used)
  if (value !== null) used = scratch.writeDoubleBE(value, used)
}

function addByte(value: number): void {
  reserve(1)
  used = scratch.writeUInt8(value, used)
}

/** Ends a row: gives the buffer back to small rows after a large one. */
function finish(): Buffer {
  const row = scratch.subarray(0, used)
  if (scratch.length > 1024 * 1024) scratch = Buffer.allocUnsafe(16 * 1024)
  used = 0
  return row
}

/**
 * What an item says, as bytes: kind, direction, time of sending, parties, subject, text, group, call, attachments, what
 * it amends. Left out is what differs between copies of one item (delivery headers, arrival) and what sources look up
 * rather than received (display names, user ids, group names). Parties are a set: their order says nothing.
 */
export function canonicalContent(facts: ItemFacts): Buffer {
  addContent(facts)
  return Buffer.from(finish())
}

function addContent(facts: ItemFacts): void {
  addByte(VERSION)
  addText(facts.kind)
  addText(facts.direction)
  addNumber(facts.sentAt ? facts.sentAt.getTime() : null)
  // An impossible time is kept as it came, and tells items apart as it came.
  addText(facts.sentAt ? null : facts.sentAtAsReceived)
  const parties = facts.participants.map(partyText).sort()
  addNumber(parties.length)
  for (const party of parties) addText(party)
  addText(facts.subject)
  addText(facts.text)
  addText(facts.groupId)
  const { call } = facts
  addByte(call ? 1 : 0)
  if (call) {
    addText(call.status)
    addNumber(call.startedAt ? call.startedAt.getTime() : null)
    addNumber(call.endedAt ? call.endedAt.getTime() : null)
    addNumber(call.seconds)
    addText(call.callId)
  }
  addNumber(facts.attachments.length)
  for (const attachment of facts.attachments) {
    addText(attachment.name)
    addText(attachment.contentType)
    addNumber(attachment.size)
    addBytes(attachment.digest)
  }
  const { amendment } = facts
  addByte(amendment ? 1 : 0)
  if (amendment) {
    addText(amendment.act)
    addText(amendment.originalItemId)
    addText(amendment.previousText)
  }
}

/** A party without what was looked up for it. Sorted and joined by LF, which no address or number contains. */
function partyText(party: Participant): string {
  const start = `${party.role}\n${party.form}\n${party.number}`
  if (party.emails.length === 0) return start
  if (party.emails.length === 1) return `${start}\n${party.emails[0]}`
  return `${start}\n${[...party.emails].sort().join('\n')}`
}

/**
 * The item's id, 16 bytes: a UUIDv8 of 48 bits of the time of sending in ms (0 if that is impossible) and 74 bits of
 * HMAC-SHA-256 over account, network, the source's id and the canonical content. Ids sort by time.
 */
export function itemId(identityKey: KeyObject, accountId: string, facts: ItemFacts): Buffer {
  addText('holdfast item 1')
  addText(accountId)
  addText(facts.network)
  addText(facts.sourceItemId)
  addContent(facts)
  const tag = keyedHash(identityKey, finish())
  const id = Buffer.allocUnsafeSlow(16)
  id.writeUIntBE(facts.sentAt ? facts.sentAt.getTime() : 0, 0, 6)
  tag.copy(id, 6, 0, 10)
  id[6] = (id[6]! & 0x0f) | 0x80
  id[8] = (id[8]! & 0x3f) | 0x80
  return id
}

/** Finds the versions of one source item (equal id, other content), 8 bytes. Means nothing where the source gave no id. */
export function sourceKey(
  identityKey: KeyObject,
  accountId: string,
  network: string,
  sourceItemId: string | null,
): Buffer {
  addText('holdfast source 1')
  addText(accountId)
  addText(network)
  addText(sourceItemId)
  return shortTag(identityKey)
}

/** Finds the items of one conversation, 8 bytes: its group or thread, else the set of its parties. */
export function conversationKey(identityKey: KeyObject, facts: ItemFacts): Buffer {
  addText('holdfast conversation 1')
  for (const field of conversationOf(facts)) addText(field)
  return shortTag(identityKey)
}

function shortTag(identityKey: KeyObject): Buffer {
  const tag = keyedHash(identityKey, finish())
  return Buffer.from(tag.subarray(0, 8))
}

/** What names a conversation. Roles say nothing: who asks and who answers take part in the same one. */
export function conversationOf(facts: ItemFacts): string[] {
  if (facts.groupId !== null) return [facts.network, 'group', facts.groupId]
  if (facts.threadId !== null) return [facts.network, 'thread', facts.threadId]
  const marks = new Set<string>()
  for (const party of facts.participants)
    marks.add(party.number !== '' ? party.number : [...party.emails].sort().join('\n') || party.form)
  return [facts.network, 'parties', ...[...marks].sort()]
}

/** The id in the text form of RFC 9562 section 4, lower case. */
export function formatItemId(id: Buffer): string {
  const hex = id.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** True of what looks like an item's id. */
export function isItemId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
}

/** The inverse of `formatItemId`. RangeError for what is no UUID. */
export function parseItemId(text: string): Buffer {
  if (!isItemId(text)) throw new RangeError('not an item id')
  return Buffer.from(text.replaceAll('-', ''), 'hex')
}
