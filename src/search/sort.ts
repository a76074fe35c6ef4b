/**
 * The orders of a search's hits, and pages of them. A page begins after a row and not at a number, so an item that
 * arrives meanwhile is on its own page or was before, and never shifts another. Pure.
 */
import { HoldfastError } from '../errors.ts'
import type { Plan } from './plan.ts'

/** `person`: by the number or address of who it is from. Within equals, newest first. */
export type SearchSort = 'newest' | 'oldest' | 'largest' | 'smallest' | 'person'

/** The last row of a page: its item, and what it is sorted by, where that is not in the item's id. */
type Place = { readonly itemId: string; readonly key: string | null }

const ITEM_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const SIZE = 'coalesce(i.message_size, i.original_size)'
const FIRST_FROM = `jsonb_path_query_first(i.participants, '$[*] ? (@.role == "from")')`
const PERSON = `coalesce(${FIRST_FROM} ->> 'number', ${FIRST_FROM} -> 'emails' ->> 0, ${FIRST_FROM} ->> 'userId', '') collate "C"`

/** The cursor of the page that begins after a row. */
function cursorOf(sort: SearchSort, { itemId, key }: Place): string {
  return Buffer.from(JSON.stringify(key === null ? [sort, itemId] : [sort, itemId, key])).toString(
    'base64url',
  )
}

/** The cursor of the page, newest first, that begins after an item. */
export function cursorAfter(itemId: string): string {
  return cursorOf('newest', { itemId, key: null })
}

/** Reads a cursor; USAGE if no page of this order gave it. */
function placeOf(sort: SearchSort, cursor: string): Place {
  const parsed = parseJson(Buffer.from(cursor, 'base64url').toString())
  const [order, itemId, key = null] = Array.isArray(parsed) ? (parsed as unknown[]) : []
  const needsKey = sort !== 'newest' && sort !== 'oldest'
  const isKey = needsKey
    ? typeof key === 'string' && (sort === 'person' ? !key.includes('\0') : /^\d{1,15}$/.test(key))
    : key === null
  if (order !== sort || typeof itemId !== 'string' || !ITEM_ID.test(itemId) || !isKey)
    throw new HoldfastError(
      'USAGE',
      'a page begins at the cursor that the page before gave, in the same order',
    )
  return { itemId, key: key as string | null }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** What the page's hits are limited to inside the search itself: orders by time are orders of ids. */
export function boundOf(sort: SearchSort, after: string | null): Extract<Plan, { type: 'ids' }> | null {
  if (after === null) return null
  const { itemId } = placeOf(sort, after)
  if (sort === 'newest') return { type: 'ids', from: null, before: itemId }
  return sort === 'oldest' ? { type: 'ids', from: following(itemId), before: null } : null
}

/** The least id above another. */
function following(itemId: string): string {
  const hex = (BigInt(`0x${itemId.replaceAll('-', '')}`) + 1n).toString(16).padStart(32, '0').slice(-32)
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** The statement that gives one page, and one row more if there is a further one: `item_id` and `key`, as text. */
export function pageStatement(
  { sql, values }: { readonly sql: string; readonly values: readonly unknown[] },
  sort: SearchSort,
  after: string | null,
  limit: number,
): { sql: string; values: readonly unknown[] } {
  // OFFSET 0 keeps the order out of the inner plan: walking the ids backward until enough match would be quick for
  // a common word, and read the whole table for a rare one.
  if (sort === 'newest' || sort === 'oldest')
    return {
      sql: `select item_id, null as key from (${sql} offset 0) as hit
        order by item_id ${sort === 'newest' ? 'desc' : 'asc'} limit ${limit + 1}`,
      values,
    }
  const key = sort === 'person' ? PERSON : SIZE
  const type = sort === 'person' ? 'text collate "C"' : 'bigint'
  const place = after === null ? null : placeOf(sort, after)
  const [is, id] = [`$${values.length + 1}::text::${type}`, `$${values.length + 2}::uuid`]
  const beyond = sort === 'largest' ? '<' : '>'
  const rest = place === null ? '' : `where (key ${beyond} ${is} or (key = ${is} and item_id < ${id}))`
  return {
    sql: `select item_id, key::text as key from
        (select hit.item_id, ${key} as key from (${sql} offset 0) as hit join item as i on i.item_id = hit.item_id) as keyed
      ${rest} order by keyed.key ${sort === 'largest' ? 'desc' : 'asc'}, item_id desc limit ${limit + 1}`,
    values: place === null ? values : [...values, place.key, place.itemId],
  }
}

/** The rows of a page, and where the next one begins. */
export function pageOf(
  rows: readonly { readonly item_id: string; readonly key: string | null }[],
  sort: SearchSort,
  limit: number,
): { itemIds: string[]; next: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    itemIds: shown.map(row => row.item_id),
    next: last && rows.length > limit ? cursorOf(sort, { itemId: last.item_id, key: last.key }) : null,
  }
}
