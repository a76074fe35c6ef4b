/**
 * One item of traffic, before it is written as e-mail or record: who, when, what, and which of life's oddities it
 * has. Its text is not kept but said anew from `textSeed` whenever it is wanted.
 */
import type { Contact } from './contact.ts'
import type { Media, Recording } from './media.ts'
import type { Language } from './names.ts'
import { alertText, type Position, turnText } from './phrases/phrases.ts'
import type { Group, Network, Person } from './population.ts'

export type Context =
  | 'pager-message'
  | 'multimedia-message'
  | 'app-message'
  | 'event'
  | 'call-log'
  | 'voice-call'
  | 'video-call'

export type Act = 'edit' | 'delete-for-all' | 'delete-for-me' | 'delete-all-messages'

export type Call = {
  readonly id: string
  /** TeleMessage's callStatus, 1 to 8. */
  readonly status: number
  readonly start: number
  readonly end: number
  readonly recording: Recording | null
}

export type Thread = {
  readonly id: string
  readonly nameHeader: string
  readonly group: Group | null
}

export type Item = {
  readonly network: Network
  /** '' for an item that has lost its id. */
  id: string
  /** Arrival at the site, ms. */
  arrival: number
  /** Time on the phone, ms; may be impossible. */
  sent: number
  context: Context
  owner: Person
  out: boolean
  from: Contact
  to: readonly Contact[]
  /** Whether From's and To's numbers are written with `+`: bits 1 and 2. */
  plus: number
  thread: Thread | null
  language: Language
  textSeed: number
  position: Position
  /** What the text is made of. */
  speech: 'turn' | 'alert' | 'call' | 'event' | 'none'
  addressee: string
  amendment: { readonly act: Act; readonly original: Item } | null
  call: Call | null
  media: readonly Media[]
  /** Megabytes lost at capture, 0 for none. */
  strippedMegabytes: number
  /** 0 for the item itself, 1 … for its N+1 copies. */
  copy: number
}

const STATUS_NAMES = [
  '',
  'Call OK',
  'Missed Call',
  'Failed Call',
  'Voice Mail',
  'Rejected Call',
  'Busy Call',
  'Blocked Call',
  'Answered Externally',
]

const EVENTS = [
  'heartbeat - last archiving event received. No archiving for {n} days',
  'Application installed, version 5.9.{n}',
  'Application upgraded to version 5.9.{n}',
  'SIM card removed',
  'SIM card inserted',
  'Low storage: less than {n} MB left on the device',
  'Device is roaming',
  'Archiving permission was revoked by the user',
]

/** The item's text; lines end in LF. */
export function itemText(item: Item): string {
  if (item.amendment) return amendmentText(item, item.amendment)
  const own = ownText(item)
  if (item.strippedMegabytes === 0) return own
  const what = item.call ? 'Call recording' : 'Total attachments'
  const file = item.call ? `${item.call.id}.wav` : `VID_${item.textSeed % 10000}.mp4`
  const notice = `${what} size ${item.strippedMegabytes}MB exceeds the 25MB maximum attachment size limit. \nFiles: ${file} \nwere removed.`
  return own === '' ? notice : `${own}\n${notice}`
}

function ownText(item: Item): string {
  switch (item.speech) {
    case 'turn':
      return turnText(item.language, item.textSeed, item.position, item.addressee)
    case 'alert':
      return alertText(item.textSeed)
    case 'event':
      return EVENTS[item.textSeed % EVENTS.length]!.replace('{n}', String(2 + (item.textSeed % 27)))
    case 'call':
      return item.call ? callText(item, item.call) : ''
    case 'none':
      return ''
  }
}

function callText(item: Item, call: Call): string {
  const seconds = Math.round((call.end - call.start) / 1000)
  const pad = (value: number) => String(value).padStart(2, '0')
  const length = `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`
  return `${callTitle(item)}\nStatus: ${STATUS_NAMES[call.status]}\nDuration: ${length}`
}

function callTitle(item: Item): string {
  const parties = `from ${item.from.label} to ${item.to.map(party => party.label).join(', ')}`
  const video = item.context === 'video-call' ? 'video call' : 'voice call'
  return item.call?.start === item.call?.end ? `unanswered ${video} ${parties}` : `${video} ${parties}`
}

function amendmentText(item: Item, amendment: { act: Act; original: Item }): string {
  const { act, original } = amendment
  const about = `Original Message ID: ${original.id}`
  if (act === 'delete-all-messages') return about
  if (act !== 'edit') return `${about}\n${itemText(original)}`
  return `${about}\nEdit ID - ${item.id}\nPrevious Text:\n${itemText(original)}\nEdited Text:\n${ownText(item)}`
}

const AMENDED: Readonly<Record<Act, string>> = {
  edit: 'EDIT ',
  'delete-for-all': 'DELETED For All ',
  'delete-for-me': 'DELETED For Me ',
  'delete-all-messages': 'DELETED For Me ',
}

/** The subject; `labelOf` chooses how a party is written, and `fold` what stands before "to". */
export function itemSubject(
  item: Item,
  labelOf: (party: Contact) => string,
  groupOf: (group: Group) => string,
  fold: string,
): string {
  if (item.context === 'event') return 'Android Archiver System Event'
  const prefix = item.amendment ? AMENDED[item.amendment.act] : ''
  const group = item.thread?.group
  const receiver = group ? `chat group ${groupOf(group)}` : item.to.map(labelOf).join(', ')
  return `${prefix}${subjectKind(item)} from ${labelOf(item.from)}${fold}to ${receiver}`
}

function subjectKind(item: Item): string {
  switch (item.context) {
    case 'pager-message':
      return 'SMS message'
    case 'multimedia-message':
      return 'MMS message'
    case 'app-message':
      return 'Chat message'
    default: {
      const video = item.context === 'video-call' ? 'video call' : 'voice call'
      return item.call?.start === item.call?.end ? `unanswered ${video}` : video
    }
  }
}
