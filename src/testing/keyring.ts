/** The keys of a new archive for tests that need no more of one: real, under a master key that is then forgotten. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import type { Database } from '../database/database.ts'
import { createKeyring, type Keyring } from '../keyring/keyring.ts'

export async function testKeyring(database: Database): Promise<Keyring> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-keys-'))
  try {
    return await database.transaction(tx =>
      createKeyring(tx, join(folder, 'keys', 'master.key'), systemClock),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
