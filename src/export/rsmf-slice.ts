/** A conversation's day cut into slices that review tools take, each with its manifest. */
import { type Participant, showParty } from '../message/message.ts'
import type { MeasuredItem } from './measured-attachment.ts'
import type { ExportedItem, WriterSetting } from './package-file.ts'
import { nameAttachments } from './rsmf-attachment.ts'
import { eventsOf } from './rsmf-event.ts'
import { customOf, type RsmfConversation, type RsmfEvent, type RsmfManifest } from './rsmf-manifest.ts'
import { custodianOf, gatherParties, participantOf } from './rsmf-party.ts'
import { ZIP_ENTRIES_MAX, type ZipEntry } from './rsmf-zip.ts'

/** Relativity recommends no more. */
const EVENTS_MAX = 10_000
/** In base64 they still stay under the 2 GB that Relativity takes. */
export const ATTACHMENT_BYTES_MAX = 1_400_000_000
/** Characters; a slice's manifest and text are in memory at once. */
const TEXT_MAX = 16 * 1024 * 1024
export const MANIFEST_FILE = 'rsmf_manifest.json'
/** Parties that a conversation is called by; the rest are counted. */
const PARTIES_SHOWN = 3

export type Slice = {
  readonly items: readonly ExportedItem[]
  /** The address of the mailbox that it is of. */
  readonly mailbox: string
  readonly parties: ReadonlyMap<string, Participant>
  /** The custodian's participant id; null where the items do not tell who that is. */
  readonly custodian: string | null
  readonly manifest: RsmfManifest
  readonly attachments: readonly ZipEntry[]
}

/** Slices of sorted items: mostly one, more where events, texts or attachments are too much for one. */
export function slicesOf(items: readonly MeasuredItem[], setting: WriterSetting): Slice[] {
  const slices: Slice[] = []
  let batch: MeasuredItem[] = []
  let [bytes, text, files] = [0, 0, 1]
  for (const measured of items) {
    const size = measured.attachments.reduce((sum, each) => sum + each.size, 0)
    const { length } = measured.item.facts.text
    bytes += size
    text += length
    files += measured.attachments.length
    if (batch.length > 0 && (bytes > ATTACHMENT_BYTES_MAX || text > TEXT_MAX || files > ZIP_ENTRIES_MAX)) {
      slices.push(...halvedSlices(batch, setting))
      batch = []
      bytes = size
      text = length
      files = 1 + measured.attachments.length
    }
    batch.push(measured)
  }
  if (batch.length > 0) slices.push(...halvedSlices(batch, setting))
  return slices
}

/** Items can be more events than they are themselves: who joined and left are events too. */
function halvedSlices(items: readonly MeasuredItem[], setting: WriterSetting): Slice[] {
  const slice = sliceOf(items, setting)
  if (slice.manifest.events.length <= EVENTS_MAX || items.length === 1) return [slice]
  const half = Math.ceil(items.length / 2)
  return [...halvedSlices(items.slice(0, half), setting), ...halvedSlices(items.slice(half), setting)]
}

function sliceOf(measured: readonly MeasuredItem[], setting: WriterSetting): Slice {
  const items = measured.map(each => each.item)
  const mailbox = items.map(item => item.custodian.mailbox).sort()[0]!
  const parties = gatherParties(items)
  const custodian = custodianOf(items, mailbox)
  const attachments = nameAttachments(measured, MANIFEST_FILE)
  const conversation = items[0]!.conversation
  const events = eventsOf(items, {
    conversation,
    custodian,
    participants: parties.size,
    attachmentsOf: attachments.of,
  })
  if (setting.demonstration) events.unshift(disclaimerBefore(events[0]!))
  const manifest: RsmfManifest = {
    version: '2.0.0',
    eventcollectionid: conversation,
    participants: [...parties].map(([id, party]) => participantOf(id, party)),
    conversations: [conversationOf(items, events, parties, custodian, mailbox)],
    events,
  }
  return { items, mailbox, parties, custodian, manifest, attachments: attachments.entries }
}

function disclaimerBefore({ conversation, participant, timestamp }: RsmfEvent): RsmfEvent {
  return {
    type: 'disclaimer',
    id: 'disclaimer',
    participant,
    conversation,
    timestamp,
    body: 'Demonstration archive: the people and messages are invented.',
    custom: [],
  }
}

function conversationOf(
  items: readonly ExportedItem[],
  events: readonly RsmfEvent[],
  parties: ReadonlyMap<string, Participant>,
  custodian: string | null,
  mailbox: string,
): RsmfConversation {
  const isGroup = items.some(item => item.facts.groupId !== null)
  const first = new Map<string, RsmfEvent>()
  for (const event of events) if (!first.has(event.participant)) first.set(event.participant, event)
  // Of a group those who were there at its earliest event.
  const present = [...parties.keys()].filter(id => !isGroup || first.get(id)?.type !== 'join')
  const isPresent = custodian !== null && present.includes(custodian)
  const names = distinct(items.map(item => item.facts.groupName))
  return {
    id: items[0]!.conversation,
    display: names.at(-1) ?? displayOf(parties),
    platform: platformOf(items),
    type: isGroup ? 'channel' : 'direct',
    participants: present,
    ...(isPresent ? { custodian } : {}),
    custom: customOf({
      Mailbox: mailbox,
      Folder: distinct(items.map(item => item.custodian.folder)).join(', '),
      'Group names': names.join(', '),
      'Group id': items[0]!.facts.groupId,
    }),
  }
}

function distinct(texts: readonly (string | null)[]): string[] {
  return [...new Set(texts.filter(text => text !== null && text !== ''))] as string[]
}

function displayOf(parties: ReadonlyMap<string, Participant>): string {
  const shown = [...parties.values()].slice(0, PARTIES_SHOWN).map(showParty)
  const others = parties.size - shown.length
  return `${shown.join(', ')}${others > 0 ? ` and ${others} more` : ''}`
}

/** What review tools have a picture for, as far as the items tell. */
function platformOf(items: readonly ExportedItem[]): string {
  const kinds = new Set(items.map(item => item.kind))
  // The folder is named for the product.
  const product = /signal|telegram|wechat|whatsapp/i.exec(items[0]!.custodian.folder)?.[0]
  if (kinds.has('chat')) return product?.toLowerCase() ?? 'chat'
  if (kinds.has('sms')) return 'sms'
  if (kinds.has('mms')) return 'mms'
  return kinds.has('event') && kinds.size === 1 ? 'event' : 'phone'
}
