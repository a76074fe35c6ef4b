/**
 * The catalogue of products: the twelve TeleMessage networks that Microsoft 365 has connectors for, with the folder
 * each makes in a mailbox, what it collects and its item class. They differ in these facts only, not in code.
 * Source: reference B2 (archive-*-data.md of Microsoft's documentation); item classes by its rule "the name of the
 * third-party data type without spaces", B3.
 */
import { HoldfastError } from '../errors.ts'
import type { ItemKind } from '../message/message.ts'

export type Product = {
  /** How the command line and the API name it. */
  readonly id: string
  /** TeleMessage's networkType. */
  readonly network: string
  readonly name: string
  /** The folder in each mailbox. */
  readonly folder: string
  readonly itemClass: string
  readonly kinds: readonly ItemKind[]
  /** How often the network's traffic reaches the TeleMessage site. */
  readonly arrives: 'in real time' | 'once every 24 hours' | 'as it is captured'
  /** True where the product's terms cover corporate-owned phones alone (O2's documentation excludes BYOD). */
  readonly companyOwnedOnly: boolean
  /** True where the capturing app must be installed and active on each phone. */
  readonly needsApp: boolean
}

const CALLS: readonly ItemKind[] = ['voice-call', 'video-call', 'call-log']
const CHAT_APP: readonly ItemKind[] = ['chat', ...CALLS, 'event']

const product = (
  id: string,
  network: string,
  name: string,
  folder: string,
  kinds: readonly ItemKind[],
  arrives: Product['arrives'],
  terms: { companyOwnedOnly?: boolean; needsApp?: boolean } = {},
): Product =>
  Object.freeze({
    id,
    network,
    name,
    folder,
    itemClass: `IPM.ExternalData.${folder.replace(/[^A-Za-z0-9]/g, '')}`,
    kinds,
    arrives,
    companyOwnedOnly: terms.companyOwnedOnly ?? false,
    needsApp: terms.needsApp ?? false,
  })

const DAILY = 'once every 24 hours'
const LIVE = 'in real time'

export const CATALOGUE: readonly Product[] = Object.freeze([
  product(
    'enterprise-number',
    'ENTERPRISE_NUMBER',
    'Enterprise Number Archiver',
    'Enterprise Number Archiver',
    ['sms', 'mms', 'chat', ...CALLS, 'event'],
    'as it is captured',
    { needsApp: true },
  ),
  // O2's documentation names SMS and voice calls in one place and MMS in another: all are taken.
  product(
    'o2',
    'O2',
    'O2 Network',
    'O2 SMS and Voice Network Archiver',
    ['sms', 'mms', ...CALLS, 'event'],
    DAILY,
    { companyOwnedOnly: true },
  ),
  product(
    'android',
    'ANDROID',
    'Android Archiver',
    'Android Archiver',
    ['sms', 'mms', ...CALLS, 'event'],
    DAILY,
    { needsApp: true },
  ),
  product(
    'att',
    'ATT',
    'AT&T SMS/MMS Network',
    'AT&T SMS/MMS Network Archiver',
    ['sms', 'mms', 'event'],
    LIVE,
  ),
  product(
    'bell',
    'BELL',
    'Bell SMS/MMS Network',
    'Bell SMS/MMS Network Archiver',
    ['sms', 'mms', 'event'],
    LIVE,
  ),
  product(
    'rogers',
    'ROGERS',
    'Rogers SMS/MMS Network',
    'Rogers SMS/MMS Network Archiver',
    ['sms', 'mms', 'event'],
    LIVE,
  ),
  product('signal', 'SIGNAL', 'Signal Archiver', 'Signal Archiver', CHAT_APP, LIVE, { needsApp: true }),
  product('telegram', 'TELEGRAM', 'Telegram Archiver', 'Telegram Archiver', CHAT_APP, LIVE, {
    needsApp: true,
  }),
  product('telus', 'TELUS', 'TELUS SMS Network', 'TELUS SMS Network Archiver', ['sms', 'event'], DAILY),
  product(
    'verizon',
    'VERIZON',
    'Verizon SMS/MMS Network',
    'Verizon SMS/MMS Network Archiver',
    ['sms', 'mms', 'event'],
    DAILY,
  ),
  product('wechat', 'WECHAT', 'WeChat Archiver', 'WeChat Archiver', CHAT_APP, LIVE, { needsApp: true }),
  product('whatsapp', 'WHATSAPP', 'WhatsApp Archiver', 'WhatsApp Archiver', CHAT_APP, LIVE, {
    needsApp: true,
  }),
])

/** The product with this id; PRODUCT_UNKNOWN if there is none. */
export function findProduct(id: string): Product {
  const found = CATALOGUE.find(each => each.id === id)
  if (!found) throw new HoldfastError('PRODUCT_UNKNOWN', `no product is called "${id}"`)
  return found
}
