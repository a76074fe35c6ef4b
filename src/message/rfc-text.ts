/**
 * How text is written into a message so that every reader gets it back and none can be misled by it: encoded words (RFC
 * 2047), folding (RFC 5322 section 2.2.3), parameters (RFC 2231). Everything that comes out is printable ASCII with
 * CRLF only where we fold.
 */
import { identifierText, oneLine } from './text.ts'

/** A line with encoded words is at most 76 characters (RFC 2047 section 2), other lines should be 78 (RFC 5322). */
const ENCODED_LINE = 76
const LINE = 78

const PRINTABLE = /^[\x20-\x7e]*$/

/**
 * Encoded words in base64 for a field whose name and what else stands before take `column` characters. Characters are
 * never split between words (section 5), words are joined by a fold, which readers drop.
 */
export function encodeWords(text: string, column: number): string {
  let output = ''
  let piece = ''
  let bytes = 0
  // "=?utf-8?B?" and "?=" leave this for base64.
  let room = bytesFor(ENCODED_LINE - column - 12)
  for (const character of text) {
    const code = character.codePointAt(0)!
    const size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
    if (bytes + size > room) {
      output += bytes === 0 ? '\r\n ' : `${word(piece)}\r\n `
      piece = ''
      bytes = 0
      room = bytesFor(75 - 12)
    }
    piece += character
    bytes += size
  }
  return output + word(piece)
}

function bytesFor(characters: number): number {
  return characters < 4 ? 0 : Math.floor(characters / 4) * 3
}

function word(piece: string): string {
  return `=?utf-8?B?${Buffer.from(piece).toString('base64')}?=`
}

/** An unstructured field for people (RFC 5322 section 2.2.1): one line, spaces collapsed, folded where it is long. */
export function writeText(name: string, value: string): string {
  const text = oneLine(value)
  if (!PRINTABLE.test(text) || text.includes('=?'))
    return `${name}: ${encodeWords(text, name.length + 2)}\r\n`
  if (name.length + 2 + text.length <= LINE) return `${name}: ${text}\r\n`
  return foldWords(name, text)
}

function foldWords(name: string, text: string): string {
  let output = `${name}:`
  let column = output.length
  for (const part of text.split(' ')) {
    if (part.length > LINE - 1) return `${name}: ${encodeWords(text, name.length + 2)}\r\n`
    if (column + 1 + part.length > LINE) {
      output += '\r\n'
      column = 0
    }
    output += ` ${part}`
    column += 1 + part.length
  }
  return `${output}\r\n`
}

/** A field that gives an identifier back exactly, every space of it and ten thousand characters; controls become U+FFFD. '' for ''. */
export function writeExact(name: string, value: string): string {
  const text = identifierText(value)
  if (text === '') return ''
  const isPlain = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(text) && !text.includes('=?')
  if (isPlain && name.length + 2 + text.length <= LINE) return `${name}: ${text}\r\n`
  return `${name}: ${encodeWords(text, name.length + 2)}\r\n`
}

/** A display name (RFC 5322 section 3.2.5): a quoted string, or encoded words beginning at `column`. */
export function writePhrase(text: string, column: number): string {
  if (text.length <= 60 && PRINTABLE.test(text) && !text.includes('=?'))
    return text.includes('"') || text.includes('\\') ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`
  return encodeWords(text, column)
}

/**
 * The file name parameter of Content-Disposition. A plain name is a quoted string; any other is RFC 2231: UTF-8 in
 * percent encoding, cut into numbered pieces between characters when it is long.
 */
export function writeFileName(name: string): string {
  if (name === '') return ''
  if (name.length <= 60 && /^[A-Za-z0-9 _.,()+@&#!-]+$/.test(name)) return `;\r\n filename="${name}"`
  const pieces: string[] = []
  let piece = ''
  for (const character of name) {
    const escaped = escapeCharacter(character)
    if (piece.length + escaped.length > 55) {
      pieces.push(piece)
      piece = ''
    }
    piece += escaped
  }
  pieces.push(piece)
  if (pieces.length === 1) return `;\r\n filename*=utf-8''${pieces[0]}`
  return pieces
    .map((part, index) => `;\r\n filename*${index}*=${index === 0 ? "utf-8''" : ''}${part}`)
    .join('')
}

function escapeCharacter(character: string): string {
  if (/^[A-Za-z0-9._-]$/.test(character)) return character
  let escaped = ''
  for (const byte of Buffer.from(character))
    escaped += `%${byte < 16 ? '0' : ''}${byte.toString(16).toUpperCase()}`
  return escaped
}
