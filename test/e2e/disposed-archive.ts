/** An archive with items of the stand-in site, and what was disposed of there, for tests of disposal. */
import type { TestContext } from 'node:test'
import { isConflict } from '../../src/database/database.ts'
import { disposeFilings, type FilingKey } from '../../src/retention/retention.ts'
import { assertComplete, type TestArchive, testArchive } from '../../src/testing/archive.ts'
import { startSite } from '../../telemessage-site/telemessage-site.ts'

/** Until when the site has items. */
export const END = Date.UTC(2026, 9, 30)
const ERASURE = { type: 'erasure', requestId: 7 } as const

/** Two days of two dozen people, imported. */
export async function importedArchive(t: TestContext) {
  const site = await startSite({ people: 24, days: 2, seed: 11, end: END, now: END + 3_600_000 })
  t.after(() => site.stop())
  const archive = await testArchive(t, { pageItems: 60 })
  await archive.addPeople(site.directoryCsv())
  const connector = await archive.addConnector(site, 'enterprise-number')
  await archive.addMapping(connector, site.mappingCsv())
  await archive.work()
  const window = { from: site.from, to: END }
  const run = await archive.run(connector, window)
  assertComplete(run)
  return { archive, connector, window, run }
}

/** Those for which the condition on a filing `f` and its item `i` is true. */
export async function filingsOf(
  archive: TestArchive,
  condition: string,
  values: unknown[] = [],
): Promise<FilingKey[]> {
  const rows = await archive.ground.database.query<{ mailbox_id: number; item_id: string }>(
    `select f.mailbox_id, f.item_id from filing f join item i using (item_id) where ${condition} order by 1, 2`,
    values,
  )
  return rows.map(row => ({ mailboxId: row.mailbox_id, itemId: row.item_id }))
}

/** For an erasure, approved by a second person. */
export async function dispose(archive: TestArchive, filings: readonly FilingKey[]) {
  const { ground } = archive
  for (;;)
    try {
      return await ground.database.transaction(tx =>
        disposeFilings(ground, tx, filings, ERASURE, 'person:tester', ['person:second']),
      )
    } catch (error) {
      if (!isConflict(error)) throw error
    }
}

/** The names of the objects that begin so. */
export async function stored(archive: TestArchive, prefix: string): Promise<string[]> {
  const names: string[] = []
  for await (const { name } of archive.ground.storage.list(prefix)) names.push(name)
  return names
}
