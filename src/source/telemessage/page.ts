/**
 * A page of messages as the site sends it (docs/formats/telemessage-site.md, Messages): its envelope, where its
 * records lie, and which contents they want streamed. Collection and filing read a page through this one reader,
 * so that the number of items counted is the number of items filed.
 */
import type { SourceContent } from '../contract.ts'
import {
  arrayElements,
  keyIs,
  type Slice,
  skipElement,
  skipSpace,
  stringAt,
  valueAt,
  visitMembers,
} from './json-scan.ts'

export type PageEnvelope = {
  /** The records, in the page's order. */
  readonly elements: readonly Slice[]
  /** Where the messages stand in the page, brackets included; two pages with equal messages are the same page. */
  readonly messages: Slice
  readonly lastId: string | null
  readonly endOfMessages: boolean | null
  /** The site's own now, ms; null when it is none. */
  readonly timeStamp: number | null
  readonly invalidToken: boolean
}

/** Opaque, but it is stored and sent back: the contract says 100 characters, and this is generous. */
const CURSOR_LENGTH_MAX = 4096

/** Ten times what is asked for: a page of nothing but commas and zeros must not become a million items. */
const ELEMENTS_MAX = 10_000

/** Finds the envelope; null when the bytes are no JSON object with one array of messages (cut short, for one). */
export function readEnvelope(bytes: Buffer): PageEnvelope | null {
  const start = skipSpace(
    bytes,
    bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0,
    bytes.length,
  )
  const arrays: { elements: Slice[]; slice: Slice }[] = []
  let lastId: string | null = null
  let endOfMessages: boolean | null = null
  let timeStamp: number | null = null
  let invalidToken = false
  const after = visitMembers(
    bytes,
    start,
    bytes.length,
    (keyStart, keyEnd, valueStart, valueEnd) => {
      const length = valueEnd - valueStart
      if (keyIs(bytes, keyStart, keyEnd, 'lastId') && length < CURSOR_LENGTH_MAX)
        lastId = stringAt(bytes, valueStart, valueEnd)
      else if (keyIs(bytes, keyStart, keyEnd, 'endOfMessages') && length <= 5)
        endOfMessages = booleanOf(valueAt(bytes, valueStart, valueEnd))
      else if (keyIs(bytes, keyStart, keyEnd, 'timeStamp') && length < 32)
        timeStamp = possibleTime(valueAt(bytes, valueStart, valueEnd))
      else if (keyIs(bytes, keyStart, keyEnd, 'invalidToken') && length <= 5)
        invalidToken = valueAt(bytes, valueStart, valueEnd) === true
    },
    (_, valueStart, end, keyStart, keyEnd) => {
      if (!keyIs(bytes, keyStart, keyEnd, 'messages')) return skipElement(bytes, valueStart, end)
      const array = arrayElements(bytes, valueStart, end, ELEMENTS_MAX)
      if (!array) return -1
      arrays.push({ elements: array.elements, slice: { start: valueStart, end: array.after } })
      return skipSpace(bytes, array.after, end)
    },
  )
  if (after === -1 || skipSpace(bytes, after, bytes.length) !== bytes.length) return null
  // Two arrays of messages could be read as one or the other: such a page is not trusted at all.
  if (arrays.length > 1 || (arrays.length === 0 && !invalidToken)) return null
  const messages = arrays[0] ?? { elements: [], slice: { start: 0, end: 0 } }
  return {
    elements: messages.elements,
    messages: messages.slice,
    lastId,
    endOfMessages,
    timeStamp,
    invalidToken,
  }
}

/** The contents that the page's records name, each once, with the sizes they announce. */
export function pageContents(bytes: Buffer, elements: readonly Slice[]): SourceContent[] {
  const contents = new Map<string, SourceContent>()
  const add = (contentId: unknown, size: unknown) => {
    if (typeof contentId !== 'string' || contents.has(contentId)) return
    contents.set(contentId, {
      contentId,
      size: Number.isSafeInteger(size) && Number(size) >= 0 ? Number(size) : 0,
    })
  }
  let at = 0
  for (const { start, end } of elements) {
    // Most pages name none, and most records of the others do not either: only those that do are parsed.
    if (at < start) at = nextContentId(bytes, start)
    if (at === -1) break
    if (at >= end) continue
    const record = valueAt(bytes, start, end)
    if (!isObject(record)) continue
    add(record.emlContentId, record.emlSize)
    const attachments = isObject(record.body) ? record.body.attachment : undefined
    if (!Array.isArray(attachments)) continue
    for (const attachment of attachments)
      if (isObject(attachment)) add(attachment.contentId, attachment.attachSize)
  }
  return [...contents.values()]
}

/** A time the site may have: a whole number of ms from 1990 to 2200, also as digits in a string. */
export function possibleTime(value: unknown): number | null {
  const time = typeof value === 'string' && /^\d{12,14}$/.test(value) ? Number(value) : value
  return typeof time === 'number' && Number.isInteger(time) && time >= TIME_MIN && time < TIME_MAX
    ? time
    : null
}

const TIME_MIN = Date.UTC(1990, 0)
const TIME_MAX = Date.UTC(2200, 0)

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Matches `contentId` and `emlContentId`. */
const CONTENT_ID = Buffer.from('ontentId"')

function nextContentId(bytes: Buffer, from: number): number {
  return bytes.indexOf(CONTENT_ID, from)
}

function booleanOf(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null
}
