/** The archive of the simulation: its people and sources, its clocks, which a test sets, and a worker that can be killed. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../../src/clock.ts'
import type { Connector } from '../../src/connector/connector.ts'
import { openDatabase } from '../../src/database/database.ts'
import { requestDueErasures } from '../../src/erasure/erasure.ts'
import { requestDailyArchiving } from '../../src/in-place-archive/in-place-archive.ts'
import { startWorker } from '../../src/pipeline/pipeline.ts'
import { changeDispositionSettings, requestDueDisposition } from '../../src/retention/retention.ts'
import { assertComplete, type TestArchive, testArchive } from '../../src/testing/archive.ts'
import type { Draw } from '../../src/testing/keeping.ts'
import { eml, startTinySite, type TinySite, tinyMail, tinyRecord } from '../e2e/tiny-site.ts'
import type { Copy, ModelItem } from './keeping-model.ts'
import { type Stage, workAll } from './keeping-work.ts'

export const DAY = 86_400_000
export const START = Date.UTC(2016, 1, 27, 12)

/** What queries ask for; each text has one of them. */
export const WORDS = ['whimbrel', 'curlew', 'dunlin', 'sanderling', 'knot'] as const
export const DEPARTMENTS = ['Sales', 'Trading', 'Operations'] as const
/** People outside, whom requests for erasure come from. */
export const OUTSIDERS = ['447700900901', '447700900902', '447700900903', '447700900904'] as const
const KINDS = ['pager-message', 'app-message', 'multimedia-message'] as const
const PEOPLE = 8

export type Person = { readonly number: string; readonly address: string; readonly mailboxId: number }

export type Kept = {
  readonly archive: TestArchive
  readonly people: readonly Person[]
  /** All mailboxes that anything is filed in, those without a person too. */
  readonly mailboxIds: readonly number[]
  readonly connectorIds: readonly number[]
  /** The clocks of process and database; the first is what the simulation takes to be the time. */
  now(): number
  setTime(process: number, database?: number): Promise<void>
  /** A second on, so that no two acts are at the same moment. */
  tick(): Promise<number>
  setDepartments(departments: ReadonlyMap<number, string>): Promise<void>
  /** Imports so many items from both sources; returns their copies, as filed. */
  arrive(draw: Draw, count: number): Promise<Copy[]>
  /** What those who serve ask for every few seconds. */
  request(): Promise<void>
  /** The same, and what workers do then. */
  work(): Promise<void>
  /** What workers do, by a process; true if it was killed at this event, and did not come to its end. */
  workAndDie(stage: Stage | 'any', event: string, count: number): Promise<boolean>
  /** All of what is filed, by `mailbox item`. */
  filed(): Promise<Map<string, FiledCopy>>
}

export type FiledCopy = {
  readonly held: number | null
  readonly pending: boolean
  readonly retain: number | null
  readonly due: number | null
  readonly labelId: number | null
  readonly archived: boolean
  readonly inReview: boolean
}

type Context = { after(work: () => Promise<void>): void }

