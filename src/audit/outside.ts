/**
 * Checkpoints kept outside the database: in object storage, in a mirror, in an auditor's drawer. They are what shows
 * that the newest rows were dropped or an old database put back, since nothing inside it can.
 */
import { HoldfastError } from '../errors.ts'
import type { Storage } from '../storage/storage.ts'
import { CHECKPOINT_PREFIX, parseCheckpointName, parseOrigin } from './checkpoint.ts'
import type { Findings } from './finding.ts'
import { openNote, parseCheckpoint, parseNote, parseVerifierKey, type Verifier } from './note.ts'

/** What a checkpoint claims of the log, and who says so. */
export type Claim = {
  readonly size: number
  readonly root: Buffer
  readonly epoch: number
  /** For messages: the object's name, or that it was given. */
  readonly where: string
  /** True for the one that the auditor brought: nothing inside the archive can explain it away. */
  readonly given: boolean
}

/** Reads the archive's public key; CHECKPOINT_INVALID if it is another archive's. */
export function readVerifier(publicKey: string | null, archiveId: string): Verifier | null {
  if (publicKey === null) return null
  const verifier = parseVerifierKey(publicKey.trim())
  if (verifier.name !== `holdfast/${archiveId}`)
    throw new HoldfastError(
      'CHECKPOINT_INVALID',
      `the public key is that of ${verifier.name}, not of this archive`,
    )
  return verifier
}

/**
 * Reads one checkpoint of this archive, verifying its signature if there is a key to do it by.
 * @throws CHECKPOINT_INVALID
 */
export function readClaim(
  note: string,
  verifier: Verifier | null,
  archiveId: string,
): Pick<Claim, 'size' | 'root' | 'epoch'> {
  const { text } = verifier ? openNote(note, [verifier]) : parseNote(note)
  const { origin, size, root } = parseCheckpoint(text)
  const named = parseOrigin(origin)
  if (named.archiveId !== archiveId)
    throw new HoldfastError('CHECKPOINT_INVALID', `the checkpoint is that of archive ${named.archiveId}`)
  return { size, root, epoch: named.epoch }
}

/** Reads every checkpoint in a storage; those that cannot be read or verified become findings. */
export async function readClaims(
  storage: Storage,
  label: string,
  verifier: Verifier | null,
  archiveId: string,
  findings: Findings,
): Promise<Claim[]> {
  const claims: Claim[] = []
  for await (const { name, size: bytes } of storage.list(CHECKPOINT_PREFIX)) {
    const named = parseCheckpointName(name)
    const where = `${name} in ${label}`
    if (!named || bytes > NOTE_BYTES_MAX) {
      findings.add('CHECKPOINT_UNREADABLE', `${where} is not a checkpoint`)
      continue
    }
    const note = (await storage.read(name)).toString()
    let claim: Pick<Claim, 'size' | 'root' | 'epoch'>
    try {
      claim = readClaim(note, null, archiveId)
    } catch (error) {
      findings.add('CHECKPOINT_UNREADABLE', `${where}: ${(error as Error).message}`)
      continue
    }
    if (claim.size !== named.size || claim.epoch !== named.epoch)
      findings.add('CHECKPOINT_UNREADABLE', `${where} holds the checkpoint of another size or epoch`)
    if (verifier && !isSigned(note, verifier)) {
      findings.add('CHECKPOINT_SIGNATURE', `${where} is not signed by the key`)
      continue
    }
    claims.push({ ...claim, where, given: false })
  }
  return claims
}

const NOTE_BYTES_MAX = 64 * 1024

/** Whether the key signed the note. */
export function isSigned(note: string, verifier: Verifier): boolean {
  try {
    openNote(note, [verifier])
    return true
  } catch {
    return false
  }
}
