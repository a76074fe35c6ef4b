/**
 * Cuts a page of the site into its items, each with the exact bytes it came with. Pure; part of filing's hot path.
 *
 * Promise: as many items as the page has records, in its order. A record that cannot be read is 'broken' and keeps
 * its bytes; it never costs its neighbours, and nothing but a page without an envelope throws.
 */
import { HoldfastError } from '../../errors.ts'
import type { RawItem } from '../contract.ts'
import { keyIs, type Slice, stringAt, valueAt, visitMembers } from './json-scan.ts'
import { possibleTime, readEnvelope } from './page.ts'

const EMPTY = Buffer.alloc(0)
const DAY = 86_400_000
/** Attachments over 256 KiB travel apart, so an honest record stays far below; whoever parses it builds all of it. */
const RECORD_BYTES_MAX = 16 * 1024 * 1024

/** Splits a staged page. SITE_ANSWER_INVALID when it has no envelope. */
export function splitSitePage(bytes: Buffer): RawItem[] {
  const envelope = readEnvelope(bytes)
  if (!envelope) throw new HoldfastError('SITE_ANSWER_INVALID', 'the page is no JSON object with messages')
  return envelope.elements.map(element => splitRecord(bytes, element, envelope.timeStamp))
}

/** The members that matter here; the last of equal keys counts, as with JSON.parse. */
type Members = {
  messageId: Slice | null
  networkType: Slice | null
  gatewayReceivedDate: Slice | null
  eml: Slice | null
  emlContentId: Slice | null
  body: Slice | null
}

function splitRecord(page: Buffer, { start, end }: Slice, pageTime: number | null): RawItem {
  const members: Members = {
    messageId: null,
    networkType: null,
    gatewayReceivedDate: null,
    eml: null,
    emlContentId: null,
    body: null,
  }
  const after = visitMembers(page, start, end, (keyStart, keyEnd, valueStart, valueEnd) => {
    const name = memberNamed(page, keyStart, keyEnd)
    // "n" opens only null among the values, which says no more than leaving the member out.
    if (name !== null) members[name] = page[valueStart] === 0x6e ? null : { start: valueStart, end: valueEnd }
  })
  const arrived = arrival(page, members.gatewayReceivedDate, pageTime)
  const base = {
    sourceItemId: identifier(page, members.messageId),
    network: members.networkType
      ? (stringAt(page, members.networkType.start, members.networkType.end) ?? '')
      : '',
    arrivedAt: arrived.at,
  }
  const broken = (error: string): RawItem => ({
    ...base,
    form: 'broken',
    bytes: page.subarray(start, end),
    contentId: null,
    error,
  })
  if (after !== end) return broken('the record is no sound JSON object')
  const forms =
    Number(members.eml !== null) + Number(members.emlContentId !== null) + Number(members.body !== null)
  if (forms === 0) return broken('the record has neither eml, emlContentId nor body')
  if (forms > 1) return broken('the record has more than one of eml, emlContentId and body')
  const odd = arrived.odd ? { error: arrived.odd } : {}
  if (members.eml) {
    const eml = decodeBase64(page, members.eml)
    if (!eml) return broken('eml is no base64')
    return { ...base, form: 'email', bytes: eml, contentId: null, ...odd }
  }
  if (members.emlContentId) {
    const contentId = stringAt(page, members.emlContentId.start, members.emlContentId.end)
    if (!contentId) return broken('emlContentId is no text')
    return { ...base, form: 'email', bytes: EMPTY, contentId, ...odd }
  }
  if (page[members.body!.start] !== 0x7b) return broken('body is no object')
  if (end - start > RECORD_BYTES_MAX) return broken('the record is larger than 16 MiB')
  return { ...base, form: 'record', bytes: page.subarray(start, end), contentId: null, ...odd }
}

/** Compares lengths before letters: nearly every key is settled by its length. */
function memberNamed(page: Buffer, start: number, end: number): keyof Members | null {
  switch (end - start) {
    case 3:
      return keyIs(page, start, end, 'eml') ? 'eml' : null
    case 4:
      return keyIs(page, start, end, 'body') ? 'body' : null
    case 9:
      return keyIs(page, start, end, 'messageId') ? 'messageId' : null
    case 11:
      return keyIs(page, start, end, 'networkType') ? 'networkType' : null
    case 12:
      return keyIs(page, start, end, 'emlContentId') ? 'emlContentId' : null
    case 19:
      return keyIs(page, start, end, 'gatewayReceivedDate') ? 'gatewayReceivedDate' : null
    default:
      return null
  }
}

/** The source's id as text. A number is taken as it is written: past 2^53 parsing would change it. */
function identifier(page: Buffer, slice: Slice | null): string | null {
  if (!slice) return null
  const first = page[slice.start]!
  if (first === 0x22) return stringAt(page, slice.start, slice.end) || null
  if (slice.end - slice.start > 100) return null
  const text = page.toString('latin1', slice.start, slice.end)
  return /^-?\d[\d.eE+-]*$/.test(text) ? text : null
}

/** When the item reached the site. The page's own time stands in for a time that cannot be. */
function arrival(
  page: Buffer,
  slice: Slice | null,
  pageTime: number | null,
): { at: Date; odd: string | null } {
  const value = slice && slice.end - slice.start < 64 ? valueAt(page, slice.start, slice.end) : undefined
  const time = possibleTime(value) ?? (typeof value === 'string' ? possibleTime(Date.parse(value)) : null)
  if (time !== null && (pageTime === null || time <= pageTime + DAY)) return { at: new Date(time), odd: null }
  return {
    at: new Date(pageTime ?? 0),
    odd: 'gatewayReceivedDate is no possible time; the time of the page stands in',
  }
}

/** Base64 (RFC 4648 section 4), tolerating line breaks and escaped solidi, which some JSON writers make. */
function decodeBase64(page: Buffer, { start, end }: Slice): Buffer | null {
  if (page[start] !== 0x22 || end - start <= 2) return null
  const text = page.toString('latin1', start + 1, end - 1)
  const decoded = decodeExactly(text)
  if (decoded) return decoded
  const value = stringAt(page, start, end)
  return value ? decodeExactly(value.replaceAll(/[\r\n\t ]/g, '')) : null
}

/** Node's decoder leaves out what is no base64; what was left out shows in the length. */
function decodeExactly(text: string): Buffer | null {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const digits = text.length - padding
  if (digits === 0 || digits % 4 === 1 || (padding > 0 && text.length % 4 !== 0)) return null
  const decoded = Buffer.from(text, 'base64')
  return decoded.length === Math.floor((digits * 3) / 4) ? decoded : null
}
