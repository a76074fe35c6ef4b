/**
 * Verifying the audit log because somebody asks for it: one at a time, in the background of the serving process, with
 * its progress and its verdict kept. The log is read page by page and each page takes some tens of milliseconds, so
 * that whoever else is served hardly notices.
 *
 * The key that the signatures are checked by is the one that the asker kept, if they bring it; otherwise the archive's
 * own, and then the verdict says only that the log is consistent with itself: `origin` is then `unproven`.
 */
import { appendEntry, archivePublicKey, type Finding, parseCheckpointNote } from '../audit/audit.ts'
import { isUniqueViolation, type Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import { verifyArchive } from './archive-verification.ts'

export type Verification = {
  readonly verificationId: number
  readonly requestedBy: string
  readonly startedAt: Date
  readonly endedAt: Date | null
  readonly status: 'running' | 'sound' | 'broken' | 'failed'
  readonly leaves: number
  readonly leavesExpected: number
  readonly keyGiven: boolean
  readonly checkpointGiven: boolean
  readonly report: VerificationReport | null
  readonly errorCode: string | null
}

type VerificationReport = {
  readonly origin: 'proven' | 'unproven'
  readonly entries: number
  readonly treeSize: number
  readonly checkpoints: number
  readonly findings: readonly Finding[]
  readonly findingsTotal: number
}

type VerificationRequest = {
  /** A verifier key and a checkpoint that were kept elsewhere; null if there are none. */
  readonly publicKey: string | null
  readonly checkpoint: string | null
}

/** One that did not move for so long was interrupted: its process is gone. */
const INTERRUPTED = 60_000
const SEEN_EVERY = 1_000
const FINDINGS_KEPT = 100

/**
 * Begins a verification and returns it; `done` resolves with its verdict. VERIFICATION_RUNNING if one is under way,
 * CHECKPOINT_INVALID if key or checkpoint are not of this archive.
 */
export async function startVerification(
  ground: Ground,
  actor: Actor,
  request: VerificationRequest,
  signal?: AbortSignal,
): Promise<{ verification: Verification; done: Promise<Verification> }> {
  requireRole(actor, 'Audit Logs')
  const verificationId = await begin(ground, actor, request)
  const done = run(ground, actor, verificationId, request, signal)
  // Whoever asks for the verdict reads it from its row; an error is in there too.
  done.catch(() => {})
  return { verification: await getVerification(ground.database, verificationId), done }
}

async function begin(ground: Ground, actor: Actor, request: VerificationRequest): Promise<number> {
  const { database, clock } = ground
  const now = clock.now()
  if (request.checkpoint !== null) parseCheckpointNote(request.checkpoint)
  try {
    return await database.transaction(async tx => {
      await tx.execute(
        `update audit_verification set status = 'failed', ended_at = $1, error_code = 'INTERRUPTED'
         where status = 'running' and seen_at < $2`,
        [new Date(now), new Date(now - INTERRUPTED)],
      )
      const [row] = await tx.query<{ verification_id: number }>(
        `insert into audit_verification (requested_by, started_at, seen_at, status, leaves_expected, key_given, checkpoint_given)
         values ($1, $2, $2, 'running', (select coalesce(max(tree_size), 0) from audit_checkpoint), $3, $4)
         returning verification_id`,
        [actor.name, new Date(now), request.publicKey !== null, request.checkpoint !== null],
      )
      await appendEntry(tx, ground.keyring, clock, {
        actor: actor.name,
        act: 'audit.verify',
        subject: `verification:${row!.verification_id}`,
        detail: { keyGiven: request.publicKey !== null, checkpointGiven: request.checkpoint !== null },
      })
      return row!.verification_id
    })
  } catch (error) {
    if (isUniqueViolation(error))
      throw new HoldfastError('VERIFICATION_RUNNING', 'the log is being verified just now')
    throw error
  }
}

async function run(
  ground: Ground,
  actor: Actor,
  verificationId: number,
  request: VerificationRequest,
  signal: AbortSignal | undefined,
): Promise<Verification> {
  const { database, clock, archive } = ground
  let seen = clock.now()
  let writing: Promise<unknown> = Promise.resolve()
  try {
    const report = await verifyArchive(ground, {
      publicKey: request.publicKey ?? archivePublicKey(ground.keyring, archive.archiveId),
      earlierCheckpoint: request.checkpoint,
      onProgress: leaves => {
        signal?.throwIfAborted()
        if (clock.now() - seen < SEEN_EVERY) return
        seen = clock.now()
        writing = database
          .execute('update audit_verification set leaves = $2, seen_at = $3 where verification_id = $1', [
            verificationId,
            leaves,
            new Date(seen),
          ])
          .catch(error => ground.log.warn({ error }, 'the progress of a verification was not noted'))
      },
    })
    await writing
    const kept: VerificationReport = {
      origin: request.publicKey !== null ? report.origin : 'unproven',
      entries: report.entries,
      treeSize: report.treeSize,
      checkpoints: report.checkpoints,
      findings: report.findings.slice(0, FINDINGS_KEPT),
      findingsTotal: report.findingsTotal,
    }
    await end(ground, actor, verificationId, report.ok ? 'sound' : 'broken', report.treeSize, kept, null)
  } catch (error) {
    await writing
    const code = error instanceof HoldfastError ? error.code : signal?.aborted ? 'INTERRUPTED' : 'INTERNAL'
    await end(ground, actor, verificationId, 'failed', null, null, code)
    if (code === 'INTERNAL') ground.log.error({ error }, 'a verification of the audit log failed')
  }
  return getVerification(database, verificationId)
}

async function end(
  ground: Ground,
  actor: Actor,
  verificationId: number,
  status: Verification['status'],
  leaves: number | null,
  report: VerificationReport | null,
  errorCode: string | null,
): Promise<void> {
  await ground.database.transaction(async tx => {
    const now = new Date(ground.clock.now())
    await tx.execute(
      `update audit_verification set status = $2, ended_at = $3, seen_at = $3, leaves = coalesce($4, leaves), report = $5,
         error_code = $6 where verification_id = $1`,
      [verificationId, status, now, leaves, report && JSON.stringify(report), errorCode],
    )
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: `audit.verify-${status}`,
      subject: `verification:${verificationId}`,
      detail: report
        ? { origin: report.origin, treeSize: report.treeSize, findings: report.findingsTotal }
        : { code: errorCode },
    })
  })
}

