/** Attachments read once before they are written: whether they can be, how long they are, and held where they are small. */
import { crc32 } from 'node:zlib'
import { HoldfastError } from '../errors.ts'
import type { ExportedItem } from './package-file.ts'

/** Bytes of small attachments that are held at a time, so that they are not read twice. */
const HELD_MAX = 8 * 1024 * 1024

/** An attachment as it was read, with its number in the item and the name it came with. */
type Measured = {
  readonly number: number
  readonly name: string
  readonly size: number
  readonly checksum: number
  /** Read anew where it is not held, which can be done once. */
  readonly content: Buffer | AsyncIterable<Buffer>
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
      attachments.push({
        number: index + 1,
        name,
        size,
        checksum,
        content: content ?? again(open, size, checksum),
      })
    }
    return { item, attachments }
  }
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
