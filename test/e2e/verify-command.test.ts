/** `holdfast verify` of a package, on a machine that has nothing else: no archive, no database, no configuration. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { runCommand, testFolder } from '../../src/testing/archive.ts'
import { testPackage } from '../../src/testing/export-package.ts'
import { flipBit } from '../../src/testing/export-tampering.ts'

const NOWHERE = { HOLDFAST_DATA: '/nonexistent', DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }

test('a package is verified with nothing at hand but the file and the key', async t => {
  const pack = await testPackage(t)
  const folder = await testFolder()
  const at = (name: string) => join(folder, name)
  await writeFile(at('export.zip'), pack.zip())
  await writeFile(at('kept.txt'), pack.earlier)

  const words = ['verify', at('export.zip'), '--key', pack.publicKey, '--checkpoint', at('kept.txt')]
  const good = await runCommand([...words, '--list', at('list.csv')], NOWHERE)
  assert.equal(good.code, 0, good.stderr)
  assert.match(good.stdout, /DEMONSTRATION/)
  assert.match(good.stdout, /9 archived unchanged/)
  assert.match(good.stdout, /9 copies = 7 exported \+ 1 failed \+ 1 suppressed duplicates/)
  assert.match(good.stdout, /leads on from the checkpoint that was kept/)
  assert.match(good.stdout, /signed by the key given\.\nThis does not say that the search was complete/)
  const list = readFileSync(at('list.csv'), 'utf8').split('\r\n')
  assert.equal(list.length, 12)
  assert.match(list[1]!, /^1,0199aaf2-.*,messages\/a\/Folder\/1\.eml,2026-11-02T09:00:00\.123Z,unchanged$/)

  const again = await runCommand([...words, '--list', at('list.csv')], NOWHERE)
  assert.equal(again.code, 3)
  assert.match(again.stderr, /FILE_UNREADABLE: .*list\.csv cannot be written/)

  const unproven = await runCommand(['verify', at('export.zip'), '--json'], NOWHERE)
  assert.equal(JSON.parse(unproven.stdout).origin, 'unproven')
  assert.equal(unproven.code, 0)

  flipBit(pack, 'messages/a/Folder/4.eml', 40)
  await writeFile(at('changed.zip'), pack.zip())
  const bad = await runCommand(['verify', at('changed.zip')], NOWHERE)
  assert.equal(bad.code, 5)
  assert.match(bad.stdout, /ITEM_CHANGED {2}messages\/a\/Folder\/4\.eml/)
  assert.match(bad.stderr, /VERIFY_FAILED: the package has 2 findings/)

  await writeFile(at('cut.zip'), pack.zip().subarray(0, 2000))
  const cut = await runCommand(['verify', at('cut.zip')], NOWHERE)
  assert.equal(cut.code, 5)
  assert.match(cut.stderr, /PACKAGE_INVALID/)
  const missing = await runCommand(['verify', at('none.zip')], NOWHERE)
  assert.equal(missing.code, 3)
  assert.match(missing.stderr, /FILE_UNREADABLE/)
})

test('an encrypted package opens by its pass phrase or its key, and nothing plain is left behind', async t => {
  const pack = await testPackage(t)
  const folder = await testFolder()
  const at = (name: string) => join(folder, name)
  const before = plainFolders()
  const byPhrase = new Encrypter()
  byPhrase.setPassphrase('an overcast tidemark')
  byPhrase.setScryptWorkFactor(10)
  await writeFile(at('phrase.zip.age'), await byPhrase.encrypt(pack.zip()))
  const identity = await generateX25519Identity()
  const byKey = new Encrypter()
  byKey.addRecipient(await identityToRecipient(identity))
  await writeFile(at('key.zip.age'), await byKey.encrypt(pack.zip()))
  await writeFile(at('key.txt'), `# made for a test\n${identity}\n`)

  const closed = await runCommand(['verify', at('phrase.zip.age')], NOWHERE)
  assert.equal(closed.code, 2)
  assert.match(closed.stderr, /PACKAGE_ENCRYPTED/)
  const opened = await runCommand(
    ['verify', at('phrase.zip.age'), '--password-stdin'],
    NOWHERE,
    'an overcast tidemark\n',
  )
  assert.equal(opened.code, 0, opened.stderr)
  assert.match(opened.stdout, /9 archived unchanged/)
  const wrong = await runCommand(['verify', at('phrase.zip.age')], {
    ...NOWHERE,
    HOLDFAST_PASSWORD: 'a guess',
  })
  assert.equal(wrong.code, 4)
  assert.match(wrong.stderr, /PACKAGE_LOCKED/)
  const keyed = await runCommand(['verify', at('key.zip.age'), '--identity', at('key.txt')], NOWHERE)
  assert.equal(keyed.code, 0, keyed.stderr)

  const cut = readFileSync(at('key.zip.age')).subarray(0, 3000)
  await writeFile(at('cut.zip.age'), cut)
  const damaged = await runCommand(['verify', at('cut.zip.age'), '--identity', at('key.txt')], NOWHERE)
  assert.equal(damaged.code, 5)
  assert.match(damaged.stderr, /PACKAGE_INVALID: .*cannot be decrypted to its end/)
  assert.deepEqual(plainFolders(), before)
  assert(existsSync(at('key.zip.age')))
})

const plainFolders = () => readdirSync(tmpdir()).filter(name => name.startsWith('holdfast-verify-'))
