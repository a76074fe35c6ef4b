/**
 * Item classes and kinds as Purview has them, and what they are here. Pure. An imported item is
 * `IPM.ExternalData.<data type>` there; Microsoft says to search "the name of the third-party data type (without
 * spaces) followed by a wildcard" (archive-third-party-data.md), and does not list the types, so a class is known by
 * the product's name, its folder's and its own id alike. A test compares the products with the catalogue.
 */
import { CALL_STATUSES, KINDS } from './query-properties.ts'
import type { Query } from './query-tree.ts'

/** By product: the class of its folder's name, then what else it may be called. */
export const ITEM_CLASSES: Readonly<Record<string, readonly string[]>> = Object.freeze({
  'enterprise-number': ['EnterpriseNumberArchiver'],
  o2: ['O2SMSandVoiceNetworkArchiver', 'O2Network'],
  android: ['AndroidArchiver'],
  att: ['ATTSMSMMSNetworkArchiver'],
  bell: ['BellSMSMMSNetworkArchiver'],
  rogers: ['RogersSMSMMSNetworkArchiver'],
  signal: ['SignalArchiver'],
  telegram: ['TelegramArchiver'],
  telus: ['TELUSSMSNetworkArchiver'],
  verizon: ['VerizonSMSMMSNetworkArchiver'],
  wechat: ['WeChatArchiver'],
  whatsapp: ['WhatsAppArchiver'],
})

const IMPORTED = 'ipm.externaldata'

/** Finds no item; what is true of none. */
export const NOTHING: Query = Object.freeze({ type: 'not', of: Object.freeze({ type: 'all' }) })

/** The classes as they are offered, in the order of the catalogue. */
export const ITEM_CLASS_CHOICES: readonly string[] = Object.freeze(
  Object.values(ITEM_CLASSES).map(([name]) => `${IMPORTED}.${name!.toLowerCase()}*`),
)

/**
 * What an item class, in lower case, means here, a `*` at its end or not; NOTHING for a class of Microsoft's own
 * (`ipm.note`), null for one that is none.
 */
export function itemClassOf(text: string): Query | null {
  const wild = text.endsWith('*')
  const name = wild ? text.slice(0, -1) : text
  if (wild && `${IMPORTED}.`.startsWith(name)) return { type: 'all' }
  if (name === IMPORTED) return { type: 'all' }
  if (!name.startsWith(`${IMPORTED}.`))
    return /^(ipm|report)(\.[a-z0-9_{}-]+)+\.?$/.test(name) ? NOTHING : null
  const type = name.slice(IMPORTED.length + 1)
  const products = Object.entries(ITEM_CLASSES)
    .filter(([product, names]) =>
      [...names, product].some(each => {
        const known = each.toLowerCase().replace(/-/g, '')
        return known === type || (wild && known.startsWith(type))
      }),
    )
    .map(([product]) => product)
  return products.length === 0 ? null : { type: 'product', products }
}

const anyKind = (...kinds: readonly string[]): Query => ({
  type: 'or',
  of: kinds.map(kind => ({ type: 'kind', kind })),
})

/** Kinds beyond our own. Of Microsoft's, those that nothing archived here can be find nothing. */
const OTHER_KINDS: Readonly<Record<string, Query>> = Object.freeze({
  call: anyKind('voice-call', 'video-call', 'call-log'),
  calls: anyKind('voice-call', 'video-call', 'call-log'),
  im: { type: 'kind', kind: 'chat' },
  voicemail: { type: 'call-status', status: 'voice-mail' },
  externaldata: { type: 'all' },
  ...Object.fromEntries(
    [
      ...['contacts', 'docs', 'email', 'fax', 'faxes', 'journals', 'meetings', 'microsoftteams', 'notes'],
      ...['posts', 'rssfeeds', 'tasks'],
    ].map(kind => [kind, NOTHING]),
  ),
})

/** What a kind, in lower case, means; null if there is none such. */
export function kindOf(text: string): Query | null {
  if (KINDS.includes(text)) return { type: 'kind', kind: text }
  return Object.hasOwn(OTHER_KINDS, text) ? OTHER_KINDS[text]! : null
}

/** TeleMessage's word for a status that is called otherwise in queries. */
const STATUS_NAMES: Readonly<Record<string, string>> = Object.freeze({
  answered: 'ok',
  ok: 'ok',
  voicemail: 'voice-mail',
  'voice-mail': 'voice-mail',
})

/** What a call's status, in lower case, means; null if there is none such. */
export function callStatusOf(text: string): Query | null {
  const status = Object.hasOwn(STATUS_NAMES, text) ? STATUS_NAMES[text]! : text
  return status !== text || CALL_STATUSES.includes(text) || text === 'ok' || text === 'voice-mail'
    ? { type: 'call-status', status }
    : null
}
