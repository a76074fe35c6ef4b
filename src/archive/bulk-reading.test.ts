import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  ANNA,
  eml,
  MAPPING_CSV,
  PEOPLE_CSV,
  startTinySite,
  tinyMail,
  tinyRecord,
  WINDOW,
} from '../../test/e2e/tiny-site.ts'
import { HoldfastError } from '../errors.ts'
import { parseItemId } from '../message/message.ts'
import { sha256 } from '../sha256.ts'
import { assertComplete, type TestArchive, testArchive } from '../testing/archive.ts'
import { leafFrom, vaultObjectName } from '../vault/vault.ts'
import { type BulkItem, type BulkRow, fetchBulk, SOURCE_ALONE, WHOLE_FACTS } from './bulk-reading.ts'
import { contentOf, type ItemRow } from './item.ts'

async function archiveOfBoth(t: { after(work: () => Promise<void>): void }): Promise<TestArchive> {
  const large = `${'A'.repeat(76)}\r\n`.repeat(30_000)
  const content = randomBytes(90_000)
  const attachment = [
    { name: 'a.bin', contentType: 'application/octet-stream', content: content.toString('base64') },
  ]
  const site = await startTinySite([
    ...Array.from({ length: 30 }, (_, index) =>
      tinyRecord({ id: `r${index}`, text: `record ${index}`, from: ANNA.number, to: '447700900900' }),
    ),
    tinyRecord({ id: 'attached', text: 'see there', from: ANNA.number, to: '447700900900', attachment }),
  ])
  const mails = await startTinySite([
    tinyMail(
      'm1',
      eml({
        id: 'm1',
        from: `Anna <${ANNA.mailbox}>`,
        to: 'x@example.net',
        text: 'short',
        user: ANNA.mailbox,
      }),
    ),
    tinyMail(
      'm2',
      eml({ id: 'm2', from: `Anna <${ANNA.mailbox}>`, to: 'x@example.net', text: large, user: ANNA.mailbox }),
    ),
  ])
  for (const each of [site, mails]) t.after(() => each.stop())
  const archive = await testArchive(t, { pageItems: 10 })
  await archive.addPeople(PEOPLE_CSV)
  await archive.work()
  for (const [each, product] of [
    [site, 'o2'],
    [mails, 'enterprise-number'],
  ] as const) {
    const connector = await archive.addConnector(each, product)
    await archive.addMapping(connector, MAPPING_CSV)
    assertComplete(await archive.run(connector, WINDOW))
  }
  return archive
}

const rowsOf = ({ ground }: TestArchive) =>
  ground.database.query<ItemRow>('select * from item order by item_id')

async function bytesOf(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(chunks))
}

async function checkItem(archive: TestArchive, row: ItemRow, read: BulkItem): Promise<void> {
  const original = await bytesOf(contentOf(archive.ground, row, 'original'))
  const message = await bytesOf(contentOf(archive.ground, row, 'message'))
  assert.ok((await bytesOf(read.openMessage())).equals(message))
  assert.ok(read.message === null || read.message.equals(message))
  assert.equal(read.messageSize, message.length)
  assert.ok(read.originalDigest.equals(sha256(original)))
  assert.ok(read.messageDigest.equals(sha256(message)))
  const leaf = leafFrom(parseItemId(row.item_id), read.blind, read.originalDigest, read.messageDigest)
  assert.ok(leaf.equals(row.leaf), 'what proves the item is what was proved of it')
}

test('many items are read as each is by itself, held in memory or not', async t => {
  const archive = await archiveOfBoth(t)
  const rows = await rowsOf(archive)
  assert.equal(rows.length, 33)
  for (const [sealedMax, heldMax] of [
    [0, 0],
    [5_000, 5_000],
    [100_000_000, 0],
    [100_000_000, 100_000_000],
  ] as const) {
    const bulk = await fetchBulk(archive.ground, rows, { sealedMax })
    const found = await bulk.open(rows, { reading: WHOLE_FACTS, heldMax })
    const held = [...found.values()].filter(read => !(read instanceof HoldfastError) && read.message !== null)
    assert.equal(held.length > 0, heldMax > 0)
    const sources = await bulk.open(rows, { reading: SOURCE_ALONE, heldMax })
    for (const row of rows) {
      const read = found.get(row.item_id)
      const source = sources.get(row.item_id)
      assert.ok(read && !(read instanceof HoldfastError))
      assert.ok(source && !(source instanceof HoldfastError))
      assert.deepEqual(source.facts, { sourceItemId: read.facts.sourceItemId })
      assert.ok(source.messageDigest.equals(read.messageDigest))
      await checkItem(archive, row, read)
      for (const [index, attachment] of read.facts.attachments.entries()) {
        assert.equal(attachment.content, null)
        assert.equal((await bytesOf(read.openAttachment(index + 1))).length, 90_000)
      }
    }
  }
})

test('an item that is damaged, or whose object is gone, costs only itself', async t => {
  const archive = await archiveOfBoth(t)
  const rows = await rowsOf(archive)
  const [damaged, gone] = [rows[3]!, { ...rows[7]!, vault_object: '00000000-0000-4000-8000-000000000000' }]
  const file = join(archive.folder, 'objects', ...vaultObjectName(damaged.vault_object).split('/'))
  const bytes = await readFile(file)
  bytes[damaged.vault_offset]! ^= 1
  await writeFile(file, bytes)
  const asked: BulkRow[] = rows.map(row => (row.item_id === gone.item_id ? gone : row))
  const bulk = await fetchBulk(archive.ground, asked, { sealedMax: 1_000_000 })
  const found = await bulk.open(asked, { reading: WHOLE_FACTS, heldMax: 1_000_000 })
  const failed = [...found].flatMap(([id, read]) => (read instanceof HoldfastError ? [[id, read.code]] : []))
  assert.deepEqual(
    failed.toSorted(),
    [
      [damaged.item_id, 'VAULT_DAMAGED'],
      [gone.item_id, 'STORAGE_MISSING'],
    ].toSorted(),
  )
})

test('a storage that is away for a moment ends the reading, which can be tried again', async t => {
  const archive = await archiveOfBoth(t)
  const read = () => Promise.reject(new HoldfastError('STORAGE_FAILED', 'no answer'))
  const ground = { ...archive.ground, storage: { ...archive.ground.storage, read } }
  const rows = await rowsOf(archive)
  await assert.rejects(fetchBulk(ground, rows, { sealedMax: 1_000_000 }), { code: 'STORAGE_FAILED' })
  const bulk = await fetchBulk(ground, rows, { sealedMax: 0 })
  await assert.rejects(bulk.open(rows, { reading: WHOLE_FACTS, heldMax: 0 }), { code: 'STORAGE_FAILED' })
})
