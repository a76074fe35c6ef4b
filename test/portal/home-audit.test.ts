/** Home, Audit, Alerts and Settings in a real browser, on an archive with some days of traffic. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { type TestContext, test } from 'node:test'
import { simpleParser } from 'mailparser'
import { evaluateAlerts } from '../../src/alert/alert.ts'
import { appendEntry } from '../../src/audit/audit.ts'
import { systemClock } from '../../src/clock.ts'
import type { Role } from '../../src/identity/identity.ts'
import { type TestCaller, testApi } from '../../src/testing/api.ts'
import { assertComplete, testArchive } from '../../src/testing/archive.ts'
import { SMTP_PASSWORD, startSmtp } from '../../src/testing/smtp.ts'
import { startSite } from '../../telemessage-site/telemessage-site.ts'
import { checkAxe, type Look, openPage, type Page, settle, signIn, startBrowser } from './browser.ts'

const DAY = 86_400_000
const ALL: readonly Role[] = [
  'View-Only Configuration',
  'Organization Configuration',
  'Audit Logs',
  'Mailbox Import Export',
  'Role Management',
]
/** Every page is looked at in both: together they are both languages, both themes, wide and narrow. */
const LOOKS: readonly Look[] = [
  { language: 'en', theme: 'light', width: 1440 },
  { language: 'sv', theme: 'dark', width: 390 },
]

/** An archive that is served, with traffic of some days and an act on the console; null without a browser. */
async function stage(t: TestContext, traffic: boolean) {
  const browser = await startBrowser(t)
  if (browser === null) return null
  const archive = await testArchive(t)
  const { ground } = archive
  if (traffic) {
    const site = await startSite({ people: 6, days: 4, plain: true, items: 240 })
    t.after(() => site.stop())
    await archive.addPeople(site.directoryCsv())
    const connector = await archive.addConnector(site, 'o2', { name: 'Main office' })
    await archive.work()
    const now = systemClock.now()
    assertComplete(await archive.run(connector, { from: now - 20 * DAY, to: now - 600_000 }))
  }
  await ground.database.transaction(tx =>
    appendEntry(tx, ground.keyring, ground.clock, {
      actor: 'console:root',
      act: 'search.run',
      subject: 'archive',
      sealed: { query: 'turnstone' },
    }),
  )
  await archive.seal()
  await evaluateAlerts(ground)
  const api = await testApi(t, archive)
  const person = async (...roles: Role[]) => {
    const caller = await api.personWith(roles)
    await ground.database.execute('update person set must_change_password = false')
    return caller
  }
  const open = async (caller: TestCaller, look?: Look) => {
    const page = await openPage(browser, api.url, look)
    t.after(() => page.context().close())
    await signIn(page, caller.username, caller.password)
    return page
  }
  return { archive, api, ground, person, open }
}

const go = async (page: Page, path: string) => {
  await page.goto(path)
  await settle(page)
}

test('home shows each day as collected, the items as a chart and as a table, and leads to what mends', async t => {
  const here = await stage(t, true)
  if (here === null) return
  const page = await here.open(await here.person(...ALL))
  await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor()
  const days = page.getByRole('link', { name: /^Main office, .*: (Complete|Nothing to import|Not due yet)/ })
  await days.first().waitFor()
  assert.equal(await days.count(), 14)

  const columns = page.locator('svg [role=img][aria-label]')
  assert.equal(await columns.count(), 30)
  await columns.last().focus()
  await page.keyboard.press('ArrowLeft')
  const told = await page.evaluate<string>("document.activeElement.getAttribute('aria-label')")
  assert.match(told, /: \d+ items?/)
  const [shown] = /[\d,]+ items/.exec(told) ?? []

  await page.getByRole('button', { name: 'Table', exact: true }).click()
  const table = page.getByRole('region', { name: 'Items by day and kind' })
  await table.waitFor()
  const cells = await table.locator('tbody tr').nth(1).locator('td').allTextContents()
  assert.equal(`${cells.at(-1)} items`, shown, 'the table says what the chart says')
  const [kept] = await here.ground.database.query<{ items: number }>('select count(*) as items from item')
  assert.equal(await table.locator('tfoot td').last().textContent(), String(kept?.items))
  assert.match(page.url(), /view=table/)
  await page.getByRole('button', { name: '90 days' }).click()
  assert.match(page.url(), /days=90/)

  await page.getByRole('link', { name: 'See what was done' }).click()
  await page.waitForURL(/\/audit\?breakGlass=true/)
  await page.getByRole('table', { name: 'Entries' }).getByText('console:root').waitFor()
  assert.deepEqual(page.faults, [])
})

