/**
 * Texts that nobody would type into a phone: whole chat exports, phone backups, XML bombs, calendars and tables as the
 * body of one message, and every line of the chats as a message of its own. Each is found by words from its end.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import PostalMime from 'postal-mime'
import { testArchive } from '../../src/testing/archive.ts'
import { requireCorpus } from '../../src/testing/requires.ts'
import { addCorpusConnector, assertWhole, importAll, isFound, keptItems, queryOf, shown } from './kept.ts'
import { serveCorpus } from './site.ts'
import { asEmail, asRecord, type Party, sha256, type Talk } from './talk.ts'

const FOLDERS = ['bad-input', 'chat-exports', 'csv', 'gammu-phone-data', 'sms-backup-restore', 'vcard-ical']
const OWNER: Party = { number: '447700900001', name: 'Anna Berg', email: 'anna@kestrel-harbour.example' }
const STRANGER: Party = { number: '447700900002', name: 'Bo Ek' }

test('whole files and single lines are texts that are kept and found', async t => {
  const texts: string[] = []
  for (const folder of FOLDERS) {
    const root = requireCorpus(t, folder)
    if (root === null) return
    for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
      if (!statSync(join(root, path)).isFile()) continue
      const text = readFileSync(join(root, path), 'utf8')
      texts.push(text)
      if (folder === 'chat-exports') texts.push(...text.split('\n').filter(line => line !== ''))
    }
  }
  const talks = texts.map(
    (text, index): Talk => ({
      id: `text-${index}`,
      time: new Date(Date.UTC(2026, 8, 1) + index * 1000).toISOString(),
      from: STRANGER,
      to: [OWNER],
      owner: OWNER,
      userId: 'anna',
      text,
    }),
  )
  const site = await serveCorpus(t, {
    ENTERPRISE_NUMBER: talks.map(talk => () => asEmail(talk)),
    O2: talks.map(talk => () => asRecord(talk)),
  })
  const archive = await testArchive(t)
  await archive.addPeople('Address,Display Name\nanna@kestrel-harbour.example,Anna Berg\n')
  await archive.work()
  for (const network of ['ENTERPRISE_NUMBER', 'O2'] as const) {
    const run = await importAll(archive, site, network, await addCorpusConnector(archive, site, network))
    assert.equal(run.counts.itemsFiled, talks.length)
    const indexOf = new Map(talks.map((_, index) => [sha256(site.original(network, index)), index]))
    for await (const { itemId, original, message, flags } of keptItems(archive, run)) {
      const index = indexOf.get(sha256(original))
      assert.ok(index !== undefined)
      const { text } = talks[index]!
      assert.equal(shown((await PostalMime.parse(message)).text), shown(text), `text ${index}`)
      assert.ok(!flags.includes('truncated-text'), `text ${index}`)
      if (text.length < 2000 && index % 50 !== 0) continue
      const query = queryOf(text.slice(-400).replace(/^\S*\s/, ''), 'en')
      if (query) assert.ok(await isFound(archive, query, itemId), `text ${index} by ${query}`)
    }
  }
  await assertWhole(archive)
  t.diagnostic(`${talks.length} texts, the longest of ${Math.max(...texts.map(text => text.length))} letters`)
})
