/**
 * Nothing of what was said can be read, or guessed from a digest, anywhere but in the sealed content: every byte of
 * the data folder (objects, the cluster's files, its write-ahead log), of a dump of all tables, and of the logs.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { searchArchive } from '../../src/archive/archive.ts'
import { openDatabase } from '../../src/database/database.ts'
import {
  assertComplete,
  assertSound,
  endProgram,
  openTestArchive,
  startProgram,
  testArchive,
} from '../../src/testing/archive.ts'
import { type Needle, needlesOfDigests, needlesOfText, Searcher } from './needles.ts'
import { readKept } from './served.ts'
import {
  ACCOUNT,
  ANNA,
  ARRIVAL,
  BO,
  eml,
  MAPPING_CSV,
  PEOPLE_CSV,
  startTinySite,
  tinyMail,
  tinyRecord,
  WINDOW,
} from './tiny-site.ts'

/** A word that occurs nowhere else, one for each place in which people's words are found. */
const word = (place: string) => `${place}${randomBytes(6).toString('hex')}`
const WORDS = {
  body: word('body'),
  unicodeBody: `${word('ord')}åäö紫陽花`,
  subject: word('subject'),
  group: word('group'),
  name: word('name'),
  attachment: word('attachment'),
  attached: word('attached'),
  mailBody: word('mailbody'),
  mailSubject: word('mailsubject'),
  mailName: word('mailname'),
  mailThread: word('mailthread'),
  mailFile: word('mailfile'),
  largeMail: word('largemail'),
  streamed: word('streamed'),
  poison: word('poison'),
  unmapped: word('unmapped'),
  query: word('query'),
}
const STREAMED = Buffer.from(`${'x'.repeat(300_000)} ${WORDS.streamed}`)
const ATTACHED = Buffer.from(`a file with ${WORDS.attached} in it`)

function messages() {
  const mail = eml({
    id: 'e1',
    from: `"${WORDS.mailName} ${ANNA.number}" <${ANNA.mailbox}>`,
    to: `"Bo Lapwing ${BO.number}" <${BO.mailbox}>`,
    subject: `about ${WORDS.mailSubject}`,
    headers: `X-TELEMESSAGE-ThreadName: ${WORDS.mailThread}\r\nX-TELEMESSAGE-GROUP_NAME: ${WORDS.mailThread}\r\n`,
    text: `words like ${WORDS.mailBody} here`,
    user: ANNA.number,
  }).replace(
    'Content-Type: text/plain; charset=utf-8\r\n',
    `Content-Type: text/plain; charset=utf-8; name="${WORDS.mailFile}.txt"\r\n`,
  )
  const large = eml({
    id: 'e2',
    from: `"Anna ${ANNA.number}" <${ANNA.mailbox}>`,
    to: `"Bo ${BO.number}" <${BO.mailbox}>`,
    text: `${'y'.repeat(500)}\r\n`.repeat(700) + WORDS.largeMail,
    user: ANNA.number,
  })
  const attachment = (fields: Record<string, unknown>) => ({ contentType: 'text/plain', ...fields })
  return {
    large,
    list: [
      tinyRecord({
        id: 'm1',
        from: ANNA.number,
        to: BO.number,
        fromName: WORDS.name,
        subject: WORDS.subject,
        group: WORDS.group,
        text: `hello ${WORDS.body} and ${WORDS.unicodeBody}`,
        attachment: [
          attachment({
            name: `${WORDS.attachment}.txt`,
            attachSize: ATTACHED.length,
            content: ATTACHED.toString('base64'),
          }),
          attachment({ name: 'streamed.txt', attachSize: STREAMED.length, contentId: 'c1' }),
        ],
      }),
      tinyRecord({
        id: 'm2',
        from: '447700900555',
        to: '447700900556',
        text: WORDS.unmapped,
        subscriberId: 'x',
      }),
      tinyMail('e1', mail),
      {
        arrival: ARRIVAL,
        json: JSON.stringify({
          messageId: 'e2',
          networkType: 'ENTERPRISE_NUMBER',
          gatewayReceivedDate: ARRIVAL,
          emlContentId: 'c2',
          emlSize: large.length,
        }),
      },
      {
        arrival: ARRIVAL,
        json: `{"messageId":"p1","networkType":"O2","gatewayReceivedDate":${ARRIVAL},"body":"${WORDS.poison}"}`,
      },
      {
        arrival: ARRIVAL,
        json: `{"messageId":"p2","networkType":"O2","gatewayReceivedDate":${ARRIVAL},"eml":"${WORDS.poison}!"}`,
      },
    ],
  }
}