test('audit is filtered by person and act, an entry is opened with what was sealed, and the log is taken out', async t => {
  const here = await stage(t, false)
  if (here === null) return
  const caller = await here.person(...ALL)
  const page = await here.open(caller)
  await go(page, '/audit')
  const table = page.getByRole('table', { name: 'Entries' })
  const who = page.getByRole('combobox', { name: 'Who' })
  await who.click()
  await who.pressSequentially('console')
  await page.getByRole('option', { name: 'console:root' }).click()
  await page.waitForURL(/actor=console%3Aroot/)
  await page.getByRole('button', { name: 'Remove the filter Who: console:root' }).waitFor()
  await table.getByText('Searched').waitFor()
  await settle(page)
  assert.equal(await table.locator('tbody tr').count(), 1)

  await table.getByRole('link').first().click()
  const panel = page.getByRole('dialog')
  await panel.getByText('Sealed detail').waitFor()
  assert.ok(!(await panel.textContent())?.includes('turnstone'))
  await panel.getByRole('button', { name: 'Open it' }).click()
  await panel.getByText('turnstone').waitFor()
  await page.keyboard.press('Escape')
  await page.waitForURL(/\/audit\?actor=/)
  await page.getByRole('button', { name: 'Remove the filter Who: console:root' }).click()
  await table.getByText('Opened sealed details').first().waitFor()

  const act = page.getByRole('combobox', { name: 'What' })
  await act.click()
  await act.pressSequentially('all of se')
  await page.getByRole('option', { name: 'All of session' }).click()
  await page.waitForURL(/act=session/)
  await settle(page)
  assert.ok((await table.locator('tbody tr').count()) >= 1)

  await page.getByRole('button', { name: 'Export' }).click()
  const file = page.waitForEvent('download')
  await page
    .getByRole('dialog')
    .getByRole('link', { name: 'Download' })
    .or(page.getByRole('button', { name: 'Download' }))
    .click()
  const text = await readFile((await (await file).path())!, 'utf8')
  const lines = text.trimEnd().split('\r\n')
  assert.match(lines[0]!, /^No\.,Time,Actor,Act,/)
  assert.ok(
    lines.slice(1).every(line => line.includes(',session.')),
    text,
  )
  assert.deepEqual(page.faults, [])
})

test('verify now says that the log is sound, and when it was changed, that it is not', async t => {
  const here = await stage(t, false)
  if (here === null) return
  const page = await here.open(await here.person('Audit Logs'))
  await go(page, '/audit/log')
  await page.getByRole('button', { name: 'Verify now' }).click()
  await page.getByText('The log is sound').waitFor()
  await page.getByText(/Asked for by person:person-1/).waitFor()
  const { openDatabase } = await import('../../src/database/database.ts')
  const owner = await openDatabase(here.archive.environment.DATABASE_OWNER_URL!)
  await owner.execute(
    `update holdfast.audit_entry set actor = 'person:innocent' where act = 'archive.create'`,
  )
  await owner.close()
  await page.getByRole('button', { name: 'Verify now' }).click()
  await page.getByText('The log does not hold').first().waitFor()
  await page.getByText('ENTRY_CHANGED').waitFor()
  await checkAxe(page)
  assert.deepEqual(page.faults, [])
})

