/** What search could not see: counted and listed for those who may, as far as they reach, and recorded. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import {
  ANNA,
  BO,
  MAPPING_CSV,
  PEOPLE_CSV,
  startTinySite,
  tinyRecord,
  WINDOW,
} from '../../test/e2e/tiny-site.ts'
import { readEntries } from '../audit/audit.ts'
import { hasCode } from '../errors.ts'
import type { Actor, MailboxScope, Role } from '../identity/identity.ts'
import { assertComplete, testArchive } from '../testing/archive.ts'
import { writeZip } from '../testing/zip-writer.ts'
import { countPartiallyIndexed, countUnread, listPartiallyIndexed } from './archive.ts'

const PICTURE = Buffer.from('89504e470d0a1a0a0000000d', 'hex')
const LOCKED = writeZip([{ name: 'a.txt', content: Buffer.from('x'), flags: 0x0801 }])
const OUTSIDER = '447700900777'
const EVERYWHERE = { mailboxIds: null }

function person(name: string, scope: MailboxScope, ...roles: Role[]): Actor {
  return { name: `person:${name}`, breakGlass: false, roles: new Map(roles.map(role => [role, scope])) }
}

const file = (name: string, content: Buffer) => ({
  name,
  contentType: 'application/octet-stream',
  content: content.toString('base64'),
})

const record = (id: string, from: string, to: string, files: readonly (readonly [string, Buffer])[]) =>
  tinyRecord({
    id,
    from,
    to,
    text: `message ${id}`,
    msisdn: from === OUTSIDER ? to : from,
    direction: from === OUTSIDER ? 'In' : 'Out',
    attachment: files.map(([name, content]) => file(name, content)),
  })

test('what search could not see is counted and listed by reason, within what one may see', async t => {
  const site = await startTinySite([
    record('M-1', ANNA.number, OUTSIDER, [
      ['photo.png', PICTURE],
      ['locked.zip', LOCKED],
    ]),
    record('M-2', ANNA.number, BO.number, [
      ['both.png', PICTURE],
      ['note.txt', Buffer.from('read')],
    ]),
    record('M-3', BO.number, OUTSIDER, [['locked.zip', LOCKED]]),
    record('M-4', BO.number, OUTSIDER, [['note.txt', Buffer.from('read to its end')]]),
  ])
  t.after(() => site.stop())
  const archive = await testArchive(t)
  const { ground } = archive
  await archive.addPeople(PEOPLE_CSV)
  const connector = await archive.addConnector(site, 'o2', { accountId: 'TINY-1' })
  await archive.addMapping(connector, MAPPING_CSV)
  await archive.work()
  assertComplete(await archive.run(connector, WINDOW))
  for (let looks = 0; looks < 600; looks++) {
    if ((await countUnread(ground.database, EVERYWHERE)).notYetIndexed === 0) break
    await wait(50)
  }

  const all = await countPartiallyIndexed(ground, archive.actor, EVERYWHERE)
  assert.deepEqual(all, {
    partiallyIndexed: 3,
    notYetIndexed: 0,
    byReason: [
      { reason: 'encrypted', items: 2, attachments: 2 },
      { reason: 'media', items: 2, attachments: 2 },
    ],
  })

  const mailboxes = await ground.database.query<{ mailbox_id: number; address: string }>(
    'select mailbox_id, address from mailbox',
  )
  const idOf = (address: string) => mailboxes.find(each => each.address === address)!.mailbox_id
  const [anna, bo] = [idOf(ANNA.mailbox), idOf(BO.mailbox)]
  const reader = person('reader', [anna], 'Preview', 'Compliance Search')
  assert.equal((await countPartiallyIndexed(ground, reader, EVERYWHERE)).partiallyIndexed, 2)
  const { lines, next } = await listPartiallyIndexed(ground, reader, EVERYWHERE, { limit: 10 })
  assert.equal(next, null)
  assert.deepEqual(
    lines.map(line => [line.number, line.reason, line.name, line.mailboxes]).sort(),
    [
      [1, 'media', 'both.png', [ANNA.mailbox]],
      [1, 'media', 'photo.png', [ANNA.mailbox]],
      [2, 'encrypted', 'locked.zip', [ANNA.mailbox]],
    ].sort(),
  )
  const locked = await listPartiallyIndexed(ground, archive.actor, EVERYWHERE, {
    reason: 'encrypted',
    limit: 10,
  })
  assert.deepEqual(
    locked.lines.map(line => line.name),
    ['locked.zip', 'locked.zip'],
  )

  // A page at a time is the same as all at once.
  const paged: string[] = []
  for (let after: string | undefined, pages = 0; pages < 9; pages++) {
    const page = await listPartiallyIndexed(ground, archive.actor, EVERYWHERE, {
      limit: 1,
      ...(after ? { after } : {}),
    })
    paged.push(...page.lines.map(line => `${line.itemId}.${line.number}`))
    if (page.next === null) break
    after = page.next
  }
  const whole = await listPartiallyIndexed(ground, archive.actor, EVERYWHERE, { limit: 100 })
  assert.deepEqual(
    paged,
    whole.lines.map(line => `${line.itemId}.${line.number}`),
  )

  // Beyond the boundary, without the role, and with a cursor that no page gave.
  await assert.rejects(countPartiallyIndexed(ground, reader, { mailboxIds: [bo] }), error =>
    hasCode(error, 'MAILBOX_UNKNOWN'),
  )
  assert.equal((await countPartiallyIndexed(ground, reader, { mailboxIds: [] })).partiallyIndexed, 0)
  const counter = person('counter', null, 'Compliance Search')
  await assert.rejects(listPartiallyIndexed(ground, counter, EVERYWHERE, { limit: 1 }), error =>
    hasCode(error, 'ROLE_MISSING'),
  )
  await assert.rejects(listPartiallyIndexed(ground, reader, EVERYWHERE, { limit: 1, after: 'x' }), error =>
    hasCode(error, 'USAGE'),
  )
  const { entries } = await readEntries(ground.database, { actor: reader.name, limit: 100 })
  const acts = entries.map(entry => entry.act)
  assert.ok(acts.includes('partially-indexed.count') && acts.includes('partially-indexed.read'))
})

test('only folders and connectors that were asked for are counted', async t => {
  const site = await startTinySite([record('M-1', ANNA.number, BO.number, [['photo.png', PICTURE]])])
  t.after(() => site.stop())
  const archive = await testArchive(t)
  await archive.addPeople(PEOPLE_CSV)
  const connector = await archive.addConnector(site, 'o2', { accountId: 'TINY-1' })
  await archive.addMapping(connector, MAPPING_CSV)
  const worker = await archive.work()
  assertComplete(await archive.run(connector, WINDOW))
  await worker.stop()
  const count = async (scope: object) => {
    const { partiallyIndexed, notYetIndexed } = await countUnread(archive.ground.database, {
      mailboxIds: null,
      ...scope,
    })
    return partiallyIndexed + notYetIndexed
  }
  const [{ name }] = (await archive.ground.database.query<{ name: string }>(
    'select distinct name from folder',
  )) as [{ name: string }]
  assert.equal(await count({ folders: [name] }), 1)
  assert.equal(await count({ folders: ['Elsewhere'] }), 0)
  assert.equal(await count({ connectorIds: [connector.connectorId] }), 1)
  assert.equal(await count({ connectorIds: [connector.connectorId + 1] }), 0)
})
