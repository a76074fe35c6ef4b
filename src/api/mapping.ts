/** A connector's custom mapping line by line: as it is, as it was, who changed it, and edits of single lines. */
import { z } from 'zod'
import { getConnector } from '../connector/connector.ts'
import { listMailboxes } from '../directory/directory.ts'
import {
  addMappingEntry,
  changeMappingEntry,
  listMappingChanges,
  pageMapping,
  removeMappingEntry,
} from '../mapping/mapping.ts'
import { route } from './route.ts'
import { idCursor, PageQuery, pageOf, Time } from './schema.ts'

const SEE = ['View-Only Configuration', 'Mailbox Import Export'] as const
const CHANGE = ['Mailbox Import Export'] as const

const Id = z.object({ connectorId: z.coerce.number().int().min(1).max(2_147_483_647) })
const EntryId = Id.extend({ entryId: z.uuid() })

const Line = z
  .object({
    entryId: z.uuid(),
    externalUserId: z.string(),
    mailboxAddress: z.string(),
    mailboxName: z.string().nullable().describe('null where the directory has no such mailbox any more.'),
    validFrom: Time.nullable(),
    validTo: Time.nullable().describe('Exclusive.'),
    state: z.enum(['valid', 'future', 'ended']).describe('At the moment shown.'),
    changedAt: Time.nullable(),
    changedBy: z.string().nullable(),
    revision: z.number().int(),
  })
  .meta({ id: 'MappingLine' })

const Edited = z
  .object({
    entryId: z.uuid(),
    externalUserId: z.string(),
    mailboxAddress: z.string(),
    validFrom: Time.nullable(),
    validTo: Time.nullable(),
    revision: z.number().int(),
  })
  .meta({ id: 'EditedMappingLine' })

const Change = z
  .object({
    changeId: z.number().int(),
    entryId: z.uuid(),
    operation: z.enum(['add', 'change', 'remove']),
    cause: z.enum(['import', 'edit', 'assign', 'before-history']),
    externalUserId: z.string(),
    mailboxAddress: z.string(),
    validFrom: Time.nullable(),
    validTo: Time.nullable(),
    before: z
      .object({ mailboxAddress: z.string(), validFrom: Time.nullable(), validTo: Time.nullable() })
      .nullable()
      .describe('Of a change: what the line said before.'),
    changedAt: Time,
    changedBy: z.string(),
  })
  .meta({ id: 'MappingChange' })

/** What a line says, as a person enters it. */
export const LineBody = z
  .object({
    externalUserId: z.string().max(200),
    mailboxAddress: z.string().max(320),
    validFrom: Time.nullable().default(null),
    validTo: Time.nullable().default(null),
  })
  .strict()

