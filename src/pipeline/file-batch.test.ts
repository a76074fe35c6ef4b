import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ARRIVAL, startTinySite, tinyRecord, WINDOW } from '../../test/e2e/tiny-site.ts'
import { openMessage } from '../archive/archive.ts'
import { systemClock } from '../clock.ts'
import { openDatabase } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type TestArchive, testArchive } from '../testing/archive.ts'
import { openBearings } from './bearings.ts'
import { collectRun } from './collect.ts'
import { fileBatch } from './file-batch.ts'
import { removeOrphans, removeStaged } from './janitor.ts'
import { getRun, reconcileRun } from './run.ts'

const message = (id: string, text: string) =>
  tinyRecord({ id, text, arrival: ARRIVAL, from: '447700900101', to: '447700900102' })

/** An archive whose first batch is collected and waits to be filed, by nobody but the test. */
async function staged(t: TestContext, texts: readonly string[]) {
  const site = await startTinySite(texts.map((text, index) => message(`m${index}`, text)))
  t.after(() => site.stop())
  const archive = await testArchive(t)
  const connector = await archive.addConnector(site, 'o2')
  const queue = await archive.queue()
  const { runId } = await archive.request(connector, WINDOW)
  await collectRun(archive.ground, queue, runId, AbortSignal.timeout(20_000))
  const [batch] = await archive.ground.database.query<{ batch_id: number }>('select batch_id from batch')
  const file = (ground: Ground = archive.ground) =>
    fileBatch(ground, queue, openBearings(ground), batch!.batch_id)
  return { archive, runId, file }
}

async function asOwner(archive: TestArchive, statement: string): Promise<void> {
  const owner = await openDatabase(archive.environment.DATABASE_OWNER_URL!, { connectionsMax: 1 })
  await owner.execute(statement).finally(() => owner.close())
}

async function vaultObjects({ ground }: TestArchive): Promise<string[]> {
  const names: string[] = []
  for await (const { name } of ground.storage.list('vault/')) names.push(name)
  return names
}

async function kept({ ground }: TestArchive) {
  return ground.database.query<{ item_id: string; state: string; reason: string | null }>(
    'select item_id, state, reason from item order by state',
  )
}

test('an answer that is lost at COMMIT costs nothing: what was filed stays whole, and is filed once', async t => {
  const { archive, runId, file } = await staged(t, ['dunlin'])
  const { ground } = archive
  const losing: Ground = {
    ...ground,
    database: {
      ...ground.database,
      transaction: async work => {
        await ground.database.transaction(work)
        throw new HoldfastError('DATABASE_UNREACHABLE', 'the answer was lost')
      },
    },
  }
  await assert.rejects(file(losing), { code: 'DATABASE_UNREACHABLE' })
  await file()
  await removeStaged(ground)
  await reconcileRun(ground, runId)
  const run = await getRun(ground.database, runId)
  assert.deepEqual([run.status, run.counts.itemsUnmapped], ['complete', 1])
  const [item, ...others] = await kept(archive)
  assert.equal(others.length, 0)
  const content = await openMessage(ground, archive.actor, item!.item_id, 'original')
  let bytes = ''
  for await (const chunk of content.chunks) bytes += chunk.toString('utf8')
  assert.match(bytes, /dunlin/)
})

test('an item that is filed and disposed of elsewhere while it is being filed does not come back', async t => {
  const { archive, runId, file } = await staged(t, ['dunlin', 'sanderling'])
  const { ground } = archive
  let raced: string | null = null
  const racing: Ground = {
    ...ground,
    database: {
      ...ground.database,
      query: async <Row extends Record<string, unknown>>(
        sql: string,
        values: readonly unknown[] = [],
        name?: string,
      ) => {
        const rows = await ground.database.query<Row>(sql, values, name)
        if (raced === null && sql.includes('from tombstone')) {
          raced = (values[0] as string[])[0]!
          await ground.database.execute(
            `insert into tombstone (item_id, batch_id, vault_object, vault_offset, leaf, disposal_ids, gone_at)
             values ($1, 1, $1, 0, '', '{1}', now())`,
            [raced],
          )
        }
        return rows
      },
    },
  }
  await file(racing)
  const items = await kept(archive)
  assert.deepEqual([items.length, items.some(each => each.item_id === raced)], [1, false])
  await reconcileRun(ground, runId)
  const { counts } = await getRun(ground.database, runId)
  assert.deepEqual([counts.itemsUnmapped, counts.itemsDisposed], [1, 1])
})

