import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasCode } from '../errors.ts'
import { testDatabase } from '../testing/database.ts'
import { testKeyring } from '../testing/keyring.ts'
import { addEntries } from '../testing/search-items.ts'
import { checkVersion, count, parseQuery, recordVersion, search, updateMailboxes } from './search.ts'

const ALL = { mailboxIds: null }
const nobody = { numbers: [], emails: [], names: [], userIds: [] }

/** One row: an item's body and mailboxes. Ids count from 1. */
async function open(
  t: Parameters<typeof testDatabase>[0],
  items: readonly { body: string; mailboxIds: number[] }[],
) {
  const { database } = await testDatabase(t)
  const keyring = await testKeyring(database)
  await addEntries(
    database,
    keyring,
    items.map(({ body, mailboxIds }, index) => {
      const itemId = Buffer.alloc(16)
      itemId.writeUInt32BE(index + 1, 12)
      return {
        itemId,
        text: { subject: '', body, groupName: null, names: [], attachmentNames: [], attachmentTexts: [] },
        kind: 'sms',
        direction: null,
        sentAt: null,
        from: nobody,
        to: nobody,
        mailboxIds,
        connectorId: 1,
      }
    }),
  )
  const found = async (text: string, mailboxIds: number[] | null) => {
    const page = await search(database, keyring, parseQuery(text), { mailboxIds }, { limit: 100 })
    return page.itemIds.map(id => Number(id.slice(-12))).sort()
  }
  return { database, keyring, found }
}

const idOf = (number: number) => `00000000-0000-0000-0000-${String(number).padStart(12, '0')}`

const LONG = `first ${'word '.repeat(600)} last`

test('an item changes mailboxes in every part, and the second time changes nothing', async t => {
  const { database, found } = await open(t, [
    { body: 'lunch', mailboxIds: [3] },
    { body: LONG, mailboxIds: [3, 4] },
    { body: 'dinner', mailboxIds: [3] },
  ])
  for (let time = 0; time < 2; time++) {
    const added = new Map([
      [idOf(1), [90, 91]],
      [idOf(2), [91]],
    ])
    const removed = new Map([[idOf(2), [3, 90_000]]])
    await database.transaction(tx => updateMailboxes(tx, added, removed))
    assert.deepEqual(await found('*', [91]), [1, 2])
    assert.deepEqual(await found('*', [90]), [1])
    assert.deepEqual(await found('*', [3]), [1, 3])
    assert.deepEqual(await found('*', [9]), [])
    assert.deepEqual(await found('first last "word word word"', [91]), [2])
    assert.deepEqual(await found('mailbox:4 NOT mailbox:90', null), [2])
    assert.deepEqual(await found('NOT lunch', [91]), [2])
  }
})

test('a mailbox is named by its address or number, and an unknown one is refused', async t => {
  const { database, keyring } = await open(t, [
    { body: 'lunch', mailboxIds: [3] },
    { body: 'lunch', mailboxIds: [4] },
  ])
  const named = new Map([['susan@contoso.example', 4]])
  const query = parseQuery('lunch mailbox:Susan@Contoso.example')
  assert.equal(await count(database, keyring, query, { mailboxIds: null, named }), 1)
  assert.equal(await count(database, keyring, query, { mailboxIds: [3], named }), 0)
  assert.equal(await count(database, keyring, parseQuery('NOT mailbox:4'), ALL), 1)
  await assert.rejects(count(database, keyring, query, ALL), error => hasCode(error, 'MAILBOX_UNKNOWN'))
})

test('entries of another tokenizer ask for a reindex', async t => {
  const { database } = await testDatabase(t)
  await database.execute('delete from search_version')
  await assert.rejects(checkVersion(database), error => hasCode(error, 'REINDEX_NEEDED'))
  await recordVersion(database, Date.UTC(2026, 10, 20))
  await checkVersion(database)
  await database.execute('update search_version set tokenizer = tokenizer + 1')
  await assert.rejects(checkVersion(database), error => hasCode(error, 'REINDEX_NEEDED'))
})
