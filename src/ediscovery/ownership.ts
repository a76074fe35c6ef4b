/**
 * Whose saved searches and term reports somebody sees: their own, as Purview has it for eDiscovery managers. Who
 * holds Case Management without a limit sees everybody's, as eDiscovery administrators do; so do the program and
 * break-glass.
 */
import { type Actor, personBehind } from '../identity/identity.ts'

/** Whose things are seen: null is everybody's. */
export function ownersSeen(actor: Actor): string | null {
  return actor.roles === null || actor.roles.get('Case Management') === null ? null : personBehind(actor.name)
}
