/** Exports: asked for, watched, downloaded. Query, name and pass phrase travel in the body alone. */
import { z } from 'zod'
import {
  cancelExport,
  EXPORT_FORMATS,
  EXPORT_STATES,
  type Export,
  getExport,
  listExports,
  openDownload,
  removeExport,
  requestExport,
} from '../export/export.ts'
import { rangeOf } from './item.ts'
import { type Download, download, route } from './route.ts'
import { PageQuery, pageOf, Time } from './schema.ts'

const EXPORT = ['Export'] as const

const ids = z.array(z.number().int().min(1).max(2_147_483_647)).max(10_000).nullable()

const Source = z.object({
  query: z
    .string()
    .max(10_000)
    .nullable()
    .describe('In the language of searches; null if a run is exported.'),
  runId: z.number().int().min(1).nullable().describe('A run of a saved search; null if a query is exported.'),
  mailboxIds: ids.describe('Only in these mailboxes; null: in all that you may export.'),
  connectorIds: ids.describe('Only what these connectors collected; null: all of them.'),
  folders: z
    .array(z.string().min(1).max(200))
    .max(1_000)
    .nullable()
    .describe('Only in folders of these names.'),
})

const Context = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['none', 'conversation', 'day']) }),
  z.object({ type: z.literal('around'), messages: z.number().int().min(1).max(1_000) }),
])

const CopyCount = z
  .object({
    items: z.number().int(),
    copies: z.number().int().describe('exported + failed + suppressed, once the export is complete.'),
    exported: z.number().int(),
    failed: z.number().int(),
    suppressed: z.number().int(),
  })
  .meta({ id: 'ExportCopyCount' })

const ExportView = z
  .object({
    exportId: z.uuid(),
    name: z.string(),
    state: z.enum(EXPORT_STATES),
    source: Source,
    format: z.enum(EXPORT_FORMATS),
    timeZone: z.string(),
    context: Context,
    duplicates: z.enum(['suppressed', 'kept']),
    natives: z.boolean(),
    encryption: z.enum(['none', 'pass-phrase', 'recipient']),
    recipient: z.string().nullable(),
    destination: z.enum(['download', 'storage']),
    expiresInDays: z.number().int(),
    requestedBy: z.string(),
    createdAt: Time,
    startedAt: Time.nullable(),
    completedAt: Time.nullable(),
    expiresAt: Time.nullable().describe('When its download ends; null for what is in storage.'),
    endedAt: Time.nullable().describe('When it failed, expired, or was cancelled or removed.'),
    endedBy: z.string().nullable(),
    counts: z.object({ matched: CopyCount, context: CopyCount }),
    progress: z.object({ done: z.number().int(), total: z.number().int() }).describe('In copies.'),
    partiallyIndexed: z.number().int().describe('Items of its scope that the search could see only in part.'),
    notYetIndexed: z.number().int(),
    restricted: z
      .number()
      .int()
      .describe('Items of the scope that were left out: they were to be erased, and are kept.'),
    fileBytes: z.number().int().describe('Of all files in the package.'),
    packageSize: z.number().int().nullable().describe('As it is downloaded; null until it is ready.'),
    fileName: z.string(),
    storedAs: z.string().nullable().describe('Its name in the operator’s storage.'),
    downloads: z.number().int(),
    downloadedAt: Time.nullable(),
    error: z
      .object({ code: z.string(), message: z.string(), hint: z.string() })
      .nullable()
      .describe('Why it failed, or what it waits for.'),
  })
  .meta({ id: 'Export' })

const NewExport = z
  .object({
    name: z.string().max(200).default('').describe('Left out: one that says format and time.'),
    source: z
      .object({
        query: Source.shape.query.default(null),
        runId: Source.shape.runId.default(null),
        mailboxIds: Source.shape.mailboxIds.default(null),
        connectorIds: Source.shape.connectorIds.default(null),
        folders: Source.shape.folders.default(null),
      })
      .strict(),
    format: z.enum(EXPORT_FORMATS),
    timeZone: z
      .string()
      .max(64)
      .default('UTC')
      .describe('IANA, such as Europe/London; days are counted in it.'),
    context: Context.default({ type: 'none' }).describe(
      'What goes along with each match out of its conversation.',
    ),
    duplicates: z
      .enum(['suppressed', 'kept'])
      .default('suppressed')
      .describe('Of an item in several mailboxes: one copy, or one for each.'),
    natives: z.boolean().default(true).describe('RSMF: with each message beside its slice.'),
    encryption: z
      .union([
        z.object({ passPhrase: z.string().max(1_000) }).strict(),
        z.object({ recipient: z.string().max(4_000).describe('A public key of age: age1…') }).strict(),
      ])
      .nullable()
      .default(null),
    destination: z.enum(['download', 'storage']).default('download'),
    expiresInDays: z.number().int().min(1).max(365).default(30),
  })
  .strict()

