/**
 * Roles, as Exchange Online and Microsoft Purview name them, and what an actor may do by them. A role is held through
 * role groups; a group may be limited to some mailboxes, and then so is what its members do by the roles that read.
 */
import { HoldfastError } from '../errors.ts'

/** Every role: its Microsoft name, and whether a role group that has it can be limited to some mailboxes. */
export const ROLES = Object.freeze({
  'Mailbox Import Export': { limitable: false },
  'Organization Configuration': { limitable: false },
  'View-Only Configuration': { limitable: false },
  'Mail Recipients': { limitable: false },
  'Role Management': { limitable: false },
  'Audit Logs': { limitable: false },
  'Compliance Search': { limitable: true },
  Preview: { limitable: true },
  Export: { limitable: true },
  Hold: { limitable: true },
  'Case Management': { limitable: true },
  Review: { limitable: true },
  'Retention Management': { limitable: false },
  'Disposition Management': { limitable: false },
  'Communication Compliance': { limitable: true },
}) satisfies Record<string, { readonly limitable: boolean }>

export type Role = keyof typeof ROLES

/** Mailboxes by their ids; null is every mailbox, an empty list is none. */
export type MailboxScope = readonly number[] | null

export type Actor = {
  /** As audit entries name it: `system`, `console:<user>`, `person:<name>`, `person:<name>/token-<id>`. */
  readonly name: string
  /** True if the act was made on the console without a sign-in. */
  readonly breakGlass: boolean
  /** The roles held, each with the mailboxes it reaches; null for the program and for break-glass: everything. */
  readonly roles: ReadonlyMap<Role, MailboxScope> | null
}

/** The person in an actor's name, whichever of their tokens acts: no user name has a slash. */
export const personBehind = (name: string): string => name.replace(/\/token-\d+$/, '')

/** False for the console without a sign-in and for the program: nobody knows which person that is. */
export const isPerson = (name: string): boolean => name.startsWith('person:')

/** True if the actor holds one of these roles. */
export function holdsRole(actor: Actor, ...roles: readonly Role[]): boolean {
  return actor.roles === null || roles.some(role => actor.roles?.has(role))
}

/** Throws ROLE_MISSING, naming the roles that would do, unless the actor holds one of them. */
export function requireRole(actor: Actor, ...roles: readonly Role[]): void {
  if (holdsRole(actor, ...roles)) return
  throw new HoldfastError(
    'ROLE_MISSING',
    `this needs the role ${roles.map(role => `"${role}"`).join(' or ')}, which no role group of yours has`,
  )
}

/**
 * The mailboxes that these roles reach, taken together: never more than the role groups say. ROLE_MISSING if the
 * actor holds none of them.
 */
export function mailboxScope(actor: Actor, ...roles: readonly Role[]): MailboxScope {
  requireRole(actor, ...roles)
  if (actor.roles === null) return null
  const reached = new Set<number>()
  for (const role of roles) {
    const scope = actor.roles.get(role)
    if (scope === null) return null
    for (const mailboxId of scope ?? []) reached.add(mailboxId)
  }
  return [...reached].sort((a, b) => a - b)
}
