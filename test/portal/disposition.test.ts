/** Disposition in a real browser: reviews are decided on, what is approved goes and has its proof, and a message says why it is kept. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { type TestContext, test } from 'node:test'
import { type TestCaller, testApi } from '../../src/testing/api.ts'
import { assertComplete, testArchive } from '../../src/testing/archive.ts'
import { someMessages } from '../../src/testing/export.ts'
import { ANNA, BO, MAPPING_CSV, PEOPLE_CSV, startTinySite, WINDOW } from '../e2e/tiny-site.ts'
import { checkAxe, type Look, openPage, type Page, settle, signIn, startBrowser } from './browser.ts'

const LOOKS: readonly Look[] = [
  { language: 'en', theme: 'light', width: 1440 },
  { language: 'sv', theme: 'dark', width: 390 },
]
const MESSAGES = 6

type Copy = { readonly mailboxId: number; readonly itemId: string }

/**
 * An archive served, with messages of Anna's, half of them Bo's too, that were sent longer ago than the label
 * "Short-lived" keeps: whatever gets it is due, and reviewed first. A worker does what is asked for.
 */
async function stage(t: TestContext) {
  const browser = await startBrowser(t)
  if (browser === null) return null
  const site = await startTinySite(someMessages(MESSAGES))
  t.after(() => site.stop())
  const archive = await testArchive(t)
  const { ground } = archive
  await archive.addPeople(PEOPLE_CSV)
  const connector = await archive.addConnector(site, 'o2')
  await archive.addMapping(connector, MAPPING_CSV)
  await archive.work()
  assertComplete(await archive.run(connector, WINDOW))
  const api = await testApi(t, archive)
  const [keeper, first, second] = [
    await api.personWith(['Retention Management', 'Preview', 'Compliance Search', 'Hold']),
    await api.personWith(['Disposition Management', 'Preview']),
    await api.personWith(['Disposition Management']),
  ]
  await ground.database.execute('update person set must_change_password = false')
  const label = async (name: string, action: string, period: string, review = false): Promise<number> => {
    const body = { name, description: '', action, period, start: 'sent', eventTypeId: null, review }
    const answer = await keeper.call('POST', '/api/retention/labels', { body })
    assert.equal(answer.status, 200, answer.text)
    return answer.json().labelId
  }
  const copies = await ground.database.query<Copy>(
    `select f.mailbox_id as "mailboxId", f.item_id as "itemId" from filing f join mailbox m using (mailbox_id)
     where m.address = $1 order by f.item_id`,
    [ANNA.mailbox],
  )
  assert.equal(copies.length, MESSAGES)
  const shortLived = await label('Short-lived', 'delete', 'P1D', true)
  await label('Contract', 'retain-then-delete', 'P7Y')
  const put = await keeper.call('POST', `/api/retention/labels/${shortLived}/put`, {
    body: { on: { type: 'copies', copies } },
  })
  assert.equal(put.status, 200, put.text)
  const open = async (caller: TestCaller, look?: Look) => {
    const page = await openPage(browser, api.url, look)
    t.after(() => page.context().close())
    await signIn(page, caller.username, caller.password)
    return page
  }
  /** Asks for a run and waits for its end. */
  const dispose = async () => {
    const asked = await first.call('POST', '/api/disposition/runs')
    assert.equal(asked.status, 200, asked.text)
    for (;;) {
      const run = (await first.call('GET', `/api/disposition/runs/${asked.json().runId}`)).json()
      if (run.endedAt !== null) return run
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  }
  return { archive, keeper, first, second, copies, open, dispose }
}

test('what waits for a review is shown, kept for longer, relabelled, and approved by two persons; then it is gone and proved', async t => {
  const here = await stage(t)
  if (here === null) return
  const one = await here.open(here.first)
  await one.goto('/disposition/reviews')
  await one.getByText('Nothing waits for a review').waitFor()
  assert.equal((await here.dispose()).reviewed, MESSAGES)

  // Two persons, from the settings.
  await one.goto('/disposition')
  await one.getByText('waiting for a review').waitFor()
  await one.getByRole('link', { name: 'Edit' }).click()
  await one.getByLabel('At most a day').fill('none')
  await one.getByText('A whole number from 1 is expected, or nothing.').waitFor()
  await one.getByLabel('At most a day').fill('100')
  await one.getByRole('switch', { name: 'Two persons approve' }).check()
  await one.getByRole('button', { name: 'Save' }).click()
  await one.getByText('What one has approved goes after another has too').waitFor()

  // One is looked at, and kept for longer.
  await one.getByRole('link', { name: /^Reviews/ }).click()
  const rows = one.getByRole('table', { name: 'Waiting for a review' }).getByRole('link', { name: /sent/ })
  await rows.first().click()
  const panel = one.getByRole('dialog')
  await panel.getByText('Short-lived').first().waitFor()
  await panel.getByText(/Due since .*; waits for a disposition review/).waitFor()
  assert.equal(await panel.getByText(/whimbrel/).count(), 0)
  await panel.getByRole('button', { name: 'Show the message' }).click()
  await panel.getByText(/whimbrel number/).waitFor()
  await panel.getByRole('button', { name: 'Keep for longer' }).click()
  const dialog = one.getByRole('dialog', { name: /longer/ }).or(one.getByRole('alertdialog'))
  await dialog.getByLabel('Years').fill('2')
  await dialog.getByLabel('Comment').fill('The matter is open')
  await dialog.getByRole('button', { name: 'Keep for longer' }).click()
  await one.getByText('Decided on one message').waitFor()
  await one.getByText('The matter is open').waitFor({ state: 'detached' })

  // Another gets a label.
  await rows.nth(MESSAGES - 2).waitFor()
  await one
    .getByRole('checkbox', { name: /^Choose SMS/ })
    .first()
    .check()
  await one.getByText('One chosen').waitFor()
  await one.getByRole('button', { name: 'Put on a label' }).click()
  const relabel = one.getByRole('dialog', { name: 'Put a label on this message?' })
  await relabel.getByLabel('Label').selectOption({ label: 'Contract' })
  await relabel.getByLabel('Comment').fill('It is a contract')
  await relabel.getByRole('button', { name: 'Put on a label' }).click()
  await one.getByText('Decided on one message').last().waitFor()

  // The rest is approved, by two.
  const left = MESSAGES - 2
  await assertCount(rows, left)
  await one.getByRole('checkbox', { name: 'Choose all on this page' }).check()
  await one.getByText(`${left} chosen`).waitFor()
  await one.getByRole('button', { name: 'Approve' }).click()
  const approve = one.getByRole('alertdialog')
  await approve.getByText('Two persons have to approve.', { exact: false }).waitFor()
  await approve.getByLabel('Comment').fill('Nothing is needed any more')
  await approve.getByLabel(`Type ${left} to confirm`).fill(String(left))
  await approve.getByRole('button', { name: 'Approve' }).click()
  await one.getByText(`${left} messages now wait for another person`).waitFor()
  await one.getByRole('table').getByText('Waits for another').first().waitFor()
  await rows.first().click()
  await panel.getByText('You have approved it. Another person has to approve it too.').waitFor()
  assert.equal(await panel.getByRole('button', { name: 'Approve' }).getAttribute('aria-disabled'), 'true')

  const two = await here.open(here.second)
  await two.goto('/disposition/reviews')
  await two.getByRole('checkbox', { name: 'Choose all on this page' }).check()
  await two.getByRole('button', { name: 'Approve' }).click()
  await two.getByRole('alertdialog').getByLabel('Comment').fill('Agreed')
  await two.getByRole('alertdialog').getByLabel(`Type ${left} to confirm`).fill(String(left))
  await two.getByRole('alertdialog').getByRole('button', { name: 'Approve' }).click()
  await two.getByText(`Decided on ${left} messages`).waitFor()
  await two.getByText('Nothing waits for a review').waitFor()

  // Gone, with a proof.
  await two.getByRole('link', { name: 'Disposals' }).click()
  await two.getByRole('link', { name: 'Disposal 1' }).click()
  const disposal = two.getByRole('dialog')
  await disposal.getByText(`${here.first.username}, ${here.second.username}`).waitFor()
  await here.archive.seal()
  const [file] = await Promise.all([
    two.waitForEvent('download'),
    disposal.getByRole('button', { name: 'Download proof' }).click(),
  ])
  assert.equal(file.suggestedFilename(), 'disposal-1.proof.json')
  const proof = await readFile(await file.path(), 'utf8')
  assert.ok(proof.includes('holdfast-disposal-1') && !proof.includes(ANNA.mailbox))

  // What is left of one of them is told by its id.
  const [gone] = await here.archive.ground.database.query<{ item_id: string }>(
    'select item_id from tombstone',
  )
  await disposal.getByRole('button', { name: 'Close' }).click()
  await two.getByLabel('Id of the message').fill('nonsense')
  await two.getByRole('button', { name: 'Look it up' }).click()
  await two.getByText(/An id such as/).waitFor()
  await two.getByLabel('Id of the message').fill(gone!.item_id)
  await two.getByRole('button', { name: 'Look it up' }).click()
  await two.getByText(/^Disposed of/).waitFor()
  await two.getByRole('link', { name: 'Disposal 1' }).waitFor()
  assert.deepEqual([one.faults, two.faults], [[], []])
})

async function assertCount(rows: ReturnType<Page['getByRole']>, count: number): Promise<void> {
  await rows.nth(count - 1).waitFor()
  await rows.nth(count).waitFor({ state: 'detached' })
}

test('disposal is paused with a reason and resumed, an unusual volume waits to be let go, and runs say what they did', async t => {
  const here = await stage(t)
  if (here === null) return
  const page = await here.open(here.second)
  await page.goto('/disposition')
  await page.getByText('Nothing has been disposed of yet').waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  const dialog = page.getByRole('alertdialog')
  await dialog.getByRole('button', { name: 'Pause' }).click()
  await dialog
    .getByText(/reason/i)
    .last()
    .waitFor()
  await dialog.getByLabel('Reason').fill('An audit is under way')
  await dialog.getByRole('button', { name: 'Pause' }).click()
  await page.getByText(/An audit is under way/).waitFor()
  await page.getByText('Disposal is paused').first().waitFor()
  await page.getByRole('button', { name: 'Resume' }).click()
  await dialog.getByLabel('Reason').fill('It is over')
  await dialog.getByRole('button', { name: 'Resume' }).click()
  await page.getByText('Running').waitFor()

  const settings = (await here.second.call('GET', '/api/disposition')).json().settings
  const { revision, ...rest } = settings
  const changed = await here.second.call('PUT', '/api/disposition/settings', {
    body: { ...rest, unusualVolume: 1 },
    headers: { 'if-match': `"${revision}"` },
  })
  assert.equal(changed.status, 200, changed.text)
  await page.getByRole('button', { name: 'Dispose of what is due now' }).click()
  await dialog.getByRole('button', { name: 'Dispose of what is due now' }).click()
  await page.getByText('More is due than is usual', { exact: true }).waitFor()
  await page.getByText('Waits to be let go').waitFor()
  await page.getByRole('button', { name: 'Let it go' }).click()
  await dialog.getByLabel('Reason').fill('The label is new')
  await dialog.getByLabel(`Type ${MESSAGES} to confirm`).fill(String(MESSAGES))
  await dialog.getByRole('button', { name: 'Let it go' }).click()
  await page.getByText('More is due than is usual', { exact: true }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Dispose of what is due now' }).click()
  await dialog.getByRole('button', { name: 'Dispose of what is due now' }).click()
  const runs = page.getByRole('table', { name: 'Runs of disposal' })
  await runs.getByText('Complete').waitFor()
  await runs.getByText('Stopped').waitFor()
  assert.deepEqual(page.faults, [])
})

test('a message says why it is kept, from the mailbox and from what a search found; a label is put on and taken off there', async t => {
  const here = await stage(t)
  if (here === null) return
  const page = await here.open(here.keeper)
  await page.goto(`/mailboxes/${BO.mailbox}?item=${here.copies[0]!.itemId}`)
  await page.getByRole('button', { name: 'Why is it kept?' }).click()
  const panel = page.getByRole('dialog', { name: 'Why is it kept?' })
  const anna = panel.getByRole('region', { name: /Anna/ })
  const bo = panel.getByRole('region', { name: /Bo/ })
  await anna.getByText(/^Due since .*; goes with the next disposal/).waitFor()
  await anna.getByText('put on by a person').waitFor()
  await bo.getByText('Nothing keeps it, and nothing deletes it').waitFor()

  await bo.getByRole('button', { name: 'Put on a label' }).click()
  const dialog = page.getByRole('dialog', { name: 'Put on a label' })
  await dialog.getByLabel('Choose a label').selectOption({ label: 'Contract' })
  await dialog.getByRole('button', { name: 'Put on a label' }).click()
  await bo.getByText(/^Kept until/).waitFor()
  await bo.getByText(/It goes on .* at the earliest/).waitFor()
  await anna.getByText('Due since', { exact: false }).first().waitFor()
  await bo.getByRole('button', { name: 'Take off' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Take off' }).click()
  await bo.getByText('Nothing keeps it, and nothing deletes it').waitFor()
  const json = await panel.getByRole('link', { name: 'The same as JSON' }).getAttribute('href')
  const told = await here.keeper.call('GET', json!)
  assert.equal(told.json().filings.length, 2)
  assert.ok(!page.url().includes('whimbrel'))

  await page.goto('/content-search/new')
  const query = page.getByRole('combobox', { name: 'Query' }).or(page.getByRole('textbox', { name: 'Query' }))
  await query.first().fill('whimbrel')
  await page.getByRole('button', { name: 'Search', exact: true }).click()
  await page.getByRole('table', { name: 'Messages' }).getByRole('link').first().click()
  await page.getByRole('dialog').getByRole('button', { name: 'Why is it kept?' }).last().click()
  await page.waitForURL(/\/mailboxes\/.*why=/)
  await page.getByRole('dialog', { name: 'Why is it kept?' }).getByText('Short-lived').first().waitFor()
  assert.deepEqual(page.faults, [])
})

/** Policies and a hold that this copy is kept by besides, some of them set aside. */
async function keepByMany(keeper: TestCaller, { mailboxId, itemId }: Copy): Promise<void> {
  const ask = async (path: string, body: object) => {
    const answer = await keeper.call('POST', path, { body })
    assert.equal(answer.status, 200, answer.text)
  }
  const policy = { appliesTo: 'all', startFrom: 'sent', enabled: true }
  await ask('/api/retention/policies', { ...policy, name: 'Records', action: 'retain', period: 'P6Y' })
  await ask('/api/retention/policies', { ...policy, name: 'Tidy', action: 'delete', period: 'P3Y' })
  await ask('/api/holds', { name: 'Northwind', reason: 'A claim', mailboxIds: [mailboxId] })
  for (;;) {
    const { filings } = (await keeper.call('GET', `/api/items/${itemId}/explanation`)).json()
    const filing = filings.find((each: Copy) => each.mailboxId === mailboxId)
    if (filing.verdict === 'held-ever' && !filing.evaluating) return
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

test('the pages of disposition are sound in both languages, light and dark, wide and narrow', async t => {
  const here = await stage(t)
  if (here === null) return
  await here.dispose()
  const [one, other, ...rest] = here.copies
  const decide = (caller: TestCaller, filings: readonly Copy[], decision: object) =>
    caller.call('POST', '/api/disposition/reviews/decide', {
      body: { filings, decision, comment: 'Looked at' },
    })
  assert.equal((await decide(here.first, rest.slice(0, 2), { act: 'approve' })).status, 200)
  assert.equal((await decide(here.first, [one!], { act: 'extend', period: 'P2Y' })).status, 200)
  await here.dispose()
  await keepByMany(here.keeper, one!)
  for (const look of LOOKS) {
    const page = await here.open(here.first, look)
    for (const path of [
      '/disposition',
      '/disposition/settings',
      '/disposition/reviews',
      `/disposition/reviews/${other!.mailboxId}/${other!.itemId}`,
      '/disposition/disposals',
      '/disposition/disposals/1',
      `/disposition/items/${one!.itemId}`,
      `/disposition/items/${rest[0]!.itemId}`,
      `/mailboxes/${ANNA.mailbox}?item=${one!.itemId}&why=${one!.itemId}`,
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
