/** Labels that rules put on what is really imported: at filing, once a query was asked, when attachments were read. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import {
  createLabel,
  createLabelRule,
  explainItem,
  type LabelRuleDraft,
  requestLabelQueries,
} from '../../src/retention/retention.ts'
import { assertComplete, assertSound, testArchive } from '../../src/testing/archive.ts'
import { makePdf } from '../../src/testing/documents.ts'
import { reindex } from '../../src/upkeep/upkeep.ts'
import { ANNA, BO, MAPPING_CSV, PEOPLE_CSV, startTinySite, tinyRecord, WINDOW } from './tiny-site.ts'

const message = (id: string, text: string, files: readonly (readonly [string, string, Buffer])[] = []) =>
  tinyRecord({
    id,
    text,
    from: ANNA.number,
    to: BO.number,
    attachment: files.map(([name, contentType, content]) => ({
      name,
      contentType,
      attachSize: content.length,
      content: content.toString('base64'),
    })),
  })

test('what arrives is labelled by its rules, also by what is in its attachments, and says why it is kept', async t => {
  const pdf = makePdf(['the whimbrel lands'])
  const site = await startTinySite([message('first', 'whimbrel one'), message('second', 'plover two')])
  t.after(() => site.stop())
  const archive = await testArchive(t)
  const { ground, actor } = archive
  const { database } = ground
  await archive.addPeople(PEOPLE_CSV)
  const connector = await archive.addConnector(site, 'o2', { accountId: 'TINY-1' })
  await archive.addMapping(connector, MAPPING_CSV)
  await archive.work()
  const collect = async () => assertComplete(await archive.run(connector, WINDOW))
  await collect()
  const queue = await archive.queue()
  const label = async (name: string, action: 'none' | 'retain') =>
    (
      await createLabel(ground, actor, {
        name,
        description: '',
        action,
        period: action === 'none' ? null : 'P6Y',
        start: 'sent',
        eventTypeId: null,
        review: false,
      })
    ).labelId
  const rule = (labelId: number, more: Partial<LabelRuleDraft>) =>
    createLabelRule(ground, queue, actor, {
      name: 'Rule',
      labelId,
      query: null,
      mailboxIds: null,
      connectorIds: null,
      kinds: null,
      active: true,
      ...more,
    })
  const labelled = () =>
    database.query<{ address: string; label_by: string; copies: number; kept: number }>(
      `select m.address, f.label_by, count(*) as copies, count(f.retain_until) as kept
       from filing f join mailbox m using (mailbox_id) where f.label_id is not null group by 1, 2 order by 1, 2`,
    )
  const come = async (expected: unknown) => {
    for (let tries = 0; ; tries++) {
      // As the served archive does every few seconds.
      await requestLabelQueries(ground, queue)
      const found = await labelled()
      try {
        return assert.deepEqual(found, expected)
      } catch (error) {
        if (tries > 600) throw error
        await wait(50)
      }
    }
  }
  const [bo] = await database.query<{ mailbox_id: number }>(
    'select mailbox_id from mailbox where address = $1',
    [BO.mailbox],
  )
  const birds = await label('Birds', 'retain')
  await rule(birds, { query: 'whimbrel' })
  const all = (copies: number) => ({ address: ANNA.mailbox, label_by: 'query', copies, kept: copies })
  await come([all(1), { ...all(1), address: BO.mailbox }])
  // At once, by a rule without a query: a worker that files knows of it.
  const plain = await label('Of Bo', 'none')
  await rule(plain, { mailboxIds: [bo!.mailbox_id], connectorIds: [connector.connectorId] })
  const byRule = (copies: number) => ({ address: BO.mailbox, label_by: 'rule', copies, kept: 0 })
  await come([all(1), { ...all(1), address: BO.mailbox }, byRule(1)])
  site.messages.push(
    message('third', 'a whimbrel again'),
    message('fourth', 'look at this', [['bird.pdf', 'application/pdf', pdf]]),
  )
  await collect()
  await come([all(3), { ...all(1), address: BO.mailbox }, byRule(3)])
  await reindex(ground, actor, () => {})
  await come([all(3), { ...all(1), address: BO.mailbox }, byRule(3)])
  const [found] = await database.query<{ item_id: string }>(
    `select item_id from filing where label_by = 'query' limit 1`,
  )
  const { filings } = await explainItem(ground, actor, found!.item_id)
  assert.ok(filings.some(filing => filing.label?.name === 'Birds' && filing.verdict === 'kept-until'))
  await assertSound(archive)
})
