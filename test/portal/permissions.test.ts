/**
 * Permissions in a real browser: the role that no group has, a group limited by the directory, a person added with a
 * password shown once, a token revoked, the organisation's sign-in set up and used; and nobody without the role.
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { findPerson, findRoleGroup, type Role } from '../../src/identity/identity.ts'
import { testApi } from '../../src/testing/api.ts'
import { testArchive } from '../../src/testing/archive.ts'
import { OIDC_CLIENT, testOidcProvider } from '../../src/testing/oidc-provider.ts'
import { checkAxe, type Look, openPage, type Page, settle, signIn, startBrowser } from './browser.ts'

const PEOPLE =
  'Address,Display Name,Department\r\nanna@example.com,Anna Plover,Trading\r\nbo@example.com,Bo Turnstone,Trading\r\ncia@example.com,Cia Tern,Legal\r\n'

async function prepare(t: TestContext) {
  const browser = await startBrowser(t)
  if (browser === null) return null
  const archive = await testArchive(t)
  await archive.addPeople(PEOPLE)
  const api = await testApi(t, archive)
  const open = async (roles: readonly Role[], look?: Look) => {
    const person = await api.personWith(roles)
    await archive.ground.database.execute('update person set must_change_password = false')
    const page = await openPage(browser, api.url, look)
    t.after(() => page.context().close())
    await signIn(page, person.username, person.password)
    return page
  }
  return { browser, archive, api, open }
}

async function go(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.locator('h1').waitFor()
  await settle(page)
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })

test('Mailbox Import Export is in no role group, and is given to Organization Management by a button', async t => {
  const prepared = await prepare(t)
  if (prepared === null) return
  const { archive, open } = prepared
  const page = await open(['Role Management'])
  await go(page, '/permissions')
  await page.getByText('Mailbox Import Export belongs to no role group').waitFor()
  await checkAxe(page)
  await button(page, 'Add it to Organization Management').click()
  await page.getByText('Mailbox Import Export belongs to no role group').waitFor({ state: 'detached' })
  const group = await findRoleGroup(archive.ground, archive.actor, 'Organization Management')
  assert.ok(group.roles.includes('Mailbox Import Export'))
  assert.deepEqual(page.faults, [])
})

test('a role group is made with a limit whose reach is seen, gets a member, and is removed', async t => {
  const prepared = await prepare(t)
  if (prepared === null) return
  const { archive, api, open } = prepared
  const reader = await api.personWith([])
  const page = await open(['Role Management'])
  await go(page, '/permissions/groups/new')
  await page.getByLabel(/^Name/).fill('Trading readers')
  await page.getByText('Read, take out and verify the audit log').click()
  await page.getByText('This group cannot be limited: Audit Logs').waitFor()
  await page.getByText('Read, take out and verify the audit log').click()
  await page.getByText('Read mailboxes, conversations and messages').click()
  await page.getByText('Only some mailboxes').click()
  await page.getByText('Reaches no mailbox').waitFor()
  // A mailbox by name, by the keyboard alone: chosen, offered no more, and taken out again.
  const finder = page.getByRole('combobox', { name: 'Mailboxes by name' })
  await finder.pressSequentially('turnst')
  await page.getByRole('option', { name: /Bo Turnstone/ }).waitFor()
  await checkAxe(page)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByText(/Reaches 1 of \d+ mailboxes/).waitFor()
  await finder.pressSequentially('turnst')
  await page.getByRole('option', { name: 'No mailbox has this name, address or number' }).waitFor()
  await page.keyboard.press('Escape')
  await button(page, 'Remove Bo Turnstone').press('Enter')
  await page.getByText('Reaches no mailbox').waitFor()
  await button(page, 'Add a condition').click()
  await page.getByRole('combobox', { name: 'Attribute' }).click()
  await page.getByRole('option', { name: 'Department' }).click()
  await page.getByRole('combobox', { name: 'Values' }).click()
  await page.getByRole('menuitemcheckbox', { name: /Trading/ }).click()
  await page.keyboard.press('Escape')
  await page.getByText(/Reaches 2 of \d+ mailboxes/).waitFor()
  await page.getByText('Anna Plover, Bo Turnstone').waitFor()
  await checkAxe(page)
  await button(page, 'Add role group').click()
  await page.waitForURL(/\/permissions\/groups\/\d+$/)
  await page.getByRole('combobox', { name: 'Add a member' }).pressSequentially(reader.username)
  await page.getByRole('option', { name: new RegExp(reader.username) }).click()
  await page.getByRole('link', { name: 'Person 1' }).waitFor()
  const seen = (await reader.call('GET', '/api/session')).json()
  assert.deepEqual(seen.roles, [{ role: 'Preview', limited: true }])
  await button(page, 'Remove role group').click()
  await page.getByText('Its 1 member loses what it gives at once.').waitFor()
  await button(page, 'Remove role group').last().click()
  await page.waitForURL(/\/permissions$/)
  assert.deepEqual((await reader.call('GET', '/api/session')).json().roles, [])
  await assert.rejects(findRoleGroup(archive.ground, archive.actor, 'Trading readers'))
  assert.deepEqual(page.faults, [])
})

test('a person is added with a password that is shown once, and is disabled', async t => {
  const prepared = await prepare(t)
  if (prepared === null) return
  const { archive, api, open } = prepared
  const page = await open(['Role Management'])
  await go(page, '/permissions/people/new')
  await page.getByLabel(/^Name/).fill('Dag Heron')
  await page.getByLabel(/^User name/).fill('Dag@example.com')
  await page.getByRole('group').getByText('Records Management').click()
  await button(page, 'Add person').last().click()
  await page.getByText('The password of Dag Heron').waitFor()
  await checkAxe(page)
  const password = await page.getByLabel('Password', { exact: true }).last().inputValue()
  await button(page, 'Close').last().click()
  await page.waitForURL(/\/permissions\/people\/\d+$/)
  const enter = () => api.call('POST', '/api/session', { body: { username: 'dag@example.com', password } })
  assert.equal((await enter()).json().state, 'password-change-needed')
  await page.getByRole('link', { name: 'Records Management' }).waitFor()
  await button(page, 'Disable').click()
  await button(page, 'Disable').last().click()
  await button(page, 'Enable').waitFor()
  assert.equal((await enter()).status, 401)
  assert.equal((await findPerson(archive.ground.database, 'dag@example.com'))?.status, 'disabled')
  await go(page, '/permissions/people?q=nobody-of-this-name')
  await button(page, 'Show everybody').click()
  await page.getByRole('link', { name: /Dag Heron/ }).waitFor()
  assert.deepEqual(page.faults, [])
})

test("anybody's token is revoked, and acts on the console are told", async t => {
  const prepared = await prepare(t)
  if (prepared === null) return
  const { archive, api, open } = prepared
  const owner = await api.personWith(['Audit Logs'])
  await archive.command(['role-group', 'add', 'Made on the console'])
  const page = await open(['Role Management', 'Audit Logs'])
  await go(page, '/permissions/tokens')
  await page.getByText(/1 act on the console without a sign-in/).waitFor()
  await checkAxe(page)
  const row = page.getByRole('row').filter({ hasText: owner.username })
  await row.getByRole('button', { name: /Revoke/ }).click()
  await button(page, 'Revoke').last().click()
  await row.getByText('Revoked').waitFor()
  assert.equal((await owner.call('GET', '/api/session')).status, 401)
  await page.getByRole('link', { name: 'Show in Audit' }).click()
  await page.waitForURL(/\/audit\?breakGlass=true/)
  assert.deepEqual(page.faults, [])
})

test("the organisation's sign-in is tested, saved and used from the sign-in page", async t => {
  const prepared = await prepare(t)
  if (prepared === null) return
  const { browser, api, open } = prepared
  const provider = await testOidcProvider(t, `${api.url}/api/session/oidc/callback`)
  const page = await open(['Organization Configuration', 'Role Management'])
  await go(page, '/settings/sign-in')
  await page.getByText('Sign in with an organisation account').click()
  await page.getByLabel(/^Issuer/).fill(provider.issuer)
  await button(page, 'Test').click()
  await page.getByText(`The provider answers as ${provider.issuer}`).waitFor()
  await page.getByLabel(/^Client ID/).fill(OIDC_CLIENT.clientId)
  await page.getByLabel(/^Client secret/).fill(OIDC_CLIENT.clientSecret)
  await page.getByLabel(/^Name on the button/).fill('Kestrel')
  await page.getByLabel(/^Scopes/).fill('openid email')
  await page.getByText('Is added, without any role').click()
  await checkAxe(page)
  await button(page, 'Save').click()
  await page.getByText('Sign-in settings are saved').waitFor()
  await page.reload()
  await page.getByText('There is one. It is never shown').waitFor()
  assert.ok(!(await page.content()).includes(OIDC_CLIENT.clientSecret))

  provider.account = { sub: 'eva', preferred_username: 'eva@example.com', name: 'Eva Dunlin' }
  const other = await openPage(browser, api.url)
  t.after(() => other.context().close())
  await other.goto('/account/password')
  await other.getByRole('link', { name: 'Sign in with Kestrel' }).click()
  await other.locator('#content').waitFor()
  assert.match(other.url(), /\/account\/password$/, 'back where one wanted to be')
  await other.getByText('Eva Dunlin (eva@example.com)').waitFor()
  assert.deepEqual(page.faults, [])
})

test('without Role Management there is no such page, and it says who can give the role', async t => {
  const prepared = await prepare(t)
  if (prepared === null) return
  const page = await prepared.open(['Audit Logs'])
  await go(page, '/permissions')
  await page
    .getByText(/Role Management/)
    .first()
    .waitFor()
  assert.equal(await page.getByRole('navigation').getByText('Permissions').count(), 0)
  assert.equal(await page.getByRole('table').count(), 0)
})

test('the pages hold in Swedish, in the dark, and on a phone', async t => {
  const prepared = await prepare(t)
  if (prepared === null) return
  const page = await prepared.open(['Role Management', 'Organization Configuration'], {
    language: 'sv',
    theme: 'dark',
    width: 390,
  })
  for (const path of [
    '/permissions',
    '/permissions/groups/2',
    '/permissions/people',
    '/permissions/people/1',
    '/permissions/people/new',
    '/permissions/tokens',
    '/settings/sign-in',
  ]) {
    await go(page, path)
    await checkAxe(page)
    const wide = await page.locator('html').evaluate(html => html.scrollWidth - html.clientWidth)
    assert.ok(wide <= 0, `${path} is ${wide} pixels too wide`)
  }
  assert.deepEqual(page.faults, [])
})
