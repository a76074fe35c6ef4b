/** Names that people gave, made fit for any file system and archive, and told apart. */
import { hash } from 'node:crypto'

const NAME_MAX = 120
const EXTENSION_MAX = 16
/** What Windows takes for a device. */
const DEVICES = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)/i

/**
 * One component of a path: no separator, control or direction character, nothing that Windows refuses, at most 120
 * bytes of UTF-8 (or `sizeMax`) with its extension kept. `fallback` where nothing is left of it.
 */
export function fileName(name: string, fallback: string, sizeMax: number = NAME_MAX): string {
  const plain = name
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffd<>:"/\\|?*]+/gu, '_')
    .replace(/^[\s.]+|[\s.]+$/g, '')
  if (plain === '' || /^_+$/.test(plain)) return fallback
  const [stem, extension] = splitName(DEVICES.test(plain) ? `_${plain}` : plain)
  const cut = cutBytes(stem, sizeMax - Buffer.byteLength(extension))
  return extension === '' ? cut.replace(/[\s.]+$/, '') : cut.trimEnd() + extension
}

/** With a file's own name a path has less than 240 bytes; Windows takes 260, with the folder it is unpacked to. */
const MAILBOX_SIZE_MAX = 80
const FOLDER_SIZE_MAX = 60

/** The folder of a mailbox, and of a folder in it, as parts of a path: never those of another. */
export const mailboxPlace = (mailbox: string): string => placeName(mailbox, 'mailbox', MAILBOX_SIZE_MAX)
export const folderPlace = (folder: string): string => placeName(folder, 'folder', FOLDER_SIZE_MAX)

/** What had to be changed has a mark of what it was. */
function placeName(name: string, fallback: string, sizeMax: number): string {
  const plain = fileName(name, fallback, sizeMax)
  if (plain === name) return plain
  return `${fileName(name, fallback, sizeMax - 9)}-${hash('sha256', name.toWellFormed()).slice(0, 8)}`
}

/**
 * The name, or with a number before its extension if it is taken; case tells nothing apart. `taken` remembers it, and
 * from which number on to try.
 */
export function distinctName(name: string, taken: Map<string, number>): string {
  const [stem, extension] = splitName(name)
  let number = (taken.get(name.toLowerCase()) ?? 0) + 1
  const numbered = () => (number === 1 ? name : `${stem}-${number}${extension}`)
  while (number > 1 && taken.has(numbered().toLowerCase())) number++
  const distinct = numbered()
  taken.set(name.toLowerCase(), number)
  if (number > 1) taken.set(distinct.toLowerCase(), 1)
  return distinct
}

/** The extension with its dot, in plain characters; '' if there is none. */
export function extensionOf(name: string): string {
  const [, extension] = splitName(fileName(name, ''))
  return /^\.[A-Za-z0-9]+$/.test(extension) ? extension.toLowerCase() : ''
}

function splitName(name: string): [string, string] {
  const dot = name.lastIndexOf('.')
  return dot <= 0 || Buffer.byteLength(name.slice(dot)) > EXTENSION_MAX
    ? [name, '']
    : [name.slice(0, dot), name.slice(dot)]
}

/** As many whole characters as fit. */
function cutBytes(text: string, bytes: number): string {
  let kept = ''
  let used = 0
  for (const character of text) {
    used += Buffer.byteLength(character)
    if (used > bytes) break
    kept += character
  }
  return kept
}
