/**
 * Writing ZIP (PKWARE APPNOTE 6.3.10) as a stream that can be cut anywhere between two files and gone on with: the
 * same files give the same bytes. Names are UTF-8, times are those of 1 January 1980, which is ZIP's zero.
 *
 * A file that is at hand is stored: messages are too small to gain by being deflated, and what they carry mostly is
 * packed already. A file that streams by is deflated, since its size comes after it (section 4.4.4, bit 3), and some
 * readers take that of deflated files alone; its sizes are in ZIP64's form, whatever they turn out to be.
 */
import { pipeline, Readable } from 'node:stream'
import { crc32, createDeflateRaw } from 'node:zlib'
import { blocksOf } from '../storage/storage.ts'

const LOCAL = 0x04034b50
const DESCRIPTOR = 0x08074b50
export const CENTRAL = 0x02014b50
const END_64 = 0x06064b50
const LOCATOR_64 = 0x07064b50
const END = 0x06054b50

export const VERSION = 20
const VERSION_64 = 45
/** Made on Unix, by version 6.3 of the specification. */
const MADE_BY = (3 << 8) | 63
export const UTF8 = 0x0800
const SIZES_FOLLOW = 0x0008
export const STORED = 0
const DEFLATED = 8
/** 1980-01-01, the earliest that can be written. */
const DATE = (1 << 5) | 1
const ATTRIBUTES = (0o100644 << 16) >>> 0
const MAX_32 = 0xffff_ffff
const MAX_16 = 0xffff
const EXTRA_64 = 0x0001
/** Text gains most of what there is to gain at this level, at several times the speed of the usual one. */
const LEVEL = 3
const BLOCK = 64 * 1024

type ZipWriter = {
  /** Bytes of the archive up to here. */
  readonly offset: () => number
  /** The pieces of a file that is at hand. */
  add(path: string, content: Buffer): Buffer[]
  /** The pieces of a file that streams by. */
  stream(path: string, content: AsyncIterable<Buffer>): AsyncIterable<Buffer>
  /** The records of the central directory for what was added. */
  readonly directory: Buffer[]
}

/** Goes on with an archive of which so many bytes are written. */
export function createZipWriter(start: number): ZipWriter {
  let offset = start
  const directory: Buffer[] = []
  return {
    offset: () => offset,
    directory,
    add(path, content) {
      const entry = { path, crc: crc32(content), packed: content.length, size: content.length, offset }
      const local = localHeader({ ...entry, flags: UTF8, method: STORED })
      directory.push(centralRecord({ ...entry, flags: UTF8, method: STORED }))
      offset += local.length + content.length
      return [local, content]
    },
    async *stream(path, content) {
      const begin = offset
      const local = streamedHeader(path)
      offset += local.length
      yield local
      const seen = { crc: 0, size: 0, packed: 0 }
      for await (const piece of deflated(content, seen)) {
        seen.packed += piece.length
        offset += piece.length
        yield piece
      }
      const entry = { path, ...seen, flags: UTF8 | SIZES_FOLLOW, method: DEFLATED, offset: begin }
      directory.push(centralRecord(entry))
      const descriptor = descriptorOf(entry)
      offset += descriptor.length
      yield descriptor
    },
  }
}

/** Blocks of one size: how the content came in pieces must not show in what is made of it. */
async function* deflated(
  content: AsyncIterable<Buffer>,
  seen: { crc: number; size: number },
): AsyncIterable<Buffer> {
  async function* measured() {
    for await (const block of blocksOf(content, BLOCK)) {
      seen.crc = crc32(block, seen.crc)
      seen.size += block.length
      yield block
    }
  }
  const deflate = createDeflateRaw({ level: LEVEL, chunkSize: BLOCK })
  // A failure of the content ends the iteration below with it.
  pipeline(Readable.from(measured(), { objectMode: true, highWaterMark: 2 }), deflate, () => {})
  yield* deflate as AsyncIterable<Buffer>
}

export type Entry = {
  readonly path: string
  readonly crc: number
  readonly packed: number
  readonly size: number
  readonly offset: number
  readonly flags: number
  readonly method: number
}

export function localHeader({ path, crc, packed, size, flags, method }: Entry): Buffer {
  const name = Buffer.from(path)
  const header = Buffer.allocUnsafe(30 + name.length)
  let at = header.writeUInt32LE(LOCAL, 0)
  at = header.writeUInt16LE(VERSION, at)
  at = writeCommon(header, at, { crc, packed, size, flags, method })
  at = header.writeUInt16LE(name.length, at)
  at = header.writeUInt16LE(0, at)
  name.copy(header, at)
  return header
}

