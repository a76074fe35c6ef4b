/** Runs: each with its completeness statement, in the words of Microsoft's connector report, and its itemised failures. */
import { z } from 'zod'
import { getConnector } from '../connector/connector.ts'
import { HoldfastError } from '../errors.ts'
import {
  brokenSums,
  countFailures,
  failuresCsv,
  getRun,
  listConnectorFailures,
  listFailures,
  listRuns,
  type Run,
  runsCsv,
} from '../pipeline/pipeline.ts'
import { download, route } from './route.ts'
import { idCursor, PageQuery, pageOf, Time } from './schema.ts'

const SEE = ['View-Only Configuration', 'Mailbox Import Export'] as const
const DAY = 86_400_000

const ConnectorId = z.object({ connectorId: z.coerce.number().int().min(1).max(2_147_483_647) })
const RunId = z.object({ runId: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) })

const count = (meaning: string) => z.number().int().describe(meaning)

export const RunView = z
  .object({
    runId: z.number().int(),
    connectorId: z.number().int(),
    trigger: z.enum(['schedule', 'manual', 'back-fill']),
    status: z.enum(['waiting', 'collecting', 'filing', 'complete', 'incomplete', 'failed']),
    windowFrom: Time.describe('The window is of the site’s own time of arrival, half-open.'),
    windowTo: Time,
    requestedBy: z.string(),
    requestedAt: Time,
    startedAt: Time.nullable(),
    completedAt: Time.nullable().describe('Import completion time (UTC).'),
    errorCode: z.string().nullable(),
    errorMessage: z.string().nullable(),
    items: z.object({
      fromSource: z
        .number()
        .int()
        .nullable()
        .describe('Items available from source, as the site counts them.'),
      read: count('Read from the source so far.'),
      filed: count('Kept, and in the mailbox of at least one of our people.'),
      unmapped: count('Kept in Unmapped: none of its own people could be reached.'),
      duplicate: count('Kept already; skipped.'),
      disposed: count('Were kept, and disposed of by their rules; skipped.'),
      failed: count('Kept in Quarantine: could not be read, or may not be taken.'),
    }),
    filings: z.object({
      available: count('Items available for import, after fan-out.'),
      imported: count('Items imported successfully.'),
      partial: count('Items partially imported: stripped at capture.'),
      skipped: count('Items skipped: duplicates.'),
      failed: count('Items failed.'),
    }),
    broken: z
      .array(z.object({ sum: z.enum(['items', 'read', 'filings']), left: z.number(), right: z.number() }))
      .describe('The sums that do not add up.'),
  })
  .meta({ id: 'Run' })

const RunDetail = RunView.extend({
  connectorName: z.string(),
  productName: z.string(),
  demonstration: z.boolean(),
  failures: z.array(z.object({ reason: z.string(), failures: z.number().int(), resolved: z.number().int() })),
}).meta({ id: 'RunDetail' })

const FailureView = z
  .object({
    itemId: z.string().describe('Item id.'),
    sourceItemId: z.string().describe('The item’s id at its source.'),
    sourceUser: z.string().describe('Source User ID.'),
    mailbox: z.string().describe('M365 User ID: the mailbox that was named in vain.'),
    reason: z.string().describe('Failure Reason.'),
    failedAt: Time,
    resolvedAt: Time.nullable(),
  })
  .meta({ id: 'Failure' })

const ConnectorFailureView = FailureView.extend({
  runId: z.number().int(),
  replayable: z.boolean().describe('Whether a correction of mapping or directory can mend it.'),
}).meta({ id: 'ConnectorFailure' })

const Which = {
  reason: z.string().max(50).optional(),
  open: z.enum(['true', 'false']).optional().describe('Only those that are not resolved, or that are.'),
}

