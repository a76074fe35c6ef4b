/** The header of a message we write: what mail systems need, then the item's facts in fields of our own. */
import { hash } from 'node:crypto'
import { leftOutAddresses, writeAddresses } from './addresses.ts'
import { conversationOf, formatItemId } from './identity.ts'
import type { ItemFacts, ItemKind, Participant } from './item.ts'
import { writeExact, writeText } from './rfc-text.ts'
import { isoTime, mailDate } from './times.ts'
import { subjectOf } from './wording.ts'

/** RFC 3458: what kind of message a mail carries. */
const CONTEXTS: Readonly<Record<ItemKind, string>> = Object.freeze({
  sms: 'pager-message',
  mms: 'multimedia-message',
  chat: 'text-message',
  'voice-call': 'voice-message',
  'video-call': 'multimedia-message',
  'call-log': 'none',
  event: 'none',
})

/** All fields up to those of the content, each ended by CRLF. */
export function writeHeaders(facts: ItemFacts, itemId: Buffer): string {
  const from: Participant[] = []
  const to: Participant[] = []
  const cc: Participant[] = []
  const bcc: Participant[] = []
  for (const party of facts.participants) {
    const list = party.role === 'from' ? from : party.role === 'to' ? to : party.role === 'cc' ? cc : bcc
    list.push(party)
  }
  const conversation = `<conversation.${conversationMark(facts)}@holdfast.invalid>`
  let fields = `Date: ${mailDate(facts.sentAt ?? facts.arrivedAt)}\r\n`
  // RFC 5322 section 3.6.2: one author needs no Sender, several do.
  fields +=
    from.length === 0 ? 'From: "Unknown" <unknown@phone.invalid>\r\n' : writeAddresses('From', from, true)
  if (from.length > 1) fields += writeAddresses('Sender', from.slice(0, 1), true)
  fields +=
    writeAddresses('To', to, false) + writeAddresses('Cc', cc, false) + writeAddresses('Bcc', bcc, false)
  fields += writeText('Subject', subjectOf(facts))
  fields += `Message-ID: <${formatItemId(itemId)}@holdfast.invalid>\r\n`
  fields += `In-Reply-To:\r\n ${conversation}\r\nReferences:\r\n ${conversation}\r\n`
  fields += `Message-Context: ${CONTEXTS[facts.kind]}\r\n`
  if (facts.kind === 'mms' && facts.sourceItemId !== null)
    fields += writeExact('X-Mms-Message-Id', facts.sourceItemId)
  return `${fields}${factFields(facts)}MIME-Version: 1.0\r\n`
}

function factFields(facts: ItemFacts): string {
  let fields = writeExact('X-Holdfast-Network', facts.network) + writeExact('X-Holdfast-Kind', facts.kind)
  if (facts.direction) fields += `X-Holdfast-Direction: ${facts.direction}\r\n`
  if (facts.sourceItemId !== null) fields += writeExact('X-Holdfast-Source-Item-Id', facts.sourceItemId)
  fields += `X-Holdfast-Arrived: ${isoTime(facts.arrivedAt)}\r\n`
  if (facts.sentAt === null) fields += writeExact('X-Holdfast-Sent-As-Received', facts.sentAtAsReceived)
  if (facts.groupId !== null) fields += writeExact('X-Holdfast-Group-Id', facts.groupId)
  if (facts.groupName !== null) fields += writeText('X-Holdfast-Group-Name', facts.groupName)
  if (facts.threadId !== null) fields += writeExact('X-Holdfast-Thread-Id', facts.threadId)
  if (facts.subject !== '') fields += writeText('X-Holdfast-Subject', facts.subject)
  let userId: string | null = null
  for (const party of facts.participants) {
    // The captured user may stand on both sides.
    if (party.userId !== null && party.userId !== userId)
      fields += writeExact('X-Holdfast-User-Id', party.userId)
    userId = party.userId ?? userId
    for (const address of party.emails.length === 0 ? [] : leftOutAddresses(party))
      fields += writeExact('X-Holdfast-Other-Address', address)
  }
  fields += callFields(facts)
  if (facts.amendment) {
    fields += writeExact('X-Holdfast-Amendment', facts.amendment.act)
    if (facts.amendment.originalItemId !== null)
      fields += writeExact('X-Holdfast-Original-Item-Id', facts.amendment.originalItemId)
  }
  if (facts.flags.length > 0) fields += writeExact('X-Holdfast-Flags', facts.flags.join(' '))
  return fields
}

function callFields({ call }: ItemFacts): string {
  if (!call) return ''
  let fields = writeExact('X-Holdfast-Call-Status', call.status)
  if (call.startedAt) fields += `X-Holdfast-Call-Started: ${isoTime(call.startedAt)}\r\n`
  if (call.endedAt) fields += `X-Holdfast-Call-Ended: ${isoTime(call.endedAt)}\r\n`
  if (call.seconds !== null) fields += `X-Holdfast-Call-Seconds: ${call.seconds}\r\n`
  if (call.callId !== null) fields += writeExact('X-Holdfast-Call-Id', call.callId)
  return fields
}

/** Names the conversation to mail readers. Not secret: whoever has the message has what it is made of. */
function conversationMark(facts: ItemFacts): string {
  return hash('sha256', conversationOf(facts).join('\n')).slice(0, 32)
}
