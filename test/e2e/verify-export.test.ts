/**
 * docs/formats/export.md against a verifier that was written from that page alone, in another language: it agrees with
 * ours on sound packages and on those that were tampered with.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { PACKAGE_FINDINGS, verifyPackage } from '../../src/export/export.ts'
import { testFolder } from '../../src/testing/archive.ts'
import { type TestPackage, testPackage } from '../../src/testing/export-package.ts'
import { TAMPERINGS } from '../../src/testing/export-tampering.ts'
import { requireProgram } from '../../src/testing/requires.ts'

const SCRIPT = fileURLToPath(new URL('./verify_export.py', import.meta.url))
/** Only the signature is beyond it. */
const UNSEEN = 'the checkpoint’s signature changed'

async function both(python: string, pack: TestPackage) {
  const path = join(await testFolder(), 'export.zip')
  await writeFile(path, pack.zip())
  const theirs = spawnSync(python, [SCRIPT, path], { encoding: 'utf8' })
  assert.equal(theirs.stderr, '')
  const ours = await verifyPackage(path, { publicKey: pack.publicKey, earlierCheckpoint: null })
  return { ours, theirs }
}

test('a verifier in Python, from the page alone, finds sound packages sound', async t => {
  const python = requireProgram(t, 'python3')
  if (!python) return
  for (const format of ['eml', 'mbox', 'table'] as const) {
    const { ours, theirs } = await both(python, await testPackage(t, format))
    assert(ours.ok, format)
    assert.equal(theirs.status, 0, theirs.stdout)
  }
})

test('it finds what ours finds in packages that were tampered with', async t => {
  const python = requireProgram(t, 'python3')
  if (!python) return
  const sound = await testPackage(t)
  for (const [what, tamper] of TAMPERINGS) {
    const pack = sound.copy()
    tamper(pack)
    const { ours, theirs } = await both(python, pack)
    assert.equal(ours.ok, false, what)
    assert.equal(theirs.status, what === UNSEEN ? 0 : 1, `${what}: ${theirs.stdout}`)
  }
})

test('the page names every finding, in the same words', () => {
  const page = readFileSync(new URL('../../docs/formats/export.md', import.meta.url), 'utf8')
  for (const [code, meaning] of Object.entries(PACKAGE_FINDINGS))
    assert(page.includes(`| \`${code}\` | ${meaning} |`), code)
})
