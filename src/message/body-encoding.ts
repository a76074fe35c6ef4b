/**
 * Transfer encodings for what we write (RFC 2045 section 6), chosen by the text alone so that the same text always gives
 * the same bytes: 7bit where it is safe everywhere, quoted-printable where most of it stays readable, else base64.
 */

type EncodedText = {
  readonly encoding: '7bit' | 'quoted-printable' | 'base64'
  /** Lines ended by CRLF, the last one not ended. */
  readonly lines: string
}

/** RFC 5322 section 2.1.1. */
const LINE_MAX = 998

/** Encodes text whose lines end in LF; `boundary` must not occur in what is not base64. */
export function encodeText(text: string, boundary: string): EncodedText {
  const hasBoundary = text.includes(boundary)
  // Spaces at line ends and "From " at line starts are what transports and mailboxes spoil.
  const isAscii = /^[\t\n\x20-\x7e]*$/.test(text)
  if (isAscii && !hasBoundary && hasShortLines(text) && !/[ \t](?:\n|$)|(?:^|\n)From /.test(text))
    return { encoding: '7bit', lines: text.includes('\n') ? text.replaceAll('\n', '\r\n') : text }
  const bytes = Buffer.from(text)
  if (!hasBoundary && escapesOf(bytes) * 6 <= bytes.length)
    return { encoding: 'quoted-printable', lines: quotedPrintable(bytes) }
  const content = text.includes('\n') ? Buffer.from(text.replaceAll('\n', '\r\n')) : bytes
  return { encoding: 'base64', lines: wrapBase64(content.toString('base64')) }
}

function hasShortLines(text: string): boolean {
  if (text.length <= LINE_MAX) return true
  let from = 0
  while (from <= text.length) {
    const feed = text.indexOf('\n', from)
    const end = feed < 0 ? text.length : feed
    if (end - from > LINE_MAX) return false
    from = end + 1
  }
  return true
}

/** Bytes that quoted-printable has to escape. */
function escapesOf(bytes: Buffer): number {
  let count = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte > 126 || byte === 61 || (byte < 32 && byte !== 10 && byte !== 9)) count++
  }
  return count
}

const HEX = '0123456789ABCDEF'
/** A line is at most 76 characters with its soft break (section 6.7 rule 5). */
const SOFT_LINE = 75

function quotedPrintable(bytes: Buffer): string {
  let output = ''
  let column = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte === 10) {
      output += '\r\n'
      column = 0
      continue
    }
    let isPlain = byte >= 32 ? byte <= 126 && byte !== 61 : byte === 9
    if (isPlain && (byte === 32 || byte === 9)) isPlain = at + 1 < bytes.length && bytes[at + 1] !== 10
    else if (isPlain && byte === 70 && column === 0)
      isPlain = bytes.toString('latin1', at, at + 5) !== 'From '
    const width = isPlain ? 1 : 3
    if (column + width > SOFT_LINE) {
      output += '=\r\n'
      column = 0
      // The new line may now begin with "From ".
      if (isPlain && byte === 70 && bytes.toString('latin1', at, at + 5) === 'From ') isPlain = false
    }
    output += isPlain ? String.fromCharCode(byte) : `=${HEX[byte >> 4]}${HEX[byte & 15]}`
    column += isPlain ? 1 : 3
  }
  return output
}

function wrapBase64(base64: string): string {
  if (base64.length <= 76) return base64
  let lines = base64.slice(0, 76)
  for (let at = 76; at < base64.length; at += 76) lines += `\r\n${base64.slice(at, at + 76)}`
  return lines
}

/** Bytes of a base64 body of `size` bytes, every line ended by CRLF. */
export function base64BodySize(size: number): number {
  const characters = Math.ceil(size / 3) * 4
  return characters + Math.ceil(characters / 76) * 2
}

/** Bytes that make one full line of 76 characters. */
const BYTES_PER_LINE = 57

/** Writes a base64 body, every line ended by CRLF, into `target`; where it ended. */
export function writeBase64Body(content: Buffer, target: Buffer, offset: number): number {
  let at = offset
  const base64 = content.toString('base64')
  for (let from = 0; from < base64.length; from += 76) {
    at += target.write(base64.slice(from, from + 76), at, 'latin1')
    target[at++] = 13
    target[at++] = 10
  }
  return at
}

/** The same body from pieces of any size, in pieces of whole lines. */
export async function* base64Body(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer, number> {
  let rest: Buffer = Buffer.alloc(0)
  let size = 0
  for await (const piece of content) {
    size += piece.length
    const whole = rest.length === 0 ? piece : Buffer.concat([rest, piece])
    const even = whole.length - (whole.length % BYTES_PER_LINE)
    rest = Buffer.from(whole.subarray(even))
    if (even > 0) yield bodyOf(whole.subarray(0, even))
  }
  if (rest.length > 0) yield bodyOf(rest)
  return size
}

function bodyOf(content: Buffer): Buffer {
  const body = Buffer.allocUnsafe(base64BodySize(content.length))
  writeBase64Body(content, body, 0)
  return body
}
