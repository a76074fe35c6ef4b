/**
 * Reads one delivered archive: a ZIP (PKWARE APPNOTE 6.3) of e-mails with a manifest. Nothing is ever extracted to
 * a name from inside it. Before anything of an archive is used, all of it is checked: structure, names, sizes, the
 * checksum of every entry, and the manifest; an archive that fails any of it is refused whole, since what is
 * missing from a delivery cannot be seen from what is there.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { HoldfastError } from '../../errors.ts'
import { readManifest } from './manifest.ts'

export type ZipLimits = {
  readonly entriesMax: number
  readonly entryBytesMax: number
  /** Uncompressed, all entries together: time, since memory does not grow. */
  readonly totalBytesMax: number
  /** Uncompressed over compressed, looked at only above `ratioFromBytes`: silence compresses well, honestly. */
  readonly ratioMax: number
  readonly ratioFromBytes: number
  readonly manifestBytesMax: number
}

export const ZIP_LIMITS: ZipLimits = Object.freeze({
  entriesMax: 100_000,
  entryBytesMax: 1024 * 1024 * 1024,
  totalBytesMax: 8 * 1024 * 1024 * 1024,
  ratioMax: 200,
  ratioFromBytes: 256 * 1024 * 1024,
  manifestBytesMax: 32 * 1024 * 1024,
})

/** What is wrong with an archive, where in it, and what the sender can do. Goes into the report beside it. */
export type ZipProblem = { readonly where: string; readonly what: string; readonly mend: string }

/** Why an archive is refused. */
export class ZipRefusal extends Error {
  readonly problems: readonly ZipProblem[]
  constructor(problems: readonly ZipProblem[]) {
    super(problems[0]?.what ?? 'refused')
    this.problems = problems
  }
}

export type ZipArchive = {
  readonly sha256: string
  /** The e-mails, in the archive's order. */
  readonly emails: readonly Entry[]
  /** Streams one of them; its size and checksum are verified again as it is read. */
  read(entry: Entry): AsyncGenerator<Buffer, void, undefined>
  close(): void
}

const PROBLEMS_MAX = 100
const AGAIN = 'Make the archive again from the source and upload it under the same name.'

/** Opens and checks the whole archive. Throws ZipRefusal; other errors (the disk's) as they are. */
export async function openArchive(path: string, limits: ZipLimits, signal: AbortSignal): Promise<ZipArchive> {
  const sha256 = await digestFile(path, signal)
  const file = await openZip(path)
  try {
    const entries = await readEntries(file, limits, signal)
    const { emails, manifest } = sortEntries(entries, limits)
    await checkPlaces(file, entries)
    await checkContents(file, emails, signal)
    await checkManifest(file, manifest, emails)
    return { sha256, emails, read: entry => readEntry(file, entry), close: () => file.close() }
  } catch (error) {
    file.close()
    throw error
  }
}

async function digestFile(path: string, signal: AbortSignal): Promise<string> {
  const digest = createHash('sha256')
  for await (const chunk of createReadStream(path, { signal })) digest.update(chunk as Buffer)
  return digest.digest('hex')
}

async function openZip(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { autoClose: false, strictFileNames: true, validateEntrySizes: true })
  } catch (error) {
    throw structural(error)
  }
}

/** The disk's errors have a code; what yauzl says of the archive has none. */
function structural(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ZipRefusal || error instanceof HoldfastError) return error
  const code = (error as { code?: unknown }).code
  if (typeof code === 'string' && !code.startsWith('Z_')) return error
  return new ZipRefusal([
    { where: 'the archive', what: `is damaged or unsafe: ${error.message}`, mend: AGAIN },
  ])
}

async function readEntries(file: ZipFile, limits: ZipLimits, signal: AbortSignal): Promise<Entry[]> {
  if (file.entryCount > limits.entriesMax)
    throw new ZipRefusal([
      {
        where: 'the archive',
        what: `has more than ${limits.entriesMax} entries`,
        mend: 'Deliver smaller archives.',
      },
    ])
  const entries: Entry[] = []
  try {
    for await (const entry of file.eachEntry()) {
      signal.throwIfAborted()
      entries.push(entry)
    }
  } catch (error) {
    signal.throwIfAborted()
    throw structural(error)
  }
  return entries
}

