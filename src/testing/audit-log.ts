/** An audit log on a real database, with its keys, its object storage and a mirror, for tests. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type AuditEntry,
  appendEntry,
  archivePublicKey,
  type SequencerOptions,
  startSequencer,
  type VerifyLogOptions,
  verifyLog,
} from '../audit/audit.ts'
import { manualClock } from '../clock.ts'
import { openDatabase } from '../database/database.ts'
import { createKeyring } from '../keyring/keyring.ts'
import { silentLogger } from '../log.ts'
import { openFileStorage } from '../storage/storage.ts'
import { testDatabase } from './database.ts'

/** When the log begins. */
export const LOG_START = Date.UTC(2026, 10, 2, 9, 0, 0, 123)
/** Never: rounds are made by `flush` alone, so that a test decides when. */
const INTERVAL_MS = 1_000_000_000

/** Opens an empty log. `owner` is the role that owns the tables, and can do what the program cannot. */
export async function testLog(t: { after(work: () => Promise<void>): void }) {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-audit-'))
  const open: { close(): Promise<void> }[] = []
  // Registered before the database's own, so that what uses the database ends before it does.
  t.after(async () => {
    for (const each of open.reverse()) await each.close()
    await rm(folder, { recursive: true, force: true })
  })
  const { database, ownerUrl } = await testDatabase(t)
  const owner = await openDatabase(ownerUrl, { connectionsMax: 2 })
  open.push(owner)
  const clock = manualClock(LOG_START)
  const keyring = await database.transaction(tx => createKeyring(tx, join(folder, 'master.key'), clock))
  const storage = openFileStorage(join(folder, 'objects'))
  const archiveId = randomUUID()
  const mirrorFolder = join(folder, 'mirror')
  const options = { database, keyring, storage, clock, log: silentLogger, archiveId, intervalMs: INTERVAL_MS }
  const start = (more: Partial<SequencerOptions> = {}) => {
    const sequencer = startSequencer({ ...options, epoch: 1, ...more })
    open.push({ close: () => sequencer.stop() })
    return sequencer
  }
  const publicKey = archivePublicKey(keyring, archiveId)
  return {
    ...options,
    owner,
    publicKey,
    mirrorFolder,
    start,
    /** Appends an entry in a transaction of its own. */
    append: (entry: Partial<AuditEntry> = {}) =>
      database.transaction(tx =>
        appendEntry(tx, keyring, clock, { actor: 'system', act: 'test.act', ...entry }),
      ),
    verify: (more: Partial<VerifyLogOptions> = {}) =>
      verifyLog({ database, storage, archiveId, publicKey, earlierCheckpoint: null, ...more }),
  }
}
