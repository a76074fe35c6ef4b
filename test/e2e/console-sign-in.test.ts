/** The command line under a sign-in: the same roles as in the portal, and no way back to break-glass unseen. */
import assert from 'node:assert/strict'
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { runCommand, type TestArchive, testArchive, testFolder } from '../../src/testing/archive.ts'

const OWN = 'a heron stands still'

async function console_(archive: TestArchive) {
  const home = await testFolder()
  const run = (words: readonly string[], input = '', environment: Record<string, string> = {}) =>
    runCommand(words, { ...archive.environment, HOME: home, ...environment }, input)
  /** Runs it and gives what it printed; fails if it failed. */
  const done = async (words: readonly string[], input = '', environment: Record<string, string> = {}) => {
    const answer = await run(words, input, environment)
    assert.equal(answer.code, 0, `${words.join(' ')}: ${answer.stderr}`)
    return answer.stdout
  }
  const refused = async (
    words: readonly string[],
    code: string,
    environment: Record<string, string> = {},
  ) => {
    const answer = await run(words, '', environment)
    assert.match(
      answer.stderr,
      new RegExp(`^${code}: `),
      `${words.join(' ')}: ${answer.stdout}${answer.stderr}`,
    )
    assert.equal(answer.code, 4)
  }
  return { home, run, done, refused }
}

test('who signed in does what the roles allow, and nothing more', async t => {
  const archive = await testArchive(t)
  const { home, done, refused } = await console_(archive)
  assert.equal(JSON.parse(await done(['whoami', '--json'])).breakGlass, true)
  const added = JSON.parse(await done(['person', 'add', 'anna', '--name', 'Anna Plover', '--json']))
  await done(['role-group', 'add-member', 'compliance administrator', 'anna'])
  await done(['sign-in', '--user', 'Anna', '--password-stdin'], `${added.password}\n${OWN}\n`)
  const [file] = await readdir(join(home, '.config', 'holdfast'))
  assert.equal((await stat(join(home, '.config', 'holdfast', file!))).mode & 0o777, 0o600)
  const who = JSON.parse(await done(['whoami', '--json']))
  assert.deepEqual([who.actor, who.breakGlass], ['person:anna', false])
  await done(['status'])
  await done(['connector', 'list'])
  await done(['audit', 'list'])
  await done(['mailbox', 'list']).catch(() => assert.fail('View-Only Configuration sees the directory'))
  const people = join(home, 'people.csv')
  await writeFile(people, 'Address,Display Name\nbo@example.com,Bo\n')
  for (const words of [
    ['directory', 'import', people],
    ['person', 'list'],
    ['role-group', 'add', 'Mine', '--role', 'Preview'],
    ['backup', join(home, 'backup')],
    ['reindex'],
    ['init', '--master-key-copied'],
    ['connector', 'run', '1'],
    ['unmapped', 'replay'],
    ['search', 'lunch'],
    ['mailbox', 'show', 'unmapped'],
    ['message', 'show', '019a9f3e-5c00-8a2b-9c3d-0123456789ab'],
  ])
    await refused(words, 'ROLE_MISSING')
  await done(['sign-out'])
  await done(['directory', 'import', people])
  const entries = JSON.parse(await done(['audit', 'list', '--act', 'directory.*', '--json']))
  assert.match(entries.entries[0].actor, /^console:/)
})

test('a sign-in that has ended is told, and does not become break-glass', async t => {
  const archive = await testArchive(t)
  const { home, done, refused, run } = await console_(archive)
  const added = JSON.parse(await done(['person', 'add', 'anna', '--name', 'Anna', '--json']))
  const wrong = await run(['sign-in', '--user', 'anna', '--password-stdin'], 'wrong\n')
  assert.match(wrong.stderr, /^SIGN_IN_WRONG: /)
  await done(['sign-in', '--user', 'anna', '--password-stdin'], `${added.password}\n${OWN}\n`)
  await archive.ground.database.execute('update session set expires_at = now() - interval $$1 minute$$')
  await refused(['status'], 'SESSION_EXPIRED')
  await refused(['whoami'], 'SESSION_EXPIRED')
  const folder = join(home, '.config', 'holdfast')
  const [file] = await readdir(folder)
  assert.ok(
    !(await readFile(join(folder, file!), 'utf8')).includes('anna'),
    'the file holds the secret alone',
  )
  await writeFile(join(folder, file!), 'broken')
  await refused(['status'], 'SESSION_EXPIRED')
  await done(['sign-out'])
  await done(['status'])
})

