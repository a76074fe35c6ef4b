/** What is told of requests for erasure, to whom, and what stands nowhere in the clear. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { hasCode } from '../errors.ts'
import { messageOf, personWith, rita, type TestErasure, testErasure } from '../testing/erasure.ts'
import {
  erasureReportPage,
  erasureReportTable,
  listErasures,
  previewErasure,
  reportErasure,
} from './erasure.ts'

const pat = personWith('pat', 'Preview', 'Compliance Search')
const casey = personWith('casey', 'Preview', 'Compliance Search', 'Case Management')

suite('what is told of erasure requests', () => {
  let given: TestErasure
  let holds: TestErasure['holds']
  const closers: (() => Promise<void>)[] = []
  const t = { after: (work: () => Promise<void>) => void closers.push(work) }
  after(async () => {
    for (const close of closers.reverse()) await close()
  })
  before(async () => {
    given = await testErasure(t)
    holds = given.holds
  })
  const freshNumber = () => given.freshNumber()
  const ask: TestErasure['ask'] = (value, more) => given.ask(value, more)
  const work: TestErasure['work'] = requestId => given.work(requestId)

  test('a report says what was done in plain words, and nothing of others', async () => {
    const [free, held] = [await holds.mailbox('report-free'), await holds.mailbox('report-held')]
    const number = freshNumber()
    await holds.add(
      messageOf(number, [free]),
      messageOf(number, [held], { sentAt: Date.UTC(2026, 8, 7, 9, 30) }),
    )
    await holds.place([held])
    const { requestId } = await ask(`+${number}`)
    await work(requestId)
    const report = await reportErasure(holds.ground, rita, requestId)
    assert.deepEqual([report.erased.items, report.kept.items, report.kept.legalClaims], [1, 1, 1])
    assert.deepEqual(
      report.kept.records.map(each => ({ ...each, at: each.at.toISOString() })),
      [
        {
          at: '2026-09-07T09:30:00.000Z',
          kind: 'sms',
          direction: 'in',
          grounds: ['legal-claims'],
          until: null,
        },
      ],
    )
    const page = erasureReportPage(report, 'en')
    assert.match(page, /Erased for good: one message or call/)
    assert.match(page, /article 17\(3\)\(e\)/)
    assert.match(page, new RegExp(`\\+${number}`))
    const svensk = erasureReportPage(report, 'sv')
    assert.match(svensk, /<html lang="sv">/)
    assert.match(svensk, /rättsliga anspråk/)
    const table = erasureReportTable(report, 'en')
    assert.match(table, /2026-09-07 09:30,Text message,received by us,"?legal claims/)
    for (const text of [page, svensk, table, JSON.stringify(report)])
      for (const foreign of ['lunch', '447700900999', 'report-held', 'Letter of 3 May', 'rita'])
        assert.ok(!text.includes(foreign), `it says "${foreign}"`)
  })

  test('whom it is about stands nowhere in the clear, and only Retention Management sees it', async () => {
    const number = freshNumber()
    const { requestId } = await ask(`+${number}`, { reason: 'a very private reason' })
    await work(requestId)
    for (const table of [
      'erasure_request',
      'erasure_due',
      'erasure_refusal',
      'disposal',
      'tombstone',
      'audit_entry',
    ]) {
      const [row] = await holds.ground.database.query<{ found: number }>(
        `select count(*) as found from ${table} as each where each::text like $1 or each::text like $2`,
        [`%${number}%`, '%private reason%'],
      )
      assert.equal(row!.found, 0, table)
    }
    for (const actor of [pat, casey]) {
      await assert.rejects(listErasures(holds.ground, actor, { limit: 10 }), (error: Error) =>
        hasCode(error, 'ROLE_MISSING'),
      )
      await assert.rejects(reportErasure(holds.ground, actor, requestId), (error: Error) =>
        hasCode(error, 'ROLE_MISSING'),
      )
    }
    const { requests } = await listErasures(holds.ground, rita, { limit: 1 })
    assert.equal(requests[0]!.reason, 'a very private reason')
  })

  test('what is no number with its country and no address is refused by its place', async () => {
    for (const value of ['07700 900123', '60123', 'Susan Jones', '+44', 'susan@', ''])
      await assert.rejects(
        previewErasure(holds.ground, rita, [{ value: '+447700900100' }, { value }]),
        (error: Error) => hasCode(error, 'ERASURE_INVALID') && /identity 2/.test(error.message),
        value,
      )
    await assert.rejects(ask('+447700900100', { reason: ' ' }), (error: Error) =>
      hasCode(error, 'ERASURE_INVALID'),
    )
  })
})
