/**
 * Who is signed in. One store for the whole page, read from GET /session at the start and after every step of signing
 * in. When an answer says that the session has ended it becomes `ended`: the frame stays, hidden, so that one goes on
 * where one was after signing in again.
 */
import { useSyncExternalStore } from 'react'
import { onSignedOut, setCsrfToken } from './call.ts'
import { client, type Session } from './client.ts'
import { Problem } from './problem.ts'
import type { Role } from './role.ts'

export type { Session } from './client.ts'

/** How one can sign in here. */
export type SignInMethods = {
  readonly password: boolean
  readonly oidc: { readonly name: string } | null
  readonly organisation: string | null
}

export type SessionState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'unreachable'; readonly problem: Problem }
  | { readonly kind: 'signed-out'; readonly methods: SignInMethods; readonly left: boolean }
  | { readonly kind: 'ended'; readonly methods: SignInMethods; readonly last: Session }
  | { readonly kind: 'present'; readonly session: Session }

let state: SessionState = { kind: 'loading' }
let methods: SignInMethods = { password: true, oidc: null, organisation: null }
let timer: ReturnType<typeof setTimeout> | undefined
const listeners = new Set<() => void>()

function become(next: SessionState): void {
  state = next
  for (const listener of listeners) listener()
}

/** Takes a session that the API answered with. */
export function keepSession(session: Session): void {
  setCsrfToken(session.csrfToken)
  become({ kind: 'present', session })
  clearTimeout(timer)
  const rest = Date.parse(session.expiresAt) - Date.now()
  // A session that has run out must not leave content on the screen; one that was used meanwhile says so when asked.
  if (Number.isFinite(rest))
    timer = setTimeout(() => void readSession(), Math.min(Math.max(rest, 5_000) + 1_000, 2 ** 31 - 1))
}

/** Asks the API who is signed in. */
export async function readSession(): Promise<void> {
  try {
    keepSession(await client.getSession())
  } catch (error) {
    const problem = error instanceof Problem ? error : null
    if (problem?.status === 401) {
      methods = methodsOf(problem)
      leave()
    } else if (problem !== null && state.kind !== 'present') become({ kind: 'unreachable', problem })
    else if (problem !== null) timer = setTimeout(() => void readSession(), 30_000)
    else throw error
  }
}

/** Ends the session and shows the sign-in page. */
export async function signOut(): Promise<void> {
  await client.signOut()
  goOut(true)
}

/** Goes back from a half-made sign-in to its start. */
export async function startOver(): Promise<void> {
  await client.signOut().catch(() => undefined)
  goOut(false)
}

/** Forgets the session, which the API has ended. `left`: the person wanted it so. */
export function goOut(left: boolean): void {
  setCsrfToken(null)
  clearTimeout(timer)
  become({ kind: 'signed-out', methods, left })
  void readMethods()
}

function leave(): void {
  if (state.kind === 'present' && state.session.state === 'signed-in') {
    setCsrfToken(null)
    clearTimeout(timer)
    become({ kind: 'ended', methods, last: state.session })
  } else if (state.kind !== 'ended') become({ kind: 'signed-out', methods, left: false })
}

onSignedOut(() => {
  leave()
  void readMethods()
})

/** Asks how one can sign in here, for the page that is shown already. */
async function readMethods(): Promise<void> {
  await client.getSession().catch((error: unknown) => {
    if (error instanceof Problem && error.status === 401) methods = methodsOf(error)
  })
  if (state.kind === 'signed-out' || state.kind === 'ended') become({ ...state, methods })
}

function methodsOf(problem: Problem): SignInMethods {
  const { signInMethods, organisation } = problem.rest as {
    readonly signInMethods?: { readonly password?: boolean; readonly oidc?: { readonly name: string } | null }
    readonly organisation?: string
  }
  return {
    password: signInMethods?.password ?? true,
    oidc: signInMethods?.oidc ?? null,
    organisation: organisation ?? null,
  }
}

/** The session's state, kept up to date. */
export function useSessionState(): SessionState {
  return useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => state,
  )
}

/** The session of the person who is signed in. Only below the frame. */
export function useSession(): Session {
  const present = useSessionState()
  if (present.kind === 'present') return present.session
  if (present.kind === 'ended') return present.last
  throw new Error('nobody is signed in')
}

/** True if the person holds one of these roles. Buttons that need another role are not shown. */
export function useHoldsRole(...roles: readonly Role[]): boolean {
  const session = useSession()
  return session.roles.some(held => roles.some(role => role === held.role))
}
