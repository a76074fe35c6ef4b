/** The query box and the builder of conditions in a real browser: completion by keyboard, live errors, axe, no query in an address. */
import assert from 'node:assert/strict'
import { after, before, suite, type TestContext, test } from 'node:test'
import { ANNA } from '../e2e/tiny-site.ts'
import { type Browser, checkAxe, type Look, openPage, type Page, settle, startBrowser } from './browser.ts'
import { serveReading } from './reading-archive.ts'

suite('writing a query in the portal', () => {
  const closers: (() => Promise<void>)[] = []
  const t = { after: (work: () => Promise<void>) => void closers.push(work) } as TestContext
  let browser: Browser | null = null
  let served: Awaited<ReturnType<typeof serveReading>>
  let cookie: { name: string; value: string }
  after(async () => {
    for (const close of closers.reverse()) await close()
  })

  before(async () => {
    browser = await startBrowser(t)
    if (browser === null) return
    served = await serveReading(t, 'http://127.0.0.1:9')
    const [name = '', value = ''] = (await served.api.signIn(served.reader)).cookie.split('=')
    cookie = { name, value }
  })

  /** The page of a new search; null, and the test is skipped, where there is no browser. */
  async function open(context: TestContext, look?: Look) {
    if (browser === null) {
      context.skip('no Chromium is installed')
      return null
    }
    const page = await openPage(browser, served.api.url, look)
    context.after(() => page.context().close())
    await page.context().addCookies([{ ...cookie, url: served.api.url }])
    await page.goto('/content-search/new')
    await settle(page)
    return page
  }
  const boxOf = (page: Page) => page.locator('textarea').first()
  const textOf = (page: Page) => boxOf(page).inputValue()

  test('names and values are completed by the keyboard, and Enter searches', async context => {
    const page = await open(context)
    if (page === null) return
    const box = boxOf(page)
    await box.click()
    await box.pressSequentially('kin')
    const list = page.getByRole('listbox', { name: 'Suggestions' })
    await list.getByRole('option', { name: 'kind' }).waitFor()
    await box.press('ArrowDown')
    assert.equal(
      await list.locator('[aria-selected=true]').getAttribute('id'),
      await box.getAttribute('aria-activedescendant'),
    )
    await box.press('Enter')
    assert.equal(await textOf(page), 'kind:')
    await box.pressSequentially('sm')
    await list.getByRole('option', { name: 'sms' }).waitFor()
    await box.press('ArrowDown')
    await box.press('Tab')
    assert.equal(await textOf(page), 'kind:sms ')
    // Escape closes the list and leaves what is written; Shift+Enter is a new line.
    await box.pressSequentially('fro')
    await list.waitFor()
    await box.press('Escape')
    await list.waitFor({ state: 'detached' })
    await box.press('Shift+Enter')
    assert.equal(await textOf(page), 'kind:sms fro\n')
    await box.fill('kind:sms')
    const asked = page.waitForRequest(
      request => request.url().endsWith('/api/search') && request.method() === 'POST',
    )
    await box.press('Enter')
    assert.equal((await asked).postDataJSON().query, 'kind:sms')
    assert.equal(await textOf(page), 'kind:sms')
    assert.ok(!page.url().includes('sms'), page.url())
    assert.deepEqual(page.faults, [])
  })

  test('people are offered by name, and chosen with the mouse', async context => {
    const page = await open(context)
    if (page === null) return
    await boxOf(page).click()
    await boxOf(page).pressSequentially('from:lapw')
    await page.getByRole('option', { name: /Anna Lapwing/ }).click()
    assert.equal(await textOf(page), `from:${ANNA.mailbox} `)
    await boxOf(page).press('Control+Space')
    await page.getByRole('option', { name: /attachmentnames/ }).waitFor()
    await checkAxe(page)
    await boxOf(page).press('Tab')
    await page.getByRole('listbox').waitFor({ state: 'detached' })
    assert.equal(
      await page.evaluate('document.activeElement.getAttribute("aria-label")'),
      'How to write a query',
    )
  })

  for (const [language, said, mark] of [
    ['en', /^Character 12: One of these is expected here: sms/, 'zebra'],
    ['sv', /^Tecken 12: Här väntas något av: sms/, 'zebra'],
  ] as const) {
    test(`a mistake is marked at its place and said below, in ${language}`, async context => {
      const page = await open(context, {
        language,
        theme: language === 'sv' ? 'dark' : 'light',
        width: language === 'sv' ? 390 : 1440,
      })
      if (page === null) return
      const box = boxOf(page)
      await box.fill('lunch kind:zebra OR x')
      await page.locator('[class*="wrong"]').waitFor()
      assert.equal(await page.locator('[class*="wrong"]').textContent(), mark)
      assert.equal(await box.getAttribute('aria-invalid'), 'true')
      const [described] = (await box.getAttribute('aria-describedby'))!.split(' ')
      assert.match((await page.locator(`[id="${described}"]`).textContent())!, said)
      // The letters that are seen lie on the letters that are written, however long the query.
      await box.fill('word '.repeat(80))
      const [seen, written] = await Promise.all([
        page.locator('[class*="mirror"]').boundingBox(),
        box.boundingBox(),
      ])
      assert.deepEqual([seen!.width, Math.round(seen!.height)], [written!.width, Math.round(written!.height)])
      const hidden =
        'document.querySelector("textarea").scrollHeight - document.querySelector("textarea").clientHeight'
      assert.ok(Number(await page.evaluate(hidden)) <= 1)
      await checkAxe(page)
      await box.fill('kind:sms kind:mms')
      await page.getByText(language === 'en' ? /either is enough/ : /ett räcker/).waitFor()
      assert.equal(await box.getAttribute('aria-invalid'), 'false')
      await checkAxe(page)
      assert.deepEqual(page.faults, [])
    })
  }

  test('conditions are the text of the query, from either side', async context => {
    const page = await open(context)
    if (page === null) return
    const box = boxOf(page)
    await box.fill('gold OR silver')
    const conditions = page.getByRole('group', { name: /^Condition / })
    if (!(await page.getByRole('button', { name: 'Add condition' }).isVisible()))
      await page.locator('summary', { hasText: 'Conditions' }).click()
    await page.getByRole('button', { name: 'Add condition' }).click()
    await conditions.first().getByRole('combobox', { name: 'Property' }).click()
    await page.getByRole('option', { name: 'Kind', exact: true }).click()
    await conditions.first().getByRole('combobox', { name: 'Value' }).click()
    await page
      .getByRole('menuitemcheckbox', { name: 'SMS' })
      .or(page.getByRole('option', { name: 'SMS' }))
      .click()
    await page.keyboard.press('Escape')
    assert.equal(await textOf(page), '(gold OR silver) AND (kind:sms)')
    // What is written by hand is seen in the rows; the words stay as they are.
    await box.fill('(gold OR silver) AND NOT (from:anna@example.com) AND (sent:2026-11-01..2026-11-07)')
    await conditions.nth(1).waitFor()
    assert.equal(await conditions.count(), 2)
    await conditions.nth(1).getByLabel('To').fill('2026-11-09')
    assert.equal(
      await textOf(page),
      '(gold OR silver) AND NOT (from:anna@example.com) AND (sent:2026-11-01..2026-11-09)',
    )
    await checkAxe(page)
    await page.getByRole('button', { name: 'Remove condition 1' }).click()
    await page.getByRole('button', { name: 'Remove condition 1' }).click()
    assert.equal(await textOf(page), 'gold OR silver')
    assert.deepEqual(page.faults, [])
  })

  test('how to write a query is told beside the box', async context => {
    const page = await open(context)
    if (page === null) return
    await page.getByRole('button', { name: 'How to write a query' }).click()
    await page.getByText('buy NEAR(5) shares').waitFor()
    await checkAxe(page)
    await page.keyboard.press('Escape')
    await page.getByText('buy NEAR(5) shares').waitFor({ state: 'detached' })
  })
})