test('nothing said is found in the data folder, the database, its log, the queue, or the logs', async t => {
  const { list, large } = messages()
  const site = await startTinySite(list, [{ userId: 'u1', mobile: ANNA.number }])
  t.after(() => site.stop())
  site.contents.set('c1', STREAMED)
  site.contents.set('c2', Buffer.from(large))
  const archive = await testArchive(t, { embedded: true })
  const { ground, actor, folder } = archive
  await archive.addPeople(PEOPLE_CSV)
  const connector = await archive.addConnector(site, 'o2')
  await archive.addMapping(connector, MAPPING_CSV)
  const worker = startProgram(['worker'], { ...archive.environment, HOLDFAST_LOG_LEVEL: 'debug' })
  t.after(() => endProgram(worker))
  const run = await archive.run(connector, WINDOW)
  assertComplete(run)
  assert.equal(run.counts.itemsFailed, 2)
  // It is there, and can be found: the search below looks for things that exist.
  for (const text of [
    WORDS.body,
    WORDS.unicodeBody,
    WORDS.group,
    WORDS.attachment,
    WORDS.mailBody,
    WORDS.largeMail,
  ]) {
    const { itemIds } = await searchArchive(ground, actor, `"${text}"`, { mailboxIds: null }, { limit: 5 })
    assert.equal(itemIds.length, 1, text)
  }
  await searchArchive(ground, actor, WORDS.query, { mailboxIds: null }, { limit: 5 })
  await assertSound(archive)
  const kept = await readKept(ground)
  await endProgram(worker)

  const needles: Needle[] = [
    ...Object.entries(WORDS).flatMap(([place, text]) => needlesOfText(`the word in ${place}`, text)),
    ...Object.entries(WORDS).flatMap(([place, text]) => needlesOfDigests(`the word in ${place}`, text)),
    ...needlesOfText('the password', ACCOUNT.password),
    ...needlesOfDigests('the password', ACCOUNT.password),
    ...kept.flatMap(item => needlesOfDigests(`the original of ${item.itemId}`, item.bytes)),
    ...needlesOfDigests('an attachment', ATTACHED),
    ...needlesOfDigests('a streamed attachment', STREAMED),
    ...needlesOfDigests('a text', `hello ${WORDS.body} and ${WORDS.unicodeBody}`),
  ]
  for (const item of kept) {
    const exported = await archive.command(['message', 'export', item.itemId])
    assert.equal(exported.code, 0, exported.stderr)
    needles.push(...needlesOfDigests(`the message of ${item.itemId}`, exported.stdout))
  }
  const searcher = new Searcher(needles)
  assert.deepEqual(searcher.search('the log', Buffer.from(worker.said)), [])
  assert.deepEqual(await searcher.searchDatabase(ground.database), [])
  await archive.close()
  assert.deepEqual(await searcher.searchFolder(folder), [])
  assert.ok(searcher.bytes > 40_000_000, 'a whole cluster was looked through')

  // And it would have been found: planted in a file, and by a careless program in a table.
  const planted = join(folder, 'objects', 'planted')
  for (const { what, bytes } of needles) {
    const content = Buffer.concat([randomBytes(7), bytes, randomBytes(7)])
    assert.ok(searcher.search('planted', content).includes(`planted: ${what}`), what)
  }
  await writeFile(planted, `...${Buffer.from(`a ${WORDS.body}`).toString('base64')}...`)
  const again = await openTestArchive(t, archive.environment)
  const owner = await openDatabase(again.ground.ownerUrl!)
  await owner.execute('create table holdfast.planted (line text)')
  await owner.execute('insert into holdfast.planted values ($1)', [WORDS.mailBody])
  const inTables = await searcher.searchDatabase(owner)
  assert.deepEqual(inTables, ['holdfast.planted: the word in mailBody, UTF-8'])
  await owner.execute('drop table holdfast.planted')
  await owner.close()
  await again.close()
  const inFiles = await searcher.searchFolder(folder)
  assert.ok(
    inFiles.some(each => each.startsWith(join('objects', 'planted'))),
    'in the file',
  )
  assert.ok(
    inFiles.some(each => /pg_wal.*the word in mailBody/.test(each)),
    'in the write-ahead log',
  )
})
