/**
 * Other people's messages as traffic of a TeleMessage site (docs/formats/telemessage-site.md): one neutral form, and the
 * two in which the site serves it, e-mail for Enterprise Number and records for O2. The people are invented: whoever the
 * corpus names becomes a number of a range reserved for fiction, the same one each time.
 */
import { hash } from 'node:crypto'
import { encodeWords, isAscii, parameter, wrapBase64 } from '../../telemessage-site/mime-text.ts'

export type Party = {
  /** As the item writes it: a number, a short code, letters, '' for a withheld number. */
  readonly number: string
  readonly name?: string
  readonly email?: string
}

export type File = { readonly name: string; readonly contentType: string; readonly bytes: Buffer }

export type Talk = {
  /** '' for an item that has lost its id. */
  readonly id: string
  /** The time of sending as the item writes it: ISO 8601, or whatever the corpus has; '' for none. */
  readonly time: string
  readonly from: Party
  readonly to: readonly Party[]
  readonly owner: Party
  readonly userId: string
  readonly text: string
  readonly context?: string
  readonly subject?: string
  readonly groupId?: string
  readonly groupName?: string
  readonly files?: readonly File[]
}

/** What the site serves of one message; `eml` and `body` are never both there. */
export type Served = {
  readonly messageId: string
  readonly eml?: Buffer
  readonly body?: Readonly<Record<string, unknown>>
  readonly files?: readonly File[]
}

const AREAS = 789
/** The n-th number that nobody has: Ofcom's 07700 900000-900999, then +1 xxx 555 0100-0199. */
export function fictionalNumber(index: number): string {
  if (index < 1000) return `447700900${String(index).padStart(3, '0')}`
  const at = (index - 1000) % (AREAS * 100)
  return `1${201 + Math.floor(at / 100)}55501${String(at % 100).padStart(2, '0')}`
}

/** The record that O2 would have. */
export function asRecord(talk: Talk): Served {
  const { from, to, owner, groupId } = talk
  const out = from.number === owner.number
  const body: Record<string, unknown> = {
    subscriberId: talk.userId,
    msisdn: owner.number,
    ...(talk.id === '' ? {} : { messageId: talk.id }),
    messageContext: contextOf(talk),
    messageTime: talk.time,
    from: from.number,
    to: to.map(party => party.number),
    direction: out ? 'Out' : 'In',
    groupMessage: groupId !== undefined,
    ...(groupId === undefined ? {} : { dialogGroupId: groupId, dialogGroupName: talk.groupName ?? '' }),
    subject: talk.subject ?? '',
    contentType: 'text/plain',
    textContent: talk.text,
    textSize: Buffer.byteLength(talk.text),
    fromEnriched: enriched(from),
    toEnriched: to.map(enriched),
  }
  return { messageId: talk.id, body, ...(talk.files ? { files: talk.files } : {}) }
}

function contextOf({ context, files }: Talk): string {
  return context ?? (files?.length ? 'multimedia-message' : 'pager-message')
}

function enriched({ number, name, email }: Party): Record<string, unknown> {
  return {
    ...(name === undefined ? {} : { fullName: { firstName: name, lastName: '' } }),
    value: number === '' ? 'UNKNOWN' : number,
    ...(email === undefined ? {} : { email }),
  }
}

/** The e-mail that TeleMessage would have made; `copy` is the number of an N+1 copy, which other headers deliver. */
export function asEmail(talk: Talk, copy = 0): Served {
  const boundary = `=_corpus_${hash('sha256', `${talk.id} ${talk.time}`, 'hex').slice(0, 16)}`
  const lines = [
    `Return-Path: <bounce+${copy}@archive.example>`,
    `Received: from keeper${copy}.archive.example by mx.archive.example; ${new Date(copy * 1000).toUTCString()}`,
    `Message-ID: <${boundary.slice(2)}.${copy}@archive.example>`,
    ...(talk.time === '' ? [] : [`Date: ${mailDate(talk.time)}`]),
    `From: ${mailbox(talk.from)}`,
    `To: ${talk.to.map(mailbox).join(',\r\n ')}`,
    `Subject: ${fieldText(talk.subject ?? '')}`,
    'MIME-Version: 1.0',
    ...(talk.id === '' ? [] : [`X-TELEMESSAGE-ArchiveMessageID: ${fieldText(talk.id)}`]),
    'X-TELEMESSAGE-Network: ENTERPRISE_NUMBER',
    `X-TELEMESSAGE-MessageType: ${fieldText(contextOf(talk))}`,
    `X-TELEMESSAGE-ArchiveInitiator: ${talk.owner.number}`,
    `X-TELEMESSAGE-SID: ${fieldText(talk.userId)}`,
    `X-TELEMESSAGE-GroupID: ${fieldText(talk.groupId ?? '')}`,
    `X-TELEMESSAGE-GROUP_NAME: ${fieldText(talk.groupName ?? '')}`,
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
  ]
  const text = Buffer.from(talk.text.replace(/\r+\n|\r|\n/g, '\r\n')).toString('base64')
  let eml = `${lines.join('\r\n')}\r\n\r\n--${boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n`
  eml += `Content-Transfer-Encoding: base64\r\n\r\n${wrapBase64(text)}`
  for (const file of talk.files ?? []) {
    eml += `--${boundary}\r\nContent-Type: ${file.contentType}\r\nContent-Transfer-Encoding: base64\r\n`
    eml += `Content-Disposition: attachment;\r\n ${fileName(file.name)}\r\n\r\n`
    eml += wrapBase64(file.bytes.toString('base64'))
  }
  return { messageId: talk.id, eml: Buffer.from(`${eml}--${boundary}--\r\n`, 'latin1') }
}

function mailDate(time: string): string {
  const isIso = /^\d{4}-\d\d-\d\dT/.test(time) && !Number.isNaN(Date.parse(time))
  return isIso ? new Date(time).toUTCString().replace('GMT', '+0000') : fieldText(time)
}

/** "First Last Mobile <email>". */
function mailbox({ number, name, email }: Party): string {
  const shown = `${name ?? ''} ${number === '' ? 'UNKNOWN' : number}`.trim()
  const local = number === '' ? 'unknown' : number.replace(/[^A-Za-z0-9]/g, '') || 'sender'
  const quoted = /^[A-Za-z0-9 .']*$/.test(shown) ? `"${shown}"` : encodeWords(shown)
  const address = /^[!-;=?-~]+@[!-;=?-~]+$/.test(email ?? '') ? email : `${local}@telemessage.invalid`
  return `${quoted} <${address}>`
}

/** A field's text: as it is where that is safe, else as RFC 2047 words, which can carry anything. */
function fieldText(text: string): string {
  return /^[\x21-\x3c\x3e-\x7e](?:[\x20-\x3c\x3e-\x7e]*[\x21-\x3c\x3e-\x7e])?$/.test(text) || text === ''
    ? text
    : encodeWords(text)
}

function fileName(name: string): string {
  const sound = name.toWellFormed()
  return isAscii(sound) && !/[\x00-\x1f\x7f]/.test(sound)
    ? parameter('filename', sound)
    : `filename*=utf-8''${encodeURIComponent(sound).replace(/['()*!]/g, escapeLetter)}`
}

const escapeLetter = (letter: string) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`

export function sha256(bytes: Buffer | string): string {
  return hash('sha256', bytes, 'hex')
}
