/** What people do to rules in the simulation, to the archive and to the model alike: policies, scopes, labels, events. */
import assert from 'node:assert/strict'
import {
  askLabelQueries,
  changeLabel,
  changeLabelRule,
  changePolicy,
  createEventType,
  createLabel,
  createLabelRule,
  createPolicy,
  createScope,
  lockPolicy,
  type Period,
  performOpenEvaluations,
  putLabel,
  recordEvent,
  removePolicy,
  withdrawEvent,
} from '../../src/retention/retention.ts'
import type { Draw } from '../../src/testing/keeping.ts'
import { DAY, DEPARTMENTS, type Kept, WORDS } from './keeping-archive.ts'
import type { KeepingModel, ModelLabel, ModelPolicy } from './keeping-model.ts'

export type World = {
  readonly kept: Kept
  readonly model: KeepingModel
  readonly draw: Draw
  step: number
}
export type Act = (world: World) => Promise<void>

const KINDS = ['sms', 'chat', 'mms'] as const
const PERIODS = ['P30D', 'P90D', 'P6M', 'P1Y', 'P1Y1M', 'P18M', 'P2Y', 'P3Y', 'P4Y'] as const
const POLICIES_MAX = 7

/** As it is written in the tests alone. */
function read(period: string | null): Period | null {
  if (period === null) return null
  const number = (unit: string) => Number(new RegExp(`(\\d+)${unit}`).exec(period)?.[1] ?? 0)
  return { years: number('Y'), months: number('M'), days: number('D') }
}

/** What acts before have left to do about labels is done, so that what is seen is what is there. */
export async function settleLabels({ kept }: World): Promise<void> {
  await performOpenEvaluations(kept.archive.ground)
  await askLabelQueries(kept.archive.ground)
}

function someMailboxes({ kept, draw }: World, most = 4): number[] {
  return [...new Set(draw.list(1, most, () => draw.one(kept.mailboxIds)))].sort((a, b) => a - b)
}

function randomFilter({ kept, draw }: World) {
  return {
    connectorIds: draw.chance(0.2) ? [draw.one(kept.connectorIds)] : null,
    kinds: draw.chance(0.25) ? [draw.one(KINDS)] : null,
  }
}

/** When a period counts from; of an event if there is a type of one. */
function randomStart({ model, draw }: World): Pick<ModelLabel, 'startFrom' | 'eventTypeId'> {
  const types = [...new Set([...model.events.values()].map(event => event.typeId))]
  if (types.length > 0 && draw.chance(0.25)) return { startFrom: 'event', eventTypeId: draw.one(types) }
  return { startFrom: draw.chance(0.7) ? 'sent' : 'imported', eventTypeId: null }
}

const makePolicy: Act = async world => {
  const { kept, model, draw } = world
  if ([...model.policies.values()].filter(policy => policy.enabled).length >= POLICIES_MAX) return
  const appliesTo = draw.one(
    model.scopes.size > 0 ? (['all', 'mailboxes', 'scopes'] as const) : (['all', 'mailboxes'] as const),
  )
  const action = draw.one(['retain', 'delete', 'retain-then-delete', 'retain-then-delete'] as const)
  const period = draw.one(PERIODS)
  const settings = {
    name: `Policy ${model.policies.size + 1}`,
    appliesTo,
    mailboxIds: appliesTo === 'mailboxes' ? someMailboxes(world) : [],
    excludedIds: appliesTo === 'all' && draw.chance(0.5) ? someMailboxes(world) : [],
    scopeIds: appliesTo === 'scopes' ? [draw.one([...model.scopes.keys()])] : [],
    ...randomFilter(world),
    action,
    ...randomStart(world),
    review: action !== 'retain' && draw.chance(0.3),
    enabled: draw.chance(0.9),
  }
  await kept.tick()
  const { archive } = kept
  const { policyId } = await createPolicy(archive.ground, await archive.queue(), archive.actor, {
    ...settings,
    description: '',
    belowPreset: '',
    presetId: null,
    period,
  })
  model.policies.set(policyId, { ...settings, period: read(period), locked: false })
}

