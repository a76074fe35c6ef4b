/** Archive policies, and how the in-place archive stands. Names are in bodies and answers alone. */
import { z } from 'zod'
import {
  changeArchivePolicy,
  createArchivePolicy,
  inPlaceArchiveStatus,
  listArchivableMailboxes,
  listArchivePolicies,
  listArchivePolicyMailboxes,
  listArchiveRuns,
  removeArchivePolicy,
  requestArchivingNow,
  showArchivePolicy,
} from '../in-place-archive/in-place-archive.ts'
import { route } from './route.ts'
import { idCursor, PageQuery, pageOf, Time } from './schema.ts'

const MANAGES = ['Retention Management'] as const
const tag = 'In-place archive'

const period = z
  .string()
  .max(20)
  .nullable()
  .describe("From each item's date, in years, months and days: P2Y, P18M, P90D. null is never.")
const mailboxIds = z.array(z.number().int().min(1).max(2_147_483_647)).max(10_000)
const words = {
  name: z.string().max(1_000),
  description: z.string().max(10_000),
}

const ArchivePolicy = z
  .object({
    policyId: z.number().int(),
    ...words,
    period,
    everywhere: z.boolean().describe("The organisation's, for every mailbox that has no policy of its own."),
    mailboxes: z.number().int().describe('How many it applies to.'),
    createdBy: z.string(),
    createdAt: Time,
    changedAt: Time,
    revision: z.number().int(),
  })
  .meta({ id: 'ArchivePolicy' })

const ArchiveRun = z
  .object({
    archiveRunId: z.number().int(),
    mailboxes: z.number().int().nullable().describe('How many were looked through; null is all.'),
    requestedBy: z.string(),
    createdAt: Time,
    completedAt: Time.nullable(),
    filings: z.number().int().describe('Copies looked at.'),
    archived: z.number().int(),
    returned: z.number().int(),
    cooled: z.number().int().describe('Objects moved to the tier of the archive.'),
    warmed: z.number().int(),
    problem: z.string().nullable().describe('The code of the error for which objects could not be moved.'),
  })
  .meta({ id: 'ArchiveRun' })

const PolicyId = z.object({ policyId: z.coerce.number().int().min(1).max(2_147_483_647) })
const Mailbox = { mailboxId: z.number().int(), address: z.string(), displayName: z.string() }

