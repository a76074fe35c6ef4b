import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { HoldfastError } from '../errors.ts'
import { testFolder } from '../testing/archive.ts'
import { exportedItem, inPieces, SETTING, written } from '../testing/exported.ts'
import { requireProgram } from '../testing/requires.ts'
import { writeMbox } from './mbox.ts'
import type { ExportedItem } from './package-file.ts'

/** A copy whose message is these bytes. */
function copyOf(ordinal: number, message: Buffer, pieces = 1000): ExportedItem {
  const openMessage = async function* () {
    for (let from = 0; from < message.length; from += pieces) yield message.subarray(from, from + pieces)
  }
  return exportedItem(ordinal, { copy: { messageSize: message.length, openMessage } })
}

/** By the page alone (docs/formats/export.md): as strings, where the writer works on pieces of bytes. */
function messagesIn(file: Buffer, sizes: readonly number[]): Buffer[] {
  const lines = file.toString('latin1').split(/(?<=\n)/)
  const found: string[] = []
  for (const line of lines) {
    if (line.startsWith('From ')) found.push('')
    else found[found.length - 1] += /^>+From /.test(line) ? line.slice(1) : line
  }
  return found.map((text, index) => Buffer.from(text, 'latin1').subarray(0, sizes[index]))
}

const AWKWARD = [
  'Subject: a\r\n\r\nFrom here\r\n>From there\r\n>>>From far\r\n',
  'From the first byte on',
  '>From',
  'From',
  '\nFrom \nFrom \n',
  'x From y\n> From z\n>>\n>From \n',
  'ends without a line end',
  'ends with two\n\n',
  '',
  'From : \r\r\n\u0000\u00ff\nFrom\u0000 x\n',
  `${'>'.repeat(5000)}From afar\n${'F'.repeat(3000)}rom near`,
].map(text => Buffer.from(text, 'latin1'))

test('every message comes back byte for byte, however it came in pieces', async () => {
  for (const pieces of [1, 2, 3, 7, 100_000]) {
    const items = AWKWARD.map((message, index) => copyOf(index + 1, message, pieces))
    const { files, ordinals, failed } = await written(writeMbox(items.toReversed(), SETTING))
    assert.equal(failed.size, 0)
    const [[path, bytes]] = [...files] as [[string, Buffer]]
    assert.equal(path, 'mbox/anna.berg@kestrel-harbour.example/O2 SMS and Voice Network Archiver-0001.mbox')
    assert.deepEqual(
      ordinals.get(path),
      AWKWARD.map((_, index) => index + 1),
    )
    const found = messagesIn(
      bytes,
      AWKWARD.map(message => message.length),
    )
    assert.deepEqual(found.map(String), AWKWARD.map(String))
  }
})

test('a message of random bytes comes back whole, and so does one too large to be held', async () => {
  const words = ['From ', '>', '\n', 'F', 'ro', 'm ', '\r\n', 'x', '>>From ']
  let state = 99
  const draw = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const random = (count: number) =>
    Buffer.from(Array.from({ length: count }, () => words[draw(words.length)]).join(''))
  const messages = [...Array.from({ length: 200 }, () => random(draw(60))), random(3_000_000)]
  const items = messages.map((message, index) => copyOf(index + 1, message, 1 + draw(4096)))
  const { files } = await written(writeMbox(items, { ...SETTING, part: 12 }))
  const [[path, bytes]] = [...files] as [[string, Buffer]]
  assert.match(path, /-0012\.mbox$/)
  const found = messagesIn(
    bytes,
    messages.map(message => message.length),
  )
  assert.equal(found.length, messages.length)
  for (const [index, message] of messages.entries())
    assert.ok(found[index]!.equals(message), `message ${index}`)
})

test('the line before a message says when it was sent, in UTC, and else when it arrived', async () => {
  const items = [exportedItem(1, { at: '2026-07-01T10:00:01.000Z' }), exportedItem(2, { at: null })]
  const { files } = await written(writeMbox(items, SETTING))
  const [bytes] = files.values()
  assert.deepEqual(bytes!.toString().match(/^From .*$/gm), [
    'From MAILER-DAEMON Wed Jul  1 10:00:01 2026',
    'From MAILER-DAEMON Thu Jul  2 00:01:00 2026',
  ])
})

test('a message that cannot be read is told of and leaves the file as if it had never been there', async () => {
  async function* broken(): AsyncGenerator<Buffer> {
    yield* inPieces(Buffer.alloc(2_000_000, 'half '))
    throw new HoldfastError('VAULT_DAMAGED', 'a chunk does not open')
  }
  const large = Buffer.alloc(3_000_000, 'From a line\n')
  for (const messageSize of [100, 2_000_000]) {
    const bad = exportedItem(2, { copy: { messageSize, openMessage: broken } })
    const { files, failed } = await written(writeMbox([copyOf(1, large), bad, copyOf(3, large)], SETTING))
    assert.deepEqual([...failed], [[2, 'VAULT_DAMAGED']])
    const whole = await written(writeMbox([copyOf(1, large), copyOf(3, large)], SETTING))
    assert.deepEqual([...files.values()].map(String), [...whole.files.values()].map(String))
  }
  const bad = exportedItem(2, { copy: { openMessage: broken } })
  const { files, failed } = await written(writeMbox([bad], SETTING))
  assert.deepEqual([files.size, failed.size], [0, 1])
})

test("Python's mailbox module finds every message", async t => {
  const python = requireProgram(t, 'python3')
  if (python === null) return
  const items = [
    exportedItem(1, { text: 'From the harbour\nFrom the quay\n>From the ship' }),
    exportedItem(2, { files: [{ name: 'a.bin', bytes: Buffer.alloc(3000, 3) }] }),
    exportedItem(3, { text: 'Ålesund 🚢' }),
  ]
  const { files } = await written(writeMbox(items, SETTING))
  const path = join(await testFolder(), 'one.mbox')
  await writeFile(path, [...files.values()][0]!)
  const program = `
import email.policy, json, mailbox, sys
box = mailbox.mbox(sys.argv[1], factory=None, create=False)
print(json.dumps([[m['Message-ID'], m.get_from()] for m in box]))`
  const found = JSON.parse(execFileSync(python, ['-c', program, path], { encoding: 'utf8' })) as string[][]
  assert.deepEqual(
    found,
    items.map((item, index) => [
      `<${item.itemId}@holdfast.invalid>`,
      `MAILER-DAEMON Wed Jul  1 10:00:0${index + 1} 2026`,
    ]),
  )
})
