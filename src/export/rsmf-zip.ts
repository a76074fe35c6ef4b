/**
 * The rsmf.zip of a slice (PKWARE APPNOTE 6.3): a flat archive of stored entries with names in UTF-8 and one fixed
 * time, so that equal entries give equal bytes. Sizes and checksums are known before, so it is written in one go,
 * and a reader needs no more than a slice may have: 2 GB, 65,534 entries.
 */
import { CENTRAL, type Entry, endOfArchive, localHeader, STORED, UTF8, VERSION, writeCommon } from './zip.ts'

export type ZipEntry = {
  readonly name: string
  readonly size: number
  /** CRC-32 */
  readonly checksum: number
  readonly content: Buffer | AsyncIterable<Buffer>
}

/** One more would say that the number is elsewhere, in an extension (section 4.4.1.4). */
export const ZIP_ENTRIES_MAX = 65_534

export async function* zipOf(entries: readonly ZipEntry[]): AsyncGenerator<Buffer> {
  const directory: Buffer[] = []
  let at = 0
  for (const { name, size, checksum: crc, content } of entries) {
    const entry = { path: name, crc, packed: size, size, offset: at, flags: UTF8, method: STORED }
    const head = localHeader(entry)
    directory.push(directoryEntry(entry))
    yield head
    if (Buffer.isBuffer(content)) yield content
    else yield* content
    at += head.length + size
  }
  const list = Buffer.concat(directory)
  yield list
  yield endOfArchive(at, list.length, entries.length)
}

/** Section 4.3.12; made by no system in particular, and with no attributes. */
function directoryEntry(entry: Entry): Buffer {
  const name = Buffer.from(entry.path)
  const bytes = Buffer.alloc(46)
  bytes.writeUInt32LE(CENTRAL, 0)
  bytes.writeUInt16LE(VERSION, 4)
  bytes.writeUInt16LE(VERSION, 6)
  bytes.writeUInt16LE(name.length, writeCommon(bytes, 8, entry))
  bytes.writeUInt32LE(entry.offset, 42)
  return Buffer.concat([bytes, name])
}
