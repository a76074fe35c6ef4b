/**
 * Asking for an export: the role is checked, the query let in and cut to what its maker reaches at this moment, and
 * row, job and audit entry are committed together. From then on the export goes by what was fixed here.
 */
import { randomUUID } from 'node:crypto'
import { judgeSearch } from '../archive/archive.ts'
import { appendEntry } from '../audit/audit.ts'
import type { Sql } from '../database/database.ts'
import { admitRun } from '../ediscovery/ediscovery.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, mailboxScope, requireRole } from '../identity/identity.ts'
import type { Queue } from '../queue/queue.ts'
import {
  type Encryption,
  type Export,
  type ExportSource,
  exportOf,
  OPEN_STATES,
  readExport,
  type SealedRequest,
  sealPassPhrase,
  sealRequest,
} from './stored-export.ts'

/** What is asked for. An empty name gives it one that says what and when; it expires after 1 to 365 days. */
export type NewExport = Pick<
  Export,
  | 'name'
  | 'source'
  | 'format'
  | 'timeZone'
  | 'context'
  | 'duplicates'
  | 'natives'
  | 'destination'
  | 'expiresInDays'
> & { readonly encryption: { readonly passPhrase: string } | { readonly recipient: string } | null }

const NAME_MAX = 200
const AROUND_MAX = 1_000
const PASS_PHRASE_MIN = 12
const PASS_PHRASE_MAX = 1_000
/** Of one person, at a time. */
const OPEN_MAX = 20

const invalid = (message: string) => new HoldfastError('EXPORT_INVALID', message)

/**
 * Asks for an export; a worker makes it. EXPORT_INVALID for a setting that cannot be; QUERY_INVALID, MAILBOX_UNKNOWN
 * and the like as a search has them.
 */
