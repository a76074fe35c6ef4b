/** Searching in a real browser: from a query to hits in their conversation, saved, run, compared, counted line by line. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, suite, type TestContext, test } from 'node:test'
import { readEntries } from '../../src/audit/audit.ts'
import { type Browser, checkAxe, type Look, openPage, type Page, settle, startBrowser } from './browser.ts'
import { serveReading } from './reading-archive.ts'

suite('searching in the portal', () => {
  const closers: (() => Promise<void>)[] = []
  const t = { after: (work: () => Promise<void>) => void closers.push(work) } as TestContext
  let browser: Browser | null = null
  let served: Awaited<ReturnType<typeof serveReading>>
  const cookies = new Map<string, { name: string; value: string }>()
  after(async () => {
    for (const close of closers.reverse()) await close()
  })

  before(async () => {
    browser = await startBrowser(t)
    if (browser === null) return
    served = await serveReading(t, 'http://127.0.0.1:9')
    const counter = await served.api.personWith(['Compliance Search'])
    const previewer = await served.api.personWith(['Preview'])
    for (const [who, person] of [
      ['reader', served.reader],
      ['counter', counter],
      ['previewer', previewer],
    ] as const) {
      const [name = '', value = ''] = (await served.api.signIn(person)).cookie.split('=')
      cookies.set(who, { name, value })
    }
  })

  /** A page of one of the people; null, and the test is skipped, where there is no browser. */
  async function open(context: TestContext, path: string, look?: Look, who = 'reader') {
    if (browser === null) {
      context.skip('no Chromium is installed')
      return null
    }
    const page = await openPage(browser, served.api.url, look)
    context.after(() => page.context().close())
    await page.context().addCookies([{ ...cookies.get(who)!, url: served.api.url }])
    await page.goto(path)
    await settle(page)
    return page
  }

  const seek = async (page: Page, query: string) => {
    await page.getByLabel('Query', { exact: true }).fill(query)
    await page.getByRole('button', { name: 'Search', exact: true }).last().click()
    await settle(page)
  }
  const countOf = async (query: string): Promise<number> =>
    (await served.reader.call('POST', '/api/search/count', { body: { query } })).json().matches
  const row = (page: Page, words: string) => page.locator('tbody tr', { hasText: words }).first()

  test('a query is searched: the estimate, the hits marked, one opened in its conversation', async context => {
    const page = await open(context, '/content-search/new')
    if (page === null) return
    await checkAxe(page)
    const addresses: string[] = []
    page.on('request', request => addresses.push(request.url()))
    await seek(page, 'whimbrel')
    await row(page, 'whimbrel').locator('mark', { hasText: 'whimbrel' }).first().waitFor()
    await page
      .getByText(`${await countOf('whimbrel')} items`)
      .first()
      .waitFor()
    await page.getByText('What it could not see').waitFor()
    await checkAxe(page)
    await row(page, 'whimbrel').getByRole('link').first().click()
    const panel = page.getByRole('dialog')
    await panel.locator('mark', { hasText: 'whimbrel' }).first().waitFor()
    await panel.getByText('Opening it was recorded.').waitFor()
    await settle(page)
    await checkAxe(page)
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    // By conversation, and by another order.
    await page.getByRole('link', { name: 'Conversations' }).click()
    await page.locator('mark', { hasText: 'whimbrel' }).first().waitFor()
    await settle(page)
    await checkAxe(page)
    await page.getByRole('link', { name: 'Messages' }).click()
    await page.getByRole('combobox', { name: 'Order' }).click()
    await page.getByRole('option', { name: 'Largest first' }).click()
    await settle(page)
    assert.match(page.url(), /sort=largest/)
    await page.locator('mark', { hasText: 'whimbrel' }).first().waitFor()
    // The query is in no address, the page's own or one that it called.
    for (const address of [page.url(), ...addresses]) assert.doesNotMatch(address, /whimbrel/i)
    assert.deepEqual(page.faults, [])
  })

  test('a mistake is told where it is, and a search that finds nothing says so', async context => {
    const page = await open(context, '/content-search/new')
    if (page === null) return
    await seek(page, '(whimbrel')
    await page
      .getByText(/closing parenthesis/i)
      .first()
      .waitFor()
    await seek(page, 'nosuchwordanywhere')
    await page.getByText('Nothing was found').waitFor()
  })

  test('where to look bounds what is found', async context => {
    const page = await open(context, '/content-search/new')
    if (page === null) return
    await page.getByRole('combobox', { name: 'Mailboxes' }).click()
    await page.getByRole('combobox', { name: 'Mailboxes' }).pressSequentially('bo')
    const choice = page.locator('[role=option], [role=menuitemcheckbox]', { hasText: 'bo@example' })
    await choice.click()
    await seek(page, 'whimbrel')
    await page.getByText('Nothing was found').waitFor()
    await page.getByRole('button', { name: /Remove the filter/ }).click()
    await seek(page, 'whimbrel')
    await page.locator('mark', { hasText: 'whimbrel' }).first().waitFor()
  })

  test('a search is saved, run twice, compared, and handed to an export', async context => {
    const page = await open(context, '/content-search')
    if (page === null) return
    await checkAxe(page)
    await page.getByRole('button', { name: 'New search' }).click()
    await page.waitForURL('**/content-search/new')
    await page.getByLabel('Query', { exact: true }).fill('whimbrel OR plover')
    await page.getByRole('button', { name: 'Save search' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Save', exact: true }).click()
    await dialog.getByText('This is needed').waitFor()
    await dialog.getByLabel(/^Name/).fill('Waders')
    await checkAxe(page)
    await dialog.getByRole('button', { name: 'Save', exact: true }).click()
    await page.waitForURL(/content-search\/\d+/)
    await page.getByRole('heading', { level: 1, name: 'Waders' }).waitFor()
    const found = await countOf('whimbrel OR plover')
    for (const count of [found, found]) {
      await page.getByRole('link', { name: 'Search', exact: true }).click()
      await page.getByRole('button', { name: 'Run and keep' }).click()
      await page.waitForURL(/runs\/\d+/)
      await page.getByText('Complete', { exact: true }).first().waitFor()
      await page
        .locator('strong', { hasText: String(count) })
        .first()
        .waitFor()
      await settle(page)
      await page.locator('mark').first().waitFor()
      await checkAxe(page)
      // The export of a run begins with what the run found, and leaves the run as it is.
      await page.getByRole('button', { name: 'Export', exact: true }).click()
      await page.waitForURL(/exports\/new\?run=\d+/)
      await page.locator('strong', { hasText: `${count} items` }).waitFor()
      await page.goBack()
      await page.getByRole('heading', { level: 1, name: /^Run \d+/ }).waitFor()
      await page
        .getByRole('navigation', { name: 'You are here' })
        .getByRole('link', { name: 'Waders' })
        .click()
    }
    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    await settle(page)
    await checkAxe(page)
    await page.getByRole('link', { name: 'With the run before' }).first().click()
    await page.getByText('adds up').first().waitFor()
    await page.getByText('Nothing was added').waitFor()
    await settle(page)
    await checkAxe(page)
    // A changed query is marked as not saved, and saved.
    await page.getByRole('navigation', { name: 'You are here' }).getByRole('link', { name: 'Waders' }).click()
    await page.getByLabel('Query', { exact: true }).fill('whimbrel')
    await page.getByText('Not saved').waitFor()
    await page.getByRole('button', { name: 'Save changes' }).click()
    await page.getByText('Not saved').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    await page.waitForURL('**/exports/new')
    assert.doesNotMatch(page.url(), /whimbrel/)
    await page.goto('/content-search')
    await row(page, 'Waders').getByRole('link').click()
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByText('Its runs are removed with it').waitFor()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByText('No saved searches yet').waitFor()
    await checkAxe(page)
    assert.deepEqual(page.faults, [])
  })

  test('a list of terms is checked by its lines, counted, and downloaded', async context => {
    const page = await open(context, '/content-search/term-reports')
    if (page === null) return
    await page.getByText('No term reports yet').waitFor()
    await checkAxe(page)
    await page.getByRole('button', { name: 'New term report' }).click()
    const paste = async (text: string) => {
      await page.getByRole('button', { name: 'Paste text' }).click()
      await page.getByRole('textbox', { name: /Paste the rows/ }).fill(text)
      await page.getByRole('button', { name: 'Use this text' }).click()
    }
    await paste('whimbrel\n(plover\n')
    await page.getByText('1 line cannot be counted').waitFor()
    await settle(page)
    await checkAxe(page)
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await paste('whimbrel\nplover OR whimbrel\n=1+1\n')
    await page.getByText('3 lines, all of them can be counted').waitFor()
    await page.getByLabel(/^Name of the report/).fill('Waders by term')
    await page.getByRole('button', { name: 'Make report' }).click()
    await page.waitForURL(/term-reports\/\d+/)
    await page.getByText('Complete', { exact: true }).waitFor()
    const all = await countOf('whimbrel OR plover')
    await page.getByText(`${all} different items`).waitFor()
    const cells = await row(page, 'plover OR whimbrel').locator('td').allTextContents()
    assert.deepEqual(
      [cells.at(-4), cells.at(-2)],
      [String(all), String(all - (await countOf('whimbrel')))],
      `items and unique items of ${cells.join(' | ')}`,
    )
    await settle(page)
    await checkAxe(page)
    const downloading = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download CSV' }).click()
    const csv = await readFile(await (await downloading).path(), 'utf8')
    assert.match(csv, /^line,query,items/)
    assert.match(csv, /\r\n3,'=1\+1,0,/)
    assert.deepEqual(page.faults, [])
  })

  test('who only counts sees how much, who only previews sees what', async context => {
    const counter = await open(context, '/content-search/new', {}, 'counter')
    if (counter === null) return
    await seek(counter, 'whimbrel')
    await counter
      .getByText(`${await countOf('whimbrel')} items`)
      .first()
      .waitFor()
    await counter.getByText('To see what was found').waitFor()
    assert.equal(await counter.locator('mark').count(), 0)
    const previewer = (await open(context, '/content-search/new', {}, 'previewer'))!
    await seek(previewer, 'whimbrel')
    await previewer.locator('mark', { hasText: 'whimbrel' }).first().waitFor()
    assert.equal(await previewer.getByRole('heading', { name: 'Estimate' }).count(), 0)
    assert.equal(await previewer.getByRole('button', { name: 'Save search' }).count(), 0)
  })

  test('in Swedish, dark and narrow: nothing runs over the edge, and axe finds nothing', async context => {
    for (const look of [{ language: 'sv', theme: 'dark', width: 390 }] as const) {
      const page = await open(context, '/content-search/new', look)
      if (page === null) return
      await page.getByRole('heading', { level: 1, name: 'Ny sökning' }).waitFor()
      await page.locator('textarea').first().fill('whimbrel')
      await page.getByRole('button', { name: 'Sök', exact: true }).last().click()
      await page.locator('mark', { hasText: 'whimbrel' }).first().waitFor()
      await settle(page)
      await checkAxe(page)
      for (const path of [
        '/content-search',
        '/content-search/term-reports',
        '/content-search/term-reports/new',
      ]) {
        await page.goto(path)
        await settle(page)
        await checkAxe(page)
        const wide = await page.evaluate('document.documentElement.scrollWidth')
        assert.ok(Number(wide) <= 390, `${path} is ${wide} wide`)
      }
      assert.deepEqual(page.faults, [])
    }
  })

  test('each search is an entry that quotes nothing in the open', async () => {
    if (browser === null) return
    const { entries } = await readEntries(served.archive.ground.database, { limit: 1000 })
    const acts = new Set(entries.map(entry => entry.act))
    for (const act of [
      'search.run',
      'search.estimate',
      'search.conversations',
      'saved-search.add',
      'saved-search.edit',
      'saved-search.remove',
      'search-run.request',
      'search-run.complete',
      'search-run.read',
      'search-run.compare',
      'term-report.request',
      'term-report.complete',
    ])
      assert.ok(acts.has(act), act)
    for (const entry of entries)
      assert.doesNotMatch(JSON.stringify([entry.subject, entry.detail]), /whimbrel|plover|waders/i)
  })
})
