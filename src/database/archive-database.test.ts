import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { systemClock as clock } from '../clock.ts'
import { hasCode } from '../errors.ts'
import { silentLogger as log } from '../log.ts'
import { emptyDatabase } from '../testing/database.ts'
import { openArchiveDatabase } from './database.ts'

test("a server of one's own needs the owner's role for the first start alone", async t => {
  const { programUrl, ownerUrl } = await emptyDatabase(t)
  const dataFolder = join(tmpdir(), 'holdfast-never-made')
  const options = { dataFolder, databaseUrl: programUrl, mode: 'own', clock, log } as const
  await assert.rejects(openArchiveDatabase(options), error => hasCode(error, 'SCHEMA_MISSING'))
  const prepared: string[] = []
  const first = await openArchiveDatabase({
    ...options,
    databaseOwnerUrl: ownerUrl,
    prepare: async (url, role) => {
      prepared.push(url, role)
    },
  })
  assert.deepEqual(prepared, [ownerUrl, 'holdfast_program'])
  assert.equal(first.ownerUrl, ownerUrl)
  await first.close()
  const second = await openArchiveDatabase(options)
  assert.deepEqual(await second.database.query('select from item'), [])
  assert.equal(second.ownerUrl, null)
  await second.close()
  assert.ok(!existsSync(dataFolder))
})
