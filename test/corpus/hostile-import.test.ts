/**
 * Strings and values made to break things, in every field that a site can fill: nothing crashes, hangs or vanishes,
 * nothing adds a header to a message, and what was written can be read and found.
 */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { simpleParser } from 'mailparser'
import PostalMime from 'postal-mime'
import { testArchive } from '../../src/testing/archive.ts'
import { requireCorpus } from '../../src/testing/requires.ts'
import { addCorpusConnector, assertWhole, importAll, isFound, keptItems, queryOf, shown } from './kept.ts'
import { serveCorpus } from './site.ts'
import { asEmail, asRecord, type Party, type Served, sha256, type Talk } from './talk.ts'

const OWNER: Party = { number: '447700900001', name: 'Anna Berg', email: 'anna@kestrel-harbour.example' }
const STRANGER: Party = { number: '447700900002', name: 'Bo Ek' }
const OWN_STRINGS = [
  'x\r\nX-Evil: 1',
  'x\nBcc: evil@contoso.example',
  'x\r\n\r\n--boundary\r\nContent-Type: text/html\r\n\r\n<b>',
  '\0',
  'a\0b',
  '\ud800',
  '\u202etxt.exe',
  '=?utf-8?B?WC1FdmlsOiAx?=\r\n X-Evil: 1',
  '"',
  '\\',
  '<>@,;:()[]',
  ' '.repeat(3000),
  'a'.repeat(20_000),
  'é'.repeat(5000),
  '٢٠٢٦ '.repeat(500),
  '../../../../etc/passwd',
  'CON',
]
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  2 ** 53,
  [],
  {},
  [[[]]],
  [null],
  { toString: 1 },
  { __proto__: 1 },
  '',
]

const base = (index: number): Talk => ({
  id: `plain-${index}`,
  time: '2026-09-01T10:00:00Z',
  from: STRANGER,
  to: [OWNER],
  owner: OWNER,
  userId: 'anna',
  text: 'hello',
})

/** The talk with this string as one of its fields. */
const FIELDS: Readonly<Record<string, (talk: Talk, text: string) => Talk>> = {
  text: (talk, text) => ({ ...talk, text }),
  subject: (talk, subject) => ({ ...talk, subject }),
  name: (talk, name) => ({ ...talk, from: { ...STRANGER, name } }),
  sender: (talk, number) => ({ ...talk, from: { number } }),
  receiver: (talk, number) => ({ ...talk, to: [OWNER, { number }] }),
  address: (talk, email) => ({ ...talk, from: { ...STRANGER, email } }),
  group: (talk, groupName) => ({ ...talk, groupId: 'group-1', groupName }),
  groupId: (talk, groupId) => ({ ...talk, groupId }),
  file: (talk, name) => ({
    ...talk,
    files: [{ name, contentType: 'text/plain', bytes: Buffer.from('content') }],
  }),
  userId: (talk, userId) => ({ ...talk, userId }),
  time: (talk, time) => ({ ...talk, time }),
  context: (talk, context) => ({ ...talk, context }),
  id: (talk, id) => ({ ...talk, id }),
}
const everywhere = (talk: Talk, text: string) =>
  Object.values(FIELDS).reduce((made, set) => set(made, text), talk)

