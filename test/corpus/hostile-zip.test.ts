/** Public hostile archives, as deliveries: each is set aside whole, and nothing is written outside the folder. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import { silentLogger } from '../../src/log.ts'
import { openSource } from '../../src/source/source.ts'
import { delivery, writeZip } from '../../src/testing/zip-writer.ts'

const corpus = process.env.HOLDFAST_CORPUS ?? '../shared/data'
const skip = existsSync(corpus) ? false : `no corpus at ${corpus}`
const NAME = '202611010000-TeleMessage_1_20261102033000.zip'
const NAME_GOOD = '202611010000-TeleMessage_2_20261102033000.zip'

/** Every file below `folder`. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap(name => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesBelow(path) : [path]
  })
}

/** Delivers `bytes` with a sound archive beside it; returns what came of both. */
async function deliver(bytes: Buffer) {
  const root = await mkdtemp(join(tmpdir(), 'holdfast-zips-'))
  try {
    // Deep enough that a path that climbs out of the archive would show in it.
    const folder = join(root, 'a/b/c/drop')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, NAME), bytes)
    await writeFile(join(folder, NAME_GOOD), writeZip(delivery({ 'a.eml': 'Subject: x\r\n\r\n' })))
    const source = openSource({
      kind: 'zip',
      folder,
      network: 'O2',
      settle: 0,
      clock: systemClock,
      log: silentLogger,
    })
    const window = { from: new Date(0), to: new Date(Date.now() + 60_000) }
    let items = 0
    for await (const page of source.pages(window, null, new AbortController().signal)) items += page.items
    const refused = existsSync(join(folder, 'refused')) ? (await readdir(join(folder, 'refused'))).sort() : []
    const all = filesBelow(root).length
    return { items, refused, all, inbox: (await readdir(folder)).filter(name => name.endsWith('.zip')) }
  } finally {
    await rm(root, { recursive: true })
  }
}

describe('hostile archives', { skip }, () => {
  const folders = ['bad-input/zip-slip-snyk', 'bad-input/zip-python', 'media', 'csv']
  const files = skip
    ? []
    : folders.filter(name => existsSync(join(corpus, name))).flatMap(name => filesBelow(join(corpus, name)))
  const archives = files.filter(path => /\.(zip|tar|docx|xlsx|jar)$/i.test(path))

  for (const path of archives)
    it(`${path.slice(corpus.length + 1)} is set aside whole`, async () => {
      const outcome = await deliver(readFileSync(path))
      assert.deepEqual(outcome, {
        items: 1,
        refused: [NAME, `${NAME}.report.json`],
        all: 3,
        inbox: [NAME_GOOD],
      })
    })

  it('are there', () => assert.ok(archives.length >= 6))

  it('made of a sound one by damage to any byte are read in full or set aside, never in part', async () => {
    const emails = Object.fromEntries(
      Array.from({ length: 3 }, (_, n) => [`m${n}.eml`, `Subject: ${n}\r\n\r\nx\r\n`]),
    )
    const sound = writeZip(delivery(emails))
    assert.equal((await deliver(sound)).items, 4)
    for (let at = 0; at < sound.length; at += 5) {
      const damaged = Buffer.from(sound)
      damaged[at] = damaged[at]! ^ (1 << (at % 8))
      const { items, refused } = await deliver(damaged)
      assert.ok(
        items === 1 ? refused.length === 2 : items === 4 && refused.length === 0,
        `byte ${at}: ${items} items`,
      )
    }
  })
})
