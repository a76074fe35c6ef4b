/** The audit log: searched, one entry opened, taken out as a file, and verified. */
import { z } from 'zod'
import { readSealedEntries } from '../archive/archive.ts'
import { type EntryQuery, listActors, listActs, readEntries } from '../audit/audit.ts'
import { HoldfastError } from '../errors.ts'
import {
  exportEntries,
  getVerification,
  listVerifications,
  logState,
  startVerification,
} from '../upkeep/upkeep.ts'
import { download, route } from './route.ts'
import { PageQuery, pageOf, Time } from './schema.ts'

const ACCESS = ['Audit Logs'] as const
/** The heads and the public key are for whoever keeps them outside. */
const HEADS = ['Audit Logs', 'Organization Configuration'] as const

const Filter = z.object({
  act: z.string().max(100).optional().describe('An act, or a family of them: `message.read`, `message.*`.'),
  actor: z.string().max(200).optional().describe('Who acted, exactly; a person with their tokens.'),
  subject: z
    .string()
    .max(200)
    .optional()
    .describe('What it was done to: `connector:1`, `run:3`, an item id.'),
  from: Time.optional().describe('At or after.'),
  to: Time.optional().describe('Before.'),
  breakGlass: z.enum(['true', 'false']).optional().describe('Only acts on the console without a sign-in.'),
})

const AuditEntry = z
  .object({
    entryId: z.string(),
    sequence: z.number().int().nullable().describe('Its leaf in the tree; null while it waits for one.'),
    at: Time,
    actor: z.string(),
    act: z.string(),
    subject: z.string(),
    detail: z.record(z.string(), z.unknown()),
    hasSealed: z.boolean().describe('Whether more was sealed in it, which reading the one entry opens.'),
  })
  .meta({ id: 'AuditEntry' })

const OpenedAuditEntry = AuditEntry.extend({
  sealed: z.record(z.string(), z.unknown()).nullable(),
}).meta({ id: 'OpenedAuditEntry' })

const LogStateView = z
  .object({
    epoch: z.number().int(),
    size: z.number().int(),
    root: z.string().nullable().describe('The root of the tree at that size, in base64.'),
    checkpointAt: Time.nullable(),
    note: z.string().nullable().describe('The signed checkpoint, a C2SP note.'),
    waiting: z.number().int(),
    oldestWaitingAt: Time.nullable(),
    publicKey: z.string().describe('The verifier key by which checkpoints are checked.'),
  })
  .meta({ id: 'LogState' })

const VerificationView = z
  .object({
    verificationId: z.number().int(),
    requestedBy: z.string(),
    startedAt: Time,
    endedAt: Time.nullable(),
    status: z.enum(['running', 'sound', 'broken', 'failed']),
    leaves: z.number().int().describe('Entries checked so far.'),
    leavesExpected: z.number().int(),
    keyGiven: z.boolean(),
    checkpointGiven: z.boolean(),
    report: z
      .object({
        origin: z.enum(['proven', 'unproven']),
        entries: z.number().int(),
        treeSize: z.number().int(),
        checkpoints: z.number().int(),
        findings: z.array(
          z.object({
            code: z.string(),
            message: z.string(),
            broken: z.boolean(),
            sequence: z.number().int().optional(),
            entryId: z.string().optional(),
          }),
        ),
        findingsTotal: z.number().int(),
      })
      .nullable(),
    errorCode: z.string().nullable(),
  })
  .meta({ id: 'Verification' })

type FilterInput = z.output<typeof Filter>

function queryOf({ act, actor, subject, from, to, breakGlass }: FilterInput): Omit<EntryQuery, 'limit'> {
  return {
    ...(act ? { act } : {}),
    // Who is asked for is meant with what their tokens did.
    ...(actor ? { actor, withTokens: true } : {}),
    ...(subject ? { subject } : {}),
    ...(from ? { from: new Date(from) } : {}),
    ...(to ? { to: new Date(to) } : {}),
    ...(breakGlass === 'true' ? { breakGlass: true } : {}),
  }
}

