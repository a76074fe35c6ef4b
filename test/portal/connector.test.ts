/**
 * A connector's pages and Unmapped in a real browser: the sums of a run, a number assigned a mailbox and seen to
 * arrive, lines of the mapping, pausing, a back-fill, removal; and what somebody sees who may only look.
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Locator } from 'playwright-core'
import type { Role } from '../../src/identity/identity.ts'
import { testApi } from '../../src/testing/api.ts'
import { assertComplete, testArchive } from '../../src/testing/archive.ts'
import {
  ACCOUNT,
  ANNA,
  BO,
  MAPPING_CSV,
  PEOPLE_CSV,
  startTinySite,
  tinyRecord,
  WINDOW,
} from '../e2e/tiny-site.ts'
import { checkAxe, type Look, openPage, type Page, settle, signIn, startBrowser } from './browser.ts'

const CARA = '447700900103'
const OUTSIDER = '447700900900'

/** Six messages, of which Cara, who is in the directory but not in the mapping, sent three; and one of nobody's. */
async function prepare(t: TestContext) {
  const browser = await startBrowser(t)
  if (browser === null) return null
  const message = (id: string, from: string, to: string) =>
    tinyRecord({ id, from, to, text: `turnstone ${id}`, subscriberId: `u${from}` })
  const site = await startTinySite(
    [
      message('m1', ANNA.number, BO.number),
      message('m2', CARA, OUTSIDER),
      message('m3', CARA, OUTSIDER),
      message('m4', CARA, ANNA.number),
      message('m5', '447700900555', OUTSIDER),
      message('m6', BO.number, ANNA.number),
    ],
    [
      { userId: `u${ANNA.number}`, mobile: ANNA.number },
      { userId: `u${BO.number}`, mobile: BO.number },
      { userId: `u${CARA}`, mobile: CARA },
    ],
  )
  t.after(() => site.stop())
  const archive = await testArchive(t)
  await archive.addPeople(`${PEOPLE_CSV}cara@example.com,Cara Lapwing\r\n`)
  const connector = await archive.addConnector(site, 'o2', {
    accountId: 'TINY-1',
    name: 'O2 of Kestrel Harbour',
  })
  await archive.addMapping(connector, MAPPING_CSV)
  await archive.work()
  const run = await archive.run(connector, WINDOW)
  assertComplete(run)
  const api = await testApi(t, archive)
  const open = async (roles: readonly Role[], look?: Look) => {
    const person = await api.personWith(roles)
    await archive.ground.database.execute('update person set must_change_password = false')
    const page = await openPage(browser, api.url, look)
    t.after(() => page.context().close())
    await signIn(page, person.username, person.password)
    return page
  }
  const path = `/data-connectors/connectors/${connector.connectorId}`
  return { site, archive, connector, run, open, path }
}

async function go(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.locator('h1').waitFor()
  await settle(page)
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })
// What is seen, in the words that are seen: a hidden text must not count.
const seen = async (place: Locator) => (await place.allInnerTexts()).join(' ')
const said = async (page: Page) => (await seen(page.locator('#content'))).replaceAll(/\s+/g, ' ')