const alterPolicy: Act = async world => {
  const { kept, model, draw } = world
  const { ground, actor } = kept.archive
  const queue = await kept.archive.queue()
  const chosen = [...model.policies].filter(([, policy]) => !policy.locked)
  if (chosen.length === 0) return
  const [policyId, before] = draw.one(chosen)
  await kept.tick()
  const set = (change: Partial<ModelPolicy>) => model.policies.set(policyId, { ...before, ...change })
  switch (draw.one(['period', 'switch', 'switch', 'mailboxes', 'lock', 'remove'] as const)) {
    case 'period': {
      const period = draw.one(PERIODS)
      await changePolicy(ground, queue, actor, policyId, { period })
      set({ period: read(period) })
      break
    }
    case 'switch':
      await changePolicy(ground, queue, actor, policyId, { enabled: !before.enabled })
      set({ enabled: !before.enabled })
      break
    case 'mailboxes': {
      if (before.appliesTo === 'scopes') break
      const which = before.appliesTo === 'all' ? 'excludedIds' : 'mailboxIds'
      const change = { [which]: someMailboxes(world) }
      await changePolicy(ground, queue, actor, policyId, change)
      set(change)
      break
    }
    case 'lock': {
      const { period } = before
      const days = period && period.years * 366 + period.months * 31 + period.days
      const isLocked = [...model.policies.values()].filter(policy => policy.locked).length > 1
      if (isLocked || before.appliesTo === 'scopes' || !before.enabled || days === null || days > 800) break
      await lockPolicy(ground, queue, actor, policyId, before.name)
      set({ locked: true })
      break
    }
    case 'remove':
      await removePolicy(ground, queue, actor, policyId)
      model.policies.delete(policyId)
      break
  }
}

/** A locked policy refuses everything but more. */
const tryLocked: Act = async ({ kept, model, draw }) => {
  const { ground, actor } = kept.archive
  const queue = await kept.archive.queue()
  const locked = [...model.policies].find(([, policy]) => policy.locked)
  if (!locked) return
  const [policyId, policy] = locked
  await kept.tick()
  const refused = { code: 'RETENTION_POLICY_LOCKED' }
  await assert.rejects(changePolicy(ground, queue, actor, policyId, { period: 'P10D' }), refused)
  await assert.rejects(changePolicy(ground, queue, actor, policyId, { enabled: false }), refused)
  await assert.rejects(removePolicy(ground, queue, actor, policyId), refused)
  if (policy.appliesTo === 'mailboxes' && draw.chance(0.5)) {
    const mailboxIds = [...new Set([...policy.mailboxIds, draw.one(kept.mailboxIds)])].sort((a, b) => a - b)
    await changePolicy(ground, queue, actor, policyId, { mailboxIds })
    model.policies.set(policyId, { ...policy, mailboxIds })
  }
}

const makeScope: Act = async ({ kept, model, draw }) => {
  if (model.scopes.size >= 3) return
  const departments = [...new Set(draw.list(1, 2, () => draw.one(DEPARTMENTS)))]
  await kept.tick()
  const { scopeId } = await createScope(kept.archive.ground, kept.archive.actor, {
    name: `Scope ${model.scopes.size + 1}`,
    description: '',
    query: departments.map(each => `Department:${each}`).join(' OR '),
  })
  model.scopes.set(scopeId, departments)
}

/** People change to another department, and so join and leave scopes. */
const moveHouse: Act = async ({ kept, model, draw }) => {
  await kept.tick()
  const departments = new Map(model.departments)
  for (const { mailboxId } of kept.people)
    if (draw.chance(0.3)) departments.set(mailboxId, draw.one(DEPARTMENTS))
  await kept.setDepartments(departments)
  model.departments = departments
}

const makeLabel: Act = async world => {
  const { kept, model, draw } = world
  if (model.labels.size >= 6) return
  const action = draw.one(['none', 'retain', 'delete', 'retain-then-delete'] as const)
  const period = action === 'none' ? null : draw.one(PERIODS)
  const start = action === 'none' ? ({ startFrom: 'sent', eventTypeId: null } as const) : randomStart(world)
  const review = (action === 'delete' || action === 'retain-then-delete') && draw.chance(0.3)
  await kept.tick()
  const { labelId } = await createLabel(kept.archive.ground, kept.archive.actor, {
    name: `Label ${model.labels.size + 1}`,
    description: '',
    action,
    period,
    start: start.startFrom,
    eventTypeId: start.eventTypeId,
    review,
  })
  model.labels.set(labelId, { action, period: read(period), ...start, review })
}

