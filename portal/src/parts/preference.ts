/** What a person prefers on this computer: remembered by the browser, and for the page where it may not be. */
import { useSyncExternalStore } from 'react'

const PREFIX = 'holdfast.'
const values = new Map<string, string>()
const listeners = new Set<() => void>()

/** The remembered value of a preference, null if there is none. */
export function preference(name: string): string | null {
  const value = values.get(name)
  if (value !== undefined) return value
  try {
    return localStorage.getItem(PREFIX + name)
  } catch {
    return null
  }
}

export function setPreference(name: string, value: string): void {
  values.set(name, value)
  try {
    localStorage.setItem(PREFIX + name, value)
  } catch {
    // A browser that remembers nothing still keeps it for as long as the page is open.
  }
  for (const listener of listeners) listener()
}

/** A preference as state: one of `choices`, the first of which is the default. */
export function usePreference<Choice extends string>(
  name: string,
  choices: readonly [Choice, ...Choice[]],
): [Choice, (value: Choice) => void] {
  const value = useSyncExternalStore(subscribe, () => preference(name))
  const chosen = choices.find(each => each === value) ?? choices[0]
  return [chosen, next => setPreference(name, next)]
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
