/** The rules that put retention labels on by themselves. */
import { z } from 'zod'
import {
  changeLabelRule,
  createLabelRule,
  listLabelRules,
  removeLabelRule,
  showLabelRule,
} from '../retention/retention.ts'
import { route } from './route.ts'
import { given, Time } from './schema.ts'
import { id, query } from './search-shape.ts'

const MANAGE = ['Retention Management'] as const

const name = z.string().max(1_000)

const filter = {
  mailboxIds: z.array(id).max(10_000).nullable().describe('null: in all of them, those of the future too.'),
  connectorIds: z.array(id).max(1_000).nullable().describe('null: whichever collected it.'),
  kinds: z.array(z.string().max(40)).max(100).nullable().describe('null: whatever it is.'),
}

const LabelRule = z
  .object({
    ruleId: z.number().int(),
    name,
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

const RuleId = z.object({ ruleId: z.coerce.number().int().min(1).max(2_147_483_647) })

export const labelRuleRoutes = [
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
        name,
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
      .object({ name, labelId: id, query: query.nullable(), ...filter, active: z.boolean() })
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
] as const
