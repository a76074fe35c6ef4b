/**
 * RSMF of other people's messages, through the real path from HTTP to the package: every slice is held against
 * Relativity's own schema and against our checks beyond it, opened by two mail parsers and a ZIP reader, and has
 * exactly what the corpus said.
 */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import PostalMime from 'postal-mime'
import { getExport } from '../../src/export/export.ts'
import { testArchive } from '../../src/testing/archive.ts'
import { type ExportArchive, withExports } from '../../src/testing/export.ts'
import { requireCorpus } from '../../src/testing/requires.ts'
import { findRsmfFaults, openRsmf } from '../../src/testing/rsmf.ts'
import { unzip } from '../../src/testing/unzip.ts'
import { addCorpusConnector, importAll, shown } from './kept.ts'
import { serveCorpus } from './site.ts'
import { type NusMessage, readMultilingual, readNus } from './sms-corpus.ts'
import { asEmail, asRecord, fictionalNumber, type Party, type Talk } from './talk.ts'

const OWNER: Party = { number: '447700900001', name: 'Anna Berg', email: 'anna@kestrel-harbour.example' }
const MESSAGES = 4000
const FRIENDS = 40

function schemaOf(root: string): ValidateFunction {
  const [path] = globSync(join(root, '**/rsmf_schema_2_0_0.json'))
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addFormat('idn-email', /^[^\s@]+@[^\s@]+$/)
  return ajv.compile(JSON.parse(readFileSync(path!, 'utf8')))
}

/** The corpus's texts as what Anna and forty others wrote over some weeks: alone, in groups, with files, edited. */
function talksOf(texts: readonly string[], files: readonly string[]): Talk[] {
  const start = Date.UTC(2026, 9, 20)
  return texts.map((text, index): Talk => {
    const friend = { number: fictionalNumber(2 + (index % FRIENDS)), name: `Friend ${index % FRIENDS}` }
    const other = { number: fictionalNumber(2 + ((index + 7) % FRIENDS)) }
    const isGroup = index % 5 === 0
    const out = index % 2 === 0
    const path = index % 50 === 0 ? files[(index / 50) % files.length] : undefined
    return {
      id: index % 97 === 1 ? `EDIT-corpus-${index - FRIENDS}` : `corpus-${index}`,
      time: new Date(start + index * 420_000).toISOString(),
      owner: OWNER,
      userId: 'anna',
      from: out ? OWNER : friend,
      to: out ? (isGroup ? [friend, other] : [friend]) : isGroup ? [OWNER, other] : [OWNER],
      text:
        index % 97 === 1
          ? `Original Message ID: corpus-${index - FRIENDS}\nPrevious Text:\n${texts[Math.max(0, index - FRIENDS)]}\nEdited Text:\n${text}`
          : text,
      ...(isGroup ? { groupId: `group-${index % 3}`, groupName: `Wharf ${index % 3}` } : {}),
      ...(path
        ? {
            files: [
              { name: basename(path), contentType: 'application/octet-stream', bytes: readFileSync(path) },
            ],
          }
        : {}),
    }
  })
}

async function exported(archive: ExportArchive, timeZone: string) {
  const made = await archive.export({
    format: 'rsmf',
    timeZone,
    source: { query: '*', runId: null, mailboxIds: null, connectorIds: null, folders: null },
  })
  const { state, error, counts } = await getExport(archive.ground, archive.actor, made.exportId)
  assert.equal(state, 'ready', JSON.stringify(error))
  return { counts, files: await unzip(await readFile(await archive.download(made))) }
}

test("slices of other people's messages hold against Relativity's schema and lose nothing", async t => {
  const schema = requireCorpus(t, 'rsmf')
  const sms = requireCorpus(t, 'sms-corpora')
  const media = requireCorpus(t, 'media')
  if (schema === null || sms === null || media === null) return
  const validate = schemaOf(schema)
  const nus: NusMessage[] = []
  for await (const message of readNus(globSync(join(sms, '**/nus*.xml')).sort()[0]!)) nus.push(message)
  const multilingual = globSync(join(sms, '**/*.csv')).flatMap(readMultilingual)
  const texts = [...nus.map(each => each.text), ...multilingual.map(each => each.text).reverse()]
  const step = Math.floor(texts.length / MESSAGES)
  const files = globSync(join(media, '**/*.{jpg,png,gif,amr,wav,gsm,mp3,vcf,pdf}')).sort()
  const talks = talksOf(texts.filter((_, index) => index % step === 0).slice(0, MESSAGES), files)
  assert.equal(talks.length, MESSAGES)
  const site = await serveCorpus(t, {
    ENTERPRISE_NUMBER: talks.slice(0, MESSAGES / 2).map(talk => () => asEmail(talk)),
    O2: talks.slice(MESSAGES / 2).map(talk => () => asRecord(talk)),
  })
  const archive = await testArchive(t)
  await archive.addPeople('Address,Display Name\nanna@kestrel-harbour.example,Anna Berg\n')
  const worker = await archive.work()
  for (const network of ['ENTERPRISE_NUMBER', 'O2'] as const)
    await importAll(archive, site, network, await addCorpusConnector(archive, site, network))
  await worker.stop()
  const exports = withExports(t, archive)

  const { counts, files: package_ } = await exported(exports, 'Europe/London')
  assert.equal(counts.matched.failed, 0)
  const said = new Set<string>()
  const accounted = new Set<string>()
  let attachments = 0
  let edits = 0
  for (const [path, bytes] of package_) {
    if (!path.endsWith('.rsmf')) continue
    const slice = await openRsmf(bytes)
    assert.ok(validate(slice.manifest), `${path}: ${JSON.stringify(validate.errors)}`)
    assert.deepEqual(findRsmfFaults(slice), [], path)
    const mail = await PostalMime.parse(bytes)
    assert.deepEqual([mail.attachments.length, mail.attachments[0]!.filename], [1, 'rsmf.zip'], path)
    assert.equal(mail.subject, slice.headers.get('subject'))
    for (const event of slice.manifest.events) {
      attachments += event.attachments?.length ?? 0
      edits += event.edits?.length ?? 0
      for (const text of [event.body, ...(event.edits ?? []).map(edit => edit.previous)])
        said.add(shown(text))
      for (const { name, value } of event.custom) {
        if (name === 'Item') accounted.add(value)
        const noted = /, item ([0-9a-f-]{36})/.exec(value)
        if (/\(\d+\)$/.test(name) && noted) accounted.add(noted[1]!)
      }
    }
  }
  // Every item leads into the archive from one event or another, and every text stands in one.
  assert.equal(accounted.size, counts.matched.items)
  assert.equal(attachments, talks.filter(talk => talk.files).length)
  assert.ok(edits > 0, 'some edits found what they edit')
  const lost = talks.filter(talk => !talk.id.startsWith('EDIT-') && !said.has(shown(talk.text)))
  assert.deepEqual(
    lost.map(talk => talk.text),
    [],
  )

  const again = await exported(exports, 'Europe/London')
  for (const [path, bytes] of package_)
    if (path.endsWith('.rsmf')) assert.ok(again.files.get(path)!.equals(bytes), path)
  const utc = await exported(exports, 'UTC')
  assert.equal(utc.counts.matched.items, counts.matched.items)
})