export const inPlaceArchiveRoutes = [
  route({
    method: 'get',
    path: '/archive-policies',
    id: 'listArchivePolicies',
    tag,
    summary: "Every archive policy: the organisation's first, then by name",
    access: MANAGES,
    reads: true,
    answer: z.object({ rows: z.array(ArchivePolicy) }),
    work: async ({ ground, actor }) => ({ rows: await listArchivePolicies(ground, actor) }),
  }),
  route({
    method: 'post',
    path: '/archive-policies',
    id: 'createArchivePolicy',
    tag,
    summary: "Make an archive policy, of some mailboxes or the organisation's, and move what it is about",
    access: MANAGES,
    body: z
      .object({
        name: words.name,
        description: words.description.default(''),
        period,
        mailboxIds: mailboxIds.nullable().describe("null is the organisation's."),
      })
      .strict(),
    answer: ArchivePolicy,
    work: ({ ground, queue, actor, body }) => createArchivePolicy(ground, queue, actor, body),
  }),
  route({
    method: 'post',
    path: '/archive-policies/mailboxes',
    id: 'listArchivableMailboxes',
    tag,
    summary: 'Mailboxes to choose from, each with the policy of its own',
    access: MANAGES,
    reads: true,
    body: z
      .object({
        containing: z.string().max(200).optional().describe('In addresses, names and attributes.'),
        mailboxIds: mailboxIds.optional().describe('Only these.'),
        after: z.string().max(500).optional().describe('The `next` of the page before.'),
        limit: z.number().int().min(1).max(200).default(50),
      })
      .strict(),
    answer: pageOf(z.object({ ...Mailbox, policyId: z.number().int().nullable() })),
    work: async ({ ground, actor, body }) => {
      const { containing, mailboxIds, after, limit } = body
      const page = await listArchivableMailboxes(ground, actor, {
        ...(containing ? { containing } : {}),
        ...(mailboxIds ? { mailboxIds } : {}),
        ...(after ? { after } : {}),
        limit,
      })
      return { rows: page.mailboxes, next: page.next, total: page.total }
    },
  }),
  route({
    method: 'get',
    path: '/archive-policies/{policyId}',
    id: 'showArchivePolicy',
    tag,
    summary: 'An archive policy',
    access: MANAGES,
    reads: true,
    revised: true,
    params: PolicyId,
    answer: ArchivePolicy,
    work: ({ ground, actor, params }) => showArchivePolicy(ground, actor, params.policyId),
  }),
  route({
    method: 'patch',
    path: '/archive-policies/{policyId}',
    id: 'changeArchivePolicy',
    tag,
    summary: 'Change an archive policy; what no longer belongs in the archive comes back',
    access: MANAGES,
    revised: true,
    params: PolicyId,
    body: z
      .object({ ...words, period, mailboxIds })
      .partial()
      .strict(),
    answer: ArchivePolicy,
    work: ({ ground, queue, actor, params, body, revision }) => {
      const given = Object.entries(body).filter(([, value]) => value !== undefined)
      return changeArchivePolicy(ground, queue, actor, params.policyId, Object.fromEntries(given), revision)
    },
  }),
  route({
    method: 'delete',
    path: '/archive-policies/{policyId}',
    id: 'removeArchivePolicy',
    tag,
    summary: 'Remove an archive policy; what it moved comes back',
    access: MANAGES,
    revised: true,
    params: PolicyId,
    work: async ({ ground, queue, actor, params, revision }) => {
      await removeArchivePolicy(ground, queue, actor, params.policyId, revision)
      return undefined
    },
  }),
  route({
    method: 'get',
    path: '/archive-policies/{policyId}/mailboxes',
    id: 'listArchivePolicyMailboxes',
    tag,
    summary: 'The mailboxes whose own policy it is, by address',
    access: MANAGES,
    reads: true,
    params: PolicyId,
    query: PageQuery.strict(),
    answer: pageOf(z.object(Mailbox)),
    work: async ({ ground, actor, params, query }) => {
      const { mailboxes, next, total } = await listArchivePolicyMailboxes(ground, actor, params.policyId, {
        ...(query.after ? { after: query.after } : {}),
        limit: query.limit,
      })
      return { rows: mailboxes, next, total }
    },
  }),
  route({
    method: 'get',
    path: '/in-place-archive',
    id: 'showInPlaceArchive',
    tag,
    summary: 'How much is in the in-place archive, and where its objects lie',
    access: MANAGES,
    reads: true,
    answer: z
      .object({
        filings: z.number().int().describe('Copies in it: an item counts in each mailbox.'),
        mailboxes: z.number().int(),
        tier: z
          .enum(['none', 'cool', 'cold'])
          .nullable()
          .describe('The tier of the configuration; null where the storage has none.'),
        cooledObjects: z.number().int(),
      })
      .meta({ id: 'InPlaceArchive' }),
    work: ({ ground, actor }) => inPlaceArchiveStatus(ground, actor),
  }),
  route({
    method: 'get',
    path: '/in-place-archive/runs',
    id: 'listArchiveRuns',
    tag,
    summary: 'The runs that moved copies to the archive and back, newest first',
    access: MANAGES,
    reads: true,
    query: PageQuery.strict(),
    answer: pageOf(ArchiveRun),
    work: async ({ ground, actor, query }) => {
      const { runs, next } = await listArchiveRuns(ground, actor, {
        ...(query.after ? { after: idCursor(query.after) } : {}),
        limit: query.limit,
      })
      return { rows: runs, next: next === null ? null : String(next) }
    },
  }),
  route({
    method: 'post',
    path: '/in-place-archive/runs',
    id: 'requestArchiving',
    tag,
    summary: "Look through everything now, without waiting for the day's run",
    access: MANAGES,
    answer: z.object({ archiveRunId: z.number().int() }),
    work: async ({ ground, queue, actor }) => ({
      archiveRunId: await requestArchivingNow(ground, queue, actor),
    }),
  }),
] as const
