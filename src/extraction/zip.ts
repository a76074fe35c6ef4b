/**
 * The entries of a ZIP (PKWARE APPNOTE) one after the other, by yauzl: names checked, sizes held to what they state,
 * and what they unpack to counted, so that a bomb stops when it has reached its limit and not when memory has.
 */
import { type Entry, fromBufferPromise, getFileNameLowLevel, type ZipFile } from 'yauzl'
import { type Gathering, Stop, Unread } from './gathering.ts'

const ENTRIES_MAX = 20_000
/** A part that unpacks to this and is so many times larger than it was is no document of anybody's. */
const SUSPECT_SIZE = 16 * 1024 * 1024
const RATIO_MAX = 250
const STORED = 0
const DEFLATED = 8

export type ZipEntry = {
  readonly name: string
  /** Unpacks it; Unread 'damaged' or 'encrypted', Stop at a limit. */
  read(): Promise<Buffer>
}

/** Every file of the archive in the order of its directory; those that repeat a name or overlap cost their own size. */
export async function listEntries(bytes: Buffer, gathering: Gathering): Promise<ZipEntry[]> {
  // Names are looked at and never used as paths, so one that points elsewhere costs nothing.
  const zip = await fromBufferPromise(bytes, { decodeStrings: false }).catch(() => {
    throw new Unread('damaged')
  })
  const entries: ZipEntry[] = []
  try {
    for await (const entry of zip.eachEntry()) {
      const name = getFileNameLowLevel(
        entry.generalPurposeBitFlag,
        entry.fileNameRaw,
        entry.extraFields,
        false,
      )
      if (name.endsWith('/')) continue
      if (entries.length === ENTRIES_MAX) {
        gathering.miss('too-large')
        break
      }
      const isEncrypted = entry.isEncrypted()
      entries.push({
        name,
        read: async () => {
          if (isEncrypted) throw new Unread('encrypted')
          return unpack(zip, entry, gathering)
        },
      })
    }
  } catch {
    // What the directory gave until here can be read.
    gathering.miss('damaged')
  }
  return entries
}

async function unpack(zip: ZipFile, entry: Entry, gathering: Gathering): Promise<Buffer> {
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) throw new Unread('format')
  const pieces: Buffer[] = []
  let size = 0
  const stream = await zip.openReadStreamPromise(entry).catch(() => {
    throw new Unread('damaged')
  })
  try {
    for await (const piece of stream) {
      size += (piece as Buffer).length
      if (size > SUSPECT_SIZE && size > entry.compressedSize * RATIO_MAX) throw new Stop('too-large')
      gathering.unpack((piece as Buffer).length)
      pieces.push(piece as Buffer)
    }
  } catch (error) {
    throw error instanceof Unread ? error : new Unread('damaged')
  } finally {
    stream.destroy()
  }
  return Buffer.concat(pieces)
}
