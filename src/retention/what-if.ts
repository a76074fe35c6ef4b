/**
 * What a policy would do, before it is turned on, changed or turned off: how many copies in each mailbox would be kept
 * or deleted that are not now, and the earliest of them. Nothing is written but that it was asked. Both sides are
 * decided by the rules of this moment, in SQL, on one snapshot; it takes a minute at most.
 */
import { type Sql, sqlState } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { record } from './label-act.ts'
import { type MailboxRules, mailboxRulesOf, type TriedPolicy } from './mailbox-rules.ts'
import { findPolicy, requireRetention } from './policy.ts'
import { checkReferences, checkSettings, columnsOf, type PolicySettings } from './policy-settings.ts'
import { alikeRules, deleteSql, labelSql, likenessOf, retainSql } from './rule-sql.ts'

const LIMIT_MS = 60_000
/** Mailboxes whose rules are read at a time. */
const MAILBOXES = 5_000
const LISTED = 1_000
const EARLIEST = 50
/** The id of a policy that is not stored. */
const NEW = 0

/** A new policy; a stored one, as it is or as it would be set; or, not `enabled`, a stored one turned off. */
type WhatIfQuestion = {
  readonly policyId: number | null
  /** null is as it is stored. */
  readonly settings: PolicySettings | null
  readonly enabled: boolean
}

type WhatIfCounts = {
  /** In the mailboxes that the policy is about. */
  readonly copies: number
  /** Kept that are not now, or for longer. */
  readonly retained: number
  /** Kept for less long, or not any more. */
  readonly released: number
  /** Deleted that would not be, or sooner. */
  readonly deleted: number
  /** Deleted later than now, or not at all. */
  readonly spared: number
  /** Due for deletion at once, and not now; `held` of these are on hold, and stay. */
  readonly dueAtOnce: number
  readonly held: number
}

type WhatIfDecision = { readonly retainUntil: Date | 'ever' | null; readonly deleteAt: Date | null }

export type WhatIf = {
  readonly at: Date
  /** That the policy is about. */
  readonly mailboxes: number
  readonly total: WhatIfCounts
  /** Mailboxes in which something would change, the most changed first: a thousand at most, of `changedMailboxes`. */
  readonly byMailbox: readonly (WhatIfCounts & {
    readonly mailboxId: number
    readonly address: string
    readonly displayName: string
  })[]
  readonly changedMailboxes: number
  /** The earliest copies that something would change for. */
  readonly earliest: readonly {
    readonly itemId: string
    readonly mailboxId: number
    readonly address: string
    /** Sent, or arrived where that is impossible. */
    readonly date: Date
    readonly before: WhatIfDecision
    readonly after: WhatIfDecision
  }[]
}

/** WHAT_IF_TOO_LONG after a minute. Recorded. */
export async function whatIf(ground: Ground, actor: Actor, question: WhatIfQuestion): Promise<WhatIf> {
  requireRetention(actor)
  if (question.policyId === null && question.settings === null)
    throw new HoldfastError('RETENTION_POLICY_INVALID', 'name a policy, or say how one is to be set')
  const asked = question.settings && checkSettings(question.settings)
  try {
    const found = await ground.database.transaction(async tx => {
      await tx.query('set transaction isolation level repeatable read, read only')
      const stored = question.policyId === null ? null : await findPolicy(ground, question.policyId, tx)
      const settings = asked ?? stored!
      await checkReferences(tx, settings)
      return compare(ground, tx, stored?.policyId ?? NEW, question.enabled ? settings : null, [
        ...(stored?.state === 'on' ? [stored] : []),
        settings,
      ])
    })
    await ground.database.transaction(tx =>
      record(tx, ground, actor, {
        act: 'retention.what-if',
        subject: question.policyId === null ? 'retention-policies' : `retention-policy:${question.policyId}`,
        detail: { enabled: question.enabled, settings: asked, mailboxes: found.mailboxes, ...found.total },
      }),
    )
    return found
  } catch (error) {
    if (sqlState(error) !== '57014') throw error
    throw new HoldfastError('WHAT_IF_TOO_LONG', 'what the policy would do was not found out within a minute')
  }
}

/** As JSON has it: moments are text. */
type Changed = {
  item_id: string
  item_date: string
  retained: string | null
  due: string | null
  retain_until: string | null
  delete_at: string | null
}
type Counted = WhatIfCounts & { mailbox_id: number; earliest: Changed[] | null }

