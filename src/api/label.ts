/** Retention labels: made, changed and retired; put on messages and taken off. */
import { z } from 'zod'
import {
  changeLabel,
  createLabel,
  LABEL_ACTIONS,
  LABEL_STARTS,
  listLabels,
  putLabel,
  removeLabel,
  retireLabel,
  showLabel,
} from '../retention/retention.ts'
import { route } from './route.ts'
import { given, Time } from './schema.ts'
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

const mailboxIds = z.array(id).max(10_000).nullable().describe('null: in all of them.')

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
        .object({ type: z.literal('query'), query, mailboxIds: mailboxIds.default(null) })
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
] as const
