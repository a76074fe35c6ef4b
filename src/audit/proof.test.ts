import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { testLog } from '../testing/audit-log.ts'
import { archivePublicKey, signCheckpoint } from './checkpoint.ts'
import { readEntries } from './entry.ts'
import {
  buildItemProof,
  type EntryProof,
  formatProof,
  type ItemDigests,
  type ItemProof,
  itemLeaf,
  parseProof,
  proveEntry,
} from './proof.ts'
import { leafHash, rootOf } from './tree.ts'
import { verifyEntryProof, verifyItemProof } from './verdict.ts'

/** A log with a batch of seven items filed among other acts, and the proof of each item. */
async function filedBatch(t: Parameters<typeof testLog>[0]) {
  const log = await testLog(t)
  const sequencer = log.start()
  for (let number = 0; number < 3; number++) await log.append()
  await sequencer.flush()
  const items: ItemDigests[] = Array.from({ length: 7 }, () => ({
    itemId: randomUUID(),
    blind: randomBytes(32),
    originalDigest: randomBytes(32),
    messageDigest: randomBytes(32),
  }))
  const leaves = items.map(itemLeaf)
  const merkleRoot = rootOf(leaves.map(leafHash)).toString('hex')
  const entryId = await log.append({
    act: 'batch.file',
    subject: 'batch:1',
    detail: { items: items.length, merkleRoot },
  })
  for (let number = 0; number < 9; number++) await log.append()
  await sequencer.flush()
  const notes = await log.database.query<{ note: string }>(
    'select note from audit_checkpoint order by tree_size',
  )
  const prove = async (index: number, since?: number): Promise<ItemProof> => {
    const entry = await proveEntry(log.database, entryId, since === undefined ? {} : { since })
    return buildItemProof(entry!, { itemId: items[index]!.itemId, index, leaves })
  }
  return { ...log, sequencer, items, leaves, entryId, prove, earlier: notes[0]!.note }
}

test("the item's leaf is the one the vault makes", () => {
  // Made by vault/leaf.ts; docs/formats/vault.md says of what.
  const leaf = itemLeaf({
    itemId: '0199aaf2-c3d4-8e0f-8123-456789abcdef',
    blind: Buffer.alloc(32, 1),
    originalDigest: Buffer.alloc(32, 2),
    messageDigest: Buffer.alloc(32, 3),
  })
  assert.equal(leaf.toString('hex'), '5e18784d618b7ae62bc16d7a7784b9204a027dada2a8c6e7067c5fb786a98868')
})

test('every item of a batch is proved to have been archived unchanged, and when', async t => {
  const log = await filedBatch(t)
  const { entries } = await readEntries(log.database, { act: 'batch.file', limit: 1 })
  for (const [index, item] of log.items.entries()) {
    const proof = parseProof(formatProof(await log.prove(index))) as ItemProof
    const verdict = verifyItemProof(proof, item, log.publicKey)
    assert(verdict.ok)
    assert.equal(verdict.origin, 'proven')
    assert.equal(verdict.archiveId, log.archiveId)
    assert.deepEqual(verdict.archivedAt, entries[0]!.at)
    assert.equal(verdict.message, `archived unchanged at ${entries[0]!.at.toISOString()}`)
    const unproven = verifyItemProof(proof, item, null)
    assert(unproven.ok && unproven.origin === 'unproven')
  }
})

test('an item with anything of it changed is not the one archived', async t => {
  const log = await filedBatch(t)
  const proof = await log.prove(4)
  const item = log.items[4]!
  for (const field of ['blind', 'originalDigest', 'messageDigest'] as const) {
    const changed = Buffer.from(item[field])
    changed[7]! ^= 1
    const verdict = verifyItemProof(proof, { ...item, [field]: changed }, log.publicKey)
    assert(!verdict.ok && verdict.failure === 'ITEM_INCLUSION', field)
  }
  const other = verifyItemProof(proof, log.items[3]!, log.publicKey)
  assert(!other.ok && other.failure === 'ITEM')
  const renamed = { ...proof, item: { ...proof.item, id: log.items[3]!.itemId } }
  const swapped = verifyItemProof(renamed, log.items[3]!, log.publicKey)
  assert(!swapped.ok && swapped.failure === 'ITEM_INCLUSION')
})

