/** A page of items is read together, and one that does not open costs only itself. */
import assert from 'node:assert/strict'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { ANNA, MAPPING_CSV, PEOPLE_CSV, WINDOW } from '../../test/e2e/tiny-site.ts'
import { startReadingSite } from '../../test/portal/reading-site.ts'
import type { Ground } from '../ground.ts'
import { assertComplete, testArchive } from '../testing/archive.ts'
import { vaultObjectName } from '../vault/vault.ts'
import { readConversation, readFolder } from './archive.ts'

test('a page is fetched in few pieces; a damaged item is named, and its neighbours are read', async t => {
  const site = await startReadingSite()
  t.after(() => site.stop())
  const archive = await testArchive(t)
  await archive.addPeople(PEOPLE_CSV)
  const connector = await archive.addConnector(site, 'o2')
  await archive.addMapping(connector, MAPPING_CSV)
  await archive.work()
  assertComplete(await archive.run(connector, WINDOW))
  const place = { address: ANNA.mailbox }
  let reads = 0
  const { storage } = archive.ground
  const counting: Ground = {
    ...archive.ground,
    storage: {
      ...storage,
      read: (...asked) => {
        reads++
        return storage.read(...asked)
      },
    },
  }
  const { lines } = await readFolder(counting, archive.actor, place, {}, { limit: 50 })
  assert.equal(lines.length, 13)
  assert.ok(reads <= 3, `${reads} reads`)
  assert.ok(lines.every(line => line.problem === null))

  const line = lines.find(each => each.text.includes('whimbrel'))!
  const [row] = await archive.ground.database.query<{ vault_object: string; vault_offset: number }>(
    'select vault_object, vault_offset from item where item_id = $1',
    [line.itemId],
  )
  const file = await open(join(archive.folder, 'objects', vaultObjectName(row!.vault_object)), 'r+')
  const byte = Buffer.alloc(1)
  await file.read(byte, 0, 1, row!.vault_offset + 20)
  await file.write(Buffer.from([byte[0]! ^ 1]), 0, 1, row!.vault_offset + 20)
  await file.close()

  const again = await readFolder(archive.ground, archive.actor, place, {}, { limit: 50 })
  const broken = again.lines.filter(each => each.problem !== null)
  assert.deepEqual(
    broken.map(each => [each.itemId, each.problem, each.text]),
    [[line.itemId, 'VAULT_DAMAGED', '']],
  )
  assert.equal(broken[0]!.parties.length, 2)
  const { entries } = await readConversation(archive.ground, archive.actor, place, line.conversation, {
    limit: 50,
  })
  assert.deepEqual(
    entries.map(entry => entry.problem).filter(problem => problem !== null),
    ['VAULT_DAMAGED'],
  )
})
