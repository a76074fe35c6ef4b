/**
 * Reading very many items for an act that was recorded and goes on for long, such as an export: what they say, their
 * messages, and what proves them. What lies close by in a vault object is fetched in one piece and opened in memory;
 * large items are streamed. Nothing here is a reading by itself: who calls it has committed the entry that says whose
 * items are read and why, and reads no others.
 *
 * A large item is read to its end once before it is given, so that damage is known before its first byte is used, and
 * costs only that item.
 */
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { sealedSize } from '../keyring/keyring.ts'
import { release } from '../memory.ts'
import {
  type ItemFacts,
  type ItemSource,
  parseItemId,
  readEmail,
  readEmailSource,
  readRecord,
  readRecordSource,
  streamAttachment,
} from '../message/message.ts'
import { sha256 } from '../sha256.ts'
import { blindOf, openHeld } from '../vault/vault.ts'
import { readFacts } from './facts.ts'
import { contentOf, digestsOf, type ItemRow, locationOf } from './item.ts'
import { knownFailure, type Span, spansOf } from './span.ts'

export type BulkRow = Pick<
  ItemRow,
  'item_id' | 'arrived_at' | 'vault_object' | 'vault_offset' | 'original_size' | 'message_size' | 'item_key'
>

export type BulkItem<Facts extends ItemSource = ItemFacts> = {
  readonly facts: Facts
  readonly originalDigest: Buffer
  readonly messageDigest: Buffer
  /** What whoever holds the message needs to recompute the item's leaf. */
  readonly blind: Buffer
  readonly messageSize: number
  /** The message, where it is held in memory. */
  readonly message: Buffer | null
  readonly openMessage: () => AsyncIterable<Buffer>
  /** The decoded bytes of an attachment, from 1. */
  readonly openAttachment: (number: number) => AsyncIterable<Buffer>
}

/** How much of what items say is read. */
export type FactsReading<Facts extends ItemSource> = {
  readonly small: (row: BulkRow, original: Buffer) => Facts | Promise<Facts>
  readonly large: (ground: Ground, row: BulkRow) => Promise<Facts>
}

/** All of it; attachments without their content. */
export const WHOLE_FACTS: FactsReading<ItemFacts> = {
  small: async (row, original) => {
    const about = { network: '', arrivedAt: row.arrived_at, sourceItemId: null }
    const isEmail = row.message_size === null
    return withoutContents(
      isEmail ? await readEmail(original, about) : readRecord(original, about, NOTHING_STREAMED),
    )
  },
  large: async (ground, row) => withoutContents(await readFacts(ground, row, { whole: true })),
}

/** Which item of the source each is: a fraction of the work, where the messages are what is wanted. */
export const SOURCE_ALONE: FactsReading<ItemSource> = {
  small: (row, original) =>
    row.message_size === null ? readEmailSource(original) : readRecordSource(original),
  large: async (ground, row) => ({ sourceItemId: (await readFacts(ground, row)).sourceItemId }),
}

/** Records up to this size are opened in memory. */
const SMALL_MAX = 1024 * 1024
/** Items of one object with no more between them are fetched in one piece, up to so much. */
const GAP_MAX = 512 * 1024
const SPAN_MAX = 1024 * 1024
const SPANS_AT_ONCE = 2
const NOTHING_STREAMED = new Map<string, never>()

type Bulk = {
  /**
   * These of the items, opened, or why one cannot be. Messages are held in memory up to `heldMax` bytes together; the
   * others are opened again when they are wanted. Failures that a later try may mend are thrown.
   */
  open<Facts extends ItemSource>(
    rows: readonly BulkRow[],
    options: { readonly reading: FactsReading<Facts>; readonly heldMax: number },
  ): Promise<Map<string, BulkItem<Facts> | HoldfastError>>
  /** Gives back what was fetched; nothing can be opened afterwards. */
  close(): void
}

/**
 * Fetches the sealed records of items, as far as they have no more than `sealedMax` bytes together; the others are
 * fetched as they are opened. Sealed they take a fraction of the room, so that many can be fetched at once, where they
 * lie side by side, and opened a few at a time.
 */
