import assert from 'node:assert/strict'
import { suite, type TestContext, test } from 'node:test'
import { testDatabase } from '../testing/database.ts'
import { ensureFolders, listFilings, listFolders } from './mailbox.ts'

const O2 = 'O2 SMS and Voice Network Archiver'

async function open(t: TestContext, mailboxes: number) {
  const { database } = await testDatabase(t)
  const rows = await database.query<{ mailbox_id: number }>(
    `insert into mailbox (address, display_name, created_at)
     select 'p' || n || '@contoso.example', 'P', now() from generate_series(1, $1) as n returning mailbox_id`,
    [mailboxes],
  )
  const ids = rows.map(row => row.mailbox_id)
  const file = (mailboxId: number, folderId: number, items: readonly string[]) =>
    database.execute(
      `insert into filing (mailbox_id, item_id, folder_id, run_id, filed_at)
       select $1, item_id, $2, 1, now() from unnest($3::uuid[]) as n (item_id)`,
      [mailboxId, folderId, items],
    )
  return { database, ids, file }
}

/** Item ids in the order of time. */
function itemIds(count: number): string[] {
  return Array.from(
    { length: count },
    (_, index) => `0198f000-0000-8000-8000-${String(index).padStart(12, '0')}`,
  )
}

suite('mailboxes', () => {
  test('folders are made once, and found again', async t => {
    const { database, ids } = await open(t, 3)
    const ensure = (which: readonly number[]) => database.transaction(tx => ensureFolders(tx, which, O2))
    const first = await ensure(ids.slice(0, 2))
    assert.deepEqual([...first.keys()].sort(), ids.slice(0, 2).sort())
    const all = await ensure([...ids, ...ids])
    assert.equal(all.size, 3)
    assert.equal(all.get(ids[0]!), first.get(ids[0]!))
    assert.deepEqual(await ensure([]), new Map())
    const other = await database.transaction(tx => ensureFolders(tx, ids, 'Enterprise Number Archiver'))
    assert.notEqual(other.get(ids[0]!), first.get(ids[0]!))
  })

  test('many workers at once agree on the folders, and a rollback leaves none', async t => {
    const { database, ids } = await open(t, 30)
    const failed = database.transaction(async tx => {
      await ensureFolders(tx, ids, O2)
      throw new Error('rolled back')
    })
    const attempts = Array.from({ length: 8 }, (_, index) =>
      database.transaction(tx => ensureFolders(tx, index % 2 ? ids.toReversed() : ids, O2)),
    )
    await assert.rejects(failed, /rolled back/)
    const [first, ...rest] = await Promise.all(attempts)
    assert.equal(first?.size, 30)
    for (const each of rest) assert.deepEqual(new Map([...each].sort()), new Map([...first!].sort()))
  })

  test('filings are listed newest first, page by page, hidden ones left out', async t => {
    const { database, ids, file } = await open(t, 2)
    const [mine, other] = ids as [number, number]
    const folders = await database.transaction(tx => ensureFolders(tx, ids, O2))
    const items = itemIds(25)
    await file(mine, folders.get(mine)!, items)
    await file(other, folders.get(other)!, itemIds(3))
    await database.execute('update filing set hidden_at = now() where mailbox_id = $1 and item_id = $2', [
      mine,
      items[4],
    ])
    const seen: string[] = []
    const wanted = items.filter((_, index) => index !== 4).reverse()
    let page = await listFilings(database, mine, { limit: 10 })
    assert.equal(page.newer, false)
    for (;;) {
      seen.push(...page.filings.map(filing => filing.itemId))
      if (!page.older) break
      page = await listFilings(database, mine, { limit: 10, after: page.filings.at(-1)!.itemId })
      assert.equal(page.newer, true)
    }
    assert.deepEqual(seen, wanted)
    const back = await listFilings(database, mine, { limit: 10, before: wanted[20]! })
    assert.deepEqual(
      [back.filings.map(filing => filing.itemId), back.newer, back.older],
      [wanted.slice(10, 20), true, true],
    )
    const first = await listFilings(database, mine, { limit: 10, before: wanted[10]! })
    assert.deepEqual([first.filings.map(filing => filing.itemId), first.newer], [wanted.slice(0, 10), false])
  })

  test('folders tell how much is in them, and narrow the list', async t => {
    const { database, ids, file } = await open(t, 1)
    const [mine] = ids as [number]
    const o2 = (await database.transaction(tx => ensureFolders(tx, ids, O2))).get(mine)!
    const enterprise = (
      await database.transaction(tx => ensureFolders(tx, ids, 'Enterprise Number Archiver'))
    ).get(mine)!
    await database.transaction(tx => ensureFolders(tx, ids, 'Empty'))
    const items = itemIds(7)
    await file(mine, o2, items.slice(0, 4))
    await file(mine, enterprise, items.slice(4))
    await database.execute('update filing set hidden_at = now() where item_id = $1', [items[0]])
    assert.deepEqual(
      (await listFolders(database, mine)).map(folder => [folder.name, folder.filings]),
      [
        ['Empty', 0],
        ['Enterprise Number Archiver', 3],
        [O2, 3],
      ],
    )
    const listed = await listFilings(database, mine, { folderId: o2, limit: 10 })
    assert.deepEqual(
      listed.filings.map(filing => filing.itemId),
      [items[3], items[2], items[1]],
    )
  })
})
