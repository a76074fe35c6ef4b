import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  formatCheckpoint,
  formatNote,
  formatVerifierKey,
  openNote,
  parseCheckpoint,
  parseNote,
  parseVerifierKey,
  signNote,
  verifierOf,
} from './note.ts'
import { leafHash } from './tree.ts'

const keys = generateKeyPairSync('ed25519')
const signer = { name: 'holdfast/test', ...keys }
const verifier = verifierOf(signer.name, keys.publicKey)
const refused = { code: 'CHECKPOINT_INVALID' }

/** Lines of any characters but controls, as a note's text may have. */
const line = fc
  .string({ unit: 'grapheme', minLength: 1 })
  .map(text => text.replace(/[\x00-\x1f]/g, '·').toWellFormed())
const noteText = fc.array(line, { minLength: 1, maxLength: 6 }).map(lines => `${lines.join('\n')}\n`)

test('what is signed opens under the key, and every note reads back as it was written', () => {
  fc.assert(
    fc.property(noteText, text => {
      const note = signNote(text, signer)
      assert.deepEqual(openNote(note, [verifier]), { text, names: [signer.name] })
      const parts = parseNote(note)
      assert.equal(formatNote(parts.text, parts.signatures), note)
    }),
  )
})

test('a text with empty lines keeps them: the last empty line parts the signatures', () => {
  const text = 'one\n\ntwo\n\n\nthree\n'
  assert.equal(openNote(signNote(text, signer), [verifier]).text, text)
})

test('a note with any character of its text changed is refused', () => {
  const note = signNote('holdfast/x/1\n5\nroot\n', signer)
  const end = note.indexOf('\n\n')
  for (let at = 0; at < end; at++) {
    const changed = `${note.slice(0, at)}${note[at] === 'x' ? 'y' : 'x'}${note.slice(at + 1)}`
    assert.throws(() => openNote(changed, [verifier]), refused)
  }
})

test('a signature by a stranger vouches for nothing but does no harm beside the right one', () => {
  const other = { name: 'holdfast/test', ...generateKeyPairSync('ed25519') }
  const text = 'said by two\n'
  const theirs = parseNote(signNote(text, other)).signatures
  const ours = parseNote(signNote(text, signer)).signatures
  assert.throws(() => openNote(formatNote(text, theirs), [verifier]), refused)
  assert.equal(openNote(formatNote(text, [...theirs, ...ours]), [verifier]).text, text)
})

test('a wrong signature under the name and id of a known key refuses the note, even beside a right one', () => {
  const text = 'said once\n'
  const [ours] = parseNote(signNote(text, signer)).signatures
  const [forged] = parseNote(signNote('said otherwise\n', signer)).signatures
  assert.throws(() => openNote(formatNote(text, [ours!, forged!]), [verifier]), refused)
})

test('malformed notes are refused', () => {
  const good = signNote('text\n', signer)
  const bad = {
    'no signature': 'text\n',
    'no newline at the end': good.slice(0, -1),
    'a hyphen for the dash': good.replace('—', '-'),
    'a control character': good.replace('text', 'te\txt'),
    'a carriage return': good.replaceAll('\n', '\r\n'),
    'no base64': good.replace(/[^ ]+\n$/, '?????\n'),
    'loose base64': good.replace(/\n$/, '=\n'),
    'a short signature': 'text\n\n— name AAAAAA==\n',
    'a plus in the name': good.replace('holdfast/test', 'holdfast+test'),
    'two spaces': good.replace('— ', '—  '),
    'an empty signature block': 'text\n\n\n',
    'too many signatures': `text\n\n${'— name AAAAAAA=\n'.repeat(65)}`,
    'too large': `${'x'.repeat(300_000)}${good}`,
  }
  for (const [what, note] of Object.entries(bad))
    assert.throws(() => openNote(note, [verifier]), refused, what)
})

test('arbitrary text never makes the parser fail in another way', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (noise, inside) => {
      const note = inside ? signNote('text\n', signer).replace('text', () => noise) : noise
      try {
        openNote(note, [verifier])
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'CHECKPOINT_INVALID')
      }
    }),
  )
})

test('a verifier key reads back as it was written, and one with a wrong hash, name or kind is refused', () => {
  const text = formatVerifierKey(verifier)
  assert.match(text, /^holdfast\/test\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$/)
  assert.equal(formatVerifierKey(parseVerifierKey(text)), text)
  const [name, id, key] = text.split(/\+(.{8})\+/) as [string, string, string]
  for (const bad of [
    '',
    name,
    `${name}+${id}`,
    `other+${id}+${key}`,
    `${name}+00000000+${key}`,
    `${name}+${id.toUpperCase()}A+${key}`,
    `${name}+${id}+${key}=`,
    `${name}+${id}+${Buffer.concat([Buffer.from([2]), Buffer.alloc(32)]).toString('base64')}`,
    `${text}\n`,
    `a b+${id}+${key}`,
  ])
    assert.throws(() => parseVerifierKey(bad), refused, bad)
})

test('a checkpoint reads back as it was written', () => {
  const root = leafHash(Buffer.from('x'))
  const checkpoint = { origin: 'holdfast/a/1', size: 20852163, root, extensions: [] }
  const text = formatCheckpoint(checkpoint)
  assert.equal(text, `holdfast/a/1\n20852163\n${root.toString('base64')}\n`)
  assert.deepEqual(parseCheckpoint(text), checkpoint)
  const extended = { ...checkpoint, size: 0, extensions: ['one', 'two'] }
  assert.deepEqual(parseCheckpoint(formatCheckpoint(extended)), extended)
})

test('malformed checkpoints are refused', () => {
  const root = leafHash(Buffer.from('x')).toString('base64')
  for (const text of [
    '',
    '\n',
    `o\n1\n`,
    `o\n1\n${root}`,
    `\n1\n${root}\n`,
    `o\n01\n${root}\n`,
    `o\n-1\n${root}\n`,
    `o\n1e3\n${root}\n`,
    `o\n99999999999999999999\n${root}\n`,
    `o\n1\n${root.slice(4)}\n`,
    `o\n1\n${root} \n`,
    `o\n1\n${root}\n\n`,
  ])
    assert.throws(() => parseCheckpoint(text), refused, JSON.stringify(text))
  const broken = { origin: 'two\nlines', size: 1, root: Buffer.alloc(32), extensions: [] }
  assert.throws(() => formatCheckpoint(broken), refused)
})
