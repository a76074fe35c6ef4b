/** What fsck and the storage say of disposals, and of what somebody did past them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase } from '../../src/database/database.ts'
import { finishDisposals } from '../../src/retention/retention.ts'
import { checkEverything } from '../../src/upkeep/upkeep.ts'
import { dispose, filingsOf, importedArchive, stored } from './disposed-archive.ts'

test('an object is not removed while an item is in it, whatever its row says', async t => {
  const { archive } = await importedArchive(t)
  const { ground } = archive
  const before = await stored(archive, 'vault/')
  await ground.database.execute('update vault_object set items_gone = items')
  assert.equal((await finishDisposals(ground)).objects, 0)
  assert.deepEqual(await stored(archive, 'vault/'), before)
})

test('fsck tells what is wrong with a disposal', async t => {
  const { archive } = await importedArchive(t)
  const { ground } = archive
  await dispose(archive, (await filingsOf(archive, 'true')).slice(0, 20))
  await finishDisposals(ground)
  const [name] = await stored(archive, 'disposals/')
  const bytes = await ground.storage.read(name!)
  await ground.storage.remove(name!)
  const codes = async () => [...new Set((await checkEverything(ground)).findings.map(each => each.code))]
  assert.deepEqual(await codes(), ['disposal-missing'])
  bytes[bytes.length - 1]! ^= 1
  await ground.storage.put(name!, bytes)
  assert.deepEqual(await codes(), ['disposal-differs'])
})

test('fsck tells an item that was taken away without a disposal, even if a tombstone names another one', async t => {
  const { archive } = await importedArchive(t)
  const { ground } = archive
  const all = await filingsOf(archive, 'true')
  await dispose(archive, all.slice(0, 20))
  await finishDisposals(ground)
  assert.deepEqual((await checkEverything(ground)).findings, [])
  // As somebody would who has the database and no key: the sums of runs are made to add up as well.
  const owner = await openDatabase(archive.environment.DATABASE_OWNER_URL!, { connectionsMax: 1 })
  t.after(() => owner.close())
  const [victim] = all.slice(-1)
  const lost = await owner.query<{ run_id: number; filings: number }>(
    `with lost as (delete from holdfast.filing where item_id = $1 returning run_id)
     select run_id, count(*) as filings from lost group by run_id`,
    [victim!.itemId],
  )
  await owner.execute(
    `with lost as (delete from holdfast.item where item_id = $1 returning *),
       buried as (insert into holdfast.tombstone (item_id, batch_id, vault_object, vault_offset, leaf, disposal_ids, gone_at)
         select item_id, batch_id, vault_object, vault_offset, leaf, '{1}', now() from lost),
       told as (update holdfast.disposal_run d set items = items + 1, filings = filings + $3 where run_id = $2)
     update holdfast.vault_object o set items_gone = items_gone + 1 from lost where o.object_id = lost.vault_object`,
    [victim!.itemId, lost[0]!.run_id, lost[0]!.filings],
  )
  for (const table of ['search_entry', 'attachment_text', 'unread_attachment', 'failure'])
    await owner.execute(`delete from holdfast.${table} where item_id = $1`, [victim!.itemId])
  const { findings } = await checkEverything(ground)
  assert.deepEqual(
    findings.map(each => [each.code, each.subject, each.message]),
    [
      ['disposal-differs', 'disposal:1', '1 tombstones or filings name it that its document does not'],
      ['disposal-differs', 'disposal:1', 'what runs lost by it is not what it disposed of'],
    ],
  )
})
