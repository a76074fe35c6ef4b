/** Erasure in a real browser: a request is previewed and entered; what is held is restricted, and goes when it may. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { performErasure } from '../../src/erasure/erasure.ts'
import { evaluateHolds, placeHold, releaseHold, removeDelay } from '../../src/hold/hold.ts'
import { type TestCaller, testApi } from '../../src/testing/api.ts'
import { assertComplete, testArchive } from '../../src/testing/archive.ts'
import { someMessages } from '../../src/testing/export.ts'
import { BO, MAPPING_CSV, PEOPLE_CSV, startTinySite, WINDOW } from '../e2e/tiny-site.ts'
import { checkAxe, type Look, openPage, settle, shoot, signIn, startBrowser } from './browser.ts'

const LOOKS: readonly Look[] = [
  { language: 'en', theme: 'light', width: 1440 },
  { language: 'sv', theme: 'dark', width: 390 },
]

/** A dozen messages of Anna's, half of them to Bo, whose mailbox is held. */
async function stage(t: TestContext) {
  const browser = await startBrowser(t)
  if (browser === null) return null
  const site = await startTinySite(someMessages(12))
  t.after(() => site.stop())
  const archive = await testArchive(t)
  const { ground, actor } = archive
  await archive.addPeople(PEOPLE_CSV)
  const connector = await archive.addConnector(site, 'o2')
  await archive.addMapping(connector, MAPPING_CSV)
  const worker = await archive.work()
  assertComplete(await archive.run(connector, WINDOW))
  await worker.stop()
  const [bo] = await ground.database.query<{ mailbox_id: number }>(
    'select mailbox_id from mailbox where address = $1',
    [BO.mailbox],
  )
  const queue = await archive.queue()
  const { holdId } = await placeHold(ground, queue, actor, {
    name: 'Claim 17',
    reason: 'A claim',
    note: '',
    link: '',
    mailboxIds: [bo!.mailbox_id],
    query: null,
    days: null,
  })
  const api = await testApi(t, archive)
  const rita = await api.personWith(['Retention Management'])
  const reader = await api.personWith(['Preview', 'Compliance Search'])
  await ground.database.execute('update person set must_change_password = false')
  const open = async (caller: TestCaller, look?: Look) => {
    const page = await openPage(browser, api.url, look)
    t.after(() => page.context().close())
    await signIn(page, caller.username, caller.password)
    return page
  }
  return {
    rita,
    reader,
    open,
    /** Does what the worker would. */
    work: (requestId: number) => performErasure(ground, requestId),
    /** Nothing holds Bo's mailbox any more. */
    letGo: async () => {
      await releaseHold(ground, queue, actor, holdId, 'settled')
      await removeDelay(ground, queue, actor, holdId, 'ordered')
      await evaluateHolds(ground)
    },
  }
}