export const auditRoutes = [
  route({
    method: 'get',
    path: '/audit/entries',
    id: 'listAuditEntries',
    tag: 'Audit',
    summary: 'Entries of the audit log, newest first',
    access: ACCESS,
    query: PageQuery.extend(Filter.shape).strict(),
    answer: pageOf(AuditEntry),
    work: async ({ ground, query }) => {
      const { limit, after, ...filter } = query
      const { entries, next } = await readEntries(ground.database, {
        ...queryOf(filter),
        limit,
        ...(after ? { after } : {}),
      })
      return { rows: entries.map(({ sealed, ...entry }) => ({ ...entry, hasSealed: sealed !== null })), next }
    },
  }),
  route({
    method: 'get',
    path: '/audit/entries/{entryId}',
    id: 'getAuditEntry',
    tag: 'Audit',
    summary: 'One entry; with `sealed` also what was sealed in it, and then that it was opened is recorded',
    access: ACCESS,
    params: z.object({ entryId: z.uuid() }),
    query: z.object({ sealed: z.enum(['true', 'false']).default('false') }).strict(),
    answer: OpenedAuditEntry,
    work: async ({ ground, actor, params, query }) => {
      const wanted = { entryId: params.entryId, limit: 1 }
      const [entry] = (await readEntries(ground.database, wanted)).entries
      if (!entry) throw new HoldfastError('AUDIT_ENTRY_UNKNOWN', 'there is no such entry')
      const hasSealed = entry.sealed !== null
      if (query.sealed === 'false' || !hasSealed) return { ...entry, hasSealed, sealed: null }
      const [opened] = (await readSealedEntries(ground, actor, wanted)).entries
      return { ...entry, hasSealed, sealed: opened?.sealed ?? null }
    },
  }),
  route({
    method: 'get',
    path: '/audit/names',
    id: 'getAuditNames',
    tag: 'Audit',
    summary: 'Which acts and actors the log knows, to choose from',
    access: ACCESS,
    answer: z.object({ acts: z.array(z.string()), actors: z.array(z.string()) }).meta({ id: 'AuditNames' }),
    work: async ({ ground }) => ({
      acts: await listActs(ground.database),
      actors: await listActors(ground.database),
    }),
  }),
  route({
    method: 'get',
    path: '/audit/export',
    id: 'exportAuditEntries',
    tag: 'Audit',
    summary: 'The entries that match as a file, CSV or JSON lines; that it was taken out is recorded',
    access: ACCESS,
    query: Filter.extend({
      format: z.enum(['csv', 'jsonl']).default('csv'),
      sealed: z.enum(['true', 'false']).default('false').describe('With what was sealed in the entries.'),
    }).strict(),
    answer: download('text/csv; charset=utf-8'),
    work: async ({ ground, actor, query, signal }) => {
      const { format, sealed, ...filter } = query
      const chunks = exportEntries(
        ground,
        actor,
        queryOf(filter),
        { format, sealed: sealed === 'true' },
        signal,
      )
      const day = new Date(ground.clock.now()).toISOString().slice(0, 10)
      return {
        fileName: `audit-${day}.${format}`,
        type: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8',
        chunks,
      }
    },
  }),
  route({
    method: 'get',
    path: '/audit/log',
    id: 'getLogState',
    tag: 'Audit',
    summary: "The tree's state: its size, its last checkpoint, and what waits",
    access: HEADS,
    answer: LogStateView,
    work: ({ ground }) => logState(ground),
  }),
  route({
    method: 'get',
    path: '/audit/checkpoint',
    id: 'downloadCheckpoint',
    tag: 'Audit',
    summary: 'The last signed checkpoint as a file, to be kept elsewhere',
    access: HEADS,
    answer: download('text/plain; charset=utf-8'),
    work: async ({ ground }) => {
      const { epoch, size, note } = await logState(ground)
      if (note === null) throw new HoldfastError('AUDIT_ENTRY_UNKNOWN', 'there is no checkpoint yet')
      return { fileName: `checkpoint-${epoch}-${size}.txt`, chunks: note }
    },
  }),
  route({
    method: 'get',
    path: '/audit/public-key',
    id: 'downloadPublicKey',
    tag: 'Audit',
    summary: "The key by which anybody checks the log's signatures, as a file to be kept elsewhere",
    access: HEADS,
    answer: download('text/plain; charset=utf-8'),
    work: async ({ ground }) => ({
      fileName: `holdfast-${ground.archive.archiveId}.vkey`,
      chunks: `${(await logState(ground)).publicKey}\n`,
    }),
  }),
  route({
    method: 'get',
    path: '/audit/verifications',
    id: 'listVerifications',
    tag: 'Audit',
    summary: 'The last verifications of the log, newest first',
    access: ACCESS,
    answer: z.object({ rows: z.array(VerificationView) }),
    work: async ({ ground }) => ({ rows: await listVerifications(ground.database, 20) }),
  }),
  route({
    method: 'post',
    path: '/audit/verifications',
    id: 'startVerification',
    tag: 'Audit',
    summary:
      'Verify the whole log now, in the background, by a key and a checkpoint kept elsewhere if there are',
    access: ACCESS,
    body: z
      .object({
        publicKey: z.string().trim().min(1).max(1000).nullable().default(null),
        checkpoint: z.string().min(1).max(50_000).nullable().default(null),
      })
      .strict(),
    answer: VerificationView,
    callsMax: 10,
    work: async ({ ground, actor, body }) => (await startVerification(ground, actor, body)).verification,
  }),
  route({
    method: 'get',
    path: '/audit/verifications/{verificationId}',
    id: 'getVerification',
    tag: 'Audit',
    summary: 'One verification: how far it is, or its verdict',
    access: ACCESS,
    params: z.object({ verificationId: z.coerce.number().int() }),
    answer: VerificationView,
    work: ({ ground, params }) => getVerification(ground.database, params.verificationId),
  }),
] as const
