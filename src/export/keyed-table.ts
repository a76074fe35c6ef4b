/**
 * A table of very many names (paths, item ids) from a package that nobody vouches for, in little memory: about 30 bytes
 * a name, whatever its length. Names are kept as 16 bytes of a digest keyed at random, so that no package can be made
 * whose names fall together.
 */
import { randomBytes } from 'node:crypto'
import { sha256 } from '../sha256.ts'

const KEY_SIZE = 16

type KeyedTable = {
  readonly size: number
  /** The number of the name, from 0 in the order of adding, and whether it was new. */
  add(name: string): { readonly number: number; readonly isNew: boolean }
  /** -1 if it was not added. */
  find(name: string): number
}

export function keyedTable(): KeyedTable {
  const seed = randomBytes(16)
  const keys = rows(KEY_SIZE)
  let slots = new Int32Array(1024).fill(-1)
  const keyOf = (name: string) => sha256(Buffer.concat([seed, Buffer.from(name)])).subarray(0, KEY_SIZE)
  /** The slot that holds the key, or the empty one where it belongs. */
  const slotOf = (key: Buffer) => {
    let slot = key.readUInt32LE(0) % slots.length
    while (slots[slot] !== -1 && !keys.at(slots[slot]!).equals(key)) slot = (slot + 1) % slots.length
    return slot
  }
  const grow = () => {
    slots = new Int32Array(slots.length * 2).fill(-1)
    for (let number = 0; number < keys.length; number++) slots[slotOf(keys.at(number))] = number
  }
  return {
    get size() {
      return keys.length
    },
    add: name => {
      const key = keyOf(name)
      const slot = slotOf(key)
      const known = slots[slot]!
      if (known !== -1) return { number: known, isNew: false }
      const number = keys.push(key)
      slots[slot] = number
      if (keys.length * 3 > slots.length * 2) grow()
      return { number, isNew: true }
    },
    find: name => slots[slotOf(keyOf(name))]!,
  }
}

/** Rows of equal size, one after the other in large pieces; numbered from 0. */
type Rows = {
  readonly length: number
  /** Copies the row; returns its number. */
  push(row: Buffer): number
  /** A view of the row: writing to it changes it. */
  at(number: number): Buffer
}

const ROWS_IN_PIECE = 1 << 14

export function rows(width: number): Rows {
  const pieces: Buffer[] = []
  let length = 0
  const at = (number: number) => {
    const start = (number % ROWS_IN_PIECE) * width
    return pieces[Math.floor(number / ROWS_IN_PIECE)]!.subarray(start, start + width)
  }
  return {
    get length() {
      return length
    },
    push: row => {
      if (length === pieces.length * ROWS_IN_PIECE) pieces.push(Buffer.alloc(ROWS_IN_PIECE * width))
      at(length).set(row)
      return length++
    },
    at,
  }
}
