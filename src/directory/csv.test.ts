import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { hasCode } from '../errors.ts'
import { CsvProblems, csvCell, parseAddress, parseTime, readCsv } from './csv.ts'

const EXPECTED = { required: ['Id', 'Mailbox'], optional: ['Valid From'], others: 'keep' } as const

function read(bytes: Buffer | string) {
  const problems = new CsvProblems()
  const table = readCsv(Buffer.from(bytes), EXPECTED, problems)
  return {
    columns: table.columns,
    rows: table.rows.map(row => [row.line, row.cell('Id'), row.cell('Mailbox')]),
    problems: problems.inOrder(),
  }
}

function refusal(bytes: Buffer | string): string {
  try {
    read(bytes)
  } catch (error) {
    assert.ok(hasCode(error, 'CSV_INVALID'), String(error))
    return error.message
  }
  assert.fail('was not refused')
}

suite('reading CSV', () => {
  const plain = 'Id,Mailbox\n1,a\n2,ö'
  const utf16be = Buffer.from(`\uFEFF${plain}`, 'utf16le').swap16()
  const same: [string, Buffer | string][] = [
    ['LF', plain],
    ['CRLF', plain.replaceAll('\n', '\r\n')],
    ['CR', plain.replaceAll('\n', '\r')],
    ['a byte order mark', `\uFEFF${plain}`],
    ['UTF-16, little end first', Buffer.from(`\uFEFF${plain}`, 'utf16le')],
    ['UTF-16, big end first', utf16be],
    ['semicolons', plain.replaceAll(',', ';')],
    ['tabs', plain.replaceAll(',', '\t')],
    ['other spacing and case in the header', plain.replace('Id,Mailbox', ' ID ,"mail\u0062ox"')],
    ['blanks around cells', plain.replace('1,a', ' 1 , a\u00A0')],
    ['empty lines at the end', `${plain}\n\n,\n`],
  ]
  for (const [what, bytes] of same)
    test(`a file with ${what} reads the same`, () => {
      assert.deepEqual(read(bytes).rows, [
        [2, '1', 'a'],
        [3, '2', 'ö'],
      ])
    })

  test('line numbers are those of an editor, whatever came before', () => {
    const { rows, problems } = read(
      '\r\nId,Mailbox\r\n1,"one\r\nline"\r\n\r\n2,b\r\n3\r\n4,"c""d"\r\nx"y,e\r\n5,f\0\r\n6,g\r\n7,"h',
    )
    assert.deepEqual(rows, [
      [6, '2', 'b'],
      [8, '4', 'c"d'],
      [11, '6', 'g'],
    ])
    assert.deepEqual(
      problems.map(problem => [problem.line, problem.column]),
      [
        [3, 'Mailbox'],
        [7, ''],
        [9, ''],
        [10, 'Mailbox'],
        [12, ''],
      ],
    )
  })

  test('what concerns the whole file is refused, with the line', () => {
    assert.match(refusal(''), /empty/)
    assert.match(refusal('\n\n'), /empty/)
    assert.match(refusal('Name,Mailbox\n1,a'), /line 1.*missing: Id/)
    assert.match(refusal('\nId,Mailbox,Id\n1,a,b'), /line 2: column 3/)
    assert.match(refusal('Id,Mailbox,\n1,a,b'), /column 3 has no name/)
    assert.match(refusal(Buffer.from('Id,Mailbox\r\n1,a\r\n2,\xf6\r\n', 'latin1')), /line 3: not UTF-8/)
    assert.match(refusal(Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x41, 0x00])), /UTF-16/)
    assert.match(refusal(Buffer.from('PK\x03\x04rest of an XLSX', 'latin1')), /spreadsheet/)
    assert.match(refusal(Buffer.alloc(21 * 1024 * 1024, 'a,b\n')), /larger than 20 MB/)
    assert.match(refusal(`Id,Mailbox\n${'\n'.repeat(500_001)}`), /more than 500000 lines/)
    assert.match(refusal(`Id,Mailbox\n${','.repeat(200_000)}`), /line 2 is too long/)
  })

  test('a column that is not known is kept or refused, as asked', () => {
    const bytes = Buffer.from('Id,Mailbox,Department\n1,a,Sales')
    assert.deepEqual(read(bytes).columns, ['Id', 'Mailbox', 'Department'])
    assert.throws(
      () => readCsv(bytes, { ...EXPECTED, others: 'refuse' }, new CsvProblems()),
      (error: unknown) => hasCode(error, 'CSV_INVALID') && error.message.includes('column 3'),
    )
  })

  test('a flood of broken lines ends early', () => {
    assert.match(refusal(`Id,Mailbox\n${'x"y,1\n'.repeat(400_000)}`), /quotation mark/)
  })

  test('any bytes give rows and problems, or CSV_INVALID', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map(array => Buffer.from(array)),
      fc
        .string({
          unit: fc.constantFrom('"', ',', ';', '\n', '\r', '\t', 'a', '\0', "'", '=', ' '),
          maxLength: 60,
        })
        .map(text => Buffer.from(`Id,Mailbox\n${text}`)),
    )
    fc.assert(
      fc.property(bytes, input => {
        try {
          const { rows } = read(input)
          assert.ok(rows.every(([line]) => Number(line) > 1))
        } catch (error) {
          assert.ok(hasCode(error, 'CSV_INVALID'), String(error))
        }
      }),
    )
  })
})

