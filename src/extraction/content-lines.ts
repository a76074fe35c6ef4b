/**
 * vCard (RFC 6350, and the 2.1 and 3.0 that phones send) and iCalendar (RFC 5545, and vCalendar 1.0): what stands in
 * the values, unfolded and decoded; no pictures, sounds or keys.
 */
import { createDecoder } from '../message/message.ts'
import type { Gathering } from './gathering.ts'
import { decodePlainText, isKnown } from './plain-text.ts'

/** Properties whose values are no words of anybody. */
const UNSAID = new Set(
  'BEGIN END VERSION PRODID UID REV PHOTO LOGO SOUND KEY DTSTAMP SEQUENCE RRULE EXRULE TRANSP CLASS CALSCALE TZID TZOFFSETFROM TZOFFSETTO TRIGGER ACTION X-MICROSOFT-CDO-BUSYSTATUS CREATED LAST-MODIFIED'.split(
    ' ',
  ),
)
const LINE_MAX = 1_000_000

/** Adds the values, each on a line. */
export function readContentLines(bytes: Buffer, charset: string | null, gathering: Gathering): void {
  // Bytes as letters first: each property may have a charset of its own.
  const isWide =
    bytes.length >= 2 &&
    ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
  const text = isWide
    ? Buffer.from(decodePlainText(bytes, charset)).toString('latin1')
    : bytes.toString('latin1')
  for (const line of unfolded(text)) {
    const colon = endOfName(line)
    if (colon < 0) continue
    const [name = '', ...parameters] = line.slice(0, colon).split(';')
    const property = name
      .slice(name.lastIndexOf('.') + 1)
      .trim()
      .toUpperCase()
    if (UNSAID.has(property)) continue
    const flags = new Set(parameters.map(each => each.trim().toUpperCase()))
    if (isBinary(flags)) continue
    const value = decoded(line.slice(colon + 1), parameters, isWide ? 'utf-8' : charset)
    const spoken = parameters.flatMap(each => /^(?:CN|LABEL|ALTREP)=(.*)$/is.exec(each.trim())?.[1] ?? [])
    const words = [decodeLatin(spoken.join(' '), charset), plainValue(value)]
      .filter(each => each !== '')
      .join(' ')
    if (words !== '') gathering.add(`${words}\n`)
  }
}

/** Logical lines: a line that begins with a space goes on with the one before, in quoted-printable one after a `=`. */
function* unfolded(text: string): Generator<string> {
  let parts: string[] = []
  let length = 0
  let isQuoted = false
  let isSoft = false
  for (const line of text.split(/\r\n|\n|\r/)) {
    const goesOn = isSoft || line.startsWith(' ') || line.startsWith('\t')
    if (!goesOn) {
      if (parts.length > 0) yield parts.join('')
      parts = []
      length = 0
      isQuoted = /^[^:]*;\s*(ENCODING=)?QUOTED-PRINTABLE/i.test(line)
    }
    const rest: string = isSoft ? line.replace(/^[ \t]/, '') : goesOn ? line.slice(1) : line
    isSoft = isQuoted && rest.endsWith('=')
    const piece = isSoft ? rest.slice(0, -1) : rest
    if (length < LINE_MAX) parts.push(piece)
    length += piece.length
  }
  if (parts.length > 0) yield parts.join('')
}

/** Where the value begins: the first colon outside of quotation marks. */
function endOfName(line: string): number {
  let quoted = false
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '"') quoted = !quoted
    else if (line[at] === ':' && !quoted) return at
  }
  return line.indexOf(':')
}

function isBinary(flags: ReadonlySet<string>): boolean {
  return ['BASE64', 'ENCODING=BASE64', 'ENCODING=B', 'VALUE=BINARY'].some(flag => flags.has(flag))
}

function decoded(value: string, parameters: readonly string[], charset: string | null): string {
  let bytes = Buffer.from(value, 'latin1')
  const named = parameters
    .map(each => /^CHARSET="?([^"]+)"?$/i.exec(each.trim())?.[1])
    .find(each => each !== undefined)
  if (parameters.some(each => /^(ENCODING=)?QUOTED-PRINTABLE$/i.test(each.trim()))) {
    const decoder = createDecoder('quoted-printable')
    bytes = Buffer.concat([decoder.push(bytes), decoder.end()])
  }
  return decodePlainText(bytes, named !== undefined && isKnown(named) ? named : charset)
}

function decodeLatin(text: string, charset: string | null): string {
  return text === '' ? '' : decodePlainText(Buffer.from(text.replaceAll('"', ' '), 'latin1'), charset).trim()
}

/** A value for reading: `\n`, `\,` and `\;` undone, parts of a structured value apart. */
function plainValue(value: string): string {
  return value
    .replace(/\\([nN,;:\\])/g, (_, letter: string) => (letter === 'n' || letter === 'N' ? '\n' : letter))
    .replace(/;/g, ' ')
    .replace(/^mailto:/i, '')
    .trim()
}