async function compare(
  ground: Ground,
  tx: Sql,
  policyId: number,
  settings: PolicySettings | null,
  about: readonly PolicySettings[],
): Promise<WhatIf> {
  const now = ground.clock.now()
  const ends = now + LIMIT_MS
  const tried = triedPolicy(policyId, settings)
  const mailboxIds = await mailboxesAbout(tx, about)
  const counted: Counted[] = []
  for (let first = 0; first < mailboxIds.length; first += MAILBOXES) {
    const page = mailboxIds.slice(first, first + MAILBOXES)
    const before = await mailboxRulesOf(tx, page)
    const after = await mailboxRulesOf(tx, page, [tried])
    for (const group of alike(page, before, after)) {
      await tx.query(`select set_config('statement_timeout', $1, true)`, [
        String(Math.max(1, ends - ground.clock.now())),
      ])
      counted.push(...(await countGroup(tx, group, new Date(now))))
    }
  }
  return report(tx, new Date(now), mailboxIds.length, counted)
}

/** One that is off reaches nobody. */
function triedPolicy(policyId: number, settings: PolicySettings | null): TriedPolicy {
  if (settings) return { policy_id: policyId, ...columnsOf(settings) }
  return {
    policy_id: policyId,
    applies_to: 'mailboxes',
    mailbox_ids: [],
    excluded_ids: [],
    scope_ids: [],
    connector_ids: null,
    kinds: null,
    action: 'retain',
    period: null,
    start_from: 'sent',
    event_type_id: null,
    review: false,
  }
}

async function mailboxesAbout(tx: Sql, about: readonly PolicySettings[]): Promise<number[]> {
  const all = about.filter(each => each.appliesTo === 'all')
  // Left out by all that are about the rest.
  const excluded = all.length === 0 ? [] : all.map(each => each.excludedIds).reduce(common)
  const rows = await tx.query<{ mailbox_id: number }>(
    `select b.mailbox_id from mailbox b
     where $1::boolean and b.mailbox_id <> all($2::integer[])
       or b.mailbox_id in (select unnest($3::integer[])
         union select mailbox_id from adaptive_scope_member where scope_id = any($4::integer[]))
     order by b.mailbox_id`,
    [all.length > 0, excluded, about.flatMap(each => each.mailboxIds), about.flatMap(each => each.scopeIds)],
  )
  return rows.map(row => row.mailbox_id)
}

const common = (one: readonly number[], other: readonly number[]): readonly number[] =>
  one.filter(each => other.includes(each))

type Group = {
  readonly mailboxIds: number[]
  readonly before: MailboxRules[]
  readonly after: MailboxRules[]
}

/** Mailboxes of the same rules on both sides, but for the moments of events. */
function alike(
  mailboxIds: readonly number[],
  before: ReadonlyMap<number, MailboxRules>,
  after: ReadonlyMap<number, MailboxRules>,
): Iterable<Group> {
  const groups = new Map<string, Group>()
  const keys = new Map<MailboxRules, string>()
  const keyOf = (rules: MailboxRules): string => {
    const key = keys.get(rules) ?? likenessOf(rules)
    keys.set(rules, key)
    return key
  }
  for (const mailboxId of mailboxIds) {
    const pair = { before: before.get(mailboxId)!, after: after.get(mailboxId)! }
    const key = `${keyOf(pair.before)} ${keyOf(pair.after)}`
    const group = groups.get(key) ?? { mailboxIds: [], before: [], after: [] }
    groups.set(key, group)
    group.mailboxIds.push(mailboxId)
    group.before.push(pair.before)
    group.after.push(pair.after)
  }
  return groups.values()
}

