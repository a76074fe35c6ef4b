/**
 * Retention in a real browser: a policy from a preset is tried, turned on and locked; a scope is built of what the
 * directory says; a label, a rule that puts it on, and an event are made.
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { askLabelQueries, performOpenEvaluations } from '../../src/retention/retention.ts'
import { type TestCaller, testApi } from '../../src/testing/api.ts'
import { assertComplete, testArchive } from '../../src/testing/archive.ts'
import { someMessages } from '../../src/testing/export.ts'
import { ANNA, BO, MAPPING_CSV, startTinySite, WINDOW } from '../e2e/tiny-site.ts'
import { checkAxe, type Look, openPage, type Page, settle, signIn, startBrowser } from './browser.ts'

const LOOKS: readonly Look[] = [
  { language: 'en', theme: 'light', width: 1440 },
  { language: 'sv', theme: 'dark', width: 390 },
]
const PEOPLE = `Address,Display Name,Department\r\n${ANNA.mailbox},Anna Lapwing,Trading\r\n${BO.mailbox},Bo Lapwing,Legal\r\n`

/** An archive with a dozen messages of Anna's, six of them with Bo, served to somebody who manages retention. */
async function stage(t: TestContext) {
  const browser = await startBrowser(t)
  if (browser === null) return null
  const site = await startTinySite(someMessages(12))
  t.after(() => site.stop())
  const archive = await testArchive(t)
  const { ground } = archive
  await archive.addPeople(PEOPLE)
  const connector = await archive.addConnector(site, 'o2')
  await archive.addMapping(connector, MAPPING_CSV)
  const worker = await archive.work()
  assertComplete(await archive.run(connector, WINDOW))
  await worker.stop()
  const api = await testApi(t, archive)
  const manager = await api.personWith(['Retention Management'])
  await ground.database.execute('update person set must_change_password = false')
  const open = async (caller: TestCaller, look?: Look) => {
    const page = await openPage(browser, api.url, look)
    t.after(() => page.context().close())
    await signIn(page, caller.username, caller.password)
    return page
  }
  const evaluate = async () => {
    await askLabelQueries(ground)
    await performOpenEvaluations(ground)
  }
  return { manager, open, evaluate }
}

/** Fills in a field of a form by its label. */
const fill = (page: Page, label: string | RegExp, value: string) => page.getByLabel(label).first().fill(value)
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const pick = async (page: Page, label: string | RegExp, address: string) => {
  const finder = page.getByRole('combobox', { name: label })
  await finder.click()
  await finder.pressSequentially(address.slice(0, 4))
  await page.getByRole('option', { name: new RegExp(address) }).click()
}

