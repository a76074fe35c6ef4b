/** Gathers the text of one attachment, within its limits, and what of it could not be read. */
import { type Limits, UNREAD_REASONS, type UnreadReason } from './outcome.ts'

/** A document, or a part of one, cannot be read for this reason; what stands beside it may be. */
export class Unread extends Error {
  readonly reason: UnreadReason

  constructor(reason: UnreadReason) {
    super(reason)
    this.reason = reason
  }
}

/** A limit of the whole attachment is reached: nothing more of it is read. */
export class Stop extends Unread {}

export class Gathering {
  readonly #limits: Limits
  readonly #parts: string[] = []
  readonly #reasons = new Set<UnreadReason>()
  #length = 0
  #unpacked = 0
  #documents = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  get length(): number {
    return this.#length
  }

  /** Adds text with the separators that belong to it; throws Stop where the limit is reached. */
  add(text: string): void {
    const room = this.#limits.textMax - this.#length
    this.#parts.push(text.length <= room ? text : text.slice(0, room))
    this.#length += Math.min(text.length, room)
    if (text.length > room) throw new Stop('too-long')
  }

  /** Adds text on a line of its own, unless there is none. */
  addLine(text: string): void {
    if (text.trim() !== '') this.add(`${text.trim()}\n`)
  }

  /** Notes that something could not be read. */
  miss(reason: UnreadReason): void {
    this.#reasons.add(reason)
  }

  /** Counts bytes that were unpacked. */
  unpack(bytes: number): void {
    this.#unpacked += bytes
    if (this.#unpacked > this.#limits.unpackedMax) throw new Stop('too-large')
  }

  /** Counts a document at a depth. */
  enter(depth: number): void {
    if (depth > this.#limits.depthMax) throw new Unread('too-deep')
    this.#documents++
    if (this.#documents > this.#limits.documentsMax) throw new Stop('too-large')
  }

  /** The text so far, in what UTF-8 can carry, and the gravest reason. */
  result(): { text: string; reason: UnreadReason | null } {
    const reason = UNREAD_REASONS.find(each => this.#reasons.has(each)) ?? null
    return { text: this.#parts.join('').toWellFormed(), reason }
  }
}
