/** Says things to those who hear the page: one polite live region for all of it. */
import { useSyncExternalStore } from 'react'

let message = ''
const listeners = new Set<() => void>()

/** Announces a change that is seen elsewhere on the page: rows loaded, sorted, copied. */
export function announce(text: string): void {
  // The same words twice are only spoken again if the region changes.
  message = text === message ? `${text}\u00a0` : text
  for (const listener of listeners) listener()
}

export function Announcer() {
  const text = useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => message,
  )
  return (
    <div className="unseen" aria-live="polite" aria-atomic>
      {text}
    </div>
  )
}
