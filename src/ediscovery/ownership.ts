/**
 * Whose saved searches and term reports somebody sees: their own, as Purview has it for eDiscovery managers. Who
 * holds Case Management without a limit sees everybody's, as eDiscovery administrators do; so do the program and
 * break-glass.
 */
import type { Actor } from '../identity/identity.ts'

/** The person, whichever of their tokens acts. */
export function ownerOf(actor: Actor): string {
  return actor.name.replace(/\/token-[0-9]+$/, '')
}

/** Whose things are seen: null is everybody's. */
export function ownersSeen(actor: Actor): string | null {
  return actor.roles === null || actor.roles.get('Case Management') === null ? null : ownerOf(actor)
}
