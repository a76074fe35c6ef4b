/**
 * docs/formats/audit.md against the code, and against a verifier that was written from the page alone: it shares
 * nothing with the rest of this folder.
 */
import assert from 'node:assert/strict'
import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { FINDINGS } from './finding.ts'
import { formatProof, type ItemProof, parseProof } from './proof.ts'
import { verifyItemProof } from './verdict.ts'

const page = readFileSync(new URL('../../docs/formats/audit.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/^```(?:json)?\n([\s\S]*?)^```$/gm)].map(match => match[1]!)
const [entries, leafHashes, note, publicKey] = blocks as [string, string, string, string]
const proofText = blocks.at(-1)!
const item = {
  itemId: '0199aaf2-c3d4-8e0f-8123-456789abcdef',
  blind: Buffer.alloc(32, 1),
  originalDigest: Buffer.alloc(32, 2),
  messageDigest: Buffer.alloc(32, 3),
}

const sha = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
const leafOf = (bytes: Buffer) => sha(Buffer.from([0]), bytes)

/** RFC 9162 section 2.1.3.2, word for word. */
function fold(index: number, size: number, leaf: Buffer, path: readonly string[]): Buffer | null {
  let [fn, sn, r] = [index, size - 1, leaf]
  if (fn > sn) return null
  for (const p of path.map(text => Buffer.from(text, 'base64'))) {
    if (sn === 0) return null
    if (fn & 1 || fn === sn) {
      r = sha(Buffer.from([1]), p, r)
      while (!(fn & 1) && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1]
    } else {
      r = sha(Buffer.from([1]), r, p)
    }
    ;[fn, sn] = [fn >> 1, sn >> 1]
  }
  return sn === 0 ? r : null
}

/** Steps 1 to 4 of "Proof of an item"; the time of archiving, or null. */
function check(text: string, key: string): string | null {
  const proof = JSON.parse(text)
  const [name, , raw] = key.trim().split('+') as [string, string, string]
  const material = Buffer.from(raw, 'base64')
  const [body, signatures] = proof.checkpoint.split(/\n\n(?!.*\n\n)/s)
  const line = signatures.split('\n').find((each: string) => each.startsWith(`— ${name} `))
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), material.subarray(1)])
  const verifier = createPublicKey({ key: spki, format: 'der', type: 'spki' })
  const signature = Buffer.from(line.split(' ')[2], 'base64').subarray(4)
  if (!verify(null, Buffer.from(`${body}\n`), verifier, signature)) return null
  const [origin, size, root] = body.split('\n')
  if (!origin.startsWith(`${name}/`)) return null
  const { leaf, sequence, path } = proof.entry
  if (fold(sequence, Number(size), leafOf(Buffer.from(leaf)), path)?.toString('base64') !== root) return null
  const entry = JSON.parse(leaf)
  if (entry.act !== 'batch.file' || entry.detail.items !== proof.item.count) return null
  const itemId = Buffer.from(item.itemId.replaceAll('-', ''), 'hex')
  const { blind, originalDigest, messageDigest } = item
  const itemLeaf = sha(Buffer.from('holdfast leaf 1'), itemId, blind, originalDigest, messageDigest)
  const top = fold(proof.item.index, proof.item.count, leafOf(itemLeaf), proof.item.path)
  return top?.toString('hex') === entry.detail.merkleRoot ? entry.at : null
}

test('the entries on the page have the leaf hashes on the page', () => {
  const hashes = entries
    .trim()
    .split('\n')
    .map(line => leafOf(Buffer.from(line)).toString('hex'))
  assert.deepEqual(hashes, leafHashes.trim().split('\n'))
  assert.equal(hashes.length, 3)
})

test('the proof on the page holds for a verifier written from the page alone, and for ours', () => {
  assert.equal(check(proofText, publicKey), '2026-11-02T09:00:01.123Z')
  const proof = parseProof(proofText) as ItemProof
  assert.equal(formatProof(proof), proofText)
  assert.equal(proof.checkpoint, note)
  const verdict = verifyItemProof(proof, item, publicKey)
  assert(verdict.ok && verdict.origin === 'proven')
  assert.equal(verdict.message, 'archived unchanged at 2026-11-02T09:00:01.123Z')
})

test('both refuse the proof with any one letter of its hashes, its entry or its checkpoint changed', () => {
  for (const [from, to] of [
    ['HaAzv4kn', 'HaAzv4km'],
    ['K+hLAacr', 'K+hLAacs'],
    ['"sequence": 1', '"sequence": 0'],
    ['T09:00:01.123Z', 'T09:00:01.124Z'],
    ['7081/1\\n3\\n', '7081/1\\n4\\n'],
    ['"index": 0', '"index": 1'],
  ] as const) {
    const changed = proofText.replace(from, to)
    assert.notEqual(changed, proofText)
    assert.equal(check(changed, publicKey), null, from)
    assert.equal(verifyItemProof(parseProof(changed) as ItemProof, item, publicKey).ok, false, from)
  }
})

test('the page names every finding, in the same words', () => {
  for (const [code, meaning] of Object.entries(FINDINGS))
    assert(page.includes(`| \`${code}\` | ${meaning} |`), code)
})