suite('writing CSV', () => {
  test('a cell that we write comes back, whatever it holds', () => {
    const cells = fc.tuple(text(), text())
    fc.assert(
      fc.property(fc.array(cells, { minLength: 1, maxLength: 5 }), rows => {
        const lines = rows.map(row => row.map(csvCell).join(','))
        const result = read(`Id,Mailbox\r\n${lines.join('\r\n')}\r\n`)
        assert.deepEqual(result.problems, [])
        assert.deepEqual(
          result.rows.map(([, id, mailbox]) => [id, mailbox]),
          rows.map(row => row),
        )
      }),
    )
  })

  test('no cell begins as a formula', () => {
    for (const formula of ['=1+1', '+SUM(A1)', '-2+3', '@cmd', '=HYPERLINK("x")'])
      assert.match(csvCell(formula), /^"?'/)
    assert.equal(csvCell('+447700900123'), '+447700900123')
  })

  function text(): fc.Arbitrary<string> {
    return (
      fc
        .string({
          unit: fc.constantFrom('a', 'ö', '1', '+', '=', '-', '@', '"', ',', ';', '\t', ' ', "'"),
          maxLength: 12,
        })
        .map(value => value.trim())
        // The apostrophe before a sign is our own mark; text that has it already cannot be told from it.
        .filter(value => value !== '' && !/^'[=+\-@]/.test(value))
    )
  }
})

suite('cells', () => {
  test('a date is its first moment in UTC, a time without an offset is in UTC', () => {
    const at = (text: string) => new Date(parseTime(text)).toISOString()
    assert.equal(at('2026-11-01'), '2026-11-01T00:00:00.000Z')
    assert.equal(at('2026-11-01T08:05Z'), '2026-11-01T08:05:00.000Z')
    assert.equal(at('2026-11-01 08:05:09.5'), '2026-11-01T08:05:09.000Z')
    assert.equal(at('2026-11-01T00:30:00+02:00'), '2026-10-31T22:30:00.000Z')
    assert.equal(at('2028-02-29'), '2028-02-29T00:00:00.000Z')
  })

  test('what is no date is none', () => {
    for (const text of [
      '2026-02-29',
      '2026-13-01',
      '01/11/2026',
      '2026-11-01T24:00',
      '2026-1-1',
      'today',
      '0000-00-00',
    ])
      assert.ok(Number.isNaN(parseTime(text)), text)
  })

  test('an address is in lower case, and nothing else passes for one', () => {
    assert.equal(parseAddress('Maria.OBrien+x@Contoso.Example'), 'maria.obrien+x@contoso.example')
    assert.equal(parseAddress('søren@bücher.example'), 'søren@bücher.example')
    for (const text of [
      '',
      'maria',
      '@contoso.example',
      'a@b',
      'a b@contoso.example',
      'a@-x.example',
      'a@x..example',
      '.a@x.example',
      'a..b@x.example',
      'Maria <a@x.example>',
      'a@x.example,b@x.example',
      `${'a'.repeat(65)}@x.example`,
      'a@b@x.example',
      '"a"@x.example',
      'a\u0000@x.example',
      'a\u200b@x.example',
    ])
      assert.equal(parseAddress(text), null, text)
  })
})
