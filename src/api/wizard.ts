/**
 * The connector wizard, step by step: terms of service, login, user mapping, review, finish. What it has been told is
 * kept as a draft, so that it can be left and continued anywhere.
 */
import { z } from 'zod'
import {
  type Connector,
  checkArchive,
  checkConnector,
  checkProduct,
  discardDraft,
  editDraft,
  formatSchedule,
  getConnector,
  nextRunAfter,
  parseSchedule,
  signInDraft,
  startDraft,
} from '../connector/connector.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { finishSetup } from '../pipeline/pipeline.ts'
import { PrerequisiteView } from './catalogue.ts'
import { route } from './route.ts'
import { Time } from './schema.ts'

const SET_UP = ['Mailbox Import Export'] as const
const SITE_PATIENCE = 60_000

const Step = z.enum(['login', 'mapping', 'review'])

const ConnectorDraft = z
  .object({
    connectorId: z.number().int(),
    product: z.string(),
    productName: z.string(),
    folder: z.string(),
    name: z.string(),
    setupStep: Step.describe('The step that it has come to.'),
    termsAcceptedBy: z.string(),
    termsAcceptedAt: Time,
    location: z.string().describe('The address of the TeleMessage site.'),
    username: z.string(),
    hasPassword: z.boolean(),
    accountId: z.string(),
    accountName: z.string(),
    registeredUsers: z.number().int(),
    automaticMapping: z.boolean(),
    mappingLines: z.number().int().describe('Lines of the custom mapping.'),
    defaultRegion: z.string(),
    domains: z.array(z.string()),
    schedule: z.string(),
    nextRunAt: Time.describe('The first moment of the schedule from now.'),
    itemSizeMax: z.number().int(),
    revision: z.number().int(),
  })
  .meta({ id: 'ConnectorDraft' })

const Id = z.object({ connectorId: z.coerce.number().int().min(1).max(2_147_483_647) })

const Settings = z
  .object({
    name: z.string().max(200).optional(),
    automaticMapping: z.boolean().optional(),
    defaultRegion: z.string().length(2).optional(),
    domains: z.array(z.string().max(254)).max(200).optional(),
    schedule: z.string().max(100).optional(),
    itemSizeMax: z.number().int().optional(),
    setupStep: Step.optional().describe('The step that is reached by this.'),
  })
  .strict()

