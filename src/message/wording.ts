/**
 * What a person reads: subject and body. Fixed English wording in UTC, since the bytes must be the same for ever
 * (test/golden pins them).
 */
import { showParty } from './addresses.ts'
import type { Amendment, Call, CallStatus, ItemFacts, ItemKind, Participant } from './item.ts'
import { oneLine, unixLines, wellFormed } from './text.ts'
import { isoTime } from './times.ts'
import { isCall } from './vocabulary.ts'

const KIND_WORDS: Readonly<Record<ItemKind, string>> = Object.freeze({
  sms: 'SMS',
  mms: 'MMS',
  chat: 'Chat message',
  'voice-call': 'Voice call',
  'video-call': 'Video call',
  'call-log': 'Call',
  event: 'Event',
})

const STATUS_WORDS: Readonly<Record<CallStatus, string>> = Object.freeze({
  ok: 'answered',
  missed: 'missed',
  failed: 'failed',
  'voice-mail': 'voice mail',
  rejected: 'rejected',
  busy: 'busy',
  blocked: 'blocked',
  'answered-externally': 'answered externally',
  unknown: 'status unknown',
})

const ACT_WORDS: Readonly<Record<Amendment['act'], string>> = Object.freeze({
  edit: 'Edited',
  'delete-for-all': 'Deleted for all',
  'delete-for-me': 'Deleted for me',
  'delete-all-messages': 'Conversation deleted',
})

/** Recipients named in a subject; the rest are counted. */
const SUBJECT_PARTIES = 3

/** "SMS from Anna Berg 447700900123 to Bo Ek 46701740605", with what matters of the kind after it. */
export function subjectOf(facts: ItemFacts): string {
  const from = facts.participants.filter(party => party.role === 'from')
  const to = facts.participants.filter(party => party.role !== 'from')
  let subject = facts.amendment ? `${ACT_WORDS[facts.amendment.act]}: ` : ''
  subject += KIND_WORDS[facts.kind]
  if (from.length > 0) subject += ` from ${nameSome(from)}`
  const group = facts.groupName === null ? '' : oneLine(facts.groupName)
  if (group !== '') subject += ` to group ${group}`
  else if (facts.groupId !== null && to.length !== 1)
    subject += ` to group${to.length === 0 ? '' : ` of ${to.length + from.length}`}`
  else if (to.length > 0 && !isAboutOne(facts, from, to)) subject += ` to ${nameSome(to)}`
  if (facts.call) subject += ` (${callWords(facts.call)})`
  const own = facts.amendment ? withoutActWords(oneLine(facts.subject)) : oneLine(facts.subject)
  return own === '' ? subject : `${subject}: ${own}`
}

/** A system event has the captured user on both sides. */
function isAboutOne(facts: ItemFacts, from: readonly Participant[], to: readonly Participant[]): boolean {
  return facts.kind === 'event' && from.length === 1 && to.length === 1 && from[0]!.number === to[0]!.number
}

/** TeleMessage's own prefixes say no more than ours. */
function withoutActWords(subject: string): string {
  return subject.replace(/^(?:EDIT(?:ED)?|DELETED For All|DELETED For Me)(?![\p{L}\p{N}])[ :-]*/u, '')
}

function nameSome(parties: readonly Participant[]): string {
  const shown = parties.slice(0, SUBJECT_PARTIES).map(showParty)
  const others = parties.length - shown.length
  if (others > 0) return `${shown.join(', ')} and ${others} ${others === 1 ? 'other' : 'others'}`
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}` : shown[0]!
}

function callWords(call: Call): string {
  const status = STATUS_WORDS[call.status]
  return call.seconds !== null && call.seconds > 0 ? `${status}, ${durationWords(call.seconds)}` : status
}

/** "1 h 2 min 5 s", leaving out what is nil. */
function durationWords(seconds: number): string {
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  const rest = seconds % 60
  const parts: string[] = []
  if (hours > 0) parts.push(`${hours} h`)
  if (minutes > 0) parts.push(`${minutes} min`)
  if (rest > 0 || parts.length === 0) parts.push(`${rest} s`)
  return parts.join(' ')
}

/** The body: what was written; for calls and amendments the particulars, so that a reader needs no headers. */
export function bodyOf(facts: ItemFacts): string {
  const text = unixLines(wellFormed(facts.text))
  const { amendment, call } = facts
  if (!amendment && !call && !isCall(facts.kind)) return text
  const blocks: string[] = []
  if (call || isCall(facts.kind)) blocks.push(callBlock(facts))
  if (amendment) blocks.push(amendmentBlock(amendment, text))
  else if (text !== '') blocks.push(text)
  return blocks.join('\n\n')
}

function callBlock(facts: ItemFacts): string {
  const lines: string[] = [KIND_WORDS[facts.kind], '']
  if (facts.direction) lines.push(`Direction: ${facts.direction === 'in' ? 'incoming' : 'outgoing'}`)
  for (const party of facts.participants) lines.push(`${ROLE_WORDS[party.role]}: ${showParty(party)}`)
  const group = facts.groupName === null ? '' : oneLine(facts.groupName)
  if (group !== '') lines.push(`Group: ${group}`)
  const { call } = facts
  if (call) {
    lines.push(`Status: ${STATUS_WORDS[call.status]}`)
    if (call.startedAt) lines.push(`Started: ${timeWords(call.startedAt)}`)
    if (call.endedAt) lines.push(`Ended: ${timeWords(call.endedAt)}`)
    if (call.seconds !== null) lines.push(`Duration: ${durationWords(call.seconds)}`)
  }
  return lines.join('\n')
}

const ROLE_WORDS = Object.freeze({ from: 'From', to: 'To', cc: 'Copy to', bcc: 'Blind copy to' })

function amendmentBlock(amendment: Amendment, text: string): string {
  const original =
    oneLine(amendment.originalItemId ?? '') === ''
      ? ''
      : `\nOriginal message ID: ${oneLine(amendment.originalItemId ?? '')}`
  const blocks = [`${ACT_WORDS[amendment.act]}${original}`]
  const previous = amendment.previousText === null ? null : unixLines(wellFormed(amendment.previousText))
  if (amendment.act === 'edit') {
    if (previous !== null) blocks.push(`Previous text:\n${previous}`)
    blocks.push(previous === null ? text : `Edited text:\n${text}`)
  } else {
    if (previous !== null) blocks.push(`Deleted text:\n${previous}`)
    if (text !== '') blocks.push(text)
  }
  return blocks.join('\n\n')
}

/** "2026-07-01 10:00:00 UTC" */
function timeWords(time: Date): string {
  return `${isoTime(time).slice(0, 19).replace('T', ' ')} UTC`
}
