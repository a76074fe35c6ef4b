/** Items that come again with the same id and other content, filed by several workers at the same moment. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertComplete, assertSound, testArchive } from '../../src/testing/archive.ts'
import { serveCorpus } from '../corpus/site.ts'
import { asRecord } from '../corpus/talk.ts'

const IDS = 150

test('a further version is linked to the first, whichever worker files either', async t => {
  const owner = { number: '447700900001' }
  const site = await serveCorpus(t, {
    O2: Array.from({ length: IDS * 2 }, (_, index) => () => {
      const id = `item-${Math.floor(index / 2)}`
      const text = `what was said, spelling ${index}`
      const to = [{ number: '447700900002' }]
      return asRecord({ id, time: '2026-09-01T10:00:00Z', from: owner, to, owner, userId: 'user-1', text })
    }),
  })
  const archive = await testArchive(t, { pageItems: 1 })
  archive.spawnWorker()
  archive.spawnWorker()
  await archive.work()
  const connector = await archive.addConnector(site, 'o2')
  assertComplete(await archive.run(connector, site.window))
  const [linked] = await archive.ground.database.query(
    `select count(*) as items, count(version_of) as versions, count(distinct version_of) as firsts from item`,
  )
  assert.deepEqual(linked, { items: IDS * 2, versions: IDS, firsts: IDS })
  await assertSound(archive)
})
