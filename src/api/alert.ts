/** Alerts, the rules that open them, and the channels that carry them. */
import { z } from 'zod'
import {
  acknowledgeAlert,
  addChannel,
  changeChannel,
  changeRule,
  countOpenAlerts,
  getChannel,
  isRule,
  listAlerts,
  listChannels,
  listRules,
  RULES,
  type RuleName,
  removeChannel,
  rotateSecret,
  testChannel,
} from '../alert/alert.ts'
import { HoldfastError } from '../errors.ts'
import { AlertCounts } from './home.ts'
import { route } from './route.ts'
import { PageQuery, pageOf, Time } from './schema.ts'

const SEE = ['Organization Configuration', 'View-Only Configuration'] as const
const CHANGE = ['Organization Configuration'] as const

const RuleId = z.enum(Object.keys(RULES) as [RuleName, ...RuleName[]])
const Severity = z.enum(['critical', 'warning', 'notice'])

const AlertView = z
  .object({
    alertId: z.number().int(),
    rule: z.string(),
    severity: Severity,
    subject: z.string().describe('Its cause within the rule: `connector:3`.'),
    detail: z
      .record(z.string(), z.union([z.string(), z.number(), z.null()]))
      .describe('Counts, ids, times, names of connectors and registered users; never content.'),
    openedAt: Time,
    remindedAt: Time.nullable(),
    resolvedAt: Time.nullable(),
    acknowledgedAt: Time.nullable(),
    acknowledgedBy: z.string().nullable(),
    note: z.string().nullable(),
  })
  .meta({ id: 'Alert' })

const RuleView = z
  .object({
    rule: RuleId,
    severity: Severity,
    momentary: z.boolean().describe('What was done and is over: its end is not told.'),
    enabled: z.boolean(),
    threshold: z.number().int().nullable(),
    bounds: z
      .object({
        unit: z.enum(['hours', 'days', 'minutes', 'percent', 'numbers', 'refusals', 'readings']),
        min: z.number().int(),
        max: z.number().int(),
        default: z.number().int(),
      })
      .nullable(),
    reminderDays: z.number().int().describe('0: no reminders.'),
    revision: z.number().int(),
    changedBy: z.string().nullable(),
    changedAt: Time.nullable(),
  })
  .meta({ id: 'AlertRule' })

const Authority = z
  .string()
  .max(100_000)
  .nullable()
  .describe('Certificates of an authority of one’s own, PEM.')

const Settings = z
  .discriminatedUnion('kind', [
    z
      .object({
        kind: z.literal('email'),
        host: z.string().max(253),
        port: z.number().int().min(1).max(65535),
        security: z.enum(['tls', 'starttls', 'none']),
        user: z.string().max(320),
        from: z.string().max(320),
        to: z.array(z.string().max(320)).min(1).max(50),
        language: z.enum(['en', 'sv']),
        authority: Authority,
      })
      .strict(),
    z
      .object({
        kind: z.literal('webhook'),
        url: z.string().max(2000),
        allowPrivate: z.boolean(),
        authority: Authority,
      })
      .strict(),
  ])
  .meta({ id: 'AlertChannelSettings' })

const ChannelView = z
  .object({
    channelId: z.number().int(),
    name: z.string(),
    enabled: z.boolean(),
    settings: Settings,
    secretKept: z.boolean(),
    revision: z.number().int(),
    createdBy: z.string(),
    createdAt: Time,
    deliveredAt: Time.nullable(),
    failedAt: Time.nullable(),
    errorCode: z.string().nullable(),
    errorMessage: z.string().nullable(),
    waiting: z.number().int(),
  })
  .meta({ id: 'AlertChannel' })

const ChannelBody = z
  .object({
    name: z.string().min(1).max(100),
    enabled: z.boolean(),
    settings: Settings,
    password: z.string().max(1000).optional().describe('Of e-mail; empty for none, left out to keep it.'),
  })
  .strict()

const ChannelParams = z.object({ channelId: z.coerce.number().int() })

