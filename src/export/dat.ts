/**
 * Concordance DAT (docs/formats/load-file.md): a row for each document, that is each message and each of its
 * attachments as its children, with the files beside. One load file for the whole export: every unit gives its rows,
 * the first one the names of the fields before them.
 */
import { createHash } from 'node:crypto'
import { bodyOf, isoTime, type Participant, showParty, subjectOf } from '../message/message.ts'
import { zoneTime } from '../zone-time.ts'
import { type DatRow, datHeader, datLine } from './dat-line.ts'
import { extensionOf } from './file-name.ts'
import { createMeasure } from './measured-attachment.ts'
import type { ExportedItem, FormatWriter, WriterSetting } from './package-file.ts'
import { reasonOf, soundMessage } from './sound-message.ts'

const LOAD_FILE = 'load/export.dat'
/** Documents of a folder: what file managers still open. */
const FOLDER_SIZE = 1000
const BOM = '\ufeff'

/** Writes `load/NATIVES/…`, `load/TEXT/…` and this unit's rows of `load/export.dat`. */
export const writeDat: FormatWriter = async function* (items, setting) {
  const lines: string[] = setting.unit === 1 ? [BOM, datHeader()] : []
  for (const item of items.toSorted((a, b) => a.ordinal - b.ordinal)) {
    try {
      const message = await soundMessage(item)
      const { attachments } = await createMeasure()(item)
      const ordinals = [item.ordinal]
      const number = documentNumber(item.ordinal)
      const folder = String(Math.ceil(item.ordinal / FOLDER_SIZE)).padStart(5, '0')
      const last = attachments.length === 0 ? number : childNumber(number, attachments.length)
      const family = { BEGATTACH: number, ENDATTACH: last, ...sharedOf(item, setting) }
      const native = digesting(message)
      yield {
        path: `load/NATIVES/${folder}/${number}.eml`,
        content: native.content,
        ordinals,
        messages: true,
      }
      yield {
        path: `load/TEXT/${folder}/${number}.txt`,
        content: Buffer.from(BOM + textOf(item, setting)),
        ordinals,
      }
      lines.push(
        datLine({
          ...family,
          ...documentOf(item, setting),
          BEGDOC: number,
          ENDDOC: number,
          ATTACHCOUNT: String(attachments.length),
          FILENAME: `${number}.eml`,
          FILEEXT: 'eml',
          FILESIZE: String(item.messageSize),
          ...native.digests(),
          NATIVEPATH: `NATIVES\\${folder}\\${number}.eml`,
          TEXTPATH: `TEXT\\${folder}\\${number}.txt`,
        }),
      )
      for (const attachment of attachments) {
        const child = childNumber(number, attachment.number)
        const extension = extensionOf(attachment.name)
        const file = digesting(attachment.content)
        yield { path: `load/NATIVES/${folder}/${child}${extension}`, content: file.content, ordinals }
        lines.push(
          datLine({
            ...family,
            BEGDOC: child,
            ENDDOC: child,
            PARENTDOC: number,
            ATTACHCOUNT: '0',
            DOCTYPE: 'attachment',
            FILENAME: attachment.name,
            FILEEXT: extension.slice(1),
            FILESIZE: String(attachment.size),
            ...file.digests(),
            NATIVEPATH: `NATIVES\\${folder}\\${child}${extension}`,
          }),
        )
      }
    } catch (error) {
      yield { failed: item.ordinal, reason: reasonOf(error) }
    }
  }
  yield { path: LOAD_FILE, content: Buffer.from(lines.join('')), ordinals: [], joined: true }
}

const documentNumber = (ordinal: number) => `HF${String(ordinal).padStart(8, '0')}`
const childNumber = (parent: string, number: number) => `${parent}.${String(number).padStart(4, '0')}`

