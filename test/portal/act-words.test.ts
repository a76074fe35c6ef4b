/** The acts of the log have words in the portal, in both languages: what is written in the source, is said on the page. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const ROOT = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8')

test('every act that the source names has words in the portal', () => {
  const words = new Set(
    [...read('portal/src/audit/acts.ts').matchAll(/^ {4}'([a-z.-]+)':/gm)].map(each => each[1]!),
  )
  const acts = globSync('src/**/*.ts', { cwd: ROOT.pathname })
    .filter(file => !file.endsWith('.test.ts') && !file.startsWith('src/testing/'))
    .flatMap(file => [...read(file).matchAll(/\bact: '([a-z-]+\.[a-z.-]+)'/g)].map(each => each[1]!))
  assert.ok(acts.length > 30, `${acts.length} acts`)
  assert.deepEqual([...new Set(acts)].filter(act => !words.has(act)).sort(), [])
})
