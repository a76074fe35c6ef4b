/** Real and hostile mail of other makers through the readers: none crashes, hangs or vanishes, and all readers agree. */
import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { simpleParser } from 'mailparser'
import PostalMime from 'postal-mime'
import { type ItemFacts, itemId, readEmail, readLargeEmail, writeMessage } from '../../src/message/message.ts'
import { requireCorpus } from '../../src/testing/requires.ts'

const CONTEXT = {
  network: 'ENTERPRISE_NUMBER',
  arrivedAt: new Date('2026-11-20T12:00:00Z'),
  sourceItemId: 'corpus',
}
const KEY = createSecretKey(Buffer.alloc(32, 7))

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(name => join(folder, name))
    .filter(path => statSync(path).isFile() && !path.endsWith('COPYING'))
    .sort()
}

async function* pieces(bytes: Buffer, size: number): AsyncIterable<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const withoutContent = (facts: ItemFacts) => ({
  ...facts,
  attachments: facts.attachments.map(attachment => ({ ...attachment, content: null })),
})

for (const [folder, suffixes] of [
  ['mime', ['.eml', '.txt', '']],
  ['mms-gateway-email', ['.mail']],
] as const)
  test(`every mail of ${folder} is read, the same way at once and in pieces`, async context => {
    const root = requireCorpus(context, folder)
    if (root === null) return
    let read = 0
    let withText = 0
    for (const path of filesUnder(root)) {
      if (!suffixes.some(suffix => path.endsWith(suffix))) continue
      const raw = readFileSync(path)
      const started = performance.now()
      const facts = await readEmail(raw, CONTEXT)
      assert.ok(performance.now() - started < 5000, `${path} takes too long`)
      for (const size of [raw.length || 1, 1009])
        assert.deepEqual(await readLargeEmail(pieces(raw, size), CONTEXT), withoutContent(facts), path)
      // Whatever was read can be identified and written down again.
      const message = writeMessage(facts, itemId(KEY, 'corpus', facts))
      assert.ok(message.includes('\r\n\r\n'), path)
      read++
      if (facts.text !== '' || facts.attachments.length > 0) withText++
    }
    assert.ok(read >= 50, `only ${read} mails were found`)
    assert.ok(withText > read * 0.9, `only ${withText} of ${read} mails gave a text or an attachment`)
  })

test('what postal-mime finds in the mails of carriers is found here too', async context => {
  const root = requireCorpus(context, 'mms-gateway-email')
  if (root === null) return
  for (const path of filesUnder(root).filter(name => name.endsWith('.mail'))) {
    const raw = readFileSync(path)
    const facts = await readEmail(raw, CONTEXT)
    const mail = await PostalMime.parse(raw, { forceRfc822Attachments: true })
    assert.equal(facts.attachments.length, mail.attachments.length, path)
    for (const [index, attachment] of mail.attachments.entries()) {
      assert.equal(facts.attachments[index]!.contentType, attachment.mimeType, path)
      assert.equal(
        facts.attachments[index]!.name,
        (attachment.filename ?? '').replace(/\s+/g, ' ').trim(),
        path,
      )
    }
    if (mail.text?.trim()) assert.equal(facts.text.replace(/\s+/g, ''), mail.text.replace(/\s+/g, ''), path)
  }
})

test('binary MMS, which is no mail, is kept and flagged', async context => {
  const root = requireCorpus(context, 'mms-pdu')
  if (root === null) return
  const paths = filesUnder(root).filter(path => path.endsWith('.mms'))
  assert.ok(paths.length >= 10)
  for (const path of paths) {
    const facts = await readEmail(readFileSync(path), CONTEXT)
    assert.ok(facts.flags.includes('defective-mime'), path)
    assert.ok(facts.flags.includes('no-participants'), path)
  }
})

/** Line ends and a byte order mark at the start are the readers' own affair. */
const shown = (text = '') =>
  text
    .replace(/\r+\n|\r/g, '\n')
    .replace(/\n+$/, '')
    .replace(/^\ufeff/, '')

test('naughty strings go through a message and come back', async context => {
  const root = requireCorpus(context, 'bad-input/blns')
  if (root === null) return
  const strings: string[] = JSON.parse(readFileSync(join(root, 'blns.json'), 'utf8'))
  assert.ok(strings.length > 400)
  const base = await readEmail(Buffer.from('From: "A 447700900123" <a@contoso.example>\r\n\r\nx'), CONTEXT)
  for (const text of strings) {
    const facts: ItemFacts = {
      ...base,
      form: 'record',
      text,
      subject: text,
      groupName: text,
      sourceItemId: text,
    }
    const message = writeMessage(facts, itemId(KEY, 'corpus', facts))
    assert.match(message.toString('latin1'), /^[\t\r\n\x20-\x7e]*$/)
    const expected = shown(text.toWellFormed())
    const postal = await PostalMime.parse(message)
    assert.equal(shown(postal.text), expected)
    const parsed = await simpleParser(message, { skipTextToHtml: true })
    assert.equal(shown(parsed.text), expected)
  }
})
