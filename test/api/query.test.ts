/** What the API says of queries: live checks, the catalogue of properties, and values within the caller's boundary. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { CATALOGUE } from '../../src/connector/connector.ts'
import { ITEM_CLASSES, parseQuery } from '../../src/search/search.ts'
import { type TestApi, type TestCaller, testApi } from '../../src/testing/api.ts'
import { assertComplete, type TestArchive, testArchive } from '../../src/testing/archive.ts'
import { ANNA, BO, MAPPING_CSV, PEOPLE_CSV, startTinySite, tinyRecord, WINDOW } from '../e2e/tiny-site.ts'

suite('queries over the API', () => {
  const closers: (() => Promise<void>)[] = []
  const t = { after: (work: () => Promise<void>) => void closers.push(work) }
  let archive: TestArchive
  let api: TestApi
  let searcher: TestCaller
  let limited: TestCaller
  after(async () => {
    for (const close of closers.reverse()) await close()
  })

  before(async () => {
    const site = await startTinySite([
      tinyRecord({ id: 'Q1', from: ANNA.number, to: BO.number, text: 'lunch' }),
    ])
    t.after(() => site.stop())
    archive = await testArchive(t, {})
    await archive.addPeople(PEOPLE_CSV)
    const o2 = await archive.addConnector(site, 'o2', { accountId: 'TINY-1' })
    await archive.addMapping(o2, MAPPING_CSV)
    await archive.work()
    assertComplete(await archive.run(o2, WINDOW))
    api = await testApi(t, archive)
    searcher = await api.personWith(['Compliance Search'])
    const [bo] = await archive.ground.database.query<{ mailbox_id: number }>(
      'select mailbox_id from mailbox_address where address = $1',
      [BO.mailbox],
    )
    limited = await api.personWith(['Preview'], { mailboxes: [bo!.mailbox_id], conditions: [] })
  })

  const check = async (query: string, caller = searcher) => {
    const answer = await caller.call('POST', '/api/search/check', { body: { query } })
    assert.equal(answer.status, 200, answer.text)
    return answer.json()
  }
  const suggest = async (property: string, beginning = '', caller = searcher) => {
    const answer = await caller.call('POST', '/api/search/suggestions', { body: { property, beginning } })
    assert.equal(answer.status, 200, answer.text)
    return answer.json().values as { value: string; text: string }[]
  }

  test('a right query has terms and notes, a wrong one a place and a sentence, and neither is an error', async () => {
    assert.deepEqual(await check('lunch kind:sms'), { ok: true, terms: 2, notes: [] })
    const noted = await check('kind:sms kind:mms')
    assert.equal(noted.notes[0].reason, 'same-property')
    assert.match(noted.notes[0].text, /Write AND/)
    const wrong = await check('lunch kind:zebra', limited)
    assert.deepEqual([wrong.ok, wrong.at, wrong.length, wrong.reason], [false, 11, 5, 'choice'])
    assert.match(wrong.expected, /^expected one of sms, mms/)
    assert.ok(!JSON.stringify(wrong).includes('zebra'))
    for (const query of ['', '(', '"', 'a '.repeat(200_000), '\uD800'])
      assert.equal((await check(query)).ok, false)
    assert.equal((await check('sent:today')).ok, true)
  })

  test('a check leaves nothing in the log, and takes no query in the address', async () => {
    const count = async () => {
      const [row] = await archive.ground.database.query<{ count: number }>(
        'select count(*) as count from audit_entry',
      )
      return row!.count
    }
    const entries = await count()
    await check('lunch')
    assert.equal(await count(), entries)
    assert.equal((await searcher.call('GET', '/api/search/check?query=lunch')).status, 404)
  })

  test('every property of the catalogue has an example that is a query', async () => {
    const { properties, intervals } = (await searcher.call('GET', '/api/search/properties')).json()
    assert.ok(properties.length >= 20)
    assert.ok(intervals.includes('last month'))
    for (const property of properties) {
      parseQuery(property.example, 0)
      assert.equal((await check(property.example)).ok, true, property.example)
      for (const choice of property.choices ?? [])
        assert.equal((await check(`${property.name}:${choice}`)).ok, true, choice)
      for (const name of property.synonyms)
        assert.equal((await check(property.example.replace(property.name, name))).ok, true, name)
    }
  })

  test('values are of what the caller may search', async () => {
    assert.deepEqual(await suggest('mailbox', 'lapw'), [
      { value: ANNA.mailbox, text: 'Anna Lapwing' },
      { value: BO.mailbox, text: 'Bo Lapwing' },
    ])
    assert.deepEqual(await suggest('from', 'lapw', limited), [{ value: BO.mailbox, text: 'Bo Lapwing' }])
    assert.deepEqual(await suggest('sender', 'anna', limited), [])
    assert.deepEqual(await suggest('folder', 'sms'), [
      { value: 'O2 SMS and Voice Network Archiver', text: '' },
    ])
    assert.equal((await suggest('connector')).length, 1)
    assert.deepEqual(await suggest('kind', 'vo'), [
      { value: 'voice-call', text: '' },
      { value: 'voicemail', text: '' },
    ])
    assert.deepEqual(await suggest('sent', 'last m'), [{ value: 'last month', text: '' }])
    assert.deepEqual((await suggest('itemclass', 'whats'))[0]?.value, 'ipm.externaldata.whatsapparchiver*')
    assert.deepEqual(await suggest('zebra'), [])
  })

  test('a value that is offered is one that the query takes', async () => {
    for (const property of [
      'mailbox',
      'from',
      'folder',
      'connector',
      'kind',
      'itemclass',
      'status',
      'direction',
      'sent',
    ])
      for (const { value } of await suggest(property))
        assert.equal((await check(`${property}:"${value}"`)).ok, true, `${property}:${value}`)
  })

  test('naming people is recorded, with what was asked for sealed', async () => {
    await suggest('mailbox', 'lapwing')
    const [entry] = await archive.ground.database.query<{ act: string; content: string }>(
      'select act, to_jsonb(audit_entry)::text as content from audit_entry order by entry_id desc limit 1',
    )
    assert.equal(entry?.act, 'mailbox.list')
    assert.ok(!entry.content.includes('lapwing'))
  })

  test('item classes are known for every product, and are those of the catalogue', () => {
    assert.deepEqual(
      Object.keys(ITEM_CLASSES),
      CATALOGUE.map(product => product.id),
    )
    for (const { id, itemClass } of CATALOGUE) {
      assert.equal(itemClass, `IPM.ExternalData.${ITEM_CLASSES[id]![0]}`)
      assert.deepEqual(parseQuery(`itemclass:${itemClass}*`), { type: 'product', products: [id] })
    }
  })
})