test('a request is previewed, entered, waits for a hold, is left out for readers, and completes', async t => {
  const here = await stage(t)
  if (here === null) return
  const page = await here.open(here.rita)
  await page.goto('/erasure')
  await page.getByText('No erasure requests yet').waitFor()
  await page.getByRole('button', { name: 'Enter a request' }).click()
  await page.getByRole('heading', { name: 'Enter an erasure request', level: 1 }).waitFor()
  await page.getByRole('button', { name: 'Enter a request' }).click()
  await page.getByText('Give a number or an address.').waitFor()
  await page.getByText('Say what it rests on.').waitFor()
  await page.getByText('Say what was asked for.').waitFor()

  const number = page.getByLabel('Number or address').first()
  await number.fill('07700 900102')
  await page.getByRole('button', { name: 'See what there is' }).click()
  await page.getByText(/neither an address nor a number with its country code/).waitFor()
  await number.fill('+44 7700 900102')
  await page.getByRole('button', { name: 'See what there is' }).click()
  await page.getByText('6 messages and calls name the person.').last().waitFor()
  await page.getByText('would be erased').waitFor()
  await page.getByRole('button', { name: `Add ${BO.mailbox}` }).click()
  await page.getByText('would be erased').waitFor({ state: 'detached' })
  await page.getByLabel(/^Basis/).selectOption('objection')
  await page.getByLabel(/^What was asked for/).fill('Letter of 3 May')
  await page.getByLabel(/^Your reference/).fill('DPO-17')
  await page.getByRole('button', { name: 'Enter a request' }).click()
  const dialog = page.getByRole('alertdialog')
  await dialog.getByText(/^6 copies are erased.*6 copies are kept for now, and restricted/).waitFor()
  await dialog.getByLabel('Type erase to confirm').fill('erase')
  await dialog.getByRole('button', { name: 'Erase' }).click()
  await page.waitForURL(/\/erasure\/\d+$/)
  assert.ok(!page.url().includes('7700'))
  await page.getByText('Being looked at').first().waitFor()
  const requestId = Number(page.url().split('/').at(-1))
  await here.work(requestId)
  await page.getByText('Waiting', { exact: true }).waitFor()
  await page.getByRole('cell', { name: BO.mailbox }).or(page.getByText(BO.mailbox)).first().waitFor()
  await page.getByText('Letter of 3 May').waitFor()
  const report = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Report (HTML)' }).click()
  assert.equal((await report).suggestedFilename(), `erasure-request-${requestId}.html`)

  const reading = await here.open(here.reader)
  await reading.goto(`/mailboxes/${BO.mailbox}`)
  await reading.getByText('6 restricted items are left out').waitFor()
  await reading.getByText('whimbrel').first().waitFor({ state: 'detached' })

  await page.getByRole('button', { name: 'Change' }).click()
  const change = page.getByRole('dialog')
  await change.getByLabel('Your reference').fill('DPO-18')
  await change.getByRole('button', { name: 'Save' }).click()
  await page.getByText('DPO-18').waitFor()
  await here.letGo()
  await here.work(requestId)
  await page.reload()
  await page.getByText('Complete', { exact: true }).waitFor()
  await page.getByText('All that it was about is gone.').first().waitFor()
  await page.goto('/erasure?state=waiting')
  await page.getByText('No request is in this state').waitFor()
  await page.goto('/erasure/999')
  await page.getByRole('heading', { name: 'There is no such request' }).waitFor()
  assert.deepEqual(page.faults, [])
  assert.deepEqual(reading.faults, [])
})

test('the pages of erasure are sound in both languages, light and dark, wide and narrow', async t => {
  const here = await stage(t)
  if (here === null) return
  const body = {
    identities: [{ value: BO.number, from: '2020-01-01T00:00:00.000Z' }],
    basis: 'no-longer-needed',
    reason: 'Asked for by letter on 3 May; the passport was shown at the counter.',
    reference: 'DPO-17',
  }
  const entered = await here.rita.call('POST', '/api/erasure-requests', { body })
  assert.equal(entered.status, 200, entered.text)
  const { requestId } = entered.json()
  await here.work(requestId)
  for (const look of LOOKS) {
    const page = await here.open(here.rita, look)
    const check = async (name: string) => {
      await settle(page)
      await checkAxe(page)
      const wide = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')
      assert.equal(wide, false, name)
      if (process.env.LOOK_AT)
        await shoot(page, process.env.LOOK_AT, `${name}-${look.language}-${look.width}`)
    }
    await page.goto('/erasure')
    await check('list')
    await page.goto(`/erasure/${requestId}`)
    await check('request')
    await page.goto('/erasure/new')
    await page
      .getByRole('button', {
        name: look.language === 'en' ? 'Another number or address' : 'Ett nummer eller en adress till',
      })
      .click()
    await page.locator('fieldset input').first().fill(`+${BO.number}`)
    await page
      .getByRole('button', { name: look.language === 'en' ? 'See what there is' : 'Se vad som finns' })
      .click()
    await page.locator('table').waitFor()
    await check('new')
    assert.deepEqual(page.faults, [])
  }
})
