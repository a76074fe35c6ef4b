/**
 * Small secrets sealed whole: AES-256-GCM with a random 96-bit nonce (SP 800-38D section 8.2.2: at most 2^32 under
 * one key, which purpose keys do not come near) and the caller's context as associated data, so that what was sealed
 * for one place does not open in another.
 *
 *     sealed := version 1 (1), nonce (12), ciphertext, tag (16)
 */
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import { HoldfastError } from '../errors.ts'
import { randomSlice } from './random.ts'

const VERSION = 1
const NONCE_SIZE = 12
const TAG_SIZE = 16
const OPTIONS = Object.freeze({ authTagLength: TAG_SIZE })

/** Bytes that sealing adds. */
const ENVELOPE_SIZE = 1 + NONCE_SIZE + TAG_SIZE

/** Seals `plaintext` for `context`. Equal inputs give different bytes. */
export function sealEnvelope(key: KeyObject, plaintext: Buffer, context: string): Buffer {
  const sealed = Buffer.allocUnsafe(plaintext.length + ENVELOPE_SIZE)
  sealed[0] = VERSION
  const nonce = sealed.subarray(1, 1 + NONCE_SIZE)
  nonce.set(randomSlice(NONCE_SIZE))
  const cipher = createCipheriv('aes-256-gcm', key, nonce, OPTIONS)
  cipher.setAAD(Buffer.from(context, 'utf8'))
  if (plaintext.length > 0) sealed.set(cipher.update(plaintext), 1 + NONCE_SIZE)
  cipher.final()
  sealed.set(cipher.getAuthTag(), sealed.length - TAG_SIZE)
  return sealed
}

/** Opens what `sealEnvelope` made; null if the key, the context or a byte is another. @throws VAULT_VERSION */
export function openEnvelope(key: KeyObject, sealed: Buffer, context: string): Buffer | null {
  if (sealed.length < ENVELOPE_SIZE) return null
  if (sealed[0] !== VERSION)
    throw new HoldfastError(
      'VAULT_VERSION',
      `something sealed in version ${sealed[0]}, which this Holdfast does not know`,
    )
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + NONCE_SIZE), OPTIONS)
    decipher.setAAD(Buffer.from(context, 'utf8'))
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_SIZE))
    const plaintext = decipher.update(sealed.subarray(1 + NONCE_SIZE, sealed.length - TAG_SIZE))
    decipher.final()
    return plaintext
  } catch {
    return null
  }
}
