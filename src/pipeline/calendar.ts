/**
 * The calendar of completeness: for each UTC day of a connector, whether everything that reached the site on it was
 * collected. A day is complete when the windows of complete runs cover it whole, together; what nobody had to collect
 * yet (a day that is not over, or whose import is not due) is never called a gap.
 *
 * A connector is answerable from a day before it was added, which is where its first window begins, until it was
 * removed. Days before that are shown as complete where somebody back-filled them.
 */
import type { Clock } from '../clock.ts'
import { nextRunAfter, type Schedule } from '../connector/connector.ts'
import type { Sql } from '../database/database.ts'

export type DayState =
  /** Collected whole, with items. */
  | 'complete'
  /** Collected whole, and nothing had reached the site. */
  | 'nothing'
  /** A part of it was due and no run has read it. */
  | 'gap'
  /** A run read a part of it and ended incomplete, or could not go on. */
  | 'incomplete'
  /** A run that reads it is under way. */
  | 'running'
  /** It is not over, or the import that would complete it is not due. */
  | 'not-due'
  /** Before the connector was added, or after it was removed. */
  | 'outside'

export type CalendarDay = {
  /** YYYY-MM-DD, in UTC. */
  readonly day: string
  readonly state: DayState
  /** New items that reached the site on this day, as they were at import. */
  readonly items: number
  readonly unmapped: number
  readonly failed: number
}

export type ConnectorCalendar = { readonly connectorId: number; readonly days: readonly CalendarDay[] }

const MINUTE = 60_000
const DAY = 86_400_000
/** As in runs: what reached the site in the last minutes belongs to the next run. */
const SETTLING = 5 * MINUTE
/** A run that is due is requested within seconds and takes a while; only after that is its day missed. */
const PATIENCE = 30 * MINUTE

/** The last `days` days up to today, oldest first, of the connectors named, or of all that are set up. One query. */
export async function completenessCalendar(
  sql: Sql,
  clock: Clock,
  options: { readonly connectorIds?: readonly number[]; readonly days: number },
): Promise<ConnectorCalendar[]> {
  const now = clock.now()
  const today = Math.floor(now / DAY) * DAY
  const rows = await sql.query<DayRow>(QUERY, [
    options.connectorIds ?? null,
    new Date(today - (options.days - 1) * DAY),
    new Date(today),
    new Date(now - SETTLING),
  ])
  const calendars = new Map<number, CalendarDay[]>()
  for (const row of rows) {
    const days = calendars.get(row.connector_id) ?? []
    const { day, items, unmapped, failed } = row
    days.push({ day, state: stateOf(row, now), items, unmapped, failed })
    calendars.set(row.connector_id, days)
  }
  return [...calendars].map(([connectorId, days]) => ({ connectorId, days }))
}

type DayRow = {
  connector_id: number
  status: string
  schedule: Schedule
  day: string
  ends_at: Date
  required: boolean
  covered: boolean
  touched: boolean
  running: boolean
  broken: boolean
  items: number
  unmapped: number
  failed: number
}

function stateOf(row: DayRow, now: number): DayState {
  const good: DayState = row.items > 0 ? 'complete' : 'nothing'
  if (!row.required) return row.touched ? good : row.running ? 'running' : 'outside'
  if (row.covered) return good
  if (row.running) return 'running'
  if (row.broken) return 'incomplete'
  const end = row.ends_at.getTime()
  // The first moment of the schedule whose window contains the whole day.
  const due = nextRunAfter(row.schedule, end + SETTLING - 1) + PATIENCE
  return row.status === 'active' && now < due ? 'not-due' : now < end ? 'not-due' : 'gap'
}

/**
 * Windows of complete runs add up by range_agg, so that a day which two runs cover between them is whole. `required` is
 * the part of the day that the connector is answerable for; $4 is the moment up to which anything can have been read.
 */
const QUERY = `with chosen as (
    select connector_id, status, schedule,
      tstzrange(least(created_at, $4) - interval '24 hours', removed_at) as answerable
    from connector where status <> 'draft'
      and case when $1::integer[] is null then status <> 'removed' else connector_id = any($1) end
  ), windows as (
    select connector_id,
      range_agg(tstzrange(window_from, window_to)) filter (where status = 'complete') as done,
      range_agg(tstzrange(window_from, window_to)) filter (where status in ('waiting', 'collecting', 'filing')) as open,
      range_agg(tstzrange(window_from, window_to)) filter (where status in ('incomplete', 'failed')) as broken
    from run where window_to > $2 and window_from < window_to
      and ($1::integer[] is null or connector_id = any($1))
    group by connector_id
  ), days as (
    select c.*, day, tstzrange(day, day + interval '24 hours') as span,
      tstzmultirange(tstzrange(day, day + interval '24 hours') * c.answerable) as required
    from chosen c cross join generate_series($2::timestamptz, $3::timestamptz, interval '24 hours') as day
  )
  select d.connector_id, d.status, d.schedule, to_char(d.day at time zone 'UTC', 'YYYY-MM-DD') as day,
    upper(d.span) as ends_at,
    not isempty(d.required) as required,
    coalesce(w.done @> d.required, false) as covered,
    coalesce(w.done && d.span, false) as touched,
    coalesce(w.open && (d.required - coalesce(w.done, '{}')), false) as running,
    coalesce(w.broken && (d.required - coalesce(w.done, '{}')), false) as broken,
    coalesce(a.items, 0)::bigint as items, coalesce(a.unmapped, 0)::bigint as unmapped,
    coalesce(a.failed, 0)::bigint as failed
  from days d left join windows w using (connector_id)
    left join arrival_day a on a.connector_id = d.connector_id and a.day = (d.day at time zone 'UTC')::date
  order by d.connector_id, d.day`