test('a proof that was tampered with fails where it was touched', async t => {
  const log = await filedBatch(t)
  const proof = await log.prove(2, 3)
  const item = log.items[2]!
  const failure = (changed: ItemProof, key: string | null = log.publicKey, earlier: string | null = null) => {
    const verdict = verifyItemProof(changed, item, key, earlier)
    return verdict.ok ? 'ok' : verdict.failure
  }
  assert.equal(failure(proof), 'ok')
  const turned = (path: readonly Buffer[]) => [randomBytes(32), ...path.slice(1)]
  const { leaf, checkpoint, sequence } = proof
  assert.equal(
    failure({ ...proof, item: { ...proof.item, path: turned(proof.item.path) } }),
    'ITEM_INCLUSION',
  )
  assert.equal(failure({ ...proof, item: { ...proof.item, index: 3 } }), 'ITEM_INCLUSION')
  assert.equal(failure({ ...proof, item: { ...proof.item, count: 8 } }), 'ENTRY')
  assert.equal(failure({ ...proof, path: turned(proof.path) }), 'ENTRY_INCLUSION')
  assert.equal(failure({ ...proof, sequence: sequence + 1 }), 'ENTRY_INCLUSION')
  assert.equal(failure({ ...proof, leaf: leaf.replace('"at":"2026', '"at":"2025') }), 'ENTRY_INCLUSION')
  assert.equal(failure({ ...proof, checkpoint: checkpoint.replace('\n13\n', '\n14\n') }), 'CHECKPOINT')
  assert.equal(failure({ ...proof, checkpoint: 'nonsense' }), 'CHECKPOINT')
  const { publicKey } = generateKeyPairSync('ed25519')
  assert.equal(failure(proof, archivePublicKey({ publicKey }, log.archiveId)), 'CHECKPOINT')
  assert.equal(failure(proof, log.publicKey, log.earlier), 'ok')
  assert.equal(
    failure({ ...proof, consistency: { size: 3, path: turned(proof.consistency!.path) } }, null, log.earlier),
    'EARLIER',
  )
  assert.equal(failure({ ...proof, consistency: null }, null, log.earlier), 'EARLIER')
})

test('a forger without the key can make a proof that is consistent, never one that is proven', async t => {
  const log = await filedBatch(t)
  const item = log.items[0]!
  const leaves = [itemLeaf(item)]
  const entry = (await readEntries(log.database, { act: 'batch.file', limit: 1 })).entries[0]!
  const leaf = JSON.stringify({
    act: 'batch.file',
    actor: 'system',
    at: '2020-01-01T00:00:00.000Z',
    detail: { items: 1, merkleRoot: rootOf(leaves.map(leafHash)).toString('hex') },
    id: entry.entryId,
    sealed: null,
    subject: '',
    v: 1,
  })
  const keys = generateKeyPairSync('ed25519')
  const forger = { signingKey: keys.privateKey, publicKey: keys.publicKey }
  const origin = { archiveId: log.archiveId, epoch: 1 }
  const forged: EntryProof = {
    leaf,
    sequence: 0,
    path: [],
    checkpoint: signCheckpoint(forger, origin, 1, leafHash(Buffer.from(leaf))),
    consistency: null,
  }
  const proof = buildItemProof(forged, { itemId: item.itemId, index: 0, leaves })
  const consistent = verifyItemProof(proof, item, null)
  assert(consistent.ok && consistent.origin === 'unproven')
  const checked = verifyItemProof(proof, item, log.publicKey)
  assert(!checked.ok && checked.failure === 'CHECKPOINT')
  const against = verifyItemProof(proof, item, null, log.earlier)
  assert(!against.ok && against.failure === 'EARLIER')
})

