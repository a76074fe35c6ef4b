/** A poison item costs only itself: it is kept sealed as received, itemised with its reason, and the batch goes on. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { listFailures } from '../../src/pipeline/pipeline.ts'
import { assertComplete, assertSound, testArchive } from '../../src/testing/archive.ts'
import { readKept } from './served.ts'
import {
  ANNA,
  ARRIVAL,
  BO,
  eml,
  MAPPING_CSV,
  PEOPLE_CSV,
  startTinySite,
  type TinyMessage,
  tinyMail,
  tinyRecord,
  WINDOW,
} from './tiny-site.ts'

const good = (id: string) =>
  tinyRecord({ id, from: ANNA.number, to: BO.number, text: `sound ${id}`, subscriberId: 'ua' })
const message = (fields: Record<string, unknown>): TinyMessage => ({
  arrival: ARRIVAL,
  json: JSON.stringify({ networkType: 'O2', gatewayReceivedDate: ARRIVAL, ...fields }),
})

/** What cannot be read at all, by source id; each is set aside. */
const UNREADABLE: Record<string, TinyMessage> = {
  'bad-base64': message({ messageId: 'bad-base64', eml: 'not*base64!' }),
  'no-form': message({ messageId: 'no-form' }),
  'two-forms': message({ messageId: 'two-forms', eml: 'QQ==', body: {} }),
  'body-is-text': message({ messageId: 'body-is-text', body: 'hello' }),
  'body-is-null': message({ messageId: 'body-is-null', body: null }),
}

/** What is strange, and can still be read as far as it goes. */
const STRANGE: TinyMessage[] = [
  message({ messageId: 'empty-body', body: {} }),
  message({
    messageId: 'nulls',
    body: { textContent: 'a\u0000b', from: `${ANNA.number}\u0000`, to: [null] },
  }),
  message({
    messageId: 'lone-\ud800',
    body: { textContent: '\udfff', subject: '\ud83d', from: ANNA.number },
  }),
  message({
    messageId: 'wrong-types',
    body: { textContent: 7, to: { a: 1 }, from: ['x'], attachment: 'none' },
  }),
  message({
    messageId: 'long-number',
    body: { from: '9'.repeat(5000), to: ['x'.repeat(5000)], textContent: 'z' },
  }),
  message({
    messageId: 'a\r\nBcc: evil@example.com',
    body: { subject: 'x\r\nBcc: y@example.com', textContent: '.' },
  }),
  message({
    messageId: 'bad-attachment',
    body: { attachment: [{ name: '../../etc/passwd', content: '%%%' }, 5, null] },
  }),
  tinyMail('empty-mail', '\r\n'),
  tinyMail('no-headers', 'just words'),
  tinyMail('bytes', randomBytes(3000)),
  tinyMail('nul-mail', `From: \0<a@example.com>\r\nSubject: \0\r\n\r\n\0\0\0`),
  tinyMail('endless-mime', `${nestedMime(200)}`),
  tinyMail('open-boundary', 'Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nnever closed'),
  tinyMail('bad-charset', 'Content-Type: text/plain; charset=klingon\r\n\r\n\xff\xfe\xfd'),
  tinyMail('long-header', `Subject: ${'x'.repeat(200_000)}\r\n\r\nx`),
  tinyMail(
    'many-recipients',
    `To: ${Array.from({ length: 3000 }, (_, n) => `a${n}@example.com`).join(', ')}\r\n\r\nx`,
  ),
]

function nestedMime(depth: number): string {
  let text = ''
  for (let level = 0; level < depth; level++)
    text += `Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\n`
  return text
}

