/** Documents that were made to do harm: each costs its own text, and the next one is read. */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { systemClock } from '../clock.ts'
import { makeDocx, makeOdt, makePdf, makeXlsx, writePdf } from '../testing/documents.ts'
import { makeDoc } from '../testing/word-document.ts'
import { writeZip, type ZipPart } from '../testing/zip-writer.ts'
import { type AttachmentReader, type Extracted, openAttachmentReader, ReaderLost } from './extraction.ts'
import { LIMITS } from './outcome.ts'
import { readerFlags } from './reader.ts'

const MB = 1024 * 1024
const small = openAttachmentReader({ cpuMsMax: 4_000, wallMsMax: 60_000, unpackedMax: 40 * MB })
after(() => small.close())

async function read(content: Buffer, reader: AttachmentReader = small): Promise<Extracted> {
  const reading = reader.begin({
    name: '',
    contentType: 'application/octet-stream',
    charset: null,
    size: content.length,
  })
  for (let at = 0; at < content.length; at += MB) await reading.push(content.subarray(at, at + MB))
  return reading.end()
}

async function assertGoesOn(): Promise<void> {
  assert.deepEqual(await read(Buffer.from('still here')), { text: 'still here', reason: null })
}

const part = (name: string, content: string | Buffer): ZipPart => ({ name, content: Buffer.from(content) })

test('a bomb stops where unpacking does, and what came before it is found', async () => {
  const bomb = await read(writeZip([part('a.txt', 'before'), part('b.txt', Buffer.alloc(30 * MB))]))
  assert.equal(bomb.reason, 'too-large')
  assert.match(bomb.text, /before/)
  const many = Array.from({ length: 60 }, (_, index) => part(`${index}.bin`, Buffer.alloc(MB)))
  assert.equal((await read(writeZip(many))).reason, 'too-large')
  // One that points at the same bytes again and again is larger than it is.
  const once = part('0.txt', Buffer.alloc(4 * MB, 7))
  const again = Array.from({ length: 30 }, (_, index) => ({
    ...once,
    name: `${index + 1}.txt`,
    overlaps: true,
  }))
  assert.equal((await read(writeZip([once, ...again]))).reason, 'too-large')
  const sheet = makeDocx([['x']], [part('word/header1.xml', `<w:p>${' '.repeat(30 * MB)}</w:p>`)])
  assert.equal((await read(sheet)).reason, 'too-large')
  await assertGoesOn()
})

test('an archive that holds itself, or others without end, is followed so far', async () => {
  let nested = writeZip([part('word.txt', 'innermost')])
  for (let depth = 0; depth < 20; depth++) nested = writeZip([part(`level.zip`, nested)])
  assert.deepEqual([(await read(nested)).reason], ['too-deep'])
  const files = Array.from({ length: LIMITS.documentsMax + 10 }, (_, index) => part(`${index}.txt`, 'x'))
  assert.equal((await read(writeZip(files))).reason, 'too-large')
  await assertGoesOn()
})

test('entities are not expanded, and no file or address is opened for one', async () => {
  const laughs = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">${Array.from(
    { length: 30 },
    (_, index) => `<!ENTITY a${index} "${`&a${index === 0 ? '' : index - 1};`.repeat(10)}">`,
  ).join('')}]>`
  const bomb = await read(
    makeDocx([['kept']], [part('word/header1.xml', `${laughs}<w:p><w:t>&a29;</w:t></w:p>`)]),
  )
  assert.deepEqual([bomb.text.trim(), bomb.reason], ['kept', 'damaged'])
  const outside =
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:p><w:t>&e;</w:t></w:p>'
  const opened = await read(makeDocx([['kept']], [part('word/header1.xml', outside)]))
  assert.ok(!opened.text.includes('root:'))
})

test('what lies within each other a million times is not followed', async () => {
  const deep = 200_000
  assert.equal(
    (await read(makeDocx([['x']], [part('word/header1.xml', '<a>'.repeat(deep))]))).reason,
    'too-deep',
  )
  assert.equal((await read(Buffer.from(`{\\rtf1 ${'{'.repeat(deep)}`))).reason, 'too-deep')
  const html = await read(Buffer.from(`<html>${'<div><b>'.repeat(deep)}end${'</i></p>'.repeat(deep)}`))
  assert.deepEqual([html.text.trim(), html.reason], ['end', null])
  const pdf = await read(Buffer.from(`%PDF-1.7\n1 0 obj ${'['.repeat(deep)}`))
  assert.notEqual(pdf.reason, null)
  await assertGoesOn()
})

test('input that a careless reader takes quadratic time for is read in a moment', async () => {
  const lines = 300_000
  for (const hostile of [
    `<html>${'<'.repeat(lines)}`,
    `<html>${'<a '.repeat(lines)}`,
    `<html><p title="${'&amp'.repeat(lines)}`,
    `<html>${'<!--'.repeat(lines)}`,
    `BEGIN:VCARD\n${'NOTE:x\n '.repeat(lines)}`,
    `BEGIN:VCARD\nNOTE;ENCODING=QUOTED-PRINTABLE:${'=\n'.repeat(lines)}`,
    `BEGIN:VCARD\n${';'.repeat(lines)}:x`,
    `{\\rtf1 ${'\\'.repeat(lines)}`,
    `{\\rtf1 ${"\\'e9".repeat(lines)}`,
    `{\\rtf1 ${'\\*'.repeat(lines)}`,
  ]) {
    const before = systemClock.now()
    assert.notEqual((await read(Buffer.from(hostile))).reason, 'timeout', hostile.slice(0, 30))
    assert.ok(systemClock.now() - before < 4_000, `${hostile.slice(0, 30)}: ${systemClock.now() - before} ms`)
  }
})