test('a run shows both its sums and its failures, and a number is assigned a mailbox and seen to arrive', async t => {
  const stage = await prepare(t)
  if (stage === null) return
  const { run, open, path } = stage
  const page = await open(['Mailbox Import Export'])
  await go(page, `${path}/runs`)
  await page.locator('[data-row-link]').first().click()
  await page.getByRole('heading', { name: `Run ${run.runId}` }).waitFor()
  await settle(page)
  const statement = await said(page)
  assert.match(
    statement,
    /Items available from source 6 = Filed 3 \+ Unmapped 3 \+ Duplicates 0 \+ Failed 0 adds up/,
  )
  assert.match(
    statement,
    /Items available for import 9 = Imported successfully 5 \+ Partially imported 0 \+ Skipped 0 \+ Failed 4 adds up/,
  )
  assert.match(statement, /Both sums add up/)
  await page.getByRole('button', { name: /No mapping and no e-mail address 3/ }).click()
  await page.waitForURL(/reason=no-mapping/)
  await settle(page)
  assert.equal(await page.locator('tbody tr').count(), 3)
  const [csv] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download CSV' }).click(),
  ])
  assert.equal(csv.suggestedFilename(), `run-${run.runId}-failures.csv`)
  await checkAxe(page)

  await go(page, '/unmapped')
  assert.match(await said(page), /\+44 7700 900103 F L 3 No mapping and no e-mail address/)
  await checkAxe(page)
  await page.getByRole('link', { name: /900103/ }).click()
  const panel = page.getByRole('dialog')
  await panel.getByText('Assign a mailbox').waitFor()
  await checkAxe(page)
  const addresses: string[] = []
  page.on('request', request => addresses.push(request.url()))
  const looked = page.waitForRequest(request => request.postData()?.includes('cara') ?? false)
  await panel.getByRole('combobox').fill('cara')
  assert.match((await looked).url(), /\/api\/mailbox-choices$/)
  await page.getByRole('option', { name: /Cara Lapwing/ }).click()
  assert.ok(!addresses.some(each => each.includes('cara')), 'what is typed is in no address')
  await panel.getByRole('button', { name: 'Assign and file' }).click()
  await panel.getByText('3 items filed to Cara Lapwing').waitFor()
  assert.match(
    (await panel.getByRole('link', { name: 'Open the mailbox' }).getAttribute('href')) ?? '',
    /^\/mailboxes\/cara%40example\.com$/,
  )
  await panel.getByRole('link', { name: 'Back to the list' }).click()
  await panel.waitFor({ state: 'detached' })
  await page.getByText('900103').first().waitFor({ state: 'detached' })

  // What is left names nobody of ours: one of its parties is chosen, and it arrives too.
  await page.getByRole('link', { name: 'None of our people' }).click()
  await panel.getByRole('radio', { name: /900555/ }).click()
  await panel.getByRole('combobox').fill('bo@example.com')
  await page.getByRole('option', { name: /Bo Lapwing/ }).click()
  await panel.getByRole('button', { name: 'Assign and file' }).click()
  await panel.getByText('1 item filed to Bo Lapwing').waitFor()
  await panel.getByRole('link', { name: 'Back to the list' }).click()
  await page.getByText('Everything found its mailbox').waitFor()

  await go(page, `${path}/mapping/history`)
  assert.match(await seen(panel), /Added: cara@example\.com[\s\S]*in Unmapped/)
  assert.deepEqual(page.faults, [])
})

test('a line of the mapping is added, changed and removed, and the mapping of a day before is shown', async t => {
  const stage = await prepare(t)
  if (stage === null) return
  const { open, path } = stage
  const page = await open(['Mailbox Import Export'])
  await go(page, `${path}/mapping`)
  await button(page, 'Add line').click()
  const panel = page.getByRole('dialog')
  await panel.getByLabel('External User ID').fill('+44 7700 900103')
  await panel.getByRole('combobox').fill('cara')
  await page.getByRole('option', { name: /Cara Lapwing/ }).click()
  await panel.getByRole('button', { name: 'Add', exact: true }).click()
  await panel.waitFor({ state: 'detached' })
  await page.getByRole('link', { name: /900103/ }).click()
  await panel.getByText('History of this line').waitFor()
  await panel.getByLabel('Valid to').fill('2026-01-01T00:00')
  await checkAxe(page)
  await panel.getByRole('button', { name: 'Save' }).click()
  await panel.waitFor({ state: 'detached' })
  await page.getByText('Ended').first().waitFor()
  await page.getByRole('link', { name: /900103/ }).click()
  await panel.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('The line is removed').waitFor()
  await page.getByRole('link', { name: /900103/ }).waitFor({ state: 'detached' })
  await page.getByLabel('As it was on').fill('2020-01-01')
  await page.getByText('It cannot be edited here').waitFor()
  await page.getByText('No line').waitFor()
  await checkAxe(page)
  assert.deepEqual(page.faults, [])
})