/** `offset 0` has each expression worked out once for a row, and no row written down. */
async function countGroup(tx: Sql, group: Group, now: Date): Promise<Counted[]> {
  const values: unknown[] = [group.mailboxIds, now]
  const add = (value: unknown) => `$${values.push(value)}`
  const before = alikeRules(group.before, 'before', add)
  const after = alikeRules(group.after, 'after', add)
  const carried = after.columns.map(column => `, p.${column}`).join('')
  const moments = [
    ...before.columns.map(column => `, before.${column}`),
    ...after.columns.map(column => `, after.${column}`),
  ].join('')
  return tx.query<Counted>(
    `with decided as (
       select p.*, ${deleteSql(after, add)} as delete_at from (
       select p.*, ${retainSql(after, add)} as retain_until from (
       select p.item_id, p.mailbox_id, p.kind, p.connector_id, p.item_date, p.imported_at, p.extended_until, p.label_id,
         p.held, p.retain_until as retained, ${deleteSql(before, add)} as due${carried} from (
       select p.*, ${retainSql(before, add)} as retain_until from (
       select p.*, case when p.label_by = 'person' then p.own_label
         else coalesce(p.own_label, ${labelSql(before, add)}) end as label_id from (
       select f.item_id, f.mailbox_id, f.label_id as own_label, f.label_by, f.extended_until, i.kind, i.connector_id,
         coalesce(i.sent_at, i.arrived_at) as item_date, i.filed_at as imported_at,
         coalesce(f.hold_pending, false) or coalesce(f.held_until > $2, false) as held${moments}
       from filing f join item i using (item_id) ${before.join} ${after.join} where f.mailbox_id = any($1::integer[])
       ) p offset 0) p offset 0) p offset 0) p offset 0) p offset 0
     ), judged as materialized (
       select mailbox_id, item_id, item_date, held, retained, due, retain_until, delete_at,
         coalesce(retain_until, '-infinity') > greatest(coalesce(retained, '-infinity'), $2) as more,
         coalesce(retained, '-infinity') > greatest(coalesce(retain_until, '-infinity'), $2) as less,
         coalesce(delete_at, 'infinity') < coalesce(due, 'infinity') as sooner,
         coalesce(delete_at, 'infinity') > coalesce(due, 'infinity') as later,
         coalesce(delete_at <= $2 and not coalesce(due <= $2, false), false) as at_once
       from decided d offset 0
     ), counted as (
       select mailbox_id, count(*) as copies, count(*) filter (where more) as retained,
         count(*) filter (where less) as released, count(*) filter (where sooner) as deleted,
         count(*) filter (where later) as spared, count(*) filter (where at_once) as "dueAtOnce",
         count(*) filter (where at_once and held) as held
       from judged group by mailbox_id
     ), first as materialized (
       select * from judged where more or less or sooner or later order by item_date, item_id, mailbox_id limit ${EARLIEST}
     )
     select c.*, e.earliest from counted c left join (
       select mailbox_id, json_agg(json_build_object('item_id', item_id, 'item_date', item_date, 'retained', retained,
         'due', due, 'retain_until', retain_until, 'delete_at', delete_at)) as earliest
       from first group by mailbox_id) e using (mailbox_id)`,
    values,
  )
}

async function report(tx: Sql, at: Date, mailboxes: number, counted: readonly Counted[]): Promise<WhatIf> {
  const total = { copies: 0, retained: 0, released: 0, deleted: 0, spared: 0, dueAtOnce: 0, held: 0 }
  for (const each of counted)
    for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += each[name]
  const weight = (each: WhatIfCounts) =>
    Math.max(each.retained, each.released, each.deleted, each.spared, each.dueAtOnce)
  const changed = counted
    .filter(each => weight(each) > 0)
    .sort((a, b) => weight(b) - weight(a) || a.mailbox_id - b.mailbox_id)
  const listed = changed.slice(0, LISTED)
  const earliest = counted
    .flatMap(each => (each.earliest ?? []).map(copy => ({ ...copy, mailbox_id: each.mailbox_id })))
    .map(copy => ({ ...copy, date: new Date(copy.item_date) }))
    .sort((a, b) => a.date.getTime() - b.date.getTime() || (a.item_id < b.item_id ? -1 : 1))
    .slice(0, EARLIEST)
  const names = await tx.query<{ mailbox_id: number; address: string; display_name: string }>(
    'select mailbox_id, address, display_name from mailbox where mailbox_id = any($1::integer[])',
    [[...listed, ...earliest].map(each => each.mailbox_id)],
  )
  const nameOf = new Map(names.map(row => [row.mailbox_id, row]))
  return {
    at,
    mailboxes,
    total,
    byMailbox: listed.map(({ mailbox_id: mailboxId, earliest: _, ...counts }) => ({
      mailboxId,
      address: nameOf.get(mailboxId)!.address,
      displayName: nameOf.get(mailboxId)!.display_name,
      ...counts,
    })),
    changedMailboxes: changed.length,
    earliest: earliest.map(copy => ({
      itemId: copy.item_id,
      mailboxId: copy.mailbox_id,
      address: nameOf.get(copy.mailbox_id)!.address,
      date: copy.date,
      before: { retainUntil: momentOf(copy.retained), deleteAt: dateOf(copy.due) },
      after: { retainUntil: momentOf(copy.retain_until), deleteAt: dateOf(copy.delete_at) },
    })),
  }
}

function momentOf(text: string | null): Date | 'ever' | null {
  return text === 'infinity' ? 'ever' : dateOf(text)
}

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text))
