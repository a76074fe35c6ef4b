/** What an attachment is: by its first bytes, and where they leave it open by what it says of itself. */
import { isUtf8 } from 'node:buffer'
import type { Described } from './outcome.ts'

type Format =
  | 'plain'
  | 'html'
  | 'lines'
  | 'pdf'
  | 'zip'
  | 'ole'
  | 'rtf'
  | 'mail'
  /** Nothing to read. */
  | 'media'
  | 'encrypted'
  | 'unknown'

/** So many first bytes decide. */
export const HEAD_SIZE = 4096

/** Magic numbers: where, what, and which format. Hexadecimal; `..` is any byte. */
const MAGIC: readonly (readonly [offset: number, bytes: string, format: Format])[] = [
  [0, '504b0304', 'zip'],
  [0, '504b0506', 'zip'],
  [0, 'd0cf11e0a1b11ae1', 'ole'],
  [0, '7b5c727466', 'rtf'],
  // Pictures: JPEG, PNG, GIF, BMP, TIFF, WebP, icon, Photoshop, JPEG 2000, JPEG XL, JBIG2
  [0, 'ffd8ff', 'media'],
  [0, '89504e470d0a1a0a', 'media'],
  [0, '47494638', 'media'],
  [0, '424d........00000000', 'media'],
  [0, '49492a00', 'media'],
  [0, '4d4d002a', 'media'],
  [0, '52494646........57454250', 'media'],
  [0, '00000100', 'media'],
  [0, '38425053', 'media'],
  [0, '0000000c6a5020200d0a870a', 'media'],
  [0, '0000000c4a584c20', 'media'],
  [0, 'ff0aff', 'media'],
  // Everything in an ISO base media file: MP4, 3GP, QuickTime, M4A, HEIC, AVIF
  [4, '66747970', 'media'],
  [4, '6d6f6f76', 'media'],
  [4, '6d646174', 'media'],
  // Sound: WAV, MP3, Ogg, FLAC, AMR, AIFF, AU, CAF, MIDI, AAC, iLBC, QCELP
  [0, '52494646........57415645', 'media'],
  [0, '494433', 'media'],
  [0, 'fffb', 'media'],
  [0, 'fff3', 'media'],
  [0, 'fff2', 'media'],
  [0, 'fffa', 'media'],
  [0, 'fff1', 'media'],
  [0, 'fff9', 'media'],
  [0, '4f676753', 'media'],
  [0, '664c6143', 'media'],
  [0, '2321414d52', 'media'],
  [0, '464f524d........41494646', 'media'],
  [0, '2e736e64', 'media'],
  [0, '63616666', 'media'],
  [0, '4d546864', 'media'],
  [0, '23216c4c4243', 'media'],
  [0, '52494646........514c434d', 'media'],
  // Film: AVI, Matroska and WebM, ASF, FLV, MPEG
  [0, '52494646........415649', 'media'],
  [0, '1a45dfa3', 'media'],
  [0, '3026b2758e66cf11', 'media'],
  [0, '464c5601', 'media'],
  [0, '000001ba', 'media'],
  [0, '000001b3', 'media'],
]

const EXTENSIONS: Readonly<Record<string, Format>> = Object.freeze({
  eml: 'mail',
  htm: 'html',
  html: 'html',
  xhtml: 'html',
  svg: 'html',
  vcf: 'lines',
  ics: 'lines',
  vcs: 'lines',
})

const TYPES: Readonly<Record<string, Format>> = Object.freeze({
  'message/rfc822': 'mail',
  'text/html': 'html',
  'application/xhtml+xml': 'html',
  'image/svg+xml': 'html',
  'text/vcard': 'lines',
  'text/x-vcard': 'lines',
  'text/directory': 'lines',
  'text/calendar': 'lines',
  'text/x-vcalendar': 'lines',
  'application/pgp-encrypted': 'encrypted',
})

const CARD = /^(\xef\xbb\xbf)?\s*BEGIN:(VCARD|VCALENDAR)/i

/** The format of an attachment; `head` is its first HEAD_SIZE bytes, or all it has. */
export function formatOf({ name, contentType }: Described, head: Buffer): Format {
  const magic = MAGIC.find(([offset, bytes]) => matches(head, offset, bytes))
  if (magic) return magic[2]
  // Some writers put something before the header; readers look for it in the first kilobyte (ISO 32000, annex H).
  if (head.subarray(0, 1024).includes('%PDF-')) return 'pdf'
  // Before asking whether it is text: phones put pictures and stray bytes into cards.
  if (CARD.test(head.toString('latin1', 0, 100))) return 'lines'
  const encoding = unicodeEncoding(head)
  if (encoding === null && !looksLikeText(head))
    return /^(image|audio|video)\//.test(contentType) ? 'media' : 'unknown'
  const start = decodeStart(head, encoding)
  if (/^-----BEGIN PGP MESSAGE-----/.test(start)) return 'encrypted'
  if (CARD.test(start)) return 'lines'
  if (
    /^(<!doctype html|<html|<head|<body|(<\?xml[^>]*>\s*)?(<!--[^>]*-->\s*)?(<!doctype (html|svg)|<html|<svg))/i.test(
      start,
    )
  )
    return 'html'
  const extension = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  const said = own(TYPES, contentType) ?? own(EXTENSIONS, extension)
  // What calls itself a card but is none is read as text.
  return said === undefined || said === 'lines' ? 'plain' : said
}

function matches(head: Buffer, offset: number, bytes: string): boolean {
  if (head.length < offset + bytes.length / 2) return false
  for (let at = 0; at < bytes.length; at += 2) {
    const wanted = bytes.slice(at, at + 2)
    if (wanted !== '..' && head[offset + at / 2] !== Number.parseInt(wanted, 16)) return false
  }
  return true
}

/** UTF-16 or UTF-8 by its mark, or UTF-16 by every other byte being zero; null where nothing says so. */
export function unicodeEncoding(head: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' | null {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8'
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  const looked = Math.min(head.length, 512) & ~1
  if (looked < 8) return null
  let even = 0
  let odd = 0
  for (let at = 0; at < looked; at += 2) {
    if (head[at] === 0) even++
    if (head[at + 1] === 0) odd++
  }
  // A zero in the other half is no letter of any script.
  if (odd > looked * 0.3 && even === 0) return 'utf-16le'
  return even > looked * 0.3 && odd === 0 ? 'utf-16be' : null
}

/** True if these could be letters in some encoding: no NUL, and hardly a control character. */
function looksLikeText(head: Buffer): boolean {
  let controls = 0
  for (const byte of head) {
    if (byte === 0) return false
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12 && byte !== 27) controls++
  }
  return controls <= head.length * 0.02
}

function decodeStart(head: Buffer, encoding: string | null): string {
  const text =
    encoding === null || encoding === 'utf-8'
      ? head.toString(isUtf8(head) ? 'utf8' : 'latin1')
      : new TextDecoder(encoding).decode(head)
  return text.replace(/^[\ufeff\s]+/, '').slice(0, 1000)
}

/** Types and names come from outside: one that every object has, such as "constructor", is none of ours. */
function own(values: Readonly<Record<string, Format>>, name: string): Format | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined
}
