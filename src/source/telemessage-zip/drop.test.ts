import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { startSite } from '../../../telemessage-site/telemessage-site.ts'
import { manualClock } from '../../clock.ts'
import { hasCode } from '../../errors.ts'
import { silentLogger } from '../../log.ts'
import { delivery, manifestOf, writeZip, type ZipPart } from '../../testing/zip-writer.ts'
import { openSource, type Source, type SourcePage, splitPage } from '../source.ts'

const never = new AbortController().signal
const NOW = Date.now() + 60_000
const window = { from: new Date(NOW - 3_600_000), to: new Date(NOW) }
const NAME = '202611010000-TeleMessage_1_20261102033000.zip'
const ZIPPED = Date.UTC(2026, 10, 2, 3, 30)
const eml = (id: string, text = 'Hello') =>
  `X-TELEMESSAGE-Network: O2\r\nX-TELEMESSAGE-ArchiveMessageID:\r\n ${id}\r\nSubject: x\r\n\r\n${text}\r\n`

const folders: string[] = []
after(() => Promise.all(folders.map(folder => rm(folder, { recursive: true }))))

async function drop(files: Record<string, Buffer> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-drop-'))
  folders.push(folder)
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes)
  const open = (options: Partial<Extract<Parameters<typeof openSource>[0], { kind: 'zip' }>> = {}) =>
    openSource({ kind: 'zip', folder, network: 'O2', clock: manualClock(NOW), log: silentLogger, ...options })
  const list = async (place = '.') =>
    (await readdir(join(folder, place), { withFileTypes: true }))
      .filter(entry => entry.isFile())
      .map(entry => entry.name)
      .sort()
  return { folder, open, list }
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = []
  for await (const one of source) read.push(one)
  return read
}
const pagesOf = (source: Source, cursor: string | null = null) => all(source.pages(window, cursor, never))
const itemsOf = (pages: SourcePage[]) => pages.flatMap(page => splitPage('zip', page.bytes))

