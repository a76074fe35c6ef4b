/**
 * Finds where JSON values lie in bytes, without building them (RFC 8259). An archive keeps each record's exact
 * text, which `JSON.parse` of a page would lose; and a page need not be sound as a whole for its records to be
 * found: brackets are counted and strings are skipped, so that a broken record costs only itself.
 *
 * Promise: linear in the length, no recursion and no memory that grows with depth, no exception. Positions are
 * byte offsets; a missing end is -1.
 */

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const BRACKET_OPEN = 0x5b
const BRACKET_CLOSE = 0x5d
const BRACE_OPEN = 0x7b
const BRACE_CLOSE = 0x7d

/** Strings longer than this are skipped by the native search: base64 runs to megabytes, most texts do not. */
const SHORT_STRING = 48

/** A value's place: `start` inclusive, `end` exclusive. */
export type Slice = { readonly start: number; readonly end: number }

/** The first position from `at` that is no white space. */
export function skipSpace(bytes: Buffer, at: number, end: number): number {
  while (at < end) {
    const byte = bytes[at]!
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break
    at += 1
  }
  return at
}

/** The position after the closing quote of the string whose opening quote is at `at`. */
function skipString(bytes: Buffer, at: number, end: number): number {
  let position = at + 1
  for (;;) {
    const near = Math.min(end, position + SHORT_STRING)
    while (position < near) {
      const byte = bytes[position]!
      if (byte === QUOTE) return position + 1
      position += byte === BACKSLASH ? 2 : 1
    }
    if (position >= end) return -1
    const quote = bytes.indexOf(QUOTE, position)
    if (quote === -1 || quote >= end) return -1
    // Escaped if an odd run of backslashes precedes it; the run is counted from a position known to start afresh.
    let backslashes = 0
    while (quote - backslashes > position && bytes[quote - backslashes - 1] === BACKSLASH) backslashes += 1
    if (backslashes % 2 === 0) return quote + 1
    position = quote + 1
  }
}

/**
 * The end of what starts at `at`: the first comma or closing bracket outside all of its own strings and brackets.
 * For a sound value that is its end (and white space after it); for an unsound one, where the next may begin.
 */
export function skipElement(bytes: Buffer, at: number, end: number): number {
  let depth = 0
  let position = at
  while (position < end) {
    const byte = bytes[position]!
    if (byte === QUOTE) {
      position = skipString(bytes, position, end)
      if (position === -1) return -1
      continue
    }
    if (byte === BRACE_OPEN || byte === BRACKET_OPEN) depth += 1
    else if (byte === BRACE_CLOSE || byte === BRACKET_CLOSE) {
      if (depth === 0) return position
      depth -= 1
    } else if (byte === COMMA && depth === 0) return position
    position += 1
  }
  return -1
}

/** `end` without the white space before it. */
function trimEnd(bytes: Buffer, start: number, end: number): number {
  while (end > start) {
    const byte = bytes[end - 1]!
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break
    end -= 1
  }
  return end
}

/**
 * The elements of the array that starts at `at`, and the position after its closing bracket; null when it is no
 * array, has no end, or has more than `elementsMax`. What stands between two commas is an element, whatever it is; nothing at all is none.
 */
export function arrayElements(
  bytes: Buffer,
  at: number,
  end: number,
  elementsMax: number,
): { elements: Slice[]; after: number } | null {
  if (bytes[at] !== BRACKET_OPEN) return null
  const elements: Slice[] = []
  let position = at + 1
  while (position < end) {
    position = skipSpace(bytes, position, end)
    let stop = skipElement(bytes, position, end)
    // A brace that closes nothing belongs to the damaged element: the array's own end is a bracket.
    while (stop !== -1 && bytes[stop] === BRACE_CLOSE) stop = skipElement(bytes, stop + 1, end)
    if (stop === -1) return null
    const last = trimEnd(bytes, position, stop)
    if (last > position) elements.push({ start: position, end: last })
    if (elements.length > elementsMax) return null
    if (bytes[stop] === BRACKET_CLOSE) return { elements, after: stop + 1 }
    position = stop + 1
  }
  return null
}

/** Where the value that starts at `valueStart` stops: at the comma or brace after it, or -1. */
type SkipValue = (bytes: Buffer, valueStart: number, end: number, keyStart: number, keyEnd: number) => number

/**
 * Visits the members of the object that starts at `at`: the key's text between its quotes, and the value.
 * Returns the position after the closing brace, or -1 when it is no object or not a sound one at this depth.
 * `skip` may read a value itself while it passes over it.
 */
export function visitMembers(
  bytes: Buffer,
  at: number,
  end: number,
  visit: (keyStart: number, keyEnd: number, valueStart: number, valueEnd: number) => void,
  skip: SkipValue = skipElement,
): number {
  if (bytes[at] !== BRACE_OPEN) return -1
  let position = skipSpace(bytes, at + 1, end)
  if (bytes[position] === BRACE_CLOSE) return position + 1
  while (position < end) {
    if (bytes[position] !== QUOTE) return -1
    const keyEnd = skipString(bytes, position, end)
    if (keyEnd === -1) return -1
    const colon = skipSpace(bytes, keyEnd, end)
    if (bytes[colon] !== COLON) return -1
    const valueStart = skipSpace(bytes, colon + 1, end)
    const stop = skip(bytes, valueStart, end, position + 1, keyEnd - 1)
    if (stop === -1) return -1
    const valueEnd = trimEnd(bytes, valueStart, stop)
    if (valueEnd === valueStart) return -1
    visit(position + 1, keyEnd - 1, valueStart, valueEnd)
    if (bytes[stop] === BRACE_CLOSE) return stop + 1
    if (bytes[stop] !== COMMA) return -1
    position = skipSpace(bytes, stop + 1, end)
  }
  return -1
}

/** The text of a string value, or null when the value is no sound string. */
export function stringAt(bytes: Buffer, start: number, end: number): string | null {
  if (end - start < 2 || bytes[start] !== QUOTE || bytes[end - 1] !== QUOTE) return null
  const text = bytes.toString('utf8', start + 1, end - 1)
  if (!text.includes('\\') && !text.includes('"')) return text
  const value = valueAt(bytes, start, end)
  return typeof value === 'string' ? value : null
}

/** The parsed value, or undefined when it is no JSON. For small values: it builds what it reads. */
export function valueAt(bytes: Buffer, start: number, end: number): unknown {
  try {
    return JSON.parse(bytes.toString('utf8', start, end)) as unknown
  } catch {
    return undefined
  }
}

/** True if the key between its quotes is `name` (ASCII), also when it is written with escapes. */
export function keyIs(bytes: Buffer, start: number, end: number, name: string): boolean {
  if (end - start === name.length) {
    for (let index = 0; index < name.length; index += 1)
      if (bytes[start + index] !== name.charCodeAt(index)) return false
    return true
  }
  if (end - start < name.length || bytes.subarray(start, end).indexOf(BACKSLASH) === -1) return false
  return stringAt(bytes, start - 1, end + 1) === name
}
