/**
 * The bytes of a page while it is made. Pages are made one after another and are megabytes each, so their buffers are
 * used again rather than left to the collector: measured, this takes a fifth off the cost of an item.
 */
const FIRST_SIZE = 4 * 1024 * 1024
const KEPT = 3
const kept: Buffer[] = []

export class PageBytes {
  #bytes = kept.pop() ?? Buffer.allocUnsafeSlow(FIRST_SIZE)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Appends text; `ascii` says that it has nothing else, which is quicker to write. */
  add(text: string, ascii: boolean): void {
    // A UTF-16 unit is at most three bytes of UTF-8.
    const most = ascii ? text.length : text.length * 3
    if (this.#bytes.length - this.#length < most) this.#grow(this.#length + most)
    this.#length += this.#bytes.write(text, this.#length, ascii ? 'latin1' : 'utf8')
  }

  /** What was written; good until `release`. */
  view(start = 0, end = this.#length): Buffer {
    return this.#bytes.subarray(start, end)
  }

  /** Lets the buffer be used for another page. */
  release(): void {
    if (kept.length < KEPT && this.#bytes.length <= 4 * FIRST_SIZE) kept.push(this.#bytes)
    this.#bytes = Buffer.alloc(0)
    this.#length = 0
  }

  #grow(size: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(size, this.#bytes.length * 2))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}
