/** Which run answers whom, and what of a run somebody reads whose boundary has changed since. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ANNA,
  BO,
  MAPPING_CSV,
  PEOPLE_CSV,
  startTinySite,
  tinyRecord,
  WINDOW,
} from '../../test/e2e/tiny-site.ts'
import type { Actor, MailboxScope, Role } from '../identity/identity.ts'
import { assertComplete, testArchive } from '../testing/archive.ts'
import {
  addSavedSearch,
  editSavedSearch,
  finishSearchRun,
  listSearchRuns,
  readDifference,
  readRun,
  requestSearchRun,
  showSearchRun,
} from './ediscovery.ts'

const ROLES: readonly Role[] = ['Compliance Search', 'Preview']

function olga(preview: MailboxScope, search: MailboxScope = preview): Actor {
  const roles = new Map(ROLES.map(role => [role, role === 'Preview' ? preview : search]))
  return { name: 'person:olga', breakGlass: false, roles }
}

async function open(t: Parameters<typeof testArchive>[0]) {
  const say = (id: string, from: string, to: string, text: string) => tinyRecord({ id, from, to, text })
  const site = await startTinySite([
    say('a', ANNA.number, '447700900710', 'tide'),
    say('b', BO.number, '447700900711', 'tide and plover'),
    say('c', ANNA.number, BO.number, 'tide for both'),
  ])
  t.after(() => site.stop())
  const archive = await testArchive(t)
  await archive.addPeople(PEOPLE_CSV)
  const connector = await archive.addConnector(site, 'enterprise-number')
  await archive.addMapping(connector, MAPPING_CSV)
  await archive.work()
  assertComplete(await archive.run(connector, WINDOW))
  const { ground } = archive
  const queue = await archive.queue()
  const rows = await ground.database.query<{ mailbox_id: number }>(
    'select mailbox_id from mailbox where address = $1',
    [ANNA.mailbox],
  )
  const search = await addSavedSearch(ground, olga(null), {
    name: 'tides',
    description: '',
    query: 'tide',
    scope: { mailboxIds: null },
    runsMax: 3,
  })
  const run = async (actor: Actor) => {
    const { searchRunId } = await requestSearchRun(ground, queue, actor, search.savedSearchId)
    await finishSearchRun(ground, searchRunId)
    return showSearchRun(ground, actor, searchRunId)
  }
  return { ground, queue, anna: rows[0]!.mailbox_id, savedSearchId: search.savedSearchId, run }
}

test('what lies beyond a reader’s mailboxes is not in a run or a comparison, not even as an id', async t => {
  const { ground, anna, savedSearchId, run } = await open(t)
  const first = await run(olga(null))
  await editSavedSearch(ground, olga(null), savedSearchId, { query: 'nothing' })
  const second = await run(olga(null))
  assert.deepEqual([first.items, second.items], [3, 0])
  const ofAnna = await ground.database.query<{ item_id: string }>(
    'select item_id from filing where mailbox_id = $1 order by item_id desc',
    [anna],
  )
  const expected = ofAnna.map(row => row.item_id)
  assert.equal(expected.length, 2)
  for (const actor of [olga([anna]), olga([anna], null)]) {
    const seen: string[] = []
    for (let after: string | null = null; ; ) {
      const page = await readRun(ground, actor, first.searchRunId, { ...(after ? { after } : {}), limit: 1 })
      seen.push(...page.rows.map(row => row.itemId))
      assert.ok(page.rows.every(row => row.line !== null))
      after = page.next
      if (after === null) break
    }
    assert.deepEqual(seen, expected)
  }
  const pair = [first.searchRunId, second.searchRunId] as const
  const gone = await readDifference(ground, olga([anna], null), pair, 'gone', { limit: 10 })
  assert.deepEqual(gone.rows.map(row => row.itemId).reverse(), expected)
  const nobody = await readRun(ground, olga([], null), first.searchRunId, { limit: 10 })
  assert.deepEqual(nobody.rows, [])
})

test('a run under way answers who asks the same, and nobody who asks something else', async t => {
  const { ground, queue, anna, savedSearchId, run } = await open(t)
  await ground.database.execute(
    `insert into search_run (saved_search_id, revision, sealed, mailbox_ids, requested_by, requested_at, status)
     values ($1, 1, '', $2, 'person:olga', now(), 'working'), ($1, 1, '', null, 'person:olga', now(), 'working')`,
    [savedSearchId, [anna]],
  )
  const [whole] = await listSearchRuns(ground, olga(null), savedSearchId)
  const same = await requestSearchRun(ground, queue, olga(null), savedSearchId)
  assert.equal(same.searchRunId, whole!.searchRunId)
  await editSavedSearch(ground, olga(null), savedSearchId, { query: 'plover' })
  const edited = await run(olga(null))
  assert.deepEqual([edited.query, edited.items], ['plover', 1])
})