export const alertRoutes = [
  route({
    method: 'get',
    path: '/alerts',
    id: 'listAlerts',
    tag: 'Alerts',
    summary: 'Alerts, open or past, newest first',
    access: SEE,
    query: PageQuery.extend({
      state: z.enum(['open', 'past']).default('open'),
      rule: RuleId.optional(),
    }).strict(),
    answer: pageOf(AlertView),
    work: ({ ground, query }) => listAlerts(ground.database, query),
  }),
  route({
    method: 'get',
    path: '/alerts/counts',
    id: 'countAlerts',
    tag: 'Alerts',
    summary: 'How many alerts are open',
    access: SEE,
    answer: AlertCounts,
    work: ({ ground }) => countOpenAlerts(ground.database),
  }),
  route({
    method: 'post',
    path: '/alerts/{alertId}/acknowledge',
    id: 'acknowledgeAlert',
    tag: 'Alerts',
    summary: 'Say that an alert is seen to; there are no more reminders',
    access: CHANGE,
    params: z.object({ alertId: z.coerce.number().int() }),
    body: z.object({ note: z.string().max(1000).default('') }).strict(),
    answer: AlertView,
    work: ({ ground, actor, params, body }) => acknowledgeAlert(ground, actor, params.alertId, body.note),
  }),
  route({
    method: 'get',
    path: '/alert-rules',
    id: 'listAlertRules',
    tag: 'Alerts',
    summary: 'The rules, with their thresholds',
    access: SEE,
    answer: z.object({ rows: z.array(RuleView) }),
    work: async ({ ground }) => ({ rows: await listRules(ground.database) }),
  }),
  route({
    method: 'put',
    path: '/alert-rules/{rule}',
    id: 'changeAlertRule',
    tag: 'Alerts',
    summary: 'Turn a rule on or off, and set its threshold and reminders',
    access: CHANGE,
    revised: true,
    params: z.object({ rule: z.string().max(50) }),
    body: z
      .object({
        enabled: z.boolean(),
        threshold: z.number().int().nullable(),
        reminderDays: z.number().int().min(0).max(365),
      })
      .strict(),
    answer: RuleView,
    work: ({ ground, actor, params, body, revision }) => {
      if (!isRule(params.rule)) throw new HoldfastError('ALERT_UNKNOWN', 'there is no such rule')
      return changeRule(ground, actor, params.rule, revision, body)
    },
  }),
  route({
    method: 'get',
    path: '/alert-channels',
    id: 'listAlertChannels',
    tag: 'Alerts',
    summary: 'Where alerts go; passwords and signing secrets are never shown',
    access: CHANGE,
    answer: z.object({ rows: z.array(ChannelView) }),
    work: async ({ ground }) => ({ rows: await listChannels(ground.database) }),
  }),
  route({
    method: 'post',
    path: '/alert-channels',
    id: 'addAlertChannel',
    tag: 'Alerts',
    summary: "Add a channel; a webhook's signing secret is answered this once",
    access: CHANGE,
    body: ChannelBody,
    answer: z.object({ channel: ChannelView, secret: z.string().nullable() }).meta({ id: 'NewAlertChannel' }),
    work: ({ ground, actor, body }) => addChannel(ground, actor, body),
  }),
  route({
    method: 'get',
    path: '/alert-channels/{channelId}',
    id: 'getAlertChannel',
    tag: 'Alerts',
    summary: 'One channel',
    access: CHANGE,
    revised: true,
    params: ChannelParams,
    answer: ChannelView,
    work: ({ ground, params }) => getChannel(ground.database, params.channelId),
  }),
  route({
    method: 'put',
    path: '/alert-channels/{channelId}',
    id: 'changeAlertChannel',
    tag: 'Alerts',
    summary: 'Change a channel',
    access: CHANGE,
    revised: true,
    params: ChannelParams,
    body: ChannelBody,
    answer: ChannelView,
    work: ({ ground, actor, params, body, revision }) =>
      changeChannel(ground, actor, params.channelId, revision, body),
  }),
  route({
    method: 'delete',
    path: '/alert-channels/{channelId}',
    id: 'removeAlertChannel',
    tag: 'Alerts',
    summary: 'Remove a channel, with the messages that wait for it',
    access: CHANGE,
    revised: true,
    params: ChannelParams,
    work: async ({ ground, actor, params, revision }) => {
      await removeChannel(ground, actor, params.channelId, revision)
      return undefined
    },
  }),
  route({
    method: 'post',
    path: '/alert-channels/{channelId}/rotate-secret',
    id: 'rotateAlertChannelSecret',
    tag: 'Alerts',
    summary:
      'Give a webhook a new signing secret, answered this once; the former one signs beside it for a day',
    access: CHANGE,
    params: ChannelParams,
    answer: z.object({ secret: z.string() }),
    callsMax: 10,
    work: async ({ ground, actor, params }) => ({
      secret: await rotateSecret(ground, actor, params.channelId),
    }),
  }),
  route({
    method: 'post',
    path: '/alert-channels/{channelId}/test',
    id: 'testAlertChannel',
    tag: 'Alerts',
    summary: 'Send a test message now; the answer says whether it was taken',
    access: CHANGE,
    params: ChannelParams,
    callsMax: 10,
    work: async ({ ground, actor, params }) => {
      await testChannel(ground, actor, params.channelId)
      return undefined
    },
  }),
] as const
