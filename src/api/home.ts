/** The archive at a glance: numbers, items by kind over time, and what needs attention. */
import { z } from 'zod'
import { countOpenAlerts } from '../alert/alert.ts'
import { listConnectors } from '../connector/connector.ts'
import { completenessCalendar } from '../pipeline/pipeline.ts'
import { archiveOverview, itemHistory } from '../upkeep/upkeep.ts'
import { CalendarDay } from './connector.ts'
import { route } from './route.ts'
import { Time } from './schema.ts'

const SEE = ['View-Only Configuration', 'Mailbox Import Export'] as const

const AttentionPoint = z
  .object({
    code: z
      .enum([
        'log-broken',
        'checkpoint-overdue',
        'index-differs',
        'sign-in-refused',
        'run-failed',
        'sum-differs',
        'run-missed',
        'unmapped-numbers',
        'master-key-not-copied',
        'import-role-missing',
        'break-glass',
      ])
      .describe('What it is; most pressing first.'),
    count: z.number().int(),
    connectorId: z.number().int().nullable(),
    name: z.string().nullable().describe("The connector's name, or who acted on the console."),
    runId: z.number().int().nullable(),
    since: Time.nullable(),
  })
  .meta({ id: 'AttentionPoint' })

export const AlertCounts = z
  .object({
    critical: z.number().int(),
    warning: z.number().int(),
    notice: z.number().int(),
    unacknowledged: z.number().int(),
  })
  .meta({ id: 'AlertCounts' })

const Home = z
  .object({
    items: z.number().int().describe('Everything that is kept.'),
    connectors: z.number().int(),
    log: z.object({
      size: z.number().int().describe('Entries under the last checkpoint.'),
      checkpointAt: Time.nullable(),
      waiting: z.number().int(),
    }),
    alerts: AlertCounts,
    attention: z.array(AttentionPoint),
  })
  .meta({ id: 'Home' })

const ItemHistory = z
  .object({
    days: z.array(z.string()).describe('YYYY-MM-DD in UTC, the last being today.'),
    kinds: z.array(
      z.object({ kind: z.string(), items: z.array(z.number().int()).describe('For each of the days.') }),
    ),
  })
  .meta({ id: 'ItemHistory' })

const Calendars = z
  .object({
    rows: z.array(
      z.object({
        connectorId: z.number().int(),
        name: z.string(),
        status: z.enum(['active', 'paused']),
        days: z.array(CalendarDay),
      }),
    ),
  })
  .meta({ id: 'HomeCalendars' })

export const homeRoutes = [
  route({
    method: 'get',
    path: '/home',
    id: 'getHome',
    tag: 'Home',
    summary: 'The archive at a glance, and what needs attention',
    access: SEE,
    answer: Home,
    work: async ({ ground }) => ({
      ...(await archiveOverview(ground)),
      alerts: await countOpenAlerts(ground.database),
    }),
  }),
  route({
    method: 'get',
    path: '/home/items',
    id: 'getItemHistory',
    tag: 'Home',
    summary: "Items by kind and UTC day of the items' own time",
    access: SEE,
    query: z.object({ days: z.coerce.number().int().min(1).max(366).default(30) }).strict(),
    answer: ItemHistory,
    work: ({ ground, query }) => itemHistory(ground, query.days),
  }),
  route({
    method: 'get',
    path: '/home/calendar',
    id: 'getHomeCalendars',
    tag: 'Home',
    summary: "Each connector's last days: which are complete, and which have a gap",
    access: SEE,
    query: z.object({ days: z.coerce.number().int().min(1).max(90).default(14) }).strict(),
    answer: Calendars,
    work: async ({ ground, query }) => {
      const calendars = await completenessCalendar(ground.database, ground.clock, query)
      const connectors = await listConnectors(ground.database)
      return {
        rows: connectors.flatMap(({ connectorId, name, status }) => {
          const calendar = calendars.find(each => each.connectorId === connectorId)
          if (!calendar || (status !== 'active' && status !== 'paused')) return []
          return [{ connectorId, name, status, days: calendar.days }]
        }),
      }
    },
  }),
] as const
