/**
 * Moving filings to the archive of their mailbox and back: the job 'in-place-archive', once a day for everything and
 * after each change of a policy for what it touches. Whether a filing is in the archive follows from its policy, its
 * item's date and the day alone, so a run may be repeated, or killed and taken up again, at any point. It goes through
 * filings in the order of their key, at most 5,000 in a transaction.
 *
 * Nothing else of a filing changes: it is read, searched, held, retained and disposed of as before.
 */
import { appendEntry } from '../audit/audit.ts'
import { againOnConflict, type Sql, type Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import type { Queue } from '../queue/queue.ts'
import { markObjects } from '../vault/vault.ts'
import { moveObjects, TURN } from './tier.ts'

/** Filings of one transaction. */
const PAGE = 5_000
/** Mailboxes of one transaction. */
const MAILBOXES = 200
const FIRST_ITEM = '00000000-0000-0000-0000-000000000000'
const LAST_ITEM = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
/** Who asks for the run of each day. */
const DAILY = 'system'

/** Asks, in the transaction that changes policies, that these mailboxes (null: all) are looked through. */
export async function requestArchiving(
  tx: Transaction,
  ground: Ground,
  queue: Queue,
  requestedBy: string,
  mailboxIds: readonly number[] | null,
): Promise<number> {
  const archiveRunId = await addRun(tx, ground, requestedBy, mailboxIds)
  await queue.send(tx, 'in-place-archive', { archiveRunId })
  return archiveRunId
}

/** Asks for a run through everything now; recorded. Returns its id. */
export async function requestArchivingNow(ground: Ground, queue: Queue, actor: Actor): Promise<number> {
  requireRole(actor, 'Retention Management')
  return ground.database.transaction(async tx => {
    const archiveRunId = await requestArchiving(tx, ground, queue, actor.name, null)
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: 'in-place-archive.request',
      subject: `archive-run:${archiveRunId}`,
      detail: actor.breakGlass ? { breakGlass: true } : {},
    })
    return archiveRunId
  })
}

/** Asks for the day's run (a day of UTC) if it was not; none while nothing is, or is to be, in an archive. */
export async function requestDailyArchiving(ground: Ground, queue: Queue): Promise<void> {
  const midnight = new Date(ground.clock.now())
  midnight.setUTCHours(0, 0, 0, 0)
  const isDue = async (sql: Sql) => {
    const [row] = await sql.query<{ due: boolean }>(
      `select (exists (select from archive_policy where period is not null)
          or exists (select from filing where archived_at is not null))
        and not exists (select from in_place_archive_run
          where requested_by = $1 and mailbox_ids is null and created_at >= $2
            and created_at < $2::timestamptz + interval '24 hours') as due`,
      [DAILY, midnight],
    )
    return row!.due
  }
  if (!(await isDue(ground.database))) return
  await ground.database.transaction(async tx => {
    await tx.query(TURN)
    if (await isDue(tx)) await requestArchiving(tx, ground, queue, DAILY, null)
  })
}

async function addRun(
  sql: Sql,
  ground: Ground,
  requestedBy: string,
  mailboxIds: readonly number[] | null,
): Promise<number> {
  const [row] = await sql.query<{ archive_run_id: number }>(
    `insert into in_place_archive_run (mailbox_ids, requested_by, created_at) values ($1, $2, $3)
     returning archive_run_id`,
    [mailboxIds, requestedBy, new Date(ground.clock.now())],
  )
  return row!.archive_run_id
}

/** Takes the jobs from a worker's queue, one at a time, until it stops. */
export async function workArchiving(ground: Ground, queue: Queue, stopping: AbortSignal): Promise<void> {
  await queue.work<{ archiveRunId: number }>(
    'in-place-archive',
    { concurrency: 1 },
    ({ archiveRunId }, signal) => performArchiving(ground, archiveRunId, AbortSignal.any([signal, stopping])),
  )
}

/** Sends the jobs of runs that have not ended, for a queue that has none; returns how many. */
export async function requeueArchiving(tx: Transaction, queue: Queue): Promise<number> {
  const open = await tx.query<{ archive_run_id: number }>(
    'select archive_run_id from in_place_archive_run where completed_at is null order by archive_run_id',
  )
  for (const row of open) await queue.send(tx, 'in-place-archive', { archiveRunId: row.archive_run_id })
  return open.length
}

/** Does whatever runs there are left to do, here and now. */
export async function performOpenArchiving(ground: Ground, signal: AbortSignal): Promise<void> {
  const open = await ground.database.query<{ archive_run_id: number }>(
    'select archive_run_id from in_place_archive_run where completed_at is null order by archive_run_id',
  )
  for (const row of open) await performArchiving(ground, row.archive_run_id, signal)
}

/** Does what is left of a run: the filings, then the objects in storage, then its entry. */
async function performArchiving(ground: Ground, archiveRunId: number, signal: AbortSignal): Promise<void> {
  const next = () => ground.database.transaction(tx => archiveNext(ground, tx, archiveRunId))
  for (let more = true; more; ) more = await againOnConflict(next, signal)
  const problem = await moveObjects(ground, archiveRunId, signal)
  await ground.database.transaction(tx => complete(ground, tx, archiveRunId, problem))
}

