/**
 * What goes into an export: the snapshot of what matched, with what was asked for around it, in the order of the
 * package. One statement takes it, so that it is of one moment; the work goes by this list and nothing else.
 */
import type { Sql } from '../database/database.ts'
import { unrestrictedSql } from '../mailbox/mailbox.ts'
import type { CompiledQuery, SearchScope } from '../search/search.ts'
import type { ExportFormat } from './package-file.ts'

/** What goes along with a match, out of its conversation: nothing, all, so many messages to each side, the same days. */
export type Context =
  | { readonly type: 'none' | 'conversation' | 'day' }
  | { readonly type: 'around'; readonly messages: number }

export type SelectionSetting = {
  readonly format: ExportFormat
  /** IANA; days are counted in it. */
  readonly timeZone: string
  readonly context: Context
  /** `suppressed`: of an item in several mailboxes the first by address keeps its copy. */
  readonly duplicates: 'suppressed' | 'kept'
  /** Nothing beyond is taken, as a match or as context. */
  readonly scope: Pick<SearchScope, 'mailboxIds' | 'connectorIds' | 'folders' | 'restricted'>
}

/** Items, and their copies: copies = due + suppressed. */
type GradeCount = {
  readonly items: number
  readonly copies: number
  readonly due: number
  readonly suppressed: number
}

type SelectionCount = {
  readonly match: GradeCount
  readonly context: GradeCount
  readonly units: number
}

/** Copies of one mailbox and folder that are written together. */
export const UNIT_COPIES = 1_000
/** Relativity recommends no more events in a slice. */
export const SLICE_ITEMS = 10_000

/**
 * Fills the work list of an export from the hits of a query or of a search's run (`selectHits`, `selectRun`): each
 * copy of each hit in the mailboxes and folders of the scope, hidden filings left out, and context likewise. Units are
 * numbered from 1, and copies by ordinal in the order of their units. RSMF: a unit is a conversation's day of up to
 * 10,000 items (of one mailbox, where duplicates are kept), in the order of time; in other formats up to 1,000 copies
 * of a folder, in the order of item ids.
 */
export async function selectItems(
  tx: Sql,
  exportId: string,
  setting: SelectionSetting,
  hits: CompiledQuery,
): Promise<SelectionCount> {
  const values: unknown[] = [...hits.values]
  const value = (given: unknown, type: string) => `$${values.push(given)}::${type}`
  const within = scopeOf(setting.scope, value)
  const zone = () => value(setting.timeZone, 'text')
  const context = contextOf(setting.context, within, zone, value)
  const suppressed = setting.duplicates === 'suppressed'
  await tx.execute(
    `insert into export_item (item_id, export_id, mailbox_id, folder, grade, state, ordinal, unit, part, parts)
     with hit as materialized (
       select item_id from (${hits.sql}) as found where ${within.some('found.item_id')}
     ), chosen as (
       select item_id, 'match' as grade from hit${context}
     ), copy as (
       select c.item_id, c.grade, f.mailbox_id, d.name collate "C" as folder, m.address collate "C" as address,
         ${suppressed ? 'row_number() over (partition by c.item_id order by m.address collate "C")' : '1'} as place
       from chosen c join filing f on f.item_id = c.item_id join folder d on d.folder_id = f.folder_id
         join mailbox m on m.mailbox_id = f.mailbox_id ${within.join('c.item_id')}
       where ${within.filing}
     ), placed as (
       ${setting.format === 'rsmf' ? sliceUnits(zone, suppressed) : folderUnits()}
     )
     select item_id, ${value(exportId, 'uuid')}, mailbox_id, folder, grade, 'due', ordinal, unit, part, parts from placed
     union all
     select item_id, ${value(exportId, 'uuid')}, mailbox_id, folder, grade, 'suppressed', null, null, null, null
     from copy where place > 1`,
    values,
  )
  return countSelection(tx, exportId)
}

type Value = (given: unknown, type: string) => string
type Zone = () => string

