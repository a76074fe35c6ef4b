/** The registry of errors: every code can be met, says how to be mended, and is on the page that operators look up. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ERRORS, type ErrorCode, EXIT, HoldfastError, hasCode } from './errors.ts'

const ROOT = new URL('../', import.meta.url)
const PAGE = 'docs/operating/errors.md'
const PARTS = ['src/errors.ts', 'src/surface-errors.ts', 'src/keeping-errors.ts']
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8')
const registry = Object.entries(ERRORS) as [ErrorCode, (typeof ERRORS)[ErrorCode]][]

test('a code is upper snake case', () => {
  for (const [code] of registry) assert.match(code, /^[A-Z]+(_[A-Z]+)*$/)
})

test('a hint is a sentence that says something', () => {
  for (const [code, { hint }] of registry) {
    assert.match(hint, /\.$/, `${code}: the hint does not end in a full stop`)
    assert.ok(hint.length >= 20, `${code}: "${hint}" is no hint`)
    assert.equal(hint, hint.trim())
  }
})

test('a status is an HTTP error, an exit code is one of the list', () => {
  const exits: number[] = Object.values(EXIT)
  for (const [code, { status, exit }] of registry) {
    assert.ok(status >= 400 && status < 600, `${code}: status ${status}`)
    assert.ok(exits.includes(exit), `${code}: exit code ${exit}`)
  }
})

test('what is temporary has the exit code for it, so that scripts may try again', () => {
  // A run under way is refused now and may be asked for later.
  for (const [code, { retryable, exit }] of registry)
    if (retryable && code !== 'RUN_OPEN') assert.equal(exit, EXIT.temporary, code)
})

test('every code is thrown somewhere', () => {
  const sources = globSync('src/**/*.ts', { cwd: ROOT.pathname })
    .filter(file => !file.endsWith('.test.ts') && !PARTS.includes(file))
    .map(read)
    .join('\n')
  const unused = registry.map(([code]) => code).filter(code => !sources.includes(`'${code}'`))
  assert.deepEqual(unused, [])
})

test('no code is defined twice', () => {
  const codes = [
    ...PARTS.map(read)
      .join('')
      .matchAll(/^ {2}([A-Z_]+): define\(/gm),
  ].map(match => match[1]!)
  assert.deepEqual(
    codes.filter((code, index) => codes.indexOf(code) !== index),
    [],
  )
  assert.equal(codes.length, registry.length)
})

test(`${PAGE} lists every code with its status, exit code and hint, in the order of the alphabet`, () => {
  const rows = [...read(PAGE).matchAll(/^\| `([A-Z_]+)` \| (\d+) \| (\d) \| (yes|no) \| (.+) \|$/gm)].map(
    ([, code, status, exit, again, hint]) => ({ code, status, exit, again, hint }),
  )
  const expected = registry
    .map(([code, { status, exit, retryable, hint }]) => ({
      code,
      status: String(status),
      exit: String(exit),
      again: retryable ? 'yes' : 'no',
      hint,
    }))
    .sort((a, b) => (a.code < b.code ? -1 : 1))
  assert.deepEqual(rows, expected)
})

test('an error carries what the registry says of its code, and its cause', () => {
  const cause = new Error('cut')
  const error = new HoldfastError('SITE_UNREACHABLE', 'no answer', { cause })
  assert.equal(error.message, 'no answer')
  assert.equal(error.cause, cause)
  const { status, exit, retryable, hint } = ERRORS.SITE_UNREACHABLE
  assert.deepEqual([error.status, error.exit, error.retryable, error.hint], [status, exit, retryable, hint])
  assert.ok(hasCode(error, 'SITE_UNREACHABLE'))
  assert.ok(!hasCode(error, 'SITE_REFUSED'))
  assert.ok(!hasCode(cause, 'SITE_UNREACHABLE'))
})
