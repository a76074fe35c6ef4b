/**
 * What a role group is limited to (a compliance boundary): mailboxes by name, and mailboxes whose attributes in the
 * directory meet every condition. It is resolved when it is used, so whoever joins a department is inside at once. A
 * limit that meets nobody reaches nothing.
 */
import type { Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'

type LimitCondition = { readonly attribute: string; readonly values: readonly string[] }

export type MailboxLimit = {
  /** By id; the reserved mailboxes are reached only if they are named here. */
  readonly mailboxes: readonly number[]
  readonly conditions: readonly LimitCondition[]
}

const MAILBOXES_MAX = 10_000
const CONDITIONS_MAX = 20
const VALUES_MAX = 200

/** The limit in its kept form. ROLE_GROUP_INVALID for a mailbox that is not there, or a condition without values. */
export async function checkLimit(sql: Sql, limit: MailboxLimit): Promise<MailboxLimit> {
  const mailboxes = [...new Set(limit.mailboxes)].sort((a, b) => a - b)
  if (mailboxes.length > MAILBOXES_MAX || limit.conditions.length > CONDITIONS_MAX)
    throw new HoldfastError(
      'ROLE_GROUP_INVALID',
      `a limit has ${MAILBOXES_MAX} mailboxes and ${CONDITIONS_MAX} conditions at most`,
    )
  const known = await sql.query<{ mailbox_id: number }>(
    'select mailbox_id from mailbox where mailbox_id = any($1::integer[])',
    [mailboxes],
  )
  if (known.length !== mailboxes.length)
    throw new HoldfastError('ROLE_GROUP_INVALID', 'the limit names a mailbox that is not there')
  const conditions = limit.conditions.map(({ attribute, values }) => {
    const kept = [...new Set(values.map(value => value.trim()).filter(value => value !== ''))].sort()
    if (attribute.trim() === '' || kept.length === 0 || kept.length > VALUES_MAX)
      throw new HoldfastError(
        'ROLE_GROUP_INVALID',
        `a condition has an attribute and 1 to ${VALUES_MAX} values`,
      )
    return { attribute: attribute.trim(), values: kept }
  })
  return { mailboxes, conditions }
}

/** The ids of the mailboxes that a limit reaches now, in ascending order. */
export async function resolveLimit(sql: Sql, limit: MailboxLimit): Promise<number[]> {
  const { condition, values } = whereOf(limit)
  const rows = await sql.query<{ mailbox_id: number }>(
    `select m.mailbox_id from mailbox m where ${condition} order by m.mailbox_id`,
    values,
  )
  return rows.map(row => row.mailbox_id)
}

type LimitPreview = {
  readonly reached: number
  readonly total: number
  /** The first ones, by name. */
  readonly sample: readonly LimitMailbox[]
}

/** How many mailboxes a limit would reach, and the first of them. */
export async function previewLimit(sql: Sql, limit: MailboxLimit, sampleMax = 10): Promise<LimitPreview> {
  const { condition, values } = whereOf(limit)
  const [counts] = await sql.query<{ reached: number; total: number }>(
    `select count(*) filter (where ${condition}) as reached, count(*) as total from mailbox m`,
    values,
  )
  const sample = await sql.query<LimitMailbox>(
    `select m.mailbox_id as "mailboxId", m.display_name as "displayName", m.address from mailbox m
     where ${condition} order by lower(m.display_name), m.mailbox_id limit ${sampleMax}`,
    values,
  )
  return { reached: counts?.reached ?? 0, total: counts?.total ?? 0, sample }
}

type LimitMailbox = {
  readonly mailboxId: number
  readonly displayName: string
  readonly address: string
}

/** The mailboxes that a limit lists, with their names. */
export async function listedMailboxes(sql: Sql, limit: MailboxLimit): Promise<LimitMailbox[]> {
  return sql.query<LimitMailbox>(
    `select m.mailbox_id as "mailboxId", m.display_name as "displayName", m.address from mailbox m
     where m.mailbox_id = any($1::integer[]) order by lower(m.display_name), m.mailbox_id`,
    [limit.mailboxes],
  )
}

/** The attributes that the directory has, each with its values and how many mailboxes have them. */
export async function listAttributes(
  sql: Sql,
): Promise<{ attribute: string; values: { value: string; mailboxes: number }[] }[]> {
  const rows = await sql.query<{ attribute: string; value: string; mailboxes: number }>(
    `select a.key as attribute, a.value, count(*) as mailboxes
     from mailbox m cross join lateral jsonb_each_text(m.attributes) a
     where m.kind = 'person' group by 1, 2 order by 1, 3 desc, 2 limit 2000`,
  )
  const byName = new Map<string, { value: string; mailboxes: number }[]>()
  for (const { attribute, value, mailboxes } of rows) {
    const values = byName.get(attribute) ?? []
    values.push({ value, mailboxes })
    byName.set(attribute, values)
  }
  return [...byName].map(([attribute, values]) => ({ attribute, values }))
}

/** Attribute names and values are compared without regard to case, as people type them. */
function whereOf(limit: MailboxLimit): { condition: string; values: unknown[] } {
  const values: unknown[] = [limit.mailboxes]
  const conditions = limit.conditions.map(({ attribute, values: wanted }) => {
    values.push(
      attribute.toLowerCase(),
      wanted.map(value => value.toLowerCase()),
    )
    return `exists (select from jsonb_each_text(m.attributes) a
      where lower(a.key) = $${values.length - 1} and lower(a.value) = any($${values.length}::text[]))`
  })
  const listed = 'm.mailbox_id = any($1::integer[])'
  return {
    condition:
      conditions.length === 0 ? listed : `(${listed} or (m.kind = 'person' and ${conditions.join(' and ')}))`,
    values,
  }
}
