/** What the jump box finds beside pages: one finder for each kind of object, for whoever may list it. */
import type { Role } from '../client/role.ts'

export type Target = {
  /** The address of its page; also what tells it from others. */
  readonly path: string
  readonly name: string
  readonly note?: string
}

type Finder = {
  readonly title: 'mailboxes' | 'connectors'
  readonly roles: readonly Role[]
  readonly find: (text: string, signal: AbortSignal) => Promise<readonly Target[]>
}

const FINDERS: readonly Finder[] = []

export function findersFor(roles: readonly string[]): readonly Finder[] {
  return FINDERS.filter(finder => finder.roles.some(role => roles.includes(role)))
}
