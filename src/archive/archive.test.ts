import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ANNA, MAPPING_CSV, PEOPLE_CSV, startTinySite, tinyRecord, WINDOW } from '../../test/e2e/tiny-site.ts'
import { readEntries } from '../audit/audit.ts'
import type { Ground } from '../ground.ts'
import { type Actor, consoleActor } from '../identity/identity.ts'
import { assertComplete, testArchive } from '../testing/archive.ts'
import {
  browseMailbox,
  countMatches,
  listConversations,
  listMailboxFolders,
  listReadableMailboxes,
  openAttachment,
  openMessage,
  proveItem,
  readConversation,
  readFolder,
  readMessage,
  readSealedEntries,
  searchArchive,
  showCustody,
  showItem,
} from './archive.ts'

const EVERYWHERE = { mailboxIds: null }

async function archiveOfOne(t: { after(work: () => Promise<void>): void }) {
  const site = await startTinySite([
    tinyRecord({
      id: 'm1',
      text: 'whimbrel',
      from: ANNA.number,
      to: '447700900900',
      attachment: [{ name: 'a.txt', contentType: 'text/plain', content: 'aGk=' }],
    }),
  ])
  t.after(() => site.stop())
  const archive = await testArchive(t)
  await archive.addPeople(PEOPLE_CSV)
  const connector = await archive.addConnector(site, 'o2')
  await archive.addMapping(connector, MAPPING_CSV)
  await archive.work()
  assertComplete(await archive.run(connector, WINDOW))
  await archive.seal()
  const [item] = await archive.ground.database.query<{ item_id: string; vault_object: string }>(
    'select item_id, vault_object from item',
  )
  return { archive, ground: archive.ground, actor: archive.actor, item: item! }
}

async function readFirstConversation(ground: Ground, actor: Actor): Promise<unknown> {
  const [row] = await ground.database.query<{ conversation: Buffer }>('select conversation from item')
  const key = row!.conversation.toString('base64url')
  return readConversation(ground, actor, { address: ANNA.mailbox }, key, { limit: 5 })
}

/** Every way through the door, and the entry it leaves. */
const READINGS: readonly (readonly [
  string,
  string,
  (g: Ground, a: Actor, id: string) => Promise<unknown>,
])[] = [
  ['item.show', 'item:', showItem],
  ['message.read', 'item:', (g, a, id) => openMessage(g, a, id, 'message')],
  ['message.read', 'item:', (g, a, id) => openMessage(g, a, id, 'original')],
  ['message.read', 'item:', (g, a, id) => readMessage(g, a, id, ANNA.mailbox)],
  ['attachment.read', 'item:', (g, a, id) => openAttachment(g, a, id, 1)],
  ['item.custody', 'item:', showCustody],
  ['item.prove', 'item:', (g, a, id) => proveItem(g, a, id)],
  ['folder.read', 'mailbox:', (g, a) => readFolder(g, a, { address: ANNA.mailbox }, {}, { limit: 5 })],
  [
    'conversation.list',
    'mailbox:',
    (g, a) => listConversations(g, a, { address: ANNA.mailbox }, { limit: 5 }),
  ],
  ['conversation.read', 'mailbox:', readFirstConversation],
  ['mailbox.list', 'mailboxes', (g, a) => listReadableMailboxes(g, a, { limit: 5 })],
  ['mailbox.browse', 'mailbox:', (g, a) => browseMailbox(g, a, ANNA.mailbox, { limit: 5 })],
  ['mailbox.browse', 'mailbox:', (g, a) => listMailboxFolders(g, a, ANNA.mailbox)],
  ['search.run', 'search', (g, a) => searchArchive(g, a, 'whimbrel', EVERYWHERE, { limit: 5 })],
  ['search.count', 'search', (g, a) => countMatches(g, a, 'whimbrel', EVERYWHERE)],
  ['audit.read', 'audit', (g, a) => readSealedEntries(g, a, { limit: 5 })],
]

test('every reading leaves one entry with who read what; a console reading says that it broke the glass', async t => {
  const { ground, item } = await archiveOfOne(t)
  const actor = consoleActor()
  for (const [act, subject, read] of READINGS) {
    const before = await readEntries(ground.database, { limit: 1000 })
    await read(ground, actor, item.item_id)
    const { entries } = await readEntries(ground.database, { limit: 1000 })
    assert.equal(entries.length, before.entries.length + 1, act)
    assert.equal(entries[0]!.act, act)
    assert.equal(entries[0]!.actor, actor.name)
    assert.ok(entries[0]!.subject.startsWith(subject), act)
    assert.equal(entries[0]!.detail.breakGlass, true, act)
  }
})

test('what cannot be recorded is not answered', async t => {
  const { ground, actor, item } = await archiveOfOne(t)
  const silent: Ground = {
    ...ground,
    database: { ...ground.database, transaction: () => Promise.reject(new Error('no entry can be written')) },
  }
  for (const [act, , read] of READINGS)
    await assert.rejects(read(silent, actor, item.item_id), /no entry can be written/, act)
})

test('a reading whose answer fails is recorded all the same', async t => {
  const { ground, actor, item } = await archiveOfOne(t)
  const object = item.vault_object.replaceAll('-', '')
  for await (const { name } of ground.storage.list('vault/'))
    if (name.endsWith(object)) await ground.storage.remove(name)
  const content = await openMessage(ground, actor, item.item_id, 'message')
  await assert.rejects(
    async () => {
      for await (const _ of content.chunks);
    },
    { code: 'STORAGE_MISSING' },
  )
  await assert.rejects(countMatches(ground, actor, 'mailbox:nobody@example.com', EVERYWHERE), {
    code: 'MAILBOX_UNKNOWN',
  })
  const { entries } = await readEntries(ground.database, { actor: actor.name, limit: 2 })
  assert.deepEqual(
    entries.map(entry => entry.act),
    ['search.count', 'message.read'],
  )
})

test('a query is sealed in its entry, and opening what is sealed is recorded in turn', async t => {
  const { ground, actor } = await archiveOfOne(t)
  await searchArchive(ground, actor, 'whimbrel', EVERYWHERE, { limit: 5 })
  const stored = await ground.database.query('select * from audit_entry')
  assert.doesNotMatch(JSON.stringify(stored), /whimbrel/)
  const { entries } = await readSealedEntries(ground, actor, { act: 'search.run', limit: 5 })
  assert.deepEqual(entries[0]!.sealed, { query: 'whimbrel' })
  const after = await readEntries(ground.database, { limit: 1 })
  assert.deepEqual([after.entries[0]!.act, after.entries[0]!.detail.act], ['audit.read', 'search.run'])
})

test('an item or mailbox that is not there is unknown, whatever is asked for', async t => {
  const { ground, actor } = await archiveOfOne(t)
  for (const id of ['', 'nope', "' or true --", '00000000-0000-8000-8000-000000000000'])
    await assert.rejects(showItem(ground, actor, id), { code: 'ITEM_UNKNOWN' })
  await assert.rejects(browseMailbox(ground, actor, 'nobody@example.com', { limit: 1 }), {
    code: 'MAILBOX_UNKNOWN',
  })
})