test('a policy is made from a preset, tried, turned on, locked, and from then on only extended', async t => {
  const here = await stage(t)
  if (here === null) return
  const page = await here.open(here.manager)
  await page.goto('/retention')
  await page.getByText('No retention policies yet').waitFor()
  await press(page, 'New policy')
  await page.getByRole('heading', { name: 'New policy', level: 1 }).waitFor()
  await press(page, 'Save')
  await page.getByText('Give it a name.').waitFor()
  await page.getByText('A period of one day to 100 years').waitFor()
  await page.getByRole('button', { name: /^MiFID II/ }).click()
  await press(page, 'Add 2 years')
  assert.equal(await page.getByLabel('Years').inputValue(), '7')
  await fill(page, 'Years', '4')
  await fill(page, /^Why it keeps less than MiFID II/, 'Only test traffic')
  await fill(page, 'Years', '7')
  await press(page, 'See what it would do')
  await page.getByText('Kept, or for longer').first().waitFor()
  await page.getByRole('table', { name: 'By mailbox' }).getByText(ANNA.mailbox).waitFor()
  await page
    .getByRole('table', { name: 'The earliest' })
    .getByText(/^Kept until/)
    .first()
    .waitFor()
  await press(page, 'Save')
  await page.waitForURL(/\/retention\/policies\/\d+$/)
  await page.getByText('Keep for 7 years').first().waitFor()
  await page.getByText('It is off').waitFor()
  const address = page.url()

  await press(page, 'What if?')
  const panel = page.getByRole('dialog')
  await panel.getByText('Kept, or for longer').first().waitFor()
  await panel.getByRole('button', { name: 'Close' }).click()
  await press(page, 'Turn on')
  const dialog = page.getByRole('alertdialog')
  await dialog.getByText('Kept, or for longer').waitFor()
  await dialog.getByRole('button', { name: 'Turn on' }).click()
  await page.getByText('Being applied').waitFor()
  await here.evaluate()
  await page.getByText('On', { exact: true }).waitFor()

  await press(page, 'Lock')
  await dialog.getByText('nobody can turn the policy off').waitFor()
  const lock = dialog.getByRole('button', { name: 'Lock' })
  assert.equal(await lock.getAttribute('aria-disabled'), 'true')
  await dialog.getByLabel(/^Type MiFID II/).fill('MiFID II')
  await lock.click()
  await dialog.waitFor({ state: 'hidden' })
  await page.getByText('It can only be extended').first().waitFor()
  for (const name of ['Turn off', 'Lock', 'Remove'])
    assert.equal(await page.getByRole('button', { name, exact: true }).count(), 0, name)

  await press(page, 'Change')
  await page.getByText('The policy is locked.').waitFor()
  assert.ok(await page.getByRole('radio', { name: /^Delete/ }).isDisabled())
  await fill(page, 'Years', '6')
  await fill(page, /^Why it keeps less than|^Description/, 'Shorter')
  await press(page, 'Save')
  await page.getByText('can only be extended', { exact: false }).last().waitFor()
  assert.match(page.url(), /\/change$/)
  await fill(page, 'Years', '10')
  await press(page, 'Save')
  await page.waitForURL(address)
  await page.getByText('Keep for 10 years').first().waitFor()
  assert.deepEqual(page.faults, [])
})

