/** One connector: how it is, its days and users, and what can be done to it. */
import { z } from 'zod'
import {
  type Connector,
  checkAccount,
  editConnector,
  formatSchedule,
  getConnector,
  pageUsers,
  parseSchedule,
  removeConnector,
  setConnectorStatus,
} from '../connector/connector.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import {
  completenessCalendar,
  listConnectorStates,
  nextWindow,
  previewBackFill,
  requestRun,
} from '../pipeline/pipeline.ts'
import { ConnectorSummary } from './catalogue.ts'
import { ConnectorProgress, withPace } from './progress.ts'
import { route } from './route.ts'
import { RunView, runView } from './run.ts'
import { PageQuery, pageOf, Time } from './schema.ts'

const SEE = ['View-Only Configuration', 'Mailbox Import Export'] as const
const CHANGE = ['Mailbox Import Export'] as const
const SITE_PATIENCE = 60_000

const Id = z.object({ connectorId: z.coerce.number().int().min(1).max(2_147_483_647) })

const ConnectorView = z
  .object({
    connectorId: z.number().int(),
    name: z.string(),
    product: z.object({ id: z.string(), name: z.string(), folder: z.string() }),
    status: z.enum(['draft', 'active', 'paused', 'removed']),
    condition: ConnectorSummary.pick({ state: true, reason: true, code: true, since: true })
      .nullable()
      .describe('How it is, and why; null for one that was removed.'),
    sourceKind: z.enum(['site', 'zip']),
    location: z.string().describe('The address of the TeleMessage site, or the watched folder.'),
    accountId: z.string(),
    accountName: z.string(),
    username: z.string(),
    hasPassword: z.boolean().describe('The password itself is never answered.'),
    automaticMapping: z.boolean(),
    defaultRegion: z.string(),
    domains: z.array(z.string()),
    schedule: z.string(),
    nextRunAt: Time.nullable(),
    itemSizeMax: z.number().int(),
    collectedUntil: Time.nullable().describe('All that reached the site before is collected.'),
    termsAcceptedBy: z.string().nullable(),
    termsAcceptedAt: Time.nullable(),
    createdBy: z.string(),
    createdAt: Time,
    progress: ConnectorProgress.nullable(),
    unmapped: z.number().int().describe('Items that wait for a mapping now.'),
    users: z.number().int(),
    mappingLines: z.number().int(),
    openFailures: z.number().int(),
    revision: z.number().int(),
  })
  .meta({ id: 'Connector' })

export const CalendarDay = z
  .object({
    day: z.iso.date(),
    state: z
      .enum(['complete', 'nothing', 'gap', 'incomplete', 'running', 'not-due', 'outside'])
      .describe('Whether everything that reached the site on this UTC day was collected.'),
    items: z.number().int().describe('New items that reached the site on this day.'),
    unmapped: z.number().int().describe('Of those, at import.'),
    failed: z.number().int().describe('Of those, set aside at import.'),
  })
  .meta({ id: 'CalendarDay' })

const UserView = z
  .object({
    userId: z.string(),
    name: z.string(),
    number: z.string(),
    email: z.string(),
    appActive: z.boolean().nullable(),
    companyOwned: z.boolean().nullable(),
    mailbox: z
      .object({ mailboxId: z.number().int(), address: z.string(), displayName: z.string() })
      .nullable(),
    mappedBy: z.enum(['custom-mapping', 'email-property']).nullable(),
    failure: z.enum(['no-mapping', 'mailbox-unknown', 'mailbox-not-active', 'no-participant']).nullable(),
    wanted: z.string().describe('The mailbox that was named in vain.'),
    lastItemAt: Time.nullable(),
    silentDays: z
      .number()
      .int()
      .nullable()
      .describe('Whole days since the last item; null where none has come yet.'),
  })
  .meta({ id: 'ConnectorUser' })

