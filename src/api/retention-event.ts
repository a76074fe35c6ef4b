/** The events that periods of labels and policies start with, and their types. */
import { z } from 'zod'
import {
  changeEventType,
  createEventType,
  listEvents,
  listEventTypes,
  recordEvent,
  removeEventType,
  showEvent,
  showEventType,
  withdrawEvent,
} from '../retention/retention.ts'
import { route } from './route.ts'
import { given, idCursor, PageQuery, pageOf, Time } from './schema.ts'
import { id } from './search-shape.ts'

const MANAGE = ['Retention Management'] as const

const words = {
  name: z.string().max(1_000),
  description: z.string().max(10_000).describe('What it is for.'),
}

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

const TypeId = z.object({ eventTypeId: z.coerce.number().int().min(1).max(2_147_483_647) })
const EventId = z.object({ eventId: z.coerce.number().int().min(1) })

export const retentionEventRoutes = [
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
