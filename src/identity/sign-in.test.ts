import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { hash } from '@node-rs/argon2'
import { Secret, TOTP } from 'otpauth'
import { IDENTITY_START, TEST_PASSWORD, type TestIdentity, testIdentity } from '../testing/identity.ts'
import {
  addFirstAdministrator,
  addPerson,
  authenticate,
  beginSecondFactor,
  changePassword,
  confirmSecondFactor,
  editPerson,
  endSession,
  findPerson,
  giveSecondFactor,
  listSessions,
  recoveryCodesLeft,
  removeOwnSecondFactor,
  resetPassword,
  saveSignInSettings,
  signIn,
  signOutEverywhere,
} from './identity.ts'

const MINUTE = 60_000
const wrong = { code: 'SIGN_IN_WRONG', message: 'user name or password is wrong' }

const enter = (identity: TestIdentity, username: string, password = TEST_PASSWORD) =>
  signIn(identity, { username, password, place: 'portal', address: '192.0.2.7' })

const codeAt = (secret: string, at: number) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at })

/** Until somebody waits for a lock of this database. */
async function waiting({ database }: TestIdentity): Promise<void> {
  const asked = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  while ((await database.query(asked)).length === 0) await setTimeout(20)
}

async function withFactor(identity: TestIdentity, username: string) {
  const person = await identity.person(username)
  const owner = { personId: person.personId, username }
  const { secret, uri } = await beginSecondFactor(identity, owner, 'Northwind')
  const actor = { name: `person:${username}`, breakGlass: false, roles: new Map() }
  const codes = await confirmSecondFactor(identity, actor, owner, codeAt(secret, identity.clock.now()))
  return { person, actor, secret, uri, codes }
}

test('the first administrator changes the generated password, and may then manage roles but read nothing', async t => {
  const identity = await testIdentity(t)
  const made = await addFirstAdministrator(identity, identity.console)
  assert.equal(await addFirstAdministrator(identity, identity.console), null)
  assert.ok(made)
  const first = await enter(identity, made.username, made.password)
  assert.equal(first.state, 'password-change-needed')
  const arriving = await identity.caller(first.secret)
  assert.equal(arriving?.actor.roles?.size, 0, 'nobody may do anything before the first password is changed')
  await assert.rejects(changePassword(identity, first, made.password, made.password), {
    code: 'PASSWORD_WEAK',
  })
  await assert.rejects(changePassword(identity, first, 'not the password', TEST_PASSWORD), {
    code: 'PASSWORD_WRONG',
  })
  const changed = await changePassword(identity, first, made.password, TEST_PASSWORD)
  assert.equal(changed.state, 'signed-in')
  const roles = (await identity.caller(changed.secret))?.actor.roles
  assert.deepEqual([...(roles?.keys() ?? [])].sort(), [
    'Audit Logs',
    'Mail Recipients',
    'Organization Configuration',
    'Retention Management',
    'Role Management',
    'View-Only Configuration',
  ])
})

test('an unknown name and a wrong password get the same answer, after as much work', async t => {
  const identity = await testIdentity(t)
  await identity.person('anna')
  await identity.person('berit')
  await editPerson(identity, identity.console, (await findPerson(identity.database, 'berit'))!.personId, {
    status: 'disabled',
  })
  const work = async (username: string) => {
    const before = process.cpuUsage()
    identity.pass(1)
    await assert.rejects(enter(identity, username, 'not the password'), wrong)
    const { user, system } = process.cpuUsage(before)
    return user + system
  }
  await work('warm-up')
  const known = await work('anna')
  const unknown = await work('nobody-has-this-name')
  assert.ok(unknown > known / 3, `an unknown name took ${unknown} µs of work, a known one ${known}`)
  identity.pass(1)
  await assert.rejects(enter(identity, 'berit'), wrong)
  const refusals = await identity.entries('session.refused')
  assert.deepEqual(
    refusals.map(({ actor, subject, detail }) => [actor, subject, detail.why]),
    [
      ['nobody', '', 'unknown-name'],
      ['nobody', 'person:1', 'wrong-password'],
      ['nobody', '', 'unknown-name'],
      ['nobody', 'person:2', 'disabled'],
    ],
  )
  const text = JSON.stringify(refusals)
  for (const secret of ['nobody-has-this-name', 'not the password', '192.0.2.7'])
    assert.ok(!text.includes(secret), `the log shows ${secret}`)
})

