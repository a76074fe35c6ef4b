/** Makes a new, empty archive: its identity, keys and reserved mailboxes, and the version of its search entries. */

import { systemClock } from '../clock.ts'
import type { Config } from '../config.ts'
import { createGround, type Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { recordVersion } from '../search/search.ts'

/** ARCHIVE_EXISTS if there is one in the data folder already. */
export function createArchive(
  config: Config,
  identity: { readonly organisation: string; readonly demonstration: boolean },
  actor: Actor,
  clock = systemClock,
): Promise<Ground> {
  return createGround(config, identity, actor, { mode: 'own', clock }, tx => recordVersion(tx, clock.now()))
}
