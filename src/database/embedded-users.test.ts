import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { systemClock as clock } from '../clock.ts'
import { hasCode } from '../errors.ts'
import { silentLogger as log } from '../log.ts'
import { attachEmbedded, openDatabase, startEmbedded } from './database.ts'
import { findBinaries, findPackage, SYSTEM_FOLDER } from './postgres-binaries.ts'
import { canEnter, findServerUser } from './server-user.ts'

const isRoot = process.geteuid?.() === 0
const needsRoot = isRoot ? {} : { skip: 'only root can become another user' }
const run = promisify(execFile)

async function folderOf(t: TestContext, mode: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-users-'))
  await chmod(folder, mode)
  t.after(async () => {
    const elsewhere = await clusterFolder(folder).catch(() => null)
    if (elsewhere?.startsWith(`${SYSTEM_FOLDER}/`))
      await rm(dirname(elsewhere), { recursive: true, force: true })
    await rm(folder, { recursive: true, force: true })
  })
  return folder
}

/** Where cluster.json says that the cluster lies; null is inside. */
async function clusterFolder(dataFolder: string): Promise<string | null> {
  return JSON.parse(await readFile(join(dataFolder, 'database/cluster.json'), 'utf8')).folder
}

test(
  'root in a folder that others can enter: the data stays there and belongs to the user of the server',
  needsRoot,
  async t => {
    const dataFolder = await folderOf(t, 0o755)
    const embedded = await startEmbedded({ dataFolder, clock, log })
    try {
      assert.equal(await clusterFolder(dataFolder), null)
      const { uid } = await stat(join(dataFolder, 'database/postgresql'))
      assert.notEqual(uid, 0)
      assert.equal(uid, (await findServerUser('/nowhere'))?.uid)
      const pid = (await readFile(join(dataFolder, 'database/postgresql/postmaster.pid'), 'utf8')).split(
        '\n',
      )[0]
      if (process.platform === 'linux') assert.equal((await stat(`/proc/${pid}`)).uid, uid)
    } finally {
      await embedded.stop()
    }
  },
)

test(
  'root in a folder that only root can enter: the data goes where the server can, and comes back',
  needsRoot,
  async t => {
    const dataFolder = await folderOf(t, 0o700)
    for (const round of [1, 2]) {
      const embedded = await startEmbedded({ dataFolder, clock, log })
      try {
        const owner = await openDatabase(embedded.ownerUrl)
        if (round === 1) await owner.execute('create table public_mark (n integer)').catch(() => {})
        if (round === 1) await owner.execute('create schema holdfast create table mark (n integer)')
        assert.deepEqual(await owner.query('select n from holdfast.mark'), [])
        await owner.close()
        assert.notEqual(await attachEmbedded(dataFolder), null)
      } finally {
        await embedded.stop()
      }
    }
    const folder = await clusterFolder(dataFolder)
    assert.match(folder ?? '', /^\/var\/lib\/holdfast\/[0-9a-f]{12}\/postgresql$/)
    assert.equal((await readFile(join(dirname(folder!), 'belongs-to'), 'utf8')).trim(), dataFolder)
    assert.equal((await stat(dataFolder)).mode & 0o777, 0o700)
  },
)

test('a folder that is closed to others later: the data moves', needsRoot, async t => {
  const dataFolder = await folderOf(t, 0o755)
  const first = await startEmbedded({ dataFolder, clock, log })
  const owner = await openDatabase(first.ownerUrl)
  await owner.execute('create schema holdfast create table mark (n integer)')
  await owner.close()
  await first.stop()
  await chmod(dataFolder, 0o700)
  const second = await startEmbedded({ dataFolder, clock, log })
  try {
    const again = await openDatabase(second.ownerUrl)
    assert.deepEqual(await again.query('select n from holdfast.mark'), [])
    await again.close()
    assert.ok((await clusterFolder(dataFolder))?.startsWith(SYSTEM_FOLDER))
    await assert.rejects(stat(join(dataFolder, 'database/postgresql')), { code: 'ENOENT' })
  } finally {
    await second.stop()
  }
})

