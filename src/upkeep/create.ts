/** Makes a new, empty archive: its identity, keys, reserved mailboxes and role groups, and the version of its index. */

import { systemClock } from '../clock.ts'
import type { Config } from '../config.ts'
import { createGround, type Ground } from '../ground.ts'
import { type Actor, ensureRoleGroups } from '../identity/identity.ts'
import { recordVersion } from '../search/search.ts'

/** ARCHIVE_EXISTS if there is one in the data folder already. */
export function createArchive(
  config: Config,
  identity: { readonly organisation: string; readonly demonstration: boolean },
  actor: Actor,
  clock = systemClock,
): Promise<Ground> {
  return createGround(config, identity, actor, { mode: 'own', clock }, async tx => {
    await recordVersion(tx, clock.now())
    await ensureRoleGroups(tx, clock.now())
  })
}
