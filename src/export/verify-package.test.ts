import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { hasCode } from '../errors.ts'
import { testFolder } from '../testing/archive.ts'
import { type TestPackage, testPackage } from '../testing/export-package.ts'
import { flipBit, TAMPERINGS } from '../testing/export-tampering.ts'
import { writeZip } from '../testing/zip-writer.ts'
import type { CopyVerdict } from './verify-items.ts'
import { type VerifyPackageOptions, verifyPackage } from './verify-package.ts'

const sound: { eml: TestPackage; mbox: TestPackage; table: TestPackage; other: TestPackage } = {} as never
const closers: (() => Promise<void>)[] = []

before(async () => {
  const context = { after: (work: () => Promise<void>) => void closers.push(work) }
  for (const format of ['eml', 'mbox', 'table'] as const) sound[format] = await testPackage(context, format)
  sound.other = await testPackage(context)
  for (const close of closers) await close()
})

async function verify(zip: Buffer, options: Partial<VerifyPackageOptions> = {}) {
  const path = join(await testFolder(), 'export.zip')
  await writeFile(path, zip)
  return verifyPackage(path, { publicKey: null, earlierCheckpoint: null, ...options })
}

const codes = (verdict: Awaited<ReturnType<typeof verify>>) =>
  [...new Set(verdict.findings.map(finding => finding.code))].sort()

test('a sound package of messages holds, says when each was archived, and claims no more', async () => {
  const pack = sound.eml.copy()
  const copies: CopyVerdict[] = []
  const verdict = await verify(pack.zip(), {
    publicKey: pack.publicKey,
    earlierCheckpoint: pack.earlier,
    onCopy: copy => void copies.push(copy),
  })
  assert.deepEqual(verdict.findings, [])
  assert(verdict.ok)
  assert.equal(verdict.origin, 'proven')
  assert.equal(verdict.earlier, 'consistent')
  assert.equal(verdict.exportId, pack.exportId)
  assert.equal(verdict.demonstration, true)
  assert.equal(verdict.treeSize, 4)
  assert.deepEqual(verdict.copies, { unchanged: 9, archived: 0, changed: 0, unproven: 0, failed: 1 })
  assert.equal(verdict.completedAt?.toISOString(), '2026-11-02T09:00:00.123Z')
  assert.equal(copies.length, 10)
  assert.deepEqual(copies[8], {
    ordinal: 9,
    itemId: '0199aaf2-c3d4-8e0f-8123-000000000011',
    path: 'messages/a/Folder/9.eml',
    archivedAt: new Date('2026-11-02T09:00:00.123Z'),
    state: 'unchanged',
  })
  assert.equal(copies[9]!.state, 'failed')
})

test('without a key a package is consistent, and its origin unproven', async () => {
  const pack = sound.eml.copy()
  const verdict = await verify(pack.zip())
  assert(verdict.ok)
  assert.equal(verdict.origin, 'unproven')
  assert.equal(verdict.earlier, null)
})

test('messages are taken out of an mbox file, and proved', async () => {
  const pack = sound.mbox.copy()
  const verdict = await verify(pack.zip(), { publicKey: pack.publicKey })
  assert.deepEqual(verdict.findings, [])
  assert.equal(verdict.copies.unchanged, 9)
})

test('of a package without messages only the digests are proved', async () => {
  const pack = sound.table.copy()
  const verdict = await verify(pack.zip(), { publicKey: pack.publicKey })
  assert.deepEqual(verdict.findings, [])
  assert.deepEqual(verdict.copies, { unchanged: 0, archived: 9, changed: 0, unproven: 0, failed: 1 })
})

test('another archive’s key, a key that is none and another archive’s checkpoint are told', async () => {
  const { eml: pack, other } = sound
  const verdict = await verify(pack.zip(), { publicKey: other.publicKey })
  assert.deepEqual(codes(verdict), ['CHECKPOINT_INVALID'])
  assert.equal(verdict.origin, 'unproven')
  // What the key did not sign is compared with itself all the same.
  assert.equal(verdict.copies.unchanged, 9)
  for (const options of [
    { publicKey: 'no key' },
    { earlierCheckpoint: other.earlier },
    { earlierCheckpoint: 'no checkpoint' },
  ])
    await assert.rejects(verify(pack.zip(), options), error => hasCode(error, 'CHECKPOINT_INVALID'))
})

test('a checkpoint that was kept and that the package has no way from is no sign of damage', async () => {
  const pack = sound.eml.copy()
  const verdict = await verify(pack.zip(), { earlierCheckpoint: pack.unconnected })
  assert.deepEqual(codes(verdict), ['EARLIER_UNCONNECTED'])
  assert.equal(verdict.earlier, 'not-shown')
  const same = await verify(pack.zip(), {
    earlierCheckpoint: pack.files.get('proofs/checkpoint.txt')!.toString(),
  })
  assert(same.ok)
})

