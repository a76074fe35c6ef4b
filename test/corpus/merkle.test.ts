/**
 * Other people's data against audit/: the 335 proof vectors and the hash cases of transparency-dev/merkle, and the
 * worked examples of the C2SP specifications for signed notes and checkpoints.
 */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openNote, parseCheckpoint, parseNote, parseVerifierKey } from '../../src/audit/note.ts'
import {
  emptyRoot,
  leafHash,
  nodeHash,
  verifyConsistency,
  verifyInclusion,
  verifySubtreeConsistency,
  verifySubtreeInclusion,
} from '../../src/audit/tree.ts'

const corpus = join(process.env.HOLDFAST_CORPUS ?? '../shared/data', 'merkle')
const skip = existsSync(corpus) ? false : 'the corpus is not here (HOLDFAST_CORPUS)'
const vectors = join(corpus, 'transparency-dev-merkle', 'testdata')

type Vector = { wantErr: boolean; desc: string; proof: string[] | null } & Record<string, unknown>

function vectorsOf(kind: string): { file: string; vector: Vector }[] {
  return readdirSync(join(vectors, kind), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.json'))
    .map(entry => join(entry.parentPath, entry.name))
    .map(file => ({ file, vector: JSON.parse(readFileSync(file, 'utf8')) as Vector }))
}

const bytes = (value: unknown): Buffer => Buffer.from(String(value ?? ''), 'base64')

const checks: Record<string, { count: number; holds: (vector: Vector, proof: Buffer[]) => boolean }> = {
  inclusion: {
    count: 65,
    holds: (vector, proof) =>
      verifyInclusion(
        Number(vector.leafIdx),
        Number(vector.treeSize),
        bytes(vector.leafHash),
        proof,
        bytes(vector.root),
      ),
  },
  consistency: {
    count: 57,
    holds: (vector, proof) =>
      verifyConsistency(
        Number(vector.size1),
        Number(vector.size2),
        proof,
        bytes(vector.root1),
        bytes(vector.root2),
      ),
  },
  subtreeinclusion: {
    count: 138,
    holds: (vector, proof) =>
      verifySubtreeInclusion(
        Number(vector.leafIdx),
        Number(vector.start),
        Number(vector.end),
        bytes(vector.leafHash),
        proof,
        bytes(vector.root),
      ),
  },
  subtreeconsistency: {
    count: 75,
    holds: (vector, proof) =>
      verifySubtreeConsistency(
        Number(vector.start),
        Number(vector.end),
        Number(vector.size),
        proof,
        bytes(vector.root1),
        bytes(vector.root2),
      ),
  },
}

for (const [kind, { count, holds }] of Object.entries(checks)) {
  test(`all ${count} ${kind} vectors of transparency-dev/merkle are answered as they say`, { skip }, () => {
    const found = vectorsOf(kind)
    assert.equal(found.length, count)
    assert(found.some(({ vector }) => !vector.wantErr))
    for (const { file, vector } of found)
      assert.equal(holds(vector, (vector.proof ?? []).map(bytes)), !vector.wantErr, `${file}: ${vector.desc}`)
  })
}

test('the hash cases of transparency-dev/merkle come out', { skip }, () => {
  const source = readFileSync(join(corpus, 'transparency-dev-merkle/rfc6962/rfc6962_test.go'), 'utf8')
  const wanted = new Map(
    [...source.matchAll(/desc: "(RFC6962 [^"]+)",\s+want: "([0-9a-f]{64})"/g)].map(match => [
      match[1],
      match[2],
    ]),
  )
  assert.equal(wanted.size, 4)
  const hex = (hash: Buffer) => hash.toString('hex')
  assert.equal(hex(emptyRoot()), wanted.get('RFC6962 Empty'))
  assert.equal(hex(leafHash(Buffer.alloc(0))), wanted.get('RFC6962 Empty Leaf'))
  assert.equal(hex(leafHash(Buffer.from('L123456'))), wanted.get('RFC6962 Leaf'))
  assert.equal(hex(nodeHash(Buffer.from('N123'), Buffer.from('N456'))), wanted.get('RFC6962 Node'))
})

/** The fenced blocks of a specification page. */
function blocksOf(page: string): string[] {
  const text = readFileSync(join(corpus, 'c2sp', page), 'utf8')
  return [...text.matchAll(/^```\n([\s\S]*?)^```$/gm)].map(match => match[1]!)
}

test('the worked example of c2sp.org/signed-note verifies under its key, and under no other', {
  skip,
}, () => {
  const page = readFileSync(join(corpus, 'c2sp/signed-note.md'), 'utf8')
  const key = page.match(/^ {4}(example\.com\/foo\+\S+)$/m)![1]!
  const note = blocksOf('signed-note.md').find(block => block.includes('— example.com/foo'))!
  assert.equal(openNote(note, [parseVerifierKey(key)]).text, 'This is an example message.\n')
  const other = key.replace('AekyeRrm', 'AekyeRrn')
  assert.throws(() => parseVerifierKey(other), { code: 'CHECKPOINT_INVALID' })
  assert.throws(() => openNote(note.replace('example message', 'examplf message'), [parseVerifierKey(key)]), {
    code: 'CHECKPOINT_INVALID',
  })
})

test('the poem of c2sp.org/signed-note, a text with an empty line, is read whole', { skip }, () => {
  const note = blocksOf('signed-note.md').find(block => block.includes('quasimodo'))!
  const { text, signatures } = parseNote(note)
  assert(text.endsWith('\n\ned è subito sera.\n'))
  assert.deepEqual(
    signatures.map(signature => signature.name),
    ['quasimodo.example/salvatore'],
  )
})

test('the checkpoint of c2sp.org/tlog-checkpoint is read', { skip }, () => {
  const note = blocksOf('tlog-checkpoint.md').find(block => block.includes('behind-the-sofa'))!
  const checkpoint = parseCheckpoint(parseNote(note).text)
  assert.equal(checkpoint.origin, 'example.com/behind-the-sofa')
  assert.equal(checkpoint.size, 20852163)
  assert.equal(checkpoint.root.toString('base64'), 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=')
})
