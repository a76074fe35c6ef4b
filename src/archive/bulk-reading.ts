/**
 * Reading very many items for an act that was recorded and goes on for long, such as an export: what they say, their
 * messages, and what proves them. What lies close by in a vault object is fetched in one piece and opened in memory;
 * large items are streamed. Nothing here is a reading by itself: who calls it has committed the entry that says whose
 * items are read and why, and reads no others.
 *
 * A large item is read to its end once before it is given, so that damage is known before its first byte is used, and
 * costs only that item.
 */
import { createHash } from 'node:crypto'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { sealedSize } from '../keyring/keyring.ts'
import { type ItemFacts, parseItemId, readEmail, readRecord, streamAttachment } from '../message/message.ts'
import { sha256 } from '../sha256.ts'
import { blindOf, openHeld } from '../vault/vault.ts'
import { readFacts } from './facts.ts'
import { contentOf, type ItemRow, locationOf } from './item.ts'

export type BulkRow = Pick<
  ItemRow,
  'item_id' | 'arrived_at' | 'vault_object' | 'vault_offset' | 'original_size' | 'message_size' | 'item_key'
>

export type BulkItem = {
  /** Attachments without their content. */
  readonly facts: ItemFacts
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

/** Records up to this size are opened in memory. */
const SMALL_MAX = 1024 * 1024
/** Items of one object with no more between them are fetched in one piece, up to so much. */
const GAP_MAX = 512 * 1024
const SPAN_MAX = 6 * 1024 * 1024
const SPANS_AT_ONCE = 3
const NOTHING_STREAMED = new Map<string, never>()

/**
 * The items, or why one could not be read. Messages are held in memory up to `heldMax` bytes together; the others are
 * fetched when they are opened. Failures of the storage that a later try may mend are thrown.
 */
export async function readBulk(
  ground: Ground,
  rows: readonly BulkRow[],
  { heldMax }: { readonly heldMax: number },
): Promise<Map<string, BulkItem | HoldfastError>> {
  const found = new Map<string, BulkItem | HoldfastError>()
  const budget = { left: heldMax }
  const large: BulkRow[] = []
  const small: BulkRow[] = []
  for (const row of rows) (recordSize(row) > SMALL_MAX ? large : small).push(row)
  const spans = spansOf(small)
  const work = async () => {
    for (let span = spans.pop(); span; span = spans.pop()) await readSpan(ground, span, budget, found)
  }
  await Promise.all(Array.from({ length: SPANS_AT_ONCE }, work))
  for (const row of large) found.set(row.item_id, await readLarge(ground, row).catch(knownFailure))
  return found
}

/** What is wrong with one item is told of it; anything else ends the reading. */
function knownFailure(error: unknown): HoldfastError {
  if (error instanceof HoldfastError && !error.retryable) return error
  throw error
}

const recordSize = (row: BulkRow): number =>
  sealedSize(row.original_size) + (row.message_size === null ? 0 : sealedSize(row.message_size))

type Span = { readonly name: string; readonly start: number; end: number; readonly rows: BulkRow[] }

/** Records that lie close together, as they lie. */
function spansOf(rows: readonly BulkRow[]): Span[] {
  const placed = rows
    .map(row => {
      const { name, offset } = locationOf(row)
      return { row, name, start: offset, end: offset + recordSize(row) }
    })
    .sort((a, b) => (a.name === b.name ? a.start - b.start : a.name < b.name ? -1 : 1))
  const spans: Span[] = []
  for (const { row, name, start, end } of placed) {
    const last = spans.at(-1)
    if (last?.name === name && start - last.end <= GAP_MAX && end - last.start <= SPAN_MAX) {
      last.end = Math.max(last.end, end)
      last.rows.push(row)
    } else spans.push({ name, start, end, rows: [row] })
  }
  return spans
}

type Budget = { left: number }

async function readSpan(
  ground: Ground,
  { name, start, end, rows }: Span,
  budget: Budget,
  found: Map<string, BulkItem | HoldfastError>,
): Promise<void> {
  const held = await ground.storage.read(name, start, end - start).catch(knownFailure)
  for (const row of rows) {
    if (held instanceof HoldfastError) found.set(row.item_id, held)
    else
      try {
        found.set(row.item_id, await openRecord(ground, row, held, start, budget))
      } catch (error) {
        found.set(row.item_id, knownFailure(error))
      }
  }
}

/** An item whose sealed record is in memory. */
async function openRecord(
  ground: Ground,
  row: BulkRow,
  held: Buffer,
  start: number,
  budget: Budget,
): Promise<BulkItem> {
  const key = ground.keyring.unwrapItemKey(row.item_key)
  const itemId = parseItemId(row.item_id)
  const location = locationOf(row)
  const original = openHeld(held, start, location, itemId, key, 'original')
  const message =
    row.message_size === null ? original : openHeld(held, start, location, itemId, key, 'message')
  const about = { network: '', arrivedAt: row.arrived_at, sourceItemId: null }
  const facts =
    row.message_size === null
      ? await readEmail(original, about)
      : readRecord(original, about, NOTHING_STREAMED)
  const originalDigest = sha256(original)
  const isHeld = message.length <= budget.left
  if (isHeld) budget.left -= message.length
  return {
    facts: withoutContents(facts),
    originalDigest,
    messageDigest: message === original ? originalDigest : sha256(message),
    blind: blindOf(key),
    messageSize: message.length,
    ...contentsOf(ground, row, isHeld ? message : null),
  }
}

async function readLarge(ground: Ground, row: BulkRow): Promise<BulkItem> {
  const key = ground.keyring.unwrapItemKey(row.item_key)
  const facts = await readFacts(ground, row, { whole: true })
  const originalDigest = await digestOf(contentOf(ground, row, 'original'))
  const messageDigest =
    row.message_size === null ? originalDigest : await digestOf(contentOf(ground, row, 'message'))
  return {
    facts: withoutContents(facts),
    originalDigest,
    messageDigest,
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

async function digestOf(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const hash = createHash('sha256')
  for await (const chunk of content) hash.update(chunk)
  return hash.digest()
}