/** The scope as conditions on a filing `f` in a folder `d`, and on whether an item has such a filing. */
function scopeOf({ mailboxIds, connectorIds, folders, restricted }: SelectionSetting['scope'], value: Value) {
  const conditions = ['f.hidden_at is null']
  if (restricted) conditions.push(unrestrictedSql('f.item_id', value(restricted, 'integer[]')))
  if (mailboxIds !== null) conditions.push(`f.mailbox_id = any(${value(mailboxIds, 'integer[]')})`)
  if (folders) conditions.push(`d.name = any(${value(folders, 'text[]')})`)
  const filing = conditions.join(' and ')
  const folder = folders ? 'join folder d on d.folder_id = f.folder_id' : ''
  const collected = connectorIds ? `i.connector_id = any(${value(connectorIds, 'integer[]')})` : ''
  // The item says which connector it is of; elsewhere nothing of it is needed.
  const join = (itemId: string) =>
    collected === '' ? '' : `join item i on i.item_id = ${itemId} and ${collected}`
  return {
    filing,
    join,
    some: (itemId: string) =>
      `exists (select from filing f ${folder} ${join(itemId)} where f.item_id = ${itemId} and ${filing})`,
  }
}

type Scope = ReturnType<typeof scopeOf>

/** Further items of the hits' conversations, as something that `chosen` is joined with; '' for none. */
function contextOf(context: Context, scope: Scope, zone: Zone, value: Value): string {
  const more = (items: string) =>
    ` union all select item_id, 'context' from (${items}) as more
        where not exists (select from hit where hit.item_id = more.item_id)`
  const visible = scope.some('o.item_id')
  switch (context.type) {
    case 'none':
      return ''
    case 'conversation':
      return more(
        `select o.item_id from (select distinct i.conversation from hit join item i using (item_id)) as talk
           join item o using (conversation) where ${visible}`,
      )
    case 'day':
      return more(
        `select o.item_id
         from (select distinct i.conversation, ${dayOf('i', zone)} as day from hit join item i using (item_id)) as talk
           join item o on o.conversation = talk.conversation and ${dayOf('o', zone)} = talk.day
         where ${visible}`,
      )
    case 'around': {
      const messages = value(context.messages, 'integer')
      return more(
        `select item_id from (
           select o.item_id, count(hit.item_id) over (
             partition by o.conversation order by ${timeOf('o')}, o.item_id
             rows between ${messages} preceding and ${messages} following) as matches
           from (select distinct i.conversation from hit join item i using (item_id)) as talk
             join item o using (conversation) left join hit on hit.item_id = o.item_id
           where ${visible}) as stream
         where matches > 0`,
      )
    }
  }
}

/** What has no possible time stands where it arrived. */
const timeOf = (item: string) => `coalesce(${item}.sent_at, ${item}.arrived_at)`
const dayOf = (item: string, zone: Zone) => `(${timeOf(item)} at time zone ${zone()})::date`

/** One order throughout, so that it is sorted once. A unit begins with every 1,000th copy of a folder. */
function folderUnits(): string {
  return unitsOf(
    `select *, row_number() over run as number, count(*) over (partition by address, folder) as total
     from copy where place = 1 window run as (partition by address, folder order by item_id)`,
    'address, folder, item_id',
    UNIT_COPIES,
  )
}

function sliceUnits(zone: Zone, suppressed: boolean): string {
  const key = suppressed ? 'conversation, day' : 'address, conversation, day'
  return unitsOf(
    `select *, row_number() over run as number, count(*) over (partition by ${key}) as total
     from (select copy.*, o.conversation, ${timeOf('o')} as moment, ${dayOf('o', zone)} as day
       from copy join item o on o.item_id = copy.item_id where place = 1) as event
     window run as (partition by ${key} order by moment, item_id)`,
    `${key}, moment, item_id`,
    SLICE_ITEMS,
  )
}

function unitsOf(numbered: string, order: string, size: number): string {
  return `select *, row_number() over package as ordinal, (number - 1) / ${size} + 1 as part,
      (total - 1) / ${size} + 1 as parts,
      sum(case when (number - 1) % ${size} = 0 then 1 else 0 end) over package as unit
    from (${numbered}) as numbered window package as (order by ${order} rows unbounded preceding)`
}

type CountRow = {
  grade: 'match' | 'context'
  items: number
  copies: number
  due: number
  units: number | null
}

/** What the list holds; by its own rows, whatever became of them since. */
async function countSelection(tx: Sql, exportId: string): Promise<SelectionCount> {
  const rows = await tx.query<CountRow>(
    `select grade, count(distinct item_id) as items, count(*) as copies, count(ordinal) as due, max(unit) as units
     from export_item where export_id = $1 group by grade`,
    [exportId],
  )
  const countOf = (grade: CountRow['grade']): GradeCount => {
    const { items = 0, copies = 0, due = 0 } = rows.find(row => row.grade === grade) ?? {}
    return { items, copies, due, suppressed: copies - due }
  }
  return {
    match: countOf('match'),
    context: countOf('context'),
    units: Math.max(0, ...rows.map(row => row.units ?? 0)),
  }
}
