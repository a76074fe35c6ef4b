/**
 * Reads mail of the plain shapes TeleMessage makes without parsing everything: one text/plain, or one multipart/mixed
 * of a text and attachments. What it accepts it reads exactly as the general reader does (a property test compares
 * both on many messages); for anything else it answers null.
 */
import { isAscii } from 'node:buffer'
import { hash } from 'node:crypto'
import { createDecoder } from './decoder.ts'
import { trimEnd } from './general-reader.ts'
import type { Attachment } from './item.ts'
import {
  type Header,
  headerOf,
  headerText,
  type MailParts,
  parseHeaders,
  parseStructured,
  transferEncoding,
} from './mime.ts'
import { oneLine, unixLines } from './text.ts'

const SIZE_MAX = 1024 * 1024
const BOUNDARY = /^[A-Za-z0-9'()+_,./:=?-]{1,70}$/
const TEXT_TYPE = /^text\/plain(?:; ?charset="?(utf-8|us-ascii)"?)?$/i
const FILE_TYPE =
  /^([a-z0-9][a-z0-9!#$&^_.+-]{0,99}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,99})(?:; ?name="([\w .()+-]*)")?$/i
const FILE_DISPOSITION = /^attachment; ?filename(?:="([\w .()+,-]+)"|\*=utf-8''([A-Za-z0-9%._~-]+))$/i

const utf8 = new TextDecoder('utf-8')

/** The header fields of a mail, whatever its body is, null if they are not plain. */
export function readPlainHeaders(raw: Buffer): readonly Header[] | null {
  return raw.length > SIZE_MAX ? null : (readBlock(raw, 0, raw.length)?.headers ?? null)
}

/** The parts of a plain mail, null if it is not plain. */
export function readPlainMail(raw: Buffer): MailParts | null {
  if (raw.length > SIZE_MAX) return null
  const root = readBlock(raw, 0, raw.length)
  if (!root) return null
  const type = headerOf(root.headers, 'content-type')
  if (type === null) return null
  if (TEXT_TYPE.test(type)) return readSingle(raw, root, type)
  const { value, parameters } = parseStructured(type)
  if (value !== 'multipart/mixed') return null
  const boundary = parameters.get('boundary')
  if (boundary === undefined || !BOUNDARY.test(boundary)) return null
  return readMixed(raw, root, boundary)
}

type Block = { readonly headers: readonly Header[]; readonly body: number }

/** A header block with its lines ended by CRLF and nothing odd in it. */
function readBlock(raw: Buffer, from: number, to: number): Block | null {
  const end = raw.indexOf('\r\n\r\n', from, 'latin1')
  if (end <= from || end + 4 > to) return null
  const text = headerText(raw.subarray(from, end + 2))
  if (text.startsWith('\r\n') || text.includes('\n\n') || text.includes('\r\r') || text.includes('\n\r\n'))
    return null
  if (text.charCodeAt(0) === 10) return null
  const { headers, sound } = parseHeaders(text)
  return sound && headers.length > 0 ? { headers, body: end + 4 } : null
}

function readSingle(raw: Buffer, root: Block, type: string): MailParts | null {
  if (headerOf(root.headers, 'content-disposition') !== null) return null
  const text = readText(raw.subarray(root.body), root.headers, type)
  if (text === null) return null
  return { headers: root.headers, text, attachments: [], defective: false, truncated: false }
}

function readMixed(raw: Buffer, root: Block, boundary: string): MailParts | null {
  const delimiter = `\n--${boundary}`
  const attachments: Attachment[] = []
  let text: string | null = null
  // The line end before the body may belong to the first delimiter.
  let at = raw.indexOf(delimiter, root.body - 2, 'latin1')
  for (;;) {
    if (at < 0 || raw[at - 1] !== 13) return null
    const after = at + delimiter.length
    if (raw[after] === 45) {
      if (raw[after + 1] !== 45 || !isLineEndOnly(raw, after + 2)) return null
      return { headers: root.headers, text: text ?? '', attachments, defective: false, truncated: false }
    }
    if (raw[after] !== 13 || raw[after + 1] !== 10) return null
    const next = raw.indexOf(delimiter, after, 'latin1')
    if (next < 0) return null
    const part = readBlock(raw, after + 2, next)
    if (!part) return null
    // An empty part shares its blank line with the delimiter.
    const body = raw.subarray(part.body, Math.max(part.body, next - 1))
    const type = headerOf(part.headers, 'content-type')
    const disposition = headerOf(part.headers, 'content-disposition')
    if (type === null) return null
    if (disposition === null) {
      if (text !== null || !TEXT_TYPE.test(type)) return null
      text = readText(body, part.headers, type)
      if (text === null) return null
    } else {
      const attachment = readAttachment(body, part.headers, type, disposition)
      if (!attachment) return null
      attachments.push(attachment)
    }
    at = next
  }
}

/** Nothing but one line end after the closing delimiter. */
function isLineEndOnly(raw: Buffer, from: number): boolean {
  return from === raw.length || (from + 2 === raw.length && raw[from] === 13 && raw[from + 1] === 10)
}

function readText(body: Buffer, headers: readonly Header[], type: string): string | null {
  const decoded = decode(body, headers)
  if (!decoded) return null
  if (isAscii(decoded)) return trimEnd(unixLines(decoded.toString('latin1')))
  return /us-ascii/i.test(type) ? null : trimEnd(unixLines(utf8.decode(decoded)))
}

function readAttachment(
  body: Buffer,
  headers: readonly Header[],
  type: string,
  disposition: string,
): Attachment | null {
  const file = FILE_TYPE.exec(type)
  const named = FILE_DISPOSITION.exec(disposition)
  if (!file || !named) return null
  const contentType = file[1]!.toLowerCase()
  if (contentType.startsWith('multipart/') || contentType.startsWith('message/')) return null
  const name = named[1] ?? decodePercent(named[2]!)
  if (name === null) return null
  const content = decode(body, headers)
  if (!content) return null
  const digest = hash('sha256', content, 'buffer')
  return { name: oneLine(name), contentType, size: content.length, digest, content, contentId: null }
}

function decodePercent(text: string): string | null {
  try {
    const name = decodeURIComponent(text)
    return name.includes('=?') || name.startsWith('\ufeff') ? null : name
  } catch {
    return null
  }
}

/** The decoded body, null where it is defective. */
function decode(body: Buffer, headers: readonly Header[]): Buffer | null {
  const encoding = transferEncoding(headerOf(headers, 'content-transfer-encoding'))
  if (encoding === 'identity') return body
  const decoder = createDecoder(encoding)
  const start = decoder.push(body)
  const end = decoder.end()
  if (decoder.defective) return null
  return end.length === 0 ? start : Buffer.concat([start, end])
}
