/** What people may see who hold a role for some mailboxes only: nothing else, by any way, not even that it is there. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { ANNA, BO, MAPPING_CSV, PEOPLE_CSV, WINDOW } from '../../test/e2e/tiny-site.ts'
import { startReadingSite } from '../../test/portal/reading-site.ts'
import { readEntries } from '../audit/audit.ts'
import type { Ground } from '../ground.ts'
import type { Actor, MailboxScope, Role } from '../identity/identity.ts'
import { assertComplete, testArchive } from '../testing/archive.ts'
import {
  browseMailbox,
  countMatches,
  listConversations,
  listReadableMailboxes,
  openAttachment,
  openHtml,
  openMessage,
  proveItem,
  readConversation,
  readFolder,
  readMessage,
  readSealedEntries,
  readSearch,
  searchArchive,
  showCustody,
  showItem,
} from './archive.ts'

const READERS: readonly Role[] = ['Preview', 'Compliance Search', 'Export']
const EVERYWHERE = { mailboxIds: null }

function person(name: string, scope: MailboxScope, roles: readonly Role[] = READERS): Actor {
  return { name: `person:${name}`, breakGlass: false, roles: new Map(roles.map(role => [role, scope])) }
}

suite('boundaries', () => {
  let ground: Ground
  let anna: number
  let bo: number
  let secret: string
  let both: string
  let ofAnna: string
  let annaReader: Actor
  let boReader: Actor

  const closers: (() => Promise<void>)[] = []
  const t = { after: (work: () => Promise<void>) => void closers.push(work) }
  after(async () => {
    for (const close of closers.reverse()) await close()
  })

  before(async () => {
    const site = await startReadingSite()
    t.after(() => site.stop())
    const archive = await testArchive(t)
    ground = archive.ground
    await archive.addPeople(PEOPLE_CSV)
    const connector = await archive.addConnector(site, 'o2')
    await archive.addMapping(connector, MAPPING_CSV)
    await archive.work()
    assertComplete(await archive.run(connector, WINDOW))
    await archive.seal()
    const mailboxes = await ground.database.query<{ mailbox_id: number; address: string }>(
      'select mailbox_id, address from mailbox',
    )
    const idOf = (address: string) => mailboxes.find(each => each.address === address)!.mailbox_id
    anna = idOf(ANNA.mailbox)
    bo = idOf(BO.mailbox)
    annaReader = person('for-anna', [anna])
    boReader = person('for-bo', [bo])
    const find = async (text: string) =>
      (await searchArchive(ground, archive.actor, text, EVERYWHERE, { limit: 5 })).itemIds[0]!
    secret = await find('plover secret')
    both = await find('crew tide')
    ofAnna = await find('subject:nothing OR whimbrel')
  })

  const entriesOf = async (actor: Actor) =>
    (await readEntries(ground.database, { actor: actor.name, limit: 1000 })).entries

  test('what lies beyond is as if it were not there, by every way of reading', async () => {
    const absent = '019a0000-0000-8000-8000-000000000000'
    const ways: readonly ((id: string) => Promise<unknown>)[] = [
      id => showItem(ground, annaReader, id),
      id => readMessage(ground, annaReader, id),
      id => openMessage(ground, annaReader, id, 'message'),
      id => openMessage(ground, annaReader, id, 'original'),
      id => openAttachment(ground, annaReader, id, 1),
      id => openHtml(ground, annaReader, id, { language: 'en', remote: '' }),
      id => showCustody(ground, annaReader, id),
      id => proveItem(ground, annaReader, id),
    ]
    for (const way of ways) {
      const [beyond, missing] = await Promise.all(
        [secret, absent].map(id =>
          way(id).then(
            () => assert.fail('it was read'),
            (error: Error & { code: string }) => ({
              code: error.code,
              message: error.message.replace(id, 'ID'),
            }),
          ),
        ),
      )
      assert.deepEqual(beyond, missing)
      assert.equal(beyond?.code, 'ITEM_UNKNOWN')
    }
  })

  test('a mailbox beyond is as unknown as one that is not there', async () => {
    const ways: readonly ((address: string) => Promise<unknown>)[] = [
      address => browseMailbox(ground, annaReader, address, { limit: 5 }),
      address => readFolder(ground, annaReader, { address }, {}, { limit: 5 }),
      address => listConversations(ground, annaReader, { address }, { limit: 5 }),
      address => readConversation(ground, annaReader, { address }, 'AAAAAAAAAAA', { limit: 5 }),
      address => countMatches(ground, annaReader, `mailbox:${address} tide`, EVERYWHERE),
      address => readMessage(ground, annaReader, ofAnna, address),
    ]
    for (const way of ways)
      for (const address of [BO.mailbox, 'nobody@example.com'])
        await assert.rejects(way(address), {
          code: 'MAILBOX_UNKNOWN',
          message: 'no mailbox has this address',
        })
  })

  test('searches and counts stay within, whatever the query says', async () => {
    for (const [actor, query, count] of [
      [annaReader, 'plover', 0],
      [boReader, 'plover', 1],
      [boReader, 'whimbrel', 0],
      [annaReader, 'tide', 1],
      [boReader, 'tide', 1],
      [person('nothing', []), '*', 0],
      [person('both', [anna, bo]), 'plover OR whimbrel', 3],
    ] as const) {
      assert.equal(await countMatches(ground, actor, query, EVERYWHERE), count, `${actor.name}: ${query}`)
      assert.equal((await readSearch(ground, actor, query, EVERYWHERE, { limit: 9 })).lines.length, count)
    }
    // Each of these would tell what else an item is filed in, or which numbers mailboxes have.
    for (const query of [
      `mailbox:${bo}`,
      `NOT mailbox:${bo}`,
      `tide OR mailbox:${bo}`,
      'mailbox:99999',
      `-(mailbox:${BO.mailbox})`,
    ])
      await assert.rejects(countMatches(ground, annaReader, query, EVERYWHERE), { code: 'MAILBOX_UNKNOWN' })
    await assert.rejects(countMatches(ground, annaReader, '*', { mailboxIds: [bo] }), {
      code: 'MAILBOX_UNKNOWN',
    })
    await assert.rejects(
      readFolder(ground, annaReader, { address: ANNA.mailbox }, { words: `-mailbox:${bo}` }, { limit: 5 }),
      {
        code: 'MAILBOX_UNKNOWN',
      },
    )
    assert.equal(await countMatches(ground, annaReader, `tide mailbox:${anna}`, EVERYWHERE), 1)
  })

  test('an item shows only those of its filings that the reader may see, and no number of others', async () => {
    const seen = await readMessage(ground, annaReader, both)
    assert.deepEqual(
      seen.filings.map(filing => filing.mailbox),
      [ANNA.mailbox],
    )
    assert.deepEqual(
      (await showItem(ground, boReader, both)).filings.map(filing => filing.mailbox),
      [BO.mailbox],
    )
    assert.equal((await showCustody(ground, annaReader, both)).filings.length, 1)
    assert.equal((await showItem(ground, person('all', null), both)).filings.length, 2)
  })

  test('the list of mailboxes and its counts hold what the reader may see', async () => {
    const list = async (actor: Actor, containing = '') => {
      const page = await listReadableMailboxes(ground, actor, { containing, limit: 10 })
      return [page.total, ...page.mailboxes.map(mailbox => mailbox.address)]
    }
    assert.deepEqual(await list(annaReader), [1, ANNA.mailbox])
    assert.deepEqual(await list(annaReader, 'bo'), [0])
    assert.deepEqual(await list(person('nothing', [])), [0])
    assert.equal((await list(person('all', null)))[0], 4)
  })

  test('a hidden filing opens nothing to a limited reader; who may see everything sees it', async () => {
    await ground.database.execute(
      'update filing set hidden_at = now() where mailbox_id = $1 and item_id = $2',
      [anna, both],
    )
    try {
      await assert.rejects(readMessage(ground, annaReader, both), { code: 'ITEM_UNKNOWN' })
      assert.equal((await showItem(ground, boReader, both)).filings.length, 1)
      assert.equal((await showItem(ground, person('all', null), both)).filings.length, 2)
    } finally {
      await ground.database.execute('update filing set hidden_at = null where item_id = $1', [both])
    }
  })

  test('without the role nothing is read, and the refusal is in the log', async () => {
    const clerk = person('clerk', null, ['Compliance Search', 'Organization Configuration'])
    const place = { address: ANNA.mailbox }
    const ways: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['item.show', () => showItem(ground, clerk, ofAnna)],
      ['message.read', () => readMessage(ground, clerk, ofAnna)],
      ['message.read', () => openMessage(ground, clerk, ofAnna, 'original')],
      ['attachment.read', () => openAttachment(ground, clerk, ofAnna, 1)],
      ['item.custody', () => showCustody(ground, clerk, ofAnna)],
      ['item.prove', () => proveItem(ground, clerk, ofAnna)],
      ['folder.read', () => readFolder(ground, clerk, place, {}, { limit: 5 })],
      ['conversation.list', () => listConversations(ground, clerk, place, { limit: 5 })],
      ['conversation.read', () => readConversation(ground, clerk, place, 'AAAAAAAAAAA', { limit: 5 })],
      ['mailbox.list', () => listReadableMailboxes(ground, clerk, { limit: 5 })],
      ['mailbox.browse', () => browseMailbox(ground, clerk, ANNA.mailbox, { limit: 5 })],
      ['search.run', () => searchArchive(ground, clerk, '*', EVERYWHERE, { limit: 5 })],
      ['audit.read', () => readSealedEntries(ground, clerk, { limit: 5 })],
    ]
    for (const [reading, way] of ways) {
      const before = (await entriesOf(clerk)).length
      await assert.rejects(way(), { code: 'ROLE_MISSING' }, reading)
      const entries = await entriesOf(clerk)
      assert.equal(entries.length, before + 1, reading)
      assert.equal(entries[0]!.act, 'reading.refused')
      assert.equal(entries[0]!.detail.reading, reading)
    }
    assert.ok((await countMatches(ground, clerk, '*', EVERYWHERE)) > 10)
    const previewer = person('previewer', [anna], ['Preview'])
    await assert.rejects(countMatches(ground, previewer, '*', EVERYWHERE), { code: 'ROLE_MISSING' })
    await assert.rejects(proveItem(ground, previewer, ofAnna), { code: 'ROLE_MISSING' })
    assert.equal((await readMessage(ground, previewer, ofAnna)).text.includes('whimbrel'), true)
  })

  test('asking for what lies beyond leaves the same entry as asking for what is not there', async () => {
    const prober = person('prober', [anna])
    await assert.rejects(readMessage(ground, prober, secret))
    await assert.rejects(readMessage(ground, prober, '019a0000-0000-8000-8000-000000000000'))
    await assert.rejects(readFolder(ground, prober, { address: BO.mailbox }, {}, { limit: 5 }))
    const entries = await entriesOf(prober)
    assert.deepEqual(
      entries.map(entry => [entry.act, entry.detail.reason]),
      Array.from({ length: 3 }, () => ['reading.refused', 'unknown']),
    )
    assert.doesNotMatch(JSON.stringify(entries), /bo@example/)
  })

  test('a page of a folder is one entry that names what was on it, and no word that was asked for', async () => {
    const reader = person('pager', [anna])
    const page = await readFolder(
      ground,
      reader,
      { address: ANNA.mailbox },
      { words: 'whimbrel' },
      { limit: 5 },
    )
    const [entry, ...others] = await entriesOf(reader)
    assert.equal(others.length, 0)
    assert.equal(entry!.subject, `mailbox:${anna}`)
    assert.deepEqual(
      entry!.detail.items,
      page.lines.map(line => line.itemId),
    )
    assert.doesNotMatch(JSON.stringify(entry), /whimbrel/)
  })
})
