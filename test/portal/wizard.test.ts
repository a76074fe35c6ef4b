/**
 * The connector wizard in a real browser, against the stand-in site: both connectors from the catalogue to an import
 * that is seen from 0 to 100 %, with what goes wrong on the way, in both languages and both themes.
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Role } from '../../src/identity/identity.ts'
import { type TestApi, type TestCaller, testApi } from '../../src/testing/api.ts'
import { type TestArchive, testArchive } from '../../src/testing/archive.ts'
import { type Site, startSite } from '../../telemessage-site/telemessage-site.ts'
import { type Browser, checkAxe, type Look, openPage, type Page, signIn, startBrowser } from './browser.ts'

const HEADER = 'External User ID,Microsoft 365 User Mailbox'

type Stage = {
  readonly browser: Browser
  readonly site: Site
  readonly archive: TestArchive
  readonly api: TestApi
  /** A page on which a person with these roles is signed in. */
  open(caller: TestCaller, look?: Look): Promise<Page & { readonly faults: string[] }>
  person(...roles: Role[]): Promise<TestCaller>
}

async function prepare(t: TestContext): Promise<Stage | null> {
  const browser = await startBrowser(t)
  if (browser === null) return null
  const site = await startSite({ people: 16, days: 2, plain: true, items: 700 })
  t.after(() => site.stop())
  const archive = await testArchive(t, { pageItems: 50 })
  await archive.addPeople(site.directoryCsv())
  const api = await testApi(t, archive)
  return {
    browser,
    site,
    archive,
    api,
    person: async (...roles) => {
      const caller = await api.personWith(roles)
      await archive.ground.database.execute('update person set must_change_password = false')
      return caller
    },
    open: async (caller, look) => {
      const page = await openPage(browser, api.url, look)
      t.after(() => page.context().close())
      await signIn(page, caller.username, caller.password)
      return page
    },
  }
}

/** Waits until nothing of the page is still loading. */
async function rest(page: Page): Promise<void> {
  await page.locator('h1').waitFor()
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
}

/** Looks at the step with axe, loads it again in the other theme, and looks once more: nothing of it may be lost. */
async function inspect(page: Page): Promise<void> {
  await rest(page)
  await checkAxe(page)
  const address = page.url()
  const theme = (await page.evaluate("localStorage.getItem('holdfast.scheme')")) === 'dark' ? 'light' : 'dark'
  await page.addInitScript(`localStorage.setItem('holdfast.scheme', '${theme}')`)
  await page.reload()
  await rest(page)
  assert.equal(page.url(), address, 'a reload leads to the same step')
  await checkAxe(page)
}

const step = (page: Page) => page.locator('[aria-current=step]')

/** Everything the cell of the first progress bar says while it changes, from now on. */
async function watchProgress(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(`
    window.seen = []
    const note = () => {
      const text = document.querySelector('[role=progressbar]')?.parentElement?.textContent
      if (text !== undefined && text !== window.seen.at(-1)) window.seen.push(text)
    }
    note()
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true })
  `)
  return () => page.evaluate('window.seen')
}

const percents = (texts: readonly string[]) =>
  texts.flatMap(text => /(\d+)\s?%/.exec(text)?.[1] ?? []).map(Number)

