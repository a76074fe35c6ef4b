/**
 * The only reader of the time. Everything that needs "now" takes a `Clock`, so that a test or a simulation can
 * play days in seconds.
 */
export type Clock = {
  /** The present moment, milliseconds since 1970-01-01T00:00:00Z. */
  now(): number
  /** Resolves after `milliseconds`, or rejects with the signal's reason when it aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}

/** The machine's own clock. */
export const systemClock: Clock = Object.freeze({
  now: () => Date.now(),
  sleep: (milliseconds: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const onAbort = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }, milliseconds)
      signal?.addEventListener('abort', onAbort, { once: true })
    }),
})

/** A clock that stands still until it is moved, for tests. `sleep` moves it. */
export function manualClock(start: number): Clock & { set(now: number): void } {
  let now = start
  return {
    now: () => now,
    set: value => {
      now = value
    },
    sleep: async milliseconds => {
      now += milliseconds
    },
  }
}
