/** Retention labels, the rules that put them on, and the events that periods start with. */
import { z } from 'zod'
import {
  changeEventType,
  changeLabel,
  changeLabelRule,
  createEventType,
  createLabel,
  createLabelRule,
  LABEL_ACTIONS,
  LABEL_STARTS,
  listEvents,
  listEventTypes,
  listLabelRules,
  listLabels,
  putLabel,
  recordEvent,
  removeEventType,
  removeLabel,
  removeLabelRule,
  retireLabel,
  showEvent,
  showEventType,
  showLabel,
  showLabelRule,
  withdrawEvent,
} from '../retention/retention.ts'
import { route } from './route.ts'
import { idCursor, PageQuery, pageOf, Time } from './schema.ts'
import { id, query } from './search-shape.ts'

const MANAGE = ['Retention Management'] as const
const READ = ['Retention Management', 'Disposition Management'] as const

const words = {
  name: z.string().max(1_000),
  description: z.string().max(10_000).describe('What it is for.'),
}

const setting = {
  action: z.enum(LABEL_ACTIONS).describe('`none` only names.'),
  period: z
    .string()
    .max(20)
    .nullable()
    .describe(
      'Years, months and days of ISO 8601, as in P6Y; null is for ever, or of a label that only names.',
    ),
  start: z.enum(LABEL_STARTS).describe('What the period counts from.'),
  eventTypeId: id.nullable().describe('Where it starts with an event: of this type.'),
  review: z.boolean().describe('Whether a person is asked before what it deletes goes.'),
}

const Label = z
  .object({
    labelId: z.number().int(),
    ...words,
    ...setting,
    copies: z.number().int().describe('How many copies have it: an item counts in each mailbox.'),
    rules: z.number().int().describe('How many rules put it on.'),
    createdBy: z.string(),
    createdAt: Time,
    retiredBy: z.string().nullable(),
    retiredAt: Time.nullable().describe('Retired, it stays on what has it, and is put on nothing any more.'),
    revision: z.number().int(),
  })
  .meta({ id: 'RetentionLabel' })

const filter = {
  mailboxIds: z.array(id).max(10_000).nullable().describe('null: in all of them, those of the future too.'),
  connectorIds: z.array(id).max(1_000).nullable().describe('null: whichever collected it.'),
  kinds: z.array(z.string().max(40)).max(100).nullable().describe('null: whatever it is.'),
}

const LabelRule = z
  .object({
    ruleId: z.number().int(),
    name: words.name,
    labelId: z.number().int(),
    query: query.nullable().describe('null puts it on whatever the filter lets through.'),
    ...filter,
    active: z.boolean(),
    createdBy: z.string(),
    createdAt: Time,
    problem: z
      .string()
      .nullable()
      .describe('The code of the error for which its query cannot be asked; it labels nothing meanwhile.'),
    evaluating: z.boolean().describe('True while there are items that it has not looked at.'),
    revision: z.number().int(),
  })
  .meta({ id: 'LabelRule' })

const EventType = z
  .object({
    eventTypeId: z.number().int(),
    ...words,
    events: z.number().int().describe('Events of it that were not withdrawn.'),
    rules: z.number().int().describe('Labels and policies whose period starts with it.'),
    createdBy: z.string(),
    createdAt: Time,
    revision: z.number().int(),
  })
  .meta({ id: 'EventType' })

const eventMailboxes = z
  .array(id)
  .max(10_000)
  .nullable()
  .describe('null: it happened to all mailboxes, those of the future too.')

const Event = z
  .object({
    eventId: z.number().int(),
    eventTypeId: z.number().int(),
    ...words,
    happenedAt: Time,
    mailboxIds: eventMailboxes,
    recordedBy: z.string(),
    recordedAt: Time,
    withdrawnBy: z.string().nullable(),
    withdrawnAt: Time.nullable(),
    revision: z.number().int(),
  })
  .meta({ id: 'RetentionEvent' })

