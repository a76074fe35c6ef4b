/**
 * Runs the tests with Node's own runner: everything beside the code and in test/, or with --corpus the tests on the
 * public corpora, or with --long the full counts of crashes, seeds and fuzz. File names given are run alone.
 * One PostgreSQL server is started for the whole run; each test has a database of its own on it.
 */
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { startTestServer } from '../src/testing/database.ts'

const flags = new Set(process.argv.slice(2).filter(word => word.startsWith('--')))
const named = process.argv.slice(2).filter(word => !word.startsWith('--'))
const unknown = [...flags].find(flag => !['--long', '--corpus'].includes(flag))
if (unknown) {
  process.stderr.write(`unknown flag ${unknown}; there are --long and --corpus, and names of test files\n`)
  process.exit(2)
}

const everything = [
  'src/**/*.test.ts',
  'telemessage-site/**/*.test.ts',
  'portal/**/*.test.ts',
  'test/{api,golden,e2e,portal,simulation}/**/*.test.ts',
  'bench/**/*.test.ts',
]
const patterns = named.length > 0 ? named : flags.has('--corpus') ? ['test/corpus/**/*.test.ts'] : everything
const files = patterns.flatMap(pattern => globSync(pattern)).sort()
if (files.length === 0) {
  process.stderr.write(`no test file matches ${patterns.join(' ')}\n`)
  process.exit(2)
}

const server = await startTestServer()
const child = spawn(
  process.execPath,
  ['--test', `--test-concurrency=${Math.max(2, availableParallelism())}`, ...files],
  {
    stdio: ['inherit', 'pipe', 'inherit'],
    env: {
      ...process.env,
      HOLDFAST_TEST_SERVER: server.url,
      ...(flags.has('--long') ? { HOLDFAST_LONG: '1' } : {}),
    },
  },
)
// In continuous integration every program is there, so a test that was skipped was not run by mistake.
let skipped = false
child.stdout.on('data', (chunk: Buffer) => {
  process.stdout.write(chunk)
  if (/^(# |ℹ )skipped [1-9]/m.test(chunk.toString('utf8'))) skipped = true
})
const forward = (signal: NodeJS.Signals) => child.kill(signal)
process.on('SIGINT', forward)
process.on('SIGTERM', forward)
const code = await new Promise<number>(resolve =>
  child.on('exit', (exit, signal) => resolve(exit ?? (signal ? 1 : 0))),
)
await server.stop()
if (skipped && process.env.HOLDFAST_NO_SKIP === '1')
  process.stderr.write('a test was skipped, and HOLDFAST_NO_SKIP forbids it\n')
process.exitCode = code === 0 && skipped && process.env.HOLDFAST_NO_SKIP === '1' ? 1 : code
