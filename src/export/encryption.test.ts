import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Decrypter, generateIdentity, identityToRecipient } from 'age-encryption'
import { HoldfastError } from '../errors.ts'
import { testFolder } from '../testing/archive.ts'
import { startAzurite } from '../testing/azurite.ts'
import { EVERYTHING, exportArchive, someMessages } from '../testing/export.ts'
import { openExportStorage } from './destination.ts'
import { cancelExport, getExport, performExport, requestExport } from './export.ts'
import { verifyPackage } from './verify-package.ts'

const PASS_PHRASE = 'seven whimbrels over Ø the estuary'

async function decrypted(file: string, decrypter: Decrypter): Promise<string> {
  const plain = join(await testFolder(), 'package.zip')
  await writeFile(plain, await decrypter.decrypt(await readFile(file)))
  return plain
}

test('a package encrypted with a pass phrase opens with it, and the archive forgets it', async t => {
  const archive = await exportArchive(t, someMessages(8))
  const made = await archive.export({ encryption: { passPhrase: PASS_PHRASE } })
  const shown = await getExport(archive.ground, archive.actor, made.exportId)
  assert.equal(shown.state, 'ready', JSON.stringify(shown.error))
  const file = await archive.download(made)
  assert.match(file, /\.zip\.age$/)
  assert.equal((await readFile(file)).length, shown.packageSize)
  const decrypter = new Decrypter()
  decrypter.addPassphrase(PASS_PHRASE)
  const verdict = await verifyPackage(await decrypted(file, decrypter), {
    publicKey: null,
    earlierCheckpoint: null,
  })
  assert.deepEqual(verdict.findings, [])
  const [row] = await archive.ground.database.query(
    `select pass_phrase, (select string_agg(kind, ',') from export_segment) as kinds from export`,
  )
  assert.deepEqual(row, { pass_phrase: null, kinds: 'encrypted' })
  const objects = await Array.fromAsync(archive.ground.storage.list('exports/'))
  assert.equal(objects.length, 1, 'nothing but the encrypted package is left')
})

test('a package for a recipient opens with their key alone', async t => {
  const archive = await exportArchive(t, someMessages(3))
  const identity = await generateIdentity()
  const made = await archive.export({ encryption: { recipient: await identityToRecipient(identity) } })
  const file = await archive.download(made)
  const theirs = new Decrypter()
  theirs.addIdentity(identity)
  const verdict = await verifyPackage(await decrypted(file, theirs), {
    publicKey: null,
    earlierCheckpoint: null,
  })
  assert.equal(verdict.ok, true)
  const other = new Decrypter()
  other.addIdentity(await generateIdentity())
  await assert.rejects(decrypted(file, other))
})

test('an export to storage is encrypted, lies there under its name, and nowhere else', async t => {
  const folder = await testFolder()
  const archive = await exportArchive(t, someMessages(3), { change: { exportStorage: folder } })
  await assert.rejects(archive.export({ destination: 'storage' }), { code: 'EXPORT_INVALID' })
  const made = await archive.export({ destination: 'storage', encryption: { passPhrase: PASS_PHRASE } })
  const shown = await getExport(archive.ground, archive.actor, made.exportId)
  assert.equal(shown.state, 'ready', JSON.stringify(shown.error))
  const stored = join(folder, shown.storedAs ?? '')
  assert.match(stored, new RegExp(`/holdfast-export-${made.exportId}-[0-9a-f]{8}\\.zip\\.age$`))
  assert.equal((await readFile(stored)).length, shown.packageSize)
  const decrypter = new Decrypter()
  decrypter.addPassphrase(PASS_PHRASE)
  const plain = await decrypted(stored, decrypter)
  assert.equal((await verifyPackage(plain, { publicKey: null, earlierCheckpoint: null })).ok, true)
  assert.deepEqual(await Array.fromAsync(archive.ground.storage.list('exports/')), [])
  const [row] = await archive.ground.database.query('select export_key, pass_phrase from export')
  assert.deepEqual(row, { export_key: null, pass_phrase: null })
  await assert.rejects(archive.download(made), { code: 'EXPORT_STATE' })
})

test('what cannot encrypt is refused when it is asked for', async t => {
  const archive = await exportArchive(t, [])
  for (const encryption of [
    { passPhrase: 'short' },
    { recipient: 'age1qqqq' },
    { recipient: 'ssh-ed25519 AAAA' },
  ])
    await assert.rejects(archive.export({ encryption }), { code: 'EXPORT_INVALID' })
  await assert.rejects(archive.export({ destination: 'storage', encryption: { passPhrase: PASS_PHRASE } }), {
    code: 'EXPORT_INVALID',
  })
  for (const timeZone of ['Mars/Olympus', '+01:00', '', "Europe/London'"])
    await assert.rejects(archive.export({ timeZone }), { code: 'EXPORT_INVALID' })
})

