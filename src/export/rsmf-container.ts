/**
 * The file of a slice: an RFC 5322 message of 7-bit text with what Relativity reads from its header, the events in
 * words, and one attachment, the zip with the manifest.
 */
import { hash } from 'node:crypto'
import {
  base64Body,
  encodeText,
  mailDate,
  type Participant,
  showParty,
  writeAddresses,
  writeText,
} from '../message/message.ts'
import { zoneTime } from '../zone-time.ts'
import type { RsmfEvent, RsmfManifest } from './rsmf-manifest.ts'

type SliceTitle = {
  /** The address of the mailbox that the slice is of. */
  readonly mailbox: string
  readonly parties: ReadonlyMap<string, Participant>
  /** The custodian's participant id, null where nobody can say which it is. */
  readonly custodian: string | null
  readonly timeZone: string
  /** '' for a day in one slice. */
  readonly part: string
  readonly matches: number
  readonly context: number
  /** What is put into it, in order: all that makes this slice another than any other. */
  readonly items: readonly { readonly itemId: string; readonly grade: string }[]
}

/** The bytes of the file, as the zip comes. */
export async function* containerOf(
  manifest: RsmfManifest,
  title: SliceTitle,
  zip: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const mark = markOf(manifest, title)
  const boundary = `rsmf-${mark}`
  const text = encodeText(textOf(manifest, title), boundary)
  yield Buffer.from(
    `${headersOf(manifest, title, mark)}MIME-Version: 1.0\r\n` +
      `Content-Type: multipart/mixed;\r\n boundary="${boundary}"\r\n\r\n` +
      `--${boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Transfer-Encoding: ${text.encoding}\r\n\r\n${text.lines}\r\n` +
      `--${boundary}\r\nContent-Type: application/zip; name="rsmf.zip"\r\n` +
      'Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="rsmf.zip"\r\n\r\n',
    'latin1',
  )
  yield* base64Body(zip)
  yield Buffer.from(`--${boundary}--\r\n`, 'latin1')
}

/** The day that the slice is of. */
export function dayOf({ events }: Pick<RsmfManifest, 'events'>, timeZone: string): string {
  return zoneTime(new Date(events[0]!.timestamp), timeZone).date
}

function markOf({ eventcollectionid }: RsmfManifest, { mailbox, part, timeZone, items }: SliceTitle): string {
  const lines = [
    mailbox,
    eventcollectionid,
    timeZone,
    part,
    ...items.map(item => `${item.itemId} ${item.grade}`),
  ]
  return hash('sha256', lines.join('\n')).slice(0, 32)
}

function headersOf(manifest: RsmfManifest, title: SliceTitle, mark: string): string {
  const { events } = manifest
  const [first, last] = [events[0]!, events.at(-1)!]
  const party = title.custodian === null ? undefined : title.parties.get(title.custodian)
  const custodian: Participant = {
    role: 'from',
    form: party?.form ?? 'email',
    number: party?.number ?? '',
    userId: null,
    emails: [title.mailbox],
    name: party?.name ?? null,
  }
  const everybody = [...title.parties.values()].map(each => ({ ...each, role: 'to' as const }))
  const zone = title.timeZone
  const fields: Record<string, string | number> = {
    'X-RSMF-Version': manifest.version,
    'X-RSMF-Generator': 'Holdfast',
    'X-RSMF-BeginDate': first.timestamp,
    'X-RSMF-EndDate': last.timestamp,
    'X-RSMF-EventCount': events.length,
    'X-RSMF-AttachmentCount': events.reduce((sum, { attachments = [] }) => sum + attachments.length, 0),
    'X-RSMF-Application': manifest.conversations[0]!.platform,
    'X-RSMF-Custodian': title.mailbox,
    'X-RSMF-Participants': [...title.parties.values()].map(showParty).join(', '),
    'X-RSMF-EventCollectionID': manifest.eventcollectionid,
    'X-RSMF-TimeZone': zone,
    'X-RSMF-Matches': title.matches,
    'X-RSMF-Context': title.context,
  }
  if (title.part !== '') fields['X-RSMF-Part'] = title.part
  const part = title.part === '' ? '' : `, ${title.part}`
  return [
    `Date: ${mailDate(new Date(first.timestamp))}\r\n`,
    writeAddresses('From', [custodian], true),
    writeAddresses('To', everybody, false),
    writeText('Subject', `${manifest.conversations[0]!.display}, ${dayOf(manifest, zone)} (${zone})${part}`),
    `Message-ID: <rsmf.${mark}@holdfast.invalid>\r\n`,
    ...Object.entries(fields).map(([name, value]) => writeText(name, String(value))),
  ].join('')
}

/** The events as a person reads them; review tools make it the extracted text. */
function textOf({ participants, events }: RsmfManifest, { timeZone }: SliceTitle): string {
  const names = new Map(participants.map(({ id, display }) => [id, display]))
  return events.map(event => eventText(event, names, timeZone)).join('\n\n')
}

function eventText(event: RsmfEvent, names: ReadonlyMap<string, string>, timeZone: string): string {
  const at = zoneTime(new Date(event.timestamp), timeZone)
  const marks = [
    ...(event.deleted ? ['deleted'] : []),
    ...(event.custom.some(({ name, value }) => name === 'Grade' && value === 'context') ? ['context'] : []),
  ]
  const who = (id: string) => names.get(id) ?? id
  const lines = [
    `${who(event.participant)}, ${at.date} ${at.time} ${at.offset}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`,
    '',
  ]
  if (event.body !== '') lines.push(event.body)
  for (const { display } of event.attachments ?? []) lines.push(`[Attachment: ${display}]`)
  for (const edit of event.edits ?? [])
    lines.push(`[Edited by ${who(edit.participant)}, before: ${edit.previous}]`)
  for (const { value, participants } of event.reactions ?? [])
    lines.push(`[${value} ${participants.map(who).join(', ')}]`)
  return lines.join('\n').replaceAll('\r\n', '\n').replaceAll('\r', '\n')
}
