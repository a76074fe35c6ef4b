/**
 * Who is signed in. One store for the whole page, read from GET /session at the start and after every step of signing
 * in. When an answer says that the session has ended it becomes `ended`: the frame stays, hidden, so that one goes on
 * where one was after signing in again.
 */
import { useSyncExternalStore } from 'react'
import { call, onSignedOut, setCsrfToken } from './call.ts'
import { Problem } from './problem.ts'
import type { Role } from './role.ts'

export type Session = {
  readonly state: 'signed-in' | 'password-change-needed' | 'second-factor-needed'
  readonly person: {
    readonly personId: number | string
    readonly username: string
    readonly displayName: string
    readonly language: string | null
  }
  /** The roles of the person's role groups; `limited` where they reach only some mailboxes. */
  readonly roles: readonly { readonly role: Role; readonly limited: boolean }[]
  readonly csrfToken: string
  readonly secondFactor: boolean
  readonly archive: { readonly organisation: string; readonly demonstration: boolean }
  readonly expiresAt: string
}

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
    keepSession(await call<Session>('get', '/session'))
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
  await call<undefined>('delete', '/session')
  setCsrfToken(null)
  clearTimeout(timer)
  become({ kind: 'signed-out', methods, left: true })
  await readMethods()
}

/** Goes back from a half-made sign-in to its start. */
export async function startOver(): Promise<void> {
  await call<undefined>('delete', '/session').catch(() => undefined)
  setCsrfToken(null)
  become({ kind: 'signed-out', methods, left: false })
  await readMethods()
}

async function readMethods(): Promise<void> {
  await call<Session>('get', '/session').catch((error: unknown) => {
    if (error instanceof Problem && error.status === 401) methods = methodsOf(error)
  })
  if (state.kind === 'signed-out') become({ ...state, methods })
}

function leave(): void {
  setCsrfToken(null)
  clearTimeout(timer)
  if (state.kind === 'ended') return
  if (state.kind === 'present' && state.session.state === 'signed-in')
    become({ kind: 'ended', methods, last: state.session })
  else become({ kind: 'signed-out', methods, left: false })
}

onSignedOut(() => {
  leave()
  void readMethodsOfEnded()
})

async function readMethodsOfEnded(): Promise<void> {
  await call<Session>('get', '/session').catch((error: unknown) => {
    if (error instanceof Problem && error.status === 401) methods = methodsOf(error)
  })
  if (state.kind === 'ended') become({ ...state, methods })
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
  return session.roles.some(({ role }) => roles.includes(role))
}
