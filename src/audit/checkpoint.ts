/**
 * What makes a checkpoint one of this archive: its origin, the name of the key that signs it, and its name in object
 * storage. Each Format has its Parse.
 *
 *     origin       holdfast/<archive id>/<epoch>
 *     key name     holdfast/<archive id>
 *     object name  checkpoints/<epoch>-<tree size, 20 digits>
 *
 * An epoch is one unbroken growth of the log. Restoring a backup begins another, since the entries made after the
 * backup are then missing and the log grows on in another way: the origin changes, and the key and its name do not,
 * so that the one public key an auditor keeps goes on verifying.
 */
import type { KeyObject } from 'node:crypto'
import { HoldfastError } from '../errors.ts'
import type { Storage } from '../storage/storage.ts'
import { formatCheckpoint, formatVerifierKey, signNote, verifierOf } from './note.ts'

export type Origin = { readonly archiveId: string; readonly epoch: number }

/** The keyring's half that signs checkpoints. */
export type CheckpointKeys = { readonly signingKey: KeyObject; readonly publicKey: KeyObject }

export const CHECKPOINT_PREFIX = 'checkpoints/'
const NAME = /^checkpoints\/([1-9][0-9]*)-([0-9]{20})$/
const ORIGIN = /^holdfast\/([0-9a-f-]{36})\/([1-9][0-9]*)$/

/** Writes the origin line of a checkpoint. */
function formatOrigin({ archiveId, epoch }: Origin): string {
  return `holdfast/${archiveId}/${epoch}`
}

/** Reads an origin line; CHECKPOINT_INVALID if it is not a Holdfast archive's. */
export function parseOrigin(text: string): Origin {
  const match = ORIGIN.exec(text)
  if (!match) throw new HoldfastError('CHECKPOINT_INVALID', 'the origin is not that of a Holdfast archive')
  return { archiveId: match[1]!, epoch: Number(match[2]) }
}

/** Names a checkpoint in object storage. */
export function formatCheckpointName(epoch: number, size: number): string {
  return `${CHECKPOINT_PREFIX}${epoch}-${String(size).padStart(20, '0')}`
}

/** Reads such a name; null if it is another object's. */
export function parseCheckpointName(name: string): { epoch: number; size: number } | null {
  const match = NAME.exec(name)
  return match ? { epoch: Number(match[1]), size: Number(match[2]) } : null
}

const keyName = (archiveId: string): string => `holdfast/${archiveId}`

/** The archive's public key as a C2SP verifier key: the one line that an auditor keeps. */
export function archivePublicKey(keys: Pick<CheckpointKeys, 'publicKey'>, archiveId: string): string {
  return formatVerifierKey(verifierOf(keyName(archiveId), keys.publicKey))
}

/** Signs the head of this archive's log. */
export function signCheckpoint(keys: CheckpointKeys, origin: Origin, size: number, root: Buffer): string {
  const text = formatCheckpoint({ origin: formatOrigin(origin), size, root, extensions: [] })
  return signNote(text, {
    name: keyName(origin.archiveId),
    privateKey: keys.signingKey,
    publicKey: keys.publicKey,
  })
}

/** The largest tree that a checkpoint of this epoch in object storage speaks of; 0 if there is none. */
export async function newestPublishedSize(storage: Storage, epoch: number): Promise<number> {
  let newest = 0
  for await (const { name } of storage.list(`${CHECKPOINT_PREFIX}${epoch}-`))
    newest = Math.max(newest, parseCheckpointName(name)?.size ?? 0)
  return newest
}