export const connectorRoutes = [
  route({
    method: 'get',
    path: '/connectors/{connectorId}',
    id: 'getConnector',
    tag: 'Connectors',
    summary: 'One connector: how it is, and its settings',
    access: SEE,
    params: Id,
    revised: true,
    answer: ConnectorView,
    work: async ({ ground, params }) => view(ground, await getConnector(ground.database, params.connectorId)),
  }),
  route({
    method: 'patch',
    path: '/connectors/{connectorId}',
    id: 'editConnector',
    tag: 'Connectors',
    summary: 'Change settings of a connector; those left out stay',
    access: CHANGE,
    params: Id,
    revised: true,
    body: z
      .object({
        name: z.string().max(200).optional(),
        automaticMapping: z.boolean().optional(),
        defaultRegion: z.string().length(2).optional(),
        domains: z.array(z.string().max(254)).max(200).optional(),
        schedule: z
          .string()
          .max(100)
          .optional()
          .describe('`daily 02:00 Europe/London`, `hourly` or `every 15 minutes`.'),
        itemSizeMax: z.number().int().optional(),
      })
      .strict(),
    answer: ConnectorView,
    work: async ({ ground, actor, params, body, revision }) => {
      const { schedule, ...rest } = body
      const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
      const change = schedule === undefined ? given : { ...given, schedule: parseSchedule(schedule) }
      return view(ground, await editConnector(ground, actor, params.connectorId, change, revision))
    },
  }),
  route({
    method: 'put',
    path: '/connectors/{connectorId}/credentials',
    id: 'replaceCredentials',
    tag: 'Connectors',
    summary: 'Replace how a connector signs in; the site is tried first, and the account must stay the same',
    access: CHANGE,
    params: Id,
    revised: true,
    callsMax: 20,
    body: z
      .object({
        location: z.string().min(1).max(500).optional(),
        username: z.string().min(1).max(200),
        password: z.string().min(1).max(1000).describe('Never answered.'),
      })
      .strict(),
    answer: ConnectorView,
    work: async ({ ground, actor, params, body, revision, signal }) => {
      const connector = await getConnector(ground.database, params.connectorId)
      // The folders of this machine are the console's business: files are moved within them, and removed.
      if (connector.sourceKind !== 'site')
        throw new HoldfastError('CONNECTOR_INVALID', 'a watched folder has no sign-in to replace')
      const { location, ...rest } = body
      const change = location === undefined ? rest : { ...rest, location }
      await checkAccount(
        ground,
        connector,
        change,
        AbortSignal.any([signal, AbortSignal.timeout(SITE_PATIENCE)]),
      )
      return view(ground, await editConnector(ground, actor, params.connectorId, change, revision))
    },
  }),
  route({
    method: 'post',
    path: '/connectors/{connectorId}/pause',
    id: 'pauseConnector',
    tag: 'Connectors',
    summary: 'Stop scheduled imports',
    access: CHANGE,
    params: Id,
    answer: ConnectorView,
    work: async ({ ground, actor, params }) =>
      view(ground, await setConnectorStatus(ground, actor, params.connectorId, 'paused')),
  }),
  route({
    method: 'post',
    path: '/connectors/{connectorId}/resume',
    id: 'resumeConnector',
    tag: 'Connectors',
    summary: 'Let scheduled imports go on; what was missed is caught up',
    access: CHANGE,
    params: Id,
    answer: ConnectorView,
    work: async ({ ground, actor, params }) =>
      view(ground, await setConnectorStatus(ground, actor, params.connectorId, 'active')),
  }),
  route({
    method: 'post',
    path: '/connectors/{connectorId}/runs',
    id: 'startRun',
    tag: 'Runs',
    summary: 'Import now: what is due, or the window named (a back-fill)',
    access: CHANGE,
    params: Id,
    body: z.object({ from: Time.optional(), to: Time.optional() }).strict(),
    answer: RunView,
    work: async ({ ground, queue, actor, params, body }) => {
      const connector = await getConnector(ground.database, params.connectorId)
      const next = nextWindow(connector, new Date(ground.clock.now()))
      if (body.from === undefined && body.to !== undefined)
        throw new HoldfastError('WINDOW_INVALID', 'the window has an end and no beginning')
      const window = {
        from: body.from === undefined ? next.from : new Date(body.from),
        to: body.to === undefined ? next.to : new Date(body.to),
      }
      const trigger = body.from === undefined ? 'manual' : 'back-fill'
      return runView(await requestRun(ground, queue, actor, connector, trigger, window))
    },
  }),
  route({
    method: 'get',
    path: '/connectors/{connectorId}/back-fill',
    id: 'previewBackFill',
    tag: 'Runs',
    summary: 'What a back-fill of a window would read, as the site counts it now',
    access: CHANGE,
    params: Id,
    query: z.object({ from: Time, to: Time }).strict(),
    callsMax: 60,
    answer: z
      .object({
        from: Time,
        to: Time.describe('Not later than what can be read now.'),
        atSource: z.number().int().nullable(),
        kept: z.number().int().describe('Items of the days of the window that are kept already.'),
        trouble: z.object({ code: z.string(), message: z.string() }).nullable(),
      })
      .meta({ id: 'BackFillPreview' }),
    work: async ({ ground, params, query, signal }) =>
      previewBackFill(
        ground,
        await getConnector(ground.database, params.connectorId),
        { from: new Date(query.from), to: new Date(query.to) },
        AbortSignal.any([signal, AbortSignal.timeout(SITE_PATIENCE)]),
      ),
  }),
  route({
    method: 'delete',
    path: '/connectors/{connectorId}',
    id: 'removeConnector',
    tag: 'Connectors',
    summary: 'Remove a connector and forget its password; what it imported stays',
    access: CHANGE,
    params: Id,
    revised: true,
    work: async ({ ground, actor, params, revision }) => {
      await removeConnector(ground, actor, params.connectorId, revision)
      return undefined
    },
  }),
  route({
    method: 'get',
    path: '/connectors/{connectorId}/calendar',
    id: 'getCompleteness',
    tag: 'Connectors',
    summary: 'The last days of a connector: which are complete, and which have a gap',
    access: SEE,
    params: Id,
    query: z.object({ days: z.coerce.number().int().min(1).max(366).default(90) }).strict(),
    answer: z.object({ days: z.array(CalendarDay) }).meta({ id: 'Completeness' }),
    work: async ({ ground, params, query }) => {
      const { connectorId } = await getConnector(ground.database, params.connectorId)
      const [calendar] = await completenessCalendar(ground.database, ground.clock, {
        connectorIds: [connectorId],
        days: query.days,
      })
      return { days: calendar?.days ?? [] }
    },
  }),
  route({
    method: 'get',
    path: '/connectors/{connectorId}/users',
    id: 'listConnectorUsers',
    tag: 'Connectors',
    summary: 'The users registered at the site: each with the mailbox of today, and days of silence',
    access: SEE,
    params: Id,
    query: PageQuery.extend({
      search: z.string().max(100).optional(),
      filter: z.enum(['all', 'by-csv', 'by-email', 'unmapped', 'app-off', 'silent']).default('all'),
      order: z.enum(['name', 'silence']).default('silence'),
    }).strict(),
    answer: pageOf(UserView).extend({
      totals: z
        .object({
          users: z.number().int(),
          byCsv: z.number().int(),
          byEmail: z.number().int(),
          unmapped: z.number().int(),
          appOff: z.number().int(),
          silent: z.number().int(),
        })
        .describe('Of those that the search finds.'),
    }),
    work: async ({ ground, params, query }) => {
      const { search, ...rest } = query
      const found = await pageUsers(ground, params.connectorId, { ...rest, containing: search })
      return { rows: found.users, next: found.next, totals: found.totals }
    },
  }),
] as const

