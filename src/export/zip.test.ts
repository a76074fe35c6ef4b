import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import yauzl from 'yauzl'
import { testFolder } from '../testing/archive.ts'
import { createZipWriter, endOfArchive } from './zip.ts'

const run = promisify(execFile)

type File = readonly [path: string, content: Buffer, pieces?: number]

/** The archive of these files, each writer having some of them; `start` bytes come before. */
async function archiveOf(parts: readonly (readonly File[])[], start = 0): Promise<Buffer> {
  const bytes: Buffer[] = []
  const directory: Buffer[] = []
  let offset = start
  for (const files of parts) {
    const zip = createZipWriter(offset)
    for (const [path, content, pieces] of files)
      if (pieces === undefined) bytes.push(...zip.add(path, content))
      else for await (const piece of zip.stream(path, cut(content, pieces))) bytes.push(piece)
    directory.push(...zip.directory)
    offset = zip.offset()
  }
  const size = directory.reduce((all, record) => all + record.length, 0)
  return Buffer.concat([...bytes, ...directory, endOfArchive(offset, size, directory.length)])
}

async function* cut(content: Buffer, size: number): AsyncIterable<Buffer> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size)
}

async function onDisk(bytes: Buffer, position = 0): Promise<string> {
  const file = join(await testFolder(), 'a.zip')
  const handle = await open(file, 'w')
  await handle.write(bytes, 0, bytes.length, position)
  await handle.close()
  return file
}

async function readAll(file: string): Promise<Map<string, Buffer>> {
  const zip = await yauzl.openPromise(file)
  const found = new Map<string, Buffer>()
  for await (const entry of zip.eachEntry()) {
    const pieces = await Array.fromAsync(await zip.openReadStreamPromise(entry))
    found.set(entry.fileName, Buffer.concat(pieces))
  }
  return found
}

const TEXT = Buffer.from('whimbrel and curlew '.repeat(200_000))

test('files at hand and files that stream by are read by three other programs', async () => {
  const files: File[] = [
    ['empty', Buffer.alloc(0)],
    ['messages/åsa@example.com/Signal – 信号/a.eml', Buffer.from('From: a\r\n\r\nhello\r\n')],
    ['large.txt', TEXT, 10_000],
    ['noise.bin', randomBytes(300_000), 999],
    ['none', Buffer.alloc(0), 10],
  ]
  const file = await onDisk(await archiveOf([files.slice(0, 2), files.slice(2)]))
  const found = await readAll(file)
  assert.deepEqual(
    [...found.keys()],
    files.map(([path]) => path),
  )
  for (const [path, content] of files) assert.ok(found.get(path)?.equals(content), path)
  await run('unzip', ['-tqq', file])
  const script = 'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(z.testzip(), len(z.namelist()))'
  assert.equal((await run('python3', ['-c', script, file])).stdout.trim(), 'None 5')
})

test('the same files give the same bytes, however they come in pieces and wherever the writing was cut', async () => {
  const once = await archiveOf([
    [
      ['a', Buffer.from('a')],
      ['b', TEXT, 65_536],
    ],
  ])
  const other = await archiveOf([[['a', Buffer.from('a')]], [['b', TEXT, 77]]])
  assert.ok(once.equals(other))
})

test('more than 65,535 files', async () => {
  const files = Array.from({ length: 70_000 }, (_, index): File => [`f/${index}`, Buffer.from(String(index))])
  const file = await onDisk(await archiveOf([files]))
  const { stdout } = await run('unzip', ['-p', file, 'f/69999'])
  assert.equal(stdout, '69999')
  assert.equal((await yauzl.openPromise(file)).entryCount, 70_000)
})

test('files beyond four gigabytes', async () => {
  const start = 5_000_000_000
  const files: File[] = [
    ['far', Buffer.from('away')],
    ['far-stream', TEXT, 100_000],
  ]
  // A sparse file: the hole takes no room.
  const file = await onDisk(await archiveOf([files], start), start)
  const found = await readAll(file)
  assert.equal(found.get('far')?.toString(), 'away')
  assert.ok(found.get('far-stream')?.equals(TEXT))
  const script = 'import sys,zipfile; print(zipfile.ZipFile(sys.argv[1]).read("far"))'
  assert.equal((await run('python3', ['-c', script, file])).stdout.trim(), "b'away'")
})

test('content that fails ends the writing with its failure', async () => {
  async function* broken() {
    yield TEXT
    throw new Error('the recording broke off')
  }
  const zip = createZipWriter(0)
  await assert.rejects(Array.fromAsync(zip.stream('a', broken())), /the recording broke off/)
})
