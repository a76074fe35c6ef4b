/** The in-place archive in a real browser: a policy is made, what it moves is read apart, and it comes back. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { performOpenArchiving } from '../../src/in-place-archive/in-place-archive.ts'
import { type TestCaller, testApi } from '../../src/testing/api.ts'
import { assertComplete, testArchive } from '../../src/testing/archive.ts'
import { someMessages } from '../../src/testing/export.ts'
import { ANNA, MAPPING_CSV, PEOPLE_CSV, startTinySite, WINDOW } from '../e2e/tiny-site.ts'
import { checkAxe, type Look, openPage, settle, signIn, startBrowser } from './browser.ts'

const LOOKS: readonly Look[] = [
  { language: 'en', theme: 'light', width: 1440 },
  { language: 'sv', theme: 'dark', width: 390 },
]

/** An archive with a dozen messages, served; runs of the in-place archive are done when `move` is called. */
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
  const person = await api.personWith(['Retention Management', 'Preview'])
  await ground.database.execute('update person set must_change_password = false')
  const open = async (caller: TestCaller, look?: Look) => {
    const page = await openPage(browser, api.url, look)
    t.after(() => page.context().close())
    await signIn(page, caller.username, caller.password)
    return page
  }
  return { person, open, move: () => performOpenArchiving(ground, new AbortController().signal) }
}

test('a policy is made and removed, and what it moves stands apart in the mailbox meanwhile', async t => {
  const here = await stage(t)
  if (here === null) return
  const page = await here.open(here.person)
  await page.goto('/in-place-archive')
  await page.getByText('No archive policies yet').waitFor()
  await page.getByRole('button', { name: 'New archive policy' }).click()
  await page.getByRole('heading', { name: 'New archive policy', level: 1 }).waitFor()
  await page.getByRole('radio', { name: /^Chosen mailboxes/ }).check()
  await page.getByLabel('Years').fill('')
  await page.getByRole('button', { name: 'Make the policy' }).click()
  await page.getByText('Give the policy a name.').waitFor()
  await page.getByText('Choose a mailbox.').waitFor()
  await page.getByText('A period from a day to 100 years is expected.').waitFor()
  await page.getByLabel('Days').fill('1')
  await page.getByLabel('Name').fill('After a day')
  const finder = page.getByRole('combobox', { name: /^Mailboxes/ })
  await finder.click()
  await finder.pressSequentially(ANNA.mailbox.slice(0, 4))
  await page.getByRole('option', { name: new RegExp(ANNA.mailbox) }).click()
  await page.getByRole('button', { name: 'Make the policy' }).click()
  await page.getByRole('link', { name: 'After a day' }).waitFor()
  await page.getByText('Under way').waitFor()
  await here.move()
  await page.getByText('12 copies').waitFor()

  const mailbox = `/mailboxes/${encodeURIComponent(ANNA.mailbox)}`
  await page.goto(mailbox)
  await page.getByText('Nothing newer is here').waitFor()
  await page.getByRole('link', { name: '12 older messages are in the in-place archive' }).click()
  await page.waitForURL(/archive=true/)
  await page.getByText('whimbrel number 11').first().waitFor()
  const folders = page.getByRole('combobox', { name: 'Folders' })
  assert.match((await folders.textContent()) ?? (await folders.inputValue()), /^In-place archive/)
  await folders.click()
  await page.getByRole('group', { name: 'In-place archive' }).waitFor()
  await page.getByRole('option', { name: /^All folders \(0\)/ }).click()
  await page.getByText('Nothing newer is here').waitFor()

  await page.goto('/in-place-archive')
  await page.getByRole('link', { name: 'After a day' }).click()
  await page.getByLabel('Years').fill('90')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('90 years 1 day').waitFor()
  await here.move()
  await page.getByText('0 copies').waitFor()
  await page.getByRole('link', { name: 'After a day' }).click()
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove the policy' }).click()
  await page.getByText('No archive policies yet').waitFor()
  await page.goto('/in-place-archive/999')
  await page.getByRole('heading', { name: 'There is no such policy' }).waitFor()
  assert.deepEqual(page.faults, [])
})

test('the pages of the in-place archive are sound in both languages, light and dark, wide and narrow', async t => {
  const here = await stage(t)
  if (here === null) return
  const { call } = here.person
  const make = async (body: Record<string, unknown>) => {
    const answer = await call('POST', '/api/archive-policies', { body })
    assert.equal(answer.status, 200, answer.text)
    return answer.json()
  }
  await make({ name: 'Two years for everybody', period: 'P2Y', mailboxIds: null })
  const found = await call('POST', '/api/archive-policies/mailboxes', { body: { containing: ANNA.mailbox } })
  const { policyId } = await make({
    name: 'The trading desk',
    description: 'Quick to grow',
    period: 'P1D',
    mailboxIds: [found.json().rows[0].mailboxId],
  })
  await here.move()
  const mailbox = `/mailboxes/${encodeURIComponent(ANNA.mailbox)}`
  for (const look of LOOKS) {
    const page = await here.open(here.person, look)
    for (const path of [
      '/in-place-archive',
      '/in-place-archive/new',
      `/in-place-archive/${policyId}`,
      mailbox,
      `${mailbox}?archive=true`,
    ]) {
      await page.goto(path)
      await settle(page)
      await checkAxe(page)
      const wide = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')
      assert.equal(wide, false, path)
    }
    assert.deepEqual(page.faults, [])
  }
})