test('a token acts for its owner with its roles alone, and a bad one is refused', async t => {
  const archive = await testArchive(t)
  const { done, refused } = await console_(archive)
  const added = JSON.parse(await done(['person', 'add', 'anna', '--name', 'Anna', '--json']))
  await done(['role-group', 'add-member', 'Organization Management', 'anna'])
  await refused(['token', 'add', 'Nightly', '--role', 'View-Only Configuration'], 'SESSION_NEEDED')
  await done(['sign-in', '--user', 'anna', '--password-stdin'], `${added.password}\n${OWN}\n`)
  const made = JSON.parse(
    await done(['token', 'add', 'Nightly', '--role', 'view-only configuration', '--days', '7', '--json']),
  )
  await done(['sign-out'])
  const token = { HOLDFAST_TOKEN: made.text }
  const who = JSON.parse(await done(['whoami', '--json'], '', token))
  assert.equal(who.actor, `person:anna/token-${made.tokenId}`)
  await done(['status'], '', token)
  await refused(['person', 'list'], 'ROLE_MISSING', token)
  await refused(['status'], 'TOKEN_REFUSED', { HOLDFAST_TOKEN: `${made.text}x` })
  await refused(['status'], 'TOKEN_REFUSED', { HOLDFAST_TOKEN: '' })
  assert.match(await done(['token', 'list']), /Nightly/)
  await done(['token', 'revoke', String(made.tokenId)])
  await refused(['status'], 'TOKEN_REFUSED', token)
})

test('a role group is limited on the console, and the last who can give roles stays', async t => {
  const archive = await testArchive(t)
  await archive.addPeople(
    'Address,Display Name,Department\nbo@example.com,Bo,Trading\ncia@example.com,Cia,Legal\n',
  )
  const { done, run } = await console_(archive)
  await done(['role-group', 'add', 'Trading readers', '--role', 'Preview'])
  assert.match(
    await done(['role-group', 'limit', 'Trading readers', '--where', 'Department=Trading|Risk']),
    /Reaches 1 of 4 mailboxes/,
  )
  const added = JSON.parse(await done(['person', 'add', 'dan', '--name', 'Dan', '--json']))
  await done(['role-group', 'add-member', 'Trading readers', 'dan'])
  assert.match(
    await done(['role-group', 'show', 'trading readers']),
    /Department = Risk or Trading[\s\S]*Member {4}dan/,
  )
  await done(['sign-in', '--user', 'dan', '--password-stdin'], `${added.password}\n${OWN}\n`)
  const seen = JSON.parse(await done(['mailbox', 'list', '--json'])) as { address: string }[]
  assert.deepEqual(
    seen.map(({ address }) => address),
    ['bo@example.com'],
  )
  await done(['sign-out'])
  await done(['role-group', 'add-member', 'Organization Management', 'dan'])
  const last = await run(['person', 'disable', 'dan'])
  assert.match(last.stderr, /^ROLE_MANAGER_LAST: /)
  await done(['role-group', 'add-role', 'Organization Management', 'mailbox import export'])
  assert.doesNotMatch(await done(['role-group', 'list']), /belongs to no role group/)
})

test('an archive that is made has an administrator, whose password is shown this once', async () => {
  const folder = await testFolder()
  await chmod(folder, 0o755)
  const environment = { HOLDFAST_DATA: join(folder, 'archive'), HOLDFAST_LOG_LEVEL: 'silent', HOME: folder }
  const made = await runCommand(['init', '--organisation', 'Northwind Harbour'], environment)
  assert.equal(made.code, 0, made.stderr)
  const password = /^ +Password +(\S+)$/m.exec(made.stdout)?.[1]
  assert.ok(password, made.stdout)
  const entered = await runCommand(
    ['sign-in', '--user', 'administrator', '--password-stdin'],
    environment,
    `${password}\n${OWN}\n`,
  )
  assert.equal(entered.code, 0, entered.stderr)
  const status = await runCommand(['status'], environment)
  assert.equal(status.code, 0, status.stderr)
  assert.ok(!status.stdout.includes(password))
})
