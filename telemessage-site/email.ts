/**
 * Enterprise Number items as TeleMessage's e-mail: RFC 5322 and MIME, with the headers of the contract
 * (docs/formats/telemessage-site.md). The text is a string of ASCII; a recording stays a recording, so that a
 * message of a hundred megabytes is made while it is sent.
 */
import { hash } from 'node:crypto'
import { mailDate } from './dates.ts'
import { type Item, itemSubject, itemText } from './item.ts'
import { type Recording, recordingWrapped, recordingWrappedSize } from './media.ts'
import { encodeWords, isAscii, parameter, quotedPrintable, wrapBase64 } from './mime-text.ts'
import { mix } from './random.ts'

const HOST = 'archive.telemessage-site.example'
const STATUSES = ['Delivered', 'Delivered', 'Delivered', 'Read', 'Read', 'None']

/** An e-mail: ASCII text before, the recording if there is one, ASCII text after. */
export type Email = { readonly head: string; readonly recording: Recording | null; readonly tail: string }

export function emailSize(email: Email): number {
  return email.head.length + (email.recording ? recordingWrappedSize(email.recording) : 0) + email.tail.length
}

/** The bytes of an e-mail, in pieces. */
export function* emailBytes(email: Email): Generator<Buffer> {
  yield Buffer.from(email.head, 'latin1')
  if (email.recording) yield* recordingWrapped(email.recording)
  if (email.tail !== '') yield Buffer.from(email.tail, 'latin1')
}

const scratch = Buffer.allocUnsafeSlow(512 * 1024)

/** An e-mail that is small enough to be in a page, as base64. */
export function emailBase64(email: Email): string {
  let length = scratch.write(email.head, 0, 'latin1')
  if (email.recording)
    for (const piece of recordingWrapped(email.recording)) length += piece.copy(scratch, length)
  if (email.tail !== '') length += scratch.write(email.tail, length, 'latin1')
  return scratch.toString('base64', 0, length)
}

export function writeEmail(item: Item): Email {
  const text = itemText(item)
  const key = mix(item.textSeed, item.sent)
  const boundary = `=_tm_${key.toString(16).padStart(8, '0')}`
  let head = deliveryHeaders(item, key)
  head += `Date: ${mailDate(item.sent)}\r\nFrom: ${item.from.from[item.plus & 1 ? 1 : 0]}\r\n`
  const plusTo = item.plus & 2 ? 1 : 0
  let to = ''
  for (const party of item.to) to += (to === '' ? '' : ',\r\n ') + party.to[plusTo]
  head += `To: ${to}\r\nSubject: ${subjectHeader(item)}\r\nMIME-Version: 1.0\r\n`
  head += archiveHeaders(item, text, key)
  head += `Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n--${boundary}\r\n${textPart(text)}`
  for (const media of item.media)
    head += `--${boundary}\r\n${attachmentHeaders(media.name, media.contentType)}${media.wrapped}`
  const recording = item.call?.recording ?? null
  if (!recording) return { head: `${head}--${boundary}--\r\n`, recording: null, tail: '' }
  head += `--${boundary}\r\n${attachmentHeaders(`${item.call!.id}.wav`, 'audio/wav')}`
  return { head, recording, tail: `--${boundary}--\r\n` }
}

/** What differs between an item and its N+1 copies, and nothing else does. */
function deliveryHeaders(item: Item, key: number): string {
  const recipient =
    item.copy === 0 ? item.owner.contact : (item.to[(item.copy - 1) % item.to.length] ?? item.owner.contact)
  const address = recipient.emails[0] ?? `archive@${HOST}`
  const trace = mix(key, item.copy, item.arrival).toString(16)
  return (
    `Return-Path: <bounce+${trace}@${HOST}>\r\n` +
    `Received: from keeper${1 + (item.copy % 3)}.${HOST} by mx.${HOST}\r\n with ESMTP id ${trace}; ${mailDate(item.arrival)}\r\n` +
    `RCPT_TO: ${address}\r\nMessage-ID: <${trace}.${item.copy}@${HOST}>\r\n` +
    (item.copy === 0 ? '' : `X-TELEMESSAGE-Recipient: ${recipient.number}\r\n`)
  )
}

function archiveHeaders(item: Item, text: string, key: number): string {
  const { thread, call, owner } = item
  let headers = item.id === '' ? '' : `X-TELEMESSAGE-ArchiveMessageID: ${item.id}\r\n`
  headers +=
    `X-TELEMESSAGE-Network: ENTERPRISE_NUMBER\r\nX-TELEMESSAGE-MessageType: ${item.context}\r\n` +
    `X-TELEMESSAGE-ArchiveSource: Enterprise Number Archiver\r\nX-TELEMESSAGE-ArchiveInitiator: ${owner.number}\r\n` +
    `X-TELEMESSAGE-SID: ${owner.userId}\r\nX-TELEMESSAGE-Status: ${item.out ? STATUSES[key % STATUSES.length] : 'None'}\r\n`
  if (thread)
    headers += `X-TELEMESSAGE-THREAD_ID: ${thread.id}\r\nX-TELEMESSAGE-ThreadName: ${thread.nameHeader}\r\n`
  const group = thread?.group
  headers += group
    ? `X-TELEMESSAGE-GroupID: ${group.id}\r\nX-TELEMESSAGE-GROUP_NAME: ${thread.nameHeader}\r\n`
    : 'X-TELEMESSAGE-GroupID: \r\nX-TELEMESSAGE-GROUP_NAME: \r\n'
  headers += `X-TELEMESSAGE-OriginalMesageIntegrity: ${hash('sha256', text, 'base64')}\r\n`
  if (call)
    headers += `X-TELEMESSAGE-CallID: ${call.id}\r\nX-TELEMESSAGE-CallStatus: ${call.status}\r\nX-TELEMESSAGE-CallStart: ${call.start}\r\nX-TELEMESSAGE-CallEnd: ${call.end}\r\n`
  return headers
}

function subjectHeader(item: Item): string {
  return itemSubject(
    item,
    party => party.labelHeader,
    group => (isAscii(group.name) ? group.name : encodeWords(group.name)),
    '\r\n ',
  )
}

const TEXT = 'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: '

function textPart(text: string): string {
  if (isAscii(text))
    return `${TEXT}7bit\r\n\r\n${text.includes('\n') ? text.replaceAll('\n', '\r\n') : text}\r\n`
  // Text that is mostly ASCII goes as quoted-printable, as mailers do.
  const bytes = Buffer.from(text.includes('\n') ? text.replaceAll('\n', '\r\n') : text)
  if (bytes.length < text.length * 1.2) return `${TEXT}quoted-printable\r\n\r\n${quotedPrintable(text)}\r\n`
  return `${TEXT}base64\r\n\r\n${wrapBase64(bytes.toString('base64'))}`
}

function attachmentHeaders(name: string, contentType: string): string {
  return `Content-Type: ${contentType}\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n ${parameter('filename', name)}\r\n\r\n`
}