export async function requestExport(
  ground: Ground,
  queue: Queue,
  actor: Actor,
  wanted: NewExport,
): Promise<Export> {
  requireRole(actor, 'Export')
  const exportId = randomUUID()
  const now = ground.clock.now()
  const encryption = await checkEncryption(wanted)
  checkSetting(wanted, encryption, ground.config.exportStorage)
  await checkTimeZone(ground.database, wanted.timeZone)
  const { query, scope } = await admitSource(ground, actor, wanted.source, exportId, now)
  const name = wanted.name.trim() || `${wanted.format} ${new Date(now).toISOString().slice(0, 16)}Z`
  const reach = mailboxScope(actor, 'Export')
  const request: SealedRequest = { name, source: wanted.source, query, reach, scope }
  const passPhrase =
    wanted.encryption && 'passPhrase' in wanted.encryption ? wanted.encryption.passPhrase : null
  const recipient = wanted.encryption && 'recipient' in wanted.encryption ? wanted.encryption.recipient : null
  return ground.database.transaction(async tx => {
    await checkOpen(tx, actor)
    await tx.execute(
      `insert into export (export_id, requested_by, created_at, state, request, format, time_zone, context, duplicates,
         natives, encryption, recipient, pass_phrase, destination, expires_in_days, export_key)
       values ($1, $2, $3, 'waiting', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
      [
        exportId,
        actor.name,
        new Date(now),
        sealRequest(ground, exportId, request),
        wanted.format,
        wanted.timeZone,
        JSON.stringify(wanted.context),
        wanted.duplicates,
        wanted.natives,
        encryption,
        recipient,
        passPhrase === null ? null : sealPassPhrase(ground, exportId, passPhrase),
        wanted.destination,
        wanted.expiresInDays,
        ground.keyring.newItemKey().wrapped,
      ],
    )
    await queue.send(tx, 'export', { exportId })
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: 'export.request',
      subject: `export:${exportId}`,
      detail: {
        format: wanted.format,
        timeZone: wanted.timeZone,
        context: wanted.context,
        duplicates: wanted.duplicates,
        encryption,
        destination: wanted.destination,
        expiresInDays: wanted.expiresInDays,
        ...(wanted.source.runId === null ? {} : { searchRun: wanted.source.runId }),
        ...(actor.breakGlass ? { breakGlass: true } : {}),
      },
      sealed: { name, query, scope: { ...scope, named: undefined } },
    })
    return exportOf(ground, (await readExport(tx, exportId))!)
  })
}

async function checkEncryption({ encryption }: NewExport): Promise<Encryption> {
  if (encryption === null) return 'none'
  if ('passPhrase' in encryption) {
    const { length } = encryption.passPhrase
    if (length < PASS_PHRASE_MIN || length > PASS_PHRASE_MAX)
      throw invalid(`a pass phrase has ${PASS_PHRASE_MIN} to ${PASS_PHRASE_MAX} characters`)
    return 'pass-phrase'
  }
  const { Encrypter } = await import('age-encryption')
  try {
    new Encrypter().addRecipient(encryption.recipient)
  } catch {
    throw invalid('the recipient is no public key of age (age1…)')
  }
  return 'recipient'
}

function checkSetting(wanted: NewExport, encryption: Encryption, storage: string | null): void {
  const { name, source, context, expiresInDays, destination } = wanted
  if (name.length > NAME_MAX) throw invalid(`a name has at most ${NAME_MAX} characters`)
  if ((source.query === null) === (source.runId === null))
    throw invalid('an export is of a query, or of a run of a saved search')
  if (source.runId !== null && (source.mailboxIds ?? source.connectorIds ?? source.folders) !== null)
    throw invalid('a run looked where it looked: leave mailboxes, connectors and folders out')
  if (context.type === 'around' && !(context.messages >= 1 && context.messages <= AROUND_MAX))
    throw invalid(`around a match go 1 to ${AROUND_MAX} messages`)
  if (!Number.isInteger(expiresInDays) || expiresInDays < 1 || expiresInDays > 365)
    throw invalid('a download expires after 1 to 365 days')
  if (destination !== 'storage') return
  if (storage === null) throw invalid('no storage for exports is set (HOLDFAST_EXPORT_STORAGE)')
  if (encryption === 'none')
    throw invalid('what is written to storage is encrypted: give a pass phrase or a key')
}

/** By the database, which counts the days of a selection, and by this program, which writes them. */
async function checkTimeZone(sql: Sql, timeZone: string): Promise<void> {
  const unknown = invalid('the time zone is not one of the IANA names, such as Europe/London')
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/.test(timeZone)) throw unknown
  try {
    new Intl.DateTimeFormat('en', { timeZone })
  } catch {
    throw unknown
  }
  const [known] = await sql.query('select from pg_timezone_names where lower(name) = lower($1)', [timeZone])
  if (!known) throw unknown
}

async function checkOpen(tx: Sql, actor: Actor): Promise<void> {
  const [row] = await tx.query<{ count: number }>(
    'select count(*) as count from export where requested_by = $1 and state = any($2::text[])',
    [actor.name, OPEN_STATES],
  )
  if ((row?.count ?? 0) >= OPEN_MAX) throw invalid(`${OPEN_MAX} exports of yours are not finished yet`)
}

/** What is exported, cut to what its maker reaches at this moment. */
async function admitSource(
  ground: Ground,
  actor: Actor,
  source: ExportSource,
  exportId: string,
  now: number,
): Promise<Pick<SealedRequest, 'query' | 'scope'>> {
  const { query: text, runId, ...asked } = source
  const admitted =
    runId === null
      ? await judgeSearch(ground, actor, {
          act: 'export.request',
          role: 'Export',
          text: text ?? '',
          asked,
          subject: `export:${exportId}`,
          now,
        })
      : await admitRun(ground, actor, runId, 'Export')
  const { mailboxIds, connectorIds = null, folders = null, restricted = null, named = [] } = admitted.scope
  const query = typeof admitted.query === 'string' ? admitted.query : (text ?? '')
  return { query, scope: { mailboxIds, connectorIds, folders, restricted, named: [...named] } }
}
