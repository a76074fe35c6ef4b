/**
 * Every mail of the collections, real, malformed and hostile, as an e-mail that TeleMessage delivered: kept and
 * exported byte for byte, and what comes out is read by other people's parsers.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { simpleParser } from 'mailparser'
import PostalMime from 'postal-mime'
import { openMessage } from '../../src/archive/archive.ts'
import { testArchive, testFolder } from '../../src/testing/archive.ts'
import { requireCorpus } from '../../src/testing/requires.ts'
import { addCorpusConnector, assertWhole, importAll, isFound, keptItems, queryOf } from './kept.ts'
import { serveCorpus } from './site.ts'
import { sha256 } from './talk.ts'

const FOLDERS = ['mime', 'mms-gateway-email', 'rsmf'] as const
/** Through the command line itself, which starts a process for each. */
const COMMANDED = 3

/** Every second address that plain mails are from or to: their mails are filed, the others are unmapped. */
async function partiesOf(mails: readonly Buffer[]): Promise<string[]> {
  const found = new Set<string>()
  for (const bytes of mails) {
    const { from, to = [] } = await PostalMime.parse(bytes)
    for (const { address = '' } of [...(from ? [from] : []), ...to])
      if (/^[a-z0-9._+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(address)) found.add(address)
  }
  return [...found].filter((_, index) => index % 2 === 0)
}

for (const folder of FOLDERS)
  test(`every file of ${folder} is imported as a mail and exported byte for byte`, async t => {
    const root = requireCorpus(t, folder)
    if (root === null) return
    const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter(path => statSync(join(root, path)).size > 0 && statSync(join(root, path)).isFile())
      .sort()
    const bytesOf = (path: string) => readFileSync(join(root, path))
    const site = await serveCorpus(t, {
      ENTERPRISE_NUMBER: paths.map(path => () => ({ messageId: path, eml: bytesOf(path) })),
    })
    const archive = await testArchive(t)
    const people = await partiesOf(paths.map(bytesOf))
    await archive.addPeople(`Address,Display Name\n${people.map(each => `${each},${each}\n`).join('')}`)
    await archive.work()
    const connector = await addCorpusConnector(archive, site, 'ENTERPRISE_NUMBER')
    const run = await importAll(archive, site, 'ENTERPRISE_NUMBER', connector)
    assert.equal(run.counts.itemsFailed, 0, 'no mail is unreadable')
    assert.equal(run.counts.itemsDuplicate, 0)
    assert.ok(people.length === 0 || run.counts.itemsFiled > 0, 'mails to people of the directory are filed')

    const waiting = new Map(Map.groupBy(paths, path => sha256(bytesOf(path))))
    const ids: { itemId: string; path: string }[] = []
    let words = 0
    for await (const { itemId, original } of keptItems(archive, run)) {
      const path = waiting.get(sha256(original))?.pop()
      assert.ok(path, `${itemId} is no file of ${folder}`)
      ids.push({ itemId, path })
      const exported: Buffer[] = []
      const { size, chunks } = await openMessage(archive.ground, archive.actor, itemId, 'message')
      for await (const chunk of chunks) exported.push(chunk)
      const bytes = Buffer.concat(exported)
      assert.equal(bytes.length, size)
      assert.ok(bytes.equals(bytesOf(path)), path)
      const mail = await PostalMime.parse(bytes, { forceRfc822Attachments: true })
      await simpleParser(bytes, { skipImageLinks: true })
      const query = queryOf((mail.text ?? '').slice(0, 2000), 'en')
      if (query === null) continue
      words++
      assert.ok(await isFound(archive, query, itemId), `${path} is not found by its words`)
    }
    assert.equal(ids.length, paths.length)
    assert.ok(words > ids.length / 4, `${words} of ${ids.length} have words`)

    const out = await testFolder()
    for (const { itemId, path } of ids.slice(0, COMMANDED)) {
      const file = join(out, `${basename(path)}.eml`)
      const { code, stderr } = await archive.command(['message', 'export', itemId, '--output', file])
      assert.equal(code, 0, stderr)
      assert.ok(readFileSync(file).equals(bytesOf(path)), path)
    }
    await assertWhole(archive)
    t.diagnostic(
      `${paths.length} files, ${run.counts.itemsFiled} filed, ${run.counts.itemsUnmapped} unmapped`,
    )
  })
