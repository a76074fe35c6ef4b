/** What connectors there can be, what there are, and what new ones begin with. */
import { z } from 'zod'
import {
  CATALOGUE,
  checkProduct,
  findProduct,
  formatSchedule,
  getConnectorDefaults,
  listConnectors,
  type Product,
  parseSchedule,
  setConnectorDefaults,
} from '../connector/connector.ts'
import { countConnectors, type ListedConnector, listConnectorStates } from '../pipeline/pipeline.ts'
import { ConnectorProgress, withPace } from './progress.ts'
import { route } from './route.ts'
import { PageQuery, pageOf, Time } from './schema.ts'

const SEE = ['View-Only Configuration', 'Mailbox Import Export'] as const

const ProductView = z
  .object({
    id: z.string(),
    name: z.string(),
    network: z.string().describe('What TeleMessage calls it.'),
    folder: z.string().describe('Where its items are filed in each mailbox.'),
    itemClass: z.string(),
    kinds: z.array(z.string()),
    arrives: z
      .enum(['in real time', 'once every 24 hours', 'as it is captured'])
      .describe('How its traffic reaches TeleMessage.'),
    companyOwnedOnly: z.boolean(),
    needsApp: z.boolean(),
  })
  .meta({ id: 'Product' })

export const PrerequisiteView = z
  .object({
    id: z.enum(['role', 'master-key', 'account', 'registered', 'mailbox', 'app', 'company-owned', 'carrier']),
    state: z.enum(['met', 'not-met', 'at-sign-in', 'cannot-be-checked']),
    text: z.string(),
    users: z.array(z.object({ userId: z.string(), name: z.string(), number: z.string(), email: z.string() })),
    of: z.number().int().nullable().describe('Of so many registered users.'),
    names: z.array(z.string()).describe("The account's name, or who holds the role."),
    code: z.string().nullable(),
  })
  .meta({ id: 'Prerequisite' })

const ProductPage = ProductView.extend({ prerequisites: z.array(PrerequisiteView) }).meta({
  id: 'ProductPage',
})

export const ConnectorSummary = z
  .object({
    connectorId: z.number().int(),
    name: z.string(),
    product: ProductView,
    accountName: z.string(),
    location: z.string().describe('The address of the TeleMessage site, or the watched folder.'),
    username: z.string(),
    state: z.enum([
      'importing',
      'up-to-date',
      'behind',
      'paused',
      'cannot-sign-in',
      'needs-attention',
      'setup-not-finished',
    ]),
    reason: z.enum([
      'import-under-way',
      'import-waits',
      'import-overdue',
      'first-import-ahead',
      'last-import-complete',
      'paused',
      'sign-in-refused',
      'import-failed',
      'sums-differ',
      'setup-not-finished',
    ]),
    code: z.string().nullable().describe('The error that is the reason.'),
    since: Time.nullable(),
    setupStep: z.enum(['login', 'mapping', 'review']).nullable(),
    createdBy: z.string(),
    createdAt: Time,
    schedule: z.string(),
    nextRunAt: Time.nullable(),
    collectedUntil: Time.nullable().describe('All that reached the site before is collected.'),
    lastRun: z
      .object({
        runId: z.number().int(),
        status: z.enum(['complete', 'incomplete', 'failed']),
        completedAt: Time.nullable(),
        items: z.number().int().describe('Items read from the source.'),
      })
      .nullable(),
    progress: ConnectorProgress.nullable(),
    imported: z.number().int().describe('Items filed in the last seven days.'),
    failed: z.number().int().describe('Items set aside in the last seven days.'),
    unmapped: z.number().int().describe('Items that wait for a mapping now.'),
  })
  .meta({ id: 'ConnectorSummary' })

const Defaults = z
  .object({
    schedule: z.string().max(100).describe('`daily 02:00 Europe/London`, `hourly` or `every 15 minutes`.'),
    defaultRegion: z.string().length(2),
    itemSizeMax: z.number().int().describe('Bytes of the largest item.'),
  })
  .strict()

const DefaultsView = Defaults.extend({ revision: z.number().int() }).strip().meta({ id: 'ConnectorDefaults' })

export const catalogueRoutes = [
  route({
    method: 'get',
    path: '/products',
    id: 'listProducts',
    tag: 'Connectors',
    summary: 'The products that there are connectors for',
    access: SEE,
    answer: z.object({
      rows: z.array(ProductView.extend({ connectors: z.number().int() }).meta({ id: 'ListedProduct' })),
    }),
    work: async ({ ground }) => {
      const connectors = await listConnectors(ground.database)
      return {
        rows: CATALOGUE.map(product => ({
          ...view(product),
          connectors: connectors.filter(each => each.product.id === product.id).length,
        })),
      }
    },
  }),
  route({
    method: 'get',
    path: '/products/{productId}',
    id: 'getProduct',
    tag: 'Connectors',
    summary: 'One product, and what it needs before a connector is set up',
    access: SEE,
    params: z.object({ productId: z.string().max(50) }),
    answer: ProductPage,
    work: async ({ ground, actor, params }) => {
      const product = findProduct(params.productId)
      return { ...view(product), prerequisites: await checkProduct(ground, actor, product) }
    },
  }),
  route({
    method: 'get',
    path: '/connectors',
    id: 'listConnectors',
    tag: 'Connectors',
    summary: 'The connectors: how each is and why, its last import and the one under way',
    access: SEE,
    query: PageQuery.strict(),
    answer: pageOf(ConnectorSummary),
    work: async ({ ground, query }) => {
      const now = new Date(ground.clock.now())
      const [found, total] = await Promise.all([
        listConnectorStates(ground.database, now, {
          after: query.after === undefined ? undefined : Number.parseInt(query.after, 10) || 0,
          limit: query.limit,
        }),
        countConnectors(ground.database),
      ])
      const rows = found.map(each => ({
        ...each,
        product: view(each.product),
        schedule: formatSchedule(each.schedule),
        progress: each.progress && withPace(ground, each.progress),
      }))
      return { rows, next: nextOf(found, query.limit), total }
    },
  }),
  route({
    method: 'get',
    path: '/connector-defaults',
    id: 'getConnectorDefaults',
    tag: 'Connectors',
    summary: 'What a new connector begins with',
    access: ['Organization Configuration', 'View-Only Configuration', 'Mailbox Import Export'],
    revised: true,
    answer: DefaultsView,
    work: async ({ ground }) => shown(await getConnectorDefaults(ground, ground.database)),
  }),
  route({
    method: 'put',
    path: '/connector-defaults',
    id: 'setConnectorDefaults',
    tag: 'Connectors',
    summary: 'Change what a new connector begins with; those that there are keep theirs',
    access: ['Organization Configuration'],
    revised: true,
    body: Defaults,
    answer: DefaultsView,
    work: async ({ ground, actor, body, revision }) =>
      shown(
        await setConnectorDefaults(
          ground,
          actor,
          { ...body, schedule: parseSchedule(body.schedule) },
          revision,
        ),
      ),
  }),
] as const

const view = ({ kinds, ...product }: Product) => ({ ...product, kinds: [...kinds] })

const shown = ({ schedule, ...rest }: Awaited<ReturnType<typeof getConnectorDefaults>>) => ({
  ...rest,
  schedule: formatSchedule(schedule),
})

function nextOf(rows: readonly ListedConnector[], limit: number): string | null {
  return rows.length < limit ? null : String(rows.at(-1)!.connectorId)
}