export const runRoutes = [
  route({
    method: 'get',
    path: '/connectors/{connectorId}/runs',
    id: 'listRuns',
    tag: 'Runs',
    summary: 'The runs of a connector, newest first',
    access: SEE,
    params: ConnectorId,
    query: PageQuery.extend({
      status: z.enum(['open', 'complete', 'incomplete', 'failed']).optional(),
      day: z.iso.date().optional().describe('Runs whose window has a part of this UTC day.'),
    }).strict(),
    answer: pageOf(RunView),
    work: async ({ ground, params, query }) => {
      await getConnector(ground.database, params.connectorId)
      const day = query.day === undefined ? null : Date.parse(query.day)
      const runs = await listRuns(ground.database, {
        connectorId: params.connectorId,
        statuses:
          query.status === 'open' ? ['waiting', 'collecting', 'filing'] : query.status && [query.status],
        overlaps: day === null ? undefined : { from: new Date(day), to: new Date(day + DAY) },
        before: query.after === undefined ? undefined : idCursor(query.after),
        limit: query.limit + 1,
      })
      const rows = runs.slice(0, query.limit)
      return { rows: rows.map(runView), next: runs.length > query.limit ? String(rows.at(-1)!.runId) : null }
    },
  }),
  route({
    method: 'get',
    path: '/connectors/{connectorId}/runs.csv',
    id: 'downloadRuns',
    tag: 'Runs',
    summary: 'All runs of a connector with the columns of Microsoft’s connector report',
    access: SEE,
    params: ConnectorId,
    answer: download('text/csv; charset=utf-8'),
    work: async ({ ground, params }) => {
      const { connectorId } = await getConnector(ground.database, params.connectorId)
      return { fileName: `connector-${connectorId}-runs.csv`, chunks: runsCsv(ground.database, connectorId) }
    },
  }),
  route({
    method: 'get',
    path: '/runs/{runId}',
    id: 'getRun',
    tag: 'Runs',
    summary: 'A run with its completeness statement',
    access: SEE,
    params: RunId,
    answer: RunDetail,
    work: async ({ ground, params }) => {
      const run = await getRun(ground.database, params.runId)
      const connector = await getConnector(ground.database, run.connectorId)
      return {
        ...runView(run),
        connectorName: connector.name,
        productName: connector.product.name,
        demonstration: ground.archive.demonstration,
        failures: await countFailures(ground.database, run.runId),
      }
    },
  }),
  route({
    method: 'get',
    path: '/runs/{runId}/failures',
    id: 'listRunFailures',
    tag: 'Runs',
    summary: 'The itemised failures of a run',
    access: SEE,
    params: RunId,
    query: PageQuery.extend(Which).strict(),
    answer: pageOf(FailureView),
    work: async ({ ground, params, query }) => {
      await getRun(ground.database, params.runId)
      const after = query.after === undefined ? undefined : failureCursor(query.after)
      const failures = await listFailures(ground.database, params.runId, {
        ...(after ? { after } : {}),
        reason: query.reason,
        open: query.open && query.open === 'true',
        limit: query.limit + 1,
      })
      const rows = failures.slice(0, query.limit)
      const last = rows.at(-1)
      return {
        rows,
        next: failures.length > query.limit && last ? `${last.itemId}_${last.sourceUser}` : null,
      }
    },
  }),
  route({
    method: 'get',
    path: '/runs/{runId}/failures.csv',
    id: 'downloadRunFailures',
    tag: 'Runs',
    summary: 'All failures of a run, with the columns of Microsoft’s connector report',
    access: SEE,
    params: RunId,
    answer: download('text/csv; charset=utf-8'),
    work: async ({ ground, params }) => {
      const { runId } = await getRun(ground.database, params.runId)
      return { fileName: `run-${runId}-failures.csv`, chunks: failuresCsv(ground.database, runId) }
    },
  }),
  route({
    method: 'get',
    path: '/connectors/{connectorId}/failures',
    id: 'listConnectorFailures',
    tag: 'Runs',
    summary: 'The failures of a connector over all its runs, newest first',
    access: SEE,
    params: ConnectorId,
    query: PageQuery.extend({ ...Which, search: z.string().max(100).optional() }).strict(),
    answer: pageOf(ConnectorFailureView),
    work: async ({ ground, params, query }) => {
      await getConnector(ground.database, params.connectorId)
      const { failures, next } = await listConnectorFailures(ground.database, params.connectorId, {
        after: query.after,
        limit: query.limit,
        reason: query.reason,
        open: query.open && query.open === 'true',
        containing: query.search?.replace(/^\+/, ''),
      })
      return { rows: failures, next }
    },
  }),
] as const

/** A run as the API shows it. */
export function runView(run: Run) {
  const { counts } = run
  return {
    runId: run.runId,
    connectorId: run.connectorId,
    trigger: run.trigger,
    status: run.status,
    windowFrom: run.window.from,
    windowTo: run.window.to,
    requestedBy: run.requestedBy,
    requestedAt: run.createdAt,
    startedAt: run.startedAt,
    completedAt: run.completedAt,
    errorCode: run.errorCode,
    errorMessage: run.errorMessage,
    items: {
      fromSource: run.sourceCount,
      read: counts.itemsRead,
      filed: counts.itemsFiled,
      unmapped: counts.itemsUnmapped,
      duplicate: counts.itemsDuplicate,
      disposed: counts.itemsDisposed,
      failed: counts.itemsFailed,
    },
    filings: {
      available: counts.filingsAvailable,
      imported: counts.filingsImported,
      partial: counts.filingsPartial,
      skipped: counts.filingsSkipped,
      failed: counts.filingsFailed,
    },
    broken:
      run.status === 'incomplete' && run.sourceCount !== null
        ? brokenSums(counts, run.sourceCount).map(({ name, left, right }) => ({ sum: name, left, right }))
        : [],
  }
}

function failureCursor(text: string): { itemId: string; sourceUser: string } {
  const match = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_([^\0]*)$/s.exec(text)
  if (!match) throw new HoldfastError('USAGE', 'the cursor is not one that an earlier page gave')
  return { itemId: match[1]!, sourceUser: match[2]! }
}