async function view(ground: Ground, connector: Connector) {
  const { connectorId, product } = connector
  const [listed] = await listConnectorStates(ground.database, new Date(ground.clock.now()), {
    after: connectorId - 1,
    limit: 1,
  })
  const state = listed?.connectorId === connectorId ? listed : null
  const [counts] = await ground.database.query<{ users: number; lines: number; failures: number }>(
    `select (select count(*) from registered_user where connector_id = $1) as users,
       (select count(*) from mapping_entry where connector_id = $1) as lines,
       (select count(*) from failure where connector_id = $1 and resolved_at is null) as failures`,
    [connectorId],
  )
  return {
    connectorId,
    name: connector.name,
    product: { id: product.id, name: product.name, folder: product.folder },
    status: connector.status,
    condition: state,
    sourceKind: connector.sourceKind,
    location: connector.location,
    accountId: connector.accountId,
    accountName: connector.accountName,
    username: connector.username,
    hasPassword: connector.credential !== null,
    automaticMapping: connector.automaticMapping,
    defaultRegion: connector.defaultRegion,
    domains: [...connector.domains],
    schedule: formatSchedule(connector.schedule),
    nextRunAt: connector.status === 'active' ? connector.nextRunAt : null,
    itemSizeMax: connector.itemSizeMax,
    collectedUntil: connector.collectedUntil,
    termsAcceptedBy: connector.termsAcceptedBy,
    termsAcceptedAt: connector.termsAcceptedAt,
    createdBy: connector.createdBy,
    createdAt: connector.createdAt,
    progress: state?.progress ? withPace(ground, state.progress) : null,
    unmapped: state?.unmapped ?? 0,
    users: counts?.users ?? 0,
    mappingLines: counts?.lines ?? 0,
    openFailures: counts?.failures ?? 0,
    revision: connector.revision,
  }
}