/** Tells e-mails and manifest apart, and refuses everything else, by what the central directory says. */
function sortEntries(entries: readonly Entry[], limits: ZipLimits): { emails: Entry[]; manifest: Entry } {
  const found = new Problems()
  const names = new Set<string>()
  const emails: Entry[] = []
  const manifests: Entry[] = []
  let total = 0
  let compressed = 0
  for (const entry of entries) {
    const name = entry.fileName
    const refuse = (what: string) => found.add(name, what, AGAIN)
    const unixKind = (entry.externalFileAttributes >>> 16) & 0o170000
    total += entry.uncompressedSize
    compressed += entry.compressedSize
    if (names.has(name)) refuse('is there twice')
    names.add(name)
    if (/[\u0000-\u001f\u007f]/.test(name)) refuse('has control characters in its name')
    else if (entry.isEncrypted()) refuse('is encrypted')
    else if (unixKind !== 0 && unixKind !== 0o100000) refuse('is a folder, a link or a device')
    else if (name.includes('/')) refuse('is in a folder')
    else if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8)
      refuse('is compressed by another method')
    else if (/\.eml$/i.test(name)) {
      emails.push(entry)
      if (entry.uncompressedSize === 0) refuse('is empty')
      if (entry.uncompressedSize > limits.entryBytesMax)
        refuse(`is larger than ${limits.entryBytesMax} bytes`)
    } else if (/\.mf$/i.test(name)) manifests.push(entry)
    else refuse('is neither an e-mail (.eml) nor a manifest (.mf)')
  }
  if (total > limits.totalBytesMax)
    found.add(
      'the archive',
      `unpacks to more than ${limits.totalBytesMax} bytes`,
      'Deliver smaller archives.',
    )
  if (total > limits.ratioFromBytes && total > compressed * limits.ratioMax)
    found.add('the archive', `unpacks to more than ${limits.ratioMax} times its size`, AGAIN)
  if (manifests.length !== 1)
    found.add('the archive', `has ${manifests.length} manifests (.mf) instead of one`, AGAIN)
  const manifest = manifests[0]
  if (manifest && manifest.uncompressedSize > limits.manifestBytesMax)
    found.add(manifest.fileName, `is larger than ${limits.manifestBytesMax} bytes`, AGAIN)
  found.throwIfAny()
  return { emails, manifest: manifest! }
}

/** Each entry has bytes of its own, and its two headers say the same: else readers differ about what is in it. */
async function checkPlaces(file: ZipFile, entries: readonly Entry[]): Promise<void> {
  const found = new Problems()
  const places: { start: number; end: number; name: string }[] = []
  for (const entry of entries) {
    try {
      const local = await file.readLocalFileHeaderPromise(entry)
      if (!local.fileName.equals(entry.fileNameRaw))
        found.add(entry.fileName, 'has another name in its own header', AGAIN)
      if ((local.generalPurposeBitFlag & 1) !== 0) found.add(entry.fileName, 'is encrypted', AGAIN)
      if (local.compressionMethod !== entry.compressionMethod)
        found.add(entry.fileName, 'has another compression method in its own header', AGAIN)
      const end = local.fileDataStart + entry.compressedSize
      places.push({ start: entry.relativeOffsetOfLocalHeader, end, name: entry.fileName })
    } catch (error) {
      throw structural(error)
    }
  }
  places.sort((a, b) => a.start - b.start)
  for (const [index, place] of places.entries()) {
    const next = places[index + 1]
    if (next && place.end > next.start) found.add(next.name, 'overlaps another entry', AGAIN)
  }
  found.throwIfAny()
}

/** Unpacks every e-mail once, keeping nothing: sizes, checksums, and that it is no archive under another name. */
async function checkContents(file: ZipFile, emails: readonly Entry[], signal: AbortSignal): Promise<void> {
  const found = new Problems()
  for (const entry of emails) {
    signal.throwIfAborted()
    try {
      let first = true
      for await (const chunk of readEntry(file, entry)) {
        if (first && chunk.length >= 4 && chunk.readUInt32LE(0) === 0x04034b50)
          found.add(entry.fileName, 'is an archive, not an e-mail', AGAIN)
        first = false
      }
    } catch (error) {
      const refusal = structural(error)
      if (!(refusal instanceof ZipRefusal)) throw refusal
      found.add(entry.fileName, refusal.problems[0]!.what, AGAIN)
    }
  }
  found.throwIfAny()
}

async function checkManifest(file: ZipFile, manifest: Entry, emails: readonly Entry[]): Promise<void> {
  const found = new Problems()
  const chunks: Buffer[] = []
  try {
    for await (const chunk of readEntry(file, manifest)) chunks.push(chunk)
  } catch (error) {
    throw structural(error)
  }
  const { count, names } = readManifest(Buffer.concat(chunks).toString('utf8'))
  const where = manifest.fileName
  if (count === null) found.add(where, 'has no Count: line, or several that differ', AGAIN)
  else if (count !== emails.length)
    found.add(where, `says Count: ${count}, but there are ${emails.length} e-mails`, AGAIN)
  const present = new Set(emails.map(entry => entry.fileName))
  const listed = new Set(names)
  for (const name of listed)
    if (!present.has(name)) found.add(name, 'is listed in the manifest but not there', AGAIN)
  for (const name of present) if (!listed.has(name)) found.add(name, 'is not listed in the manifest', AGAIN)
  found.throwIfAny()
}

async function* readEntry(file: ZipFile, entry: Entry): AsyncGenerator<Buffer, void, undefined> {
  const stream = (await file.openReadStreamPromise(entry)) as Readable
  let checksum = 0
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      checksum = crc32(chunk, checksum)
      yield chunk
    }
  } finally {
    stream.destroy()
  }
  if (checksum !== entry.crc32)
    throw new ZipRefusal([{ where: entry.fileName, what: 'does not match its checksum', mend: AGAIN }])
}

/** Gathers problems, so that the sender hears of all of them at once. */
class Problems {
  readonly #list: ZipProblem[] = []

  add(where: string, what: string, mend: string): void {
    if (this.#list.length < PROBLEMS_MAX) this.#list.push({ where: where.slice(0, 300), what, mend })
  }

  throwIfAny(): void {
    if (this.#list.length > 0) throw new ZipRefusal(this.#list)
  }
}
