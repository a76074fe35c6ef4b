/**
 * An archive whose items are kept, each for another reason, while a policy deletes everything: for tests of the routes
 * by which content could leave.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { archivePublicKey } from '../../src/audit/audit.ts'
import { type Clock, systemClock } from '../../src/clock.ts'
import { ROLES, type Role } from '../../src/identity/identity.ts'
import { type TestCaller, testApi } from '../../src/testing/api.ts'
import { assertComplete, type TestArchive, testArchive } from '../../src/testing/archive.ts'
import { verifyExportedItem } from '../../src/upkeep/upkeep.ts'
import { ARRIVAL, startTinySite, tinyRecord, WINDOW } from './tiny-site.ts'

/** Whom every message is from. */
export const OUTSIDER = '+447700900777'

/** Mailboxes by what keeps what is in them. */
export const PEOPLE = {
  anna: 'a litigation hold',
  bo: 'the query of a hold, which it matches',
  cai: 'the query of a hold, which cannot tell',
  dana: 'the retention of a policy',
  erik: 'the retention of a label',
  fay: 'a policy with a preservation lock',
  kim: 'a hold that is given other days',
  lea: 'a hold that is moved to another mailbox',
  mia: 'a hold that is released',
  jan: 'a hold that comes while its review waits',
  gus: 'nothing; it is due',
  hugo: 'nothing, and nothing deletes it',
} as const

export type Person = keyof typeof PEOPLE

export const addressOf = (person: Person): string => `${person}@example.com`
export const numberOf = (person: Person): string => `447700900${101 + Object.keys(PEOPLE).indexOf(person)}`
/** A word of that person's message alone. */
export const wordOf = (person: Person): string => `${person}sandpiper`

export const peopleCsv = (people: readonly Person[]): string =>
  `Address,Display Name\r\n${people.map(person => `${addressOf(person)},${person}\r\n`).join('')}`

export const mappingCsv = (people: readonly Person[]): string =>
  `External User ID,Microsoft 365 User Mailbox\r\n${people.map(person => `${numberOf(person)},${addressOf(person)}\r\n`).join('')}`

export const EVERYBODY = Object.keys(PEOPLE) as Person[]

type Item = { readonly itemId: string; readonly mailboxId: number; readonly digest: string }

export type KeptArchive = {
  readonly archive: TestArchive
  readonly connectorId: number
  /** Somebody with every role. */
  readonly admin: TestCaller
  itemOf(person: Person): Item
  mailboxIds(people: readonly Person[]): number[]
  /** Calls, with the revision that the path has where it has one; fails unless it answers with success. */
  act(method: string, path: string, body?: unknown): Promise<unknown>
  /** What it answers instead: an error's code, 'done' otherwise. */
  refusal(method: string, path: string, body?: unknown): Promise<string>
  /** Waits until all jobs are done. */
  settled(): Promise<void>
  /** Disposes of whatever is due now. */
  dispose(): Promise<void>
  isThere(person: Person): Promise<boolean>
  /** Fails unless each is there whole: its bytes, its original, its proof, and found in its mailbox. */
  intact(people: readonly Person[], where: string, caller?: TestCaller): Promise<void>
}