describe('a ZIP drop', () => {
  it('gives each e-mail byte for byte, with its id, network and time of arrival', async () => {
    const { open } = await drop({
      [NAME]: writeZip(delivery({ 'a.eml': eml('m1'), 'b.eml': 'no header at all' })),
    })
    const source = open()
    const pages = await pagesOf(source)
    assert.deepEqual(itemsOf(pages), [
      {
        form: 'email',
        sourceItemId: 'm1',
        network: 'O2',
        arrivedAt: new Date(ZIPPED),
        bytes: Buffer.from(eml('m1')),
        contentId: null,
      },
      {
        form: 'email',
        sourceItemId: null,
        network: '',
        arrivedAt: new Date(ZIPPED),
        bytes: Buffer.from('no header at all'),
        contentId: null,
      },
    ])
    assert.deepEqual([pages.length, pages[0]?.items, pages[0]?.cursor], [1, 2, `${NAME}#end`])
    assert.equal(await source.count(window, never), 2)
  })

  it('keeps archives in place until they are acknowledged, and counts them the same afterwards', async () => {
    const { open, list, folder } = await drop({ [NAME]: writeZip(delivery({ 'a.eml': eml('m1') })) })
    const source = open()
    assert.equal(await source.count(window, never), 1)
    for await (const page of source.pages(window, null, never)) {
      assert.deepEqual(await list(), [NAME])
      await source.acknowledge?.(page.cursor!)
    }
    assert.deepEqual([await list(), await list('done')], [[], [NAME]])
    assert.equal(await source.count(window, never), 1)
    // Another source, as after a restart, and a back-fill of the same window find it again.
    assert.equal(await open().count(window, never), 1)
    assert.equal(itemsOf(await pagesOf(open())).length, 1)
    assert.equal(await open().count({ from: new Date(0), to: window.from }, never), 0)
    assert.ok((await readFile(join(folder, 'done', NAME))).length > 0)
  })

  it('takes up an archive that kept an old date, and dates it into the window that took it', async () => {
    const { open, list, folder } = await drop({ [NAME]: writeZip(delivery({ 'a.eml': eml('m1') })) })
    await utimes(join(folder, NAME), new Date(0), new Date(0))
    const source = open()
    const [page] = await pagesOf(source)
    await source.acknowledge?.(page!.cursor!)
    assert.deepEqual(await list('done'), [NAME])
    assert.equal(await source.count(window, never), 1)
    assert.equal(await open().count(window, never), 1)
  })

  it('goes on from any page, also when the program stopped before acknowledging', async () => {
    const names = Array.from({ length: 7 }, (_, index) => `m${index}.eml`)
    const second = NAME.replace('_1_', '_2_')
    const { open, list } = await drop({
      [NAME]: writeZip(delivery(Object.fromEntries(names.map(name => [name, eml(name)])))),
      [second]: writeZip(delivery({ 'z.eml': eml('z') })),
    })
    const pages = await pagesOf(open({ pageItems: 3 }))
    assert.deepEqual(
      pages.map(page => page.cursor),
      [`${NAME}#3`, `${NAME}#6`, `${NAME}#end`, `${second}#end`],
    )
    const ids = itemsOf(pages).map(item => item.sourceItemId)
    for (const [index, page] of pages.entries()) {
      const rest = itemsOf(await pagesOf(open({ pageItems: 3 }), page.cursor)).map(item => item.sourceItemId)
      assert.deepEqual(rest, ids.slice([3, 6, 7, 8][index]))
    }
    assert.ok((await list('done')).includes(NAME))
  })

  it('streams large e-mails apart', async () => {
    const large = Buffer.concat([Buffer.from(eml('big')), randomBytes(400_000)])
    const { open } = await drop({ [NAME]: writeZip(delivery({ 'a.eml': eml('m1'), 'b.eml': large })) })
    const source = open({ contentSizeMax: 500_000 })
    for await (const page of source.pages(window, null, never)) {
      const [small, big] = splitPage('zip', page.bytes)
      assert.deepEqual(
        [small?.contentId, big?.sourceItemId, big?.network, big?.bytes.length],
        [null, 'big', 'O2', 0],
      )
      assert.deepEqual(page.contents, [{ contentId: big?.contentId, size: large.length }])
      assert.ok(Buffer.concat(await all(source.content(big!.contentId!, never))).equals(large))
      // As after a restart.
      assert.ok(Buffer.concat(await all(open().content(big!.contentId!, never))).equals(large))
      await assert.rejects(all(open({ contentSizeMax: 1000 }).content(big!.contentId!, never)), error =>
        hasCode(error, 'ITEM_TOO_LARGE'),
      )
    }
    for (const id of ['', 'x', `${NAME}#9`, '../../etc/passwd#0', `${NAME}#end`])
      await assert.rejects(
        all(source.content(id, never)),
        error => hasCode(error, 'SITE_CONTENT_MISSING'),
        id,
      )
  })

  it('leaves alone what is no archive, is not whole yet, or is a link', async () => {
    const zip = writeZip(delivery({ 'a.eml': eml('m1') }))
    const { open, list, folder } = await drop({ [`${NAME}.part`]: zip, 'notes.txt': zip, [`.${NAME}`]: zip })
    await symlink(join(folder, 'notes.txt'), join(folder, NAME))
    const source = open()
    assert.deepEqual([await pagesOf(source), await source.count(window, never)], [[], 0])
    assert.deepEqual(await list(), [`.${NAME}`, `${NAME}.part`, 'notes.txt'])
    assert.equal((await readdir(folder)).includes('refused'), false)
  })

  it('waits for an upload to finish', async () => {
    const zip = writeZip(delivery({ 'a.eml': eml('m1') }))
    const { open, list, folder } = await drop({ [NAME]: zip.subarray(0, 100) })
    const clock = { now: () => Date.now(), sleep: async () => writeFile(join(folder, NAME), zip) }
    assert.deepEqual(await pagesOf(open({ clock, settle: 60_000 })), [])
    assert.deepEqual(await list(), [NAME])
    assert.equal(itemsOf(await pagesOf(open())).length, 1)
  })

  it('says what is wrong with the folder', async () => {
    const { open, folder } = await drop()
    const account = await open().probe(never)
    assert.deepEqual([account.networks, account.siteNow], [['O2'], new Date(NOW)])
    await assert.rejects(open({ folder: join(folder, 'absent') }).probe(never), error =>
      hasCode(error, 'SOURCE_INVALID'),
    )
    assert.deepEqual(await all(open().users(never)), [])
  })

  it('reads what the stand-in site writes', async () => {
    const site = await startSite({ people: 12, days: 3, seed: 5, recordingSize: 400_000 })
    const { open, list, folder } = await drop()
    const span = { from: site.from, to: site.now() }
    await site.writeZips(folder, span, { messagesMax: 50 })
    const expected = site.count(span)
    await site.stop()
    const source = open()
    const pages = await pagesOf(source)
    const items = itemsOf(pages)
    assert.ok(items.length > 100 && items.length <= expected)
    assert.equal(await source.count(window, never), items.length)
    assert.equal(pages.flatMap(page => page.contents).length, items.filter(item => item.contentId).length)
    for (const item of items) {
      assert.equal(item.form, 'email')
      assert.ok(
        item.network !== '' &&
          item.arrivedAt.getTime() >= span.from - 1000 &&
          item.arrivedAt.getTime() < span.to,
      )
    }
    assert.deepEqual(
      (await list()).filter(name => !name.endsWith('.zip')),
      [],
    )
  })
})

