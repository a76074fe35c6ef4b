/** Every emoji of Unicode's own list as a message, found by that emoji in whatever style it is typed. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import PostalMime from 'postal-mime'
import { testArchive } from '../../src/testing/archive.ts'
import { requireCorpus } from '../../src/testing/requires.ts'
import { addCorpusConnector, assertWhole, importAll, isFound, keptItems, shown } from './kept.ts'
import { serveCorpus } from './site.ts'
import { asEmail, asRecord, type Party, sha256, type Talk } from './talk.ts'

const OWNER: Party = { number: '447700900001', name: 'Anna Berg', email: 'anna@kestrel-harbour.example' }
const STEP = 29

test('every emoji is kept and found', async t => {
  const root = requireCorpus(t, 'emoji')
  if (root === null) return
  const emoji = globSync(join(root, '**/emoji-*test*.txt'))
    .flatMap(path => readFileSync(path, 'utf8').split('\n'))
    .flatMap(line => {
      const codes = /^([0-9A-F ]+?) *; /.exec(line)?.[1]
      return codes ? [String.fromCodePoint(...codes.split(' ').map(code => Number.parseInt(code, 16)))] : []
    })
  assert.ok(emoji.length > 4000)
  const talks = emoji.map((each, index): Talk => {
    const time = new Date(Date.UTC(2026, 8, 1) + index * 1000).toISOString()
    const text = index % 3 === 0 ? each : index % 3 === 1 ? `ok ${each} now` : `ok${each}${each}now`
    const other = { number: '447700900002', name: `Emma ${each}` }
    const about = { id: `emoji-${index}`, time, owner: OWNER, userId: 'anna', text, subject: each }
    return index % 2 === 0 ? { ...about, from: OWNER, to: [other] } : { ...about, from: other, to: [OWNER] }
  })
  const site = await serveCorpus(t, {
    ENTERPRISE_NUMBER: talks.map(talk => () => asEmail(talk)),
    O2: talks.map(talk => () => asRecord(talk)),
  })
  const archive = await testArchive(t)
  await archive.addPeople('Address,Display Name\nanna@kestrel-harbour.example,Anna Berg\n')
  await archive.work()
  for (const network of ['ENTERPRISE_NUMBER', 'O2'] as const) {
    const run = await importAll(archive, site, network, await addCorpusConnector(archive, site, network))
    assert.equal(run.counts.itemsFiled, emoji.length)
    const indexOf = new Map(talks.map((_, index) => [sha256(site.original(network, index)), index]))
    for await (const { itemId, original, message } of keptItems(archive, run)) {
      const index = indexOf.get(sha256(original))
      assert.ok(index !== undefined)
      const mail = await PostalMime.parse(message)
      assert.equal(shown(mail.text), talks[index]!.text)
      assert.ok(mail.subject!.endsWith(emoji[index]!), `${mail.subject} ends in ${emoji[index]}`)
      if (index % STEP !== 0) continue
      for (const query of [emoji[index]!, `"${emoji[index]!}"`, `body:"${emoji[index]!}"`])
        assert.ok(await isFound(archive, query, itemId), `${query} finds ${talks[index]!.text}`)
    }
  }
  await assertWhole(archive)
})
