/** Items that were to be erased and are kept: left out of exports and runs of whoever may not see them, and counted. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addSavedSearch, finishSearchRun, requestSearchRun, showSearchRun } from '../ediscovery/ediscovery.ts'
import type { Actor, Role } from '../identity/identity.ts'
import { exportArchive, someMessages } from '../testing/export.ts'
import { getExport, openDownload } from './export.ts'

const person = (name: string, ...roles: Role[]): Actor => ({
  name: `person:${name}`,
  breakGlass: false,
  roles: new Map(roles.map(role => [role, null])),
})

test('restricted items are in no export or run of others, as a match or as context, and are counted as left out', async t => {
  const archive = await exportArchive(t, someMessages(10))
  const { ground } = archive
  const [restricted] = await ground.database.query<{ item_id: string }>(
    `insert into erasure_refusal (item_id, mailbox_id, request_id, refused_at)
     select item_id, mailbox_id, 1, now() from filing order by item_id, mailbox_id limit 1 returning item_id`,
  )
  const emma = person('emma', 'Export', 'Compliance Search')
  const casey = person('casey', 'Export', 'Compliance Search', 'Case Management')
  const counts = async (actor: Actor, change = {}) => {
    const made = await archive.export(change, actor)
    const { counts, restricted: left } = await getExport(ground, actor, made.exportId)
    return [counts.matched.items, counts.context.items, left]
  }
  assert.deepEqual(await counts(emma), [9, 0, 1])
  assert.deepEqual(await counts(casey), [10, 0, 0])
  const one = { query: '"number 5"', runId: null, mailboxIds: null, connectorIds: null, folders: null }
  const whole = { source: one, context: { type: 'conversation' } }
  const [ofEmma, ofCasey] = [await counts(emma, whole), await counts(casey, whole)]
  assert.deepEqual([ofEmma[0], ofEmma[2]], [1, 1])
  assert.ok(ofCasey[1]! >= ofEmma[1]!, 'context is cut in the same way')
  const packageOfCasey = (await archive.export({}, casey)).exportId
  await assert.rejects(openDownload(ground, emma, packageOfCasey), { code: 'ITEM_RESTRICTED' })
  await openDownload(ground, casey, packageOfCasey)

  const queue = await archive.queue()
  const runs = async (actor: Actor) => {
    const { savedSearchId } = await addSavedSearch(ground, actor, {
      name: 'whimbrels',
      query: 'whimbrel',
      description: '',
      scope: { mailboxIds: null, connectorIds: null, folders: null },
      runsMax: 2,
    })
    const { searchRunId } = await requestSearchRun(ground, queue, actor, savedSearchId)
    await finishSearchRun(ground, searchRunId)
    const run = await showSearchRun(ground, actor, searchRunId)
    return { searchRunId, found: [run.items, run.restricted] }
  }
  const [mine, theirs] = [await runs(emma), await runs(casey)]
  assert.deepEqual(mine.found, [9, 1])
  assert.deepEqual(theirs.found, [10, 0])
  // What a run found before is not handed out after all.
  await ground.database.execute('delete from erasure_refusal')
  const before = await runs(emma)
  const madeBefore = (await archive.export({}, emma)).exportId
  await ground.database.execute(
    `insert into erasure_refusal (item_id, mailbox_id, request_id, refused_at)
     select item_id, mailbox_id, 1, now() from filing where item_id = $1`,
    [restricted!.item_id],
  )
  assert.deepEqual(before.found, [10, 0])
  await assert.rejects(openDownload(ground, emma, madeBefore), { code: 'ITEM_RESTRICTED' })
  const ofRun = {
    query: null,
    runId: before.searchRunId,
    mailboxIds: null,
    connectorIds: null,
    folders: null,
  }
  assert.deepEqual(await counts(emma, { source: ofRun }), [9, 0, 1])
})