type Row = {
  verification_id: number
  requested_by: string
  started_at: Date
  ended_at: Date | null
  status: Verification['status']
  leaves: number
  leaves_expected: number
  key_given: boolean
  checkpoint_given: boolean
  report: VerificationReport | null
  error_code: string | null
}

const COLUMNS = `verification_id, requested_by, started_at, ended_at, status, leaves, leaves_expected, key_given,
  checkpoint_given, report, error_code`

/** VERIFICATION_UNKNOWN if there is none. */
export async function getVerification(sql: Sql, verificationId: number): Promise<Verification> {
  const [row] = await sql.query<Row>(`select ${COLUMNS} from audit_verification where verification_id = $1`, [
    verificationId,
  ])
  if (!row) throw new HoldfastError('VERIFICATION_UNKNOWN', `there is no verification ${verificationId}`)
  return fromRow(row)
}

/** The last verifications, newest first. */
export async function listVerifications(sql: Sql, limit: number): Promise<Verification[]> {
  const rows = await sql.query<Row>(
    `select ${COLUMNS} from audit_verification order by verification_id desc limit $1`,
    [limit],
  )
  return rows.map(fromRow)
}

/**
 * The newest verdict that the log is broken and that stands; null if none does. It is answered only by a later sound
 * one that was given as much: whoever rewrote the log with the archive's own key is found out by a kept one alone.
 */
export async function standingVerdict(sql: Sql): Promise<Verification | null> {
  const [row] = await sql.query<Row>(
    `select ${COLUMNS} from audit_verification v where status = 'broken' and not exists (
       select from audit_verification s where s.status = 'sound' and s.verification_id > v.verification_id
         and s.key_given >= v.key_given and s.checkpoint_given >= v.checkpoint_given)
     order by verification_id desc limit 1`,
  )
  return row ? fromRow(row) : null
}

function fromRow(row: Row): Verification {
  return {
    verificationId: row.verification_id,
    requestedBy: row.requested_by,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    status: row.status,
    leaves: row.leaves,
    leavesExpected: row.leaves_expected,
    keyGiven: row.key_given,
    checkpointGiven: row.checkpoint_given,
    report: row.report,
    errorCode: row.error_code,
  }
}
