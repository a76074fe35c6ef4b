/** Term reports: what each line of a list of queries finds, and what it alone finds. */
import { z } from 'zod'
import {
  checkTermLines,
  listTermReports,
  removeTermReport,
  requestTermReport,
  showTermReport,
  termReportCsv,
  termReportProgress,
} from '../ediscovery/ediscovery.ts'
import { download, route } from './route.ts'
import { idCursor, PageQuery, pageOf, Time } from './schema.ts'
import { askedOf, scope, scopeView } from './search-shape.ts'

const COUNTED = ['Compliance Search'] as const

const text = z.string().max(1_000_000).describe('A query in each line, at most 1,000.')

const status = z.enum(['waiting', 'working', 'complete', 'failed'])

const report = {
  termReportId: z.number().int(),
  name: z.string(),
  owner: z.string(),
  status,
  requestedAt: Time,
  startedAt: Time.nullable(),
  endedAt: Time.nullable(),
  errorCode: z.string().nullable(),
  lines: z.number().int(),
  linesDone: z.number().int(),
  items: z.number().int().nullable().describe('That any line finds, each once.'),
  bytes: z.number().int().nullable(),
  partiallyIndexed: z.number().int().nullable(),
  notYetIndexed: z.number().int().nullable(),
  restricted: z
    .number()
    .int()
    .nullable()
    .describe('Items of the scope that were left out: they were to be erased, and are kept.'),
  ...scopeView,
}

const TermReport = z.object(report).meta({ id: 'TermReport' })

const Id = z.object({ termReportId: z.coerce.number().int().min(1) })

export const termReportRoutes = [
  route({
    method: 'post',
    path: '/term-reports/check',
    id: 'checkTermLines',
    tag: 'Term reports',
    summary: 'Which lines of a list are no queries, and why',
    access: COUNTED,
    reads: true,
    body: z.object({ text, ...scope }).strict(),
    answer: z.object({
      lines: z.number().int(),
      problems: z.array(z.object({ line: z.number().int(), code: z.string(), reason: z.string() })),
    }),
    work: ({ ground, actor, body }) => checkTermLines(ground, actor, body.text, askedOf(body)),
  }),
  route({
    method: 'post',
    path: '/term-reports',
    id: 'requestTermReport',
    tag: 'Term reports',
    summary: 'Have a list of queries counted together; a worker does it',
    access: COUNTED,
    reads: true,
    body: z.object({ name: z.string().max(1_000), text, ...scope }).strict(),
    answer: TermReport,
    work: ({ ground, queue, actor, body }) =>
      requestTermReport(ground, queue, actor, { name: body.name, text: body.text, scope: askedOf(body) }),
  }),
  route({
    method: 'get',
    path: '/term-reports',
    id: 'listTermReports',
    tag: 'Term reports',
    summary: 'Your term reports, newest first; everybody’s with Case Management without a limit',
    access: COUNTED,
    reads: true,
    query: PageQuery.strict(),
    answer: pageOf(TermReport),
    work: async ({ ground, actor, query }) => {
      const { reports, next } = await listTermReports(ground, actor, {
        ...(query.after ? { after: idCursor(query.after) } : {}),
        limit: query.limit,
      })
      return { rows: reports, next: next === null ? null : String(next) }
    },
  }),
  route({
    method: 'get',
    path: '/term-reports/{termReportId}',
    id: 'showTermReport',
    tag: 'Term reports',
    summary: 'A term report with its lines, and what each found',
    access: COUNTED,
    reads: true,
    params: Id,
    answer: TermReport.extend({
      rows: z.array(
        z.object({
          line: z.number().int().describe('Of the list as it was given, from 1.'),
          query: z.string(),
          result: z
            .object({
              items: z.number().int(),
              bytes: z.number().int(),
              uniqueItems: z.number().int().describe('That no other line finds.'),
              uniqueBytes: z.number().int(),
              errorCode: z.string().nullable(),
            })
            .nullable(),
        }),
      ),
    }),
    work: ({ ground, actor, params }) => showTermReport(ground, actor, params.termReportId),
  }),
  route({
    method: 'get',
    path: '/term-reports/{termReportId}/progress',
    id: 'termReportProgress',
    tag: 'Term reports',
    summary: 'How far a term report is',
    access: COUNTED,
    params: Id,
    answer: z.object({
      termReportId: z.number().int(),
      status,
      lines: z.number().int(),
      linesDone: z.number().int(),
      errorCode: z.string().nullable(),
    }),
    work: ({ ground, actor, params }) => termReportProgress(ground, actor, params.termReportId),
  }),
  route({
    method: 'get',
    path: '/term-reports/{termReportId}/csv',
    id: 'downloadTermReport',
    tag: 'Term reports',
    summary: 'A term report as CSV',
    access: COUNTED,
    reads: true,
    params: Id,
    answer: download('text/csv; charset=utf-8'),
    work: async ({ ground, actor, params }) => ({
      fileName: `term-report-${params.termReportId}.csv`,
      chunks: await termReportCsv(ground, actor, params.termReportId),
    }),
  }),
  route({
    method: 'delete',
    path: '/term-reports/{termReportId}',
    id: 'removeTermReport',
    tag: 'Term reports',
    summary: 'Remove a term report',
    access: COUNTED,
    params: Id,
    work: async ({ ground, actor, params }) => {
      await removeTermReport(ground, actor, params.termReportId)
      return undefined
    },
  }),
] as const