test('five wrong attempts lock a name, whether or not anybody has it, for a minute, then longer', async t => {
  const identity = await testIdentity(t)
  await identity.person('anna')
  for (const name of ['anna', 'nobody']) {
    for (let attempt = 0; attempt < 5; attempt++) await assert.rejects(enter(identity, name, 'wrong'), wrong)
    const until = new Date(identity.clock.now() + MINUTE).toISOString()
    const locked = {
      code: 'SIGN_IN_LOCKED',
      message: `too many wrong attempts; the next is taken at ${until}`,
    }
    await assert.rejects(enter(identity, name, 'wrong'), locked)
    await assert.rejects(enter(identity, name), locked, 'the right password opens nothing while locked')
  }
  identity.pass(MINUTE)
  await assert.rejects(enter(identity, 'anna', 'wrong'), wrong)
  identity.pass(MINUTE)
  await assert.rejects(enter(identity, 'anna'), { code: 'SIGN_IN_LOCKED' })
  identity.pass(MINUTE)
  assert.equal((await enter(identity, 'anna')).state, 'signed-in')
  for (let attempt = 0; attempt < 4; attempt++) await assert.rejects(enter(identity, 'anna', 'wrong'), wrong)
  assert.equal((await enter(identity, 'anna')).state, 'signed-in', 'a sign-in begins the count anew')
  const refusals = await identity.entries('session.refused')
  assert.equal(refusals.find(({ detail }) => detail.held === 2)?.subject, 'person:1', 'what was held is told')
})

test('a lock is an hour at most', async t => {
  const identity = await testIdentity(t)
  for (let attempt = 0; attempt < 20; attempt++) {
    await enter(identity, 'anna', 'wrong').catch(() => {})
    identity.pass(60 * MINUTE)
  }
  await assert.rejects(enter(identity, 'anna', 'wrong'), wrong)
})

test('many attempts at once are counted as many', async t => {
  const identity = await testIdentity(t)
  await identity.person('anna')
  const outcomes = await Promise.all(
    Array.from({ length: 12 }, () => enter(identity, 'anna', 'wrong').catch(error => error.code as string)),
  )
  assert.equal(outcomes.filter(code => code === 'SIGN_IN_WRONG').length, 5)
  assert.equal(outcomes.filter(code => code === 'SIGN_IN_LOCKED').length, 7)
})

test('a hash made with less is made anew at a sign-in', async t => {
  const identity = await testIdentity(t)
  const { personId } = await identity.person('anna')
  const weak = await hash(TEST_PASSWORD, { memoryCost: 8192, timeCost: 1, parallelism: 1 })
  await identity.database.execute('update person set password_hash = $2 where person_id = $1', [
    personId,
    weak,
  ])
  await enter(identity, 'anna')
  const [row] = await identity.database.query<{ password_hash: string }>('select password_hash from person')
  assert.match(row!.password_hash, /m=19456,t=2,p=1/)
  await enter(identity, 'anna')
})

test('a session has a fresh secret each time it comes to mean more, and the one before is worth nothing', async t => {
  const identity = await testIdentity(t)
  const { secret } = await withFactor(identity, 'anna')
  await resetPassword(identity, identity.console, 1)
  const [{ password_hash: stored } = { password_hash: '' }] = await identity.database.query<{
    password_hash: string
  }>('select password_hash from person')
  assert.ok(stored)
  await identity.database.execute('update person set password_hash = $1', [await hash(TEST_PASSWORD)])
  identity.pass(MINUTE)
  const first = await enter(identity, 'anna')
  assert.equal(first.state, 'second-factor-needed')
  await assert.rejects(changePassword(identity, first, TEST_PASSWORD, 'another good password'), {
    code: 'SECOND_FACTOR_NEEDED',
  })
  const second = await giveSecondFactor(identity, first, codeAt(secret, identity.clock.now()))
  assert.equal(second.state, 'password-change-needed')
  const third = await changePassword(identity, second, TEST_PASSWORD, 'another good password')
  assert.equal(third.state, 'signed-in')
  assert.equal(new Set([first.secret, second.secret, third.secret]).size, 3)
  assert.equal(await identity.caller(first.secret), null)
  assert.equal(await identity.caller(second.secret), null)
  assert.equal((await identity.caller(third.secret))?.state, 'signed-in')
  const rows = await identity.database.query('select secret_hash from session')
  assert.ok(!JSON.stringify(rows).includes(third.secret), 'the secret itself is stored nowhere')
  await assert.rejects(giveSecondFactor(identity, first, codeAt(secret, identity.clock.now() + 30_000)), {
    code: 'SESSION_EXPIRED',
  })
})

