/**
 * Signed notes (c2sp.org/signed-note) and checkpoints (c2sp.org/tlog-checkpoint): a short text that anybody can read,
 * signed by keys that anybody can name. Pure; every Format has its Parse, and what Parse takes, Format gives back.
 *
 * A note is a text ending in a newline, an empty line, and signature lines:
 *
 *     <text, one or more lines>
 *
 *     — <key name> base64(key id (4 bytes) || signature)
 *
 * A checkpoint is a note whose text is the log's origin, the tree's size in decimal and its root in base64, each on
 * a line; further lines are kept but mean nothing to us. A verifier key is how a public key is handed on:
 *
 *     <key name>+<key id in hex>+base64(0x01 || Ed25519 public key (32 bytes))
 *
 * where key id = the first 4 bytes of SHA-256(key name || 0x0A || 0x01 || public key). Ed25519 (RFC 8032) is the only
 * kind of signature made or verified here; others, and other people's, are kept as they are and vouch for nothing.
 *
 * Errors: CHECKPOINT_INVALID, saying which part is wrong.
 */
import { createPublicKey, hash as digest, type KeyObject, sign, verify } from 'node:crypto'
import { HoldfastError } from '../errors.ts'
import { HASH_SIZE } from './tree.ts'

/** A key's public half with the name and id that its signatures carry. */
export type Verifier = { readonly name: string; readonly keyId: Buffer; readonly publicKey: KeyObject }

/** A key that signs notes under a name. */
type Signer = { readonly name: string; readonly privateKey: KeyObject; readonly publicKey: KeyObject }

/** One signature line. */
type Signature = { readonly name: string; readonly keyId: Buffer; readonly signature: Buffer }

/** The head of a log: `size` leaves have the root hash `root`. */
export type Checkpoint = {
  readonly origin: string
  readonly size: number
  readonly root: Buffer
  /** Extension lines, which we write none of. */
  readonly extensions: readonly string[]
}

/** Ed25519, in a key id and a verifier key. */
const ED25519 = 0x01
/** Limits on what comes from outside: a specification-abiding verifier takes at least 16 signatures. */
const NOTE_SIZE_MAX = 256 * 1024
const SIGNATURES_MAX = 64
/** What precedes the 32 key bytes in the SubjectPublicKeyInfo of an Ed25519 key (RFC 8410, section 10.1). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

const refuse = (why: string): HoldfastError => new HoldfastError('CHECKPOINT_INVALID', why)

/** Decodes base64 of RFC 4648 section 4, refusing what another encoder would not have written. */
function parseBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  if (text === '' || bytes.toString('base64') !== text) throw refuse('not base64 in its one proper form')
  return bytes
}

/** Key names are not empty and have neither spaces nor `+` (signed-note, Format). */
function demandName(name: string): string {
  if (name === '' || /[\s\p{White_Space}+]/u.test(name) || hasControls(name))
    throw refuse('a key name is empty or has spaces, `+` or control characters')
  return name
}

const hasControls = (text: string): boolean => /[\x00-\x09\x0b-\x1f]/.test(text)

// ---------------------------------------------------------------------------------------------------------------
// Keys.

/** The 32 bytes of an Ed25519 public key. */
function rawKey(publicKey: KeyObject): Buffer {
  const der = publicKey.export({ type: 'spki', format: 'der' })
  if (publicKey.asymmetricKeyType !== 'ed25519' || der.length !== SPKI_PREFIX.length + 32)
    throw refuse('not an Ed25519 key')
  return der.subarray(SPKI_PREFIX.length)
}

/** What verifies the notes that `publicKey` signs as `name`. */
export function verifierOf(name: string, publicKey: KeyObject): Verifier {
  const material = Buffer.concat([
    Buffer.from(`${demandName(name)}\n`),
    Buffer.from([ED25519]),
    rawKey(publicKey),
  ])
  return { name, keyId: digest('sha256', material, 'buffer').subarray(0, 4), publicKey }
}

/** Writes a verifier key, the one line by which a public key is handed on. */
export function formatVerifierKey({ name, keyId, publicKey }: Verifier): string {
  const key = Buffer.concat([Buffer.from([ED25519]), rawKey(publicKey)]).toString('base64')
  return `${name}+${keyId.toString('hex')}+${key}`
}

