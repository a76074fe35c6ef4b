/** Saved searches, their runs, and what two runs differ in. Names and queries are in bodies and answers alone. */
import { z } from 'zod'
import {
  addSavedSearch,
  compareRuns,
  editSavedSearch,
  GONE_REASONS,
  listSavedSearches,
  listSearchRuns,
  RUNS_KEPT,
  readDifference,
  readRun,
  removeSavedSearch,
  removeSearchRun,
  requestSearchRun,
  showSavedSearch,
  showSearchRun,
} from '../ediscovery/ediscovery.ts'
import { route } from './route.ts'
import { idCursor, PageQuery, pageOf, Time } from './schema.ts'
import { askedOf, HitLine, query, scope, scopeView, shares } from './search-shape.ts'

const SEEN = ['Compliance Search', 'Preview', 'Export'] as const
const COUNTED = ['Compliance Search'] as const
const READ = ['Preview'] as const

const Run = z
  .object({
    searchRunId: z.number().int(),
    savedSearchId: z.number().int(),
    revision: z.number().int().describe('Of the search, as it was run.'),
    status: z.enum(['waiting', 'working', 'complete', 'failed']),
    requestedBy: z.string(),
    requestedAt: Time,
    startedAt: Time.nullable(),
    endedAt: Time.nullable(),
    lookedAt: Time.nullable().describe('The moment that what it found is true of.'),
    errorCode: z.string().nullable(),
    items: z.number().int().nullable(),
    bytes: z.number().int().nullable(),
    partiallyIndexed: z.number().int().nullable(),
    notYetIndexed: z.number().int().nullable(),
    restricted: z
      .number()
      .int()
      .nullable()
      .describe('Items of the scope that were left out: they were to be erased, and are kept.'),
    ...scopeView,
    index: z.object({ tokenizer: z.number().int(), unicode: z.string() }).nullable(),
  })
  .meta({ id: 'SearchRun' })

const saved = {
  savedSearchId: z.number().int(),
  owner: z.string(),
  name: z.string(),
  description: z.string(),
  query: z.string(),
  ...scopeView,
  runsMax: z.number().int().describe('So many of its runs are kept.'),
  revision: z.number().int(),
  madeAt: Time,
  changedAt: Time,
}

const SavedSearch = z.object(saved).meta({ id: 'SavedSearch' })

const draft = {
  name: z.string().max(1_000),
  description: z.string().max(10_000),
  query,
  runsMax: z.number().int().min(1).max(50),
}

const SearchId = z.object({ savedSearchId: z.coerce.number().int().min(1) })
const RunId = z.object({ searchRunId: z.coerce.number().int().min(1) })
const Pair = RunId.extend({ otherRunId: z.coerce.number().int().min(1) })

const ItemPage = PageQuery.extend({ after: z.uuid().optional().describe('The `next` of the page before.') })

const found = {
  itemId: z.uuid(),
  line: HitLine.nullable().describe('null where it is there no more, or not for you to read.'),
}

const Difference = z.object({ items: z.number().int(), bytes: z.number().int() })

