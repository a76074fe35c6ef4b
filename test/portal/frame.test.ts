/** The portal's frame in a real browser: signing in, what each person sees, the account, the address and the session. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Secret, TOTP } from 'otpauth'
import { addPerson, type Role } from '../../src/identity/identity.ts'
import { testApi } from '../../src/testing/api.ts'
import { testArchive } from '../../src/testing/archive.ts'
import { type Browser, checkAxe, type Look, openPage, settle, signIn, startBrowser } from './browser.ts'

const LOOKS: readonly Look[] = [
  { language: 'en', theme: 'light', width: 1440 },
  { language: 'en', theme: 'dark', width: 390 },
  { language: 'sv', theme: 'light', width: 390 },
  { language: 'sv', theme: 'dark', width: 1440 },
]
const FIRST = 'heron gate lamp seven'
const NEXT = 'quiet harbour lantern nine'

type Stage = Awaited<ReturnType<typeof stage>>

/** A served archive and a browser; null (and the test skipped) without a browser. */
async function stage(t: TestContext) {
  const browser = await startBrowser(t)
  if (browser === null) return null
  const archive = await testArchive(t)
  const api = await testApi(t, archive)
  const person = async (roles: readonly Role[]) => {
    const caller = await api.personWith(roles)
    // The change of a first password has a test of its own.
    await archive.ground.database.execute('update person set must_change_password = false')
    return caller
  }
  return { archive, api, browser, person }
}

async function openAs(
  at: { readonly browser: Browser; readonly url: string },
  who: { username: string; password: string },
  look: Look = {},
) {
  const page = await openPage(at.browser, at.url, look)
  await signIn(page, who.username, who.password)
  return page
}

const at = ({ browser, api }: NonNullable<Stage>) => ({ browser, url: api.url })

test('the sign-in page has no axe violation in any language and theme', async t => {
  const here = await stage(t)
  if (here === null) return
  for (const look of LOOKS) {
    const page = await openPage(here.browser, here.api.url, look)
    await page.goto('/settings?tab=keys')
    await page.getByLabel(look.language === 'sv' ? 'Användarnamn' : 'User name').waitFor()
    await checkAxe(page)
    assert.deepEqual(page.faults, [])
    await page.context().close()
  }
})

test('a wrong password is said so, and a locked name is told until when', async t => {
  const here = await stage(t)
  if (here === null) return
  const { username } = await here.person([])
  const page = await openPage(here.browser, here.api.url)
  await page.goto('/')
  const attempt = async () => {
    await page.locator('input[name=username]').fill(username)
    await page.locator('input[name=password]').fill('not the password')
    const answer = page.waitForResponse('**/api/session')
    await page.locator('button[type=submit]').click()
    return (await answer).status()
  }
  assert.equal(await attempt(), 401)
  await page.getByRole('alert').getByText('User name or password is wrong').waitFor()
  let status = 401
  for (let tries = 0; status === 401 && tries < 9; tries += 1) status = await attempt()
  assert.equal(status, 429)
  await page
    .getByRole('alert')
    .getByText(/Sign-in is locked\. Try again at \d\d:\d\d/)
    .waitFor()
  await checkAxe(page)
})

test('a first password has to be changed before anything is seen', async t => {
  const here = await stage(t)
  if (here === null) return
  const { archive } = here
  await addPerson(archive.ground, archive.actor, {
    username: 'new.person',
    displayName: 'New Person',
    password: FIRST,
  })
  const page = await openPage(here.browser, here.api.url)
  await page.goto('/')
  await page.locator('input[name=username]').fill('new.person')
  await page.locator('input[name=password]').fill(FIRST)
  await page.locator('button[type=submit]').click()
  await page.getByRole('heading', { name: 'Choose your own password' }).waitFor()
  await checkAxe(page)
  await page.locator('input[name=current]').fill(FIRST)
  await page.locator('input[name=next]').fill('short')
  await page.locator('input[name=again]').fill('short')
  await page.locator('button[type=submit]').click()
  await page.getByText('At least 12 characters are needed').waitFor()
  await page.locator('input[name=next]').fill(NEXT)
  await page.locator('input[name=again]').fill(NEXT)
  await page.locator('button[type=submit]').click()
  await page.getByText('You are signed in, but no role group has you as a member').waitFor()
  assert.deepEqual(page.faults, [])
})

test('the navigation has only what the roles open, and another page says which role it needs', async t => {
  const here = await stage(t)
  if (here === null) return
  const importer = await openAs(at(here), await here.person(['Mailbox Import Export']))
  await importer.getByRole('navigation').getByRole('link', { name: 'Data connectors' }).waitFor()
  for (const other of ['Audit', 'Permissions', 'Settings'])
    assert.equal(await importer.getByRole('navigation').getByRole('link', { name: other }).count(), 0)
  const page = await openAs(at(here), await here.person(['Audit Logs']))
  await page.goto('/data-connectors')
  await page.getByRole('heading', { name: 'You cannot open this page' }).waitFor()
  await page
    .getByText('It needs one of the roles Mailbox Import Export or View-Only Configuration.')
    .waitFor()
  await page.getByText('A member of Organization Management can give it to you').waitFor()
  await checkAxe(page)
  assert.deepEqual(page.faults, [])
})

test('an ended session brings one back to where one was', async t => {
  const here = await stage(t)
  if (here === null) return
  const person = await here.person(['Audit Logs'])
  const page = await openAs(at(here), person)
  await page.goto('/account/sessions?seen=1')
  await page.getByRole('row').nth(1).waitFor()
  await here.archive.ground.database.execute('delete from session')
  await page.getByRole('link', { name: 'API tokens' }).click()
  await page.getByText('Your session has ended. Sign in to go on where you were.').waitFor()
  assert.equal(await page.locator('#content').isVisible(), false)
  assert.equal(await page.locator('input[name=username]').inputValue(), person.username)
  await page.locator('input[name=password]').fill(person.password)
  await page.locator('button[type=submit]').click()
  await page.getByRole('rowheader', { name: 'test' }).waitFor()
  assert.match(page.url(), /\/account\/tokens$/)
})