async function complete(
  ground: Ground,
  tx: Transaction,
  archiveRunId: number,
  problem: string | null,
): Promise<void> {
  const [row] = await tx.query<{
    requested_by: string
    filings: number
    archived: number
    returned: number
    cooled: number
    warmed: number
  }>(
    `update in_place_archive_run set completed_at = $2, problem = $3
     where archive_run_id = $1::bigint and completed_at is null
     returning requested_by, filings, archived, returned, cooled, warmed`,
    [archiveRunId, new Date(ground.clock.now()), problem],
  )
  if (!row) return
  const { requested_by: requestedBy, ...counts } = row
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: 'system',
    act: 'in-place-archive.complete',
    subject: `archive-run:${archiveRunId}`,
    detail: { requestedBy, ...counts, ...(problem === null ? {} : { problem }) },
  })
}

type Page = {
  places: number
  last_place: number | null
  filings: number
  last_mailbox_id: number | null
  last_item_id: string | null
  archived: number
  returned: number
  objects: string[] | null
}

/**
 * Does the next page; false where there is none. Ids of items begin with their time, so what is much newer than the
 * period is passed over by its id; three days leave room for the ends of months, and the date itself decides.
 */
async function archiveNext(ground: Ground, tx: Transaction, archiveRunId: number): Promise<boolean> {
  // Another worker that takes it for its own waits here, and goes on after this page.
  const [run] = await tx.query<{
    mailbox_ids: number[] | null
    after_mailbox_id: number | null
    after_item_id: string | null
    completed_at: Date | null
  }>(
    `select mailbox_ids, after_mailbox_id, after_item_id, completed_at from in_place_archive_run
     where archive_run_id = $1::bigint for update`,
    [archiveRunId],
  )
  if (!run || run.completed_at !== null) return false
  await tx.query(TURN)
  const now = new Date(ground.clock.now())
  const [page] = await tx.query<Page>(
    `with place as materialized (
       select m.mailbox_id, p.period::interval as period,
         case when m.mailbox_id = $2 then $3::uuid else $4::uuid end as after,
         case when p.period is null then $4::uuid else (lpad(to_hex(greatest(0, (extract(epoch from
           $1::timestamptz - p.period::interval + interval '3 days') * 1000)::bigint)), 12, '0') || repeat('0', 20))::uuid
         end as below
       from mailbox m left join archive_policy_mailbox o using (mailbox_id)
         left join archive_policy p on p.policy_id = o.policy_id or o.policy_id is null and p.everywhere
       where m.mailbox_id >= $2 and ($5::integer[] is null or m.mailbox_id = any($5))
         and (m.mailbox_id > $2 or $3::uuid < '${LAST_ITEM}')
         and (p.period is not null
           or exists (select from filing f where f.mailbox_id = m.mailbox_id and f.archived_at is not null))
       order by m.mailbox_id limit ${MAILBOXES}
     ), page as materialized (
       select pl.mailbox_id, pl.period, f.item_id from place pl cross join lateral (
         (select item_id from filing f
          where f.mailbox_id = pl.mailbox_id and f.item_id > pl.after and f.item_id < pl.below
          order by item_id limit ${PAGE})
         union all
         (select item_id from filing f
          where f.mailbox_id = pl.mailbox_id and f.item_id > pl.after and f.item_id >= pl.below
            and f.archived_at is not null
          order by item_id limit ${PAGE})
       ) f order by pl.mailbox_id, f.item_id limit ${PAGE}
     ), decided as materialized (
       select p.mailbox_id, p.item_id, i.vault_object, f.archived_at is not null as was, coalesce(
         (coalesce(i.sent_at, i.arrived_at) at time zone 'UTC' + p.period) at time zone 'UTC' <= $1, false) as due
       from page p join filing f using (mailbox_id, item_id) join item i using (item_id)
     ), moved as materialized (select * from decided where due <> was)
     select (select count(*) from place) as places, (select max(mailbox_id) from place) as last_place,
       (select count(*) from page) as filings, last.mailbox_id as last_mailbox_id, last.item_id as last_item_id,
       (select count(*) from moved where due) as archived, (select count(*) from moved where was) as returned,
       (select array_agg(distinct vault_object) from moved) as objects,
       (select set_archived(array_agg(mailbox_id), array_agg(item_id), array_agg(case when due then $1 end))
        from moved) as changed
     from (select 1) as one left join
       (select mailbox_id, item_id from page order by mailbox_id desc, item_id desc limit 1) as last on true`,
    [now, run.after_mailbox_id ?? 0, run.after_item_id ?? FIRST_ITEM, FIRST_ITEM, run.mailbox_ids],
  )
  if (page!.places === 0) return false
  await markObjects(tx, page!.objects ?? [])
  // A full page ends somewhere in its last mailbox; all mailboxes of another are done with it.
  const isFull = page!.filings === PAGE
  await tx.execute(
    `update in_place_archive_run set after_mailbox_id = $2, after_item_id = $3, filings = filings + $4,
       archived = archived + $5, returned = returned + $6 where archive_run_id = $1::bigint`,
    [
      archiveRunId,
      isFull ? page!.last_mailbox_id : page!.last_place,
      isFull ? page!.last_item_id : LAST_ITEM,
      page!.filings,
      page!.archived,
      page!.returned,
    ],
  )
  return true
}