test('a rule is changed, an alert acknowledged, and a channel reaches a real SMTP server', async t => {
  const here = await stage(t, false)
  if (here === null) return
  const { settings, received } = await startSmtp(t, 'tls')
  const page = await here.open(await here.person('Organization Configuration', 'View-Only Configuration'))
  await go(page, '/alerts/rules/low-disk')
  const panel = page.getByRole('dialog')
  await panel.getByLabel('Below how many percent free').fill('99')
  await panel.getByText('A whole number from 1 to 50').waitFor()
  await panel.getByLabel('Below how many percent free').fill('25')
  await panel.getByRole('button', { name: 'Save' }).click()
  await page.waitForURL(/\/alerts\/rules$/)
  await page.getByRole('table', { name: 'Rules' }).getByText('25 % free').waitFor()

  await go(page, '/alerts')
  const alerts = page.getByRole('table', { name: 'Open' })
  await alerts.getByText('console:root acted once on the console').waitFor()
  await alerts
    .getByRole('row', { name: /console:root/ })
    .getByRole('button', { name: 'Acknowledge' })
    .click()
  const ask = page.getByRole('dialog')
  await ask.getByLabel('Note (optional)').fill('A drill')
  await ask.getByRole('button', { name: 'Acknowledge' }).click()
  await alerts.getByText('A drill').waitFor()

  await go(page, '/alerts/channels')
  await page.getByRole('button', { name: 'Add channel' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Operators')
  await page.getByLabel('SMTP server').fill(settings.host)
  await page.getByLabel('Encryption').selectOption('tls')
  await page.getByLabel('Port').fill(String(settings.port))
  await page.getByLabel('User name (optional)').fill(settings.user)
  await page.getByLabel('Password', { exact: true }).fill(SMTP_PASSWORD)
  await page.getByLabel('Sender').fill(settings.from)
  await page.getByLabel('Recipients').fill(settings.to.join('\n'))
  await page.getByLabel('Certificate of your own authority (optional)').fill(settings.authority)
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.waitForURL(/\/alerts\/channels\/\d+$/)
  await page.getByRole('button', { name: 'Send a test message' }).click()
  await page.getByText('The other side took the test message.').waitFor()
  const mail = await simpleParser(received[0]!.raw)
  assert.equal(mail.subject, '[Holdfast Test Trading] Test message')
  assert.deepEqual(received[0]?.to, [...settings.to])
  await checkAxe(page)
  assert.deepEqual(page.faults, [])
})

test("a webhook's secret is shown once, and the master key is changed only when its id is typed", async t => {
  const here = await stage(t, false)
  if (here === null) return
  const page = await here.open(await here.person('Organization Configuration'))
  await go(page, '/alerts/channels/new')
  await page.getByRole('radio', { name: 'Webhook' }).check()
  await page.getByLabel('Name', { exact: true }).fill('Hook')
  await page.getByLabel('Address').fill('https://hooks.example/holdfast')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByText(/^hfwh_/).waitFor()
  await page.getByRole('button', { name: 'I have copied it' }).click()
  await page.waitForURL(/\/alerts\/channels\/\d+$/)
  assert.ok(!(await page.content()).includes('hfwh_'))

  await go(page, '/settings/keys')
  const id = (await page.locator('dd code').first().textContent()) ?? ''
  await page.getByRole('button', { name: 'It is copied' }).click()
  await page
    .getByRole('alertdialog')
    .or(page.getByRole('dialog'))
    .getByRole('button', { name: 'It is copied' })
    .click()
  await page.getByText('Copy the master key to a safe place').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Change master key' }).click()
  const ask = page.getByRole('alertdialog').or(page.getByRole('dialog'))
  await ask.getByLabel(`Type ${id} to confirm`).fill(id)
  await ask.getByRole('button', { name: 'Change master key' }).click()
  await page.getByText('Copy the master key to a safe place').waitFor()
  assert.notEqual(await page.locator('dd code').first().textContent(), id)
  assert.deepEqual(page.faults, [])
})

test('home, audit, alerts and settings have no axe violation in both languages and themes', async t => {
  const here = await stage(t, true)
  if (here === null) return
  const caller = await here.person(...ALL)
  const paths = [
    '/',
    '/?view=table',
    '/audit',
    '/audit/log',
    '/alerts',
    '/alerts/past',
    '/alerts/rules/low-disk',
    '/alerts/channels/new',
    '/settings/storage',
    '/settings/defaults',
    '/settings/keys',
    '/settings/about',
  ]
  for (const look of LOOKS) {
    const page = await here.open(caller, look)
    for (const path of paths) {
      await go(page, path)
      await page.locator('h1').waitFor()
      await checkAxe(page)
      const wide = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')
      assert.ok(wide <= 0, `${path} is ${wide} px too wide at ${look.width}`)
    }
    assert.deepEqual(page.faults, [])
  }
})

test('who may not see the numbers of Home begins elsewhere, and is told which role Audit needs', async t => {
  const here = await stage(t, false)
  if (here === null) return
  const page = await here.open(await here.person('Audit Logs'))
  await page.waitForURL(/\/audit/)
  await go(page, '/alerts')
  await page.getByText(/Organization Configuration or View-Only Configuration/).waitFor()
})
