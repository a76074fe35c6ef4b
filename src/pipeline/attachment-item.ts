/** Reads the text inside the attachments of one item, and says of each that could not be read why not. */
import { HoldfastError } from '../errors.ts'
import { type AttachmentReader, ReaderLost, type UnreadReason } from '../extraction/extraction.ts'
import type { Ground } from '../ground.ts'
import type { ItemFacts } from '../message/message.ts'
import { readSealed, readSealedAttachments, type SealedRow } from './sealed-facts.ts'

/** Attachments of one item that are read; Purview's limit. */
const ATTACHMENTS_MAX = 250
/** Of the clock, for one item; a stalled storage is not waited for without end. */
const ITEM_MS_MAX = 10 * 60_000
/** UTF-16 units of text from all attachments of one item. */
const ITEM_TEXT_MAX = 10_000_000

type Unread = {
  /** From 1; 0 is the item as a whole. */
  readonly number: number
  readonly reason: UnreadReason
}

export type AttachmentTexts = {
  readonly itemId: string
  /** null where the item itself could not be read: what is indexed of it stays. */
  readonly facts: ItemFacts | null
  readonly texts: readonly string[]
  readonly unread: readonly Unread[]
}

/**
 * Reads them all, in one pass over the message. Throws what says nothing about the item: a storage that is away, an
 * abort.
 */
export async function readAttachments(
  ground: Ground,
  reader: AttachmentReader,
  row: SealedRow,
  signal: AbortSignal,
): Promise<AttachmentTexts> {
  /** Attachments at which the reader was lost once: the second time they are left out. */
  const lostAt = new Set<number>()
  for (;;) {
    const pass = new Pass(ground, reader, row, lostAt, signal)
    try {
      return await pass.read()
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof ReaderLost) {
        lostAt.add(pass.number)
        continue
      }
      if (error instanceof HoldfastError && !error.retryable) return unreadable(row.item_id)
      throw error
    }
  }
}

/** What is said of an item that cannot be opened. */
export function unreadable(itemId: string): AttachmentTexts {
  return { itemId, facts: null, texts: [], unread: [{ number: 0, reason: 'failed' }] }
}

class Pass {
  /** The attachment under way, from 0; -1 before the first. */
  number = -1
  readonly #ground: Ground
  readonly #reader: AttachmentReader
  readonly #row: SealedRow
  readonly #lostAt: ReadonlySet<number>
  readonly #signal: AbortSignal
  readonly #until: number
  readonly #texts: string[] = []
  readonly #unread: Unread[] = []
  #length = 0
  #reading: ReturnType<AttachmentReader['begin']> | null = null

  constructor(
    ground: Ground,
    reader: AttachmentReader,
    row: SealedRow,
    lostAt: ReadonlySet<number>,
    signal: AbortSignal,
  ) {
    this.#ground = ground
    this.#reader = reader
    this.#row = row
    this.#lostAt = lostAt
    this.#signal = signal
    this.#until = ground.clock.now() + ITEM_MS_MAX
  }

  async read(): Promise<AttachmentTexts> {
    const facts = await readSealed(this.#ground, this.#ground.storage, this.#row)
    const { attachments } = facts
    let beyond: UnreadReason | null = null
    for await (const { number, charset, bytes } of readSealedAttachments(this.#ground, this.#row)) {
      this.#signal.throwIfAborted()
      if (number !== this.number) {
        await this.#finish()
        beyond = this.#limitReached(number)
        if (beyond !== null) break
        this.#begin(number, attachments[number], charset)
      }
      await this.#reading?.push(bytes)
    }
    await this.#finish()
    if (beyond !== null)
      for (let number = this.number + 1; number < attachments.length; number++) this.#miss(number, beyond)
    return { itemId: this.#row.item_id, facts, texts: this.#texts, unread: this.#unread }
  }

  #limitReached(number: number): UnreadReason | null {
    if (number >= ATTACHMENTS_MAX) return 'too-large'
    if (this.#length >= ITEM_TEXT_MAX) return 'too-long'
    return this.#ground.clock.now() > this.#until ? 'timeout' : null
  }

  #begin(
    number: number,
    attachment: ItemFacts['attachments'][number] | undefined,
    charset: string | null,
  ): void {
    this.number = number
    if (this.#lostAt.has(number)) {
      this.#miss(number, 'failed')
      return
    }
    this.#reading = this.#reader.begin({
      name: attachment?.name ?? '',
      contentType: attachment?.contentType ?? 'application/octet-stream',
      charset,
      // Of what was streamed beside a record the size is not known here.
      size: attachment?.size || null,
    })
  }

  async #finish(): Promise<void> {
    const reading = this.#reading
    if (reading === null) return
    this.#reading = null
    const { text, reason } = await reading.end()
    const room = ITEM_TEXT_MAX - this.#length
    if (text !== '') this.#texts.push(text.slice(0, room))
    this.#length += Math.min(text.length, room)
    if (text.length > room) this.#miss(this.number, 'too-long')
    else if (reason !== null) this.#miss(this.number, reason)
  }

  #miss(number: number, reason: UnreadReason): void {
    this.#unread.push({ number: number + 1, reason })
  }
}
