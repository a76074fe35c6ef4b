/** Who sees and places which holds, what is refused, what a search finds of them, and that none of their words leak. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { countMatches } from '../archive/archive.ts'
import { readEntries } from '../audit/audit.ts'
import { hasCode } from '../errors.ts'
import type { Actor } from '../identity/identity.ts'
import { parseQuery, selectHits } from '../search/search.ts'
import { holder, type TestHolds, testHolds, textItem } from '../testing/holds.ts'
import { FOLDERS, type PlainItem } from '../testing/search-items.ts'
import {
  changeHold,
  evaluateHolds,
  holdsOf,
  listHoldMailboxes,
  listHolds,
  readHoldHistory,
  releaseHold,
  removeDelay,
  reportHold,
  showHold,
} from './hold.ts'

suite('who holds', () => {
  let holds: TestHolds
  const closers: (() => Promise<void>)[] = []
  const t = { after: (work: () => Promise<void>) => void closers.push(work) }
  after(async () => {
    for (const close of closers.reverse()) await close()
  })
  before(async () => {
    holds = await testHolds(t)
  })

  test('who is limited to some mailboxes sees and places holds on these alone', async () => {
    const [mine, other] = [await holds.mailbox('mine'), await holds.mailbox('other')]
    const limited = holder('lisa', [mine])
    const both = await holds.place([mine, other])
    const own = await holds.place([mine], {}, limited)
    await assert.rejects(holds.place([mine, other], {}, limited), error => hasCode(error, 'MAILBOX_UNKNOWN'))
    await assert.rejects(holds.place([mine], { query: `mailbox:${other}` }, limited), error =>
      hasCode(error, 'MAILBOX_UNKNOWN'),
    )
    await assert.rejects(holds.place([mine], { query: 'NOT mailbox:other@example.com' }, limited), error =>
      hasCode(error, 'MAILBOX_UNKNOWN'),
    )
    assert.deepEqual(
      (await listHolds(holds.ground, limited, { limit: 50 })).holds.map(each => each.holdId),
      [own.holdId],
    )
    for (const attempt of [
      () => showHold(holds.ground, limited, both.holdId),
      () => reportHold(holds.ground, limited, both.holdId),
      () => readHoldHistory(holds.ground, limited, both.holdId),
      () => listHoldMailboxes(holds.ground, limited, both.holdId, { limit: 5 }),
      () => changeHold(holds.ground, holds.queue, limited, both.holdId, { days: 1 }),
      () => releaseHold(holds.ground, holds.queue, limited, both.holdId, 'x'),
      () => removeDelay(holds.ground, holds.queue, limited, both.holdId, 'x'),
    ])
      await assert.rejects(attempt(), error => hasCode(error, 'HOLD_UNKNOWN'))
    await assert.rejects(
      changeHold(holds.ground, holds.queue, limited, own.holdId, { mailboxIds: [mine, other] }),
      error => hasCode(error, 'MAILBOX_UNKNOWN'),
    )
    const nobody: Actor = { name: 'person:nils', breakGlass: false, roles: new Map([['Preview', null]]) }
    await assert.rejects(listHolds(holds.ground, nobody, { limit: 5 }), error =>
      hasCode(error, 'ROLE_MISSING'),
    )
    await assert.rejects(holds.place([mine], {}, nobody), error => hasCode(error, 'ROLE_MISSING'))
  })

  test('a hold that lacks what it needs is refused', async () => {
    const box = await holds.mailbox('refused')
    for (const wrong of [
      { name: ' ' },
      { reason: '' },
      { link: 'javascript:alert(1)' },
      { days: 0 },
      { days: 40_000 },
      { query: 'hold:yes' },
      { query: 'zebra OR NOT hold:1' },
      { mailboxIds: [] },
    ])
      await assert.rejects(
        holds.place([box], wrong),
        error => hasCode(error, 'HOLD_INVALID'),
        JSON.stringify(wrong),
      )
    await assert.rejects(holds.place([box], { query: 'zeb*ra' }), error => hasCode(error, 'QUERY_INVALID'))
    await assert.rejects(holds.place([2 ** 30]), error => hasCode(error, 'MAILBOX_UNKNOWN'))
  })

  test('a search finds what is held, what is not, and what a hold holds, within its scope', async () => {
    const [one, two] = [await holds.mailbox('find-1'), await holds.mailbox('find-2')]
    const [a, b, c] = [textItem([one], 'zebra'), textItem([two], 'zebra'), textItem([one, two], 'horse')]
    await holds.add(a, b, c)
    const all = await holds.place([two])
    const some = await holds.place([one], { query: 'zebra' })
    await evaluateHolds(holds.ground)
    const find = async (text: string, mailboxIds: readonly number[]) => {
      const { sql, values } = await selectHits(
        holds.ground.database,
        holds.ground.keyring,
        parseQuery(text),
        {
          mailboxIds,
        },
      )
      const rows = await holds.ground.database.query<{ item_id: string }>(sql, values)
      return rows.map(row => row.item_id).sort()
    }
    const ids = (...items: PlainItem[]) => items.map(each => each.id).sort()
    assert.deepEqual(await find('hold:yes', [one, two]), ids(a, b, c))
    assert.deepEqual(await find('hold:yes', [one]), ids(a))
    assert.deepEqual(await find('hold:no', [one]), ids(c))
    assert.deepEqual(await find(`hold:${all.holdId}`, [one, two]), ids(b, c))
    assert.deepEqual(await find(`zebra AND hold:${all.holdId}`, [one, two]), ids(b))
    assert.deepEqual(await find(`hold:${all.holdId}`, [one]), [])
    assert.deepEqual(await find(`hold:${some.holdId} OR horse`, [one, two]), ids(a, c))
    const searcher: Actor = {
      name: 'person:sam',
      breakGlass: false,
      roles: new Map([['Compliance Search', [one]]]),
    }
    const count = (text: string) => countMatches(holds.ground, searcher, text, { mailboxIds: null })
    assert.equal(await count(`hold:${some.holdId}`), 1)
    await assert.rejects(count(`NOT hold:${all.holdId}`), error => hasCode(error, 'HOLD_UNKNOWN'))
    await assert.rejects(count('hold:999'), error => hasCode(error, 'HOLD_UNKNOWN'))
  })

  test('a thousand mailboxes are held by one act, and rules of each are told', async () => {
    const rows = await holds.ground.database.query<{ mailbox_id: number }>(
      `insert into mailbox (mailbox_id, address, display_name, created_at)
       select (select max(mailbox_id) from mailbox) + n, 'many' || n || '@example.com', 'Many ' || n, now()
       from generate_series(1, 1000) as n returning mailbox_id`,
    )
    const ids = rows.map(row => row.mailbox_id)
    await holds.ground.database.execute(
      `insert into folder (mailbox_id, name) select n, $2 from unnest($1::integer[]) as n`,
      [ids, FOLDERS[0]],
    )
    await holds.add(...ids.map((id, index) => textItem([id], index % 2 === 0 ? 'zebra' : 'horse')))
    const hold = await holds.place(ids, { query: 'zebra' })
    assert.equal(hold.mailboxes, 1000)
    assert.equal((await holdsOf(holds.ground.database, ids, holds.now)).length, 1000)
    await evaluateHolds(holds.ground)
    const report = await reportHold(holds.ground, holds.everyone, hold.holdId)
    assert.deepEqual([report.mailboxes, report.held, report.pending, report.untold], [1000, 500, 0, 0])
    await releaseHold(holds.ground, holds.queue, holds.everyone, hold.holdId, 'done')
  })

  test('acts are in the log, and no word of a hold is readable there or in the tables', async () => {
    const box = await holds.mailbox('secret')
    const secret = 'Kestrelgate'
    const { holdId } = await holds.place([box], {
      name: `${secret} name`,
      reason: `${secret} reason`,
      note: `${secret} note`,
      query: secret,
    })
    await releaseHold(holds.ground, holds.queue, holds.everyone, holdId, `${secret} over`)
    const found = await holds.ground.database.query(
      `select from hold where hold::text ilike $1 union all select from hold_term where hold_term::text ilike $1
       union all select from hold_change where hold_change::text ilike $1
       union all select from audit_entry where audit_entry::text ilike $1
       union all select from pgboss.job where job::text ilike $1`,
      [`%${secret}%`],
    )
    assert.equal(found.length, 0)
    const { entries } = await readEntries(holds.ground.database, { subject: `hold:${holdId}`, limit: 10 })
    assert.deepEqual(entries.map(each => each.act).sort(), ['hold.place', 'hold.release'])
    assert.ok(entries.every(each => each.sealed !== null))
  })
})
