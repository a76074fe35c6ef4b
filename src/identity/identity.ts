/**
 * Who acts, and what they may do. The program acts as `system`; whoever runs a command on the console without
 * signing in is break-glass, recorded as such; everybody else is a person who signed in, or a token of theirs.
 */
import { userInfo } from 'node:os'
import type { Actor } from './role.ts'

export { type Actor, holdsRole, type MailboxScope, mailboxScope, ROLES, type Role, requireRole } from './role.ts'

/** The program itself: the scheduler, the workers. */
export const SYSTEM: Actor = Object.freeze({ name: 'system', breakGlass: false, roles: null })

/** Whoever runs a command on the console. */
export function consoleActor(): Actor {
  let user = 'unknown'
  try {
    user = userInfo().username
  } catch {
    // A uid without an entry in the user database has no name; the number says as much.
    user = `uid-${process.getuid?.() ?? 'unknown'}`
  }
  return Object.freeze({ name: `console:${user}`, breakGlass: true, roles: null })
}