for (const [what, tamper, found, named] of TAMPERINGS)
  test(`${what} is found and named`, async () => {
    const pack = sound.eml.copy()
    tamper(pack)
    const verdict = await verify(pack.zip(), { publicKey: pack.publicKey })
    assert.deepEqual(codes(verdict), found)
    assert.equal(verdict.ok, false)
    const text = JSON.stringify(verdict.findings)
    assert(text.includes(named), text)
  })

test('a copy that differs from the others of its item is the one named, first or last', async () => {
  for (const changed of ['2.eml', '3.eml']) {
    const pack = sound.eml.copy()
    flipBit(pack, `messages/a/Folder/${changed}`, 40)
    // Its own line agrees with it, so that nothing but the proof can tell.
    const bytes = pack.files.get(`messages/a/Folder/${changed}`)!
    const { createHash } = await import('node:crypto')
    const digest = createHash('sha256').update(bytes).digest('hex')
    pack.lines('items.jsonl', lines =>
      lines.map(line =>
        line.includes(changed) ? line.replace(/("messageSha256":")[0-9a-f]+/, `$1${digest}`) : line,
      ),
    )
    pack.relist()
    const verdict = await verify(pack.zip())
    assert.deepEqual(codes(verdict), ['ITEM_CHANGED', 'LIST_CHANGED'])
    const named = verdict.findings.filter(each => each.code === 'ITEM_CHANGED').map(each => each.subject)
    assert.deepEqual(named, [`messages/a/Folder/${changed}`])
  }
})

test('an mbox file with a message changed, put in or taken out is found', async () => {
  const path = 'mbox/a/Folder.mbox'
  for (const [change, found] of [
    [(text: string) => text.replace('no. 3\r\n', 'no. 8\r\n'), ['FILE_CHANGED', 'ITEM_CHANGED']],
    [(text: string) => `${text}From x\nSubject: more\n\n`, ['COUNTS_DIFFER', 'FILE_CHANGED']],
    [(text: string) => text.slice(0, text.lastIndexOf('From a@')), ['FILE_CHANGED', 'ITEM_CHANGED']],
    [(text: string) => text.replace('>From the', 'From the'), ['FILE_CHANGED', 'ITEM_CHANGED']],
  ] as const) {
    const pack = sound.mbox.copy()
    const before = pack.files.get(path)!.toString()
    const after = change(before)
    assert.notEqual(after, before)
    pack.files.set(path, Buffer.from(after))
    assert.deepEqual(
      codes(await verify(pack.zip())).filter(code => code !== 'COUNTS_DIFFER' || found[0] === code),
      found,
    )
  }
})

test('what is no package, or no safe one, is refused in words', async () => {
  const pack = sound.eml.copy()
  const parts = [...pack.files].map(([name, content]) => ({ name, content }))
  const refusals: [string, Buffer, RegExp][] = [
    ['not a ZIP', Buffer.from('hello, this is no package at all, it is only a text'), /damaged or unsafe/],
    ['cut off', pack.zip().subarray(0, 3000), /damaged or unsafe/],
    ['empty', Buffer.alloc(0), /damaged or unsafe/],
    ['another ZIP', writeZip([{ name: 'a.txt', content: Buffer.from('a') }]), /no manifest\.json/],
    ['a path upwards', writeZip([...parts, { name: '../evil', content: Buffer.from('a') }]), /unsafe/],
    ['an absolute path', writeZip([...parts, { name: '/etc/passwd', content: Buffer.from('a') }]), /unsafe/],
    ['a link', writeZip([...parts, { name: 'link', content: Buffer.from('a'), mode: 0o120777 }]), /link/],
    ['overlapping entries', overlapping(parts), /overlap/],
    ['an entry that the directory does not have', hidden(pack.zip()), /in none of its entries/],
    ['a comment', commented(pack.zip(), 'see also: the rest'), /in none of its entries/],
    [
      'a manifest of wrong types',
      writeZip([
        { name: 'manifest.json', content: Buffer.from('{"format":"holdfast-export-1","archive":7}') },
      ]),
      /manifest\.json is not as the layout says: archive/,
    ],
    [
      'a vast manifest',
      writeZip([{ name: 'manifest.json', content: Buffer.alloc(5_000_000, ' ') }]),
      /larger than/,
    ],
  ]
  for (const [what, zip, words] of refusals)
    await assert.rejects(verify(zip), error => {
      assert(hasCode(error, 'PACKAGE_INVALID'), `${what}: ${error}`)
      assert.match((error as Error).message, words, what)
      return true
    })
})

function overlapping(parts: readonly { name: string; content: Buffer }[]): Buffer {
  const large = { name: 'large', content: Buffer.alloc(20_000, 'x'), method: 0 }
  const more = Array.from({ length: 50 }, (_, n) => ({ ...large, name: `large-${n}`, overlaps: true }))
  return writeZip([...parts, large, ...more])
}

/** With an entry between the last one and the directory, which streaming readers unpack. */
function hidden(zip: Buffer): Buffer {
  const extra = writeZip([{ name: 'messages/more.eml', content: Buffer.from('forged'), method: 0 }])
  const entry = extra.subarray(0, extra.readUInt32LE(extra.length - 6))
  const directory = zip.readUInt32LE(zip.length - 6)
  const whole = Buffer.concat([zip.subarray(0, directory), entry, zip.subarray(directory)])
  whole.writeUInt32LE(directory + entry.length, whole.length - 6)
  return whole
}

function commented(zip: Buffer, comment: string): Buffer {
  const whole = Buffer.concat([zip, Buffer.from(comment)])
  whole.writeUInt16LE(comment.length, zip.length - 2)
  return whole
}

test('an encrypted package is told from a damaged one', async () => {
  await assert.rejects(verify(Buffer.from('age-encryption.org/v1\n-> scrypt x 18\n')), error =>
    hasCode(error, 'PACKAGE_ENCRYPTED'),
  )
})

test('a file that unpacks to more than it says, and one there twice, are found', async () => {
  const pack = sound.eml.copy()
  const parts = [...pack.files].map(([name, content]) => ({ name, content }))
  const bomb = Buffer.alloc(3_000_000)
  const larger = parts.map(part => (part.name === 'items.csv' ? { ...part, content: bomb, size: 14 } : part))
  assert.deepEqual(codes(await verify(writeZip(larger))), ['FILE_CHANGED'])
  const twice = [...parts, { name: 'messages/a/Folder/1.eml', content: Buffer.from('another') }]
  assert.deepEqual(codes(await verify(writeZip(twice))), ['FILE_TWICE'])
  const proofTwice = [...parts, parts.find(part => part.name === 'proofs/checkpoint.txt')!]
  assert.deepEqual(codes(await verify(writeZip(proofTwice))), ['FILE_TWICE'])
})

test('what more findings than are kept leave unsaid is not taken for proved', async () => {
  const { eml: pack, other } = sound
  const parts = [...pack.files].map(([name, content]) => ({ name, content }))
  const words = { name: 'VERIFY.txt', content: Buffer.from('x') }
  const full = writeZip([...Array.from({ length: 150 }, () => words), ...parts])
  const foreign = await verify(full, { publicKey: other.publicKey })
  assert.equal(foreign.origin, 'unproven')
  const unconnected = await verify(full, { publicKey: pack.publicKey, earlierCheckpoint: pack.unconnected })
  assert.deepEqual([unconnected.origin, unconnected.earlier], ['proven', 'not-shown'])
})

test('endless lines, and lines without end, cost no memory', async () => {
  const pack = sound.eml.copy()
  pack.files.set('proofs/items.jsonl', Buffer.alloc(64_000_000, '['))
  pack.files.set('proofs/batches.jsonl', Buffer.alloc(8_000_000, '\n'))
  const verdict = await verify(pack.zip())
  assert.deepEqual(codes(verdict), ['ITEM_UNPROVEN', 'PROOF_UNREADABLE'])
  assert.match(verdict.findings[0]!.message, /line 1 is not JSON/)
})

test('whatever byte of a package is changed, the answer is a verdict or a refusal', async () => {
  const bytes = sound.eml.zip()
  const seed = Number(process.env.HOLDFAST_SEED ?? 20261126)
  const next = drawFrom(seed)
  let held = 0
  for (let round = 0; round < 300; round++) {
    const changed = Buffer.from(bytes)
    for (let times = 0; times <= round % 3; times++) changed[next(changed.length)] = next(256)
    try {
      if ((await verify(changed)).ok) held++
    } catch (error) {
      assert(hasCode(error, 'PACKAGE_INVALID'), `seed ${seed}, round ${round}: ${error}`)
    }
  }
  // Times, versions and attributes of entries are nobody's, but most bytes are somebody's.
  assert(held < 100, `${held} held`)
})

/** A small generator (mulberry32): whole numbers below a bound. */
function drawFrom(seed: number): (bound: number) => number {
  let state = seed
  return bound => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound
  }
}
