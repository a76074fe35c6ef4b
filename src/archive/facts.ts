/**
 * What items say, read from their sealed originals as they were read at filing. A page of items is read together:
 * what lies close by in one vault object is fetched once, a few objects at a time, and an item that does not open
 * costs only itself.
 */
import type { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { sealedSize } from '../keyring/keyring.ts'
import { type ItemFacts, parseItemId, readEmail, readLargeEmail, readRecord } from '../message/message.ts'
import type { Storage } from '../storage/storage.ts'
import { readPart, readWhole } from '../vault/vault.ts'
import { type ItemRow, locationOf } from './item.ts'
import { knownFailure, type Span, spansOf } from './span.ts'

type ContentRow = Pick<
  ItemRow,
  'item_id' | 'arrived_at' | 'vault_object' | 'vault_offset' | 'original_size' | 'message_size' | 'item_key'
>

/** E-mails up to this size are held whole, with their attachments. */
const HELD_MAX = 1024 * 1024
/** E-mails up to this size are read to the end for a page; of larger ones the beginning, where the text is. */
const STREAMED_MAX = 8 * 1024 * 1024
/** Items of one object with no more between them are fetched in one piece, up to so much. */
const GAP_MAX = 64 * 1024
const SPAN_MAX = 4 * 1024 * 1024
const SPANS_AT_ONCE = 6

/**
 * The facts of an item; attachments hold their content where the original is small. `whole`: a large e-mail is read to
 * its end, so that every attachment is there with its size. Throws as the vault does, and ITEM_UNREADABLE.
 */
export async function readFacts(
  ground: Ground,
  row: ContentRow,
  { storage = ground.storage, whole = false }: { storage?: Storage; whole?: boolean } = {},
): Promise<ItemFacts> {
  const key = ground.keyring.unwrapItemKey(row.item_key)
  const id = parseItemId(row.item_id)
  const location = locationOf(row)
  const about = { network: '', arrivedAt: row.arrived_at, sourceItemId: null }
  // A message of its own means that the original is a record; else the original is the e-mail.
  if (row.message_size !== null)
    return readRecord(await readWhole(storage, location, id, key, 'original'), about, new Map())
  if (row.original_size <= HELD_MAX)
    return readEmail(await readWhole(storage, location, id, key, 'original'), about)
  const stream = readPart(storage, location, id, key, 'original')
  return readLargeEmail(
    whole || row.original_size <= STREAMED_MAX ? stream : beginningOf(stream, HELD_MAX),
    about,
  )
}

async function* beginningOf(stream: AsyncIterable<Buffer>, bytes: number): AsyncIterable<Buffer> {
  let left = bytes
  for await (const chunk of stream) {
    yield chunk
    left -= chunk.length
    if (left <= 0) return
  }
}

/** The facts of each item, or why it could not be read. */
export async function readPageFacts(
  ground: Ground,
  rows: readonly ContentRow[],
): Promise<Map<string, ItemFacts | HoldfastError>> {
  const found = new Map<string, ItemFacts | HoldfastError>()
  const spans = spansOf(rows, row => sealedSize(row.original_size), { gapMax: GAP_MAX, spanMax: SPAN_MAX })
  const work = async () => {
    for (let span = spans.pop(); span; span = spans.pop()) {
      const storage = await fetchSpan(ground.storage, span)
      for (const row of span.rows)
        found.set(row.item_id, await readFacts(ground, row, { storage }).catch(knownFailure))
    }
  }
  await Promise.all(Array.from({ length: SPANS_AT_ONCE }, work))
  return found
}

/** The storage with the span in memory; what is alone, large or not there is read as ever, and fails by itself. */
async function fetchSpan(storage: Storage, { name, start, end, rows }: Span<ContentRow>): Promise<Storage> {
  if (rows.length === 1) return storage
  const bytes = await storage.read(name, start, end - start).catch(() => null)
  if (bytes === null) return storage
  const cut = (offset: number, length: number) => bytes.subarray(offset - start, offset - start + length)
  const has = (asked: string, offset: number) => asked === name && offset >= start
  return {
    ...storage,
    read: async (asked, offset = 0, length = end) =>
      has(asked, offset) ? cut(offset, length) : storage.read(asked, offset, length),
    async *stream(asked, offset = 0, length = end) {
      if (has(asked, offset)) yield cut(offset, length)
      else yield* storage.stream(asked, offset, length)
    },
  }
}
