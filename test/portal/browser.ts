/**
 * A real browser for the portal's tests and for looking at pages: Chromium as it is installed, headless, with nothing
 * of its own going out. Where there is none, a test is skipped with one line.
 */
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, chromium, type Page } from 'playwright-core'
import { findProgram, requireProgram } from '../../src/testing/requires.ts'

export type { Browser, Page } from 'playwright-core'

/** How a page is looked at. */
export type Look = {
  readonly language?: 'en' | 'sv'
  readonly theme?: 'light' | 'dark'
  readonly width?: number
}

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome'] as const
/** Long, for machines that do much else at the same time. */
const WAIT_MS = 30_000
const HEIGHTS: Readonly<Record<number, number>> = { 390: 844, 1440: 900 }

/** Starts the browser for a test and closes it after; null where none is installed. */
export async function startBrowser(context: TestContext): Promise<Browser | null> {
  const path = requireProgram(context, ...PROGRAMS)
  if (path === null) return null
  const browser = await launch(path)
  context.after(() => browser.close())
  return browser
}

/** Starts the browser for a tool; throws where none is installed. */
export function startBrowserForTool(): Promise<Browser> {
  const path = findProgram(...PROGRAMS)
  assert.ok(path !== null, 'no Chromium is installed')
  return launch(path)
}

function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    headless: true,
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/**
 * A page of its own session at `url`, in the language, theme and width wanted. What the page logs as an error or
 * throws is collected in `faults`.
 */
export async function openPage(
  browser: Browser,
  url: string,
  look: Look = {},
): Promise<Page & { readonly faults: string[] }> {
  const { language = 'en', theme = 'light', width = 1440 } = look
  const context = await browser.newContext({
    baseURL: url,
    locale: language === 'en' ? 'en-GB' : 'sv-SE',
    timezoneId: 'Europe/Stockholm',
    colorScheme: theme,
    reducedMotion: 'reduce',
    viewport: { width, height: HEIGHTS[width] ?? 900 },
    hasTouch: width < 800,
  })
  context.setDefaultTimeout(WAIT_MS)
  await context.addInitScript(
    ([chosenLanguage, chosenTheme]) => {
      localStorage.setItem('holdfast.language', chosenLanguage)
      localStorage.setItem('holdfast.scheme', chosenTheme)
    },
    [language, theme] as const,
  )
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', error => faults.push(String(error)))
  page.on('console', message => {
    // A refused call is the API's answer, not a fault of the page.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) faults.push(message.text())
  })
  return Object.assign(page, { faults })
}

/** Signs in on the sign-in page; the first password is changed to `next` if the archive asks for that. */
export async function signIn(page: Page, username: string, password: string, next?: string): Promise<void> {
  await page.goto('/')
  await page.locator('input[name=username]').fill(username)
  await page.locator('input[name=password]').fill(password)
  await page.locator('button[type=submit]').click()
  const inside = page.locator('#content')
  const change = page.locator('input[name=current]')
  await inside.or(change).first().waitFor()
  if (await change.isVisible()) {
    assert.ok(next !== undefined, 'the archive asks for another password')
    await change.fill(password)
    await page.locator('input[name=next]').fill(next)
    await page.locator('input[name=again]').fill(next)
    await page.locator('button[type=submit]').click()
    await inside.waitFor()
  }
}

/** Waits until the page has stopped loading: no skeleton is left, and no call under way. */
export async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle').catch(() => undefined)
  await page
    .locator('[aria-busy=true]')
    .first()
    .waitFor({ state: 'detached' })
    .catch(() => undefined)
}

/** What axe finds on the page, one line each: the rule, what it means, and where. */
export async function axeFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.flatMap(violation =>
    violation.nodes.map(node => `${violation.id}: ${violation.help}: ${node.target.join(' ')}`),
  )
}

/** Fails with everything that axe finds. */
export async function checkAxe(page: Page): Promise<void> {
  assert.deepEqual(await axeFindings(page), [], `axe on ${page.url()}`)
}

/** A picture of the whole page in `folder`. */
export async function shoot(page: Page, folder: string, name: string): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${name}.png`)
  const size = page.viewportSize()!
  // What keeps to the window's height (the navigation) has to be as high as the picture.
  const height = await page.evaluate<number>('document.documentElement.scrollHeight')
  if (height > size.height) await page.setViewportSize({ width: size.width, height })
  await page.screenshot({ path, fullPage: true, animations: 'disabled' })
  await page.setViewportSize(size)
  return path
}
