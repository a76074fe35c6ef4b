import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after, before, beforeEach } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { systemClock as clock } from '../clock.ts'
import { hasCode } from '../errors.ts'
import { silentLogger as log } from '../log.ts'
import {
  attachEmbedded,
  type Embedded,
  openArchiveDatabase,
  openDatabase,
  startEmbedded,
} from './database.ts'

// One cluster serves all tests of this file, one after the other; each stops what it started.
let parent: string
let dataFolder: string
const children: ChildProcess[] = []

before(async () => {
  parent = await mkdtemp(join(tmpdir(), 'holdfast-embedded-'))
  await chmod(parent, 0o755)
  dataFolder = join(parent, 'archive')
  const embedded = await start()
  const owner = await openDatabase(embedded.ownerUrl)
  await owner.execute('create schema holdfast')
  await owner.execute('create table mark (n integer primary key)')
  await owner.close()
  await embedded.stop()
})

after(async () => {
  for (const child of children) child.kill('SIGKILL')
  // A test that failed may have left a server, which must not be left working in a folder that is gone.
  await (await start({ patienceMs: 5000 }).catch(() => null))?.stop()
  await rm(parent, { recursive: true, force: true })
})

beforeEach(async () => {
  assert.equal(await attachEmbedded(dataFolder), null, 'a server was left running')
})

function start(options: { patienceMs?: number } = {}): Promise<Embedded> {
  return startEmbedded({ dataFolder, clock, log, patienceMs: 0, ...options })
}

async function serverPid(): Promise<number> {
  return Number(
    (await readFile(join(dataFolder, 'database/postgresql/postmaster.pid'), 'utf8')).split('\n')[0],
  )
}

/** Runs `use` on the database as the owner's role. */
async function withOwner<T>(
  embedded: { ownerUrl: string },
  use: (sql: Awaited<ReturnType<typeof openDatabase>>) => Promise<T>,
) {
  const owner = await openDatabase(embedded.ownerUrl)
  return use(owner).finally(() => owner.close())
}

function marks(embedded: { ownerUrl: string }): Promise<number[]> {
  return withOwner(embedded, async sql =>
    (await sql.query<{ n: number }>('select n from mark order by n')).map(row => row.n),
  )
}

