/** What is filed carries from the first how long it is kept, wherever it goes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ANNA,
  ARRIVAL,
  BO,
  MAPPING_CSV,
  PEOPLE_CSV,
  startTinySite,
  tinyMail,
  tinyRecord,
  WINDOW,
} from '../../test/e2e/tiny-site.ts'
import type { KeepingRules, Policy } from '../retention/retention.ts'
import { testArchive } from '../testing/archive.ts'
import { type Bearings, openBearings } from './bearings.ts'
import { collectRun } from './collect.ts'
import { fileBatch } from './file-batch.ts'

const YEARS = 365.25 * 86_400_000

const retain = (years: number, more: Partial<Policy> = {}): Policy => ({
  policyId: years,
  action: 'retain-then-delete',
  period: { years, months: 0, days: 0 },
  start: { from: 'sent' },
  specific: true,
  review: false,
  connectorIds: null,
  kinds: null,
  ...more,
})

const rulesWith = (...policies: Policy[]): KeepingRules => ({
  policies,
  labels: [
    {
      labelId: 5,
      action: 'retain',
      period: null,
      start: { from: 'sent' },
      review: false,
    },
  ],
  labelRules: [],
  holds: [],
})

test('each filing is kept by the rules of its own mailbox, an unmapped or broken item by those of theirs', async t => {
  const site = await startTinySite([
    tinyRecord({ id: 'm1', text: 'knot', from: ANNA.number, to: BO.number, arrival: ARRIVAL }),
    tinyRecord({ id: 'm2', text: 'dunlin', from: '447700900555', to: '447700900556', arrival: ARRIVAL }),
    tinyMail('m3', Buffer.alloc(0)),
  ])
  t.after(() => site.stop())
  const archive = await testArchive(t)
  const { ground } = archive
  await archive.addPeople(PEOPLE_CSV)
  const connector = await archive.addConnector(site, 'o2')
  await archive.addMapping(connector, MAPPING_CSV)
  const queue = await archive.queue()
  const { runId } = await archive.request(connector, WINDOW)
  await collectRun(ground, queue, runId, AbortSignal.timeout(20_000))

  const mailboxes = await ground.database.query<{ mailbox_id: number; name: string }>(
    `select mailbox_id, case kind when 'person' then split_part(address, '@', 1) else kind end as name from mailbox`,
  )
  const byName: Record<string, KeepingRules> = {
    anna: rulesWith(retain(7)),
    bo: {
      ...rulesWith(retain(3)),
      labelRules: [{ labelId: 5, connectorIds: [connector.connectorId], kinds: ['sms', 'chat', 'mms'] }],
    },
    unmapped: rulesWith(retain(2)),
    quarantine: rulesWith(retain(1, { start: { from: 'imported' } })),
  }
  const rules = new Map(mailboxes.map(({ mailbox_id: id, name }) => [id, byName[name]!]))
  const own = openBearings(ground)
  const bearings: Bearings = {
    of: async of => ({ ...(await own.of(of)), keeping: { of: async () => rules } }),
  }
  for (const { batch_id: batchId } of await ground.database.query<{ batch_id: number }>(
    'select batch_id from batch',
  ))
    await fileBatch(ground, queue, bearings, batchId)

  const rows = await ground.database.query<{
    name: string
    years: number
    due: boolean
    label_id: number
    by: string
  }>(
    `select case b.kind when 'person' then split_part(b.address, '@', 1) else b.kind end as name, label_id, label_by as by,
       case when f.retain_until = 'infinity' then 1e9 else extract(epoch from f.retain_until - coalesce(i.sent_at, i.arrived_at))
         * 1000 / $1::float8 end::float8 as years, f.delete_at = f.retain_until as due
     from filing f join mailbox b using (mailbox_id) join item i using (item_id) order by name`,
    [YEARS],
  )
  assert.deepEqual(
    rows.map(row => [
      row.name,
      row.years > 1e6 ? 'ever' : Math.round(row.years),
      row.due,
      row.label_id,
      row.by,
    ]),
    [
      ['anna', 7, true, null, null],
      ['bo', 'ever', null, 5, 'rule'],
      ['quarantine', 1, true, null, null],
      ['unmapped', 2, true, null, null],
    ],
  )
  const [items] = await ground.database.query(
    `select count(*) filter (where i.retain_until = m.until) as mirrored, count(*) as items,
       count(*) filter (where i.retain_until = 'infinity') as ever
     from item i join (select item_id, max(retain_until) as until from filing group by 1) m using (item_id)`,
  )
  assert.deepEqual(items, { mirrored: 3, items: 3, ever: 1 })
})
