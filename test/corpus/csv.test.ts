/**
 * Other people's CSV files, and text made to break things, against both CSV readers: a mapping and a directory come
 * out, or a clear refusal; never a crash.
 */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { manualClock } from '../../src/clock.ts'
import type { Sql } from '../../src/database/database.ts'
import { checkDirectory, type Directory } from '../../src/directory/directory.ts'
import { HoldfastError } from '../../src/errors.ts'
import { checkMapping } from '../../src/mapping/mapping.ts'

const corpus = process.env.HOLDFAST_CORPUS ?? '../shared/data'
const skip = existsSync(corpus) ? false : 'the corpus is not here (HOLDFAST_CORPUS)'

const everyone: Directory = {
  version: '1',
  mailboxes: 1,
  find: address => ({ mailboxId: 1, address, activeFrom: null, activeTo: null }),
}
/** An empty directory: the check reads nothing else. */
const empty = { query: async () => [], execute: async () => 0 } as unknown as Sql

type Outcome = { mapping: string; directory: string; rows: number }

async function readBoth(bytes: Buffer): Promise<Outcome> {
  const outcome = { mapping: '', directory: '', rows: 0 }
  try {
    const checked = checkMapping(bytes, everyone, { defaultRegion: 'GB', current: [] })
    assert.ok(checked.problemCount >= checked.problems.length)
    assert.ok(checked.problems.every(problem => problem.line > 1 && problem.reason !== ''))
    outcome.rows = checked.entries.length
    outcome.mapping = checked.problemCount > 0 ? 'problems' : 'read'
  } catch (error) {
    outcome.mapping = codeOf(error)
  }
  try {
    const report = await checkDirectory(empty, manualClock(0), bytes)
    outcome.directory = report.problemCount > 0 ? 'problems' : 'read'
  } catch (error) {
    outcome.directory = codeOf(error)
  }
  return outcome
}

function codeOf(error: unknown): string {
  assert.ok(error instanceof HoldfastError, String(error))
  assert.equal(error.code, 'CSV_INVALID')
  return error.code
}

suite('hostile CSV', { skip }, () => {
  const folder = join(corpus, 'csv', 'csvkit')
  const files = skip ? [] : readdirSync(folder).filter(name => /\.(csv|tsv)$/.test(name))

  test('there are as many files as the corpus says', () => assert.ok(files.length >= 64, `${files.length}`))

  for (const name of files)
    test(`${name} is refused for its columns, and read under our own`, async () => {
      const bytes = readFileSync(join(folder, name))
      assert.deepEqual(await readBoth(bytes), { mapping: 'CSV_INVALID', directory: 'CSV_INVALID', rows: 0 })
      for (const header of ['External User ID,Microsoft 365 User Mailbox\n', 'Address,Display Name\n']) {
        const { mapping, directory } = await readBoth(Buffer.concat([Buffer.from(header), bytes]))
        assert.match(mapping, /^(CSV_INVALID|problems|read)$/)
        assert.match(directory, /^(CSV_INVALID|problems|read)$/)
      }
    })
})

suite('naughty strings', { skip }, () => {
  const file = join(corpus, 'bad-input', 'blns', 'blns.json')
  const strings: string[] = skip ? [] : JSON.parse(readFileSync(file, 'utf8'))
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`

  test('as ids of a mapping each is kept whole, or refused with its line', async () => {
    assert.ok(strings.length > 400)
    for (const text of strings) {
      const csv = `External User ID,Microsoft 365 User Mailbox\n${quote(text)},a@contoso.example\n`
      const checked = checkMapping(Buffer.from(csv), everyone, { defaultRegion: 'GB', current: [] })
      if (checked.problemCount > 0) assert.equal(checked.problems[0]?.line, 2)
      else if (text.trim() !== '') assert.equal(checked.entries[0]?.externalUserId, text.trim())
    }
  })

  test('as mailboxes, names and raw lines they break nothing', async () => {
    const files = [
      `External User ID,Microsoft 365 User Mailbox\n${strings.map((text, index) => `44770090${index},${quote(text)}`).join('\n')}`,
      `Address,Display Name,Aliases,Active From\n${strings.map((text, index) => `p${index}@contoso.example,${quote(text)},${quote(text)},${quote(text)}`).join('\n')}`,
      `External User ID,Microsoft 365 User Mailbox\n${strings.join('\n')}`,
      strings.join(','),
    ]
    for (const csv of files) await readBoth(Buffer.from(csv))
  })

  test('the raw list, in any encoding it is not, is refused or reported', async () => {
    const bytes = readFileSync(join(corpus, 'bad-input', 'blns', 'blns.txt'))
    for (const prefix of ['', '\ufeff', 'External User ID,Microsoft 365 User Mailbox\n'])
      await readBoth(Buffer.concat([Buffer.from(prefix), bytes]))
    for (const mark of [
      [0xff, 0xfe],
      [0xfe, 0xff],
    ])
      await readBoth(Buffer.concat([Buffer.from(mark), bytes]))
  })
})
