/** The configuration: where a setting comes from, what is refused, and that the operators' page lists all of it. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'
import {
  childEnvironment,
  type Environment,
  masterKeyPath,
  passwordFromEnvironment,
  readConfig,
  SETTINGS,
} from './config.ts'
import { hasCode } from './errors.ts'

const PAGE = 'docs/operating/configuration.md'
const folder = mkdtempSync(join(tmpdir(), 'holdfast-config-'))
after(() => rmSync(folder, { recursive: true }))

/** A data folder of its own with this holdfast.json. */
function folderWith(file?: unknown): string {
  const made = mkdtempSync(join(folder, 'data-'))
  if (file !== undefined)
    writeFileSync(join(made, 'holdfast.json'), typeof file === 'string' ? file : JSON.stringify(file))
  return made
}

function refused(work: () => unknown, ...words: string[]): void {
  assert.throws(work, error => {
    assert.ok(hasCode(error, 'CONFIG_INVALID'), String(error))
    for (const word of words) assert.ok(error.message.includes(word), `"${error.message}" lacks "${word}"`)
    return true
  })
}

test('without flags, variables or a file, the defaults hold', () => {
  const config = readConfig({ dataFolder: folderWith() }, {})
  assert.equal(config.databaseUrl, null)
  assert.equal(config.azureContainer, 'holdfast')
  assert.equal(config.pageItems, 1000)
  assert.equal(config.itemSizeMax, 150 * 1024 * 1024)
  assert.equal(config.logLevel, 'warn')
  assert.ok(config.workers >= 1 && config.workers <= 8)
  assert.ok(Object.isFrozen(config))
})

test('a flag goes before the environment, the environment before the file, the file before the default', () => {
  const dataFolder = folderWith({ pageItems: 300, logLevel: 'error', itemSizeMax: 2_000_000 })
  const environment = { HOLDFAST_PAGE_ITEMS: '200', HOLDFAST_LOG_LEVEL: 'info' }
  const config = readConfig({ dataFolder, pageItems: '100' }, environment)
  assert.equal(config.pageItems, 100)
  assert.equal(config.logLevel, 'info')
  assert.equal(config.itemSizeMax, 2_000_000)
  assert.equal(config.azureContainer, 'holdfast')
})

test('a flag that was not given and a variable that is empty leave the setting to the next place', () => {
  const dataFolder = folderWith({ pageItems: 300 })
  const config = readConfig({ dataFolder, pageItems: undefined }, { HOLDFAST_PAGE_ITEMS: '' })
  assert.equal(config.pageItems, 300)
})

test('the data folder is that of the flag, else of HOLDFAST_DATA, else ./data; always absolute', () => {
  assert.equal(readConfig({ dataFolder: folder }, { HOLDFAST_DATA: '/elsewhere' }).dataFolder, folder)
  assert.equal(readConfig({}, { HOLDFAST_DATA: folder }).dataFolder, folder)
  assert.equal(readConfig({}, {}).dataFolder, resolve('data'))
})

test('HOLDFAST_CONFIG names another file, which must be there', () => {
  const other = join(folderWith(), 'other.json')
  writeFileSync(other, '{"workers": 3}')
  const dataFolder = folderWith({ workers: 5 })
  assert.equal(readConfig({ dataFolder }, { HOLDFAST_CONFIG: other }).workers, 3)
  refused(() => readConfig({ dataFolder }, { HOLDFAST_CONFIG: `${other}.gone` }), `${other}.gone`)
})

test('an unknown key of the file is refused by name', () => {
  refused(() => readConfig({ dataFolder: folderWith({ pageItem: 5 }) }, {}), '"pageItem"', 'holdfast.json')
})

test('an unknown HOLDFAST_ variable is refused by name, those of others are not looked at', () => {
  const dataFolder = folderWith()
  refused(() => readConfig({ dataFolder }, { HOLDFAST_WORKER: '2' }), 'HOLDFAST_WORKER')
  assert.equal(readConfig({ dataFolder }, { PATH: '/bin', WORKERS: '9' }).pageItems, 1000)
})

test('a bad value names its setting and where it was given, and does not quote it', () => {
  const secret = 'postgres-password-in-the-wrong-place'
  refused(() => readConfig({ dataFolder: folderWith(), workers: '0' }, {}), 'workers', 'the command line')
  refused(
    () => readConfig({ dataFolder: folderWith() }, { HOLDFAST_PAGE_ITEMS: '1001' }),
    'pageItems',
    'HOLDFAST_PAGE_ITEMS',
  )
  refused(
    () => readConfig({ dataFolder: folderWith({ databaseUrl: 5 }) }, {}),
    'databaseUrl',
    'holdfast.json',
  )
  assert.throws(
    () => readConfig({ dataFolder: folderWith() }, { HOLDFAST_LOG_LEVEL: secret }),
    error => hasCode(error, 'CONFIG_INVALID') && !error.message.includes(secret),
  )
  for (const value of ['1.5', 'many', '-1', '65'])
    refused(() => readConfig({ dataFolder: folderWith() }, { HOLDFAST_WORKERS: value }), 'workers')
})

test('a file that is no JSON object is refused', () => {
  for (const text of ['', '{', '[]', 'null', '"x"'])
    refused(() => readConfig({ dataFolder: folderWith(text) }, {}), 'holdfast.json')
})

test('the master key is in the data folder unless a file is named', () => {
  const dataFolder = folderWith()
  assert.equal(masterKeyPath(readConfig({ dataFolder }, {})), join(dataFolder, 'master.key'))
  const named = { HOLDFAST_MASTER_KEY_FILE: '/run/keys/holdfast' }
  assert.equal(masterKeyPath(readConfig({ dataFolder }, named)), '/run/keys/holdfast')
})

test('a child works in the same data folder, at the same level of logging', () => {
  const dataFolder = folderWith({ logLevel: 'debug' })
  const environment: Environment = {
    HOLDFAST_DATA: 'relative',
    DATABASE_URL: 'postgresql://x',
    EMPTY: undefined,
  }
  const child = childEnvironment(readConfig({ dataFolder }, environment), environment)
  assert.equal(child.HOLDFAST_DATA, dataFolder)
  assert.equal(child.HOLDFAST_LOG_LEVEL, 'debug')
  assert.equal(child.DATABASE_URL, 'postgresql://x')
  assert.ok(!('EMPTY' in child))
  const again = readConfig({}, child)
  assert.equal(again.dataFolder, dataFolder)
})

test('the password of a source may come by the environment, and an empty one is none', () => {
  assert.equal(passwordFromEnvironment({ HOLDFAST_PASSWORD: 'x' }), 'x')
  assert.equal(passwordFromEnvironment({ HOLDFAST_PASSWORD: '' }), null)
  assert.equal(passwordFromEnvironment({}), null)
})

test(`${PAGE} lists exactly the settings there are, each with its variable and meaning`, () => {
  const page = readFileSync(new URL(`../${PAGE}`, import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `(\w+)` \| `(\w+)` \| .+? \| (.+) \|$/gm)].map(
    ([, name, variable, meaning]) => [name, variable, meaning],
  )
  const expected = Object.entries(SETTINGS).map(([name, { variable, meaning }]) => [name, variable, meaning])
  assert.deepEqual(rows, expected)
})
