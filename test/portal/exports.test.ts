/** Exports in a real browser: one is made of a query, watched, downloaded, and verified by the command. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { archivePublicKey } from '../../src/audit/audit.ts'
import { openSequencer } from '../../src/cli/sequencer.ts'
import { workExports } from '../../src/export/export.ts'
import type { Role } from '../../src/identity/identity.ts'
import { type TestCaller, testApi } from '../../src/testing/api.ts'
import { assertComplete, runCommand, testArchive } from '../../src/testing/archive.ts'
import { someMessages } from '../../src/testing/export.ts'
import { MAPPING_CSV, PEOPLE_CSV, startTinySite, WINDOW } from '../e2e/tiny-site.ts'
import { checkAxe, type Look, openPage, settle, signIn, startBrowser } from './browser.ts'

const ROLES: readonly Role[] = ['Export', 'Compliance Search', 'Preview', 'Audit Logs']
const NOWHERE = { HOLDFAST_DATA: '/nonexistent', DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }
const LOOKS: readonly Look[] = [
  { language: 'en', theme: 'light', width: 1440 },
  { language: 'sv', theme: 'dark', width: 390 },
]

/** An archive with a dozen messages, served, its log sequenced; exports are made once `work` is called. */
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
  const sequencer = openSequencer(ground)
  t.after(() => sequencer.stop())
  const stopping = new AbortController()
  t.after(async () => stopping.abort())
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
  const work = async () => workExports(ground, await archive.queue(), stopping.signal)
  return { archive, ground, person, open, work }
}

test('an export is made of a query, watched, downloaded, and the file is verified by the command', async t => {
  const here = await stage(t)
  if (here === null) return
  const page = await here.open(await here.person(...ROLES))
  await page.goto('/exports')
  await page.getByText('No exports yet').waitFor()
  await page.getByRole('button', { name: 'New export' }).click()
  await page.getByRole('heading', { name: 'New export', level: 1 }).waitFor()

  await page.getByRole('button', { name: 'Make export' }).click()
  await page.getByText('Write a query first.').first().waitFor()
  const query = page.getByRole('combobox', { name: 'Query' }).or(page.getByRole('textbox', { name: 'Query' }))
  await query.first().fill('whimbrel')
  await page.getByRole('button', { name: 'Estimate' }).click()
  await page.getByText('12 items').waitFor()
  await page.getByRole('textbox', { name: 'Name (optional)' }).fill('Matter 7')
  assert.ok(!page.url().includes('whimbrel'))
  await page.getByRole('button', { name: 'Make export' }).click()
  await page.waitForURL(/\/exports\/[0-9a-f-]{36}$/)
  await page.getByText('Waiting for a worker').waitFor()
  await here.work()

  const link = page.getByRole('link', { name: /^Download package/ })
  await link.waitFor()
  await page.getByText('adds up').waitFor()
  assert.equal(await page.getByText('whimbrel').count(), 0, 'the query is shown when it is asked for')
  await page.getByRole('button', { name: 'Show the query' }).click()
  await page.getByText('whimbrel').waitFor()
  await page.getByText('Not downloaded yet').waitFor()

  const waiting = page.waitForEvent('download')
  await link.click()
  const download = await waiting
  assert.match(download.suggestedFilename(), /^holdfast-export-[0-9a-f-]{36}\.zip$/)
  const key = archivePublicKey(here.ground.keyring, here.ground.archive.archiveId)
  const answer = await runCommand(['verify', await download.path(), '--key', key], NOWHERE)
  assert.equal(answer.code, 0, answer.stdout + answer.stderr)
  assert.match(answer.stdout, /12 archived unchanged/)
  assert.match(answer.stdout, /signed by the key given/)
  await page.getByText(/^Downloaded once/).waitFor()

  await page.getByRole('link', { name: 'See every act in the audit log' }).click()
  await page.getByText('Downloaded an export').first().waitFor()
  await page.goBack()
  await page.getByRole('button', { name: 'Remove package' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove package' }).click()
  await page.getByText('There is no package any more').waitFor()
  assert.equal(await link.count(), 0)
  assert.deepEqual(page.faults, [])
})

test('an encrypted export says what is wrong until it is mended, and can be cancelled while it waits', async t => {
  const here = await stage(t)
  if (here === null) return
  const page = await here.open(await here.person(...ROLES))
  await page.goto('/exports/new')
  const query = page.getByRole('combobox', { name: 'Query' }).or(page.getByRole('textbox', { name: 'Query' }))
  await query.first().fill('whimbrel')
  await page.getByRole('radio', { name: 'Tables only' }).check()
  await page.getByRole('radio', { name: 'Some messages around' }).check()
  await page.getByLabel('Messages to each side').fill('0')
  await page.getByRole('radio', { name: 'Pass phrase' }).check()
  await page.getByLabel('Pass phrase', { exact: true }).fill('too short')
  await page.getByLabel('Expires after (days)').fill('400')
  await page.getByRole('button', { name: 'Make export' }).click()
  await page.getByText('Mend what is marked.').waitFor()
  await page.getByText('A whole number from 1 to 1,000').waitFor()
  await page.getByText('A whole number from 1 to 365').waitFor()
  await page.getByText('The two are not the same').waitFor()
  await page.getByLabel('Messages to each side').fill('3')
  await page.getByLabel('Expires after (days)').fill('7')
  await page.getByRole('button', { name: 'Make one up' }).click()
  await page.getByText('Strong', { exact: true }).waitFor()
  await page.getByText('Write it down now').waitFor()
  await page.getByRole('button', { name: 'Make export' }).click()
  await page.waitForURL(/\/exports\/[0-9a-f-]{36}$/)
  await page.getByRole('button', { name: 'Cancel export' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel export' }).click()
  await page.getByText('There is no package any more').waitFor()

  await page.getByRole('button', { name: 'Export again' }).click()
  await page.waitForURL(/\/exports\/new$/)
  assert.equal(await query.first().inputValue(), 'whimbrel')
  await page.goto('/exports/00000000-0000-4000-8000-000000000000')
  await page.getByRole('heading', { name: 'There is no such export' }).waitFor()
  assert.deepEqual(page.faults, [])
})

test('the pages of exports hold for axe in both languages, both themes, wide and narrow', async t => {
  const here = await stage(t)
  if (here === null) return
  const caller = await here.person(...ROLES)
  await here.work()
  const { exportId } = await caller
    .call('POST', '/api/exports', {
      body: { source: { query: 'whimbrel' }, format: 'eml', context: { type: 'conversation' } },
    })
    .then(answer => answer.json())
  for (const look of LOOKS) {
    const page = await here.open(caller, look)
    for (const path of ['/exports', '/exports/new', `/exports/${exportId}`]) {
      await page.goto(path)
      await settle(page)
      await checkAxe(page)
      const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
      assert.ok(wide <= 0, `${path} is ${wide} pixels too wide`)
    }
    assert.deepEqual(page.faults, [])
  }
})

test('who does not hold the role Export has no exports', async t => {
  const here = await stage(t)
  if (here === null) return
  const page = await here.open(await here.person('Preview'))
  assert.equal(await page.getByRole('link', { name: 'Exports' }).count(), 0)
  await page.goto('/exports')
  await page.getByText('You cannot open this page').waitFor()
})
