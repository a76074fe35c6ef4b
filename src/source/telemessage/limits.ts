/** Every limit that the site client puts on what comes from outside, with the reason for its size. Times in ms. */

export type SiteLimits = {
  /** Until the connection stands, TLS included. */
  readonly connectTimeout: number
  /** From the request's end to the answer's head; counting a large window takes a site a while. */
  readonly headTimeout: number
  /** Between two pieces of an answer. */
  readonly idleTimeout: number
  /** A whole request that answers with JSON: a site that drips bytes is given up. */
  readonly answerTimeout: number
  /** A whole content: 150 MB at 1 Mbit/s takes 20 minutes. */
  readonly contentTimeout: number
  /** How often a request is made before the job is left to a later try. */
  readonly attemptsMax: number
  /** Back-off grows from this, doubling, with full jitter. */
  readonly backoffBase: number
  readonly backoffMax: number
  /** The longest Retry-After that is waited for here. */
  readonly retryAfterMax: number
  readonly redirectsMax: number
  /** The contract ends pages at 8 MiB; one inline e-mail may go over it. */
  readonly pageBytesMax: number
  /** Every other answer. */
  readonly answerBytesMax: number
  readonly pageItemsMax: number
  /** Pages in a row that bring the reading no further before the site is said to be wrong. */
  readonly standstillsMax: number
  readonly connectionsMax: number
}

export const SITE_LIMITS: SiteLimits = Object.freeze({
  connectTimeout: 10_000,
  headTimeout: 60_000,
  idleTimeout: 30_000,
  answerTimeout: 300_000,
  contentTimeout: 1_800_000,
  attemptsMax: 6,
  backoffBase: 500,
  backoffMax: 30_000,
  retryAfterMax: 300_000,
  redirectsMax: 3,
  pageBytesMax: 64 * 1024 * 1024,
  answerBytesMax: 16 * 1024 * 1024,
  pageItemsMax: 1000,
  standstillsMax: 3,
  connectionsMax: 4,
})
