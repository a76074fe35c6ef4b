/** An archive with items and rules by which they are due, and clocks that a test sets, for tests of disposal. */
import { systemClock } from '../clock.ts'
import { type Database, openDatabase } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import type { Actor, Role } from '../identity/identity.ts'
import type { Queue } from '../queue/queue.ts'
import {
  createPolicy,
  evaluateMailboxes,
  performDisposition,
  type RetentionPolicy,
} from '../retention/retention.ts'
import { type TestArchive, testArchive } from './archive.ts'
import { addKeptItems } from './kept-items.ts'

type Context = { after(work: () => Promise<void>): void }

const YEAR = 365 * 86_400_000

export const person = (name: string, ...roles: Role[]): Actor => ({
  name: `person:${name}`,
  breakGlass: false,
  roles: new Map(roles.map(role => [role, null])),
})

export type TestDisposition = {
  readonly archive: TestArchive
  readonly ground: Ground
  readonly queue: Queue
  readonly database: Database
  /** By how much the process's clock, and that of the database, are ahead, in milliseconds. */
  setClocks(process: number, database: number): Promise<void>
  /** All clocks are ahead by so much; what was done before is under a checkpoint. */
  pass(time: number): Promise<void>
  /** Items of so many years ago, one in each of these mailboxes; returns their ids. */
  add(count: number, yearsAgo: number, ...mailboxIds: number[]): Promise<string[]>
  /** A policy on these mailboxes that deletes after so many years; what is there is evaluated. */
  policy(
    years: number,
    mailboxIds: readonly number[],
    more?: Partial<Pick<RetentionPolicy, 'review' | 'action' | 'appliesTo'>>,
  ): Promise<RetentionPolicy>
  evaluate(): Promise<void>
  /** Asks for a run and does it here; returns its row. */
  run(cause?: 'schedule' | 'person' | 'review'): Promise<TestRun>
  /** Does all runs that wait. */
  runWaiting(): Promise<void>
  /** The items that are filed in a mailbox. */
  filed(mailboxId: number): Promise<string[]>
}

type TestRun = {
  run_id: number
  state: string
  code: string | null
  due: number | null
  filings: number
  items: number
  reviewed: number
  kept: number
  lapsed: number
  disposal_ids: number[]
}

const signal = new AbortController().signal
const keeper = person('keeper', 'Retention Management')

export async function testDisposition(t: Context): Promise<TestDisposition> {
  let ahead = 0
  const now = () => systemClock.now() + ahead
  const archive = await testArchive(t, { clock: { ...systemClock, now } })
  const { ground } = archive
  const { database } = ground
  const owner = await openDatabase(archive.environment.DATABASE_OWNER_URL!)
  t.after(() => owner.close())
  const queue = await archive.queue()
  const perform = async (runId: number): Promise<TestRun> => {
    await performDisposition(ground, runId, signal)
    const [row] = await database.query<TestRun>('select * from disposition_run where run_id = $1', [runId])
    return row!
  }
  const setClocks: TestDisposition['setClocks'] = async (process, ofDatabase) => {
    ahead = process
    await owner.execute(
      `create or replace function keeping_now() returns timestamptz language sql stable
         as $$ select now() + interval '${ofDatabase} milliseconds' $$`,
    )
  }
  return {
    archive,
    ground,
    queue,
    database,
    setClocks,
    pass: async time => {
      await archive.seal()
      await setClocks(time, time)
    },
    add: (count, yearsAgo, ...mailboxIds) => {
      const at = new Date(now() - yearsAgo * YEAR)
      return addKeptItems(
        database,
        Array.from({ length: count }, (_, index) => ({
          facts: {
            kind: 'sms',
            connectorId: 1,
            sentAt: new Date(at.getTime() - index),
            arrivedAt: at,
            importedAt: at,
            labelId: null,
            heldByTerms: [],
            holdPending: false,
            extendedUntil: null,
          },
          filings: mailboxIds.map(mailboxId => ({ mailboxId, labelId: null })),
        })),
      )
    },
    policy: async (years, mailboxIds, more = {}) => {
      const made = await createPolicy(ground, queue, keeper, {
        name: `after ${years} years`,
        description: '',
        belowPreset: '',
        appliesTo: 'mailboxes',
        mailboxIds: more.appliesTo === 'all' ? [] : mailboxIds,
        excludedIds: [],
        scopeIds: [],
        connectorIds: null,
        kinds: null,
        action: 'retain-then-delete',
        period: `P${years}Y`,
        startFrom: 'sent',
        eventTypeId: null,
        review: false,
        presetId: null,
        enabled: true,
        ...more,
      })
      await evaluateMailboxes(ground, mailboxIds, signal)
      return made
    },
    evaluate: async () => {
      await evaluateMailboxes(ground, null, signal)
    },
    run: async (cause = 'person') => {
      const [row] = await database.query<{ run_id: number }>(
        `insert into disposition_run (cause, day, requested_by, requested_at)
         values ($1, ($2::timestamptz at time zone 'UTC')::date, 'system', $2) returning run_id`,
        [cause, new Date(now())],
      )
      return perform(row!.run_id)
    },
    runWaiting: async () => {
      for (const row of await database.query<{ run_id: number }>(
        'select run_id from disposition_run where ended_at is null order by run_id',
      ))
        await perform(row.run_id)
    },
    filed: async mailboxId => {
      const rows = await database.query<{ item_id: string }>(
        'select item_id from filing where mailbox_id = $1 order by item_id',
        [mailboxId],
      )
      return rows.map(row => row.item_id)
    },
  }
}
