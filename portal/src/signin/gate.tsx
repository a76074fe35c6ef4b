/**
 * Who is not signed in sees the sign-in page instead of the portal; the address stays, so that one arrives where one
 * wanted to. When a session ends under an open page, the page is kept out of sight and is there again after signing
 * in as the same person; for another person everything is forgotten first.
 */
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef } from 'react'
import { readSession, type Session, useSessionState } from '../client/session.ts'
import { suggestLanguage } from '../parts/language.ts'
import { Welcome } from './welcome.tsx'

const ASK_AGAIN_MS = 5_000

export function Gate({ children }: { readonly children: ReactNode }) {
  const state = useSessionState()
  const queries = useQueryClient()
  const last = useRef<Session['person']['personId'] | null>(null)
  const inside =
    state.kind === 'present' && state.session.state === 'signed-in'
      ? state.session
      : state.kind === 'ended'
        ? state.last
        : null
  const person = inside?.person.personId ?? null

  const spoken = inside?.person.language
  useEffect(() => {
    if (spoken !== undefined) suggestLanguage(spoken)
  }, [spoken])

  useEffect(() => {
    if (state.kind !== 'unreachable') return
    const timer = setInterval(() => void readSession(), ASK_AGAIN_MS)
    return () => clearInterval(timer)
  }, [state.kind])

  useEffect(() => {
    if (person !== null && last.current !== null && person !== last.current) queries.clear()
    if (person !== null) last.current = person
    if (state.kind === 'signed-out') queries.clear()
    else if (state.kind === 'present') void queries.invalidateQueries()
  }, [person, state.kind, queries])

  return (
    <>
      {inside !== null && (
        <div key={person} hidden={state.kind !== 'present'}>
          {children}
        </div>
      )}
      {!(state.kind === 'present' && inside !== null) && <Welcome state={state} />}
    </>
  )
}
