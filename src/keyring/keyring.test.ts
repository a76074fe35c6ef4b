import assert from 'node:assert/strict'
import { sign, verify } from 'node:crypto'
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, describe, type TestContext, test } from 'node:test'
import { inspect } from 'node:util'
import { systemClock } from '../clock.ts'
import { type ErrorCode, hasCode } from '../errors.ts'
import { testDatabase } from '../testing/database.ts'
import { createKeyring, openKeyring, type Purpose, rotateMasterKey } from './keyring.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'holdfast-keyring-'))
after(() => rmSync(scratch, { recursive: true, force: true }))

const withCode = (code: ErrorCode) => (error: unknown) => hasCode(error, code)
const PURPOSES: Purpose[] = ['identity', 'search', 'staging', 'credential', 'audit-seal']

async function archive(t: TestContext) {
  const { database } = await testDatabase(t)
  const file = path.join(mkdtempSync(path.join(scratch, 'archive-')), 'keys', 'master.key')
  const keyring = await database.transaction(tx => createKeyring(tx, file, systemClock))
  return { database, file, keyring }
}

describe('the keyring', { concurrency: false }, () => {
  test('opened again it is the same: item keys, purpose keys, sealed secrets and signatures', async t => {
    const { database, file, keyring } = await archive(t)
    const again = await openKeyring(database, file)
    assert.equal(again.masterKeyId, keyring.masterKeyId)
    const { key, wrapped } = keyring.newItemKey()
    assert.ok(again.unwrapItemKey(wrapped).equals(key))
    const purposeKeys = PURPOSES.map(name => {
      assert.ok(again.purposeKey(name).equals(keyring.purposeKey(name)))
      return keyring.purposeKey(name).export().toString('hex')
    })
    assert.equal(new Set(purposeKeys).size, PURPOSES.length)
    const sealed = keyring.seal('credential', Buffer.from('secret'), 'connector:7')
    assert.equal(again.open('credential', sealed, 'connector:7').toString(), 'secret')
    const signature = sign(null, Buffer.from('checkpoint'), keyring.signingKey)
    assert.ok(verify(null, Buffer.from('checkpoint'), again.publicKey, signature))
  })

  test('a sealed secret opens for its own purpose and place only, and shows nothing', async t => {
    const { keyring } = await archive(t)
    const sealed = keyring.seal('credential', Buffer.from('correct horse'), 'connector:7')
    assert.equal(sealed.length, 13 + 29)
    assert.ok(!sealed.includes('horse'))
    assert.notDeepEqual(keyring.seal('credential', Buffer.from('correct horse'), 'connector:7'), sealed)
    assert.throws(() => keyring.open('credential', sealed, 'connector:8'), withCode('VAULT_DAMAGED'))
    assert.throws(() => keyring.open('staging', sealed, 'connector:7'), withCode('VAULT_DAMAGED'))
    for (let at = 1; at < sealed.length; at++) {
      const changed = Buffer.from(sealed)
      changed[at]! ^= 1
      assert.throws(() => keyring.open('credential', changed, 'connector:7'), withCode('VAULT_DAMAGED'))
    }
    assert.throws(() => keyring.open('credential', Buffer.alloc(5), 'connector:7'), withCode('VAULT_DAMAGED'))
    const newer = Buffer.from(sealed)
    newer[0] = 2
    assert.throws(() => keyring.open('credential', newer, 'connector:7'), withCode('VAULT_VERSION'))
    assert.equal(keyring.open('credential', keyring.seal('credential', Buffer.alloc(0), ''), '').length, 0)
  })

  test('neither the database nor a print of the keyring holds a key in the open', async t => {
    const { database, file, keyring } = await archive(t)
    const stored = await database.query<{ wrapped: Buffer }>('select wrapped from keyring_key')
    assert.equal(stored.length, 7)
    const master = Buffer.from(readFileSync(file, 'latin1').split(':')[1]!, 'base64url')
    const { key } = keyring.newItemKey()
    const printed =
      inspect({ keyring, key }, { depth: 10, showHidden: true }) + JSON.stringify({ keyring, key })
    for (const secret of [master, ...PURPOSES.map(name => keyring.purposeKey(name).export()), key.export()]) {
      for (const { wrapped } of stored) assert.ok(!wrapped.includes(secret))
      assert.ok(!printed.includes(secret.toString('hex')))
      assert.ok(!printed.includes(secret.toString('base64url')))
    }
  })

  test('the key file is one line for its owner alone, and is refused when others may read it', async t => {
    const { database, file, keyring } = await archive(t)
    assert.match(readFileSync(file, 'latin1'), /^holdfast-master-key-1:[\w-]{43}:[0-9a-f]{8}\n$/)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.match(keyring.masterKeyId, /^[0-9a-f]{16}$/)
    assert.deepEqual(readdirSync(path.dirname(file)), ['master.key'])
    for (const mode of [0o640, 0o604, 0o660, 0o777]) {
      chmodSync(file, mode)
      await assert.rejects(openKeyring(database, file), withCode('MASTER_KEY_EXPOSED'))
    }
    chmodSync(file, 0o400)
    await openKeyring(database, file)
  })

  test('a missing, a damaged and a foreign master key are told apart', async t => {
    const { database, file } = await archive(t)
    const text = readFileSync(file, 'latin1')
    const other = await archive(t)
    rmSync(file)
    await assert.rejects(openKeyring(database, file), withCode('MASTER_KEY_MISSING'))
    for (const damaged of ['', 'password', text.slice(0, 40), text.replace(/:([\w-])/, ':!'), `${text}x`]) {
      writeFileSync(file, damaged, { mode: 0o600 })
      await assert.rejects(openKeyring(database, file), withCode('MASTER_KEY_WRONG'))
    }
    writeFileSync(file, readFileSync(other.file), { mode: 0o600 })
    await assert.rejects(openKeyring(database, file), error => {
      assert.ok(hasCode(error, 'MASTER_KEY_WRONG'))
      assert.match(error.message, new RegExp(other.keyring.masterKeyId))
      return true
    })
    assert.deepEqual(readdirSync(path.dirname(file)), ['master.key'])
    writeFileSync(file, text.trimEnd(), { mode: 0o600 })
    await openKeyring(database, file)
  })

  test('keys exchanged between rows of the database do not open', async t => {
    const { database, file } = await archive(t)
    await database.execute(
      `update keyring_key k set wrapped = o.wrapped from keyring_key o
        where (k.name, o.name) in (('search', 'identity'), ('identity', 'search'))`,
    )
    await assert.rejects(openKeyring(database, file), withCode('MASTER_KEY_WRONG'))
  })

  test('an archive that was never created has no keys, and creating again changes none', async t => {
    const { database } = await testDatabase(t)
    const file = path.join(scratch, 'early', 'master.key')
    await assert.rejects(
      database.transaction(async tx => {
        await createKeyring(tx, file, systemClock)
        throw new Error('the creation did not commit')
      }),
      /did not commit/,
    )
    const text = readFileSync(file, 'latin1')
    await assert.rejects(openKeyring(database, file), withCode('ARCHIVE_MISSING'))
    const first = await database.transaction(tx => createKeyring(tx, file, systemClock))
    const second = await database.transaction(tx => createKeyring(tx, file, systemClock))
    assert.equal(readFileSync(file, 'latin1'), text)
    assert.ok(first.purposeKey('identity').equals(second.purposeKey('identity')))
  })

  test('a changed master key reads everything, the old one nothing more, and it is kept beside', async t => {
    const { database, file, keyring } = await archive(t)
    const { key, wrapped } = keyring.newItemKey()
    const before = readFileSync(file)
    const { from, to } = await rotateMasterKey(database, file)
    assert.equal(from, keyring.masterKeyId)
    assert.deepEqual(readdirSync(path.dirname(file)).sort(), ['master.key', `master.key.retired-${from}`])
    const rotated = await openKeyring(database, file)
    assert.equal(rotated.masterKeyId, to)
    assert.notEqual(to, from)
    assert.ok(rotated.unwrapItemKey(wrapped).equals(key))
    assert.ok(rotated.purposeKey('identity').equals(keyring.purposeKey('identity')))
    assert.deepEqual(readFileSync(`${file}.retired-${from}`), before)
    rmSync(file)
    writeFileSync(file, before, { mode: 0o600 })
    await assert.rejects(openKeyring(database, file), withCode('MASTER_KEY_WRONG'))
  })

  test('a change of the master key that was cut short is finished or undone at the next opening', async t => {
    const { database, file } = await archive(t)
    const { from, to } = await rotateMasterKey(database, file)
    // As it was after the commit, before the new key took the old one's place.
    renameSync(file, `${file}.next-${to}`)
    renameSync(`${file}.retired-${from}`, file)
    assert.equal((await openKeyring(database, file)).masterKeyId, to)
    assert.deepEqual(readdirSync(path.dirname(file)).sort(), ['master.key', `master.key.retired-${from}`])
    // As it was before the commit: a next key that the database does not know.
    writeFileSync(`${file}.next-0123456789abcdef`, readFileSync(file), { mode: 0o600 })
    assert.equal((await openKeyring(database, file)).masterKeyId, to)
    const second = await rotateMasterKey(database, file)
    assert.equal(second.from, to)
    assert.ok(!readdirSync(path.dirname(file)).some(name => name.includes('next')))
  })

  test('changes of the master key at the same time leave one key that opens the archive', async t => {
    const { database, file, keyring } = await archive(t)
    const rotations = await Promise.all([1, 2, 3].map(() => rotateMasterKey(database, file)))
    assert.equal(new Set(rotations.map(rotation => rotation.to)).size, 3)
    const opened = await openKeyring(database, file)
    assert.ok(opened.purposeKey('identity').equals(keyring.purposeKey('identity')))
    assert.ok(!readdirSync(path.dirname(file)).some(name => name.includes('next')))
  })
})
