/** Retention policies, presets, and what a policy would do. Names are in bodies and answers alone. */
import { z } from 'zod'
import {
  changePolicy,
  createPolicy,
  formatPeriod,
  listPolicies,
  listRetentionConnectors,
  listRetentionMailboxes,
  lockPolicy,
  POLICY_ACTIONS,
  POLICY_STARTS,
  POLICY_STATES,
  POLICY_TARGETS,
  PRESETS,
  readPolicyHistory,
  removePolicy,
  showPolicy,
  whatIf,
} from '../retention/retention.ts'
import { route } from './route.ts'
import { idCursor, PageQuery, pageOf, present, Time } from './schema.ts'

const RETENTION = ['Retention Management'] as const
/** Whoever reviews what is to go may read the rule that lets it go. */
const READING = ['Retention Management', 'Disposition Management'] as const

const id = z.number().int().min(1).max(2_147_483_647)
const ids = z.array(id).max(10_000)
const PRESET_IDS = PRESETS.map(each => each.presetId)

const words = {
  name: z.string().max(1_000),
  description: z.string().max(10_000),
  belowPreset: z.string().max(10_000).describe('Why it keeps less than its preset; empty where it does not.'),
}

const settings = {
  appliesTo: z
    .enum(POLICY_TARGETS)
    .describe('The whole organisation less `excludedIds`, mailboxes by name, or adaptive scopes.'),
  mailboxIds: ids,
  excludedIds: ids,
  scopeIds: z.array(id).max(100),
  connectorIds: z.array(id).max(100).nullable().describe('null is every one.'),
  kinds: z.array(z.string().max(40)).max(100).nullable().describe('null is every one.'),
  action: z.enum(POLICY_ACTIONS),
  period: z
    .string()
    .max(20)
    .nullable()
    .describe('Years, months and days of the calendar: `P6Y`, `P18M`, `P90D`. null is for ever.'),
  startFrom: z.enum(POLICY_STARTS),
  eventTypeId: id.nullable().describe('The type of event that the period counts from.'),
  review: z.boolean().describe('What it deletes is looked at by a person first.'),
}

const Settings = z
  .object({
    ...settings,
    mailboxIds: ids.default([]),
    excludedIds: ids.default([]),
    scopeIds: settings.scopeIds.default([]),
    connectorIds: settings.connectorIds.default(null),
    kinds: settings.kinds.default(null),
    eventTypeId: settings.eventTypeId.default(null),
    review: settings.review.default(false),
  })
  .strict()

const Policy = z
  .object({
    policyId: z.number().int(),
    ...words,
    ...settings,
    presetId: z.enum(PRESET_IDS).nullable(),
    state: z.enum(POLICY_STATES),
    mailboxes: z.number().int().describe('How many it applies to now.'),
    evaluating: z
      .boolean()
      .describe('True while what was filed before its last change is being decided on again.'),
    createdBy: z.string(),
    createdAt: Time,
    lockedBy: z.string().nullable(),
    lockedAt: Time.nullable().describe('Its preservation lock: it can only be extended.'),
    removedBy: z.string().nullable(),
    removedAt: Time.nullable(),
    revision: z.number().int(),
  })
  .meta({ id: 'RetentionPolicy' })

const Preset = z
  .object({
    presetId: z.enum(PRESET_IDS),
    name: z.string(),
    says: z.string().describe('What the rule says, in our words.'),
    claims: z.string().describe('What keeping by it is meant to meet, and what it does not claim.'),
    action: z.enum(POLICY_ACTIONS),
    period: z.string(),
    extension: z.string().nullable().describe('Added where the authority asks for it.'),
    starts: z.array(z.enum(POLICY_STARTS)),
    sources: z.array(z.object({ title: z.string(), url: z.string() })),
  })
  .meta({ id: 'RetentionPreset' })

