/**
 * Who acts, and what they may do. The program acts as `system`; whoever runs a command on the console without
 * signing in is break-glass, recorded as such; everybody else is a person who signed in, or a token of theirs, and may
 * do what their role groups say, at this moment.
 *
 * Promises: a password, a session's secret, a token and a code are stored nowhere but as hashes, a second factor's
 * secret sealed; who is signing in learns the same of a name that nobody has as of one that somebody has; every act,
 * and every refused sign-in, is an entry of the audit log. docs/guide/permissions.md is for those who use it.
 */
import { userInfo } from 'node:os'
import type { Actor } from './role.ts'

export { LockedError } from './attempts.ts'
export { actorOfPerson, authenticate, type Caller } from './authenticate.ts'
export { addFirstAdministrator, ensureRoleGroups } from './first-administrator.ts'
export {
  listAttributes,
  listedMailboxes,
  type MailboxLimit,
  previewLimit,
} from './mailbox-limit.ts'
export { beginOidc, endOidc, testOidc } from './oidc.ts'
export {
  addPerson,
  editOwnAccount,
  editPerson,
  findPerson,
  getListedPerson,
  type ListedPerson,
  listPersons,
  type Person,
  type PersonChange,
  resetPassword,
} from './person.ts'
export {
  type Actor,
  holdsRole,
  isPerson,
  type MailboxScope,
  mailboxScope,
  personBehind,
  ROLES,
  type Role,
  requireRole,
} from './role.ts'
export {
  addMember,
  addRoleGroup,
  editRoleGroup,
  findRoleGroup,
  getRoleGroup,
  listMembers,
  listRoleGroups,
  type RoleGroup,
  removeMember,
  removeRoleGroup,
} from './role-group.ts'
export { beginSecondFactor, confirmSecondFactor, recoveryCodesLeft } from './second-factor.ts'
export { endSession, listSessions, type OpenedSession, type Session, type SessionState } from './session.ts'
export {
  changePassword,
  giveSecondFactor,
  removeOwnSecondFactor,
  signIn,
  signOutEverywhere,
} from './sign-in.ts'
export { getSignInSettings, oidcName, saveSignInSettings } from './sign-in-settings.ts'
export { addToken, listTokens, revokeToken } from './token.ts'

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
