/** Disposal on an archive with real items: what goes is gone everywhere, and everything else stays whole and proved. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { proveItem, searchArchive, showItem } from '../../src/archive/archive.ts'
import { archivePublicKey } from '../../src/audit/audit.ts'
import { evaluateHolds, placeHold, releaseHold, removeDelay } from '../../src/hold/hold.ts'
import { replayFailures } from '../../src/pipeline/pipeline.ts'
import { finishDisposals, proveDisposal, verifyDisposal } from '../../src/retention/retention.ts'
import {
  assertComplete,
  assertSound,
  openTestArchive,
  runCommand,
  type TestArchive,
  testArchive,
  testFolder,
} from '../../src/testing/archive.ts'
import { testDatabase } from '../../src/testing/database.ts'
import { startSite } from '../../telemessage-site/telemessage-site.ts'
import { dispose, END, filingsOf, importedArchive, stored } from './disposed-archive.ts'

/** docs/formats/disposal.md, "Proof", by code of its own: whether each line leads to the root in the entry. */
function followByHand(text: string): boolean {
  type Proof = {
    count: number
    lines: { index: number; line: string; path: string[] }[]
    proof: { entry: { leaf: string } }
  }
  const hashed = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
  // RFC 9162, section 2.1.3.2.
  const rootFrom = (line: string, index: number, count: number, path: Buffer[]) => {
    let [node, last, hash] = [index, count - 1, hashed(Buffer.from([0]), Buffer.from(line))]
    for (const sibling of path) {
      if (node % 2 === 1 || node === last) {
        hash = hashed(Buffer.from([1]), sibling, hash)
        while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)]
      } else hash = hashed(Buffer.from([1]), hash, sibling)
      ;[node, last] = [Math.floor(node / 2), Math.floor(last / 2)]
    }
    return hash.toString('hex')
  }
  const { disposals } = JSON.parse(text) as { disposals: Proof[] }
  return disposals.every(({ count, lines, proof }) => {
    const { act, subject, detail } = JSON.parse(proof.entry.leaf) as {
      act: string
      subject: string
      detail: { merkleRoot: string; lines: number }
    }
    const { merkleRoot, lines: said } = detail
    const head = JSON.parse(lines[0]!.line) as { disposal: number }
    return (
      act === 'disposal.complete' &&
      said === count &&
      subject === `disposal:${head.disposal}` &&
      lines.every(
        ({ index, line, path }) =>
          rootFrom(
            line,
            index,
            count,
            path.map(each => Buffer.from(each, 'base64')),
          ) === merkleRoot,
      )
    )
  })
}