/** Another process that owns the folder, and inserts numbers from 1000 on, printing each when it is committed. */
async function startOwnerProcess(): Promise<ChildProcess> {
  const code = `
    const { startEmbedded, openDatabase } = await import(process.argv[1])
    const log = { debug() {}, info() {}, warn() {}, error() {} }
    const embedded = await startEmbedded({ dataFolder: process.argv[2], clock: {}, log })
    const owner = await openDatabase(embedded.ownerUrl)
    for (let n = 1000; ; n++) {
      await owner.execute('insert into mark values ($1)', [n])
      process.stdout.write(n + '\\n')
    }`
  const child = spawn(
    process.execPath,
    ['--input-type=module', '--eval', code, new URL('./database.ts', import.meta.url).href, dataFolder],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  children.push(child)
  await once(child.stdout!, 'data')
  return child
}

test('who starts it owns the folder, others attach, and a second owner is refused', async () => {
  const embedded = await start()
  try {
    assert.equal(embedded.attached, false)
    await assert.rejects(start(), error => {
      return hasCode(error, 'DATABASE_OWNED') && error.message.includes(String(process.pid))
    })
    const attached = await attachEmbedded(dataFolder)
    assert.deepEqual(attached, { programUrl: embedded.programUrl, ownerUrl: embedded.ownerUrl })
    assert.equal((await stat(join(dataFolder, 'database/connection.json'))).mode & 0o777, 0o600)
    assert.equal((await stat(join(dataFolder, 'database/postgresql'))).mode & 0o777, 0o700)
    assert.equal(new URL(embedded.programUrl).hostname, '127.0.0.1')
    await assert.rejects(openDatabase(embedded.programUrl.replace(/:[^:@]*@/, ':wrong@')), error =>
      hasCode(error, 'DATABASE_UNREACHABLE'),
    )
  } finally {
    await embedded.stop()
  }
  assert.equal(await attachEmbedded(dataFolder), null)
})

test('the server is durable, and its process group is not that of the terminal', async () => {
  const embedded = await start()
  try {
    const settings = await withOwner(embedded, sql =>
      sql.query(
        `select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit',
          'listen_addresses', 'data_checksums', 'server_encoding') order by name`,
      ),
    )
    assert.deepEqual(Object.fromEntries(settings.map(row => [row.name, row.setting])), {
      data_checksums: 'on',
      fsync: 'on',
      full_page_writes: 'on',
      listen_addresses: '127.0.0.1',
      server_encoding: 'UTF8',
      synchronous_commit: 'on',
    })
    if (process.platform === 'linux') {
      const pid = await serverPid()
      // After the command's name in parentheses: state, parent, process group.
      const [, , group] = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ')
      assert.equal(Number(group), pid)
    }
  } finally {
    await embedded.stop()
  }
})

test('nothing that a failed statement quotes is in the log of the server', async () => {
  const embedded = await start()
  await withOwner(embedded, async sql => {
    await sql.query(`select 'meet me at noon'::int`).catch(() => {})
    await sql.query('select $1::uuid', ['meet me at noon']).catch(() => {})
    await sql.execute('insert into mark values (5)')
    await sql.execute('insert into mark values (5)').catch(() => {})
    await sql.execute('delete from mark')
  }).finally(() => embedded.stop())
  const text = await readFile(join(dataFolder, 'database/server.log'), 'utf8')
  assert.match(text, /database system is ready/)
  assert.doesNotMatch(text, /noon|ERROR|STATEMENT|Key \(/)
})

test('the server of a killed owner is taken over, and stops with the new owner', async () => {
  const child = await startOwnerProcess()
  child.kill('SIGKILL')
  await once(child, 'exit')
  const embedded = await start()
  try {
    assert.equal(embedded.attached, true)
    assert.ok((await marks(embedded)).length > 0)
    await withOwner(embedded, sql => sql.execute('delete from mark'))
  } finally {
    await embedded.stop()
  }
})

test('everything killed in mid-write: whatever was said to be committed is there', async () => {
  const child = await startOwnerProcess()
  let printed = ''
  child.stdout!.on('data', text => {
    printed += text
  })
  await wait(300)
  process.kill(await serverPid(), 'SIGKILL')
  child.kill('SIGKILL')
  await once(child, 'close')
  const embedded = await start()
  try {
    assert.equal(embedded.attached, false)
    const said = printed.split('\n').filter(Boolean).map(Number)
    const found = new Set(await marks(embedded))
    assert.ok(said.length > 0)
    assert.deepEqual(
      said.filter(n => !found.has(n)),
      [],
    )
    await withOwner(embedded, sql => sql.execute('delete from mark'))
  } finally {
    await embedded.stop()
  }
})

test('a server that dies while its owner lives is started again where it was', async () => {
  const embedded = await start()
  try {
    process.kill(await serverPid(), 'SIGKILL')
    const again = async () => {
      for (;;) {
        try {
          return await marks(embedded)
        } catch {
          await wait(50)
        }
      }
    }
    assert.deepEqual(await again(), [])
  } finally {
    await embedded.stop()
  }
})

test('a server that is being started again is stopped too', async () => {
  const embedded = await start()
  const killed = await serverPid()
  process.kill(killed, 'SIGKILL')
  let again = killed
  // The file is empty for a moment before the new server's number is in it.
  while (again === killed || again === 0) {
    await wait(1)
    again = await serverPid().catch(() => killed)
  }
  await embedded.stop()
  assert.throws(() => process.kill(again, 0), { code: 'ESRCH' })
})

test("a stale postmaster.pid with another program's process id is cleaned", async () => {
  const file = join(dataFolder, 'database/postgresql/postmaster.pid')
  await writeFile(file, `${process.pid}\n${dataFolder}\n1\n5432\n\n127.0.0.1\n0 0\nready\n`)
  const embedded = await start()
  assert.equal(embedded.attached, false)
  await embedded.stop()
})

test('a taken port makes it pick another, a free one is kept', async () => {
  const first = await start()
  await first.stop()
  const second = await start()
  assert.equal(second.ownerUrl, first.ownerUrl)
  await second.stop()
  const port = Number(new URL(first.ownerUrl).port)
  const squatter = createServer().listen(port, '127.0.0.1')
  await once(squatter, 'listening')
  try {
    const third = await start()
    assert.notEqual(Number(new URL(third.ownerUrl).port), port)
    assert.deepEqual(await marks(third), [])
    await third.stop()
  } finally {
    squatter.close()
  }
})

test('a lost connection file is made anew, with new passwords', async () => {
  const first = await start()
  await first.stop()
  await rm(join(dataFolder, 'database/connection.json'))
  const second = await start()
  assert.notEqual(new URL(second.ownerUrl).password, new URL(first.ownerUrl).password)
  assert.deepEqual(await marks(second), [])
  await second.stop()
})

test('a cluster of another major version is refused, unharmed', async () => {
  const folder = join(dataFolder, 'database/postgresql')
  const version = await readFile(join(folder, 'PG_VERSION'), 'utf8')
  await writeFile(join(folder, 'PG_VERSION'), '17\n')
  try {
    const before = (await readdir(folder, { recursive: true })).sort()
    await assert.rejects(
      start(),
      error => hasCode(error, 'DATABASE_OTHER_MAJOR') && / 17,.* 18/.test(error.message),
    )
    assert.deepEqual((await readdir(folder, { recursive: true })).sort(), before)
  } finally {
    await writeFile(join(folder, 'PG_VERSION'), version)
  }
})

test('a start that was cut short is begun again, a cluster that is gone is not made anew', async t => {
  const folder = join(parent, 'cut-short')
  t.after(() => rm(folder, { recursive: true, force: true }))
  await mkdir(join(folder, 'database/postgresql.new-1234/base'), { recursive: true })
  await mkdir(join(folder, 'database/postgresql'), { recursive: true })
  const embedded = await startEmbedded({ dataFolder: folder, clock, log })
  await embedded.stop()
  assert.deepEqual((await readdir(join(folder, 'database'))).sort(), [
    'cluster.json',
    'connection.json',
    'owner.lock',
    'postgresql',
    'server.log',
  ])
  // A cluster whose record is lost is complete all the same, and is not made anew either.
  const made = await stat(join(folder, 'database/postgresql'))
  await rm(join(folder, 'database/cluster.json'))
  await (await startEmbedded({ dataFolder: folder, clock, log })).stop()
  assert.equal((await stat(join(folder, 'database/postgresql'))).ino, made.ino)
  await rm(join(folder, 'database/postgresql'), { recursive: true })
  await assert.rejects(startEmbedded({ dataFolder: folder, clock, log }), error =>
    hasCode(error, 'DATABASE_START_FAILED'),
  )
})

test('openArchiveDatabase owns or attaches, and a command that finds no owner serves itself', async t => {
  const folder = join(parent, 'modes')
  t.after(() => rm(folder, { recursive: true, force: true }))
  const prepared: string[] = []
  const options = {
    dataFolder: folder,
    clock,
    log,
    prepare: async (_: string, role: string) => {
      prepared.push(role)
    },
  }
  const command = await openArchiveDatabase({ ...options, mode: 'attach-or-own' })
  await command.close()
  const serving = openArchiveDatabase({ ...options, mode: 'own' })
  const worker = await openArchiveDatabase({ ...options, mode: 'attach' })
  const owner = await serving
  assert.equal(worker.programUrl, owner.programUrl)
  const other = await openArchiveDatabase({ ...options, mode: 'attach-or-own' })
  assert.deepEqual(await other.database.query('select from item'), [])
  await other.close()
  assert.deepEqual(await owner.database.query('select from item'), [], 'an attached one stops nothing')
  await worker.close()
  await owner.close()
  assert.deepEqual(prepared, ['holdfast_program', 'holdfast_program'])
})
