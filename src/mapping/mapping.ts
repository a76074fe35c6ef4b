/**
 * Mapping: which mailboxes an item goes to. DESIGN.md section 8; Microsoft's connector does the first two steps alike.
 *
 * For each of our people, in this order: the custom CSV mapping of the item's user id or number, valid at the item's
 * time; then the item's *User's Email address* property, each address of several in order. A mapping counts only if it
 * leads to a mailbox of the directory that was active at the item's time, which is when it was sent, or when it
 * reached the site if that is not known; the next one is tried otherwise. So a leaver's late messages still arrive in
 * the leaver's inactive mailbox.
 *
 * *Our people* are registered at the site, named in the CSV, known to the directory by their e-mail property, or
 * addressed by it in one of the connector's domains. Everybody else is an outsider: outsiders never fail and nothing
 * is filed for them. Who is ours does not depend on the item's time.
 */

import type { Sql } from '../database/database.ts'
import { type Directory, directoryVersion } from '../directory/directory.ts'
import type { ItemFacts } from '../message/message.ts'
import { readResolverInput } from './entries.ts'
import { createResolver, type OurPerson, type Resolved } from './resolve.ts'

export {
  type CheckedMapping,
  checkMapping,
  exportMapping,
  importMapping,
  mappingTemplate,
} from './csv.ts'
export {
  addMappingEntry,
  changeMappingEntry,
  type EditedEntry,
  type NewEntry,
  removeMappingEntry,
} from './edit.ts'
export { listMappingEntries } from './entries.ts'
export { listMappingChanges, type MappingCause, type MappingChange } from './history.ts'
export { type NormalisedNumber, normaliseNumber } from './number.ts'
export { type MappingLine, type MappingPage, pageMapping } from './page.ts'
export { type MappingPreview, previewMapping } from './preview.ts'
export type { MappingEntry, MappingFailure, OurPerson, Resolved } from './resolve.ts'

/** A connector's mapping at one version, in memory. */
export type Mapping = {
  readonly version: string
  /** Our people among the parties, and the distinct mailboxes reached; one failure for an item that has none of them. */
  resolve(facts: Pick<ItemFacts, 'participants' | 'sentAt' | 'arrivedAt'>): Resolved
  /** Where somebody registered at the site would be found at a time, in milliseconds. */
  resolveUser(
    user: { readonly userId: string; readonly number: string; readonly email: string },
    time: number,
  ): OurPerson
}

/** Reads a connector's mapping, or gives `previous` back if nothing has changed since. CONNECTOR_UNKNOWN. */
export async function loadMapping(
  sql: Sql,
  connectorId: number,
  directory: Directory,
  previous?: Mapping,
): Promise<Mapping> {
  const version = await directoryVersion(sql)
  if (previous?.version === version) return previous
  const input = await readResolverInput(sql, connectorId, directory)
  const { resolve, resolveParty } = createResolver(input)
  return Object.freeze({
    version,
    resolve,
    resolveUser: ({ userId, number, email }, time) =>
      resolveParty({ form: 'number', number, userId, emails: email === '' ? [] : [email] }, time),
  } satisfies Mapping)
}