test('what was disposed of is gone everywhere, its neighbours stay proved, and nothing brings it back', async t => {
  const { archive, connector, window, run } = await importedArchive(t)
  const { ground, actor } = archive
  const [{ batch_id: whole }] = (await ground.database.query<{ batch_id: number }>(
    'select min(batch_id) as batch_id from item',
  )) as [{ batch_id: number }]
  const [busiest] = await ground.database.query<{ mailbox_id: number }>(
    `select mailbox_id from filing join mailbox using (mailbox_id) where kind = 'person'
     group by 1 order by count(*) desc limit 1`,
  )
  const before = await stored(archive, 'vault/')
  // A batch with its object, some of all others, and whatever else one person has.
  const all = await filingsOf(archive, 'i.batch_id = $1', [whole])
  const some = await filingsOf(
    archive,
    `i.batch_id <> $1 and ('x' || right(i.item_id::text, 1))::bit(4)::int < 4`,
    [whole],
  )
  const own = (await filingsOf(archive, 'f.mailbox_id = $1', [busiest!.mailbox_id])).filter(
    each => ![...all, ...some].some(other => other.itemId === each.itemId),
  )
  for (const filings of [all, some, own]) {
    const done = await dispose(archive, filings)
    assert.deepEqual([done.filings, done.kept], [filings.length, []])
  }
  const gone = await ground.database.query<{ item_id: string; batch_id: number }>(
    'select item_id, batch_id from tombstone order by item_id',
  )
  const goneIds = new Set(gone.map(row => row.item_id))
  for (const { itemId } of [...all, ...some]) assert.ok(goneIds.has(itemId))
  const staying = own.filter(each => !goneIds.has(each.itemId))
  assert.ok(staying.length > 0, 'some items stay in the mailboxes of others')

  // Killed between: nothing is damaged.
  await assertSound(archive)
  const ended = await finishDisposals(ground)
  assert.deepEqual(
    [ended.documents, ended.objects >= 1, ended.words > 0],
    [3, true, true],
    JSON.stringify(ended),
  )
  const again = { filings: 0, items: 0, kept: 0 }
  assert.deepEqual(await finishDisposals(ground), { again, documents: 0, objects: 0, words: 0 })
  assert.equal((await stored(archive, 'vault/')).length, before.length - ended.objects)
  await assertSound(archive)
  for (const table of [
    'filing',
    'search_entry',
    'attachment_text',
    'unread_attachment',
    'failure',
    'held_item',
  ])
    assert.deepEqual(
      await ground.database.query(`select item_id from ${table} where item_id = any($1::uuid[])`, [
        [...goneIds],
      ]),
      [],
      table,
    )

  const [counts] = await ground.database.query<{ rows: number; days: number }>(
    'select (select count(*) from item) as rows, (select sum(items) from item_day)::bigint as days',
  )
  assert.equal(counts!.days, counts!.rows, 'what the home page counts')

  // Read, searched and proved.
  const first = gone[0]!.item_id
  await assert.rejects(showItem(ground, actor, first), { code: 'ITEM_DISPOSED' })
  const limited = {
    name: 'person:limited',
    breakGlass: false,
    roles: new Map([['Preview', [busiest!.mailbox_id]]]),
  }
  await assert.rejects(showItem(ground, limited as never, first), { code: 'ITEM_UNKNOWN' })
  const found = await searchArchive(ground, actor, 'sent>=2000-01-01', { mailboxIds: null }, { limit: 5000 })
  const left = await ground.database.query<{ item_id: string; batch_id: number }>(
    `select item_id, batch_id from item where state <> 'quarantined'`,
  )
  assert.deepEqual([...found.itemIds].sort(), left.map(row => row.item_id).sort())
  const inOwn = await searchArchive(
    ground,
    actor,
    'sent>=2000-01-01',
    { mailboxIds: [busiest!.mailbox_id] },
    { limit: 5000 },
  )
  assert.deepEqual(inOwn.itemIds, [])
  const neighbour = left.find(row => gone.some(other => other.batch_id === row.batch_id))!
  assert.match(await proveItem(ground, actor, neighbour.item_id), /holdfast-proof-1/)

  // Imported again.
  const second = await archive.run(connector, window)
  assertComplete(second)
  // The site has some of them twice.
  assert.ok(second.counts.itemsDisposed >= goneIds.size)
  assert.equal(second.counts.itemsDisposed + second.counts.itemsDuplicate, run.counts.itemsRead)
  assert.equal(second.counts.filingsSkipped, second.counts.filingsAvailable)
  assert.deepEqual(
    await ground.database.query('select item_id from item where item_id = any($1::uuid[])', [[...goneIds]]),
    [],
  )
  await assertSound(archive)

  // The proof, by itself.
  const publicKey = archivePublicKey(ground.keyring, ground.archive.archiveId)
  const proof = await proveDisposal(ground, actor, { itemId: first })
  const verdict = verifyDisposal(proof, publicKey)
  assert.deepEqual([verdict.ok, verdict.origin, verdict.itemId], [true, 'proven', first], verdict.message)
  assert.ok(followByHand(proof))
  assert.ok(!followByHand(proof.replace('person:second', 'person:third!')))
  const { head, filings } = verdict.disposals[0]!
  assert.deepEqual([head.cause, head.request, head.approvedBy], ['erasure', 7, ['person:second']])
  assert.ok(filings.every(filing => filing.item === first && filing.itemLeaf !== null))
  const partly = verifyDisposal(await proveDisposal(ground, actor, { itemId: staying[0]!.itemId }), null)
  assert.deepEqual([partly.ok, partly.origin], [true, 'unproven'])
  assert.match(partly.message, /kept elsewhere/)
  const wholeProof = verifyDisposal(await proveDisposal(ground, actor, { disposalId: 1 }), publicKey)
  assert.deepEqual([wholeProof.ok, wholeProof.disposals[0]!.filings.length], [true, all.length])
  for (const [from, to] of [
    ['person:second', 'person:third!'],
    [String.raw`\"mailbox\":`, String.raw`\"mailbox\":9`],
    [first, first.replace(/^./, first.startsWith('0') ? '1' : '0')],
  ] as const)
    assert.equal(verifyDisposal(proof.replaceAll(from, to), publicKey).ok, false, from)
  // Each line and disposal holds by itself; one given twice in the place of another would hide that one.
  type Given = { item: string | null; disposals: { lines: { index: number }[] }[] }
  const forged = (given: string, change: (proof: Given) => void) => {
    const parsed = JSON.parse(given) as Given
    change(parsed)
    return verifyDisposal(JSON.stringify(parsed), publicKey)
  }
  const twice = forged(await proveDisposal(ground, actor, { disposalId: 1 }), ({ disposals: [one] }) => {
    one!.lines[2] = one!.lines[1]!
  })
  assert.deepEqual([twice.ok, twice.message], [false, 'a line is there twice, or out of its place'])
  const repeated = forged(proof, each => void each.disposals.push(each.disposals[0]!))
  assert.deepEqual([repeated.ok, repeated.message], [false, 'a disposal is there twice, or out of its place'])
  await assert.rejects(proveDisposal(ground, actor, { itemId: neighbour.item_id }), {
    code: 'ITEM_NOT_DISPOSED',
  })
})