const Target = z
  .object({
    on: z.discriminatedUnion('type', [
      z
        .object({
          type: z.literal('copies'),
          copies: z
            .array(z.object({ mailboxId: id, itemId: z.uuid() }).strict())
            .min(1)
            .max(1_000),
        })
        .strict(),
      z
        .object({ type: z.literal('items'), itemIds: z.array(z.uuid()).min(1).max(1_000) })
        .strict()
        .describe('Every copy of these items.'),
      z
        .object({ type: z.literal('query'), query, mailboxIds: filter.mailboxIds.default(null) })
        .strict()
        .describe('Every copy, in these mailboxes, of what a query finds: at most 10,000.'),
    ]),
    onlyUnlabelled: z.boolean().default(false).describe('Leave alone what has a label.'),
  })
  .strict()

const Put = z
  .object({
    copies: z.number().int().describe('An item counts in each mailbox.'),
    changed: z.number().int().describe('Of these, those whose label is another one now.'),
    replaced: z.number().int().describe('Of these, those that had a label before.'),
  })
  .meta({ id: 'LabelPut' })

const LabelId = z.object({ labelId: z.coerce.number().int().min(1).max(2_147_483_647) })
const RuleId = z.object({ ruleId: z.coerce.number().int().min(1).max(2_147_483_647) })
const TypeId = z.object({ eventTypeId: z.coerce.number().int().min(1).max(2_147_483_647) })
const EventId = z.object({ eventId: z.coerce.number().int().min(1) })

/** What was left out stays; a partial shape gives it as undefined. */
function given<Body extends object>(body: Body): { [Name in keyof Body]: Exclude<Body[Name], undefined> } {
  const entries = Object.entries(body).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [Name in keyof Body]: Exclude<Body[Name], undefined> }
}