const counts = {
  copies: z.number().int().describe('In the mailboxes that the policy is about.'),
  retained: z.number().int().describe('Kept that are not now, or for longer.'),
  released: z.number().int().describe('Kept for less long, or not any more.'),
  deleted: z.number().int().describe('Deleted that would not be, or sooner.'),
  spared: z.number().int().describe('Deleted later than now, or not at all.'),
  dueAtOnce: z.number().int().describe('Due for deletion at once, and not now.'),
  held: z.number().int().describe('Of those due at once: on hold, so they stay.'),
}

const Decision = z.object({
  retainUntil: z.union([Time, z.literal('ever')]).nullable(),
  deleteAt: Time.nullable(),
})

const PolicyId = z.object({ policyId: z.coerce.number().int().min(1) })

export const retentionRoutes = [
  route({
    method: 'get',
    path: '/retention/presets',
    id: 'listRetentionPresets',
    tag: 'Retention',
    summary: 'Policies offered for known rules of supervision',
    access: RETENTION,
    answer: z.object({ rows: z.array(Preset) }),
    work: async () => ({
      rows: PRESETS.map(preset => ({
        ...preset,
        period: formatPeriod(preset.period),
        extension: preset.extension && formatPeriod(preset.extension),
        starts: [...preset.starts],
        sources: [...preset.sources],
      })),
    }),
  }),
  route({
    method: 'get',
    path: '/retention/policies',
    id: 'listRetentionPolicies',
    tag: 'Retention',
    summary: 'Retention policies, newest first; without a state all but the removed',
    access: READING,
    reads: true,
    query: PageQuery.extend({ state: z.enum(POLICY_STATES).optional() }).strict(),
    answer: pageOf(Policy),
    work: async ({ ground, actor, query }) => {
      const { policies, next, total } = await listPolicies(ground, actor, {
        ...(query.state ? { state: query.state } : {}),
        ...(query.after ? { after: idCursor(query.after) } : {}),
        limit: query.limit,
      })
      return { rows: policies, next: next === null ? null : String(next), total }
    },
  }),
  route({
    method: 'post',
    path: '/retention/policies',
    id: 'createRetentionPolicy',
    tag: 'Retention',
    summary: 'Make a retention policy, on or off',
    access: RETENTION,
    body: Settings.extend({
      name: words.name,
      description: words.description.default(''),
      belowPreset: words.belowPreset.default(''),
      presetId: z.enum(PRESET_IDS).nullable().default(null),
      enabled: z.boolean().default(false),
    }).strict(),
    answer: Policy,
    work: ({ ground, queue, actor, body }) => createPolicy(ground, queue, actor, body),
  }),
  route({
    method: 'get',
    path: '/retention/policies/{policyId}',
    id: 'showRetentionPolicy',
    tag: 'Retention',
    summary: 'A retention policy',
    access: READING,
    reads: true,
    revised: true,
    params: PolicyId,
    answer: Policy,
    work: ({ ground, actor, params }) => showPolicy(ground, actor, params.policyId),
  }),
  route({
    method: 'patch',
    path: '/retention/policies/{policyId}',
    id: 'changeRetentionPolicy',
    tag: 'Retention',
    summary: 'Change a retention policy, turn it on or off; one that is locked can only be extended',
    access: RETENTION,
    revised: true,
    params: PolicyId,
    body: z
      .object({ ...words, ...settings, enabled: z.boolean() })
      .partial()
      .strict(),
    answer: Policy,
    work: ({ ground, queue, actor, params, body, revision }) =>
      changePolicy(ground, queue, actor, params.policyId, present(body), revision),
  }),
  route({
    method: 'post',
    path: '/retention/policies/{policyId}/lock',
    id: 'lockRetentionPolicy',
    tag: 'Retention',
    summary: 'Lock a retention policy for good: from then on it can only be extended, by anybody',
    access: RETENTION,
    revised: true,
    params: PolicyId,
    body: z.object({ name: words.name.describe("The policy's name, typed.") }).strict(),
    answer: Policy,
    work: ({ ground, queue, actor, params, body, revision }) =>
      lockPolicy(ground, queue, actor, params.policyId, body.name, revision),
  }),
  route({
    method: 'delete',
    path: '/retention/policies/{policyId}',
    id: 'removeRetentionPolicy',
    tag: 'Retention',
    summary: 'Remove a retention policy: it decides nothing any more, and its record stays',
    access: RETENTION,
    revised: true,
    params: PolicyId,
    answer: Policy,
    work: ({ ground, queue, actor, params, revision }) =>
      removePolicy(ground, queue, actor, params.policyId, revision),
  }),
  route({
    method: 'get',
    path: '/retention/policies/{policyId}/history',
    id: 'readRetentionPolicyHistory',
    tag: 'Retention',
    summary: 'Every act on a retention policy, newest first',
    access: READING,
    reads: true,
    params: PolicyId,
    answer: z.object({
      rows: z.array(
        z.object({
          at: Time,
          actor: z.string(),
          act: z.string(),
          said: z.record(z.string(), z.unknown()).describe('What was changed, and to what.'),
        }),
      ),
    }),
    work: async ({ ground, actor, params }) => ({
      rows: await readPolicyHistory(ground, actor, params.policyId),
    }),
  }),
  route({
    method: 'post',
    path: '/retention/mailboxes',
    id: 'listRetentionMailboxes',
    tag: 'Retention',
    summary: 'The mailboxes that policies can be about',
    access: RETENTION,
    reads: true,
    body: z
      .object({
        containing: z.string().max(200).optional().describe('In addresses, names and attributes.'),
        mailboxIds: ids.optional().describe('Only these.'),
        after: z.string().max(500).optional().describe('The `next` of the page before.'),
        limit: z.number().int().min(1).max(200).default(50),
      })
      .strict(),
    answer: pageOf(z.object({ mailboxId: z.number().int(), address: z.string(), displayName: z.string() })),
    work: async ({ ground, actor, body }) => {
      const page = await listRetentionMailboxes(ground, actor, present(body))
      return { rows: page.mailboxes, next: page.next, total: page.total }
    },
  }),
  route({
    method: 'get',
    path: '/retention/connectors',
    id: 'listRetentionConnectors',
    tag: 'Retention',
    summary: 'The connectors that policies and rules of labels can be about',
    access: RETENTION,
    answer: z.object({
      rows: z.array(z.object({ connectorId: z.number().int(), name: z.string(), removed: z.boolean() })),
    }),
    work: async ({ ground, actor }) => ({ rows: await listRetentionConnectors(ground, actor) }),
  }),
  route({
    method: 'post',
    path: '/retention/what-if',
    id: 'retentionWhatIf',
    tag: 'Retention',
    summary:
      'What a policy would do if it were on, set so, or off: counts by mailbox, and the earliest items',
    access: RETENTION,
    reads: true,
    body: z
      .object({
        policyId: id.nullable().default(null).describe('A policy that is there; null is a new one.'),
        settings: Settings.nullable().default(null).describe('null is as it is stored.'),
        enabled: z.boolean().default(true),
      })
      .strict(),
    answer: z
      .object({
        at: Time,
        mailboxes: z.number().int().describe('That the policy is about.'),
        total: z.object(counts),
        byMailbox: z.array(
          z.object({
            mailboxId: z.number().int(),
            address: z.string(),
            displayName: z.string(),
            ...counts,
          }),
        ),
        changedMailboxes: z.number().int().describe('Of which the first thousand are listed.'),
        earliest: z.array(
          z.object({
            itemId: z.string(),
            mailboxId: z.number().int(),
            address: z.string(),
            date: Time.describe('Sent, or arrived where that is impossible.'),
            before: Decision,
            after: Decision,
          }),
        ),
      })
      .meta({ id: 'RetentionWhatIf' }),
    work: ({ ground, actor, body }) => whatIf(ground, actor, body),
  }),
] as const