test('a transaction that failed leaves its object to the janitor, not to chance', async t => {
  const { archive, file } = await staged(t, ['dunlin'])
  const { ground } = archive
  await asOwner(
    archive,
    `create function holdfast.refuse() returns trigger language plpgsql as
       $$ begin raise exception 'full' using errcode = '53100'; end $$;
     create trigger refuse before insert on holdfast.item for each row execute function holdfast.refuse()`,
  )
  await assert.rejects(file(), { code: '53100' })
  assert.equal((await vaultObjects(archive)).length, 1)
  await asOwner(archive, 'drop trigger refuse on holdfast.item')
  await file()
  assert.equal((await vaultObjects(archive)).length, 2)

  assert.deepEqual(await removeOrphans(ground), [], 'it may be in use for a week')
  // A staging copy is not to be there a day later, whatever became of the attempt that wrote it.
  await ground.storage.put('staging/orphan', Buffer.from('sealed'))
  const tomorrow = { ...ground, clock: { ...systemClock, now: () => systemClock.now() + 13 * 3_600_000 } }
  assert.deepEqual(await removeOrphans(tomorrow), ['staging/orphan'])
  const later = { ...ground, clock: { ...systemClock, now: () => systemClock.now() + 8 * 24 * 3_600_000 } }
  assert.equal((await removeOrphans(later)).length, 1)
  const [{ object_id: name } = { object_id: '' }] = await ground.database.query<{ object_id: string }>(
    'select object_id from vault_object',
  )
  assert.deepEqual(
    (await vaultObjects(archive)).map(each => each.slice(-32)),
    [name.replaceAll('-', '')],
  )
})

test('a database that is full sets no item aside, however often; the run says why it stands still', async t => {
  const { archive, runId, file } = await staged(t, ['dunlin', 'sanderling'])
  await asOwner(
    archive,
    `create function holdfast.refuse() returns trigger language plpgsql as
       $$ begin raise exception 'full of dunlin' using errcode = '53100'; end $$;
     create trigger refuse before insert on holdfast.item for each row execute function holdfast.refuse()`,
  )
  for (let attempt = 0; attempt < 5; attempt++) await assert.rejects(file(), { code: '53100' })
  const stuck = await getRun(archive.ground.database, runId)
  assert.equal(stuck.errorCode, 'INTERNAL')
  assert.match(stuck.errorMessage ?? '', /53100/)
  assert.doesNotMatch(stuck.errorMessage ?? '', /dunlin/)
  await asOwner(archive, 'drop trigger refuse on holdfast.item')
  await file()
  assert.deepEqual(
    (await kept(archive)).map(each => each.state),
    ['unmapped', 'unmapped'],
  )
  const run = await reconcileRun(archive.ground, runId)
  assert.deepEqual([run.status, run.errorCode], ['complete', null])
})

test('an item that cannot be stored costs only itself, after a few tries', async t => {
  const { archive, runId, file } = await staged(t, ['dunlin', 'sanderling', 'turnstone'])
  // What a trigger refuses here stands for a value that no one thought of.
  await asOwner(
    archive,
    `create table holdfast.refused (source_key bytea);
     grant select, insert on holdfast.refused to public;
     create function holdfast.refuse() returns trigger language plpgsql as $$ begin
       if new.kind = 'sms' and new.source_key in (select source_key from holdfast.refused) then
         raise check_violation;
       end if;
       return new; end $$;
     create trigger refuse before insert on holdfast.item for each row execute function holdfast.refuse()`,
  )
  // The first attempt shows which keys there are; one of them is refused from then on.
  const probe: Ground = {
    ...archive.ground,
    database: {
      ...archive.ground.database,
      transaction: work =>
        archive.ground.database.transaction(async tx => {
          await work(tx)
          const keys = await tx.query<{ source_key: Buffer }>('select source_key from item')
          found.push(...keys.map(row => row.source_key))
          throw new Error('only looked')
        }),
    },
  }
  const found: Buffer[] = []
  await assert.rejects(file(probe), /only looked/)
  await archive.ground.database.execute('insert into refused values ($1)', [found[0]])
  await assert.rejects(file(), { code: '23514' })
  await file()
  assert.deepEqual(
    (await kept(archive)).map(each => [each.state, each.reason]),
    [
      ['quarantined', 'not-storable'],
      ['unmapped', 'no-participant'],
      ['unmapped', 'no-participant'],
    ],
  )
  const run = await reconcileRun(archive.ground, runId)
  assert.deepEqual([run.status, run.counts.itemsFailed, run.counts.itemsUnmapped], ['complete', 1, 2])
})

test('nothing is removed where the storage knows a later state of the log than the database', async t => {
  const { archive, file } = await staged(t, ['dunlin'])
  const { ground } = archive
  await file()
  await archive.seal()
  await ground.storage.put(
    'vault/00/00000000000000000000000000000001',
    Buffer.from('of a batch that the database lost'),
  )
  const later = { ...ground, clock: { ...systemClock, now: () => systemClock.now() + 8 * 24 * 3_600_000 } }
  await asOwner(archive, 'delete from holdfast.audit_checkpoint')
  assert.deepEqual(await removeOrphans(later), [])
  assert.equal((await vaultObjects(archive)).length, 2)
})
