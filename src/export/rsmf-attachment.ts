/** The attachments of a slice: read once to be measured, named apart, and held where they are small. */
import { crc32 } from 'node:zlib'
import { HoldfastError } from '../errors.ts'
import { distinctName, extensionOf, fileName } from './file-name.ts'
import type { ExportedItem } from './package-file.ts'
import type { RsmfAttachment } from './rsmf-manifest.ts'
import type { ZipEntry } from './rsmf-zip.ts'

/** Bytes of small attachments that are held at a time, so that they are not read twice. */
const HELD_MAX = 8 * 1024 * 1024

/** An attachment as it was read; its name in the slice's zip comes later. */
export type Measured = {
  readonly number: number
  readonly name: string
  readonly size: number
  readonly checksum: number
  readonly open: () => AsyncIterable<Buffer>
  readonly content: Buffer | null
}

export type MeasuredItem = { readonly item: ExportedItem; readonly attachments: readonly Measured[] }

/** Reads the attachments of items one after the other; throws as reading does. */
export function createMeasure(): (item: ExportedItem) => Promise<MeasuredItem> {
  let room = HELD_MAX
  return async item => {
    const attachments: Measured[] = []
    for (const [index, { name }] of item.facts.attachments.entries()) {
      const open = () => item.openAttachment(index + 1)
      let pieces: Buffer[] | null = []
      let [size, checksum] = [0, 0]
      for await (const piece of open()) {
        size += piece.length
        checksum = crc32(piece, checksum)
        if (size > room) pieces = null
        pieces?.push(piece)
      }
      const content = pieces ? Buffer.concat(pieces) : null
      if (content) room -= size
      attachments.push({ number: index + 1, name, size, checksum, open, content })
    }
    return { item, attachments }
  }
}

export type NamedAttachments = {
  readonly of: (item: ExportedItem) => readonly RsmfAttachment[]
  readonly entries: readonly ZipEntry[]
}

/** Gives each attachment of a slice a name of its own at the root of its zip; it is shown by the name that it came with. */
export function nameAttachments(items: readonly MeasuredItem[], reserved: string): NamedAttachments {
  const taken = new Map([[reserved, 1]])
  const named = new Map<ExportedItem, RsmfAttachment[]>()
  const entries: ZipEntry[] = []
  for (const { item, attachments } of items) {
    const list: RsmfAttachment[] = []
    for (const { number, name, size, checksum, open, content } of attachments) {
      const id = distinctName(fileName(name, `attachment-${number}${extensionOf(name)}`), taken)
      list.push({ id, display: name === '' ? id : name.toWellFormed(), size })
      entries.push({ name: id, size, checksum, content: content ?? again(open, size, checksum) })
    }
    named.set(item, list)
  }
  return { of: item => named.get(item) ?? [], entries }
}

/** The same bytes a second time; STORAGE_FAILED if they are others. */
async function* again(
  open: () => AsyncIterable<Buffer>,
  size: number,
  checksum: number,
): AsyncGenerator<Buffer> {
  let [read, sum] = [0, 0]
  for await (const piece of open()) {
    read += piece.length
    sum = crc32(piece, sum)
    yield piece
  }
  if (read !== size || sum !== checksum)
    throw new HoldfastError('STORAGE_FAILED', 'an attachment was not the same when it was read again')
}