export const mappingRoutes = [
  route({
    method: 'get',
    path: '/connectors/{connectorId}/mapping',
    id: 'listMapping',
    tag: 'Custom mapping',
    summary: 'The lines of a custom mapping, as it is or as it was at a moment',
    access: SEE,
    params: Id,
    query: PageQuery.extend({
      search: z.string().max(100).optional(),
      at: Time.optional().describe('The mapping as it was then.'),
    }).strict(),
    answer: pageOf(Line),
    work: async ({ ground, params, query }) => {
      await getConnector(ground.database, params.connectorId)
      const { lines, next, total } = await pageMapping(ground.database, ground.clock, params.connectorId, {
        ...(query.at === undefined ? {} : { at: new Date(query.at) }),
        ...(query.search === undefined ? {} : { containing: query.search }),
        ...(query.after === undefined ? {} : { after: query.after }),
        limit: query.limit,
      })
      return { rows: lines, next, total }
    },
  }),
  route({
    method: 'get',
    path: '/connectors/{connectorId}/mapping/history',
    id: 'listMappingChanges',
    tag: 'Custom mapping',
    summary: 'Who changed which line of a custom mapping, and when; newest first',
    access: SEE,
    params: Id,
    query: PageQuery.extend({
      search: z.string().max(100).optional(),
      entryId: z.uuid().optional(),
    }).strict(),
    answer: pageOf(Change),
    work: async ({ ground, params, query }) => {
      await getConnector(ground.database, params.connectorId)
      const changes = await listMappingChanges(ground.database, params.connectorId, {
        ...(query.search === undefined ? {} : { containing: query.search }),
        ...(query.entryId === undefined ? {} : { entryId: query.entryId }),
        ...(query.after === undefined ? {} : { before: idCursor(query.after) }),
        limit: query.limit + 1,
      })
      const rows = changes.slice(0, query.limit)
      return { rows, next: changes.length > query.limit ? String(rows.at(-1)!.changeId) : null }
    },
  }),
  route({
    method: 'post',
    path: '/connectors/{connectorId}/mapping',
    id: 'addMappingLine',
    tag: 'Custom mapping',
    summary: 'Add a line',
    access: CHANGE,
    params: Id,
    body: LineBody,
    answer: Edited,
    work: async ({ ground, actor, params, body }) =>
      ground.database.transaction(tx =>
        addMappingEntry(tx, ground, actor, params.connectorId, {
          ...body,
          validFrom: dateOf(body.validFrom),
          validTo: dateOf(body.validTo),
        }),
      ),
  }),
  route({
    method: 'patch',
    path: '/connectors/{connectorId}/mapping/{entryId}',
    id: 'changeMappingLine',
    tag: 'Custom mapping',
    summary: 'Change where a line leads, or when it is valid',
    access: CHANGE,
    params: EntryId,
    revised: true,
    body: z
      .object({
        mailboxAddress: z.string().max(320).optional(),
        validFrom: Time.nullable().optional(),
        validTo: Time.nullable().optional(),
      })
      .strict(),
    answer: Edited,
    work: async ({ ground, actor, params, body, revision }) =>
      ground.database.transaction(tx =>
        changeMappingEntry(tx, ground, actor, params.connectorId, params.entryId, revision, {
          ...(body.mailboxAddress === undefined ? {} : { mailboxAddress: body.mailboxAddress }),
          ...(body.validFrom === undefined ? {} : { validFrom: dateOf(body.validFrom) }),
          ...(body.validTo === undefined ? {} : { validTo: dateOf(body.validTo) }),
        }),
      ),
  }),
  route({
    method: 'delete',
    path: '/connectors/{connectorId}/mapping/{entryId}',
    id: 'removeMappingLine',
    tag: 'Custom mapping',
    summary: 'Remove a line; what it filed stays, and the history keeps it',
    access: CHANGE,
    params: EntryId,
    revised: true,
    work: async ({ ground, actor, params, revision }) => {
      await ground.database.transaction(tx =>
        removeMappingEntry(tx, ground, actor, params.connectorId, params.entryId, revision),
      )
      return undefined
    },
  }),
  route({
    method: 'post',
    path: '/mailbox-choices',
    id: 'findMailboxChoices',
    tag: 'Custom mapping',
    summary: 'Mailboxes of the directory that a number could be assigned',
    access: SEE,
    reads: true,
    body: z
      .object({
        containing: z.string().max(200).default('').describe('In addresses, names and attributes.'),
        limit: z.number().int().min(1).max(50).default(30),
      })
      .strict(),
    answer: z.object({
      rows: z.array(
        z
          .object({
            mailboxId: z.number().int(),
            address: z.string(),
            displayName: z.string(),
            activeFrom: Time.nullable(),
            activeTo: Time.nullable(),
          })
          .meta({ id: 'MailboxChoice' }),
      ),
    }),
    work: async ({ ground, body }) => ({
      rows: await listMailboxes(ground.database, {
        containing: body.containing.trim(),
        limit: body.limit,
        kind: 'person',
      }),
    }),
  }),
] as const

export function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text)
}