test('a code is good once, within a step of the clock, and a recovery code is good once', async t => {
  const identity = await testIdentity(t)
  const { secret, uri, codes, person } = await withFactor(identity, 'anna')
  assert.match(uri, /^otpauth:\/\/totp\/Holdfast%20\(Northwind\):anna\?.*secret=[A-Z2-7]{32}/)
  const waiting = async () => enter(identity, 'anna')
  const at = IDENTITY_START
  await assert.rejects(giveSecondFactor(identity, await waiting(), codeAt(secret, at)), {
    code: 'SECOND_FACTOR_WRONG',
  })
  identity.pass(MINUTE)
  for (const off of [-2, 2])
    await assert.rejects(
      giveSecondFactor(identity, await waiting(), codeAt(secret, identity.clock.now() + off * 30_000)),
      { code: 'SECOND_FACTOR_WRONG' },
    )
  const ahead = codeAt(secret, identity.clock.now() + 30_000)
  assert.equal((await giveSecondFactor(identity, await waiting(), ahead)).state, 'signed-in')
  for (const off of [1, 0])
    await assert.rejects(
      giveSecondFactor(identity, await waiting(), codeAt(secret, identity.clock.now() + off * 30_000)),
      { code: 'SECOND_FACTOR_WRONG' },
      'neither the code that was used nor one before it',
    )
  assert.equal(codes.length, 10)
  const typed = codes[3]!.toUpperCase().replaceAll('-', ' ')
  assert.equal((await giveSecondFactor(identity, await waiting(), typed)).state, 'signed-in')
  assert.equal(await recoveryCodesLeft(identity.database, person.personId), 9)
  await assert.rejects(giveSecondFactor(identity, await waiting(), typed), { code: 'SECOND_FACTOR_WRONG' })
  const stored = await identity.database.query<{ totp_secret: Buffer }>('select totp_secret from person')
  assert.ok(!stored[0]!.totp_secret.includes(secret), 'the secret is sealed')
})

test('wrong codes lock the name, also for who knows the password', async t => {
  const identity = await testIdentity(t)
  await withFactor(identity, 'anna')
  for (let attempt = 0; attempt < 5; attempt++)
    await assert.rejects(giveSecondFactor(identity, await enter(identity, 'anna'), '000000'), {
      code: 'SECOND_FACTOR_WRONG',
    })
  await assert.rejects(enter(identity, 'anna'), { code: 'SIGN_IN_LOCKED' })
})

test('one takes the own second factor off with the password', async t => {
  const identity = await testIdentity(t)
  const { person, actor } = await withFactor(identity, 'anna')
  const proof = { password: 'not the password', code: '' }
  await assert.rejects(removeOwnSecondFactor(identity, actor, person.personId, proof), {
    code: 'PASSWORD_WRONG',
  })
  await removeOwnSecondFactor(identity, actor, person.personId, { ...proof, password: TEST_PASSWORD })
  assert.equal((await enter(identity, 'anna')).state, 'signed-in')
  assert.equal((await identity.entries('second-factor.remove')).length, 1)
})

test('who has no password guesses codes to take the second factor off no oftener than to sign in', async t => {
  const identity = await testIdentity(t)
  const { person, actor, codes } = await withFactor(identity, 'anna')
  await identity.database.execute('update person set password_hash = null')
  const remove = (code: string) =>
    removeOwnSecondFactor(identity, actor, person.personId, { password: '', code })
  for (let attempt = 0; attempt < 5; attempt++)
    await assert.rejects(remove('000000'), { code: 'SECOND_FACTOR_WRONG' })
  await assert.rejects(remove(codes[0]!), { code: 'SIGN_IN_LOCKED' })
  assert.equal((await identity.entries('session.refused')).length, 5)
  identity.pass(MINUTE)
  await remove(codes[0]!)
})

test('a sign-in that was on its way while the password was changed opens no session', async t => {
  const identity = await testIdentity(t)
  await identity.person('anna')
  const other = await hash('another password altogether')
  const { entering } = await identity.database.transaction(async tx => {
    await tx.query("select from person where username = 'anna' for update")
    const begun = enter(identity, 'anna')
    await waiting(identity)
    await tx.execute("update person set password_hash = $1 where username = 'anna'", [other])
    await tx.execute('delete from session')
    return { entering: begun }
  })
  await assert.rejects(entering, wrong)
  assert.equal((await identity.entries('session.refused')).at(-1)?.detail.why, 'changed-meanwhile')
})

