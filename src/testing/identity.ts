/** What identity stands on, for tests: a real database with keys and role groups, and a clock that a test moves. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { manualClock } from '../clock.ts'
import type { Database } from '../database/database.ts'
import {
  type Actor,
  addMember,
  addPerson,
  authenticate,
  type Caller,
  changePassword,
  ensureRoleGroups,
  findRoleGroup,
  type Person,
  signIn,
} from '../identity/identity.ts'
import { createKeyring, type Keyring } from '../keyring/keyring.ts'
import { testDatabase } from './database.ts'

export const IDENTITY_START = Date.UTC(2026, 10, 20, 9, 0, 0)
/** Good enough for everybody in a test. */
export const TEST_PASSWORD = 'a heron stands still'

export type TestIdentity = {
  readonly database: Database
  readonly keyring: Keyring
  readonly clock: ReturnType<typeof manualClock>
  /** Whoever holds the console. */
  readonly console: Actor
  /** Moves the clock on. */
  pass(milliseconds: number): void
  /** Adds a person with TEST_PASSWORD who has changed the first one, in these role groups. */
  person(username: string, ...groups: readonly string[]): Promise<Person>
  /** The secret of a fresh session of theirs. */
  session(username: string): Promise<string>
  caller(secret: string): Promise<Caller | null>
  /** What they may do now. */
  actor(username: string): Promise<Actor>
  /** The audit log's entries of these acts, oldest first. */
  entries(act: string): Promise<{ actor: string; subject: string; detail: Record<string, unknown> }[]>
}

export async function testIdentity(t: { after(work: () => Promise<void>): void }): Promise<TestIdentity> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-identity-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const { database } = await testDatabase(t)
  const clock = manualClock(IDENTITY_START)
  const keyring = await database.transaction(async tx => {
    await ensureRoleGroups(tx, clock.now())
    return createKeyring(tx, join(folder, 'master.key'), clock)
  })
  const ground = { database, keyring, clock }
  const root: Actor = { name: 'console:tester', breakGlass: true, roles: null }
  const session = async (username: string) =>
    (await signIn(ground, { username, password: TEST_PASSWORD, place: 'portal' })).secret
  const identity: TestIdentity = {
    ...ground,
    console: root,
    pass: milliseconds => clock.set(clock.now() + milliseconds),
    person: async (username, ...groups) => {
      const { person } = await addPerson(ground, root, {
        username,
        displayName: username,
        password: `${TEST_PASSWORD} first`,
      })
      const first = await signIn(ground, { username, password: `${TEST_PASSWORD} first`, place: 'portal' })
      await changePassword(ground, first, `${TEST_PASSWORD} first`, TEST_PASSWORD)
      for (const name of groups) {
        const group = await findRoleGroup(ground, root, name)
        await addMember(ground, root, group.roleGroupId, person.personId)
      }
      return person
    },
    session,
    caller: secret => authenticate(ground, { session: secret, token: null }),
    actor: async username =>
      (await authenticate(ground, { session: await session(username), token: null }))!.actor,
    entries: act =>
      database.query('select actor, subject, detail from audit_entry where act = $1 order by at, entry_id', [
        act,
      ]),
  }
  return identity
}
