/**
 * The items that name a person as a party, in any mailbox: sender or receiver, by exactly this number or address. Found
 * by the index and then seen by their own columns, so that nobody's items go for a hash, or a name like the person's;
 * what is set aside, and in no index, is looked through.
 */
import type { Sql } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import { type CompiledQuery, checkVersion, type Query, selectHits } from '../search/search.ts'
import type { ErasureIdentity } from './erasure-draft.ts'

/** A select of the item_id of each, once. Throws REINDEX_NEEDED where the index is of another version. */
export async function selectItemsOf(
  ground: Ground,
  sql: Sql,
  identities: readonly ErasureIdentity[],
): Promise<CompiledQuery> {
  await checkVersion(sql)
  const query: Query = { type: 'or', of: identities.map(partyOf) }
  const hits = await selectHits(sql, ground.keyring, query, { mailboxIds: null })
  const values: unknown[] = [...hits.values]
  const value = (given: unknown) => `$${values.push(given)}`
  const matches = identities.map(each => matchSql(each, value)).join(' or ')
  return {
    sql: `select i.item_id from (
        ${hits.sql} union select item_id from item where state = 'quarantined'
      ) as candidate join item i on i.item_id = candidate.item_id where ${matches}`,
    values,
  }
}

function partyOf({ type, value }: ErasureIdentity): Query {
  return {
    type: 'party',
    role: 'any',
    party: {
      words: [],
      prefix: false,
      at: 0,
      numbers: type === 'number' ? [{ hashClass: 'n', digits: value.slice(1) }] : [],
      address: type === 'address' ? value : null,
      domain: null,
      person: null,
    },
  }
}

function matchSql({ type, value, from, to }: ErasureIdentity, add: (value: unknown) => string): string {
  const named =
    type === 'number'
      ? `i.participants @> ${add(JSON.stringify([{ number: value.slice(1) }]))}::jsonb`
      : `exists (select from jsonb_path_query(i.participants, '$[*].emails[*]') as e (address)
          where lower(e.address #>> '{}') = ${add(value)}::text)`
  const conditions = [named]
  if (from !== null) conditions.push(`coalesce(i.sent_at, i.arrived_at) >= ${add(from)}::timestamptz`)
  if (to !== null) conditions.push(`coalesce(i.sent_at, i.arrived_at) < ${add(to)}::timestamptz`)
  return `(${conditions.join(' and ')})`
}

/** The condition that a filing `f` is kept, by its own columns, as the database's guard has it. */
export const KEPT =
  '(coalesce(f.hold_pending, false) or coalesce(f.held_until > keeping_now(), false) or coalesce(f.retain_until > keeping_now(), false))'