export const wizardRoutes = [
  route({
    method: 'post',
    path: '/connectors',
    id: 'startConnector',
    tag: 'Connector wizard',
    summary: 'Accept the terms of service of a product, which begins its connector',
    access: SET_UP,
    body: z.object({ product: z.string().max(50), acceptTerms: z.literal(true) }).strict(),
    answer: ConnectorDraft,
    work: async ({ ground, actor, body }) => draftView(ground, await startDraft(ground, actor, body.product)),
  }),
  route({
    method: 'get',
    path: '/connectors/{connectorId}/draft',
    id: 'getConnectorDraft',
    tag: 'Connector wizard',
    summary: 'A connector whose setup is not finished, as far as it has come',
    access: SET_UP,
    params: Id,
    revised: true,
    answer: ConnectorDraft,
    work: async ({ ground, params }) =>
      draftView(ground, await getConnector(ground.database, params.connectorId)),
  }),
  route({
    method: 'put',
    path: '/connectors/{connectorId}/login',
    id: 'signInConnector',
    tag: 'Connector wizard',
    summary: 'Sign in to TeleMessage; what the site lets in is kept',
    access: SET_UP,
    params: Id,
    body: z
      .object({
        location: z.string().min(1).max(500),
        username: z.string().min(1).max(200),
        password: z
          .string()
          .max(1000)
          .optional()
          .describe('Never answered. Left out: the one that is kept, for the same site and user name.'),
      })
      .strict(),
    revised: true,
    callsMax: 20,
    answer: ConnectorDraft,
    work: async ({ ground, actor, params, body, revision, signal }) => {
      const patience = AbortSignal.any([signal, AbortSignal.timeout(SITE_PATIENCE)])
      const { connector } = await signInDraft(ground, actor, params.connectorId, body, revision, patience)
      return draftView(ground, connector)
    },
  }),
  route({
    method: 'patch',
    path: '/connectors/{connectorId}/draft',
    id: 'editConnectorDraft',
    tag: 'Connector wizard',
    summary: 'Choose how a connector is to map and when it is to import',
    access: SET_UP,
    params: Id,
    body: Settings,
    revised: true,
    answer: ConnectorDraft,
    work: async ({ ground, actor, params, body, revision }) => {
      const { schedule, ...rest } = body
      const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
      const change = schedule === undefined ? given : { ...given, schedule: parseSchedule(schedule) }
      return draftView(ground, await editDraft(ground, actor, params.connectorId, change, revision))
    },
  }),
  route({
    method: 'post',
    path: '/connectors/{connectorId}/finish',
    id: 'finishConnector',
    tag: 'Connector wizard',
    summary: 'Finish the setup: the connector is there, and its first import begins',
    access: SET_UP,
    params: Id,
    body: z
      .object({
        importFrom: Time.optional().describe('The first import begins here; a day ago if left out.'),
      })
      .strict(),
    revised: true,
    answer: z
      .object({ connectorId: z.number().int(), runId: z.number().int(), revision: z.number().int() })
      .meta({ id: 'FinishedConnector' }),
    work: async ({ ground, queue, actor, params, body, revision }) => {
      const { connector, run } = await finishSetup(ground, queue, actor, params.connectorId, {
        revision,
        from: body.importFrom === undefined ? undefined : new Date(body.importFrom),
      })
      return { connectorId: connector.connectorId, runId: run.runId, revision: connector.revision }
    },
  }),
  route({
    method: 'delete',
    path: '/connectors/{connectorId}/draft',
    id: 'discardConnectorDraft',
    tag: 'Connector wizard',
    summary: 'Give up a connector whose setup is not finished',
    access: SET_UP,
    params: Id,
    revised: true,
    work: async ({ ground, actor, params, revision }) => {
      await discardDraft(ground, actor, params.connectorId, revision)
      return undefined
    },
  }),
  route({
    method: 'get',
    path: '/connectors/{connectorId}/prerequisites',
    id: 'checkPrerequisites',
    tag: 'Connector wizard',
    summary: 'What a connector needs, checked against the site and the directory now',
    access: ['View-Only Configuration', 'Mailbox Import Export'],
    params: Id,
    callsMax: 60,
    answer: z.object({ rows: z.array(PrerequisiteView) }),
    work: async ({ ground, actor, params, signal }) => {
      const connector = await getConnector(ground.database, params.connectorId)
      if (connector.accountId === '') return { rows: await checkProduct(ground, actor, connector.product) }
      const patience = AbortSignal.any([signal, AbortSignal.timeout(SITE_PATIENCE)])
      return {
        rows: [
          ...(await checkArchive(ground, actor)),
          ...(await checkConnector(ground, connector, patience)),
        ],
      }
    },
  }),
] as const

async function draftView(ground: Ground, connector: Connector) {
  const { connectorId, product, setupStep } = connector
  if (connector.status === 'removed')
    throw new HoldfastError('CONNECTOR_UNKNOWN', `connector ${connectorId} was removed`)
  if (setupStep === null)
    throw new HoldfastError('CONNECTOR_EXISTS', `the setup of connector ${connectorId} is finished already`)
  const [counts] = await ground.database.query<{ registered: number; lines: number }>(
    `select (select count(*) from registered_user where connector_id = $1) as registered,
       (select count(*) from mapping_entry where connector_id = $1) as lines`,
    [connectorId],
  )
  return {
    connectorId,
    product: product.id,
    productName: product.name,
    folder: product.folder,
    name: connector.name,
    setupStep,
    termsAcceptedBy: connector.termsAcceptedBy ?? '',
    termsAcceptedAt: connector.termsAcceptedAt ?? connector.createdAt,
    location: connector.location,
    username: connector.username,
    hasPassword: connector.credential !== null,
    accountId: connector.accountId,
    accountName: connector.accountName,
    registeredUsers: counts?.registered ?? 0,
    automaticMapping: connector.automaticMapping,
    mappingLines: counts?.lines ?? 0,
    defaultRegion: connector.defaultRegion,
    domains: [...connector.domains],
    schedule: formatSchedule(connector.schedule),
    nextRunAt: new Date(nextRunAfter(connector.schedule, ground.clock.now())),
    itemSizeMax: connector.itemSizeMax,
    revision: connector.revision,
  }
}
