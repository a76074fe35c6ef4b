/** Files of other makers through the reader of attachments: cards and calendars, real media, mails with what they hold. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { after, test } from 'node:test'
import { type Extracted, openAttachmentReader } from '../../src/extraction/extraction.ts'
import { readEmail } from '../../src/message/message.ts'
import { requireCorpus } from '../../src/testing/requires.ts'

const reader = openAttachmentReader()
after(() => reader.close())

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(name => join(folder, name))
    .filter(path => statSync(path).isFile())
    .sort()
}

async function read(
  bytes: Buffer,
  name: string,
  contentType = 'application/octet-stream',
): Promise<Extracted> {
  const reading = reader.begin({ name, contentType, charset: null, size: bytes.length })
  for (let at = 0; at < bytes.length; at += 10_007) await reading.push(bytes.subarray(at, at + 10_007))
  return reading.end()
}

test('every card and calendar is read whole', async context => {
  const root = requireCorpus(context, 'vcard-ical')
  if (root === null) return
  let files = 0
  for (const path of filesUnder(root).filter(path => /\.(vcf|ics)$/.test(path))) {
    const bytes = readFileSync(path)
    const { text, reason } = await read(bytes, path)
    assert.equal(reason, null, path)
    // Each summary and name in one line, as anybody would search for it.
    for (const [, value] of bytes
      .toString('utf8')
      .matchAll(/^(?:SUMMARY|FN):([\x20-\x5b\x5d-\x7e]+)\r?\n(?![ \t])/gm))
      assert.ok(text.includes(value!.replaceAll(';', ' ').trim()), `${path}: a value is missing`)
    files++
  }
  assert.ok(files >= 37, `${files} files`)
})

const DOCUMENTS = new Set([
  '.vcf',
  '.ics',
  '.docx',
  '.pdf',
  '.zip',
  '.txt',
  '.md',
  '.html',
  '.tsv',
  '.csv',
  '.json',
])

test('every picture, sound and film is told as such, by its bytes and not by its name', async context => {
  const root = requireCorpus(context, 'media')
  if (root === null) return
  let media = 0
  for (const path of filesUnder(root)) {
    const extension = extname(path).toLowerCase()
    const { text, reason } = await read(readFileSync(path), 'attachment')
    if (DOCUMENTS.has(extension) || extension === '') {
      assert.ok(text.length > 0 || reason !== null, `${path} is silent`)
      continue
    }
    // GSM without a header is bytes that say nothing.
    assert.equal(reason, extension === '.gsm' ? 'format' : 'media', path)
    media++
  }
  assert.ok(media >= 30, `${media} files`)
})

test('whatever is attached to the mails of the corpus is read or has its reason, and the reader lives', async context => {
  const root = requireCorpus(context, 'mime')
  if (root === null) return
  const told = new Map<string, number>()
  for (const path of filesUnder(root)) {
    const raw = readFileSync(path)
    const { text, reason } = await read(raw, path, 'message/rfc822')
    assert.ok(text.isWellFormed())
    told.set(reason ?? 'read', (told.get(reason ?? 'read') ?? 0) + 1)
    const facts = await readEmail(raw, { network: '', arrivedAt: new Date(0), sourceItemId: null })
    for (const { name, contentType, content } of facts.attachments)
      if (content) await read(content, name, contentType)
  }
  assert.ok((told.get('read') ?? 0) > 50, JSON.stringify([...told]))
  assert.deepEqual(await read(Buffer.from('still here'), ''), { text: 'still here', reason: null })
})
