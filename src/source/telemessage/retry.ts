/**
 * Trying again: exponential back-off with full jitter (a random wait from nothing to the doubled bound, so that
 * clients cut off together do not come back together), Retry-After where the site gives it, a bounded number of
 * attempts. What still fails then is thrown as it is; its code tells the job that a later run may succeed.
 */
import type { Clock } from '../../clock.ts'
import type { HoldfastError } from '../../errors.ts'
import type { SiteLimits } from './limits.ts'

/** A failure that may pass when the same is asked again. */
export class Again extends Error {
  readonly error: HoldfastError
  /** The site asked for this pause, ms. */
  readonly pause: number
  constructor(error: HoldfastError, pause = 0) {
    super(error.message)
    this.error = error
    this.pause = pause
  }
}

/** Calls `attempt` (counted from 1) until it succeeds, fails for good, or has failed `attemptsMax` times. */
export async function retrying<T>(
  limits: SiteLimits,
  clock: Clock,
  signal: AbortSignal,
  attempt: (number: number) => Promise<T>,
  onRetry?: (error: HoldfastError, number: number, wait: number) => void,
): Promise<T> {
  for (let number = 1; ; number += 1) {
    signal.throwIfAborted()
    try {
      return await attempt(number)
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof Again)) throw error
      if (number >= limits.attemptsMax) throw error.error
      const wait = Math.min(error.pause, limits.retryAfterMax) + backoff(limits, number)
      onRetry?.(error.error, number, wait)
      await clock.sleep(wait, signal)
    }
  }
}

/** How long to wait after failure `number` (from 1), ms. */
export function backoff(limits: SiteLimits, number: number): number {
  return Math.random() * Math.min(limits.backoffMax, limits.backoffBase * 2 ** (number - 1))
}

/**
 * Retry-After (RFC 9110 section 10.2.3) in ms: seconds, or a date, which is taken against the answer's own Date
 * where it has one, since the site's clock need not be ours. 0 for what is neither.
 */
export function retryAfter(value: string | null, answerDate: string | null, now: number): number {
  if (value === null) return 0
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000
  // Only dates with a name of day or month: Date.parse also makes sense of "-5" and "1.5".
  const at = /^[A-Za-z]{3}/.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(at)) return 0
  const from = answerDate === null ? Number.NaN : Date.parse(answerDate)
  return Math.max(0, at - (Number.isNaN(from) ? now : from))
}