export async function fetchBulk(
  ground: Ground,
  rows: readonly BulkRow[],
  { sealedMax }: { readonly sealedMax: number },
): Promise<Bulk> {
  const records: Records = { of: new Map(), memory: [] }
  const wanted: BulkRow[] = []
  let left = sealedMax
  for (const row of rows) {
    const size = recordSize(row)
    if (size > SMALL_MAX || size > left) continue
    left -= size
    wanted.push(row)
  }
  const spans = spansOf(wanted, recordSize, { gapMax: GAP_MAX, spanMax: SPAN_MAX })
  const work = async () => {
    for (let span = spans.pop(); span; span = spans.pop()) await fetchSpan(ground, span, records)
  }
  await Promise.all(Array.from({ length: SPANS_AT_ONCE }, work))
  return {
    open: async <Facts extends ItemSource>(
      some: readonly BulkRow[],
      { reading, heldMax }: { readonly reading: FactsReading<Facts>; readonly heldMax: number },
    ) => {
      const found = new Map<string, BulkItem<Facts> | HoldfastError>()
      const budget = { left: heldMax }
      for (const row of some) {
        try {
          found.set(row.item_id, await openItem(ground, row, records.of.get(row.item_id), reading, budget))
        } catch (error) {
          found.set(row.item_id, knownFailure(error))
        }
      }
      return found
    },
    close: () => {
      records.of.clear()
      for (const memory of records.memory.splice(0)) release(memory)
    },
  }
}

/** Sealed records by item, and the memory that they are slices of. */
type Records = { readonly of: Map<string, Buffer | HoldfastError>; readonly memory: Buffer[] }

const recordSize = (row: BulkRow): number =>
  sealedSize(row.original_size) + (row.message_size === null ? 0 : sealedSize(row.message_size))

/** Records are copied out of the span, which is mostly of items that nobody asked for. */
async function fetchSpan(
  ground: Ground,
  { name, start, end, rows }: Span<BulkRow>,
  records: Records,
): Promise<void> {
  const span = await ground.storage.read(name, start, end - start).catch(knownFailure)
  if (span instanceof HoldfastError) {
    for (const row of rows) records.of.set(row.item_id, span)
    return
  }
  const kept = Buffer.allocUnsafeSlow(rows.reduce((all, row) => all + recordSize(row), 0))
  records.memory.push(kept)
  let at = 0
  for (const row of rows) {
    const from = row.vault_offset - start
    const next = at + span.copy(kept, at, from, from + recordSize(row))
    records.of.set(row.item_id, kept.subarray(at, next))
    at = next
  }
  release(span)
}

type Budget = { left: number }

async function openItem<Facts extends ItemSource>(
  ground: Ground,
  row: BulkRow,
  fetched: Buffer | HoldfastError | undefined,
  reading: FactsReading<Facts>,
  budget: Budget,
): Promise<BulkItem<Facts>> {
  if (fetched instanceof HoldfastError) throw fetched
  if (recordSize(row) > SMALL_MAX) return readLarge(ground, row, reading)
  const { name, offset } = locationOf(row)
  const record = fetched ?? (await ground.storage.read(name, offset, recordSize(row)))
  return openRecord(ground, row, record, reading, budget)
}

/** An item whose sealed record is in memory. */
async function openRecord<Facts extends ItemSource>(
  ground: Ground,
  row: BulkRow,
  record: Buffer,
  reading: FactsReading<Facts>,
  budget: Budget,
): Promise<BulkItem<Facts>> {
  const key = ground.keyring.unwrapItemKey(row.item_key)
  const itemId = parseItemId(row.item_id)
  const location = locationOf(row)
  const partOf = (part: 'original' | 'message') =>
    openHeld(record, location.offset, location, itemId, key, part)
  const original = partOf('original')
  const message = row.message_size === null ? original : partOf('message')
  const facts = await reading.small(row, original)
  const originalDigest = sha256(original)
  const isHeld = message.length <= budget.left
  if (isHeld) budget.left -= message.length
  return {
    facts,
    originalDigest,
    messageDigest: message === original ? originalDigest : sha256(message),
    blind: blindOf(key),
    messageSize: message.length,
    ...contentsOf(ground, row, isHeld ? message : null),
  }
}

async function readLarge<Facts extends ItemSource>(
  ground: Ground,
  row: BulkRow,
  reading: FactsReading<Facts>,
): Promise<BulkItem<Facts>> {
  const key = ground.keyring.unwrapItemKey(row.item_key)
  const facts = await reading.large(ground, row)
  const digests = await digestsOf(ground, row)
  return {
    facts,
    originalDigest: digests.original,
    messageDigest: digests.message,
    blind: blindOf(key),
    messageSize: row.message_size ?? row.original_size,
    ...contentsOf(ground, row, null),
  }
}

function contentsOf(ground: Ground, row: BulkRow, message: Buffer | null) {
  const openMessage = () => (message === null ? contentOf(ground, row, 'message') : once(message))
  return {
    message,
    openMessage,
    openAttachment: (number: number) => streamAttachment(openMessage(), number - 1),
  }
}

async function* once(content: Buffer): AsyncGenerator<Buffer> {
  yield content
}

/** What a page of items holds in memory must not depend on what is attached to them. */
function withoutContents(facts: ItemFacts): ItemFacts {
  if (facts.attachments.length === 0) return facts
  return { ...facts, attachments: facts.attachments.map(each => ({ ...each, content: null })) }
}