test('a session ends after an hour without use, and after eight in any case', async t => {
  const identity = await testIdentity(t)
  await identity.person('anna')
  const idle = await identity.session('anna')
  identity.pass(59 * MINUTE)
  assert.ok(await identity.caller(idle))
  identity.pass(60 * MINUTE)
  assert.equal(await identity.caller(idle), null)
  const busy = await identity.session('anna')
  for (let minutes = 0; minutes < 8 * 60 - 30; minutes += 30) {
    assert.ok(await identity.caller(busy), `after ${minutes} minutes`)
    identity.pass(30 * MINUTE)
  }
  identity.pass(31 * MINUTE)
  assert.equal(await identity.caller(busy), null)
})

test('what a page asks by itself while nobody is at it does not keep the session', async t => {
  const identity = await testIdentity(t)
  await identity.person('anna')
  const session = await identity.session('anna')
  const unattended = () => authenticate(identity, { session, token: null, attended: false })
  for (let passed = 0; passed < 55; passed += 5) {
    identity.pass(5 * 60_000)
    assert.ok(await unattended(), `after ${passed + 5} minutes`)
  }
  identity.pass(6 * 60_000)
  assert.equal(await unattended(), null)
  assert.equal(await identity.caller(session), null)
})

test('how long a session lasts is a setting', async t => {
  const identity = await testIdentity(t)
  await identity.person('anna')
  await saveSignInSettings(identity, identity.console, {
    sessionMinutesMax: 60,
    sessionMinutesIdle: 10,
    oidc: null,
  })
  const secret = await identity.session('anna')
  identity.pass(9 * MINUTE)
  assert.ok(await identity.caller(secret))
  identity.pass(10 * MINUTE)
  assert.equal(await identity.caller(secret), null)
})

test('sessions end with sign-out, with a new password, and with the person', async t => {
  const identity = await testIdentity(t)
  const person = await identity.person('anna')
  const actor = await identity.actor('anna')
  await identity.database.execute('delete from session')
  const good = async (...secrets: string[]) => {
    const callers = await Promise.all(secrets.map(identity.caller))
    return callers.map(caller => caller !== null)
  }
  const [one, two] = [await identity.session('anna'), await identity.session('anna')]
  assert.equal((await listSessions(identity, person.personId)).length, 2)
  await endSession(identity, actor, person.personId, (await identity.caller(one))!.session!.sessionId)
  assert.deepEqual(await good(one, two), [false, true])
  const three = await enter(identity, 'anna')
  const changed = await changePassword(identity, three, TEST_PASSWORD, 'another good password')
  assert.deepEqual(await good(two, three.secret, changed.secret), [false, false, true])
  const password = await resetPassword(identity, identity.console, person.personId)
  assert.deepEqual(await good(changed.secret), [false])
  const reset = await enter(identity, 'anna', password)
  assert.equal(reset.state, 'password-change-needed')
  await editPerson(identity, identity.console, person.personId, { status: 'disabled' })
  assert.deepEqual(await good(reset.secret), [false])
  await editPerson(identity, identity.console, person.personId, { status: 'active' })
  const last = await enter(identity, 'anna', password)
  await signOutEverywhere(identity, person)
  assert.deepEqual(await good(last.secret), [false])
})

test('the password after a reset is neither the one before it', async t => {
  const identity = await testIdentity(t)
  const person = await identity.person('anna')
  const password = await resetPassword(identity, identity.console, person.personId)
  const session = await enter(identity, 'anna', password)
  await assert.rejects(changePassword(identity, session, password, TEST_PASSWORD), { code: 'PASSWORD_WEAK' })
})

test("another secret, or another session's, opens nothing", async t => {
  const identity = await testIdentity(t)
  await identity.person('anna')
  const secret = await identity.session('anna')
  for (const other of ['', 'x', secret.slice(1), `${secret}A`, secret.toLowerCase()])
    assert.equal(await identity.caller(other), null)
  assert.equal(await authenticate(identity, { session: null, token: null }), null)
  assert.notEqual(
    (await identity.caller(secret))!.csrfToken,
    (await identity.caller(await identity.session('anna')))!.csrfToken,
  )
})

test('user names are compared in lower case, and no two persons have the same', async t => {
  const identity = await testIdentity(t)
  await identity.person('anna@example.com')
  assert.equal((await enter(identity, ' Anna@Example.COM')).state, 'signed-in')
  await assert.rejects(
    addPerson(identity, identity.console, { username: 'ANNA@example.com', displayName: 'A' }),
    {
      code: 'PERSON_EXISTS',
    },
  )
  for (const username of ['', 'a/token-1', 'two words', '-x', 'a\u0000'])
    await assert.rejects(addPerson(identity, identity.console, { username, displayName: 'A' }), {
      code: 'PERSON_INVALID',
    })
})
