/**
 * The rsmf.zip of a slice (PKWARE APPNOTE 6.3): a flat archive of stored entries with names in UTF-8 and one fixed
 * time, so that equal entries give equal bytes. Sizes and checksums are known before, so it is written in one go,
 * and a reader needs no more than a slice may have: 2 GB, 65,534 entries.
 */

export type ZipEntry = {
  readonly name: string
  readonly size: number
  /** CRC-32 */
  readonly checksum: number
  readonly content: Buffer | AsyncIterable<Buffer>
}

/** 1980-01-01 00:00, the beginning of time in such archives (section 4.4.6). */
const DATE = (1 << 5) | 1
const VERSION = 20
/** Names are UTF-8 (appendix D). */
const FLAGS = 0x0800
/** One more would say that the number is elsewhere, in an extension (section 4.4.1.4). */
export const ZIP_ENTRIES_MAX = 65_534

export async function* zipOf(entries: readonly ZipEntry[]): AsyncGenerator<Buffer> {
  const directory: Buffer[] = []
  let at = 0
  for (const entry of entries) {
    const head = header(entry)
    directory.push(directoryEntry(entry, at))
    yield head
    if (Buffer.isBuffer(entry.content)) yield entry.content
    else yield* entry.content
    at += head.length + entry.size
  }
  const list = Buffer.concat(directory)
  yield list
  yield directoryEnd(entries.length, list.length, at)
}

/** Section 4.3.7. */
function header(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name)
  const bytes = Buffer.alloc(30)
  bytes.writeUInt32LE(0x04034b50, 0)
  writeFields(bytes, 4, entry, name.length)
  return Buffer.concat([bytes, name])
}

/** Section 4.3.12. */
function directoryEntry(entry: ZipEntry, at: number): Buffer {
  const name = Buffer.from(entry.name)
  const bytes = Buffer.alloc(46)
  bytes.writeUInt32LE(0x02014b50, 0)
  bytes.writeUInt16LE(VERSION, 4)
  writeFields(bytes, 6, entry, name.length)
  bytes.writeUInt32LE(at, 42)
  return Buffer.concat([bytes, name])
}

function writeFields(bytes: Buffer, at: number, { size, checksum }: ZipEntry, nameLength: number): void {
  bytes.writeUInt16LE(VERSION, at)
  bytes.writeUInt16LE(FLAGS, at + 2)
  bytes.writeUInt16LE(DATE, at + 8)
  bytes.writeUInt32LE(checksum, at + 10)
  bytes.writeUInt32LE(size, at + 14)
  bytes.writeUInt32LE(size, at + 18)
  bytes.writeUInt16LE(nameLength, at + 22)
}

/** Section 4.3.16. */
function directoryEnd(entries: number, size: number, at: number): Buffer {
  const bytes = Buffer.alloc(22)
  bytes.writeUInt32LE(0x06054b50, 0)
  bytes.writeUInt16LE(entries, 8)
  bytes.writeUInt16LE(entries, 10)
  bytes.writeUInt32LE(size, 12)
  bytes.writeUInt32LE(at, 16)
  return bytes
}