/** The content as it goes by, and its digests once it has. */
function digesting(content: Buffer | AsyncIterable<Buffer>) {
  const [sha256, md5] = [createHash('sha256'), createHash('md5')]
  const add = (piece: Buffer) => {
    sha256.update(piece)
    md5.update(piece)
    return piece
  }
  async function* passing(pieces: AsyncIterable<Buffer>) {
    for await (const piece of pieces) yield add(piece)
  }
  return {
    content: Buffer.isBuffer(content) ? add(content) : passing(content),
    digests: () => ({ SHA256HASH: sha256.digest('hex'), MD5HASH: md5.digest('hex') }),
  }
}

/** What a message and its attachments have in common. */
function sharedOf(item: ExportedItem, { timeZone }: WriterSetting): DatRow {
  const at = zoneTime(item.sentAt ?? item.arrivedAt, timeZone)
  return {
    CUSTODIAN: item.custodian.mailbox,
    ALLCUSTODIANS: item.custodians.join('; '),
    FOLDER: item.custodian.folder,
    GRADE: item.grade,
    CONVERSATION: item.conversation,
    GROUPNAME: item.facts.groupName ?? '',
    DATESORT: `${at.date} ${at.time}`,
    ITEMID: item.itemId,
  }
}

function documentOf(item: ExportedItem, { timeZone }: WriterSetting): DatRow {
  const { facts } = item
  const sent = item.sentAt && zoneTime(item.sentAt, timeZone)
  const named = (role: Participant['role']) => partiesOf(item, role).join('; ')
  return {
    DOCTYPE: item.kind,
    DIRECTION: item.direction ?? '',
    FROM: named('from'),
    TO: named('to'),
    CC: named('cc'),
    BCC: named('bcc'),
    SUBJECT: subjectLine(item),
    DATESENT: sent?.date ?? '',
    TIMESENT: sent?.time ?? '',
    UTCOFFSET: sent?.offset ?? '',
    SENTUTC: item.sentAt ? isoTime(item.sentAt) : '',
    ARRIVEDUTC: isoTime(item.arrivedAt),
    ARCHIVEDUTC: isoTime(item.filedAt),
    CALLSTATUS: facts.call?.status ?? '',
    CALLSECONDS: facts.call?.seconds === null ? '' : String(facts.call?.seconds ?? ''),
    AMENDMENT: facts.amendment?.act ?? '',
    FLAGS: facts.flags.join('; '),
    SOURCEID: facts.sourceItemId ?? '',
    VERSIONOF: item.versionOf ?? '',
  }
}

/** "Anna Berg 447700900123 <anna.berg@kestrel-harbour.example>": names and addresses as the item has them. */
function partiesOf({ facts }: ExportedItem, role: Participant['role']): string[] {
  return facts.participants
    .filter(party => party.role === role)
    .map(party => {
      const shown = showParty(party)
      const emails = party.emails.filter(email => email !== shown)
      return emails.length === 0 ? shown : `${shown} <${emails.join(', ')}>`
    })
}

/** As the message's header has it. */
function subjectLine({ facts }: ExportedItem): string {
  return facts.form === 'record' ? subjectOf(facts) : facts.subject
}

/** The extracted text: what a reader of the message sees. */
function textOf(item: ExportedItem, { timeZone }: WriterSetting): string {
  const { facts } = item
  const at = zoneTime(item.sentAt ?? item.arrivedAt, timeZone)
  const lines = [`${item.sentAt ? 'Sent' : 'Arrived'}: ${at.date} ${at.time} ${at.offset}`]
  for (const [role, word] of ROLES) {
    const parties = partiesOf(item, role)
    if (parties.length > 0) lines.push(`${word}: ${parties.join('; ')}`)
  }
  lines.push(`Subject: ${subjectLine(item)}`, '', bodyOf(facts))
  for (const { name } of facts.attachments) lines.push(`[Attachment: ${name}]`)
  return `${lines.join('\n').toWellFormed()}\n`
}

const ROLES = [
  ['from', 'From'],
  ['to', 'To'],
  ['cc', 'Cc'],
  ['bcc', 'Bcc'],
] as const
