import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { openPromise } from 'yauzl'
import { startSite } from './telemessage-site.ts'
import { visit } from './visitor.ts'

const NOW = Date.parse('2026-03-18T15:20:00Z')

async function readZip(path: string): Promise<Map<string, { bytes: Buffer; time: Date }>> {
  const zip = await openPromise(path)
  const entries = new Map<string, { bytes: Buffer; time: Date }>()
  for await (const entry of zip.eachEntry())
    entries.set(entry.fileName, {
      bytes: await buffer(await zip.openReadStreamPromise(entry)),
      time: entry.getLastModDate(),
    })
  return entries
}

test('the ZIP drop holds each e-mail of the window once, named and counted in the manifest', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'zip-drop-'))
  const site = await startSite({ people: 20, days: 3, seed: 4, now: NOW })
  t.after(async () => {
    await site.stop()
    await rm(folder, { recursive: true })
  })
  const visitor = await visit(site)
  const messages = await visitor.all('ENTERPRISE_NUMBER', 0, NOW)
  const paths = await site.writeZips(folder, { from: 0, to: NOW }, { messagesMax: 100 })
  assert.deepEqual(paths.map(path => basename(path)).toSorted(), (await readdir(folder)).toSorted())
  assert.ok(paths.length > 3)
  let index = 0
  for (const path of paths) {
    assert.match(basename(path), /^202603\d\d0000-TeleMessage_\d+_20260318152000\.zip$/)
    const entries = await readZip(path)
    const name = basename(path).replace(/\.zip$/, '.mf')
    const lines = entries.get(name)?.bytes.toString().split('\r\n') ?? []
    assert.equal(lines[0], `Count: ${entries.size - 1}`)
    const named = lines.slice(1, -1)
    assert.deepEqual(named.toSorted(), [...entries.keys()].filter(key => key !== name).toSorted())
    for (const file of named) {
      const message = messages[index++]!
      const { bytes, time } = entries.get(file)!
      assert.equal(time.getTime(), Math.floor(message.gatewayReceivedDate / 1000) * 1000)
      const expected = message.eml
        ? Buffer.from(message.eml, 'base64')
        : Buffer.from(
            await (await visitor.get(`/rest/archive/content/${message.emlContentId}`)).arrayBuffer(),
          )
      assert.ok(bytes.equals(expected), file)
    }
  }
  assert.equal(index, messages.length)
})
