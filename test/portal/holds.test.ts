/** Holds in a real browser: a query hold is placed, watched, changed, released; its delay is ended. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { evaluateHolds } from '../../src/hold/hold.ts'
import { type TestCaller, testApi } from '../../src/testing/api.ts'
import { assertComplete, testArchive } from '../../src/testing/archive.ts'
import { someMessages } from '../../src/testing/export.ts'
import { ANNA, BO, MAPPING_CSV, PEOPLE_CSV, startTinySite, WINDOW } from '../e2e/tiny-site.ts'
import { checkAxe, type Look, openPage, settle, signIn, startBrowser } from './browser.ts'

const LOOKS: readonly Look[] = [
  { language: 'en', theme: 'light', width: 1440 },
  { language: 'sv', theme: 'dark', width: 390 },
]

/** An archive with a dozen messages, served; queries look at them when `evaluate` is called. */
async function stage(t: TestContext) {
  const browser = await startBrowser(t)
  if (browser === null) return null
  const site = await startTinySite(someMessages(12))
  t.after(() => site.stop())
  const archive = await testArchive(t)
  const { ground } = archive
  await archive.addPeople(PEOPLE_CSV)
  const connector = await archive.addConnector(site, 'o2')
  await archive.addMapping(connector, MAPPING_CSV)
  const worker = await archive.work()
  assertComplete(await archive.run(connector, WINDOW))
  await worker.stop()
  const api = await testApi(t, archive)
  const holder = await api.personWith(['Hold'])
  await ground.database.execute('update person set must_change_password = false')
  const open = async (caller: TestCaller, look?: Look) => {
    const page = await openPage(browser, api.url, look)
    t.after(() => page.context().close())
    await signIn(page, caller.username, caller.password)
    return page
  }
  return { holder, open, evaluate: () => evaluateHolds(ground) }
}

test('a query hold is placed, watched while it evaluates, changed and released, by a person with the role Hold alone', async t => {
  const here = await stage(t)
  if (here === null) return
  const page = await here.open(here.holder)
  await page.goto('/holds')
  await page.getByText('No holds yet').waitFor()
  await page.getByRole('button', { name: 'Place a hold' }).click()
  await page.getByRole('heading', { name: 'Place a hold', level: 1 }).waitFor()
  await page.getByRole('button', { name: 'Place a hold' }).click()
  await page.getByText('Give the hold a name.').waitFor()
  await page.getByText('Choose a mailbox.').waitFor()

  await page.getByRole('radio', { name: /^Query hold/ }).check()
  const query = page.getByRole('combobox', { name: 'Query' }).or(page.getByRole('textbox', { name: 'Query' }))
  await query.first().fill('whimbrel')
  const finder = page.getByRole('combobox', { name: /^Mailboxes/ })
  await finder.click()
  await finder.pressSequentially(ANNA.mailbox.slice(0, 4))
  await page.getByRole('option', { name: new RegExp(ANNA.mailbox) }).click()
  await page.getByRole('button', { name: `Take off ${ANNA.mailbox}` }).waitFor()
  await page.getByLabel('For how many days').fill('0')
  await page.getByText('A number from 1 to 36,500 is expected, or nothing.').waitFor()
  await page.getByLabel('For how many days').fill('')
  await page.getByLabel('Name').fill('Northwind')
  await page.getByLabel('Reason').fill('Letter of 3 May')
  await page.getByRole('button', { name: 'Place a hold' }).click()
  await page.waitForURL(/\/holds\/\d+$/)
  assert.ok(!page.url().includes('whimbrel'))
  await page.getByRole('heading', { name: 'Northwind', level: 1 }).waitFor()
  await page.getByText('Evaluating').first().waitFor()
  await here.evaluate()
  await page.getByText('In force').waitFor()
  await page.getByText('Letter of 3 May').first().waitFor()
  await page.getByText('held as they match').waitFor()

  await page.getByRole('button', { name: 'Change' }).click()
  await page.getByRole('heading', { name: 'Change the hold', level: 1 }).waitFor()
  await finder.click()
  await finder.pressSequentially(BO.mailbox.slice(0, 3))
  await page.getByRole('option', { name: new RegExp(BO.mailbox) }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('One mailbox put on it').waitFor()

  await page.getByRole('button', { name: 'Release' }).click()
  const dialog = page.getByRole('alertdialog')
  await dialog.getByLabel(/^Type Northwind/).fill('Northwind')
  await dialog.getByRole('button', { name: 'Release' }).click()
  await dialog
    .getByText(/reason/i)
    .last()
    .waitFor()
  await dialog.getByLabel('Reason').fill('Settled')
  await dialog.getByRole('button', { name: 'Release' }).click()
  await page.getByText('Released, and still holding').waitFor()
  await page.getByText('Settled').waitFor()

  await page.getByRole('button', { name: 'End the delay' }).click()
  await dialog.getByLabel('Reason').fill('By order of the court')
  await dialog.getByLabel(/^Type Northwind/).fill('Northwind')
  await dialog.getByRole('button', { name: 'End the delay' }).click()
  await page.getByText('Delay ended').waitFor()
  await here.evaluate()
  await page.goto('/holds?state=released')
  await page.getByRole('link', { name: /Northwind/ }).waitFor()
  await page.goto('/holds?state=active')
  await page.getByText('No hold is in this state').waitFor()
  await page.goto('/holds/999')
  await page.getByRole('heading', { name: 'There is no such hold' }).waitFor()
  assert.deepEqual(page.faults, [])
})

test('the pages of holds are sound in both languages, light and dark, wide and narrow', async t => {
  const here = await stage(t)
  if (here === null) return
  const { call } = here.holder
  const mailboxes = (await call('POST', '/api/holds/mailboxes', { body: {} })).json()
  const mailboxIds = mailboxes.rows.map((row: { mailboxId: number }) => row.mailboxId)
  const draft = {
    name: 'Claim 17',
    reason: 'A claim',
    note: 'Keep all',
    link: 'https://example.com/17',
    mailboxIds,
  }
  assert.equal((await call('POST', '/api/holds', { body: draft })).status, 200)
  const placed = await call('POST', '/api/holds', {
    body: { ...draft, name: 'By query', query: 'whimbrel', days: 400 },
  })
  assert.equal(placed.status, 200)
  const { holdId } = placed.json()
  for (const look of LOOKS) {
    const page = await here.open(here.holder, look)
    for (const path of ['/holds', '/holds/new', `/holds/${holdId}`, `/holds/${holdId}/change`]) {
      await page.goto(path)
      await settle(page)
      await checkAxe(page)
      const wide = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')
      assert.equal(wide, false, path)
    }
    assert.deepEqual(page.faults, [])
  }
})
