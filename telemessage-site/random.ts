/**
 * Randomness that is a pure function of a seed: a 32-bit mix (MurmurHash3's finaliser) to derive seeds from
 * (seed, day, slot …), and mulberry32 to draw from one. Both are fast and the same on every machine, which is all
 * that is asked of them: nothing secret comes from here.
 */

/** Mixes up to four integers into one unsigned 32-bit integer. */
export function mix(a: number, b = 0, c = 0, d = 0): number {
  let hash = Math.imul(a | 0, 0xcc9e2d51) ^ 0x9e3779b9
  hash = round(hash, b)
  hash = round(hash, c)
  hash = round(hash, d)
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function round(hash: number, value: number): number {
  let piece = Math.imul(value | 0, 0xcc9e2d51)
  piece = (piece << 15) | (piece >>> 17)
  const mixed = hash ^ Math.imul(piece, 0x1b873593)
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0
}

/** A stream of draws from one seed. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed | 0
  }

  /** An unsigned 32-bit integer. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let value = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return (value ^ (value >>> 14)) >>> 0
  }

  /** A fraction in [0, 1). */
  fraction(): number {
    return this.next() / 4294967296
  }

  /** An integer in [0, limit). */
  below(limit: number): number {
    return Math.floor((this.next() / 4294967296) * limit)
  }

  /** An integer in [low, high]. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1)
  }

  chance(probability: number): boolean {
    return this.next() < probability * 4294967296
  }

  pick<T>(list: readonly T[]): T {
    const choice = list[this.below(list.length)]
    if (choice === undefined) throw new RangeError('nothing to pick from')
    return choice
  }
}
