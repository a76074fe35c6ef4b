/**
 * Is this JSON (RFC 8259), in UTF-8? Asked of each page when it arrives, so that one damaged on the way is read
 * again while the site still has it. `JSON.parse` would answer too, but it builds what it reads: a hostile page of
 * 64 MiB of brackets takes it gigabytes, and an honest one more time than this.
 *
 * Promise: linear, no recursion, no memory but the nesting's own kinds, and stricter than JSON.parse in depth alone.
 */
import { isUtf8 } from 'node:buffer'

/** The contract nests 6 deep. */
const DEPTH_MAX = 512

/** 1 for the bytes at which the reading of a string must look up: controls, the quote, the backslash. */
const STOPS = new Uint8Array(256)
STOPS.fill(1, 0, 0x20)
STOPS[0x22] = 1
STOPS[0x5c] = 1

/** True for one JSON value with nothing but white space (and a byte order mark before it) around. */
export function isSoundJson(bytes: Buffer): boolean {
  if (!isUtf8(bytes)) return false
  const end = bytes.length
  const kinds = new Uint8Array(DEPTH_MAX) // of the open brackets: 1 object, 0 array
  let depth = 0
  let at = end >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  let keyNext = false
  for (;;) {
    // A value begins here, or a member's key.
    at = space(bytes, at, end)
    if (keyNext) {
      if (bytes[at] !== 0x22) return false
      at = string(bytes, at + 1, end)
      if (at === -1) return false
      at = space(bytes, at, end)
      if (bytes[at] !== 0x3a) return false
      at = space(bytes, at + 1, end)
      keyNext = false
    }
    const byte = bytes[at]
    if (byte === 0x7b || byte === 0x5b) {
      if (depth === DEPTH_MAX) return false
      kinds[depth] = byte === 0x7b ? 1 : 0
      depth += 1
      at = space(bytes, at + 1, end)
      if (bytes[at] !== (byte === 0x7b ? 0x7d : 0x5d)) {
        keyNext = byte === 0x7b
        continue
      }
      at += 1
      depth -= 1
    } else {
      at = byte === 0x22 ? string(bytes, at + 1, end) : scalar(bytes, at)
      if (at === -1) return false
    }
    // A value has ended here: close what closes, then go on to the next.
    for (;;) {
      at = space(bytes, at, end)
      if (depth === 0) return at === end
      const inObject = kinds[depth - 1] === 1
      const next = bytes[at]
      at += 1
      if (next === 0x2c) {
        keyNext = inObject
        break
      }
      if (next !== (inObject ? 0x7d : 0x5d)) return false
      depth -= 1
    }
  }
}

function space(bytes: Buffer, at: number, end: number): number {
  while (at < end) {
    const byte = bytes[at]!
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break
    at += 1
  }
  return at
}

/** The position after the closing quote; `at` is the first byte of the text. */
function string(bytes: Buffer, at: number, end: number): number {
  for (;;) {
    while (at < end && STOPS[bytes[at]!] === 0) at += 1
    const byte = bytes[at]
    if (byte === 0x22) return at + 1
    if (byte !== 0x5c) return -1
    const escaped = bytes[at + 1]
    if (escaped === 0x75) {
      for (let digit = at + 2; digit < at + 6; digit += 1) if (!isHexadecimal(bytes[digit])) return -1
      at += 6
    } else if (escaped !== undefined && ESCAPES.includes(escaped)) at += 2
    else return -1
  }
}

const ESCAPES = Buffer.from('"\\/bfnrt')

function isHexadecimal(byte: number | undefined): boolean {
  if (byte === undefined) return false
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66)
}

const WORDS = [Buffer.from('true'), Buffer.from('false'), Buffer.from('null')]

/** The position after a number or one of the three words. */
function scalar(bytes: Buffer, start: number): number {
  let at = start
  if (bytes[at] === 0x2d) at += 1
  if (isDigit(bytes[at])) {
    if (bytes[at] === 0x30) at += 1
    else at = digits(bytes, at)
    if (bytes[at] === 0x2e) {
      if (!isDigit(bytes[at + 1])) return -1
      at = digits(bytes, at + 1)
    }
    if (bytes[at] === 0x65 || bytes[at] === 0x45) {
      at += bytes[at + 1] === 0x2b || bytes[at + 1] === 0x2d ? 2 : 1
      if (!isDigit(bytes[at])) return -1
      at = digits(bytes, at)
    }
    return at
  }
  if (at !== start) return -1
  for (const word of WORDS)
    if (bytes.length - start >= word.length && word.compare(bytes, start, start + word.length) === 0)
      return start + word.length
  return -1
}

function digits(bytes: Buffer, at: number): number {
  while (isDigit(bytes[at])) at += 1
  return at
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}