const alterLabel: Act = async ({ kept, model, draw }) => {
  const { ground, actor } = kept.archive
  const chosen = [...model.labels].filter(([, label]) => label.action !== 'none')
  if (chosen.length === 0) return
  const [labelId, label] = draw.one(chosen)
  const period = draw.one(PERIODS)
  await kept.tick()
  await changeLabel(ground, await kept.archive.queue(), actor, labelId, { period })
  model.labels.set(labelId, { ...label, period: read(period) })
}

const ruleLabels: Act = async world => {
  const { kept, model, draw } = world
  const { ground, actor } = kept.archive
  const queue = await kept.archive.queue()
  await settleLabels(world)
  await kept.tick()
  const active = model.labelRules.filter(rule => rule.active)
  if (active.length > 0 && draw.chance(0.4)) {
    const rule = draw.one(active)
    await changeLabelRule(ground, queue, actor, rule.ruleId, { active: false })
    rule.active = false
    return
  }
  if (model.labels.size === 0 || active.length >= 3) return
  const word = draw.chance(0.6) ? draw.one(WORDS) : null
  const filter = randomFilter(world)
  if (word === null && filter.connectorIds === null && filter.kinds === null) return
  const draft = {
    labelId: draw.one([...model.labels.keys()]),
    mailboxIds: draw.chance(0.5) ? someMailboxes(world) : null,
    ...filter,
  }
  const name = `Rule ${model.labelRules.length + 1}`
  const made = await createLabelRule(ground, queue, actor, { ...draft, name, query: word, active: true })
  model.labelRules.push({ ruleId: made.ruleId, ...draft, word, active: true })
  model.labelNew(model.present)
  if (draw.chance(0.5)) await settleLabels(world)
}

/** By a person, on a few copies; or a label is taken off. */
const labelByHand: Act = async world => {
  const { kept, model, draw } = world
  if (model.labels.size === 0 || model.present.length === 0) return
  await settleLabels(world)
  await kept.tick()
  const isOff = draw.chance(0.3)
  const choice = model.present.filter(copy => !isOff || copy.labelId !== null)
  if (choice.length === 0) return
  const copies = [...new Set(draw.list(1, 8, () => draw.one(choice)))]
  const labelId = isOff ? null : draw.one([...model.labels.keys()])
  await putLabel(kept.archive.ground, kept.archive.actor, labelId, {
    type: 'copies',
    copies: copies.map(copy => ({ mailboxId: copy.mailboxId, itemId: copy.item.itemId })),
  })
  for (const copy of copies) Object.assign(copy, { labelId, labelBy: 'person' })
}

const happen: Act = async world => {
  const { kept, model, draw } = world
  const { ground, actor } = kept.archive
  const queue = await kept.archive.queue()
  const now = await kept.tick()
  if (model.events.size > 2 && draw.chance(0.3)) {
    const eventId = draw.one([...model.events.keys()])
    await withdrawEvent(ground, queue, actor, eventId)
    model.events.delete(eventId)
    return
  }
  const types = [...new Set([...model.events.values()].map(event => event.typeId))]
  const typeId =
    types.length > 0 && (types.length > 1 || draw.chance(0.6))
      ? draw.one(types)
      : (await createEventType(ground, actor, { name: `Type ${kept.now()}`, description: '' })).eventTypeId
  const happenedAt = new Date(now - draw.number(0, 700) * DAY)
  const mailboxIds = draw.chance(0.3) ? null : someMailboxes(world)
  const words = { name: 'An event', description: '' }
  const event = await recordEvent(ground, queue, actor, {
    ...words,
    eventTypeId: typeId,
    happenedAt,
    mailboxIds,
  })
  model.events.set(event.eventId, { typeId, at: happenedAt.getTime(), mailboxIds })
}

/** Each as often as it stands here. */
export const RULE_ACTS: readonly Act[] = [
  makePolicy,
  makePolicy,
  makePolicy,
  alterPolicy,
  alterPolicy,
  tryLocked,
  makeScope,
  moveHouse,
  makeLabel,
  alterLabel,
  ruleLabels,
  ruleLabels,
  labelByHand,
  labelByHand,
  happen,
]