test('hostile strings in every field of records and mails cost nothing', async t => {
  const root = requireCorpus(t, 'bad-input')
  if (root === null) return
  const strings = [
    ...new Set([
      ...globSync(join(root, '**/blns*.json')).flatMap(
        path => JSON.parse(readFileSync(path, 'utf8')) as string[],
      ),
      ...OWN_STRINGS,
    ]),
  ]
  assert.ok(strings.length > 400)
  const talks: { talk: Talk; field: string }[] = []
  for (const text of strings) {
    for (const [field, set] of Object.entries(FIELDS))
      talks.push({ talk: set(base(talks.length), text), field })
    talks.push({ talk: everywhere(base(talks.length), text), field: 'all' })
  }
  const site = await serveCorpus(
    t,
    {
      ENTERPRISE_NUMBER: [
        ...talks.map(
          ({ talk }) =>
            () =>
              asEmail(talk),
        ),
        ...strings.map((text, index) => () => rawMail(text, index)),
      ],
      O2: [
        ...talks.map(
          ({ talk }) =>
            () =>
              asRecord(talk),
        ),
        ...oddRecords().map(made => () => made),
      ],
    },
    strings.map((text, index) => ({
      userId: index % 2 === 0 ? text : `user-${index}`,
      userName: text,
      firstName: text,
      lastName: text,
      mobile: index % 3 === 0 ? text : '',
      email: index % 5 === 0 ? text : '',
    })),
  )
  const archive = await testArchive(t)
  await archive.addPeople('Address,Display Name\nanna@kestrel-harbour.example,Anna Berg\n')
  await archive.work()
  for (const network of ['ENTERPRISE_NUMBER', 'O2'] as const) {
    const run = await importAll(archive, site, network, await addCorpusConnector(archive, site, network))
    const { counts } = run
    assert.equal(counts.itemsFailed, 0)
    const waiting = new Map<string, number>()
    for (let index = 0; index < site.count(network); index++)
      waiting.set(sha256(site.original(network, index)), index)
    let kept = 0
    for await (const { itemId, original, message } of keptItems(archive, run)) {
      const digest = sha256(original)
      const index = waiting.get(digest)
      assert.ok(index !== undefined, `${itemId} was not served, or is kept twice`)
      waiting.delete(digest)
      kept++
      const made = talks[index]
      if (!made) continue
      const mail = await PostalMime.parse(message)
      assert.ok(!mail.headers.some(({ key }) => key === 'x-evil' || key === 'bcc'), itemId)
      if (made.field !== 'text') continue
      const expected = shown(made.talk.text.toWellFormed())
      assert.equal(shown(mail.text), expected, itemId)
      assert.equal(shown((await simpleParser(message, { skipTextToHtml: true })).text), expected, itemId)
      const query = queryOf(made.talk.text, 'en')
      if (query)
        assert.ok(
          await isFound(archive, query, itemId),
          `${JSON.stringify(made.talk.text)} is not found by ${query}`,
        )
    }
    assert.equal(kept, site.count(network) - counts.itemsDuplicate)
    // What is not kept is another spelling of an id that is: everything with an id of its own is there.
    for (const index of waiting.values())
      assert.match(talks[index]?.field ?? '', /^(id|all)$/, `number ${index} vanished`)
  }
  await assertWhole(archive)
})

/** Values of the wrong kind, each in each field of a record. */
function oddRecords(): Served[] {
  const { body = {} } = asRecord({ ...base(0), groupId: 'g', groupName: 'G' })
  const nested = { callInfo: {}, dialogGroupName: '', 'fromEnriched.fullName': 1, ...body }
  return Object.keys(nested).flatMap(field =>
    VALUES.map((value, index) => ({
      messageId: `odd-${field}-${index}`,
      body: { ...body, messageId: `odd-${field}-${index}`, [field]: value },
    })),
  )
}

/** A mail whose fields hold the string as it is, in UTF-8: what a careless maker of mail would send. */
function rawMail(text: string, index: number): Served {
  const eml = `From: "${text} 447700900002" <${text}>
To: "Anna Berg 447700900001" <anna@kestrel-harbour.example>
Date: ${text}
Subject: ${text}
X-TELEMESSAGE-ArchiveInitiator: 447700900001
X-TELEMESSAGE-SID: ${text}
X-TELEMESSAGE-GROUP_NAME: ${text}
Content-Type: multipart/mixed; boundary="${text}"

--${text}
Content-Type: text/plain; charset=${text}
Content-Transfer-Encoding: ${text}

${text}
--${text}
Content-Type: ${text}
Content-Disposition: attachment; filename=${text}

${text}
--${text}--
`
  return { messageId: `raw-${index}`, eml: Buffer.from(eml.replaceAll('\n', '\r\n')) }
}
