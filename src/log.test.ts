import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { HoldfastError } from './errors.ts'
import { describeError } from './log.ts'

const NEEDLE = 'lunch with Anna at noon'
const LOG = fileURLToPath(new URL('./log.ts', import.meta.url))

test('an error of ours is described by code and message, without its cause', () => {
  const error = new HoldfastError('SITE_REFUSED', 'status 500', { cause: new Error(NEEDLE) })
  assert.deepEqual(describeError(error), { code: 'SITE_REFUSED', message: 'status 500' })
})

test('a foreign error is described by name, code and place, and quotes nothing', () => {
  const error = Object.assign(new RangeError(`value "${NEEDLE}" is too long\n  at lunch.ts:1`), {
    code: '22001',
    detail: NEEDLE,
    where: NEEDLE,
  })
  const described = describeError(error)
  assert.equal(described.name, 'RangeError')
  assert.equal(described.code, '22001')
  assert.match(String(described.at), /log\.test\.ts:\d+:\d+/)
  assert.doesNotMatch(JSON.stringify(described), /lunch/)
  assert.deepEqual(describeError(NEEDLE), { name: 'string' })
  assert.deepEqual(describeError(null), { name: 'object' })
})

test('what is logged goes to stderr, as a line of JSON, with errors described', () => {
  const script = `
    const { openLogger } = await import(${JSON.stringify(LOG)})
    const log = openLogger('info')
    log.debug({ run: 1 }, 'not at this level')
    log.error({ run: 2, error: Object.assign(new Error(${JSON.stringify(NEEDLE)}), { detail: ${JSON.stringify(NEEDLE)} }) }, 'failed')
    openLogger('silent').error({}, 'nothing')`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  })
  assert.equal(stdout, '')
  const lines = stderr.trim().split('\n')
  assert.equal(lines.length, 1)
  const line = JSON.parse(lines[0]!)
  assert.equal(line.run, 2)
  assert.equal(line.msg, 'failed')
  assert.equal(line.error.name, 'Error')
  assert.doesNotMatch(stderr, /lunch/)
})