/** Reads a verifier key; refuses one whose id is not that of its key and name. */
export function parseVerifierKey(text: string): Verifier {
  const match = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text)
  if (!match) throw refuse('a public key is `name+hash+base64` on one line')
  const key = parseBase64(match[3]!)
  if (key.length !== 33 || key[0] !== ED25519) throw refuse('the public key is not an Ed25519 key')
  const publicKey = createPublicKey({
    key: Buffer.concat([SPKI_PREFIX, key.subarray(1)]),
    format: 'der',
    type: 'spki',
  })
  const verifier = verifierOf(match[1]!, publicKey)
  if (verifier.keyId.toString('hex') !== match[2])
    throw refuse('the public key is not the one its hash names')
  return verifier
}

// ---------------------------------------------------------------------------------------------------------------
// Notes.

function demandText(text: string): string {
  if (!text.endsWith('\n') || hasControls(text) || !text.isWellFormed())
    throw refuse('a note ends in a newline and has no other control character')
  return text
}

/** Writes a note from its text (which ends in a newline) and at least one signature. */
export function formatNote(text: string, signatures: readonly Signature[]): string {
  if (signatures.length === 0) throw refuse('a note has at least one signature')
  const lines = signatures.map(({ name, keyId, signature }) => {
    const bytes = Buffer.concat([keyId, signature])
    return `— ${demandName(name)} ${bytes.toString('base64')}\n`
  })
  return `${demandText(text)}\n${lines.join('')}`
}

/** Takes a note apart without verifying anything: until `openNote`, the text is hearsay. */
export function parseNote(note: string): { text: string; signatures: Signature[] } {
  if (note.length > NOTE_SIZE_MAX) throw refuse('the note is too large')
  demandText(note)
  const split = note.lastIndexOf('\n\n')
  if (split < 0) throw refuse('the note has no signatures')
  const lines = note.slice(split + 2, -1).split('\n')
  if (lines.length > SIGNATURES_MAX) throw refuse('the note has too many signatures')
  const signatures = lines.map(line => {
    const match = /^— (\S+) (\S+)$/u.exec(line)
    if (!match) throw refuse('a signature line is `— name base64`')
    const bytes = parseBase64(match[2]!)
    if (bytes.length < 5) throw refuse('a signature is cut short')
    return { name: demandName(match[1]!), keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) }
  })
  return { text: note.slice(0, split + 1), signatures }
}

/** Signs a text (which ends in a newline). Ed25519 is deterministic: the same text gives the same note. */
export function signNote(text: string, signer: Signer): string {
  const { keyId } = verifierOf(signer.name, signer.publicKey)
  const signature = sign(null, Buffer.from(demandText(text)), signer.privateKey)
  return formatNote(text, [{ name: signer.name, keyId, signature }])
}

/**
 * Verifies a note: at least one signature must be by one of `verifiers`, and none by them may be wrong. Signatures
 * by others are ignored, as the specification demands.
 */
export function openNote(note: string, verifiers: readonly Verifier[]): { text: string; names: string[] } {
  const { text, signatures } = parseNote(note)
  const names: string[] = []
  for (const { name, keyId, signature } of signatures) {
    const verifier = verifiers.find(known => known.name === name && known.keyId.equals(keyId))
    if (!verifier) continue
    if (!verify(null, Buffer.from(text), verifier.publicKey, signature))
      throw refuse(`the signature by ${name} is wrong`)
    names.push(name)
  }
  if (names.length === 0) throw refuse('no signature is by the key given')
  return { text, names }
}

// ---------------------------------------------------------------------------------------------------------------
// Checkpoints.

/** Writes the text of a checkpoint. */
export function formatCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  const text = [origin, String(size), root.toString('base64'), ...extensions]
    .map(line => `${line}\n`)
    .join('')
  parseCheckpoint(text)
  return text
}

/** Reads the text of a checkpoint. */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = demandText(text).slice(0, -1).split('\n')
  const [origin, size, root, ...extensions] = lines
  if (lines.length < 3 || lines.includes(''))
    throw refuse('a checkpoint has at least three lines, none empty')
  if (!/^(0|[1-9][0-9]*)$/.test(size!) || !Number.isSafeInteger(Number(size)))
    throw refuse('the tree size is not a decimal number')
  const hash = parseBase64(root!)
  if (hash.length !== HASH_SIZE) throw refuse('the root hash is not of 32 bytes')
  return { origin: origin!, size: Number(size), root: hash, extensions }
}

/** Reads a checkpoint's note; CHECKPOINT_INVALID if it is none. Checks no signature. */
export function parseCheckpointNote(note: string): Checkpoint {
  return parseCheckpoint(parseNote(note).text)
}

/** The size of the tree that a checkpoint's note speaks of; CHECKPOINT_INVALID if it is none. Checks no signature. */
export function sizeOfCheckpoint(note: string): number {
  return parseCheckpoint(parseNote(note).text).size
}
