/** What a site does wrong when it is told to. Every field may be changed while the site runs. */
export type Faults = {
  /** Milliseconds before every answer. */
  latencyMs: number
  /** Every Nth request is answered 429 with Retry-After; 0 for never, as below. */
  tooManyEvery: number
  /** Retry-After, in seconds; `retryAfterDate` writes it as an HTTP date. */
  retryAfterSeconds: number
  retryAfterDate: boolean
  /** Every Nth request is answered 500, 502 or 503. */
  serverErrorEvery: number
  /** Every Nth page or content is cut off half-way: the connection is dropped. */
  cutEvery: number
  /** Every Nth page is JSON that ends half-way, though the answer is complete as HTTP. */
  truncateEvery: number
  /** Every Nth page is not JSON. */
  invalidJsonEvery: number
  /** Every Nth page that follows a cursor is the page before it again; its `lastId` is the cursor that was sent. */
  repeatPageEvery: number
  /** Every Nth page has its items in another order. */
  reorderEvery: number
  /** A token is good for this many requests, then expired. */
  tokenRequests: number
  /** The account is suspended: sign-in 403, tokens void. */
  suspended: boolean
  /** Added to every count. */
  countOffset: number
}

export const NO_FAULTS: Readonly<Faults> = Object.freeze({
  latencyMs: 0,
  tooManyEvery: 0,
  retryAfterSeconds: 1,
  retryAfterDate: false,
  serverErrorEvery: 0,
  cutEvery: 0,
  truncateEvery: 0,
  invalidJsonEvery: 0,
  repeatPageEvery: 0,
  reorderEvery: 0,
  tokenRequests: 0,
  suspended: false,
  countOffset: 0,
})

/** Changes the named faults; throws a TypeError for a name or a value that is none. */
export function setFaults(faults: Faults, changes: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(changes)) {
    const before = (faults as Record<string, unknown>)[name]
    if (before === undefined || typeof value !== typeof before) throw new TypeError(`no such fault: ${name}`)
    ;(faults as Record<string, unknown>)[name] = value
  }
}

/** Counts occasions and says which of them a fault falls on. */
export class FaultCounter {
  readonly #counts = new Map<string, number>()

  /** True on every Nth occasion of this name; an `every` of 0 is never, and does not count. */
  strikes(name: string, every: number): boolean {
    if (every <= 0) return false
    const count = (this.#counts.get(name) ?? 0) + 1
    this.#counts.set(name, count)
    return count % every === 0
  }
}
