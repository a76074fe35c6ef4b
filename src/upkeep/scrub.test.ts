/** After a disposal and a scrub, nothing of the item is in the server's files or in a dump, and nothing opens. */
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { MAPPING_CSV, PEOPLE_CSV, startTinySite, tinyRecord, WINDOW } from '../../test/e2e/tiny-site.ts'
import { searchArchive } from '../archive/archive.ts'
import { parseItemId } from '../message/message.ts'
import { disposeFilings, finishDisposals } from '../retention/retention.ts'
import { assertSound, testArchive, testFolder } from '../testing/archive.ts'
import { readWhole, vaultObjectName } from '../vault/vault.ts'
import { backupArchive, scrubDatabase } from './upkeep.ts'

const OUTSIDER = '447700900777'
const WORD = 'quahogtidewrack'

/** None of these is ever stored. */
const PLAIN = new Map([
  ['the word', Buffer.from(WORD)],
  ['the word in hexadecimal', Buffer.from(Buffer.from(WORD).toString('hex'))],
])

type ItemRow = {
  readonly item_id: string
  readonly item_key: Buffer
  readonly source_key: Buffer
  readonly conversation: Buffer
  readonly vault_object: string
  readonly vault_offset: number
  readonly original_size: number
  readonly message_size: number
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
}

/** Which of these are in which files. */
async function findAll(folder: string, needles: ReadonlyMap<string, Buffer>): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  for (const file of await filesBelow(folder)) {
    const bytes = await readFile(file).catch(() => Buffer.alloc(0))
    for (const [name, needle] of needles)
      if (bytes.includes(needle)) found.set(name, [...(found.get(name) ?? []), file.slice(folder.length)])
  }
  return found
}

test('after a scrub the key, the words and the parties of an item are in no file of the server', async t => {
  const site = await startTinySite([
    tinyRecord({ id: 'gone', from: '447700900101', to: OUTSIDER, text: `the ${WORD} is high tonight` }),
    tinyRecord({ id: 'kept', from: '447700900101', to: '447700900102', text: 'the ordinary tide is low' }),
  ])
  t.after(() => site.stop())
  const archive = await testArchive(t, { embedded: true })
  const { ground, actor } = archive
  const { database } = ground
  await archive.addPeople(PEOPLE_CSV)
  const connector = await archive.addConnector(site, 'o2', { accountId: 'TINY-1' })
  await archive.addMapping(connector, MAPPING_CSV)
  const worker = await archive.work()
  assert.equal((await archive.run(connector, WINDOW)).status, 'complete')
  await worker.stop()

  const [gone] = (await searchArchive(ground, actor, WORD, { mailboxIds: null }, { limit: 5 })).itemIds
  const [row] = await database.query<ItemRow>('select * from item where item_id = $1', [gone])
  const [other] = await database.query<ItemRow>('select * from item where item_id <> $1', [gone])
  // Those of its lexemes that no other item has.
  const lexemes = await database.query<{ lexeme: string }>(
    `select lexeme from search_entry, unnest(vector) where item_id = $1
     except select lexeme from search_entry, unnest(vector) where item_id <> $1`,
    [gone],
  )
  assert.ok(lexemes.length > 3)
  const needles = new Map([
    ['wrapped key', row!.item_key],
    ['number', Buffer.from(OUTSIDER)],
    ['conversation', Buffer.from(row!.conversation)],
    ['key at the source', Buffer.from(row!.source_key)],
    ...lexemes.map(({ lexeme }, index) => [`word ${index}`, Buffer.from(lexeme)] as const),
  ])
  await database.execute('analyze item, search_entry')
  const server = join(archive.folder, 'database')
  const before = await findAll(server, needles)
  assert.deepEqual([...before.keys()].sort(), [...needles.keys()].sort(), 'each is somewhere before')
  const inLog = (found: Map<string, string[]>, name: string) =>
    found.get(name)?.some(each => /pg_wal/.test(each))
  for (const name of ['wrapped key', 'number', 'word 0'])
    assert.ok(inLog(before, name), `${name} is in the log`)
  assert.deepEqual(await findAll(archive.folder, PLAIN), new Map(), 'nothing of it is in the clear even now')

  const filings = await database.query<{ mailboxId: number; itemId: string }>(
    `select mailbox_id as "mailboxId", item_id as "itemId" from filing where item_id = $1`,
    [gone],
  )
  await database.transaction(tx =>
    disposeFilings(ground, tx, filings, { type: 'erasure', requestId: 1 }, 'person:tester'),
  )
  const { words } = await finishDisposals(ground)
  assert.ok(words > 0)
  // Its rows are gone, and its bytes are not: what is looked for afterwards would be found.
  const meanwhile = await findAll(server, needles)
  assert.ok(meanwhile.has('wrapped key') && meanwhile.has('number') && meanwhile.has('word 0'))
  const done = await scrubDatabase(ground, actor)
  assert.equal(done.log, true)
  assert.deepEqual(await findAll(server, needles), new Map())
  assert.deepEqual(await findAll(archive.folder, PLAIN), new Map())

  const folder = join(await testFolder(), 'backup')
  await backupArchive(ground, actor, folder)
  // A dump writes bytes as hexadecimal digits.
  const written = new Map(
    [...needles].flatMap(([name, needle]) => [
      [name, needle] as const,
      [`${name} in hexadecimal`, Buffer.from(needle.toString('hex'))] as const,
    ]),
  )
  assert.deepEqual(await findAll(folder, written), new Map())
  // What stays is found in it, the same way.
  const [lexeme] = await database.query<{ lexeme: string }>(
    'select lexeme from search_entry, unnest(vector) limit 1',
  )
  const staying = new Map([
    ['wrapped key', Buffer.from(other!.item_key.toString('hex'))],
    ['word', Buffer.from(lexeme!.lexeme)],
    ['conversation', Buffer.from(other!.conversation.toString('hex'))],
  ])
  assert.deepEqual([...(await findAll(folder, staying)).keys()].sort(), [...staying.keys()].sort())

  // What the words began with is in no page of the lexicon; the object is there for its other item.
  const found = await searchArchive(ground, actor, 'quahog*', { mailboxIds: null }, { limit: 5 })
  assert.deepEqual(found.itemIds, [])
  const open = (which: ItemRow, key: Buffer) =>
    readWhole(
      ground.storage,
      {
        name: vaultObjectName(which.vault_object),
        offset: which.vault_offset,
        originalSize: which.original_size,
        messageSize: which.message_size,
      },
      parseItemId(which.item_id),
      ground.keyring.unwrapItemKey(key),
      'original',
    )
  assert.equal(row!.vault_object, other!.vault_object)
  const keys = await database.query<{ item_key: Buffer }>('select item_key from item')
  assert.equal(keys.length, 1)
  assert.ok((await open(other!, keys[0]!.item_key)).length > 0)
  await assert.rejects(open(row!, keys[0]!.item_key), { code: 'VAULT_DAMAGED' })
  // With the key that is nowhere any more it would open: the object is the same.
  assert.ok((await open(row!, row!.item_key)).includes(WORD))
  await assertSound(archive)
})
