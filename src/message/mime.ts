/**
 * The parts of MIME that every reader here shares: header fields (RFC 5322 section 2.2), parameters (RFC 2045 section
 * 5.1) and what a mail is taken apart into.
 */
import { isAscii } from 'node:buffer'
import type { Attachment } from './item.ts'

export type Header = readonly [name: string /* lower case */, value: string /* unfolded */]

/** What a mail says, whatever its structure. Made by three readers that must agree: quick, general and streamed. */
export type MailParts = {
  readonly headers: readonly Header[]
  readonly text: string
  readonly attachments: readonly Attachment[]
  readonly defective: boolean
  readonly truncated: boolean
}

/** Header bytes read from one mail, over all parts: group messages with hundreds of parties need some 100 KB. */
export const HEADER_BYTES_MAX = 2 * 1024 * 1024
/** Text read from one mail, in decoded bytes; what is beyond stays in the original. */
export const TEXT_BYTES_MAX = 4 * 1024 * 1024

// RFC 5322 headers are ASCII, RFC 6532 UTF-8; a U+FEFF must not vanish, or it would turn a line into another header.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** Header bytes as text. */
export function headerText(bytes: Buffer): string {
  return isAscii(bytes) ? bytes.toString('latin1') : utf8.decode(bytes)
}

/**
 * The fields of a header block, in order; `sound` is false where a line is no field (RFC 5322 section 3.6.8). A folded
 * field is joined and keeps its spaces. The "From " line of an mbox is passed over.
 */
export function parseHeaders(block: string): { headers: Header[]; sound: boolean } {
  const headers: Header[] = []
  let sound = true
  let at = 0
  while (at < block.length) {
    let end = lineEnd(block, at)
    let value: string | null = null
    const first = trimCr(block, at, end)
    let next = end + 1
    // A line that begins with SP or HTAB goes on with the field before it (section 2.2.3).
    while (next < block.length && isSpace(block.charCodeAt(next))) {
      end = lineEnd(block, next)
      value = (value ?? block.slice(at, first)) + block.slice(next, trimCr(block, next, end))
      next = end + 1
    }
    const line = value ?? block.slice(at, first)
    at = next
    if (line === '') continue
    const colon = line.indexOf(':')
    if (colon <= 0 || isSpace(line.charCodeAt(0))) {
      if (!(headers.length === 0 && line.startsWith('From '))) sound = false
      continue
    }
    headers.push([fieldName(line.slice(0, colon)), fieldValue(line, colon + 1)])
  }
  return { headers, sound }
}

/** Names that were met, as they were written: nearly all mail has the same few dozen. */
const knownNames = new Map<string, string>()

function fieldName(written: string): string {
  const known = knownNames.get(written)
  if (known !== undefined) return known
  const name = trimSpace(written).toLowerCase()
  // A copy, since a slice would keep its whole mail in memory.
  if (knownNames.size < 500 && written.length < 80) knownNames.set(copyOf(written), copyOf(name))
  return name
}

function copyOf(text: string): string {
  return Buffer.from(text).toString()
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

function trimCr(text: string, from: number, end: number): number {
  let at = end
  while (at > from && text.charCodeAt(at - 1) === 13) at--
  return at
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9
}

function fieldValue(line: string, from: number): string {
  const value = trimSpace(line.slice(from))
  // A bare CR has no place in a field, and must not end up in anyone's line.
  return value.includes('\r') ? value.replace(/\r+/g, ' ') : value
}

function trimSpace(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isSpace(text.charCodeAt(start))) start++
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--
  return start === 0 && end === text.length ? text : text.slice(start, end)
}

/** The first field of a name, null if there is none. */
export function headerOf(headers: readonly Header[], name: string): string | null {
  for (const header of headers) if (header[0] === name) return header[1]
  return null
}

export type Structured = { readonly value: string; readonly parameters: ReadonlyMap<string, string> }

// A token or a quoted string; comments and the obsolete forms are dealt with below.
const PARAMETER = /;[\s;]*(?:([^\s=;"()]+)\s*=\s*(?:"((?:[^"\\]|\\[\s\S])*)"?|([^\s;"]*))|[^;"]+|"[^"]*"?)/y

/**
 * A structured field such as `text/plain; charset=utf-8`: the value in lower case and its parameters as written, the
 * first of equal names. Tells structure (type, boundary, encoding); names of files go to the general parser.
 */
export function parseStructured(text: string): Structured {
  const field = text.includes('(') ? withoutComments(text) : text
  const semicolon = field.indexOf(';')
  const value = (semicolon < 0 ? field : field.slice(0, semicolon)).trim().toLowerCase()
  const parameters = new Map<string, string>()
  if (semicolon < 0) return { value, parameters }
  PARAMETER.lastIndex = semicolon
  for (let match = PARAMETER.exec(field); match; match = PARAMETER.exec(field)) {
    const name = match[1]?.toLowerCase()
    if (name !== undefined && !parameters.has(name))
      parameters.set(name, match[2] !== undefined ? match[2].replace(/\\([\s\S])/g, '$1') : match[3]!)
    // Junk between a closed quote and the next semicolon is passed over.
    const next = field.indexOf(';', PARAMETER.lastIndex)
    if (next < 0) break
    PARAMETER.lastIndex = next
  }
  return { value, parameters }
}

function withoutComments(text: string): string {
  let result = ''
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (character === '\\' && (quoted || depth > 0)) {
      if (depth === 0) result += character + (text[at + 1] ?? '')
      at++
    } else if (character === '"' && depth === 0) {
      quoted = !quoted
      result += character
    } else if (!quoted && character === '(' && (depth > 0 || !/=[^;\s]+$/.test(result.slice(-80)))) depth++
    else if (!quoted && character === ')' && depth > 0) depth--
    else if (depth === 0) result += character
  }
  // An unbalanced parenthesis is no comment; dropping what follows it could take the boundary along.
  return depth === 0 ? result : text
}

export type TransferEncoding = 'identity' | 'base64' | 'quoted-printable'

/** Content-Transfer-Encoding, tolerant of comments and quotes; what is unknown is taken as it is. */
export function transferEncoding(value: string | null): TransferEncoding {
  if (value === null) return 'identity'
  const text = value.toLowerCase()
  if (text.includes('base64')) return 'base64'
  return text.includes('quoted-printable') ? 'quoted-printable' : 'identity'
}
