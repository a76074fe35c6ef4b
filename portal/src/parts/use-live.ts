/**
 * Server-sent events of the API (`client.watch…()` gives the address). Reconnects when the network comes back; the
 * browser does so itself for a broken stream, and we where it has given up.
 */
import { useEffect, useRef, useState } from 'react'

export type LiveState = 'connecting' | 'live' | 'lost'

const RETRY_MS = [1_000, 2_000, 5_000, 10_000, 30_000]

/** Calls `onEvent` with each event's value. `address` null: nothing is watched. */
export function useLive<Event>(address: string | null, onEvent: (event: Event) => void): LiveState {
  const [state, setState] = useState<LiveState>('connecting')
  const listener = useRef(onEvent)
  useEffect(() => {
    listener.current = onEvent
  })
  useEffect(() => {
    if (address === null) return
    let source: EventSource | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let tries = 0
    const connect = () => {
      source = new EventSource(address, { withCredentials: true })
      source.onopen = () => {
        tries = 0
        setState('live')
      }
      source.onmessage = message => listener.current(JSON.parse(String(message.data)) as Event)
      source.onerror = () => {
        setState('lost')
        if (source?.readyState !== EventSource.CLOSED) return
        timer = setTimeout(connect, RETRY_MS[Math.min(tries, RETRY_MS.length - 1)])
        tries += 1
      }
    }
    // A browser has few connections to one place: a page that nobody sees gives its own back.
    const follow = () => {
      clearTimeout(timer)
      source?.close()
      if (document.visibilityState === 'visible') connect()
    }
    follow()
    document.addEventListener('visibilitychange', follow)
    return () => {
      document.removeEventListener('visibilitychange', follow)
      clearTimeout(timer)
      source?.close()
      setState('connecting')
    }
  }, [address])
  return state
}