test('what was disposed of after a backup goes again when that is restored, unless it is held there', async t => {
  const { archive } = await importedArchive(t)
  const { ground, actor } = archive
  const all = await filingsOf(archive, 'true')
  const early = all.filter((_, index) => index % 7 === 0)
  await dispose(archive, early)
  await finishDisposals(ground)
  const folder = join(await testFolder(), 'backup')
  // Held as the backup is made, and released before it is disposed of.
  const late = all.filter((_, index) => index % 3 === 0 && index % 7 !== 0)
  const held = late[Math.floor(late.length / 2)]!.mailboxId
  const hold = await placeHold(ground, await archive.queue(), actor, {
    name: 'Claim 17',
    mailboxIds: [held],
    query: null,
    days: null,
    reason: 'Letter of 3 May',
    note: '',
    link: '',
  })
  assert.equal((await archive.command(['backup', folder])).code, 0)
  const letGo = async (on: TestArchive) => {
    await releaseHold(on.ground, await on.queue(), actor, hold.holdId, 'settled')
    await removeDelay(on.ground, await on.queue(), actor, hold.holdId, 'settled')
    await evaluateHolds(on.ground)
  }
  await letGo(archive)
  await dispose(archive, late)
  await finishDisposals(ground)
  const tombstones = (on: TestArchive) =>
    on.ground.database.query('select item_id, leaf from tombstone order by 1')
  const expected = await tombstones(archive)
  await assertSound(archive)

  // The documents outlive the backup: they are where the operator keeps the storage.
  for (const name of await stored(archive, 'disposals/')) {
    const to = join(folder, '..', 'kept', name)
    await mkdir(dirname(to), { recursive: true })
    await writeFile(to, await ground.storage.read(name))
  }
  const { programUrl, ownerUrl } = await testDatabase(t)
  const place = await testFolder()
  await copyFile(join(archive.folder, 'master.key'), join(place, 'master.key'))
  const environment = {
    HOLDFAST_DATA: place,
    DATABASE_URL: programUrl,
    DATABASE_OWNER_URL: ownerUrl,
    HOLDFAST_LOG_LEVEL: 'silent',
    HOLDFAST_CHECKPOINT_FOLDER: join(folder, '..', 'kept'),
  }
  const restored = await runCommand(['restore', folder], environment)
  assert.equal(restored.code, 0, restored.stderr)
  assert.match(restored.stdout, /filings that were disposed of after the backup are gone again/)
  assert.match(restored.stdout, /are held or retained by what was restored/)
  const copy = await openTestArchive(t, environment)
  const kept = await filingsOf(copy, 'f.mailbox_id = $1', [held])
  assert.ok(kept.length > 0 && (await tombstones(copy)).length < expected.length)
  await letGo(copy)
  const { again } = await finishDisposals(copy.ground)
  assert.deepEqual([again.filings > 0, again.kept], [true, 0])
  assert.deepEqual(await tombstones(copy), expected)
  await assertSound(copy)
})

test('a replay and disposals of the same items at the same time lose nothing and leave nothing half', async t => {
  const site = await startSite({ people: 24, days: 2, seed: 5, end: END, now: END + 3_600_000 })
  t.after(() => site.stop())
  const archive = await testArchive(t, { pageItems: 60 })
  const { ground, actor } = archive
  await archive.addPeople(site.directoryCsv())
  const connector = await archive.addConnector(site, 'enterprise-number', { automaticMapping: false })
  await archive.work()
  assertComplete(await archive.run(connector, { from: site.from, to: END }))
  const unmapped = await filingsOf(archive, `i.state = 'unmapped'`)
  assert.ok(unmapped.length > 100)
  await archive.addMapping(connector, site.mappingCsv())
  const some = unmapped.filter((_, index) => index % 3 === 0)
  const pages = Array.from({ length: 10 }, (_, index) => some.filter((_, at) => at % 10 === index))
  const [replayed] = await Promise.all([
    replayFailures(ground, await archive.queue(), actor, connector.connectorId),
    ...pages.map(page => dispose(archive, page)),
  ])
  assert.ok(replayed.filings > 0)
  await finishDisposals(ground)
  // What was replayed first stays in the mailbox that it came to, or went from there as well.
  const [lost] = await ground.database.query(
    `select count(*) as items from unnest($1::uuid[]) as n (item_id)
     where not exists (select from item i where i.item_id = n.item_id)
       and not exists (select from tombstone t where t.item_id = n.item_id)`,
    [unmapped.map(each => each.itemId)],
  )
  assert.equal(lost!.items, 0)
  await assertSound(archive)
})