export async function keptArchive(t: Context): Promise<Kept> {
  let now = START
  const archive = await testArchive(t, { clock: { ...systemClock, now: () => now }, pageItems: 5 })
  const { ground } = archive
  const { database } = ground
  const owner = await openDatabase(archive.environment.DATABASE_OWNER_URL!)
  t.after(() => owner.close())
  const setTime: Kept['setTime'] = async (process, ofDatabase = process) => {
    now = process
    await owner.execute(
      `create or replace function keeping_now() returns timestamptz language sql stable
         as $$ select '${new Date(ofDatabase).toISOString()}'::timestamptz $$`,
    )
  }
  await setTime(START)
  const queue = await archive.queue()
  const numbers = Array.from({ length: PEOPLE }, (_, index) => `44770090010${index}`)
  const addressOf = (number: string) => `person-${number.at(-1)}@example.com`
  const directory = (departmentOf: (index: number) => string) =>
    `Address,Display Name,Department\r\n${numbers
      .map((number, index) => `${addressOf(number)},Person ${index},${departmentOf(index)}\r\n`)
      .join('')}`
  await archive.addPeople(directory(index => DEPARTMENTS[index % 3]!))
  const mailboxes = await database.query<{ mailbox_id: number; address: string; kind: string }>(
    'select mailbox_id, address, kind from mailbox order by mailbox_id',
  )
  const people = numbers.map(number => ({
    number,
    address: addressOf(number),
    mailboxId: mailboxes.find(row => row.address === addressOf(number))!.mailbox_id,
  }))
  const sources: { readonly site: TinySite; readonly connector: Connector }[] = []
  for (const product of ['o2', 'enterprise-number']) {
    const site = await startTinySite()
    t.after(() => site.stop())
    const connector = await archive.addConnector(site, product)
    const lines = people.map(each => `${each.number},${each.address}\r\n`)
    await archive.addMapping(connector, `External User ID,Microsoft 365 User Mailbox\r\n${lines.join('')}`)
    sources.push({ site, connector })
  }
  const worker = await startWorker(ground)
  t.after(() => worker.stop())
  await changeDispositionSettings(ground, archive.actor, { runAt: '02:00', unusualVolume: 40 })

  const used = new Set<number>()
  let imported = START
  let made = 0
  const kept: Kept = {
    archive,
    people,
    mailboxIds: mailboxes.filter(row => row.address !== 'quarantine').map(row => row.mailbox_id),
    connectorIds: sources.map(({ connector }) => connector.connectorId),
    now: () => now,
    setTime,
    tick: async () => {
      await setTime(now + 1000)
      return now
    },
    setDepartments: departments =>
      archive.addPeople(directory(index => departments.get(people[index]!.mailboxId)!)),
    arrive: async (draw, count) => {
      const wanted = new Map<number, Pick<ModelItem, 'word' | 'numbers'>>()
      const arrival = () => imported + draw.number(1000, Math.max(1000, now - imported - 1000))
      for (let index = 0; index < count; index++) {
        const source = draw.one([0, 1] as const)
        const at = arrival()
        // Many come late: from a telephone that was never asked before, or with a new contract.
        const old = draw.chance(0.5) ? draw.number(0, 6 * 365 * DAY) : draw.number(60_000, 3 * DAY)
        let sentAt = Math.floor((at - old) / 1000) * 1000
        while (used.has(sentAt)) sentAt -= 1000
        used.add(sentAt)
        const from = draw.chance(0.2) ? draw.one(OUTSIDERS) : draw.one(people).number
        const others = [...people.map(each => each.number), ...OUTSIDERS].filter(each => each !== from)
        const to = draw.one(others)
        const word = draw.one(WORDS)
        const context = draw.one(KINDS)
        const id = `m${++made}`
        const text = `${word} by the quay`
        const record = source === 0 ? recordOf : mailOf
        sources[source]!.site.messages.push(record({ id, at, sentAt, from, to, text, context }))
        wanted.set(sentAt, { word, numbers: [from, to] })
      }
      const window = { from: imported, to: now }
      const runs = await Promise.all(sources.map(({ connector }) => archive.run(connector, window)))
      for (const run of runs) assertComplete(run)
      imported = now
      for (const { site } of sources) site.messages.length = 0
      return copiesOf(await newItems(kept, [...wanted.keys()]), wanted)
    },
    request: async () => {
      await requestDueDisposition(ground, queue)
      await requestDueErasures(ground, queue)
      await requestDailyArchiving(ground, queue)
    },
    work: async () => {
      await kept.request()
      await workAll(ground)
    },
    workAndDie: async (stage, event, count) =>
      hunt({ ...archive.environment, KEEPING_NOW: String(now) }, [stage, event, String(count)]),
    filed: async () => {
      const rows = await database.query<FiledCopy & { mailbox_id: number; item_id: string }>(
        `select f.mailbox_id, f.item_id, ${epoch('f.held_until')} as held, coalesce(f.hold_pending, false) as pending,
           ${epoch('f.retain_until')} as retain, ${epoch('f.delete_at')} as due, f.label_id as "labelId",
           f.archived_at is not null as archived, r.item_id is not null as "inReview"
         from filing f left join disposition_review r
           on r.item_id = f.item_id and r.mailbox_id = f.mailbox_id and r.ended_at is null`,
      )
      return new Map(rows.map(row => [`${row.mailbox_id} ${row.item_id}`, row]))
    },
  }
  return kept
}

