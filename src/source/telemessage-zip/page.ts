/**
 * The page of a ZIP drop: a slice of one archive's e-mails, framed so that their bytes stand untouched one after
 * the other. It lives in staging only, encrypted, between collection and filing.
 *
 *   "HOLDFAST ZIP PAGE 1\n"
 *   one line of JSON: {"archive","sha256","entries":[…]}, an entry being {"name","arrivedAt","size"}
 *   or, when it is streamed apart, {"name","arrivedAt","contentId","messageId","network"}
 *   "\n", then the bytes of the entries that have a size, in order
 */
import { HoldfastError } from '../../errors.ts'
import type { RawItem } from '../contract.ts'

type ZipPageHead = {
  /** The archive's file name and the SHA-256 of its bytes, hex. */
  readonly archive: string
  readonly sha256: string
}

export type ZipPageEntry = {
  readonly name: string
  /** When the item arrived at the site, ms. */
  readonly arrivedAt: number
} & (
  | { readonly eml: Buffer }
  | { readonly contentId: string; readonly messageId: string | null; readonly network: string }
)

const MAGIC = Buffer.from('HOLDFAST ZIP PAGE 1\n')

/** Frames entries as a page. */
export function formatZipPage(head: ZipPageHead, entries: readonly ZipPageEntry[]): Buffer {
  const line = JSON.stringify({
    ...head,
    entries: entries.map(entry =>
      'eml' in entry ? { name: entry.name, arrivedAt: entry.arrivedAt, size: entry.eml.length } : entry,
    ),
  })
  return Buffer.concat([
    MAGIC,
    Buffer.from(`${line}\n`),
    ...entries.flatMap(entry => ('eml' in entry ? [entry.eml] : [])),
  ])
}

/** The inverse. SITE_ANSWER_INVALID when the bytes are no such page. */
export function splitZipPage(bytes: Buffer): RawItem[] {
  const lineEnd = bytes.indexOf(0x0a, MAGIC.length)
  if (lineEnd === -1 || !bytes.subarray(0, MAGIC.length).equals(MAGIC))
    throw invalid('it does not begin as one')
  let at = lineEnd + 1
  const items = parseHead(bytes.toString('utf8', MAGIC.length, lineEnd)).map((entry): RawItem => {
    const arrivedAt = new Date(entry.arrivedAt)
    if (entry.contentId !== null)
      return {
        form: 'email',
        sourceItemId: entry.messageId,
        network: entry.network,
        arrivedAt,
        bytes: Buffer.alloc(0),
        contentId: entry.contentId,
      }
    const eml = bytes.subarray(at, at + entry.size)
    at += entry.size
    const { messageId, network } = readHeader(eml)
    return { form: 'email', sourceItemId: messageId, network, arrivedAt, bytes: eml, contentId: null }
  })
  if (at !== bytes.length) throw invalid('its length is another than its entries')
  return items
}

/** The two headers that identify an item before it is read in full; '' and null where they are missing. */
export function readHeader(eml: Buffer): { messageId: string | null; network: string } {
  const text = eml.toString('latin1', 0, HEADER_BYTES_MAX)
  const end = /\r?\n\r?\n/.exec(text)
  const header = end ? text.slice(0, end.index) : text
  return {
    messageId: headerValue(header, MESSAGE_ID) || null,
    network: headerValue(header, NETWORK),
  }
}

const HEADER_BYTES_MAX = 65_536
const MESSAGE_ID = /^X-TELEMESSAGE-ArchiveMessageID[ \t]*:(.*(?:\r?\n[ \t].*)*)/im
const NETWORK = /^X-TELEMESSAGE-Network[ \t]*:(.*(?:\r?\n[ \t].*)*)/im

/** Unfolded (RFC 5322 section 2.2.3), without the white space around it. */
function headerValue(header: string, pattern: RegExp): string {
  return (pattern.exec(header)?.[1] ?? '').replaceAll(/\r?\n/g, '').trim()
}

type ParsedEntry = {
  size: number
  arrivedAt: number
  contentId: string | null
  messageId: string | null
  network: string
}

function parseHead(line: string): ParsedEntry[] {
  let head: unknown
  try {
    head = JSON.parse(line)
  } catch {
    throw invalid('its head is no JSON')
  }
  const { entries } = (head ?? {}) as Record<string, unknown>
  if (!Array.isArray(entries)) throw invalid('its head has no entries')
  return entries.map((entry: unknown) => {
    const { size, arrivedAt, contentId, messageId, network } = (entry ?? {}) as Record<string, unknown>
    if (typeof contentId !== 'string' && !(Number.isSafeInteger(size) && Number(size) >= 0))
      throw invalid('an entry has no size')
    if (typeof arrivedAt !== 'number' || Number.isNaN(new Date(arrivedAt).getTime()))
      throw invalid('an entry has no time')
    return {
      size: Number(size ?? 0),
      arrivedAt,
      contentId: typeof contentId === 'string' ? contentId : null,
      messageId: typeof messageId === 'string' ? messageId : null,
      network: typeof network === 'string' ? network : '',
    }
  })
}

const invalid = (why: string) =>
  new HoldfastError('SITE_ANSWER_INVALID', `this is no page of a ZIP drop: ${why}`)
