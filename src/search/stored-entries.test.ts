/** Entries are made anew while others change their mailboxes: neither may lose what the other does. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { Transaction } from '../database/database.ts'
import { testDatabase } from '../testing/database.ts'
import { testKeyring } from '../testing/keyring.ts'
import { addItems, addPlaces, drawItems, type PlainItem } from '../testing/search-items.ts'
import { createIndexer, type Indexer, parseQuery, replaceEntries, search, updateMailboxes } from './search.ts'

async function open(t: Parameters<typeof testDatabase>[0]) {
  const { database } = await testDatabase(t)
  const keyring = await testKeyring(database)
  await addPlaces(database)
  const items = drawItems(60, 11).map(item => ({
    ...item,
    input: { ...item.input, mailboxIds: [3] },
    filings: [{ ...item.filings[0]!, mailboxId: 3, hidden: false }],
  }))
  await addItems(database, keyring, items)
  const found = async (mailboxId: number) => {
    const page = await search(
      database,
      keyring,
      parseQuery('*'),
      { mailboxIds: [mailboxId] },
      { limit: 1000 },
    )
    return [...page.itemIds].sort()
  }
  return { database, keyring, items, found, indexer: createIndexer(keyring) }
}

const ids = (items: readonly PlainItem[]) => items.map(item => item.id).sort()

/** The first half of what a replay does, and the second. */
async function file(tx: Transaction, items: readonly PlainItem[], mailboxId: number): Promise<void> {
  await tx.execute(
    `insert into filing (mailbox_id, item_id, folder_id, run_id, filed_at)
     select $2, id, 1, 1, now() from unnest($1::uuid[]) as n (id) on conflict do nothing`,
    [ids(items), mailboxId],
  )
  await tx.execute('update filing set hidden_at = now() where mailbox_id = 3 and item_id = any($1::uuid[])', [
    ids(items),
  ])
}
const note = (tx: Transaction, items: readonly PlainItem[], mailboxId: number) =>
  updateMailboxes(
    tx,
    new Map(items.map(item => [item.id, [mailboxId]])),
    new Map(items.map(item => [item.id, [3]])),
  )
const replace = (tx: Transaction, indexer: Indexer, items: readonly PlainItem[]) =>
  replaceEntries(
    tx,
    indexer,
    items.map(item => item.input),
  )

test('whoever makes entries anew waits for mailboxes that are about to change, and sees them', async t => {
  const { database, items, found, indexer } = await open(t)
  let replaced = Promise.resolve<unknown>(undefined)
  let isDone = false
  await database.transaction(async tx => {
    await file(tx, items, 5)
    await note(tx, items, 5)
    replaced = database
      .transaction(other => replace(other, indexer, items))
      .then(() => {
        isDone = true
      })
    await wait(200)
    assert.equal(isDone, false)
  })
  await replaced
  assert.deepEqual(await found(5), ids(items))
  assert.deepEqual(await found(3), [])
})

test('mailboxes that change while entries are made anew are in the new ones', async t => {
  const { database, items, found, indexer } = await open(t)
  let noted = Promise.resolve<unknown>(undefined)
  await database.transaction(async tx => {
    await replace(tx, indexer, items)
    noted = database.transaction(async other => {
      await file(other, items, 6)
      await note(other, items, 6)
    })
    await wait(200)
  })
  await noted
  assert.deepEqual(await found(6), ids(items))
  assert.deepEqual(await found(3), [])
})

test('a filing that is there and not noted yet, while entries are made anew, is noted in them', async t => {
  const { database, items, found, indexer } = await open(t)
  await database.transaction(async tx => {
    await file(tx, items, 7)
    await database.transaction(other => replace(other, indexer, items))
    await note(tx, items, 7)
  })
  assert.deepEqual(await found(7), ids(items))
  assert.deepEqual(await found(3), [])
})

test('whatever order they come in, the entries say what is filed', async t => {
  const { database, keyring, items, found } = await open(t)
  const works = [4, 5, 6, 7].map(async mailboxId => {
    for (let from = 0; from < items.length; from += 10)
      await database.transaction(async tx => {
        const some = items.slice(from, from + 10)
        await file(tx, some, mailboxId)
        await wait(3)
        await note(tx, some, mailboxId)
      })
  })
  const anew = [1, 2].map(async () => {
    const indexer = createIndexer(keyring)
    for (let from = 0; from < items.length; from += 15)
      await database.transaction(tx => replace(tx, indexer, items.slice(from, from + 15)))
  })
  await Promise.all([...works, ...anew])
  for (const mailboxId of [4, 5, 6, 7]) assert.deepEqual(await found(mailboxId), ids(items), `${mailboxId}`)
  assert.deepEqual(await found(3), [])
})

test('an item that is gone or in quarantine gets no entry', async t => {
  const { database, items, found, indexer } = await open(t)
  const [gone, aside] = [items[0]!, items[1]!]
  await database.execute('delete from search_entry')
  await database.execute('delete from item where item_id = $1', [gone.id])
  await database.execute(`update item set state = 'quarantined' where item_id = $1`, [aside.id])
  await database.transaction(tx => replace(tx, indexer, items))
  assert.deepEqual(await found(3), ids(items.slice(2)))
})
