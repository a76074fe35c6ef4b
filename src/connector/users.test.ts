import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '../clock.ts'
import { testArchive } from '../testing/archive.ts'
import { pageUsers, type UserFilter } from './users.ts'

const NOW = Date.UTC(2026, 10, 20, 12)
const DAY = 86_400_000
const NOWHERE = { url: 'http://127.0.0.1:9/', account: { username: 'archive', password: 'Sanderling-4410' } }

test('each registered user comes with the mailbox of today, or why there is none, and the days of silence', async t => {
  const archive = await testArchive(t, { clock: manualClock(NOW) })
  const { ground } = archive
  await archive.addPeople(
    'Address,Display Name,Active To\r\nanna@example.com,Anna Lapwing,\r\nbo@example.com,Bo Lapwing,\r\ncara@example.com,Cara Lapwing,2026-01-01\r\n',
  )
  const connector = await archive.addConnector(NOWHERE, 'o2')
  const { connectorId } = connector
  await archive.addMapping(
    connector,
    'External User ID,Microsoft 365 User Mailbox\r\n447700900101,anna@example.com\r\n',
  )
  const add = (
    userId: string,
    name: string,
    number: string,
    email: string,
    days: number | null,
    app = true,
  ) =>
    ground.database.execute('insert into registered_user values ($1, $2, $3, $4, $5, $6, true, $7, $8)', [
      connectorId,
      userId,
      name,
      number,
      email,
      app,
      new Date(NOW),
      days === null ? null : new Date(NOW - days * DAY - 1000),
    ])
  await add('u1', 'Anna', '+44 7700 900101', '', 0)
  await add('u2', 'Bo', '447700900102', 'bo@example.com', 3, false)
  await add('u3', 'Cara', '447700900103', 'cara@example.com', 40)
  await add('u4', 'Dan', '447700900104', 'dan@elsewhere.example', null)
  const page = (options: { containing?: string; filter?: UserFilter; after?: string; limit?: number } = {}) =>
    pageUsers(ground, connectorId, { filter: 'all', order: 'silence', limit: 50, ...options })
  const { users, totals, next } = await page()
  assert.equal(next, null)
  assert.deepEqual(totals, { users: 4, byCsv: 1, byEmail: 1, unmapped: 2, appOff: 1, silent: 2 })
  assert.deepEqual(
    users.map(user => [
      user.name,
      user.mailbox?.displayName ?? null,
      user.mappedBy,
      user.failure,
      user.silentDays,
    ]),
    [
      ['Dan', null, null, 'mailbox-unknown', null],
      ['Cara', null, null, 'mailbox-not-active', 40],
      ['Bo', 'Bo Lapwing', 'email-property', null, 3],
      ['Anna', 'Anna Lapwing', 'custom-mapping', null, 0],
    ],
  )
  assert.deepEqual(
    (await page({ containing: '07700 900101' })).users.map(user => user.name),
    ['Anna'],
  )
  assert.deepEqual(
    (await page({ filter: 'app-off' })).users.map(user => user.name),
    ['Bo'],
  )
  const first = await page({ limit: 3 })
  const second = await page({ limit: 3, after: first.next! })
  assert.deepEqual(
    second.users.map(user => user.name),
    ['Anna'],
  )
  // A correction is seen at once.
  await archive.addPeople('Address,Display Name\r\ndan@elsewhere.example,Dan Lapwing\r\n')
  assert.equal((await page({ containing: 'dan' })).users[0]!.mailbox?.address, 'dan@elsewhere.example')
})