/** Sizes are not known: all ones, and room for ZIP64's, which says that those in the descriptor have eight bytes. */
function streamedHeader(path: string): Buffer {
  const name = Buffer.from(path)
  const header = Buffer.alloc(30 + name.length + 20)
  let at = header.writeUInt32LE(LOCAL, 0)
  at = header.writeUInt16LE(VERSION_64, at)
  const unknown = { crc: 0, packed: MAX_32, size: MAX_32, flags: UTF8 | SIZES_FOLLOW, method: DEFLATED }
  at = writeCommon(header, at, unknown)
  at = header.writeUInt16LE(name.length, at)
  at = header.writeUInt16LE(20, at)
  at += name.copy(header, at)
  at = header.writeUInt16LE(EXTRA_64, at)
  header.writeUInt16LE(16, at)
  return header
}

function descriptorOf({ crc, packed, size }: Entry): Buffer {
  const descriptor = Buffer.allocUnsafe(24)
  let at = descriptor.writeUInt32LE(DESCRIPTOR, 0)
  at = descriptor.writeUInt32LE(crc, at)
  at = descriptor.writeBigUInt64LE(BigInt(packed), at)
  descriptor.writeBigUInt64LE(BigInt(size), at)
  return descriptor
}

/** Flags to the uncompressed size, as local headers and records of the directory have them alike. */
export function writeCommon(
  target: Buffer,
  start: number,
  { crc, packed, size, flags, method }: Omit<Entry, 'path' | 'offset'>,
): number {
  let at = target.writeUInt16LE(flags, start)
  at = target.writeUInt16LE(method, at)
  at = target.writeUInt16LE(0, at)
  at = target.writeUInt16LE(DATE, at)
  at = target.writeUInt32LE(crc, at)
  at = target.writeUInt32LE(packed, at)
  return target.writeUInt32LE(size, at)
}

function centralRecord({ path, crc, packed, size, offset, flags, method }: Entry): Buffer {
  const name = Buffer.from(path)
  // Section 4.5.3: only what does not fit, in this order.
  const large = [size, packed, offset].filter(value => value >= MAX_32)
  const extra = large.length === 0 ? 0 : 4 + 8 * large.length
  const record = Buffer.alloc(46 + name.length + extra)
  let at = record.writeUInt32LE(CENTRAL, 0)
  at = record.writeUInt16LE(MADE_BY, at)
  at = record.writeUInt16LE(extra > 0 || method === DEFLATED ? VERSION_64 : VERSION, at)
  const fitting = { crc, packed: Math.min(packed, MAX_32), size: Math.min(size, MAX_32), flags, method }
  at = writeCommon(record, at, fitting)
  at = record.writeUInt16LE(name.length, at)
  at = record.writeUInt16LE(extra, at)
  // Comment, disk and internal attributes: none, the first, none.
  at += 6
  at = record.writeUInt32LE(ATTRIBUTES, at)
  at = record.writeUInt32LE(Math.min(offset, MAX_32), at)
  at += name.copy(record, at)
  if (extra === 0) return record
  at = record.writeUInt16LE(EXTRA_64, at)
  at = record.writeUInt16LE(extra - 4, at)
  for (const value of large) at = record.writeBigUInt64LE(BigInt(value), at)
  return record
}

/** What ends an archive after its central directory of `size` bytes at `offset`, with so many records. */
export function endOfArchive(offset: number, size: number, records: number): Buffer {
  const is64 = offset >= MAX_32 || size >= MAX_32 || records >= MAX_16
  const end = Buffer.alloc((is64 ? 56 + 20 : 0) + 22)
  let at = 0
  if (is64) {
    at = end.writeUInt32LE(END_64, at)
    at = end.writeBigUInt64LE(44n, at)
    at = end.writeUInt16LE(MADE_BY, at)
    at = end.writeUInt16LE(VERSION_64, at)
    at += 8
    for (const value of [records, records, size, offset]) at = end.writeBigUInt64LE(BigInt(value), at)
    at = end.writeUInt32LE(LOCATOR_64, at)
    at += 4
    at = end.writeBigUInt64LE(BigInt(offset + size), at)
    at = end.writeUInt32LE(1, at)
  }
  at = end.writeUInt32LE(END, at)
  at += 4
  at = end.writeUInt16LE(Math.min(records, MAX_16), at)
  at = end.writeUInt16LE(Math.min(records, MAX_16), at)
  at = end.writeUInt32LE(Math.min(size, MAX_32), at)
  end.writeUInt32LE(Math.min(offset, MAX_32), at)
  return end
}
