/** Word's own format of 1997 to 2003 (MS-DOC), by word-extractor; the others of its time are not read. */
import WordExtractor from 'word-extractor'
import { type Gathering, Unread } from './gathering.ts'

/** MS-DOC section 2.5.2: the first of a Word document's main stream, and whether it is encrypted. */
const WORD_MAGIC = 0xa5ec
const WORD_ENCRYPTED = 0x0100
/** MS-CFB: a sector begins at a multiple of this. */
const SECTOR = 512
const LOOKED_MAX = 64 * 1024

const ENCRYPTED_PACKAGE = Buffer.from('EncryptedPackage', 'utf16le')
const WORD_STREAM = Buffer.from('WordDocument', 'utf16le')

/** Adds the text of a compound file (MS-CFB), if it is Word's. */
export async function readCompoundFile(bytes: Buffer, gathering: Gathering): Promise<void> {
  // A newer Office document under a password (MS-OFFCRYPTO).
  if (bytes.includes(ENCRYPTED_PACKAGE)) throw new Unread('encrypted')
  if (!bytes.includes(WORD_STREAM)) throw new Unread('format')
  for (let at = SECTOR; at + 12 <= Math.min(bytes.length, LOOKED_MAX); at += SECTOR)
    if (bytes.readUInt16LE(at) === WORD_MAGIC) {
      if ((bytes.readUInt16LE(at + 10) & WORD_ENCRYPTED) !== 0) throw new Unread('encrypted')
      break
    }
  const document = await new WordExtractor().extract(bytes)
  for (const part of [
    document.getBody(),
    document.getHeaders(),
    document.getFootnotes(),
    document.getEndnotes(),
    document.getAnnotations(),
    document.getTextboxes(),
  ])
    if (part !== '') gathering.add(`${part}\n`)
}
