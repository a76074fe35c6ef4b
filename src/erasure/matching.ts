/**
 * The items that name a person as a party, in any mailbox: sender or receiver, by exactly this number or address. Found
 * by the index and then seen by their own columns, so that nobody's items go for a hash, or a name like the person's;
 * what is set aside, and in no index, is looked through. A number is found however its source wrote it; in a form that
 * names no country, where the connector's region makes it this number, as it does for mapping.
 */
import type { Sql } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import { normaliseNumber } from '../mapping/mapping.ts'
import { type CompiledQuery, checkVersion, formsOfEntry, type Query, selectHits } from '../search/search.ts'
import type { ErasureIdentity } from './draft.ts'

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
  // Of connector/, a later layer: the region that its national numbers are of.
  const connectors = await sql.query<Connector>(
    'select connector_id as "connectorId", default_region as region from connector',
  )
  const matches = identities.map(each => matchSql(each, connectors, value)).join(' or ')
  return {
    sql: `select i.item_id from (
        ${hits.sql} union select item_id from item where state = 'quarantined'
      ) as candidate join item i on i.item_id = candidate.item_id where ${matches}`,
    values,
  }
}

type Connector = { readonly connectorId: number; readonly region: string }

/** The digits of a number as sources write them: as they are whoever reads them, and by the region they are read in. */
function writtenForms(number: string): { readonly sure: string[]; readonly regional: string[] } {
  const national = formsOfEntry(number).find(form => form.hashClass === 'p')?.digits
  if (national === undefined) return { sure: [number, `00${number}`], regional: [] }
  const country = number.slice(0, number.length - national.length)
  return {
    // Last, +44 (0)7700 900123.
    sure: [number, `00${number}`, `${country}0${national}`],
    regional: [`0${national}`, national, `011${number}`],
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
      numbers: type === 'number' ? indexForms(value.slice(1)) : [],
      address: type === 'address' ? value : null,
      domain: null,
      person: null,
    },
  }
}

function indexForms(number: string) {
  const { sure, regional } = writtenForms(number)
  const entries = [...sure, ...regional].flatMap(formsOfEntry).filter(form => form.hashClass === 'n')
  return [...new Set(entries.map(form => form.digits))].map(digits => ({ hashClass: 'n', digits }) as const)
}

function numberSql(
  number: string,
  connectors: readonly Connector[],
  add: (value: unknown) => string,
): string {
  const has = (digits: string) => `i.participants @> ${add(JSON.stringify([{ number: digits }]))}::jsonb`
  const { sure, regional } = writtenForms(number)
  const among = (digits: string) => {
    const own = connectors.filter(({ region }) => normaliseNumber(digits, region).number === number)
    if (own.length === 0) return []
    return `i.connector_id = any(${add(own.map(each => each.connectorId))}::integer[]) and ${has(digits)}`
  }
  return `(${[...sure.map(has), ...regional.flatMap(among)].join(' or ')})`
}

function matchSql(
  { type, value, from, to }: ErasureIdentity,
  connectors: readonly Connector[],
  add: (value: unknown) => string,
): string {
  const named =
    type === 'number'
      ? numberSql(value.slice(1), connectors, add)
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
