/** What a policy is set to, and what is checked of it before it is stored. */
import type { Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { TriedPolicy } from './mailbox-rules.ts'
import { formatPeriod, type Period, parsePeriod } from './period.ts'
import type { PeriodStart, RetentionAction } from './rule.ts'

export const POLICY_ACTIONS = ['retain', 'delete', 'retain-then-delete'] as const
export const POLICY_STARTS = ['sent', 'imported', 'event'] as const
export const POLICY_TARGETS = ['all', 'mailboxes', 'scopes'] as const

export type PolicySettings = {
  /** The whole organisation less `excludedIds`, mailboxes by name, or adaptive scopes. */
  readonly appliesTo: (typeof POLICY_TARGETS)[number]
  readonly mailboxIds: readonly number[]
  readonly excludedIds: readonly number[]
  readonly scopeIds: readonly number[]
  /** null is every one. */
  readonly connectorIds: readonly number[] | null
  readonly kinds: readonly string[] | null
  readonly action: RetentionAction
  /** Of ISO 8601 in years, months and days: `P6Y`; null is for ever, with 'retain' alone. */
  readonly period: string | null
  readonly startFrom: PeriodStart['from']
  readonly eventTypeId: number | null
  /** What it deletes is looked at by a person first. */
  readonly review: boolean
}

/** A policy reaches at most so many mailboxes by name; the organisation and adaptive scopes have no bound. */
const POLICY_MAILBOXES_MAX = 10_000
const SCOPES_MAX = 100
const FILTER_MAX = 100

const invalid = (why: string): HoldfastError => new HoldfastError('RETENTION_POLICY_INVALID', why)

/** The settings as they are kept: RETENTION_POLICY_INVALID for what contradicts itself. */
export function checkSettings(given: PolicySettings): PolicySettings {
  const period = given.period === null ? null : readPeriod(given.period)
  if (period === null && given.action !== 'retain') throw invalid('a policy that deletes needs a period')
  if ((given.startFrom === 'event') !== (given.eventTypeId !== null))
    throw invalid('a period that counts from an event names a type of event, and no other does')
  if (given.review && given.action === 'retain')
    throw invalid('a policy that deletes nothing has nothing to review')
  const mailboxIds = given.appliesTo === 'mailboxes' ? inOrder(given.mailboxIds) : []
  const excludedIds = given.appliesTo === 'all' ? inOrder(given.excludedIds) : []
  const scopeIds = given.appliesTo === 'scopes' ? inOrder(given.scopeIds) : []
  if (given.appliesTo === 'mailboxes' && mailboxIds.length === 0) throw invalid('choose a mailbox')
  if (given.appliesTo === 'scopes' && scopeIds.length === 0) throw invalid('choose an adaptive scope')
  if (mailboxIds.length + excludedIds.length > POLICY_MAILBOXES_MAX)
    throw invalid(
      `a policy names at most ${POLICY_MAILBOXES_MAX} mailboxes; an adaptive scope has as many as there are`,
    )
  if (scopeIds.length > SCOPES_MAX) throw invalid(`a policy has at most ${SCOPES_MAX} adaptive scopes`)
  return {
    appliesTo: given.appliesTo,
    mailboxIds,
    excludedIds,
    scopeIds,
    connectorIds: given.connectorIds === null ? null : filterOf(inOrder(given.connectorIds), 'connector'),
    kinds: given.kinds === null ? null : filterOf([...new Set(given.kinds)].sort(), 'kind'),
    action: given.action,
    period: period === null ? null : formatPeriod(period),
    startFrom: given.startFrom,
    eventTypeId: given.eventTypeId,
    review: given.review,
  }
}

/** Every mailbox, scope, connector and type of event is there: RETENTION_POLICY_INVALID, or ADAPTIVE_SCOPE_UNKNOWN. */
export async function checkReferences(sql: Sql, settings: PolicySettings): Promise<void> {
  const { mailboxIds, excludedIds, scopeIds, connectorIds, eventTypeId } = settings
  // The connectors' own table is read as it is: connector/ builds on retention/.
  const [row] = await sql.query<{ mailboxes: number; scopes: number; connectors: number; types: number }>(
    `select (select count(*) from mailbox where mailbox_id = any($1::integer[])) as mailboxes,
       (select count(*) from adaptive_scope where scope_id = any($2::integer[])) as scopes,
       (select count(*) from connector where connector_id = any($3::integer[])) as connectors,
       (select count(*) from event_type where event_type_id = $4::integer) as types`,
    [[...mailboxIds, ...excludedIds], scopeIds, connectorIds ?? [], eventTypeId],
  )
  if (row!.mailboxes !== mailboxIds.length + excludedIds.length)
    throw new HoldfastError('MAILBOX_UNKNOWN', 'the policy names a mailbox that is not there')
  if (row!.scopes !== scopeIds.length)
    throw new HoldfastError('ADAPTIVE_SCOPE_UNKNOWN', 'the policy names an adaptive scope that is not there')
  if (row!.connectors !== (connectorIds?.length ?? 0))
    throw invalid('the policy names a connector that is not there')
  if (eventTypeId !== null && row!.types === 0)
    throw invalid('the policy names a type of event that is not there')
}

/** As `mailboxRulesOf` and the table have them. */
export function columnsOf(settings: PolicySettings): Omit<TriedPolicy, 'policy_id'> {
  return {
    applies_to: settings.appliesTo,
    mailbox_ids: settings.mailboxIds,
    excluded_ids: settings.excludedIds,
    scope_ids: settings.scopeIds,
    connector_ids: settings.connectorIds,
    kinds: settings.kinds,
    action: settings.action,
    period: settings.period,
    start_from: settings.startFrom,
    event_type_id: settings.eventTypeId,
    review: settings.review,
  }
}

export function settingsOf(row: Omit<TriedPolicy, 'policy_id'>): PolicySettings {
  return {
    appliesTo: row.applies_to,
    mailboxIds: row.mailbox_ids,
    excludedIds: row.excluded_ids,
    scopeIds: row.scope_ids,
    connectorIds: row.connector_ids,
    kinds: row.kinds,
    action: row.action,
    period: row.period,
    startFrom: row.start_from,
    eventTypeId: row.event_type_id,
    review: row.review,
  }
}

function readPeriod(text: string): Period {
  const period = parsePeriod(text)
  if (period === null || period.years + period.months + period.days === 0)
    throw invalid('a period has years, months and days, up to 100 years: P6Y, P18M, P90D')
  return period
}

function inOrder(ids: readonly number[]): number[] {
  return [...new Set(ids)].sort((a, b) => a - b)
}

function filterOf<T>(values: T[], what: string): T[] {
  if (values.length === 0) throw invalid(`choose a ${what}, or leave it to every one`)
  if (values.length > FILTER_MAX) throw invalid(`choose at most ${FILTER_MAX} of each`)
  return values
}
