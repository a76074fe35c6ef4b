/**
 * The hashed lexemes that a worker knows to be in the lexicon: 60 bits each in a table of open addresses, about 16
 * bytes a lexeme; a million strings would take ten times as much.
 */

/** base64url by code. */
const DIGITS = new Uint8Array(128)
for (const [value, letter] of [
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
].entries())
  DIGITS[letter.charCodeAt(0)] = value

const CAPACITY_MIN = 1 << 12
/** Distinguishes a lexeme whose bits are all 0 from a free place. */
const TAKEN = 1 << 30

export class KnownLexemes {
  #high = new Int32Array(CAPACITY_MIN)
  #low = new Int32Array(CAPACITY_MIN)
  #size = 0

  /** True if the lexeme whose ten letters these are was added. */
  has(letters: Uint8Array): boolean {
    return this.#high[this.#place(half(letters, 0) | TAKEN, half(letters, 5))] !== 0
  }

  /** Adds the lexeme whose letters stand in `bytes` from `at` on. */
  add(bytes: Uint8Array, at: number): void {
    if (this.#size * 2 >= this.#high.length) this.#grow()
    this.#insert(half(bytes, at) | TAKEN, half(bytes, at + 5))
  }

  #insert(high: number, low: number): void {
    const place = this.#place(high, low)
    if (this.#high[place] !== 0) return
    this.#high[place] = high
    this.#low[place] = low
    this.#size++
  }

  /** Where it is, or where it would go: hashes are spread evenly, so the next free place is near. */
  #place(high: number, low: number): number {
    const mask = this.#high.length - 1
    let place = low & mask
    while (this.#high[place] !== 0 && (this.#high[place] !== high || this.#low[place] !== low))
      place = (place + 1) & mask
    return place
  }

  #grow(): void {
    const [high, low] = [this.#high, this.#low]
    this.#high = new Int32Array(high.length * 2)
    this.#low = new Int32Array(low.length * 2)
    this.#size = 0
    for (let place = 0; place < high.length; place++)
      if (high[place] !== 0) this.#insert(high[place]!, low[place]!)
  }
}

/** Five letters: 30 bits. */
function half(bytes: Uint8Array, at: number): number {
  return (
    (DIGITS[bytes[at]!]! << 24) |
    (DIGITS[bytes[at + 1]!]! << 18) |
    (DIGITS[bytes[at + 2]!]! << 12) |
    (DIGITS[bytes[at + 3]!]! << 6) |
    DIGITS[bytes[at + 4]!]!
  )
}