test('a connector is paused, resumed, back-filled, edited and removed', async t => {
  const stage = await prepare(t)
  if (stage === null) return
  const { archive, connector, open, path } = stage
  const page = await open(['Mailbox Import Export'])
  await go(page, path)
  await button(page, 'Pause').click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Pause' }).click()
  await page.getByText('O2 of Kestrel Harbour is paused').waitFor()
  await button(page, 'Resume').click()
  await button(page, 'Import now').waitFor()

  await button(page, /^Back-fill/).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('From').fill('2026-10-30')
  await dialog.getByLabel('Up to and including').fill('2026-11-01')
  await dialog.getByRole('button', { name: 'See what it covers' }).click()
  await dialog.getByText('The site has 6 items in this window.').waitFor()
  await dialog.getByText('6 items of these days are in the archive already.').waitFor()
  await dialog.getByRole('button', { name: 'Start back-fill' }).click()
  await page.getByText('Nothing new: all 6 items are in the archive already.').waitFor()

  await go(page, `${path}/settings`)
  await page.getByLabel('How often').selectOption('hourly')
  await page.getByLabel('Our domains').fill('example.com\nkestrel-harbour.example')
  await button(page, 'Save').click()
  await page.getByText('The settings are saved').waitFor()
  await page.getByText(/^Next import: /).waitFor()
  await button(page, /^Replace username/).click()
  await page.getByLabel(/^Password/).fill(`${ACCOUNT.password}-2`)
  await button(page, 'Sign in and save').click()
  await page.getByText('TeleMessage let us in').waitFor()
  assert.equal((await page.content()).includes(`${ACCOUNT.password}-2`), false)
  await checkAxe(page)

  await button(page, /^Remove connector/).click()
  const confirm = page.getByRole('alertdialog')
  await confirm.getByRole('textbox').fill('O2 of Kestrel Harbour')
  await confirm.getByRole('button', { name: 'Remove connector' }).click()
  await page.waitForURL(/data-connectors\/connectors$/)
  const [row] = await archive.ground.database.query<{ status: string; items: number }>(
    `select status, (select count(*) from item) as items from connector where connector_id = $1`,
    [connector.connectorId],
  )
  assert.deepEqual(row, { status: 'removed', items: 6 })
  await go(page, `${path}/runs`)
  await page.getByText('This connector was removed').waitFor()
  assert.equal(await button(page, 'Import now').count(), 0)
  assert.deepEqual(page.faults, [])
})

test('who may only look sees all of it in Swedish, in the dark and on a phone, and can change nothing', async t => {
  const stage = await prepare(t)
  if (stage === null) return
  const { run, open, path } = stage
  const page = await open(['View-Only Configuration'], { language: 'sv', theme: 'dark', width: 390 })
  await go(page, path)
  const look = async (words: string) => {
    await page.getByText(words).first().waitFor()
    await settle(page)
    await checkAxe(page)
    assert.equal(await page.evaluate('document.documentElement.scrollWidth > innerWidth'), false, words)
  }
  const tab = (name: string) => page.getByRole('navigation').getByRole('link', { name }).click()
  await look('Fullständighet de senaste 90 dagarna')
  await button(page, 'Visa som tabell').click()
  await look('Dag (UTC)')
  await tab('Mappning')
  await look('Den egna mappningen går först')
  await tab('Fel')
  await look('Ingen mappning')
  await tab('Inställningar')
  await look('Ändringar kräver rollen Mailbox Import Export')
  await tab('Historik')
  await look('Audit Logs')
  await tab('Körningar')
  await look('Fullständig')
  await page.locator('[data-row-link]').first().click()
  await page.getByRole('heading', { name: `Körning ${run.runId}` }).waitFor()
  await look('Båda summorna stämmer')
  await go(page, `/unmapped/${stage.connector.connectorId}/${CARA}`)
  await page.getByText('Att tilldela kräver rollen Mailbox Import Export.').waitFor()
  for (const name of ['Importera nu', 'Pausa', 'Kör om nu', 'Tilldela och arkivera'])
    assert.equal(await button(page, name).count(), 0, name)
  assert.deepEqual(page.faults, [])
})

test('the calendar is walked by keyboard, and a day leads to the runs that read it', async t => {
  const stage = await prepare(t)
  if (stage === null) return
  const page = await stage.open(['View-Only Configuration'])
  await go(page, stage.path)
  const days = page.locator('[data-day]')
  assert.equal(await days.count(), 90)
  assert.equal(await page.locator('[data-day][tabindex="0"]').count(), 1)
  await page.locator('[data-day][tabindex="0"]').focus()
  await page.keyboard.press('ArrowLeft')
  const focused = await page.evaluate('document.activeElement.dataset.day')
  assert.equal(focused, await days.nth(90 - 8).getAttribute('data-day'))
  await page.keyboard.press('Enter')
  await page.waitForURL(new RegExp(`/runs\\?day=${focused}`))
  await page.getByRole('button', { name: /^Remove the filter Day/ }).waitFor()
  assert.deepEqual(page.faults, [])
})
