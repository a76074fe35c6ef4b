/** The table that every list is made of, on the list of audit entries. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { appendEntry } from '../../src/audit/audit.ts'
import { testApi } from '../../src/testing/api.ts'
import { testArchive } from '../../src/testing/archive.ts'
import { checkAxe, openPage, settle, signIn, startBrowser } from './browser.ts'

const ENTRIES = 120

test('a list is paged by the server, linked to by page, walked by keyboard, and read on a phone', async t => {
  const browser = await startBrowser(t)
  if (browser === null) return
  const archive = await testArchive(t)
  const api = await testApi(t, archive)
  const { ground } = archive
  const person = await api.personWith(['Audit Logs'])
  await ground.database.execute('update person set must_change_password = false')
  await ground.database.transaction(async tx => {
    for (let entry = 0; entry < ENTRIES; entry += 1)
      await appendEntry(tx, ground.keyring, ground.clock, {
        actor: 'person:tester',
        act: 'test.act',
        subject: `thing:${entry}`,
      })
  })
  const page = await openPage(browser, api.url)
  await signIn(page, person.username, person.password)
  await page.goto('/audit')
  await settle(page)
  const first = await page.getByRole('row').nth(1).textContent()

  await page.getByText(/^1–50/).waitFor()
  await page.getByRole('button', { name: 'Next page' }).click()
  await page.getByText(/^51–100/).waitFor()
  assert.match(page.url(), /after=/)
  await page.reload()
  await page.getByText(/^51–100/).waitFor()
  await page.goBack()
  await page.getByText(/^1–50/).waitFor()
  await settle(page)
  assert.equal(await page.getByRole('row').nth(1).textContent(), first)

  const links = page.locator('[data-row-link]')
  await links.first().focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  assert.equal(await links.nth(2).and(page.locator(':focus')).count(), 1)
  await page.keyboard.press('End')
  assert.equal(await links.last().and(page.locator(':focus')).count(), 1)
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  const panel = page.getByRole('dialog')
  await panel.waitFor()
  await checkAxe(page)
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'hidden' })
  await page.waitForFunction('document.activeElement?.matches("[data-row-link]")')

  await page.setViewportSize({ width: 390, height: 844 })
  assert.equal(await page.evaluate('document.documentElement.scrollWidth > innerWidth'), false)
  // Each row is a stack there, and is a row all the same.
  assert.ok((await page.getByRole('row').count()) > 50)
  await checkAxe(page)
  assert.deepEqual(page.faults, [])
})