const Id = z.object({ exportId: z.uuid() })

export const exportRoutes = [
  route({
    method: 'post',
    path: '/exports',
    id: 'requestExport',
    tag: 'Exports',
    summary: 'Ask for an export; a worker makes it',
    access: EXPORT,
    reads: true,
    body: NewExport,
    answer: ExportView,
    work: async ({ ground, queue, actor, body }) => viewOf(await requestExport(ground, queue, actor, body)),
  }),
  route({
    method: 'get',
    path: '/exports',
    id: 'listExports',
    tag: 'Exports',
    summary: 'Your exports, newest first; those of everybody if your role Export has no limit',
    access: EXPORT,
    query: PageQuery.extend({
      after: z.uuid().optional().describe('The `next` of the page before.'),
      mine: z.enum(['true']).optional().describe('Only your own.'),
    }).strict(),
    answer: pageOf(ExportView),
    work: async ({ ground, actor, query }) => {
      const { after, limit, mine } = query
      const page = await listExports(ground, actor, {
        limit,
        ...(after ? { after } : {}),
        ...(mine ? { mine: true } : {}),
      })
      return { rows: page.exports.map(viewOf), next: page.next, total: page.total }
    },
  }),
  route({
    method: 'get',
    path: '/exports/{exportId}',
    id: 'getExport',
    tag: 'Exports',
    summary: 'An export, and how far it has come',
    access: EXPORT,
    params: Id,
    answer: ExportView,
    work: async ({ ground, actor, params }) => viewOf(await getExport(ground, actor, params.exportId)),
  }),
  route({
    method: 'get',
    path: '/exports/{exportId}/package',
    id: 'downloadExport',
    tag: 'Exports',
    summary: 'The package, whole or a range of it; each download is recorded',
    access: EXPORT,
    reads: true,
    params: Id,
    answer: download('application/zip'),
    work: async ({ ground, actor, params, exchange }) => {
      const { range, 'if-range': condition } = exchange.request.headers
      const tag = `"${params.exportId.toLowerCase()}"`
      // A package never changes, so whoever has a part of it and names it by its tag may go on.
      const wanted = condition === undefined || condition === tag ? rangeOf(range) : null
      return packageAnswer(await openDownload(ground, actor, params.exportId, wanted), tag)
    },
  }),
  route({
    method: 'post',
    path: '/exports/{exportId}/cancel',
    id: 'cancelExport',
    tag: 'Exports',
    summary: 'Stop an export that is not finished',
    access: EXPORT,
    params: Id,
    answer: ExportView,
    work: async ({ ground, actor, params }) => viewOf(await cancelExport(ground, actor, params.exportId)),
  }),
  route({
    method: 'delete',
    path: '/exports/{exportId}',
    id: 'removeExport',
    tag: 'Exports',
    summary: 'Remove the package of an export; that it was made stays known',
    access: EXPORT,
    params: Id,
    answer: ExportView,
    work: async ({ ground, actor, params }) => viewOf(await removeExport(ground, actor, params.exportId)),
  }),
] as const

function packageAnswer(opened: Awaited<ReturnType<typeof openDownload>>, etag: string): Download {
  const { fileName, size, range, chunks } = opened
  const headers = { 'accept-ranges': 'bytes', etag }
  const type = fileName.endsWith('.age') ? 'application/octet-stream' : 'application/zip'
  if (!range) return { fileName, type, size, headers, chunks }
  return {
    fileName,
    type,
    status: 206,
    size: range.to - range.from + 1,
    headers: { ...headers, 'content-range': `bytes ${range.from}-${range.to}/${size}` },
    chunks,
  }
}

/** As the schema has it: a context names its number only where it has one. */
const viewOf = (found: Export) => ({ ...found, context: contextOf(found.context) })

function contextOf(context: Export['context']) {
  return context.type === 'around'
    ? { type: context.type, messages: context.messages }
    : { type: context.type }
}