test(
  'programs in a folder that the user of the server cannot enter are copied to where he can',
  needsRoot,
  async t => {
    const user = await findServerUser('/nowhere')
    const found = await findPackage()
    const closed = await folderOf(t, 0o700)
    const system = await folderOf(t, 0o755)
    const native = join(closed, 'native')
    await cp(found.native, native, { recursive: true, verbatimSymlinks: true })
    const binaries = await findBinaries(user, { ...found, native }, join(system, 'holdfast'))
    assert.ok(binaries.postgres.startsWith(join(system, 'holdfast/postgresql-')), binaries.postgres)
    const again = await findBinaries(user, { ...found, native }, join(system, 'holdfast'))
    assert.deepEqual(again, binaries)
    const { stdout } = await run(binaries.postgres, ['-V'], { cwd: '/', env: {}, ...user! })
    assert.match(stdout, new RegExp(`^postgres \\(PostgreSQL\\) ${binaries.major}\\.`))
  },
)

test('programs that npm unpacked without links and execute bits are mended', async t => {
  const found = await findPackage()
  const folder = await folderOf(t, 0o755)
  const native = join(folder, 'native')
  await cp(found.native, native, {
    recursive: true,
    filter: path => !path.includes('.so.60') || /\.so\.60\.2$/.test(path),
  })
  for (const name of ['postgres', 'initdb']) await chmod(join(native, 'bin', name), 0o644)
  const binaries = await findBinaries(null, { ...found, native })
  assert.equal(binaries.postgres, join(native, 'bin/postgres'))
})

test('who may enter a folder is read from its mode and from those above it', needsRoot, async t => {
  const user = await findServerUser('/nowhere')
  const closed = await folderOf(t, 0o700)
  const inner = join(closed, 'inner')
  await mkdir(inner, { mode: 0o755 })
  assert.equal(await canEnter(inner, user), false)
  assert.equal(await canEnter(inner, null), true)
  assert.equal(await canEnter(tmpdir(), user), true)
  await chown(closed, user!.uid, user!.gid)
  assert.equal(await canEnter(inner, user), true)
})

test(
  'an ordinary user runs the server himself, and is refused the cluster of another',
  needsRoot,
  async t => {
    const dataFolder = await folderOf(t, 0o755)
    const nobody = { uid: 65534, gid: 65534 }
    const readable = await canEnter(fileURLToPath(new URL('.', import.meta.url)), nobody)
    if (!readable || !(await canEnter(dirname(process.execPath), nobody))) {
      t.skip('an ordinary user cannot enter the folder of this checkout')
      return
    }
    const own = join(dataFolder, 'own')
    await mkdir(own, { mode: 0o700 })
    await chown(own, nobody.uid, nobody.gid)
    const code = `
    const { startEmbedded, openDatabase } = await import(process.argv[1])
    const log = { debug() {}, info() {}, warn() {}, error() {} }
    try {
      const embedded = await startEmbedded({ dataFolder: process.argv[2], clock: {}, log, patienceMs: 0 })
      const database = await openDatabase(embedded.programUrl)
      console.log((await database.query('select current_user as name'))[0].name)
      await database.close()
      await embedded.stop()
    } catch (error) {
      console.log(error.code)
    }`
    const asNobody = async (folder: string) => {
      const module = new URL('./database.ts', import.meta.url).href
      const { stdout } = await run(
        process.execPath,
        ['--input-type=module', '--eval', code, module, folder],
        {
          cwd: '/',
          env: { HOME: own, PATH: '/usr/bin:/bin' },
          ...nobody,
        },
      )
      return stdout.trim()
    }
    assert.equal(await asNobody(own), 'holdfast_program')
    assert.equal((await stat(join(own, 'database/postgresql'))).uid, nobody.uid)
    // Root may take over; the server keeps its user.
    const embedded = await startEmbedded({ dataFolder: own, clock, log })
    assert.equal((await stat(join(own, 'database/postgresql/PG_VERSION'))).uid, nobody.uid)
    await embedded.stop()
    await startEmbedded({ dataFolder, clock, log }).then(other => other.stop())
    assert.match(await asNobody(dataFolder), /^DATABASE_START_FAILED$/)
  },
)

// Root's server is never its own; the tests above start one as another user.
if (!isRoot)
  test('as an ordinary user the server is our own', async t => {
    const dataFolder = await folderOf(t, 0o700)
    assert.equal(await findServerUser(dataFolder), null)
    const embedded = await startEmbedded({ dataFolder, clock, log })
    await embedded.stop()
    assert.equal((await stat(join(dataFolder, 'database/postgresql'))).uid, process.geteuid?.())
    await chmod(dataFolder, 0o500)
    await assert.rejects(startEmbedded({ dataFolder: join(dataFolder, 'inner'), clock, log }), error =>
      hasCode(error, 'DATABASE_START_FAILED'),
    )
    await chmod(dataFolder, 0o700)
  })
