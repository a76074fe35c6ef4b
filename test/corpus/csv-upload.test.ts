/**
 * Other people's tables uploaded as a connector's mapping and as a directory, by the functions behind `mapping check`,
 * `mapping import` and `directory import`: each is used or clearly refused, and a refused one changes nothing.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { importCustomMapping, tryCustomMapping } from '../../src/connector/connector.ts'
import { importDirectory, listMailboxes } from '../../src/directory/directory.ts'
import { HoldfastError } from '../../src/errors.ts'
import { exportMapping } from '../../src/mapping/mapping.ts'
import { testArchive } from '../../src/testing/archive.ts'
import { requireCorpus } from '../../src/testing/requires.ts'
import { addCorpusConnector, assertWhole } from './kept.ts'
import { serveCorpus } from './site.ts'

const HEADERS = ['', 'External User ID,Microsoft 365 User Mailbox\n', 'Address,Display Name\n']

for (const folder of ['csv', 'bad-input'])
  test(`files of ${folder} as mappings and directories are used or refused`, async t => {
    const root = requireCorpus(t, folder)
    if (root === null) return
    const archive = await testArchive(t)
    const { ground, actor } = archive
    const { database, keyring, clock } = ground
    await archive.addPeople('Address,Display Name\nanna@kestrel-harbour.example,Anna Berg\n')
    const site = await serveCorpus(t, { ENTERPRISE_NUMBER: [] })
    const { connectorId } = await addCorpusConnector(archive, site, 'ENTERPRISE_NUMBER')
    const good = Buffer.from(
      'External User ID,Microsoft 365 User Mailbox\n447700900001,anna@kestrel-harbour.example\n',
    )
    await importCustomMapping(ground, actor, connectorId, good)
    const state = async () => [
      await exportMapping(database, connectorId),
      await listMailboxes(database, { limit: 10_000 }),
    ]
    const refused = async (work: () => Promise<unknown>): Promise<boolean> => {
      const before = await state()
      try {
        await work()
        return false
      } catch (error) {
        assert.ok(error instanceof HoldfastError, String(error))
        assert.match(error.code, /^(CSV_INVALID|MAPPING_INVALID|DIRECTORY_INVALID)$/)
        assert.deepEqual(await state(), before, 'a refused file changes nothing')
        return true
      }
    }
    let files = 0
    let mappings = 0
    let directories = 0
    for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
      if (!statSync(join(root, path)).isFile()) continue
      files++
      for (const header of HEADERS) {
        const bytes = Buffer.concat([Buffer.from(header), readFileSync(join(root, path))])
        await refused(() => tryCustomMapping(ground, connectorId, bytes))
        if (!(await refused(() => importCustomMapping(ground, actor, connectorId, bytes)))) mappings++
        const imported = () =>
          database.transaction(tx => importDirectory(tx, keyring, clock, actor.name, bytes))
        if (!(await refused(imported))) directories++
      }
    }
    assert.ok(files > 10)
    await importCustomMapping(ground, actor, connectorId, good)
    assert.match(await exportMapping(database, connectorId), /447700900001/)
    await assertWhole(archive)
    t.diagnostic(`${files} files: ${mappings} mappings and ${directories} directories were used`)
  })