describe('a bad archive', () => {
  const good = delivery({ 'a.eml': eml('m1'), 'b.eml': eml('m2') })
  const [manifest, first, second] = good as [ZipPart, ZipPart, ZipPart]
  const listed = (...names: string[]): ZipPart => ({ name: 'delivery.mf', content: manifestOf(names) })
  const symbolic = { mode: 0o120777 }
  const bomb = Buffer.alloc(2_000_000)

  const cases: Record<string, [Buffer, RegExp]> = {
    'that is empty': [Buffer.alloc(0), /damaged/],
    'that is no ZIP': [Buffer.from('hello'), /damaged/],
    'that was cut off': [writeZip(good).subarray(0, 150), /damaged/],
    'without a manifest': [writeZip([first, second]), /0 manifests/],
    'with two manifests': [
      writeZip([manifest, { ...manifest, name: 'two.mf' }, first, second]),
      /2 manifests/,
    ],
    'whose count is wrong': [
      writeZip([{ ...manifest, content: manifestOf(['a.eml', 'b.eml'], 3) }, first, second]),
      /Count: 3/,
    ],
    'whose manifest has no count': [
      writeZip([{ ...manifest, content: Buffer.from('a.eml\r\nb.eml\r\n') }, first, second]),
      /no Count/,
    ],
    'that lacks a listed e-mail': [
      writeZip([listed('a.eml', 'b.eml'), first]),
      /listed in the manifest but not there/,
    ],
    'with an e-mail that is not listed': [writeZip([listed('a.eml'), first, second]), /not listed/],
    'with an empty e-mail': [writeZip(delivery({ 'a.eml': '' })), /is empty/],
    'with a wrong checksum': [writeZip([manifest, first, { ...second, checksum: 1 }]), /checksum/],
    'with a wrong size': [writeZip([manifest, first, { ...second, size: 3 }]), /damaged|bytes/],
    'with an encrypted e-mail': [writeZip([manifest, first, { ...second, flags: 0x0801 }]), /encrypted/],
    'with a path out of the archive': [
      writeZip([listed('../a.eml'), { ...first, name: '../a.eml' }]),
      /invalid relative path/,
    ],
    'with an absolute path': [writeZip([listed('/a.eml'), { ...first, name: '/a.eml' }]), /absolute path/],
    'with a drive letter': [writeZip([listed('C:/a.eml'), { ...first, name: 'C:/a.eml' }]), /absolute path/],
    'with a backslash': [
      writeZip([listed('a\\b.eml'), { ...first, name: 'a\\b.eml' }]),
      /invalid characters/,
    ],
    'with a folder': [
      writeZip([manifest, first, second, { name: 'folder/', content: Buffer.alloc(0) }]),
      /folder/,
    ],
    'with a NUL in a name': [
      writeZip([listed('a.eml'), { ...first, name: 'a\0.eml' }]),
      /control characters/,
    ],
    'with a link': [writeZip([manifest, first, { ...second, ...symbolic }]), /link/],
    'with the same name twice': [writeZip([manifest, first, first, second]), /twice/],
    'with two names for one entry': [
      writeZip([manifest, first, { ...second, localName: 'c.eml' }]),
      /another name/,
    ],
    'with overlapping entries': [
      writeZip([listed('a.eml', 'a.emk.eml'), first, { ...first, name: 'a.emk.eml', overlaps: true }]),
      /another name|overlaps/,
    ],
    'with another archive in it': [
      writeZip([...good, { name: 'c.zip', content: writeZip(good) }]),
      /neither an e-mail/,
    ],
    'with another archive called an e-mail': [
      writeZip(delivery({ 'a.eml': writeZip(good) })),
      /is an archive/,
    ],
    'with another compression': [writeZip([manifest, first, { ...second, method: 12 }]), /another method/],
    'that is a bomb': [writeZip(delivery({ 'a.eml': bomb })), /times its size/],
    'that unpacks to too much': [
      writeZip(delivery({ 'a.eml': randomBytes(600_000), 'b.eml': randomBytes(600_000) })),
      /more than 1000000/,
    ],
    'with too large an e-mail': [writeZip(delivery({ 'a.eml': randomBytes(900_000) })), /larger than 800000/],
    'with too many entries': [
      writeZip(delivery(Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`${n}.eml`, 'x'])))),
      /entries/,
    ],
  }
  const limits = {
    entriesMax: 30,
    entryBytesMax: 800_000,
    totalBytesMax: 1_000_000,
    ratioFromBytes: 900_000,
    ratioMax: 100,
  }

  for (const [what, [bytes, reason]] of Object.entries(cases))
    it(`${what} is set aside whole, with a report, and the others are read`, async () => {
      const other = NAME.replace('_1_', '_2_')
      const { open, list, folder } = await drop({
        [NAME]: bytes,
        [other]: writeZip(delivery({ 'z.eml': eml('z') })),
      })
      const source = open({ limits })
      const items = itemsOf(await pagesOf(source))
      assert.deepEqual(
        items.map(item => item.sourceItemId),
        ['z'],
      )
      assert.equal(await source.count(window, never), 1)
      assert.deepEqual([await list(), await list('refused')], [[other], [NAME, `${NAME}.report.json`]])
      assert.ok((await readFile(join(folder, 'refused', NAME))).equals(bytes))
      const report = JSON.parse(await readFile(join(folder, 'refused', `${NAME}.report.json`), 'utf8')) as {
        archive: string
        problems: { where: string; what: string; mend: string }[]
      }
      assert.equal(report.archive, NAME)
      assert.ok(
        report.problems.some(problem => reason.test(problem.what)),
        JSON.stringify(report.problems),
      )
      for (const problem of report.problems) assert.ok(problem.where !== '' && problem.mend !== '')
    })

  it('with another name is set aside, beside an earlier one of that name', async () => {
    const { open, list, folder } = await drop({ 'mail.zip': writeZip(good) })
    await mkdir(join(folder, 'refused'))
    await writeFile(join(folder, 'refused', 'mail.zip'), 'the one before')
    assert.equal(await open().count(window, never), 0)
    assert.deepEqual(await list('refused'), ['mail.zip', 'mail~2.zip', 'mail~2.zip.report.json'])
    assert.equal(await readFile(join(folder, 'refused', 'mail.zip'), 'utf8'), 'the one before')
  })
})

describe('the page of a ZIP drop', () => {
  it('is refused when it is damaged', async () => {
    const { open } = await drop({ [NAME]: writeZip(delivery({ 'a.eml': eml('m1') })) })
    const [page] = await pagesOf(open())
    const bytes = page!.bytes
    for (const damaged of [
      bytes.subarray(0, 10),
      bytes.subarray(0, -1),
      Buffer.concat([bytes, bytes]),
      Buffer.alloc(0),
      Buffer.from('HOLDFAST ZIP PAGE 1\n{}\n'),
      Buffer.from('HOLDFAST ZIP PAGE 1\nnull\n'),
    ])
      assert.throws(
        () => splitPage('zip', damaged),
        error => hasCode(error, 'SITE_ANSWER_INVALID'),
      )
  })
})
