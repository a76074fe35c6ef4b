/** A reindex makes everything anew that searches stand on, and leaves nothing behind. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ANNA, startTinySite, tinyRecord, WINDOW } from '../../test/e2e/tiny-site.ts'
import { countMatches } from '../archive/archive.ts'
import { openDatabase } from '../database/database.ts'
import { hasCode } from '../errors.ts'
import { assertComplete, assertSound, type TestArchive, testArchive } from '../testing/archive.ts'
import { reindex } from './upkeep.ts'

async function open(t: Parameters<typeof testArchive>[0], texts: readonly string[]) {
  const site = await startTinySite(
    texts.map((text, number) =>
      tinyRecord({ id: `m${number}`, text, from: ANNA.number, to: '447700900900' }),
    ),
  )
  t.after(() => site.stop())
  const archive = await testArchive(t)
  const connector = await archive.addConnector(site, 'o2')
  await archive.work()
  assertComplete(await archive.run(connector, WINDOW))
  return archive
}

const found = (archive: TestArchive, text: string) =>
  countMatches(archive.ground, archive.actor, text, { mailboxIds: null })

test('entries of another tokenizer are refused, and after a reindex beginnings of words are found', async t => {
  const archive = await open(t, ['ruff and reeve', 'ruffled plover', 'gannet'])
  const { database } = archive.ground
  // As of an archive whose index had no lexicon.
  await database.execute('delete from lexicon_page')
  await database.execute('update search_version set tokenizer = 1')
  await assert.rejects(found(archive, 'ruff'), error => hasCode(error, 'REINDEX_NEEDED'))
  assert.deepEqual(await reindex(archive.ground, archive.actor), { items: 3, unreadable: 0 })
  assert.equal(await found(archive, 'ruff*'), 2)
  assert.equal(await found(archive, 'NOT ruff*'), 1)
  await assertSound(archive)
})

test('a reindex that was stopped is begun again, and no earlier page of the lexicon is left', async t => {
  const archive = await open(t, ['ruff and reeve', 'ruffled plover'])
  const { database } = archive.ground
  const before = await database.query<{ page_id: string }>('select page_id from lexicon_page')
  await assert.rejects(
    reindex(archive.ground, archive.actor, () => {
      throw new Error('stopped')
    }),
  )
  assert.equal(await found(archive, 'ruff*'), 2, 'what was there is found meanwhile')
  await reindex(archive.ground, archive.actor)
  const after = await database.query<{ page_id: string }>('select page_id from lexicon_page')
  assert.ok(after.length > 0 && after.every(({ page_id: id }) => before.every(each => each.page_id !== id)))
  assert.equal(await found(archive, 'ruff*'), 2)
  assert.equal(await found(archive, 'plo*'), 1)
})

test('an item that cannot be read keeps its entry and the words of it', async t => {
  const archive = await open(t, ['ruff and reeve', 'ruffled plover', 'gannet'])
  const { database } = archive.ground
  const [damaged] = await database.query<{ item_id: string }>(
    'select item_id from item order by item_id limit 1',
  )
  // The program itself may not.
  const owner = await openDatabase(archive.environment.DATABASE_OWNER_URL!)
  await owner.execute('update holdfast.item set vault_offset = vault_offset + 1 where item_id = $1', [
    damaged!.item_id,
  ])
  await owner.close()
  await database.execute('delete from search_entry where item_id <> $1', [damaged!.item_id])
  const own = (await Promise.all(['ree*', 'plo*', 'gan*'].map(query => found(archive, query)))).indexOf(1)
  assert.deepEqual(await reindex(archive.ground, archive.actor), { items: 2, unreadable: 1 })
  assert.equal(await found(archive, ['ree*', 'plo*', 'gan*'][own]!), 1)
  assert.equal(await found(archive, 'ruff* OR gan*'), 3)
})