/** A PDF whose page draws a form that draws two others, and so on: 2^40 times the same words. */
function endlessPdf(): Buffer {
  const levels = 40
  const form = (body: string, resources: string) =>
    `<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<<${resources}>>/Length ${body.length}>>\nstream\n${body}\nendstream`
  const forms = Array.from({ length: levels }, (_, index) =>
    index === levels - 1
      ? form('BT /F1 9 Tf (again) Tj ET', '/Font<</F1 3 0 R>>')
      : form('/X Do /X Do', `/XObject<</X ${8 + index} 0 R>>`),
  )
  return writePdf([
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Count 1/Kids[5 0 R]>>',
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
    '<<>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</XObject<</X 7 0 R>>>>/Contents 6 0 R>>',
    '<</Length 5>>\nstream\n/X Do\nendstream',
    ...forms,
  ])
}

test('a document that is read for ever is ended, and the next is read', async () => {
  const { reason } = await read(endlessPdf())
  assert.ok(['timeout', 'memory', 'too-long'].includes(reason ?? ''), String(reason))
  await assertGoesOn()
})

test('a document that takes all memory costs itself', async () => {
  const tight = openAttachmentReader({
    heapMax: 60 * MB,
    residentMax: 260 * MB,
    inputMax: 500 * MB,
    unpackedMax: 1024 * MB,
    textMax: 200_000_000,
  })
  try {
    const huge = Array.from({ length: 40 }, (_, index) => part(`${index}.txt`, `${index}`.repeat(4 * MB)))
    // Stored, so that no ratio stops it.
    const bomb = writeZip(huge.map(each => ({ ...each, method: 0 })))
    const { reason } = await read(bomb, tight)
    assert.equal(reason, 'memory')
    assert.deepEqual(await read(Buffer.from('still here'), tight), { text: 'still here', reason: null })
  } finally {
    await tight.close()
  }
})

test('text beyond the limit is cut, at a letter', async () => {
  const cut = await read(Buffer.from('😀'.repeat(2_000_000)))
  assert.equal(cut.reason, 'too-long')
  assert.equal(cut.text.length, LIMITS.textMax)
  assert.ok(cut.text.isWellFormed())
  const cells = makeXlsx(Array.from({ length: 9_000 }, (_, index) => ['x'.repeat(300), index]))
  assert.equal((await read(cells)).reason, 'too-long')
})

test('an attachment over the limit of size is not given to a reader', async () => {
  const reader = openAttachmentReader({ inputMax: MB })
  try {
    const large = makePdf([`word ${'x'.repeat(10)}`])
    assert.equal((await read(Buffer.concat([large, Buffer.alloc(2 * MB, 32)]), reader)).reason, 'too-large')
    // Its size may be unknown before it is read.
    const reading = reader.begin({ name: '', contentType: 'application/pdf', charset: null, size: null })
    for (let pieces = 0; pieces < 40; pieces++)
      await reading.push(Buffer.concat([large, Buffer.alloc(MB / 10)]))
    assert.deepEqual(await reading.end(), { text: '', reason: 'too-large' })
    assert.match((await read(large, reader)).text, /word/)
  } finally {
    await reader.close()
  }
})

test('an attachment that was given up in its midst leaves nothing to the next', async () => {
  const reading = small.begin({ name: '', contentType: 'text/plain', charset: null, size: null })
  await reading.push(Buffer.from('never finished '.repeat(1_000)))
  await assertGoesOn()
})

