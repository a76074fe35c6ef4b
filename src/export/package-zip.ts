/**
 * Reads a package's ZIP (PKWARE APPNOTE 6.3) from hands that nobody vouches for. Nothing is extracted to a name from
 * inside it; what readers could see differently, overlapping entries, bytes that are of no entry, unsafe names and
 * sizes that are not those stated are PACKAGE_INVALID. Entries come in the order of the directory, which is read in large pieces.
 */
import { type FileHandle, open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { crc32, inflateRawSync } from 'node:zlib'
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl'
import { HoldfastError } from '../errors.ts'

export type PackageEntry = Entry

export type PackageZip = {
  /** Of the file, in bytes. */
  readonly size: number
  readonly entryCount: number
  /** Each entry once, in the directory's order; can be asked for again. */
  entries(): AsyncGenerator<PackageEntry>
  /** The entry's bytes; its size, checksum and own header are checked. */
  read(entry: PackageEntry): AsyncGenerator<Buffer>
  close(): Promise<void>
}

/** More than an archive of a lifetime's messages would give in one export. */
const ENTRIES_MAX = 16_000_000
const WINDOW_SIZE = 1024 * 1024
const PIECE_SIZE = 256 * 1024
/** Entries of at most so many bytes, packed and unpacked, are unpacked at once and not as a stream. */
const SMALL_MAX = 256 * 1024
const LOCAL_HEADER_SIZE = 30
const CENTRAL_HEADER_SIZE = 46
/** What ends a ZIP after its directory: the record alone, or with the two of ZIP64 before it. */
const END_SIZES: readonly number[] = [22, 56 + 20 + 22]
/** Times and sizes that writers put into an entry's own header. */
const LOCAL_EXTRA_MAX = 64
/** What may stand after an entry whose sizes follow it, with and without signature and ZIP64. */
const DESCRIPTOR_SIZES: readonly number[] = [12, 16, 20, 24]
const SIZES_FOLLOW = 0x0008

const invalid = (what: string, cause?: unknown): HoldfastError =>
  new HoldfastError('PACKAGE_INVALID', what, cause === undefined ? {} : { cause })

/** Opens a package. FILE_UNREADABLE, PACKAGE_INVALID, PACKAGE_ENCRYPTED. */
export async function openPackage(path: string): Promise<PackageZip> {
  const file = await open(path, 'r').catch(cause => {
    throw new HoldfastError('FILE_UNREADABLE', `${path} cannot be read`, { cause })
  })
  try {
    const { size } = await file.stat()
    await demandPlain(file, path)
    // The directory is read through one window and the contents through another: they lie far apart.
    const reader = new WindowReader(file)
    const first = await readZip(reader, size)
    await demandSeamless(file, size)
    if (first.entryCount > ENTRIES_MAX) throw invalid(`the package has more than ${ENTRIES_MAX} entries`)
    return {
      size,
      entryCount: first.entryCount,
      entries: () => eachEntry(new WindowReader(file), size),
      read: entry => readEntry(first, reader, entry),
      close: () => file.close(),
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

async function demandPlain(file: FileHandle, path: string): Promise<void> {
  const beginning = Buffer.alloc(32)
  await file.read(beginning, 0, beginning.length, 0)
  const text = beginning.toString('latin1')
  if (text.startsWith('age-encryption.org/') || text.startsWith('-----BEGIN AGE ENCRYPTED'))
    throw new HoldfastError('PACKAGE_ENCRYPTED', `${path} is encrypted`)
}

async function readZip(reader: WindowReader, size: number): Promise<ZipFile> {
  const options = { autoClose: false, lazyEntries: true, strictFileNames: true, validateEntrySizes: true }
  try {
    return await fromRandomAccessReaderPromise(reader, size, options)
  } catch (error) {
    throw structural(error)
  }
}

async function* eachEntry(reader: WindowReader, size: number): AsyncGenerator<PackageEntry> {
  const zip = await readZip(reader, size)
  let packed = 0
  try {
    for await (const entry of zip.eachEntry()) {
      demandSafe(entry)
      // Entries that lie over each other unpack a small file to a vast one, and take more than there is.
      packed += entry.compressedSize + LOCAL_HEADER_SIZE
      if (packed > size) throw invalid('entries of the package overlap')
      yield entry
    }
  } catch (error) {
    throw structural(error)
  }
}

/**
 * Entry after entry, then the directory, then the end, and nothing between: readers that go by the entries' own headers
 * and not by the directory would unpack what hides there, and nobody has vouched for it.
 */
async function demandSeamless(file: FileHandle, size: number): Promise<void> {
  const headers = new WindowReader(file)
  const zip = await readZip(new WindowReader(file), size)
  const seam = invalid('bytes of the package are in none of its entries, or entries overlap')
  if (zip.comment.length > 0) throw seam
  let end = 0
  let directory = 0
  let gaps: readonly number[] = [0]
  try {
    for await (const entry of zip.eachEntry()) {
      const start = entry.relativeOffsetOfLocalHeader
      if (!gaps.includes(start - end) || entry.fileComment.length > 0) throw seam
      const header = await headers.bytes(start, LOCAL_HEADER_SIZE)
      const [nameSize, extraSize] = [header.readUInt16LE(26), header.readUInt16LE(28)]
      if (extraSize > LOCAL_EXTRA_MAX) throw seam
      end = start + LOCAL_HEADER_SIZE + nameSize + extraSize + entry.compressedSize
      gaps = entry.generalPurposeBitFlag & SIZES_FOLLOW ? DESCRIPTOR_SIZES : [0]
      directory += CENTRAL_HEADER_SIZE + entry.fileNameRaw.length + entry.extraFieldRaw.length
    }
  } catch (error) {
    throw structural(error)
  }
  const rest = size - end - directory
  if (!END_SIZES.some(ending => gaps.includes(rest - ending))) throw seam
}

/** By what the directory says of it. */
function demandSafe(entry: Entry): void {
  const unixKind = (entry.externalFileAttributes >>> 16) & 0o170000
  const name = JSON.stringify(entry.fileName.slice(0, 200))
  if (/[\u0000-\u001f\u007f]/.test(entry.fileName))
    throw invalid(`an entry has control characters in its name: ${name}`)
  if (entry.isEncrypted()) throw invalid(`${name} is encrypted by the ZIP itself`)
  if (entry.fileName.endsWith('/') || (unixKind !== 0 && unixKind !== 0o100000))
    throw invalid(`${name} is a folder, a link or a device`)
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8)
    throw invalid(`${name} is compressed by another method`)
}

async function* readEntry(zip: ZipFile, reader: WindowReader, entry: Entry): AsyncGenerator<Buffer> {
  let checksum = 0
  try {
    const local = await zip.readLocalFileHeaderPromise(entry)
    if (!local.fileName.equals(entry.fileNameRaw) || local.compressionMethod !== entry.compressionMethod)
      throw invalid(`${JSON.stringify(entry.fileName.slice(0, 200))} says otherwise in its own header`)
    const small = entry.compressedSize <= SMALL_MAX && entry.uncompressedSize <= SMALL_MAX
    const content = small
      ? [await readSmall(reader, entry, local.fileDataStart)]
      : ((await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>)
    for await (const chunk of content) {
      checksum = crc32(chunk, checksum)
      yield chunk
    }
  } catch (error) {
    throw structural(error, entry.fileName)
  }
  if (checksum !== entry.crc32)
    throw invalid(`${JSON.stringify(entry.fileName.slice(0, 200))} is not what its checksum says`)
}

async function readSmall(reader: WindowReader, entry: Entry, start: number): Promise<Buffer> {
  const packed = await reader.bytes(start, entry.compressedSize)
  const content =
    entry.compressionMethod === 0
      ? packed
      : inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.uncompressedSize) })
  if (content.length !== entry.uncompressedSize)
    throw invalid(`${JSON.stringify(entry.fileName.slice(0, 200))} unpacks to another size than it says`)
  return content
}

/** What yauzl and zlib say of a ZIP is a fault of the ZIP; what the disk says is not. */
function structural(error: unknown, name?: string): unknown {
  if (!(error instanceof Error) || error instanceof HoldfastError) return error
  const code = (error as { code?: unknown }).code
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return error
  const where = name === undefined ? 'the package' : JSON.stringify(name.slice(0, 200))
  return invalid(`${where} is damaged or unsafe: ${error.message.slice(0, 200)}`, error)
}

/** Random access through a window: a directory's headers and small files lie close together. */
class WindowReader extends RandomAccessReader {
  readonly #file: FileHandle
  #window = Buffer.alloc(0)
  #start = 0

  constructor(file: FileHandle) {
    super()
    this.#file = file
  }

  /** Throws PACKAGE_INVALID if the file ends before. */
  async bytes(start: number, length: number): Promise<Buffer> {
    if (start < this.#start || start + length > this.#start + this.#window.length) {
      const window = Buffer.allocUnsafe(Math.max(WINDOW_SIZE, length))
      let filled = 0
      while (filled < length) {
        const { bytesRead } = await this.#file.read(window, filled, window.length - filled, start + filled)
        if (bytesRead === 0) throw invalid('the package ends early')
        filled += bytesRead
      }
      this.#window = window.subarray(0, filled)
      this.#start = start
    }
    return this.#window.subarray(start - this.#start, start - this.#start + length)
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.bytes(position, length).then(
      bytes => {
        buffer.set(bytes, offset)
        callback(null)
      },
      error => callback(error as Error),
    )
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#pieces(start, end))
  }

  async *#pieces(start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at < end; ) {
      const piece = Buffer.allocUnsafe(Math.min(PIECE_SIZE, end - at))
      const { bytesRead } = await this.#file.read(piece, 0, piece.length, at)
      if (bytesRead === 0) throw invalid('the package ends early')
      yield piece.subarray(0, bytesRead)
      at += bytesRead
    }
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null)
  }
}