test('an entry of another act does not file items, whatever its detail says', async t => {
  const log = await filedBatch(t)
  const leaves = log.leaves.slice(0, 1)
  const merkleRoot = rootOf(leaves.map(leafHash)).toString('hex')
  const entryId = await log.append({ act: 'test.other', detail: { items: 1, merkleRoot } })
  await log.sequencer.flush()
  const entry = await proveEntry(log.database, entryId)
  const proof = buildItemProof(entry!, { itemId: log.items[0]!.itemId, index: 0, leaves })
  const verdict = verifyItemProof(proof, log.items[0]!, log.publicKey)
  assert(!verdict.ok && verdict.failure === 'ENTRY')
})

test('any entry is proved, and tells what it says; one that waits has no proof yet', async t => {
  const log = await filedBatch(t)
  const entryId = await log.append({
    act: 'search.run',
    actor: 'person:a',
    subject: 's',
    detail: { results: 4 },
  })
  assert.equal(await proveEntry(log.database, entryId), null)
  assert.equal(await proveEntry(log.database, randomUUID()), null)
  await log.sequencer.flush()
  const proof = await proveEntry(log.database, entryId)
  const verdict = verifyEntryProof(parseProof(formatProof(proof!)), log.publicKey)
  assert(verdict.ok)
  assert.equal(verdict.treeSize, 14)
  assert.equal(verdict.sequence, 13)
  assert.deepEqual(
    [
      verdict.entry.entryId,
      verdict.entry.act,
      verdict.entry.actor,
      verdict.entry.subject,
      verdict.entry.detail,
    ],
    [entryId, 'search.run', 'person:a', 's', { results: 4 }],
  )
})

test('a proof leads on from every earlier checkpoint, and from none that the log never had', async t => {
  const log = await filedBatch(t)
  for (let since = 1; since <= 13; since++) {
    const leaves = await log.database.query<{ leaf_hash: Buffer }>(
      'select leaf_hash from audit_leaf where sequence < $1 order by sequence',
      [since],
    )
    const root = rootOf(leaves.map(row => row.leaf_hash))
    const earlier = signCheckpoint(log.keyring, { archiveId: log.archiveId, epoch: 1 }, since, root)
    assert(verifyItemProof(await log.prove(1, since), log.items[1]!, log.publicKey, earlier).ok)
    const wrong = signCheckpoint(log.keyring, { archiveId: log.archiveId, epoch: 1 }, since, leafHash(root))
    assert(!verifyItemProof(await log.prove(1, since), log.items[1]!, log.publicKey, wrong).ok)
  }
  for (const since of [0, -1, 14, 1.5])
    await assert.rejects(proveEntry(log.database, log.entryId, { since }), { code: 'USAGE' })
})

test('a proof reads back as it was written; what is not one is refused by PROOF_INVALID alone', async t => {
  const log = await filedBatch(t)
  const text = formatProof(await log.prove(5, 3))
  assert.equal(formatProof(parseProof(text)), text)
  const document = JSON.parse(text) as Record<string, Record<string, unknown>>
  const changed = (change: (copy: typeof document) => void) => {
    const copy = structuredClone(document)
    change(copy)
    return JSON.stringify(copy)
  }
  for (const bad of [
    '',
    '[]',
    '{}',
    text.replace('holdfast-proof-1', 'holdfast-proof-2'),
    changed(copy => {
      copy.further = {}
    }),
    changed(copy => {
      delete copy.checkpoint
    }),
    changed(copy => {
      copy.entry!.sequence = -1
    }),
    changed(copy => {
      copy.entry!.path = ['AAAA']
    }),
    changed(copy => {
      copy.item!.path = Array.from({ length: 60 }, () => Buffer.alloc(32).toString('base64'))
    }),
    changed(copy => {
      copy.item!.id = 'not an id'
    }),
  ])
    assert.throws(() => parseProof(bad), { code: 'PROOF_INVALID' })
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      assert.throws(() => parseProof(JSON.stringify(value)), { code: 'PROOF_INVALID' })
    }),
  )
})
