/**
 * The archive's keys. A master key, kept outside the database, wraps a handful of purpose keys (NIST SP 800-57's key
 * wrapping hierarchy); one of those wraps each item's own key by AES-KW (RFC 3394). So the master key can change
 * without touching items, an item can be made unreadable by removing 40 bytes, and a copy of the database or of the
 * objects without the master key reads nothing.
 *
 * Opening asks for the master key once and is asynchronous; all else is synchronous and in memory. No key leaves this
 * folder but as a `KeyObject`, which does not show itself in logs. `docs/operating/keys.md` is for operators.
 */
import { createHmac, createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import { openEnvelope, sealEnvelope } from './envelope.ts'
import { type ItemKey, itemKeyMaker, unwrapKey } from './item-key.ts'
import { makeMasterKey } from './master-key.ts'
import { makePurposeKeys, type PurposeName, readPurposeKeys } from './purpose-keys.ts'
import { currentMasterKey } from './rotation.ts'

export {
  CHUNK_SIZE,
  type ChunkSeal,
  contentSize,
  openStream,
  openWhole,
  sealedSize,
  sealInto,
  sealStream,
} from './chunks.ts'
export type { ItemKey } from './item-key.ts'
export { rotateMasterKey } from './rotation.ts'

/** What others may seal or hash under; the item-wrapping key and the signing seed stay inside. */
export type Purpose = Exclude<PurposeName, 'item' | 'audit-signing'>

export type Keyring = {
  /** Names the master key: 16 hex digits, safe to show. */
  readonly masterKeyId: string
  /** A fresh random key for one item, and its wrapped form to be stored in the item's row. */
  newItemKey(): ItemKey
  /** @throws MASTER_KEY_WRONG if it was wrapped under another archive's key, or was changed */
  unwrapItemKey(wrapped: Buffer): KeyObject
  /** The 256-bit key of a purpose, for keyed hashes (HMAC). */
  purposeKey(name: Purpose): KeyObject
  /** Seals a small secret under a purpose, for one place (`context`). Adds 29 bytes; never gives the same twice. */
  seal(purpose: Purpose, plaintext: Buffer, context: string): Buffer
  /** @throws VAULT_DAMAGED if the bytes, the purpose or the context are not those it was sealed with */
  open(purpose: Purpose, sealed: Buffer, context: string): Buffer
  /** Ed25519 (RFC 8032), for the audit log's checkpoints. */
  readonly signingKey: KeyObject
  readonly publicKey: KeyObject
}

/** PKCS #8 of an Ed25519 seed (RFC 8410 section 7) up to the seed itself. */
const ED25519_PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

async function load(sql: Sql, master: Awaited<ReturnType<typeof makeMasterKey>>): Promise<Keyring> {
  const raw = await readPurposeKeys(sql, master)
  const keys = new Map<PurposeName, KeyObject>()
  const sealing = new Map<PurposeName, KeyObject>()
  for (const [name, key] of raw) {
    keys.set(name, createSecretKey(key))
    // Apart from the purpose key itself, so that what is hashed and what is encrypted never share a key.
    sealing.set(name, createSecretKey(createHmac('sha256', key).update('holdfast seal 1').digest()))
  }
  const signingKey = createPrivateKey({
    key: Buffer.concat([ED25519_PKCS8_PREFIX, raw.get('audit-signing')!]),
    format: 'der',
    type: 'pkcs8',
  })
  for (const key of raw.values()) key.fill(0)
  const itemWrapping = keys.get('item')!
  return Object.freeze({
    masterKeyId: master.id,
    newItemKey: itemKeyMaker(itemWrapping),
    unwrapItemKey: (wrapped: Buffer) => unwrapKey(itemWrapping, wrapped),
    purposeKey: (name: Purpose) => keys.get(name)!,
    seal: (purpose: Purpose, plaintext: Buffer, context: string) =>
      sealEnvelope(sealing.get(purpose)!, plaintext, context),
    open: (purpose: Purpose, sealed: Buffer, context: string) => {
      const plaintext = openEnvelope(sealing.get(purpose)!, sealed, context)
      if (plaintext) return plaintext
      throw new HoldfastError('VAULT_DAMAGED', `what was sealed under the ${purpose} key does not open`)
    },
    signingKey,
    publicKey: createPublicKey(signingKey),
  })
}

/**
 * Opens the keys of an archive.
 * @throws MASTER_KEY_MISSING, MASTER_KEY_EXPOSED, MASTER_KEY_WRONG, ARCHIVE_MISSING if it was never created
 */
export async function openKeyring(sql: Sql, masterKeyFile: string): Promise<Keyring> {
  return load(sql, await currentMasterKey(sql, masterKeyFile))
}

/**
 * Makes the keys of a new archive within the transaction that creates it. The key file is made first; one that is
 * already there (of a creation that did not commit) is used. Repeated, it only adds keys that a newer version needs.
 */
export async function createKeyring(tx: Sql, masterKeyFile: string, clock: Clock): Promise<Keyring> {
  const master = await makeMasterKey(masterKeyFile)
  await makePurposeKeys(tx, master, clock)
  return load(tx, master)
}
