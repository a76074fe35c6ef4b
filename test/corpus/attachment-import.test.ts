/**
 * Files of every kind as attachments: pictures, recordings and documents, vCards and calendars, binary MMS and SMS,
 * phone backups, chat exports, tables, mails, and archives and XML made to do harm. Nothing opens them: each comes out
 * of the message byte for byte, under the name and with the type it came with.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { test } from 'node:test'
import { simpleParser } from 'mailparser'
import PostalMime, { type Attachment } from 'postal-mime'
import { testArchive } from '../../src/testing/archive.ts'
import { requireCorpus } from '../../src/testing/requires.ts'
import { addCorpusConnector, assertWhole, importAll, isFound, keptItems } from './kept.ts'
import { serveCorpus } from './site.ts'
import { asEmail, asRecord, type File, type Party, sha256, type Talk } from './talk.ts'

const FOLDERS = [
  'bad-input',
  'chat-exports',
  'csv',
  'gammu-phone-data',
  'media',
  'mime',
  'mms-gateway-email',
  'mms-pdu',
  'rsmf',
  'sms-backup-restore',
  'vcard-ical',
] as const
const TYPES: Readonly<Record<string, string>> = {
  '.amr': 'audio/amr',
  '.csv': 'text/csv',
  '.gif': 'image/gif',
  '.gsm': 'audio/gsm',
  '.heic': 'image/heic',
  '.ics': 'text/calendar',
  '.jpg': 'image/jpeg',
  '.m4a': 'audio/mp4',
  '.mms': 'application/vnd.wap.mms-message',
  '.mp4': 'video/mp4',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.txt': 'text/plain',
  '.vcf': 'text/vcard',
  '.vcs': 'text/x-vcalendar',
  '.wav': 'audio/wav',
  '.xml': 'application/xml',
  '.zip': 'application/zip',
}
const OWNER: Party = { number: '447700900001', name: 'Anna Berg', email: 'anna@kestrel-harbour.example' }
const STRANGER: Party = { number: '447700900002' }

/** A talk about each file; every seventh carries the file after it too. */
function talksOf(files: readonly (() => File)[]): (() => Talk)[] {
  return files.map((file, index) => () => ({
    id: `file-${index}`,
    time: new Date(Date.UTC(2026, 8, 1) + index * 1000).toISOString(),
    from: index % 2 === 0 ? OWNER : STRANGER,
    to: [index % 2 === 0 ? STRANGER : OWNER],
    owner: OWNER,
    userId: 'anna',
    text: index % 3 === 0 ? '' : `here is number ${index}`,
    files: [file, ...(index % 7 === 0 ? [files[(index + 1) % files.length]!] : [])].map(make => make()),
  }))
}

for (const folder of FOLDERS)
  test(`every file of ${folder} comes out of its message unchanged`, async t => {
    const root = requireCorpus(t, folder)
    if (root === null) return
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter(path => statSync(join(root, path)).isFile())
      .sort()
      .map(path => (): File => {
        const contentType = TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream'
        return { name: basename(path), contentType, bytes: readFileSync(join(root, path)) }
      })
    const talks = talksOf(files)
    const site = await serveCorpus(t, {
      ENTERPRISE_NUMBER: talks.map(talk => () => asEmail(talk())),
      O2: talks.map(talk => () => asRecord(talk())),
    })
    const archive = await testArchive(t)
    await archive.addPeople('Address,Display Name\nanna@kestrel-harbour.example,Anna Berg\n')
    await archive.work()
    for (const network of ['ENTERPRISE_NUMBER', 'O2'] as const) {
      const run = await importAll(archive, site, network, await addCorpusConnector(archive, site, network))
      assert.equal(run.counts.itemsFiled, talks.length)
      const indexOf = new Map(talks.map((_, index) => [sha256(site.original(network, index)), index]))
      const seen = new Set<number>()
      for await (const { itemId, attachments, original, message } of keptItems(archive, run)) {
        const index = indexOf.get(sha256(original))
        assert.ok(index !== undefined && !seen.has(index), `${itemId} was not served, or is kept twice`)
        seen.add(index)
        const expected = talks[index]!().files!
        assert.equal(attachments, expected.length, expected[0]!.name)
        const { attachments: found } = await simpleParser(message, { skipTextToHtml: true })
        assert.deepEqual(
          found.map(file => [file.filename, sha256(file.content)]),
          expected.map(file => [file.name, sha256(file.bytes)]),
        )
        // postal-mime gives a calendar as text with other line ends, and all else as it is.
        const mail = await PostalMime.parse(message, { forceRfc822Attachments: true })
        assert.deepEqual(
          mail.attachments.map(file => [file.filename, file.mimeType, digestOf(file)]),
          expected.map(file => [
            file.name,
            file.contentType,
            digestOf({ mimeType: file.contentType, content: file.bytes }),
          ]),
        )
        if (index % 25 === 0)
          assert.ok(
            await isFound(archive, `"${expected[0]!.name}"`, itemId),
            `${expected[0]!.name} by its name`,
          )
      }
      assert.equal(seen.size, talks.length)
    }
    await assertWhole(archive)
  })

function digestOf({ mimeType, content }: Pick<Attachment, 'mimeType' | 'content'>): string {
  if (mimeType === 'text/calendar') return mimeType
  return sha256(typeof content === 'string' ? content : Buffer.from(content as Uint8Array))
}