test('a policy that deletes by an adaptive scope says what would be due at once, is turned off and removed', async t => {
  const here = await stage(t)
  if (here === null) return
  const page = await here.open(here.manager)
  await page.goto('/retention/scopes')
  await page.getByText('No adaptive scopes yet').waitFor()
  await press(page, 'New adaptive scope')
  await page.getByText('Finish the conditions').waitFor()
  await fill(page, 'Name', 'Traders')
  await page.getByLabel('Attribute').selectOption('Department')
  await page.getByRole('combobox', { name: 'Values' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Trading (1)' }).click()
  await page.keyboard.press('Escape')
  await page.getByText('1 mailbox fits now').waitFor()
  await page.getByRole('radio', { name: 'As text' }).check()
  assert.equal(await page.getByLabel('Condition').inputValue(), 'Department:Trading')
  await fill(page, 'Condition', 'Department:Trading OR Department:(')
  await page.getByText(/expected a value/).waitFor()
  await fill(page, 'Condition', 'Department:(Trading, Legal) AND NOT Department:Leg*')
  await page.getByText('1 mailbox fits now').waitFor()
  await page.getByRole('radio', { name: 'With fields' }).check()
  assert.equal(await page.getByLabel('Attribute').count(), 2)
  await press(page, 'Save')
  await page.waitForURL(/\/retention\/scopes\/\d+$/)
  await page.getByRole('table', { name: 'Mailboxes in the scope' }).getByText(ANNA.mailbox).waitFor()

  await page.goto('/retention/policies/new')
  await fill(page, 'Name', 'Short')
  await page.getByRole('radio', { name: /^Delete/ }).check()
  await fill(page, 'Days', '1')
  await page.getByRole('checkbox', { name: /review before deletion/ }).check()
  await page.getByRole('radio', { name: /^Adaptive scopes/ }).check()
  await page.getByRole('checkbox', { name: /^Traders/ }).check()
  await page.getByRole('checkbox', { name: 'SMS' }).check()
  await press(page, 'Save')
  await page.getByText('Delete after 1 day').first().waitFor()
  await page.getByText('Reviewed before it is deleted').waitFor()
  await page.getByRole('link', { name: 'Traders' }).waitFor()
  await press(page, 'Turn on')
  const dialog = page.getByRole('alertdialog')
  await dialog.getByText('12 copies would be due for deletion at once').waitFor()
  await dialog.getByRole('button', { name: 'Turn on' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await here.evaluate()
  await page.getByText('On', { exact: true }).waitFor()
  // Its mailboxes come and go by themselves: it cannot be locked.
  assert.equal(await page.getByRole('button', { name: 'Lock', exact: true }).count(), 0)
  await press(page, 'Turn off')
  await dialog.getByText('Not deleted, or later').waitFor()
  await dialog.getByRole('button', { name: 'Turn off' }).click()
  await page.getByText('It is off').waitFor()
  await press(page, 'Remove')
  await dialog.getByLabel(/^Type Short/).fill('Short')
  await dialog.getByRole('button', { name: 'Remove' }).click()
  await page.getByText('It decides nothing any more').waitFor()
  await page.goto('/retention')
  await page.getByText('No retention policies yet').waitFor()
  await page.goto('/retention?state=removed')
  await page.getByRole('link', { name: /Short/ }).waitFor()
  await page.goto('/retention/policies/999')
  await page.getByRole('heading', { name: 'There is no such policy' }).waitFor()
  assert.deepEqual(page.faults, [])
})

test('a label counts from an event, and a rule puts it on what a query finds', async t => {
  const here = await stage(t)
  if (here === null) return
  const page = await here.open(here.manager)
  await page.goto('/retention/events')
  await page.getByText('No event types yet').waitFor()
  await press(page, 'New event type')
  await fill(page, 'Name', 'Account closed')
  await press(page, 'Save')
  await page.getByText('No event of this type is recorded').waitFor()

  await page.goto('/retention/label-rules')
  await page.getByText('A rule needs a label to put on.').waitFor()
  await press(page, 'New label')
  await fill(page, 'Name', 'Financial record')
  await page.getByRole('radio', { name: /^Keep, then delete/ }).check()
  await fill(page, 'Years', '6')
  await fill(page, 'Months', '6')
  await page.getByLabel('Counted from').selectOption('event')
  await press(page, 'Save')
  await page.getByText('Choose an event type.').waitFor()
  await page.getByLabel(/^Event type/).selectOption('Account closed')
  await press(page, 'Save')
  await page.getByText('Keep for 6 years and 6 months, then delete').waitFor()
  await page.getByText('from the event “Account closed”').waitFor()
  const label = page.url()

  await page.getByRole('link', { name: 'New rule' }).click()
  await page.getByRole('heading', { name: 'New label rule', level: 1 }).waitFor()
  await fill(page, 'Name', 'Whimbrels')
  await page.getByRole('radio', { name: /^By a query/ }).check()
  await press(page, 'Save')
  await page.getByText('Write the query.').waitFor()
  const query = page.getByRole('combobox', { name: 'Query' }).or(page.getByRole('textbox', { name: 'Query' }))
  await query.first().fill('whimbrel AND kind:sms')
  await press(page, 'Save')
  await page.waitForURL(/\/retention\/label-rules\/\d+$/)
  assert.ok(!page.url().includes('whimbrel'))
  await page.getByText('Looking').waitFor()
  await here.evaluate()
  await page.getByText('On', { exact: true }).waitFor()
  await press(page, 'Turn off')
  await page.getByText('Off', { exact: true }).waitFor()
  await page.goto(label)
  await page.getByRole('link', { name: 'Whimbrels' }).waitFor()
  const copies = page.getByText('copies have it').locator('..')
  await copies.getByText('18').waitFor()

  await press(page, 'Put on')
  const putting = page.getByRole('dialog')
  await putting.getByRole('button', { name: 'Put on' }).click()
  await putting.getByText('Write the query.').waitFor()
  await putting.getByRole('radio', { name: /^Take off/ }).check()
  await query.first().fill(`whimbrel AND mailbox:${BO.mailbox}`)
  await pick(page, 'Only in these mailboxes', BO.mailbox)
  await putting.getByRole('button', { name: 'Take off', exact: true }).click()
  await page.getByText('6 copies have no label any more').waitFor()
  await copies.getByText('12').waitFor()

  await page.goto('/retention/events')
  await page.getByRole('link', { name: 'Account closed' }).click()
  await press(page, 'Record an event')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Record' }).click()
  await dialog.getByText('A day is expected.').waitFor()
  await dialog.getByLabel(/^Day/).fill('2026-03-31')
  await dialog.getByLabel('Name').fill('Northwind')
  await pick(page, 'Chosen mailboxes', BO.mailbox)
  await dialog.getByRole('button', { name: 'Record' }).click()
  const events = page.getByRole('table', { name: 'Events of this type' })
  await events.getByText('Bo Lapwing').waitFor()
  await page.getByRole('button', { name: 'Withdraw Northwind' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Withdraw' }).click()
  await events.getByText('Withdrawn').waitFor()

  await page.goto(label)
  await press(page, 'Retire')
  const asked = page.getByRole('alertdialog')
  await asked.getByLabel(/^Type Financial record/).fill('Financial record')
  await asked.getByRole('button', { name: 'Retire' }).click()
  // A rule still puts it on: it is refused, and says so in place.
  await asked.getByText(/rule/i).last().waitFor()
  await asked.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('link', { name: 'Whimbrels' }).click()
  await press(page, 'Remove')
  await asked.getByRole('button', { name: 'Remove' }).click()
  await page.waitForURL(/\/retention\/label-rules$/)
  await page.goto(label)
  await press(page, 'Retire')
  await asked.getByLabel(/^Type Financial record/).fill('Financial record')
  await asked.getByRole('button', { name: 'Retire' }).click()
  await page.getByText('Retired').first().waitFor()
  assert.deepEqual(page.faults, [])
})

test('the pages of retention are sound in both languages, light and dark, wide and narrow', async t => {
  const here = await stage(t)
  if (here === null) return
  const make = async (path: string, body: object) => {
    const answer = await here.manager.call('POST', `/api/retention/${path}`, { body })
    assert.equal(answer.status, 200, JSON.stringify(answer.json()))
    return answer.json()
  }
  const found = await make('mailboxes', {})
  const ids = found.rows.map((row: { mailboxId: number }) => row.mailboxId)
  const { scopeId } = await make('scopes', {
    name: 'Trading and Legal',
    description: 'Those who advise on trades',
    query: 'Department:Trading OR (Department:Legal AND NOT Address:c*)',
  })
  const { eventTypeId } = await make('event-types', {
    name: 'Account closed',
    description: 'By the customer',
  })
  const event = { eventTypeId, name: 'Northwind', happenedAt: '2026-03-31T00:00:00Z' }
  await make('events', { ...event, mailboxIds: ids.slice(0, 2) })
  await make('events', { ...event, name: 'Contoso', mailboxIds: null })
  const { labelId } = await make('labels', {
    name: 'Financial record',
    description: 'Orders and confirmations',
    action: 'retain-then-delete',
    period: 'P6Y6M',
    start: 'event',
    eventTypeId,
    review: true,
  })
  const { ruleId } = await make('label-rules', {
    name: 'Orders',
    labelId,
    query: 'whimbrel',
    mailboxIds: ids.slice(0, 2),
    kinds: ['sms', 'chat'],
  })
  const deleting = { action: 'retain-then-delete', period: 'P5Y', startFrom: 'sent', review: true }
  const policies = [
    await make('policies', {
      ...deleting,
      name: 'Everybody',
      description: 'What the board decided in March',
      presetId: 'mifid-ii',
      appliesTo: 'all',
      excludedIds: ids.slice(0, 1),
      enabled: true,
    }),
    await make('policies', {
      ...deleting,
      name: 'Short',
      action: 'delete',
      period: 'P1D',
      appliesTo: 'scopes',
      scopeIds: [scopeId],
      kinds: ['sms'],
    }),
  ].map(({ policyId }) => `policies/${policyId}`)
  const paths = [
    '',
    '/policies/new',
    `/${policies[0]}`,
    `/${policies[0]}/change`,
    `/${policies[1]}/what-if`,
    '/labels',
    `/labels/${labelId}`,
    `/labels/${labelId}/change`,
    '/label-rules',
    `/label-rules/${ruleId}`,
    `/label-rules/${ruleId}/change`,
    '/scopes',
    `/scopes/${scopeId}`,
    `/scopes/${scopeId}/change`,
    '/events',
    '/events/new',
    `/events/${eventTypeId}`,
  ]
  for (const look of LOOKS) {
    const page = await here.open(here.manager, look)
    for (const path of paths) {
      await page.goto(`/retention${path}`)
      await settle(page)
      await checkAxe(page)
      const wide = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')
      assert.equal(wide, false, path)
    }
    assert.deepEqual(page.faults, [])
  }
})
