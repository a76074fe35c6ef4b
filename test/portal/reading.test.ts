/** Reading in a real browser: folders, messages, conversations, recordings, hostile HTML, custody, and who may not. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, suite, type TestContext, test } from 'node:test'
import { readEntries } from '../../src/audit/audit.ts'
import { ANNA } from '../e2e/tiny-site.ts'
import {
  type Browser,
  checkAxe,
  type Look,
  openPage,
  type Page,
  settle,
  signIn,
  startBrowser,
} from './browser.ts'
import { serveReading } from './reading-archive.ts'

const FOLDER = `/mailboxes/${ANNA.mailbox}/O2%20SMS%20and%20Voice%20Network%20Archiver`

/** Waits until an expression holds in the page; asked from outside, since the page's own policy forbids to evaluate. */
async function until(page: Page, expression: string): Promise<void> {
  const end = performance.now() + 15_000
  while (!(await page.evaluate(expression))) {
    assert.ok(performance.now() < end, expression)
    await page.waitForTimeout(50)
  }
}

suite('reading in the portal', () => {
  const closers: (() => Promise<void>)[] = []
  const t = { after: (work: () => Promise<void>) => void closers.push(work) } as TestContext
  let browser: Browser | null = null
  let served: Awaited<ReturnType<typeof serveReading>>
  let cookie: { name: string; value: string }
  const asked: string[] = []
  after(async () => {
    for (const close of closers.reverse()) await close()
  })

  before(async () => {
    browser = await startBrowser(t)
    if (browser === null) return
    const evil = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.end()
    }).listen(0, '127.0.0.1')
    await new Promise(resolve => evil.once('listening', resolve))
    t.after(async () => void evil.close())
    served = await serveReading(t, `http://127.0.0.1:${(evil.address() as AddressInfo).port}`)
    // Signing in by hand has tests of its own.
    const [name = '', value = ''] = (await served.api.signIn(served.reader)).cookie.split('=')
    cookie = { name, value }
  })

  /** A page of the reader's own; null, and the test is skipped, where there is no browser. */
  async function open(context: TestContext, path: string, look?: Look) {
    if (browser === null) {
      context.skip('no Chromium is installed')
      return null
    }
    const page = await openPage(browser, served.api.url, look)
    context.after(() => page.context().close())
    await page.context().addCookies([{ ...cookie, url: served.api.url }])
    await page.goto(path)
    await settle(page)
    return page
  }

  const entries = async (act: string) =>
    (await readEntries(served.archive.ground.database, { act, limit: 1000 })).entries.filter(entry =>
      entry.actor.includes(served.reader.username),
    )
  const row = (page: Page, words: string) => page.locator('[data-row-link]', { hasText: words }).first()

  test('a folder is opened, walked by the keyboard, and a message read; each is recorded', async context => {
    const page = await open(context, '/mailboxes')
    if (page === null) return
    await page.getByRole('link', { name: 'Anna Lapwing' }).click()
    await page.getByText('Opening is recorded').waitFor()
    await page.getByRole('combobox', { name: 'Folders' }).click()
    await page.getByRole('option', { name: /^O2 SMS/ }).click()
    await page.waitForURL('**/O2%20SMS%20and%20Voice%20Network%20Archiver')
    await row(page, 'Dan joins us').waitFor()
    const before = (await entries('message.read')).length
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Chat · Harbour crew' }).waitFor()
    await page.getByText('Crew, the tide turns at six').last().waitFor()
    assert.ok((await entries('folder.read')).length >= 1)
    assert.equal((await entries('message.read')).length, before + 1)
    await page.getByRole('link', { name: 'Headers' }).click()
    await page.getByRole('rowheader', { name: 'X-Holdfast-Group-Name' }).waitFor()
    await page.getByRole('link', { name: 'Original' }).click()
    await page.getByRole('button', { name: 'Show the original' }).click()
    await page.locator('pre', { hasText: '"dialogGroupName": "Harbour crew"' }).waitFor()
    await page.reload()
    await page.getByRole('link', { name: 'Original' }).and(page.locator('[aria-current=page]')).waitFor()
    assert.deepEqual(page.faults, [])
  })

  test('words are found, and never stand in an address that leaves the browser', async context => {
    const page = await open(context, FOLDER)
    if (page === null) return
    const urls: string[] = []
    page.on('request', request => urls.push(request.url()))
    await page.getByRole('searchbox', { name: 'Search in this folder' }).fill('quay')
    await page.keyboard.press('Enter')
    await page.getByText('Words: quay').waitFor()
    await row(page, 'Dan joins us').waitFor({ state: 'detached' })
    assert.equal(await page.locator('[data-row-link]').count(), 2)
    await page.reload()
    await row(page, 'Yes, at the west quay').waitFor()
    assert.equal(await page.locator('[data-row-link]').count(), 2)
    assert.equal(
      urls.some(url => url.replace(/#.*/, '').includes('quay')),
      false,
    )
    await page.getByRole('button', { name: /Remove the filter Words/ }).click()
    await row(page, 'Dan joins us').waitFor()
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page.getByRole('checkbox', { name: 'Recorded call' }).check()
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    await page.getByText('Kinds: Recorded call').waitFor()
    await row(page, 'Dan joins us').waitFor({ state: 'detached' })
    await row(page, 'Recorded call: answered').waitFor()
    assert.equal(await page.locator('[data-row-link]').count(), 1)
  })

  test('a conversation shows what was edited, deleted, sent, called and joined', async context => {
    const page = await open(context, FOLDER)
    if (page === null) return
    await page.getByRole('link', { name: 'Conversations' }).click()
    await row(page, 'Listen to the reefer').click()
    const stream = page.getByRole('region', { name: 'Conversation' })
    await stream.getByText('The conversation begins here').waitFor()
    await stream.locator('del', { hasText: 'Yes, at the west quay' }).waitFor()
    await stream.getByText('Yes, at the east quay').waitFor()
    await stream.getByText('Edited later').waitFor()
    await stream.getByText('Deleted for all, kept here').waitFor()
    await stream.locator('del', { hasText: 'the price is 48' }).waitFor()
    await stream.getByText('👍 to “Shall we meet at noon?').waitFor()
    await stream.getByText('Outgoing call').waitFor()
    await stream.getByText(/Incoming call, missed/).waitFor()
    await stream.getByText('Dan Plover').waitFor()
    await stream.getByText('list.xyz').waitFor()
    await stream.getByText('This browser cannot play audio/amr').waitFor()
    assert.equal(await stream.getByRole('region', { name: /2026/ }).count(), 2)
    const picture = stream.getByRole('img', { name: 'carton.png' })
    await picture.scrollIntoViewIfNeeded()
    await until(
      page,
      "[...document.images].some(each => each.alt === 'carton.png' && each.naturalWidth === 320)",
    )
    await stream.getByRole('button', { name: 'Open carton.png' }).click()
    await page.getByRole('dialog').getByRole('img', { name: 'carton.png' }).waitFor()
    await page.keyboard.press('Escape')
    await stream.getByRole('button', { name: 'Show the message it is about' }).first().click()
    await row(page, 'Dan joins us').click()
    await stream.getByText(/called Harbour crew, and is called Harbour crew 2026/).waitFor()
    await stream.getByText('From here on also with +447700900901').waitFor()
    assert.deepEqual(page.faults, [])
  })

  test('a recording plays, shows its shape and keeps its speed', async context => {
    const page = await open(context, FOLDER)
    if (page === null) return
    await row(page, 'Recorded call: answered').click()
    const player = page.getByRole('region', { name: 'Recording: call.wav' })
    const before = (await entries('attachment.read')).length
    await player.getByRole('combobox', { name: 'Speed' }).selectOption('1.5')
    await player.getByRole('button', { name: 'Play call.wav' }).click()
    await player.locator('svg[data-known=true]').waitFor()
    await until(
      page,
      "document.querySelector('audio').currentTime > 0.2 && document.querySelector('audio').playbackRate === 1.5",
    )
    assert.equal((await entries('attachment.read')).length, before + 1)
    assert.deepEqual(page.faults, [])
  })

  test('HTML is shown inert: nothing runs, nothing is asked for outside, no link leads away', async context => {
    const page = await open(context, `/mailboxes/${ANNA.mailbox}`)
    if (page === null) return
    await row(page, 'The tern was here').click()
    await page.getByRole('link', { name: 'As it looked (HTML)' }).click()
    const frame = page.frameLocator('iframe')
    await frame.getByText('The tern was here').waitFor()
    await frame.getByText('Picture from the web, not loaded: tracker').waitFor()
    const logo = await frame.getByRole('img', { name: 'Logo' }).getAttribute('src')
    assert.match(logo ?? '', /^data:image\/png/)
    await frame.getByText('Pay here').click()
    await page.waitForTimeout(500)
    assert.deepEqual(asked, [])
    assert.equal(await page.evaluate('window.owned'), undefined)
    assert.equal(await page.locator('iframe').getAttribute('sandbox'), '')
    await frame.getByText('The tern was here').waitFor()
  })

  test('custody is told, and the proof is downloaded', async context => {
    const page = await open(context, FOLDER)
    if (page === null) return
    await row(page, 'This is the carton').click()
    await page.getByRole('button', { name: 'Custody' }).click()
    const panel = page.getByRole('dialog')
    await panel.getByText('SHA-256 of the original').waitFor()
    await panel.getByText('run 1 of O2 phones').waitFor()
    await panel.getByText('m4', { exact: true }).waitFor()
    const download = page.waitForEvent('download')
    await panel.getByRole('button', { name: 'Download proof' }).click()
    const saved = await (await download).path()
    const proof = JSON.parse(await readFile(saved, 'utf8'))
    assert.equal(proof.proof.format, 'holdfast-proof-1')
    await checkAxe(page)
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    assert.deepEqual(page.faults, [])
  })

  test('in a narrow window the list comes first, then the message, and back', async context => {
    const page = await open(context, FOLDER, { width: 390, language: 'sv', theme: 'dark' })
    if (page === null) return
    await row(page, 'This is the carton').click()
    await page.getByRole('heading', { name: 'MMS' }).waitFor()
    await until(page, 'document.documentElement.scrollWidth <= 390')
    assert.equal(await row(page, 'Dan joins us').isVisible(), false)
    await page.getByRole('button', { name: 'Tillbaka till listan' }).click()
    await row(page, 'Dan joins us').waitFor()
  })

  test('the directory is imported after a dry run that shows every wrong line', async context => {
    const page = await open(context, '/mailboxes')
    if (page === null) return
    await page.getByRole('button', { name: 'Import directory' }).click()
    const panel = page.getByRole('dialog')
    const choose = (csv: string) =>
      panel
        .locator('input[type=file]')
        .setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
    await choose('Address,Display Name\r\nnot an address,Eva Lapwing\r\n')
    await panel.getByText('1 line is wrong').waitFor()
    await panel.getByText('is not an e-mail address').waitFor()
    await choose('Address,Display Name,Department\r\neva@example.com,Eva Lapwing,Tides\r\n')
    await panel.getByText('1 new person').waitFor()
    await panel.getByRole('button', { name: 'Import', exact: true }).click()
    await panel.waitFor({ state: 'detached' })
    await page.getByRole('searchbox', { name: /Find a mailbox/ }).fill('tides')
    await page.getByRole('link', { name: 'Eva Lapwing' }).waitFor()
    await page.getByRole('link', { name: 'Bo Lapwing' }).waitFor({ state: 'detached' })
    assert.deepEqual(page.faults, [])
  })

  test('who may not read is told which role that needs', async context => {
    if (browser === null) return context.skip('no Chromium is installed')
    const clerk = await served.api.personWith(['Mail Recipients'])
    await served.archive.ground.database.execute('update person set must_change_password = false')
    const page = await openPage(browser, served.api.url)
    context.after(() => page.context().close())
    await signIn(page, clerk.username, clerk.password)
    await page.goto('/mailboxes')
    await page.getByText('Reading needs another role').waitFor()
    await page
      .getByText(/Preview/)
      .first()
      .waitFor()
    await page.getByText('Anna Lapwing').waitFor()
    assert.equal(await page.getByRole('link', { name: 'Anna Lapwing' }).count(), 0)
    await checkAxe(page)
  })

  for (const look of [
    { language: 'en', theme: 'dark', width: 1440 },
    { language: 'sv', theme: 'light', width: 390 },
  ] as const)
    test(`no axe violation in ${look.language}, ${look.theme}, ${look.width} pixels`, async context => {
      const page = await open(context, '/mailboxes', look)
      if (page === null) return
      await checkAxe(page)
      const { rows } = (
        await served.reader.call('GET', `/api/mailboxes/${ANNA.mailbox}/conversations`)
      ).json()
      const conversation = rows.find((each: { count: number }) => each.count > 5).conversation
      for (const path of [
        `${FOLDER}?item=${rows[0].last.itemId}`,
        `${FOLDER}?view=conversations&conversation=${conversation}`,
        '/mailboxes/import',
      ]) {
        await page.goto(path)
        await settle(page)
        await checkAxe(page)
      }
      assert.deepEqual(page.faults, [])
    })
})
