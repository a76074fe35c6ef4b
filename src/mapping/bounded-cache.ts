/**
 * A map that forgets. Two generations bound its size and keep what is in use, without the bookkeeping of a true LRU:
 * when the recent one is full it becomes the older one, and what is asked for again moves back.
 */
export class BoundedCache<Value> {
  readonly #generationMax: number
  #recent = new Map<string, Value>()
  #older = new Map<string, Value>()

  /** Holds at most twice `generationMax` values. */
  constructor(generationMax: number) {
    this.#generationMax = generationMax
  }

  get(key: string): Value | undefined {
    const hit = this.#recent.get(key)
    if (hit !== undefined) return hit
    const older = this.#older.get(key)
    if (older !== undefined) this.set(key, older)
    return older
  }

  set(key: string, value: Value): void {
    if (this.#recent.size >= this.#generationMax) {
      this.#older = this.#recent
      this.#recent = new Map()
    }
    this.#recent.set(key, value)
  }
}