export const labelRoutes = [
  route({
    method: 'get',
    path: '/retention/labels',
    id: 'listLabels',
    tag: 'Labels',
    summary: 'The retention labels, oldest first',
    access: READ,
    reads: true,
    query: z
      .object({ retired: z.enum(['true', 'false']).optional().describe('Only those that are, or are not.') })
      .strict(),
    answer: z.object({ rows: z.array(Label) }),
    work: async ({ ground, actor, query }) => ({
      rows: await listLabels(ground, actor, query.retired ? { retired: query.retired === 'true' } : {}),
    }),
  }),
  route({
    method: 'post',
    path: '/retention/labels',
    id: 'createLabel',
    tag: 'Labels',
    summary: 'Make a label',
    access: MANAGE,
    body: z
      .object({
        ...words,
        description: words.description.default(''),
        action: setting.action,
        period: setting.period.default(null),
        start: setting.start.default('sent'),
        eventTypeId: setting.eventTypeId.default(null),
        review: setting.review.default(false),
      })
      .strict(),
    answer: Label,
    work: ({ ground, actor, body }) => createLabel(ground, actor, body),
  }),
  route({
    method: 'get',
    path: '/retention/labels/{labelId}',
    id: 'showLabel',
    tag: 'Labels',
    summary: 'A label',
    access: READ,
    reads: true,
    revised: true,
    params: LabelId,
    answer: Label,
    work: ({ ground, actor, params }) => showLabel(ground, actor, params.labelId),
  }),
  route({
    method: 'patch',
    path: '/retention/labels/{labelId}',
    id: 'changeLabel',
    tag: 'Labels',
    summary: 'Change a label: what it is called, its period, and whether what it deletes is reviewed',
    access: MANAGE,
    revised: true,
    params: LabelId,
    body: z
      .object({ ...words, period: setting.period, review: setting.review })
      .partial()
      .strict(),
    answer: Label,
    work: ({ ground, queue, actor, params, body, revision }) =>
      changeLabel(ground, queue, actor, params.labelId, given(body), revision),
  }),
  route({
    method: 'post',
    path: '/retention/labels/{labelId}/retire',
    id: 'retireLabel',
    tag: 'Labels',
    summary: 'Retire a label: it stays on what has it, and is put on nothing any more',
    access: MANAGE,
    revised: true,
    params: LabelId,
    answer: Label,
    work: ({ ground, actor, params, revision }) => retireLabel(ground, actor, params.labelId, revision),
  }),
  route({
    method: 'delete',
    path: '/retention/labels/{labelId}',
    id: 'removeLabel',
    tag: 'Labels',
    summary: 'Remove a label that nothing has',
    access: MANAGE,
    revised: true,
    params: LabelId,
    work: async ({ ground, actor, params, revision }) => {
      await removeLabel(ground, actor, params.labelId, revision)
      return undefined
    },
  }),
  route({
    method: 'post',
    path: '/retention/labels/{labelId}/put',
    id: 'putLabel',
    tag: 'Labels',
    summary: 'Put a label on, in place of whatever label is there',
    access: MANAGE,
    params: LabelId,
    body: Target,
    answer: Put,
    work: ({ ground, actor, params, body }) => putLabel(ground, actor, params.labelId, body.on, body),
  }),
  route({
    method: 'post',
    path: '/retention/labels/take-off',
    id: 'takeLabelOff',
    tag: 'Labels',
    summary: 'Take off whatever label is there; no rule puts one on again',
    access: MANAGE,
    body: Target.omit({ onlyUnlabelled: true }).strict(),
    answer: Put,
    work: ({ ground, actor, body }) => putLabel(ground, actor, null, body.on),
  }),
  route({
    method: 'get',
    path: '/retention/label-rules',
    id: 'listLabelRules',
    tag: 'Labels',
    summary: 'The rules that put labels on, oldest first: the first that fits gives its label',
    access: MANAGE,
    reads: true,
    answer: z.object({ rows: z.array(LabelRule) }),
    work: async ({ ground, actor }) => ({ rows: await listLabelRules(ground, actor) }),
  }),
  route({
    method: 'post',
    path: '/retention/label-rules',
    id: 'createLabelRule',
    tag: 'Labels',
    summary: 'Make a rule that puts a label on what has none, now and in future',
    access: MANAGE,
    body: z
      .object({
        name: words.name,
        labelId: id,
        query: query.nullable().default(null),
        mailboxIds: filter.mailboxIds.default(null),
        connectorIds: filter.connectorIds.default(null),
        kinds: filter.kinds.default(null),
        active: z.boolean().default(true),
      })
      .strict(),
    answer: LabelRule,
    work: ({ ground, queue, actor, body }) => createLabelRule(ground, queue, actor, body),
  }),
  route({
    method: 'get',
    path: '/retention/label-rules/{ruleId}',
    id: 'showLabelRule',
    tag: 'Labels',
    summary: 'A rule that puts a label on',
    access: MANAGE,
    reads: true,
    revised: true,
    params: RuleId,
    answer: LabelRule,
    work: ({ ground, actor, params }) => showLabelRule(ground, actor, params.ruleId),
  }),
  route({
    method: 'patch',
    path: '/retention/label-rules/{ruleId}',
    id: 'changeLabelRule',
    tag: 'Labels',
    summary: 'Change a rule; what it has put on stays',
    access: MANAGE,
    revised: true,
    params: RuleId,
    body: z
      .object({ name: words.name, labelId: id, query: query.nullable(), ...filter, active: z.boolean() })
      .partial()
      .strict(),
    answer: LabelRule,
    work: ({ ground, queue, actor, params, body, revision }) =>
      changeLabelRule(ground, queue, actor, params.ruleId, given(body), revision),
  }),
  route({
    method: 'delete',
    path: '/retention/label-rules/{ruleId}',
    id: 'removeLabelRule',
    tag: 'Labels',
    summary: 'Remove a rule; what it has put on stays',
    access: MANAGE,
    revised: true,
    params: RuleId,
    work: async ({ ground, actor, params, revision }) => {
      await removeLabelRule(ground, actor, params.ruleId, revision)
      return undefined
    },
  }),
  route({
    method: 'get',
    path: '/retention/event-types',
    id: 'listEventTypes',
    tag: 'Labels',
    summary: 'The types of events that periods start with',
    access: MANAGE,
    reads: true,
    answer: z.object({ rows: z.array(EventType) }),
    work: async ({ ground, actor }) => ({ rows: await listEventTypes(ground, actor) }),
  }),
  route({
    method: 'post',
    path: '/retention/event-types',
    id: 'createEventType',
    tag: 'Labels',
    summary: 'Make a type of events, such as the end of an employment',
    access: MANAGE,
    body: z.object({ ...words, description: words.description.default('') }).strict(),
    answer: EventType,
    work: ({ ground, actor, body }) => createEventType(ground, actor, body),
  }),
  route({
    method: 'get',
    path: '/retention/event-types/{eventTypeId}',
    id: 'showEventType',
    tag: 'Labels',
    summary: 'A type of events',
    access: MANAGE,
    reads: true,
    revised: true,
    params: TypeId,
    answer: EventType,
    work: ({ ground, actor, params }) => showEventType(ground, actor, params.eventTypeId),
  }),
  route({
    method: 'patch',
    path: '/retention/event-types/{eventTypeId}',
    id: 'changeEventType',
    tag: 'Labels',
    summary: 'Change what a type of events is called',
    access: MANAGE,
    revised: true,
    params: TypeId,
    body: z.object(words).partial().strict(),
    answer: EventType,
    work: ({ ground, actor, params, body, revision }) =>
      changeEventType(ground, actor, params.eventTypeId, given(body), revision),
  }),
  route({
    method: 'delete',
    path: '/retention/event-types/{eventTypeId}',
    id: 'removeEventType',
    tag: 'Labels',
    summary: 'Remove a type of events that nothing is of',
    access: MANAGE,
    revised: true,
    params: TypeId,
    work: async ({ ground, actor, params, revision }) => {
      await removeEventType(ground, actor, params.eventTypeId, revision)
      return undefined
    },
  }),
  route({
    method: 'get',
    path: '/retention/events',
    id: 'listRetentionEvents',
    tag: 'Labels',
    summary: 'The events, newest first',
    access: MANAGE,
    reads: true,
    query: PageQuery.extend({
      eventTypeId: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
    }).strict(),
    answer: pageOf(Event),
    work: async ({ ground, actor, query }) => {
      const { events, next, total } = await listEvents(ground, actor, {
        ...(query.eventTypeId ? { eventTypeId: query.eventTypeId } : {}),
        ...(query.after ? { after: idCursor(query.after) } : {}),
        limit: query.limit,
      })
      return { rows: events, next: next === null ? null : String(next), total }
    },
  }),
  route({
    method: 'post',
    path: '/retention/events',
    id: 'recordRetentionEvent',
    tag: 'Labels',
    summary: 'Record that something happened: periods that wait for it start then',
    access: MANAGE,
    body: z
      .object({
        ...words,
        description: words.description.default(''),
        eventTypeId: id,
        happenedAt: Time,
        mailboxIds: eventMailboxes,
      })
      .strict(),
    answer: Event,
    work: ({ ground, queue, actor, body }) =>
      recordEvent(ground, queue, actor, { ...body, happenedAt: new Date(body.happenedAt) }),
  }),
  route({
    method: 'get',
    path: '/retention/events/{eventId}',
    id: 'showRetentionEvent',
    tag: 'Labels',
    summary: 'An event',
    access: MANAGE,
    reads: true,
    revised: true,
    params: EventId,
    answer: Event,
    work: ({ ground, actor, params }) => showEvent(ground, actor, params.eventId),
  }),
  route({
    method: 'post',
    path: '/retention/events/{eventId}/withdraw',
    id: 'withdrawRetentionEvent',
    tag: 'Labels',
    summary: 'Withdraw an event that was recorded wrongly',
    access: MANAGE,
    revised: true,
    params: EventId,
    answer: Event,
    work: ({ ground, queue, actor, params, revision }) =>
      withdrawEvent(ground, queue, actor, params.eventId, revision),
  }),
] as const
