/** Asks the archive whether a text is a query, a moment after the last letter was written. */
import { useEffect, useState } from 'react'
import { client, type QueryCheck } from '../client/client.ts'

const PAUSE = 350

/** What was said of `text`; null while nothing is known of it yet, and of an empty one. */
export function useQueryCheck(text: string): QueryCheck | null {
  const [checked, setChecked] = useState<{ readonly text: string; readonly check: QueryCheck } | null>(null)
  useEffect(() => {
    if (text.trim() === '') return
    const ended = new AbortController()
    const timer = setTimeout(() => {
      client
        .checkQuery({ body: { query: text }, signal: ended.signal })
        .then(check => setChecked({ text, check }))
        // The search itself says what is wrong if the archive cannot be asked.
        .catch(() => {})
    }, PAUSE)
    return () => {
      clearTimeout(timer)
      ended.abort()
    }
  }, [text])
  return checked?.text === text && text.trim() !== '' ? checked.check : null
}