test('language and theme are chosen, remembered, and the language is kept with the person', async t => {
  const here = await stage(t)
  if (here === null) return
  const person = await here.person(['Mailbox Import Export'])
  const page = await openPage(here.browser, here.api.url)
  await page.goto('/')
  await page.evaluate('localStorage.clear()')
  await signIn(page, person.username, person.password)
  const saved = page.waitForResponse('**/api/account')
  await page.getByRole('button', { name: 'Svenska' }).click()
  assert.equal((await saved).status(), 200)
  await page.getByRole('link', { name: 'Dataanslutningar' }).waitFor()
  assert.equal(await page.evaluate('document.documentElement.lang'), 'sv')
  const [row] = await here.archive.ground.database.query<{ language: string }>(
    'select language from person where username = $1',
    [person.username],
  )
  assert.equal(row?.language, 'sv')
  await page.getByRole('button', { name: 'Färger' }).click()
  await page.getByRole('menuitemradio', { name: 'Mörkt' }).click()
  assert.equal(await page.evaluate('document.documentElement.style.colorScheme'), 'dark')
})

test('the jump box goes to a page by its name, by the keyboard alone', async t => {
  const here = await stage(t)
  if (here === null) return
  const page = await openAs(at(here), await here.person(['Mailbox Import Export']))
  await page.keyboard.press('Control+k')
  await page.keyboard.type('unma')
  const option = page.getByRole('option', { name: 'Unmapped', exact: true })
  await option.waitFor()
  assert.equal(await option.getAttribute('aria-selected'), 'true')
  await checkAxe(page)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/unmapped')
  // Typed in one go, as by who knows where they are going: no letter is lost, and Enter follows the last of them.
  await page.keyboard.press('Control+k')
  await page.keyboard.type('connec')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/data-connectors**')
})

test('on a phone the navigation is a drawer, which closes by Escape and by going somewhere', async t => {
  const here = await stage(t)
  if (here === null) return
  const page = await openAs(at(here), await here.person(['Mailbox Import Export']), { width: 390 })
  const wide = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')
  assert.equal(wide, false, 'the page is wider than the phone')
  await page.getByRole('button', { name: 'Open navigation' }).click()
  const drawer = page.getByRole('dialog', { name: 'Navigation' })
  await drawer.waitFor()
  await checkAxe(page)
  await page.keyboard.press('Escape')
  await drawer.waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: 'Open navigation' }).click()
  await drawer.getByRole('link', { name: 'Unmapped' }).click()
  await drawer.waitFor({ state: 'hidden' })
})

test('a second factor is set up, and a recovery code signs in', async t => {
  const here = await stage(t)
  if (here === null) return
  const person = await here.person(['Audit Logs'])
  const page = await openAs(at(here), person)
  await page.goto('/account/second-factor')
  await page.getByRole('button', { name: 'Set up the second factor' }).click()
  await page.getByRole('img', { name: /QR code/ }).waitFor()
  const secret = (await page.locator('form code').textContent())!.replaceAll(' ', '')
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate()
  await page.getByLabel('Code that the app shows now').fill(code)
  await page.getByRole('button', { name: 'Turn on' }).click()
  await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor()
  await checkAxe(page)
  const recovery = (await page.locator('ol code').allTextContents())[0]!
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByText('You are signed out.').waitFor()
  await page.locator('input[name=username]').fill(person.username)
  await page.locator('input[name=password]').fill(person.password)
  await page.locator('button[type=submit]').click()
  await page.getByRole('button', { name: 'Use a recovery code' }).click()
  await page.getByLabel('Recovery code').fill(recovery)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.locator('#content').waitFor()
  await page.goto('/account/second-factor')
  await page.getByText('9 recovery codes are left.').waitFor()
})

test('a token is made, shown once, and revoked', async t => {
  const here = await stage(t)
  if (here === null) return
  const page = await openAs(at(here), await here.person(['Audit Logs']))
  await page.goto('/account/tokens')
  await settle(page)
  await page.getByRole('button', { name: 'Make a token' }).click()
  const dialog = page.locator('[role=dialog], [role=alertdialog]')
  await dialog.getByLabel('Name').fill('nightly export')
  await dialog.getByLabel('Audit Logs').check()
  await checkAxe(page)
  await dialog.getByRole('button', { name: 'Make a token' }).click()
  const token = await dialog.getByRole('textbox', { name: 'Token' }).inputValue()
  const answer = await here.api.call('GET', '/api/account', { headers: { authorization: `Bearer ${token}` } })
  assert.equal(answer.status, 200)
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.getByRole('button', { name: 'Revoke nightly export' }).click()
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('Revoked').waitFor()
  const refused = await here.api.call('GET', '/api/account', {
    headers: { authorization: `Bearer ${token}` },
  })
  assert.equal(refused.status, 401)
})

test('the account has no axe violation in any language and theme', async t => {
  const here = await stage(t)
  if (here === null) return
  const person = await here.person(['Audit Logs'])
  for (const look of LOOKS) {
    const page = await openAs(at(here), person, look)
    for (const path of [
      '/account/password',
      '/account/second-factor',
      '/account/sessions',
      '/account/tokens',
      '/nowhere',
    ]) {
      await page.goto(path)
      await settle(page)
      await checkAxe(page)
    }
    assert.deepEqual(page.faults, [])
    await page.context().close()
  }
})