test('the reading process opens nothing but the program, and reaches nobody', () => {
  const confinement = new URL('./confinement.ts', import.meta.url)
  const root = fileURLToPath(new URL('../../', import.meta.url))
  const script = `
    import { confine } from ${JSON.stringify(confinement.href)}
    const said = process.stdout
    const { readFileSync, writeFileSync } = await import('node:fs')
    confine()
    const ways = {
      read: () => readFileSync('/etc/hostname'),
      write: () => writeFileSync(${JSON.stringify(root)} + 'src/x', ''),
      fetch: () => fetch('http://127.0.0.1/'),
      net: () => import('node:net'),
      bare: () => import('http'),
      dns: () => import('node:dns/promises'),
      child: () => import('node:child_process'),
      builtin: () => process.getBuiltinModule('node:net').connect(1),
      binding: () => process.binding('tcp_wrap'),
      code: () => new Function('return 1')(),
      environment: () => { if (Object.keys(process.env).length === 0) throw new Error('empty') },
    }
    const open = []
    for (const [name, way] of Object.entries(ways)) try { await way(); open.push(name) } catch {}
    said.write(JSON.stringify(open))`
  const flags = ['--no-warnings', ...readerFlags(64), '--input-type=module', '-e', script]
  assert.equal(execFileSync(process.execPath, flags, { env: {}, encoding: 'utf8' }), '[]')
})

test('a reader that was killed from outside is lost, and replaced', async () => {
  await assertGoesOn()
  const reading = small.begin({ name: '', contentType: 'text/plain', charset: null, size: 5 })
  await reading.push(Buffer.from('hello'.repeat(2_000)))
  for (const pid of childrenOf(process.pid)) process.kill(pid, 'SIGKILL')
  await assert.rejects(reading.end(), ReaderLost)
  await assertGoesOn()
})

/** The reading processes of a process. */
function childrenOf(parent: number): number[] {
  return readers().flatMap(each => (each.parent === parent ? [each.pid] : []))
}

function readers(): { pid: number; parent: number }[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
  return table
    .split('\n')
    .filter(line => line.includes('extraction/child.ts'))
    .map(line => line.trim().split(/\s+/))
    .map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }))
}

test('the reading process ends with whoever started it, even in the midst of an endless document', async () => {
  const script = `
    import { openAttachmentReader } from ${JSON.stringify(fileURLToPath(new URL('./extraction.ts', import.meta.url)))}
    const reader = openAttachmentReader({ cpuMsMax: 600000, wallMsMax: 600000, textMax: 1e9, heapMax: 2e9, residentMax: 4e9 })
    const reading = reader.begin({ name: '', contentType: 'application/pdf', charset: null, size: null })
    await reading.push(Buffer.from(${JSON.stringify(endlessPdf().toString('base64'))}, 'base64'))
    process.stdout.write('started')
    await reading.end()`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(parent.stdout, 'data')
  await wait(500)
  const [child] = childrenOf(parent.pid!)
  assert.ok(child)
  parent.kill('SIGKILL')
  for (let looks = 0; looks < 100 && isThere(child); looks++) await wait(50)
  assert.ok(!isThere(child))
})

/** One that ended may still be in the table until somebody asks how. */
function isThere(pid: number): boolean {
  return readers().some(each => each.pid === pid)
}

test('documents that are damaged anywhere never take the reader along', async () => {
  const documents = [
    makePdf(['some words on a page', 'and more'], 'title'),
    makeDocx([['some'], ['words']]),
    makeOdt(['some words']),
    makeDoc(['some words', 'and more']),
    makeXlsx([
      ['some', 1],
      ['words', 2],
    ]),
    Buffer.from("{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}\\f0 caf\\'e9 \\u8364?{\\b bold}\\par}"),
    Buffer.from('BEGIN:VCARD\nN;ENCODING=QUOTED-PRINTABLE:=C3=85=\n b\nEND:VCARD'),
    Buffer.from('<html><p title="a&amp;b">x</p><script>y</script>'),
    Buffer.concat([Buffer.from('%PDF-1.4\n'), deflateSync(Buffer.from('noise'))]),
  ]
  const runs = process.env.HOLDFAST_LONG === '1' ? 4_000 : 250
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: documents.length - 1 }),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 12 }),
      fc.option(fc.nat(), { freq: 3 }),
      async (which, changes, cutAt) => {
        const damaged = Buffer.from(documents[which]!)
        for (const [at, byte] of changes) damaged[at % damaged.length] = byte
        const { text } = await read(cutAt === null ? damaged : damaged.subarray(0, cutAt % damaged.length))
        assert.ok(text.isWellFormed())
      },
    ),
    { numRuns: runs, ...(process.env.HOLDFAST_SEED ? { seed: Number(process.env.HOLDFAST_SEED) } : {}) },
  )
  await assertGoesOn()
})