test('poison items cost only themselves, and come out as they were received', async t => {
  const bad = Object.values(UNREADABLE)
  const site = await startTinySite(
    [good('m1'), ...bad, good('m2'), ...STRANGE, good('m3')],
    [
      { userId: 'ua', mobile: ANNA.number },
      { userId: 'ub', mobile: BO.number },
    ],
  )
  t.after(() => site.stop())
  const archive = await testArchive(t)
  await archive.addPeople(PEOPLE_CSV)
  const connector = await archive.addConnector(site, 'o2')
  await archive.addMapping(connector, MAPPING_CSV)
  await archive.work()
  const run = await archive.run(connector, WINDOW)
  assertComplete(run)
  assert.equal(run.sourceCount, site.messages.length)
  assert.equal(run.counts.itemsFailed, bad.length)
  assert.equal(run.counts.itemsDuplicate, 0)
  const failures = await listFailures(archive.ground.database, run.runId, { limit: 500 })
  const unreadable = failures.filter(failure => failure.reason === 'unreadable')
  assert.deepEqual(unreadable.map(failure => failure.sourceItemId).sort(), Object.keys(UNREADABLE).sort())
  const kept = await readKept(archive.ground)
  assert.equal(kept.length, site.messages.length)
  assert.equal(kept.filter(item => item.mailboxes.includes(ANNA.mailbox)).length >= 3, true)

  const { itemId } = unreadable.find(failure => failure.sourceItemId === 'bad-base64')!
  const file = join(archive.folder, 'original.json')
  const exported = await archive.command(['message', 'export', itemId, '--original', '--output', file])
  assert.equal(exported.code, 0, exported.stderr)
  assert.equal(await readFile(file, 'utf8'), UNREADABLE['bad-base64']!.json)
  await assertSound(archive)

  const again = await archive.run(connector, WINDOW)
  assertComplete(again)
  assert.equal(again.counts.itemsDuplicate, site.messages.length, 'each is found again by its id')
})

test('e-mail with hostile MIME keeps every byte', async t => {
  const hostile = STRANGE.filter(each => JSON.parse(each.json).eml !== undefined)
  const site = await startTinySite(
    [
      ...hostile,
      tinyMail(
        'good',
        eml({
          id: 'good',
          from: `"A ${ANNA.number}" <${ANNA.mailbox}>`,
          to: BO.mailbox,
          text: 'x',
          user: ANNA.number,
        }),
      ),
    ],
    [{ userId: 'ua', mobile: ANNA.number }],
  )
  t.after(() => site.stop())
  const archive = await testArchive(t)
  await archive.addPeople(PEOPLE_CSV)
  const connector = await archive.addConnector(site, 'enterprise-number')
  await archive.work()
  assertComplete(await archive.run(connector, WINDOW))
  const kept = (await readKept(archive.ground)).map(item => item.bytes.toString('base64')).sort()
  assert.deepEqual(kept, site.messages.map(each => JSON.parse(each.json).eml).sort())
  await assertSound(archive)
})

test('contents that are missing or too large cost their own item, with the reason', async t => {
  const attachment = (contentId: string, size: number) => [
    { name: 'a.bin', contentType: 'application/octet-stream', attachSize: size, contentId },
  ]
  const record = (id: string, contentId: string, size = 10) =>
    tinyRecord({ id, from: ANNA.number, to: BO.number, text: id, attachment: attachment(contentId, size) })
  const mail = (id: string, contentId: string, size: number) =>
    message({ messageId: id, networkType: 'ENTERPRISE_NUMBER', emlContentId: contentId, emlSize: size })
  const site = await startTinySite(
    [
      good('m1'),
      record('gone', 'c-gone'),
      record('large', 'c-large', 3_000_000),
      // Says that it is small, and is not.
      record('liar', 'c-large', 10),
      mail('mail-gone', 'c-gone-too', 500_000),
      mail('mail-large', 'c-large', 3_000_000),
      record('there', 'c-there'),
    ],
    [{ userId: 'ua', mobile: ANNA.number }],
  )
  t.after(() => site.stop())
  site.contents.set('c-large', Buffer.alloc(3_000_000, 1))
  site.contents.set('c-there', Buffer.alloc(10, 2))
  const archive = await testArchive(t)
  await archive.addPeople(PEOPLE_CSV)
  const connector = await archive.addConnector(site, 'o2', { itemSizeMax: 2_000_000 })
  await archive.addMapping(connector, MAPPING_CSV)
  await archive.work()
  const run = await archive.run(connector, WINDOW)
  assertComplete(run)
  const failures = await listFailures(archive.ground.database, run.runId, { limit: 50 })
  assert.deepEqual(failures.map(({ sourceItemId, reason }) => `${sourceItemId} ${reason}`).sort(), [
    'gone content-missing',
    'large item-too-large',
    'liar item-too-large',
    'mail-gone content-missing',
    'mail-large item-too-large',
  ])
  assert.equal(run.counts.itemsFiled, 2)
  await assertSound(archive)
})
