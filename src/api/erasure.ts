/** Erasure requests (GDPR 17). Numbers, addresses and reasons are in bodies and answers alone. */
import { z } from 'zod'
import {
  changeErasure,
  ERASURE_BASES,
  ERASURE_STATES,
  erasureReportPage,
  erasureReportTable,
  listErasures,
  previewErasure,
  REPORT_LANGUAGES,
  reportErasure,
  requestErasure,
  showErasure,
  withdrawErasure,
} from '../erasure/erasure.ts'
import { type Download, download, route } from './route.ts'
import { idCursor, PageQuery, pageOf, present, Time } from './schema.ts'

const ERASURE = ['Retention Management'] as const

const GivenIdentity = z
  .object({
    value: z.string().min(1).max(400).describe('A number with its country code, or an address of mail.'),
    from: Time.nullable().default(null).describe('From when it was the person’s; null is open.'),
    to: Time.nullable().default(null).describe('Until before when.'),
  })
  .strict()

const identities = z.array(GivenIdentity).min(1).max(50)

const Identity = z
  .object({
    type: z.enum(['number', 'address']),
    value: z.string().describe('A number with its country code and `+`; an address in lower case.'),
    from: Time.nullable(),
    to: Time.nullable(),
  })
  .meta({ id: 'ErasureIdentity' })

const basis = z
  .enum(ERASURE_BASES)
  .describe('Which of the points (a) to (f) of article 17(1) it rests on, in that order.')

const words = {
  reason: z.string().max(10_000).describe('What was asked for, and when it came.'),
  reference: z.string().max(400).describe('Under what it is filed elsewhere; may be empty.'),
  includeLater: z.boolean().describe('True where what arrives later is erased as well.'),
}

const request = {
  requestId: z.number().int(),
  identities: z.array(Identity),
  basis,
  ...words,
  state: z
    .enum(ERASURE_STATES)
    .describe(
      '`working`: being looked at; `paused`: goes on when disposal does; `waiting`: copies are kept, and looked at again every day; `watching`: what arrives is erased.',
    ),
  requestedBy: z.string(),
  requestedAt: Time,
  lookedAt: Time.nullable().describe('When all of it was looked at last.'),
  due: z.number().int().describe('Items that are yet to be looked at.'),
  erasedCopies: z.number().int().describe('An item has a copy in each mailbox that it is filed in.'),
  erasedItems: z.number().int(),
  goneCopies: z.number().int().describe('That left meanwhile by the rules of their mailboxes.'),
  refusedCopies: z.number().int().describe('That are held or retained.'),
  restrictedItems: z.number().int().describe('Items of these copies.'),
  completedAt: Time.nullable(),
  withdrawnBy: z.string().nullable(),
  withdrawnAt: Time.nullable(),
  revision: z.number().int(),
}

const Request = z.object(request).meta({ id: 'ErasureRequest' })

const Detail = z
  .object({
    ...request,
    refused: z
      .array(
        z.object({
          mailboxId: z.number().int(),
          address: z.string(),
          copies: z.number().int(),
          held: z.number().int(),
          retained: z.number().int(),
          untold: z.number().int().describe('Of which it is being worked out.'),
          until: Time.nullable().describe('When the last is free; null where that is not known.'),
        }),
      )
      .describe('What is kept, by mailbox.'),
    disposals: z
      .array(
        z.object({
          disposalId: z.number().int(),
          at: Time,
          copies: z.number().int(),
          items: z.number().int(),
        }),
      )
      .describe('The newest of the disposals made for it; each has its proof.'),
    exports: z.array(z.uuid()).describe('Exports that some of it had been put in before.'),
  })
  .meta({ id: 'ErasureDetail' })

const RequestId = z.object({ requestId: z.coerce.number().int().min(1) })
const Language = z.object({ language: z.enum(REPORT_LANGUAGES).default('en') }).strict()

