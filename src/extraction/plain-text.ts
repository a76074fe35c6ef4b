/** Plain text of any charset: by its Unicode mark, by what it says of itself, as UTF-8 if it is, else as Windows does. */
import { isAscii, isUtf8 } from 'node:buffer'
import { unicodeEncoding } from './format.ts'
import type { Gathering } from './gathering.ts'

const PIECE = 64 * 1024

/** Adds the text. */
export function readPlainText(bytes: Buffer, charset: string | null, gathering: Gathering): void {
  const decoder = new TextDecoder(encodingOf(bytes, charset))
  for (let at = 0; at < bytes.length; at += PIECE)
    gathering.add(decoder.decode(bytes.subarray(at, at + PIECE), { stream: at + PIECE < bytes.length }))
}

/** All of it as one string; for formats that are written in letters. */
export function decodePlainText(bytes: Buffer, charset: string | null): string {
  return new TextDecoder(encodingOf(bytes, charset)).decode(bytes)
}

/** The label of an encoding that TextDecoder knows. */
function encodingOf(bytes: Buffer, charset: string | null): string {
  const marked = unicodeEncoding(bytes)
  if (marked !== null) return marked
  // US-ASCII is what is said where nobody thought of it (RFC 2046 section 4.1.2): then what it is decides.
  if (charset !== null && !/^(us-)?ascii$/i.test(charset) && isKnown(charset)) return charset
  return isUtf8(bytes) || isCutUtf8(bytes) ? 'utf-8' : 'windows-1252'
}

/** UTF-8 whose last letter was cut off by a limit; a single odd letter after ASCII is of another encoding. */
function isCutUtf8(bytes: Buffer): boolean {
  for (let cut = 1; cut <= 3 && cut < bytes.length; cut++) {
    const rest = bytes.subarray(0, bytes.length - cut)
    if (isUtf8(rest)) return !isAscii(rest) && (bytes[rest.length]! & 0xc0) === 0xc0
  }
  return false
}

export function isKnown(charset: string): boolean {
  try {
    new TextDecoder(charset)
    return true
  } catch {
    return false
  }
}
