/**
 * A telephone number in international format. Copying it gives E.164, whatever is shown. The rules of the world's
 * numbers are loaded once, after the page is there; what is no number stays as it is.
 */
import { useSyncExternalStore } from 'react'

type Write = (number: string) => string
let write: Write | null = null
let asked = false
const listeners = new Set<() => void>()

function load(): void {
  if (asked) return
  asked = true
  void import('libphonenumber-js/min').then(({ parsePhoneNumberFromString }) => {
    const known = new Map<string, string>()
    write = number => {
      const written = known.get(number) ?? parsePhoneNumberFromString(number)?.formatInternational() ?? number
      known.set(number, written)
      return written
    }
    for (const listener of listeners) listener()
  })
}

function subscribe(listener: () => void): () => void {
  load()
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The number as E.164 (`+46701740605`), or whatever else a participant is known by. */
export function Phone({ number }: { readonly number: string }) {
  const present = useSyncExternalStore(subscribe, () => write)
  const shown = present === null || !/^\+\d{5,15}$/.test(number) ? number : present(number)
  return (
    <span
      style={{ whiteSpace: 'nowrap' }}
      onCopy={event => {
        if (getSelection()?.toString().trim() !== shown) return
        event.preventDefault()
        event.clipboardData.setData('text/plain', number)
      }}
    >
      {shown}
    </span>
  )
}
