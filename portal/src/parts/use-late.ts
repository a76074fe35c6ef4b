/** A value as it was when it last stayed the same for a moment: a question for each letter typed would be too many. */
import { useEffect, useState } from 'react'

const PAUSE_MS = 200

export function useLate(value: string): string {
  const [late, setLate] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setLate(value), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [value])
  return late.trim()
}