const epoch = (column: string): string => `round(extract(epoch from ${column})::float8 * 1000)`

type Sent = {
  id: string
  at: number
  sentAt: number
  from: string
  to: string
  text: string
  context: string
}

function recordOf({ id, at, sentAt, from, to, text, context }: Sent) {
  const sent = new Date(sentAt).toISOString().replace('.000', '')
  const { json, arrival } = tinyRecord({ id, arrival: at, sent, from, to, text })
  return { arrival, json: json.replace('"pager-message"', JSON.stringify(context)) }
}

function mailOf({ id, at, sentAt, from, to, text, context }: Sent) {
  const mail = eml({ id, from: `${from}@example.net`, to: `${to}@example.net`, text, user: from })
    .replace(/Date: [^\r]*/, `Date: ${new Date(sentAt).toUTCString().replace('GMT', '+0000')}`)
    .replace('MessageType: pager-message', `MessageType: ${context}`)
  return tinyMail(id, mail, at)
}

type ItemRow = {
  item_id: string
  kind: string
  connector_id: number
  sent_at: Date
  arrived_at: Date
  filed_at: Date
  mailbox_ids: number[]
}

async function newItems({ archive }: Kept, sent: readonly number[]): Promise<ItemRow[]> {
  const rows = await archive.ground.database.query<ItemRow>(
    `select item_id, kind, connector_id, sent_at, arrived_at, filed_at,
       array(select mailbox_id from filing f where f.item_id = i.item_id order by 1) as mailbox_ids
     from item i where sent_at = any($1::timestamptz[]) order by sent_at`,
    [sent.map(at => new Date(at))],
  )
  assert.equal(rows.length, sent.length, 'every message became an item')
  return rows
}

function copiesOf(
  rows: readonly ItemRow[],
  wanted: ReadonlyMap<number, Pick<ModelItem, 'word' | 'numbers'>>,
) {
  return rows.flatMap(row => {
    assert.ok(row.mailbox_ids.length > 0, `item ${row.item_id} is filed`)
    const item: ModelItem = {
      itemId: row.item_id,
      kind: row.kind,
      connectorId: row.connector_id,
      sentAt: row.sent_at.getTime(),
      arrivedAt: row.arrived_at.getTime(),
      importedAt: row.filed_at.getTime(),
      ...wanted.get(row.sent_at.getTime())!,
    }
    return row.mailbox_ids.map(
      (mailboxId): Copy => ({
        item,
        mailboxId,
        labelId: null,
        labelBy: null,
        extendedUntil: null,
        review: 'none',
        wasReviewed: false,
        isGone: false,
      }),
    )
  })
}

const PREY = fileURLToPath(new URL('keeping-prey.ts', import.meta.url))

function hunt(environment: Record<string, string>, words: readonly string[]): Promise<boolean> {
  const child = spawn(process.execPath, [PREY, ...words], {
    env: { PATH: process.env.PATH ?? '', ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return new Promise((resolve, reject) =>
    child.once('exit', (code, signal) => {
      if (signal === 'SIGKILL') resolve(true)
      else if (code === 0) resolve(false)
      else reject(new Error(`the worker ended with ${code ?? signal}`))
    }),
  )
}
