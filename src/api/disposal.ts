/** What was disposed of, and the proofs of it. */
import { z } from 'zod'
import {
  DISPOSAL_CAUSES,
  DISPOSAL_ROLES,
  listDisposals,
  proveDisposal,
  showDisposal,
} from '../retention/retention.ts'
import { ItemId } from './message-shape.ts'
import { download, route } from './route.ts'
import { idCursor, PageQuery, pageOf, Time } from './schema.ts'

const TAG = 'Disposition'
const DisposalId = z.object({ disposalId: z.coerce.number().int().min(1) })

const disposal = {
  disposalId: z.number().int(),
  at: Time,
  cause: z.enum(DISPOSAL_CAUSES),
  requestId: z.number().int().nullable().describe('The erasure request.'),
  filings: z.number().int().describe('Copies that left.'),
  items: z.number().int().describe('Items whose last copy left.'),
  merkleRoot: z.string().describe('Over the lines of its document, hex.'),
  entryId: z.uuid().describe('Its entry in the audit log.'),
}
const Disposal = z.object(disposal).meta({ id: 'Disposal' })

const ShownDisposal = z
  .object({
    ...disposal,
    actor: z.string(),
    approvedBy: z.array(z.string()),
    exports: z
      .array(
        z.object({
          id: z.uuid(),
          format: z.string(),
          state: z.string(),
          requestedAt: Time,
          completedAt: Time.nullable(),
          downloads: z.number().int(),
          destination: z.string(),
        }),
      )
      .describe('Packages that were made of something that went: they are outside of the archive.'),
  })
  .meta({ id: 'ShownDisposal' })

export const disposalRoutes = [
  route({
    method: 'get',
    path: '/disposition/disposals',
    id: 'listDisposals',
    tag: TAG,
    summary: 'Disposals, newest first',
    access: DISPOSAL_ROLES,
    reads: true,
    query: PageQuery.strict(),
    answer: pageOf(Disposal),
    work: async ({ ground, actor, query }) => {
      const { disposals, next, total } = await listDisposals(ground, actor, {
        ...(query.after ? { after: idCursor(query.after) } : {}),
        limit: query.limit,
      })
      return { rows: disposals, next: next === null ? null : String(next), total }
    },
  }),
  route({
    method: 'get',
    path: '/disposition/disposals/{disposalId}',
    id: 'showDisposal',
    tag: TAG,
    summary: 'A disposal: who approved it, and what had been exported before',
    access: DISPOSAL_ROLES,
    reads: true,
    params: DisposalId,
    answer: ShownDisposal,
    work: ({ ground, actor, params }) => showDisposal(ground, actor, params.disposalId),
  }),
  route({
    method: 'get',
    path: '/disposition/disposals/{disposalId}/proof',
    id: 'getDisposalProof',
    tag: TAG,
    summary: 'The proof of a disposal, for `holdfast verify`',
    access: DISPOSAL_ROLES,
    reads: true,
    params: DisposalId,
    answer: download('application/json'),
    work: async ({ ground, actor, params }) => ({
      fileName: `disposal-${params.disposalId}.proof.json`,
      chunks: await proveDisposal(ground, actor, params),
    }),
  }),
  route({
    method: 'get',
    path: '/items/{itemId}/disposal-proof',
    id: 'getItemDisposalProof',
    tag: 'Items',
    summary: 'The proof that an item, or its copy in a mailbox, was disposed of',
    access: DISPOSAL_ROLES,
    reads: true,
    params: ItemId,
    answer: download('application/json'),
    work: async ({ ground, actor, params }) => ({
      fileName: `${params.itemId}.disposal.json`,
      chunks: await proveDisposal(ground, actor, params),
    }),
  }),
] as const