test('Enterprise Number: wrong password, suspended account, bad CSV, reloads, another browser, 0 to 100 %', async t => {
  const stage = await prepare(t)
  if (stage === null) return
  const { site, archive } = stage
  const caller = await stage.person('Mailbox Import Export')
  const page = await stage.open(caller)

  await page.goto('/data-connectors')
  await inspect(page)
  await page.getByRole('link', { name: 'Enterprise Number Archiver' }).click()
  await page.getByRole('heading', { name: 'Before you begin' }).waitFor()
  assert.equal(await page.locator('[data-line=role][data-state=met]').count(), 1)
  assert.equal(await page.locator('[data-line=app][data-state=at-sign-in]').count(), 1)
  await inspect(page)
  await page.getByRole('button', { name: 'Add connector' }).click()

  assert.equal(await step(page).textContent(), 'Terms of service')
  await page.getByText('does not become so because').waitFor()
  await inspect(page)
  await page.getByRole('button', { name: 'Accept' }).click()

  await page.waitForURL(/\/setup\/\d+\/login$/)
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByText('Enter the user name').waitFor()
  const password = page.locator('[name=telemessage-password]')
  await page.getByLabel('Username').fill(site.account.username)
  await password.fill('not the password')
  await page.getByLabel('Site').fill(site.url)
  await page.keyboard.press('Enter')
  await page.getByText('TeleMessage refuses the user name or the password').waitFor()
  site.faults.suspended = true
  await password.fill(site.account.password)
  await page.keyboard.press('Enter')
  await page.getByText('TeleMessage has suspended this account').waitFor()
  site.faults.suspended = false
  await checkAxe(page)
  await page.keyboard.press('Enter')
  const created = page.getByRole('dialog', { name: 'The connector is created' })
  await created.waitFor()
  await checkAxe(page)
  await created.getByRole('button', { name: 'Close' }).click()

  await page.waitForURL(/\/mapping$/)
  await inspect(page)
  assert.equal(await step(page).textContent(), 'User mapping')
  const file = page.locator('input[type=file]')
  const csv = (text: string) => ({ name: 'mapping.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
  await file.setInputFiles(csv(`${HEADER}\r\n447700900001,nobody@nowhere.example\r\n4.47E+11,\r\n`))
  await page.locator('[data-problems]').waitFor()
  const lines = await page.locator('[data-problems] tbody th').allInnerTexts()
  assert.deepEqual(lines, ['2', '3', '3'])
  assert.match(
    (await page.locator('[data-problems]').textContent()) ?? '',
    /is not a mailbox of the directory/,
  )
  assert.equal(await page.getByRole('button', { name: 'Use this mapping' }).count(), 0)
  await checkAxe(page)
  // Copied out of a spreadsheet, and pasted: two of those registered, each with another's mailbox.
  const registered = await archive.ground.database.query<{ number: string; email: string }>(
    "select number, email from registered_user where email <> '' order by user_id limit 3",
  )
  const rows = registered.slice(0, 2).map(({ number }, at) => `${number}\t${registered[at + 1]!.email}`)
  await page.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('button', { name: 'Paste text' }).click()
  await page
    .getByRole('textbox', { name: /Paste the rows/ })
    .fill([HEADER.replace(',', '\t'), ...rows].join('\n'))
  await page.getByRole('button', { name: 'Use this text' }).click()
  await page.locator('[data-tally]').waitFor()
  assert.deepEqual(await page.locator('[data-tally] tbody tr:first-child td').allTextContents(), ['0', '2'])
  await page.getByText('2 users would be filed in another mailbox than now').waitFor()
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByText('The file above is not used yet').waitFor()
  assert.match(page.url(), /\/mapping$/, 'a file that was chosen is not left out unnoticed')
  await checkAxe(page)
  await page.getByRole('button', { name: 'Use this mapping' }).click()
  await page.getByText('A custom mapping of 2 lines is in use').waitFor()

  // What was begun can be gone on with in another browser.
  const elsewhere = await stage.open(caller, { width: 390 })
  await elsewhere.goto('/data-connectors')
  await elsewhere.getByRole('link', { name: 'Continue the setup of Enterprise Number Archiver' }).click()
  await elsewhere.getByText('A custom mapping of 2 lines is in use').waitFor()
  await checkAxe(elsewhere)
  await elsewhere.context().close()

  await page.getByRole('button', { name: 'Next' }).click()
  await page.waitForURL(/\/review$/)
  await page.getByLabel('How often').selectOption('hourly')
  await page.getByLabel('At', { exact: true }).waitFor({ state: 'detached' })
  await page.locator('[data-line=account][data-state=met]').waitFor()
  await inspect(page)
  assert.equal(await page.getByLabel('How often').inputValue(), 'hourly')
  await page.getByLabel('Everything since a date').check()
  // Slow enough to be seen going on.
  site.faults.latencyMs = 250
  await page.getByRole('button', { name: 'Finish' }).click()
  await page.waitForURL(/\/data-connectors\/connectors$/)
  const row = page.getByRole('row', { name: /Enterprise Number Archiver/ })
  await row.getByText('Importing').waitFor()
  const seen = await watchProgress(page)
  await archive.work()
  await row.getByText('Complete').waitFor({ timeout: 40_000 })
  await row.getByText('Up to date').waitFor()
  const texts = await seen()
  const shown = percents(texts)
  assert.match(texts[0] ?? '', /Waiting for a worker|Collecting/)
  assert.ok(shown[0]! < 100 && shown.at(-1) === 100, `seen: ${shown.join(', ')}`)
  assert.deepEqual(
    shown,
    shown.toSorted((a, b) => a - b),
    'progress only grows',
  )
  assert.ok(
    texts.some(text => /a second/.test(text)),
    `a rate is shown: ${texts.join(' | ')}`,
  )
  await inspect(page)
  assert.deepEqual(page.faults, [])
})

test('O2, in Swedish: what cannot be checked says so, and an account has one connector of a product', async t => {
  const stage = await prepare(t)
  if (stage === null) return
  const { site, archive } = stage
  const page = await stage.open(await stage.person('Mailbox Import Export'), {
    language: 'sv',
    theme: 'dark',
  })
  const begin = async () => {
    await page.goto('/data-connectors/o2')
    await page.getByRole('button', { name: 'Lägg till anslutning' }).click()
    await page.getByRole('button', { name: 'Godta' }).click()
    await page.waitForURL(/\/setup\/\d+\/login$/)
    await page.getByLabel('Användarnamn').fill(site.account.username)
    await page.locator('[name=telemessage-password]').fill(site.account.password)
    await page.getByLabel('Webbplats').fill(site.url)
    await page.getByRole('button', { name: 'Nästa' }).click()
  }
  await page.goto('/data-connectors/o2')
  await page.locator('[data-line=carrier][data-state=cannot-be-checked]').waitFor()
  assert.equal(await page.locator('[data-line=app]').count(), 0)
  await inspect(page)
  await page.goto('/data-connectors/o2/add')
  await page.getByRole('button', { name: 'Godta' }).waitFor()
  await inspect(page)
  await begin()
  await page.getByRole('dialog').getByRole('button', { name: 'Stäng' }).click()
  await page.waitForURL(/\/mapping$/)
  const automatic = page.getByRole('switch', { name: 'Automatisk användarmappning' })
  await page.getByText(/registrerade användare leder till en postlåda/).waitFor()
  // Without automatic mapping and without a CSV nobody is found.
  await automatic.uncheck()
  await page.getByText(/^0 av \d+ registrerade användare/).waitFor()
  await inspect(page)
  assert.equal(await automatic.isChecked(), false)
  await automatic.check()
  await page.getByRole('button', { name: 'Nästa' }).click()
  await page.waitForURL(/\/review$/)
  await page.locator('[data-line=carrier]').waitFor()
  await inspect(page)
  // Back to the login, which knows its password, and on again.
  await page.getByRole('link', { name: 'Inloggning i TeleMessage', exact: true }).click()
  await page.getByText(/Inloggad som/).waitFor()
  await inspect(page)
  await page.getByRole('button', { name: 'Nästa' }).click()
  await page.getByRole('button', { name: 'Nästa' }).click()
  await page.waitForURL(/\/review$/)
  await page.getByRole('button', { name: 'Slutför' }).click()
  await page.waitForURL(/\/data-connectors\/connectors$/)
  // An import that was over before the list was there would show as what it is: up to date.
  await page.getByRole('progressbar').waitFor()
  const seen = await watchProgress(page)
  await archive.work()
  await page.getByRole('table').getByText('Fullständig').waitFor({ timeout: 40_000 })
  assert.equal(percents(await seen()).at(-1), 100)

  await begin()
  await page.getByText('Kontot har redan en anslutning för O2 Network').waitFor()
  await page.getByRole('button', { name: 'Avbryt' }).click()
  await page.getByRole('button', { name: 'Släng', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Släng det påbörjade' }).click()
  await page.waitForURL(/\/data-connectors$/)
  await page.getByRole('link', { name: 'O2 Network' }).waitFor()
  await page.getByText('En anslutning är inte färdig').waitFor({ state: 'detached' })
  assert.deepEqual(page.faults, [])
})

test('who lacks the role is told which it is, that no role group has it at first, and who can give it', async t => {
  const stage = await prepare(t)
  if (stage === null) return
  const { archive } = stage
  const reader = await stage.open(await stage.person('View-Only Configuration'))
  for (const path of ['/data-connectors/enterprise-number', '/data-connectors/enterprise-number/add']) {
    await reader.goto(path)
    const note = reader.getByRole('status').filter({ hasText: 'You cannot add a connector' })
    await note.waitFor()
    const text = (await note.textContent()) ?? ''
    assert.match(text, /needs the role Mailbox Import Export/)
    assert.match(text, /belongs to no role group at first/)
    assert.match(text, /member of Organization Management can add it to that group, or make a new role group/)
    assert.equal(await reader.getByRole('button', { name: /Add connector|Accept/ }).count(), 0)
    assert.equal(await reader.locator('a[href="/permissions"]').count(), 0, 'it leads nowhere they cannot go')
    await rest(reader)
    await checkAxe(reader)
  }
  await reader.goto('/data-connectors/connectors')
  await reader.getByText('No connectors yet').waitFor()
  await checkAxe(reader)

  // Who may give the role is led there.
  const manager = await stage.open(await stage.person('View-Only Configuration', 'Role Management'))
  await manager.goto('/data-connectors/o2')
  await manager.getByRole('link', { name: 'Open Permissions' }).waitFor()

  // The API holds the same door.
  const refused = await (await stage.person('View-Only Configuration')).call('POST', '/api/connectors', {
    body: { product: 'o2', acceptTerms: true },
  })
  assert.deepEqual([refused.status, refused.json().code], [403, 'ROLE_MISSING'])
  assert.deepEqual(await archive.ground.database.query('select from connector'), [])

  const outsider = await stage.open(await stage.person('Preview'))
  await outsider.goto('/data-connectors')
  await outsider
    .getByText(/Mailbox Import Export/)
    .first()
    .waitFor()
  await checkAxe(outsider)
})
