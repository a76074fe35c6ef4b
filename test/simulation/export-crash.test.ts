/** Exports whose worker is killed (kill -9) before and after each write and each commit go on exactly. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import yauzl from 'yauzl'
import { archivePublicKey } from '../../src/audit/audit.ts'
import { getExport, requestExport } from '../../src/export/export.ts'
import { verifyPackage } from '../../src/export/verify-package.ts'
import { EVERYTHING, type ExportArchive, exportArchive } from '../../src/testing/export.ts'
import { ANNA, ARRIVAL, BO, tinyRecord } from '../e2e/tiny-site.ts'

const PREY = fileURLToPath(new URL('export-prey.ts', import.meta.url))
const LONG = process.env.HOLDFAST_LONG !== undefined
const SEGMENT_COPIES = 40
const PATIENCE = 200

/** Messages over many days, so that there are many slices. */
const manyDays = Array.from({ length: 120 }, (_, index) =>
  tinyRecord({
    id: `d${index}`,
    text: `whimbrel on day ${index >> 1}`,
    from: index % 3 === 0 ? BO.number : ANNA.number,
    to: index % 3 === 0 ? ANNA.number : '447700900900',
    sent: new Date(ARRIVAL - 100 * 86_400_000 + (index >> 1) * 86_400_000 + index * 1000)
      .toISOString()
      .replace('.000', ''),
  }),
)

/** Runs the prey to its end, or to its death at this event; true if it came to its end. */
function hunt(archive: ExportArchive, exportId: string, dies: number): Promise<boolean> {
  const child = spawn(process.execPath, [PREY, exportId, String(dies), String(SEGMENT_COPIES)], {
    env: { PATH: process.env.PATH ?? '', ...archive.environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return new Promise((resolve, reject) =>
    child.once('exit', (code, signal) => {
      if (signal === 'SIGKILL') resolve(false)
      else if (code === 0) resolve(true)
      else reject(new Error(`the export ended with ${code ?? signal}`))
    }),
  )
}

/** Path, size and CRC of each file, but for those that name the export or its time. */
async function filesOf(file: string): Promise<string[]> {
  const zip = await yauzl.openPromise(file)
  const files: string[] = []
  for await (const entry of zip.eachEntry()) {
    const own = /^(proofs\/|VERIFY|manifest|report|files\.jsonl)/.test(entry.fileName)
    if (!own)
      files.push(
        `${entry.fileName} ${entry.uncompressedSize} ${entry.crc32} ${entry.relativeOffsetOfLocalHeader}`,
      )
  }
  return files
}

for (const format of LONG ? (['rsmf', 'eml', 'mbox', 'dat', 'table'] as const) : (['rsmf'] as const))
  test(`an export (${format}) whose worker is killed at every step gives the same bytes`, async t => {
    const archive = await exportArchive(t, manyDays)
    const wanted = { ...EVERYTHING, format, duplicates: 'kept' as const }
    const calm = await archive.export({ format, duplicates: 'kept' })
    const { exportId } = await requestExport(archive.ground, await archive.queue(), archive.actor, wanted)
    // The longest step has six events, so every few lives one is got through, whatever the others died of.
    let kills = 0
    while (!(await hunt(archive, exportId, LONG ? 1 + (kills % 7) : 3 + (kills % 5)))) {
      kills++
      assert.ok(kills < PATIENCE, 'the export makes no progress')
    }
    t.diagnostic(`killed ${kills} times`)
    assert.ok(kills >= 4, `killed ${kills} times`)
    const [before, after] = [
      await getExport(archive.ground, archive.actor, calm.exportId),
      await getExport(archive.ground, archive.actor, exportId),
    ]
    assert.equal(after.state, 'ready')
    assert.deepEqual(after.counts, before.counts)
    const [one, two] = [await archive.download(calm), await archive.download(after)]
    assert.deepEqual(await filesOf(two), await filesOf(one))
    const publicKey = archivePublicKey(archive.ground.keyring, archive.ground.archive.archiveId)
    const verdict = await verifyPackage(two, { publicKey, earlierCheckpoint: null })
    assert.deepEqual(verdict.findings, [])
  })
