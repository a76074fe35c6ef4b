import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import type { Directory } from '../directory/directory.ts'
import { hasCode } from '../errors.ts'
import { checkMapping, mappingTemplate } from './csv.ts'
import type { MappingEntry } from './resolve.ts'

const directory: Directory = {
  version: '1',
  mailboxes: 1,
  find: address =>
    address.endsWith('@company.com') ? { mailboxId: 1, address, activeFrom: null, activeTo: null } : null,
}

function check(csv: string, current: readonly MappingEntry[] = []) {
  return checkMapping(Buffer.from(csv), directory, { defaultRegion: 'GB', current })
}

function problems(csv: string): string[] {
  return check(csv).problems.map(({ line, column, reason }) => `${line} ${column}: ${reason}`)
}

const HEADER = 'External User ID,Microsoft 365 User Mailbox'
const DATED = `${HEADER},Valid From,Valid To`

suite('the custom mapping file', () => {
  test("TeleMessage's documented example is read as documented", () => {
    const { entries, problemCount, added } = check(
      `${HEADER}\n445204334324,susan@company.com\n442323523455,jeff@company.com\n`,
    )
    assert.equal(problemCount, 0)
    assert.equal(added, 2)
    assert.deepEqual(entries, [
      {
        externalUserId: '445204334324',
        number: '445204334324',
        mailboxAddress: 'susan@company.com',
        validFrom: null,
        validTo: null,
        line: 2,
      },
      {
        externalUserId: '442323523455',
        number: '442323523455',
        mailboxAddress: 'jeff@company.com',
        validFrom: null,
        validTo: null,
        line: 3,
      },
    ])
  })

  test('ids are kept as written, numbers compared in one form, periods are in UTC', () => {
    const [first, second, third] = check(
      `${DATED}\n07700 900123,Susan@Company.com,2026-01-01,2026-02-01T09:30Z\nmaria.o,a@company.com,,\n60777,b@company.com,,`,
    ).entries
    assert.deepEqual(first, {
      externalUserId: '07700 900123',
      number: '447700900123',
      mailboxAddress: 'susan@company.com',
      validFrom: Date.UTC(2026, 0, 1),
      validTo: Date.UTC(2026, 1, 1, 9, 30),
      line: 2,
    })
    assert.deepEqual([second?.number, third?.number], ['', '60777'])
  })

  test('every bad line is named with its column and reason', () => {
    assert.deepEqual(
      problems(
        `${DATED}\n,a@company.com,,\n447700900101,,,\n447700900102,nobody,,\n447700900103,a@elsewhere.example,,\n` +
          '447700900104,a@company.com,01/02/2026,\n447700900105,a@company.com,2026-02-01,2026-02-01\n' +
          '4.47701E+11,a@company.com,,\nunknown,a@company.com,,\n447700900106,a@company.com\n44770090\x00106,a@company.com,,\n',
      ),
      [
        '2 External User ID: is empty',
        '3 Microsoft 365 User Mailbox: is empty',
        '4 Microsoft 365 User Mailbox: is not an e-mail address',
        '5 Microsoft 365 User Mailbox: is not a mailbox of the directory',
        '6 Valid From: is neither a date (2026-11-01) nor a time (2026-11-01T08:00Z)',
        '7 Valid To: is not after Valid From',
        '8 External User ID: is a number that a spreadsheet has rounded; format the column as text and enter it again',
        '9 External User ID: stands for nobody in particular',
        '10 : has 2 columns where the header has 4',
        '11 External User ID: contains a NUL byte',
      ],
    )
  })

  test('a column of another name is refused', () => {
    assert.throws(
      () => check(`${HEADER},Department\n447700900101,a@company.com,Sales`),
      (error: unknown) => hasCode(error, 'CSV_INVALID'),
    )
  })

  test('a formula is just text', () => {
    const { entries } = check(`${HEADER}\n"=HYPERLINK(""http://x"")",a@company.com\n'=1+1,b@company.com`)
    assert.deepEqual(
      entries.map(entry => entry.externalUserId),
      ['=HYPERLINK("http://x")', '=1+1'],
    )
  })

  test('duplicates and overlaps are found however the number is written', () => {
    assert.deepEqual(
      problems(
        `${HEADER}\n447700900123,a@company.com\n+44 7700 900123,a@company.com\n07700900123,b@company.com`,
      ),
      [
        '3 External User ID: says the same as line 2',
        '4 External User ID: has a time of validity that overlaps with line 2',
      ],
    )
    assert.deepEqual(
      problems(
        `${DATED}\n447700900123,a@company.com,2026-03-01,\n447700900123,b@company.com,2026-01-01,2026-03-01\n` +
          '447700900123,c@company.com,,2026-01-01T00:00:01Z\nmaria.o,a@company.com,,2026-01-01\nMaria.o,b@company.com,,2026-01-01',
      ),
      ['4 External User ID: has a time of validity that overlaps with line 3'],
    )
  })

  test('overlaps are those that a look at every pair finds', () => {
    const bound = fc.option(fc.integer({ min: 1, max: 9 }), { nil: null })
    const period = fc.tuple(bound, bound).filter(([from, to]) => from === null || to === null || from < to)
    fc.assert(
      fc.property(fc.array(period, { maxLength: 6 }), periods => {
        const cell = (day: number | null) => (day === null ? '' : `2026-01-0${day}`)
        const csv = periods
          .map(([from, to]) => `447700900123,a@company.com,${cell(from)},${cell(to)}`)
          .join('\n')
        const overlap = periods.some(([from, to], index) =>
          periods.some(
            ([otherFrom, otherTo], other) =>
              other < index && (from ?? 0) < (otherTo ?? 99) && (otherFrom ?? 0) < (to ?? 99),
          ),
        )
        assert.equal(check(`${DATED}\n${csv}`).problemCount > 0, overlap)
      }),
      { numRuns: 300 },
    )
  })

  test('the counts compare with the current mapping', () => {
    const current = check(
      `${HEADER}\n447700900101,a@company.com\n447700900102,b@company.com\n447700900103,c@company.com`,
    ).entries
    const { added, changed, unchanged, removed } = check(
      `${HEADER}\n447700900101,a@company.com\n447700900102,x@company.com\n447700900104,d@company.com\n447700900105,e@company.com`,
      current,
    )
    assert.deepEqual(
      { added, changed, unchanged, removed },
      { added: 2, changed: 1, unchanged: 1, removed: 1 },
    )
  })

  test('at most a thousand problems are listed, all are counted', () => {
    const checked = check(`${HEADER}\n${',x\n'.repeat(3000)}`)
    assert.deepEqual([checked.problems.length, checked.problemCount], [1000, 6000])
  })

  test('the template is an empty mapping', () => {
    assert.deepEqual(check(mappingTemplate()), {
      entries: [],
      problems: [],
      problemCount: 0,
      added: 0,
      changed: 0,
      unchanged: 0,
      removed: 0,
    })
  })
})