export const erasureRoutes = [
  route({
    method: 'post',
    path: '/erasure-requests/preview',
    id: 'previewErasure',
    tag: 'Erasure',
    summary: 'What a request for erasure would be about, counted; nothing is changed',
    access: ERASURE,
    reads: true,
    body: z.object({ identities }).strict(),
    answer: z
      .object({
        identities: z.array(Identity),
        alsoKnownAs: z
          .array(Identity)
          .describe('What else the directory and the mapping know the same persons by; not counted.'),
        items: z.number().int(),
        copies: z.number().int(),
        erasable: z.number().int().describe('Copies that nothing keeps.'),
        held: z.number().int(),
        retained: z.number().int(),
        firstAt: Time.nullable(),
        lastAt: Time.nullable(),
        byKind: z.array(z.object({ kind: z.string(), items: z.number().int() })),
        byMailbox: z.array(
          z.object({
            mailboxId: z.number().int(),
            address: z.string(),
            copies: z.number().int(),
            kept: z.number().int(),
          }),
        ),
      })
      .meta({ id: 'ErasurePreview' }),
    work: ({ ground, actor, body }) => previewErasure(ground, actor, body.identities.map(identityOf)),
  }),
  route({
    method: 'get',
    path: '/erasure-requests',
    id: 'listErasureRequests',
    tag: 'Erasure',
    summary: 'Requests for erasure, newest first',
    access: ERASURE,
    reads: true,
    query: PageQuery.extend({ state: z.enum(ERASURE_STATES).optional() }).strict(),
    answer: pageOf(Request),
    work: async ({ ground, actor, query }) => {
      const { requests, next, total } = await listErasures(ground, actor, {
        ...(query.state ? { state: query.state } : {}),
        ...(query.after ? { after: idCursor(query.after) } : {}),
        limit: query.limit,
      })
      return { rows: requests, next: next === null ? null : String(next), total }
    },
  }),
  route({
    method: 'post',
    path: '/erasure-requests',
    id: 'requestErasure',
    tag: 'Erasure',
    summary: 'Enter a request for erasure: what nothing keeps is erased, what is kept is restricted',
    access: ERASURE,
    body: z
      .object({
        identities,
        basis,
        ...words,
        reference: words.reference.default(''),
        includeLater: words.includeLater.default(false),
      })
      .strict(),
    answer: Request,
    work: ({ ground, queue, actor, body }) =>
      requestErasure(ground, queue, actor, { ...body, identities: body.identities.map(identityOf) }),
  }),
  route({
    method: 'get',
    path: '/erasure-requests/{requestId}',
    id: 'showErasureRequest',
    tag: 'Erasure',
    summary: 'A request for erasure, with what keeps its copies',
    access: ERASURE,
    reads: true,
    revised: true,
    params: RequestId,
    answer: Detail,
    work: ({ ground, actor, params }) => showErasure(ground, actor, params.requestId),
  }),
  route({
    method: 'patch',
    path: '/erasure-requests/{requestId}',
    id: 'changeErasureRequest',
    tag: 'Erasure',
    summary: 'Change what is said of a request for erasure, and whether later items go',
    access: ERASURE,
    revised: true,
    params: RequestId,
    body: z.object(words).partial().strict(),
    answer: Request,
    work: ({ ground, queue, actor, params, body, revision }) =>
      changeErasure(ground, queue, actor, params.requestId, present(body), revision),
  }),
  route({
    method: 'post',
    path: '/erasure-requests/{requestId}/withdraw',
    id: 'withdrawErasureRequest',
    tag: 'Erasure',
    summary: 'Withdraw a request for erasure: what it restricted can be read again; what is erased stays so',
    access: ERASURE,
    revised: true,
    params: RequestId,
    body: z.object({ reason: words.reason }).strict(),
    answer: Request,
    work: ({ ground, actor, params, body, revision }) =>
      withdrawErasure(ground, actor, params.requestId, body.reason, revision),
  }),
  route({
    method: 'get',
    path: '/erasure-requests/{requestId}/report',
    id: 'reportErasure',
    tag: 'Erasure',
    summary: 'What is told to the person: counts, dates and reasons, and nothing of others',
    access: ERASURE,
    reads: true,
    params: RequestId,
    answer: z
      .object({
        organisation: z.string(),
        requestId: z.number().int(),
        reference: z.string(),
        identities: z.array(Identity),
        basis,
        state: z.enum(ERASURE_STATES),
        requestedAt: Time,
        reportedAt: Time,
        erased: z.object({
          items: z.number().int(),
          copies: z.number().int(),
          byDay: z.array(z.object({ day: z.string(), items: z.number().int(), copies: z.number().int() })),
        }),
        kept: z.object({
          items: z.number().int(),
          legalClaims: z.number().int().describe('Article 17(3)(e).'),
          legalObligation: z.number().int().describe('Article 17(3)(b).'),
          records: z.array(
            z.object({
              at: Time,
              kind: z.string(),
              direction: z.enum(['in', 'out']).nullable(),
              grounds: z.array(z.enum(['legal-claims', 'legal-obligation'])),
              until: Time.nullable().describe('At least until then; null where that is not known.'),
            }),
          ),
        }),
        later: z.object({ items: z.number().int(), included: z.boolean() }),
        exports: z.number().int().describe('Files handed out before that had some of it.'),
      })
      .meta({ id: 'ErasureReport' }),
    work: ({ ground, actor, params }) => reportErasure(ground, actor, params.requestId),
  }),
  route({
    method: 'get',
    path: '/erasure-requests/{requestId}/report/page',
    id: 'getErasureReportPage',
    tag: 'Erasure',
    summary: 'The report for the person as a page to send or print',
    access: ERASURE,
    reads: true,
    params: RequestId,
    query: Language,
    answer: download('text/html; charset=utf-8'),
    work: async ({ ground, actor, params, query }): Promise<Download> => ({
      fileName: `erasure-request-${params.requestId}.html`,
      headers: { 'content-security-policy': PAGE_POLICY },
      chunks: erasureReportPage(await reportErasure(ground, actor, params.requestId), query.language),
    }),
  }),
  route({
    method: 'get',
    path: '/erasure-requests/{requestId}/report/table',
    id: 'getErasureReportTable',
    tag: 'Erasure',
    summary: 'What is kept, one by one, for the person, as a table (CSV)',
    access: ERASURE,
    reads: true,
    params: RequestId,
    query: Language,
    answer: download('text/csv; charset=utf-8'),
    work: async ({ ground, actor, params, query }): Promise<Download> => ({
      fileName: `erasure-request-${params.requestId}.csv`,
      chunks: erasureReportTable(await reportErasure(ground, actor, params.requestId), query.language),
    }),
  }),
] as const

const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

const moment = (time: string | null): Date | null => (time === null ? null : new Date(time))

const identityOf = ({ value, from, to }: z.output<typeof GivenIdentity>) => ({
  value,
  from: moment(from),
  to: moment(to),
})
