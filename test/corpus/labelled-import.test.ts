/**
 * UCI's labelled texts in English, Hindi, German and French as traffic of both networks, half of them without an id:
 * the same text from the same sender at the same time is then one item.
 */
import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import PostalMime from 'postal-mime'
import { testArchive } from '../../src/testing/archive.ts'
import { requireCorpus } from '../../src/testing/requires.ts'
import { addCorpusConnector, assertWhole, importAll, isFound, keptItems, queryOf, shown } from './kept.ts'
import { serveCorpus } from './site.ts'
import { type LabelledText, readMultilingual, readTsv } from './sms-corpus.ts'
import { asEmail, asRecord, fictionalNumber, type Party, sha256, type Talk } from './talk.ts'

const OWNER: Party = { number: '447700900001', name: 'Anna Berg', email: 'anna@kestrel-harbour.example' }
const SEARCHED = 50

/** Sender and time come from the text, so that equal texts are equal in all but their place. */
function talkOf({ text }: LabelledText, index: number): Talk {
  const mark = Number.parseInt(sha256(text).slice(0, 8), 16)
  return {
    id: index % 2 === 0 ? `uci-${index}` : '',
    time: new Date(Date.UTC(2026, 8, 1) + (mark % 86_400) * 1000).toISOString(),
    from: { number: mark % 50 === 0 ? 'ParcelGo' : fictionalNumber(100 + (mark % 400)) },
    to: [OWNER],
    owner: OWNER,
    userId: 'anna',
    text,
  }
}

test('every text of the labelled collections is kept, readable and found in its language', async t => {
  const root = requireCorpus(t, 'sms-corpora')
  if (root === null) return
  const texts = [
    ...globSync(join(root, 'uci*/**/*Collection')).sort().flatMap(readTsv),
    ...globSync(join(root, 'uci*/**/*.csv')).sort().flatMap(readMultilingual),
  ]
  assert.ok(texts.length >= 27_000, `${texts.length} texts`)
  const talks = texts.map(talkOf)
  const site = await serveCorpus(t, {
    ENTERPRISE_NUMBER: talks.map(talk => () => asEmail(talk)),
    O2: talks.map(talk => () => asRecord(talk)),
  })
  const archive = await testArchive(t)
  await archive.addPeople('Address,Display Name\nanna@kestrel-harbour.example,Anna Berg\n')
  await archive.work()

  for (const network of ['ENTERPRISE_NUMBER', 'O2'] as const) {
    const run = await importAll(archive, site, network, await addCorpusConnector(archive, site, network))
    const groups = new Map<string, { talk: Talk; language: string }>()
    const groupOf = new Map<string, string>()
    for (const [index, talk] of talks.entries()) {
      const key = JSON.stringify([talk.id, talk.time, talk.from.number, shown(talk.text)])
      groups.set(key, { talk, language: texts[index]!.language })
      groupOf.set(sha256(site.original(network, index)), key)
    }
    assert.equal(run.counts.itemsDuplicate, talks.length - groups.size)
    assert.ok(run.counts.itemsDuplicate > 100, 'the collections repeat themselves')
    assert.equal(run.counts.itemsFiled, groups.size)

    const kept = new Map<string, string>()
    for await (const item of keptItems(archive, run)) {
      const key = groupOf.get(sha256(item.original))
      assert.ok(key && !kept.has(key), `${item.itemId} was not served, or is kept twice`)
      kept.set(key, item.itemId)
      const { text } = groups.get(key)!.talk
      assert.equal(shown((await PostalMime.parse(item.message)).text), shown(text), item.itemId)
    }
    assert.equal(kept.size, groups.size)

    const byLanguage = Map.groupBy(groups, ([, { language }]) => language)
    assert.ok(byLanguage.size >= 4)
    for (const [language, all] of byLanguage) {
      let searched = 0
      for (let at = 0; at < all.length; at += Math.ceil(all.length / SEARCHED)) {
        const [key, { talk }] = all[at]!
        const query = queryOf(talk.text, language)
        if (query === null) continue
        searched++
        assert.ok(
          await isFound(archive, query, kept.get(key)!),
          `${language}: ${kept.get(key)} is not found by its words`,
        )
      }
      assert.ok(searched > SEARCHED / 2, language)
    }
    t.diagnostic(
      `${network}: ${talks.length} from the site, ${kept.size} kept, ${run.counts.itemsDuplicate} duplicates`,
    )
  }
  await assertWhole(archive)
})
