/**
 * Looks at pages: signs in and takes a picture of each in both languages, both themes, wide and narrow, and lists what
 * axe finds.
 *
 *   node test/portal/look.ts --url http://127.0.0.1:8480 --user admin --password … --out look /audit /settings
 *
 * `--only en-light-1440` takes one look instead of eight; `--wait 500` waits so many more milliseconds before each.
 */
import { parseArgs } from 'node:util'
import { axeFindings, type Look, openPage, settle, shoot, signIn, startBrowserForTool } from './browser.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8480' },
    user: { type: 'string', default: '' },
    password: { type: 'string', default: '' },
    next: { type: 'string' },
    out: { type: 'string', default: 'look' },
    only: { type: 'string' },
    wait: { type: 'string', default: '0' },
  },
})

const looks = (['en', 'sv'] as const).flatMap(language =>
  (['light', 'dark'] as const).flatMap(theme => [1440, 390].map(width => ({ language, theme, width }))),
)
const nameOf = ({ language, theme, width }: Required<Look>) => `${language}-${theme}-${width}`
const browser = await startBrowserForTool()
let found = 0
try {
  for (const look of looks) {
    if (values.only !== undefined && nameOf(look) !== values.only) continue
    const page = await openPage(browser, values.url, look)
    if (values.user !== '') await signIn(page, values.user, values.password, values.next)
    for (const path of positionals.length > 0 ? positionals : ['/']) {
      await page.goto(path)
      await settle(page)
      await page.waitForTimeout(Number(values.wait))
      const file = await shoot(page, values.out, `${path.replaceAll(/[^\w-]+/g, '_')}-${nameOf(look)}`)
      console.log(file)
      const findings = [...(await axeFindings(page)), ...page.faults.splice(0)]
      for (const finding of findings) console.log(`  ${finding}`)
      found += findings.length
    }
    await page.context().close()
  }
} finally {
  await browser.close()
}
console.log(found === 0 ? 'nothing found' : `${found} findings`)
