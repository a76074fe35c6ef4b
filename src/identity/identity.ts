/**
 * Who acts. Until people sign in (the portal's accounts and tokens), an act is either the program's own or was
 * made on the console by whoever holds the machine: that is break-glass, recorded as such in the audit log.
 */
import { userInfo } from 'node:os'

export type Actor = {
  /** As audit entries name it: `system`, `console:<user of the operating system>`. */
  readonly name: string
  /** True if the act was made on the console without a sign-in. */
  readonly breakGlass: boolean
}

/** The program itself: the scheduler, the workers. */
export const SYSTEM: Actor = Object.freeze({ name: 'system', breakGlass: false })

/** Whoever runs a command on the console. */
export function consoleActor(): Actor {
  let user = 'unknown'
  try {
    user = userInfo().username
  } catch {
    // A uid without an entry in the user database has no name; the number says as much.
    user = `uid-${process.getuid?.() ?? 'unknown'}`
  }
  return Object.freeze({ name: `console:${user}`, breakGlass: true })
}