export async function keptArchive(t: TestContext, clock: Clock = systemClock): Promise<KeptArchive> {
  const sent = new Date(ARRIVAL - 60_000).toISOString().replace('.000', '')
  const site = await startTinySite(
    EVERYBODY.map(person =>
      tinyRecord({
        id: person,
        from: OUTSIDER.slice(1),
        to: numberOf(person),
        direction: 'In',
        text: `the ${wordOf(person)} calls`,
        sent,
        attachment: person === 'cai' ? [brokenFile()] : [],
      }),
    ),
  )
  t.after(() => site.stop())
  const archive = await testArchive(t, { clock })
  const { ground } = archive
  const { database } = ground
  await archive.addPeople(peopleCsv(EVERYBODY))
  const connector = await archive.addConnector(site, 'o2', { accountId: 'TINY-1' })
  await archive.addMapping(connector, mappingCsv(EVERYBODY))
  await archive.work()
  assertComplete(await archive.run(connector, WINDOW))
  const api = await testApi(t, archive)
  const admin = patient(await api.personWith(Object.keys(ROLES) as Role[]))

  const items = new Map<Person, Item>()
  const rows = await database.query<{ address: string; mailbox_id: number; item_id: string }>(
    'select m.address, f.mailbox_id, f.item_id from filing f join mailbox m using (mailbox_id)',
  )
  const send = async (method: string, path: string, body?: unknown) => {
    const own = path.split('?')[0]!.replace(/\/(lock|release|retire|withdraw|custom-mapping)$/, '')
    const isChange = method !== 'POST' || own !== path
    const etag =
      isChange && method !== 'GET' ? (await admin.call('GET', `/api${own}`)).headers.get('etag') : null
    const isText = typeof body === 'string'
    return admin.call(method, `/api${path}`, {
      ...(body === undefined ? {} : { body }),
      headers: { ...(etag ? { 'if-match': etag } : {}), ...(isText ? { 'content-type': 'text/csv' } : {}) },
    })
  }
  const kept: KeptArchive = {
    archive,
    connectorId: connector.connectorId,
    admin,
    itemOf: person => items.get(person)!,
    mailboxIds: people => people.map(person => items.get(person)!.mailboxId),
    act: async (method, path, body) => {
      const answer = await send(method, path, body)
      assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`)
      return answer.text === '' || !answer.headers.get('content-type')?.includes('json')
        ? null
        : answer.json()
    },
    refusal: async (method, path, body) => {
      const answer = await send(method, path, body)
      return answer.status < 300 ? 'done' : answer.json().code
    },
    settled: async () => {
      for (let left = 2_400; ; left--) {
        const [open] = await database.query<{ open: string[] }>(
          `select array_remove(array[
             case when exists (select from retention_evaluation where completed_at is null) then 'evaluation' end,
             case when exists (select from hold_sweep) then 'sweep' end,
             case when exists (select from filing where hold_pending) then 'query of a hold' end,
             case when exists (select from disposition_run where ended_at is null) then 'disposal' end,
             case when exists (select from in_place_archive_run where completed_at is null) then 'archive' end,
             case when exists (select from replay where completed_at is null) then 'replay' end,
             case when exists (select from erasure_request where state = 'working') then 'erasure' end,
             case when exists (select from run where status not in ('complete', 'incomplete', 'failed')) then 'run' end,
             case when exists (select from attachment_text where state = 'waiting') then 'attachment' end
           ], null) as open`,
        )
        if (open!.open.length === 0) return
        assert.ok(left > 0, `still open: ${open!.open.join(', ')}`)
        await wait(25)
      }
    },
    dispose: async () => {
      await kept.settled()
      await archive.seal()
      const run = (await kept.act('POST', '/disposition/runs')) as { runId: number }
      await kept.settled()
      const ended = (await kept.act('GET', `/disposition/runs/${run.runId}`)) as {
        state: string
        code: string
      }
      assert.equal(ended.state, 'complete', ended.code)
    },
    isThere: async person =>
      (await database.query('select from filing where item_id = $1', [items.get(person)!.itemId])).length > 0,
    intact: async (people, where, caller = admin) => {
      await kept.settled()
      await archive.seal()
      for (const person of people) {
        const { itemId, mailboxId, digest } = items.get(person)!
        const what = `${person} (${PEOPLE[person]}) after ${where}`
        const { message, original } = await bytesOf(caller, itemId, what)
        assert.equal(digestOf(message, original), digest, what)
        const proof = await caller.call('GET', `/api/items/${itemId}/proof`)
        assert.equal(proof.status, 200, `${what}: ${proof.text}`)
        const verdict = verifyExportedItem({
          proof: proof.text,
          message,
          original,
          publicKey: archivePublicKey(ground.keyring, ground.archive.archiveId),
          earlierCheckpoint: null,
        })
        assert.deepEqual([verdict.ok, verdict.ok && verdict.origin], [true, 'proven'], what)
        const found = await caller.call('POST', '/api/search', {
          body: { query: wordOf(person), mailboxIds: [mailboxId] },
        })
        assert.equal(found.status, 200, `${what}: ${found.text}`)
        assert.deepEqual(
          found.json().rows.map((row: { itemId: string }) => row.itemId),
          [itemId],
          what,
        )
      }
    },
  }
  for (const person of EVERYBODY) {
    const own = rows.filter(row => row.address === addressOf(person))
    assert.equal(own.length, 1, person)
    const { item_id: itemId, mailbox_id: mailboxId } = own[0]!
    const { message, original } = await bytesOf(admin, itemId, person)
    items.set(person, { itemId, mailboxId, digest: digestOf(message, original) })
  }
  return kept
}

/** Comes again where it has called too often. */
export function patient(caller: TestCaller): TestCaller {
  return {
    ...caller,
    call: async (...call) => {
      for (;;) {
        const answer = await caller.call(...call)
        if (answer.status !== 429) return answer
        await wait(500)
      }
    },
  }
}

/** A PDF that cannot be read, so that no query can tell what is in it. */
function brokenFile(): Record<string, unknown> {
  const content = Buffer.from('%PDF-1.7 no more of it')
  return {
    name: 'b.pdf',
    contentType: 'application/pdf',
    attachSize: content.length,
    content: content.toString('base64'),
  }
}

async function bytesOf(caller: TestCaller, itemId: string, what: string) {
  const [message, original] = await Promise.all(
    ['message', 'original'].map(async part => {
      const answer = await caller.call('GET', `/api/items/${itemId}/${part}`)
      assert.equal(answer.status, 200, `${what}: ${answer.text}`)
      return Buffer.from(answer.text)
    }),
  )
  return { message: message!, original: original! }
}

const digestOf = (...parts: readonly Buffer[]): string =>
  createHash('sha256').update(Buffer.concat(parts)).digest('hex')