export const savedSearchRoutes = [
  route({
    method: 'get',
    path: '/saved-searches',
    id: 'listSavedSearches',
    tag: 'Saved searches',
    summary: 'Your saved searches, newest first; everybody’s with Case Management without a limit',
    access: SEEN,
    reads: true,
    query: PageQuery.strict(),
    answer: pageOf(z.object({ ...saved, lastRun: Run.nullable() })),
    work: async ({ ground, actor, query }) => {
      const { searches, next, total } = await listSavedSearches(ground, actor, {
        ...(query.after ? { after: idCursor(query.after) } : {}),
        limit: query.limit,
      })
      return { rows: searches, next: next === null ? null : String(next), total }
    },
  }),
  route({
    method: 'post',
    path: '/saved-searches',
    id: 'addSavedSearch',
    tag: 'Saved searches',
    summary: 'Save a search',
    access: COUNTED,
    body: z
      .object({
        ...draft,
        description: draft.description.default(''),
        runsMax: draft.runsMax.default(RUNS_KEPT),
        ...scope,
      })
      .strict(),
    answer: SavedSearch,
    work: ({ ground, actor, body }) => {
      const { name, description, query, runsMax } = body
      return addSavedSearch(ground, actor, { name, description, query, runsMax, scope: askedOf(body) })
    },
  }),
  route({
    method: 'get',
    path: '/saved-searches/{savedSearchId}',
    id: 'showSavedSearch',
    tag: 'Saved searches',
    summary: 'A saved search',
    access: SEEN,
    reads: true,
    revised: true,
    params: SearchId,
    answer: SavedSearch,
    work: ({ ground, actor, params }) => showSavedSearch(ground, actor, params.savedSearchId),
  }),
  route({
    method: 'patch',
    path: '/saved-searches/{savedSearchId}',
    id: 'editSavedSearch',
    tag: 'Saved searches',
    summary: 'Change a saved search; its runs stay what they were',
    access: COUNTED,
    revised: true,
    params: SearchId,
    body: z
      .object({ ...draft, ...scopeView })
      .partial()
      .strict(),
    answer: SavedSearch,
    work: async ({ ground, actor, params, body, revision }) => {
      const { name, description, query, runsMax, mailboxIds, connectorIds, folders } = body
      const change = {
        ...(name === undefined ? {} : { name }),
        ...(description === undefined ? {} : { description }),
        ...(query === undefined ? {} : { query }),
        ...(runsMax === undefined ? {} : { runsMax }),
        // Where it looks is changed as a whole: what is left out of it is everywhere.
        ...(mailboxIds === undefined && connectorIds === undefined && folders === undefined
          ? {}
          : {
              scope: {
                mailboxIds: mailboxIds ?? null,
                connectorIds: connectorIds ?? null,
                folders: folders ?? null,
              },
            }),
      }
      return editSavedSearch(ground, actor, params.savedSearchId, change, revision)
    },
  }),
  route({
    method: 'delete',
    path: '/saved-searches/{savedSearchId}',
    id: 'removeSavedSearch',
    tag: 'Saved searches',
    summary: 'Remove a saved search with its runs',
    access: COUNTED,
    revised: true,
    params: SearchId,
    work: async ({ ground, actor, params, revision }) => {
      await removeSavedSearch(ground, actor, params.savedSearchId, revision)
      return undefined
    },
  }),
  route({
    method: 'post',
    path: '/saved-searches/{savedSearchId}/runs',
    id: 'requestSearchRun',
    tag: 'Saved searches',
    summary: 'Run a saved search; a worker does it, and what it finds is kept',
    access: COUNTED,
    params: SearchId,
    answer: Run,
    work: ({ ground, queue, actor, params }) => requestSearchRun(ground, queue, actor, params.savedSearchId),
  }),
  route({
    method: 'get',
    path: '/saved-searches/{savedSearchId}/runs',
    id: 'listSearchRuns',
    tag: 'Saved searches',
    summary: 'The runs of a search that are kept, newest first',
    access: COUNTED,
    params: SearchId,
    answer: z.object({ rows: z.array(Run) }),
    work: async ({ ground, actor, params }) => ({
      rows: await listSearchRuns(ground, actor, params.savedSearchId),
    }),
  }),
  route({
    method: 'get',
    path: '/search-runs/{searchRunId}',
    id: 'showSearchRun',
    tag: 'Saved searches',
    summary: 'A run: what it looked for, found and could not see',
    access: COUNTED,
    reads: true,
    params: RunId,
    answer: Run.extend({ query: z.string(), ...shares }),
    work: ({ ground, actor, params }) => showSearchRun(ground, actor, params.searchRunId),
  }),
  route({
    method: 'delete',
    path: '/search-runs/{searchRunId}',
    id: 'removeSearchRun',
    tag: 'Saved searches',
    summary: 'Remove a run and the list of what it found',
    access: COUNTED,
    params: RunId,
    work: async ({ ground, actor, params }) => {
      await removeSearchRun(ground, actor, params.searchRunId)
      return undefined
    },
  }),
  route({
    method: 'get',
    path: '/search-runs/{searchRunId}/items',
    id: 'readSearchRun',
    tag: 'Saved searches',
    summary: 'What a run found, newest first',
    access: READ,
    reads: true,
    params: RunId,
    query: ItemPage.strict(),
    answer: pageOf(z.object(found)),
    work: ({ ground, actor, params, query }) =>
      readRun(ground, actor, params.searchRunId, pageOfItems(query)),
  }),
  route({
    method: 'get',
    path: '/search-runs/{searchRunId}/comparison/{otherRunId}',
    id: 'compareSearchRuns',
    tag: 'Saved searches',
    summary: 'What two runs of a search have in common, and what not',
    access: COUNTED,
    reads: true,
    params: Pair,
    answer: z.object({
      earlier: Run,
      later: Run,
      both: z.number().int(),
      added: Difference,
      gone: Difference.extend({
        reasons: z.array(z.object({ reason: z.enum(GONE_REASONS), items: z.number().int() })),
      }),
      searchChanged: z.boolean().describe('True where the two ran another query, or looked elsewhere.'),
    }),
    work: ({ ground, actor, params }) => compareRuns(ground, actor, params.searchRunId, params.otherRunId),
  }),
  route({
    method: 'get',
    path: '/search-runs/{searchRunId}/comparison/{otherRunId}/items',
    id: 'readRunDifference',
    tag: 'Saved searches',
    summary: 'The items that only one of two runs found, and why those are gone that are gone',
    access: READ,
    reads: true,
    params: Pair,
    query: ItemPage.extend({ side: z.enum(['added', 'gone']) }).strict(),
    answer: pageOf(z.object({ ...found, reason: z.enum(GONE_REASONS).nullable() })),
    work: ({ ground, actor, params, query }) =>
      readDifference(ground, actor, [params.searchRunId, params.otherRunId], query.side, pageOfItems(query)),
  }),
] as const

function pageOfItems({ after, limit }: { after?: string | undefined; limit: number }) {
  return { ...(after ? { after } : {}), limit }
}