test('what a killed attempt left in storage goes with the export, or when it is handed over', async t => {
  const folder = await testFolder()
  const archive = await exportArchive(t, someMessages(3), { change: { exportStorage: folder } })
  const { ground, actor } = archive
  const recipient = await identityToRecipient(await generateIdentity())
  const { signal } = new AbortController()
  const stored = async () => (await readdir(folder)).filter(name => name.startsWith('holdfast-export-'))
  const killed = async () => {
    const asked = await requestExport(ground, await archive.queue(), actor, {
      ...EVERYTHING,
      destination: 'storage',
      encryption: { recipient },
    })
    // The package lies there, and the connection is gone before that is known.
    let cut = false
    const transaction: typeof ground.database.transaction = async work => {
      cut ||= (await stored().catch(() => [])).length > 0
      if (cut) throw new HoldfastError('DATABASE_UNREACHABLE', 'killed')
      return ground.database.transaction(work)
    }
    const database = { ...ground.database, transaction }
    await assert.rejects(performExport({ ...ground, database }, asked.exportId, signal), {
      code: 'DATABASE_UNREACHABLE',
    })
    const shown = await getExport(ground, actor, asked.exportId)
    assert.deepEqual([shown.state, shown.storedAs, (await stored()).length], ['finishing', null, 1])
    return asked
  }
  const cancelled = await killed()
  assert.equal((await cancelExport(ground, actor, cancelled.exportId)).state, 'cancelled')
  assert.deepEqual(await stored(), [])
  const made = await killed()
  await performExport(ground, made.exportId, signal)
  assert.deepEqual(await stored(), [(await getExport(ground, actor, made.exportId)).storedAs])
})

test('a worker whose segments another one has encrypted and removed does not end the export', async t => {
  const archive = await exportArchive(t, someMessages(3))
  const { ground, actor } = archive
  const recipient = await identityToRecipient(await generateIdentity())
  const asked = await requestExport(ground, await archive.queue(), actor, {
    ...EVERYTHING,
    encryption: { recipient },
  })
  const kinds = async () =>
    (await ground.database.query<{ kind: string }>('select kind from export_segment')).map(row => row.kind)
  // The other one is stopped when it has removed the last of them.
  const stopping = new AbortController()
  const remove = async (name: string) => {
    await ground.storage.remove(name)
    if ((await Array.fromAsync(ground.storage.list('exports/'))).length === 1) stopping.abort()
  }
  const other = { ...ground, storage: { ...ground.storage, remove } }
  let met = false
  async function* stream(...place: Parameters<typeof ground.storage.stream>) {
    if (!met && (await kinds()).includes('proofs')) {
      met = true
      await assert.rejects(performExport(other, asked.exportId, stopping.signal))
      assert.deepEqual(await kinds(), ['encrypted'])
    }
    yield* ground.storage.stream(...place)
  }
  await performExport(
    { ...ground, storage: { ...ground.storage, stream } },
    asked.exportId,
    new AbortController().signal,
  )
  assert.ok(met)
  const shown = await getExport(ground, actor, asked.exportId)
  assert.deepEqual([shown.state, shown.error], ['ready', null])
})

test('an export to a container of Azure lies there whole', async t => {
  const azurite = await startAzurite()
  t.after(() => azurite.stop())
  const exportStorage = `${azurite.connectionString}Container=handed-over`
  const archive = await exportArchive(t, someMessages(2), { change: { exportStorage } })
  const identity = await generateIdentity()
  const made = await archive.export({
    destination: 'storage',
    encryption: { recipient: await identityToRecipient(identity) },
  })
  const { state, storedAs, packageSize } = await getExport(archive.ground, archive.actor, made.exportId)
  assert.equal(state, 'ready')
  const storage = openExportStorage(exportStorage)
  const names = await Array.fromAsync(storage.list(''))
  assert.deepEqual(
    names.map(({ name, size }) => [name, size]),
    [[storedAs, packageSize]],
  )
  const file = join(await testFolder(), 'package.age')
  await writeFile(file, Buffer.concat(await Array.fromAsync(storage.stream(storedAs ?? ''))))
  const decrypter = new Decrypter()
  decrypter.addIdentity(identity)
  const plain = await decrypted(file, decrypter)
  assert.equal((await verifyPackage(plain, { publicKey: null, earlierCheckpoint: null })).ok, true)
})
