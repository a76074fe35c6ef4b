import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { normaliseNumber } from './number.ts'

function check(region: string, cases: Record<string, string>): void {
  for (const [text, expected] of Object.entries(cases)) {
    const { form, number } = normaliseNumber(text, region)
    assert.equal(`${form} ${number}`, expected, `${JSON.stringify(text)} in ${region}`)
  }
}

suite('numbers', () => {
  test('digits without + are international, whatever the region', () => {
    for (const region of ['GB', 'US', 'SE', 'DE', 'DK', 'IN', ''])
      check(region, {
        '447700900123': 'number 447700900123',
        '12025550123': 'number 12025550123',
        '46701740605': 'number 46701740605',
        '+447700900123': 'number 447700900123',
      })
  })

  test("what no numbering plan knows is still a number: TeleMessage's own examples", () => {
    for (const region of ['GB', 'US', 'DE', 'XX'])
      check(region, {
        '445204334324': 'number 445204334324',
        '442323523455': 'number 442323523455',
        '+445204334324': 'number 445204334324',
        '999999999999999999999999': 'number 999999999999999999999999',
      })
  })

  test('national forms take the default region', () => {
    check('GB', {
      '07700 900123': 'number 447700900123',
      '020 7946 0123': 'number 442079460123',
      '05204334324': 'number 445204334324',
    })
    check('SE', { '070-174 06 05': 'number 46701740605', '701740605': 'number 46701740605' })
    check('US', { '(202) 555-0123': 'number 12025550123' })
    // Valid nowhere: kept as it is.
    check('GB', { '385611234': 'number 385611234' })
    check('XX', { '07700900123': 'number 07700900123' })
  })

  test('international prefixes are taken off', () => {
    check('GB', { '00447700900123': 'number 447700900123', '0046 70 174 06 05': 'number 46701740605' })
    check('US', { '011447700900123': 'number 447700900123', '00447700900123': 'number 447700900123' })
    check('XX', { '00447700900123': 'number 447700900123' })
  })

  test('the ways in which people and spreadsheets write a number are one number', () => {
    for (const text of [
      '+44 7700 900123',
      '+44 (0)7700 900123',
      '+44-7700-900123',
      '+44.7700.900123',
      '4407700900123',
      'tel:+447700900123',
      'tel:+447700900123;phone-context=x',
      '\u202a+44 7700 900123\u202c',
      ' +44\u00a07700\u00a0900123 ',
      '＋４４７７００９００１２３',
      '٠٧٧٠٠٩٠٠١٢٣',
      '+44 7700 900\u2011123',
    ])
      check('GB', { [text]: 'number 447700900123' })
  })

  test('short codes and alphanumeric senders never get a prefix', () => {
    for (const region of ['GB', 'US', 'SE', 'AC'])
      check(region, {
        '60777': 'short-code 60777',
        '+60777': 'short-code 60777',
        '0123': 'short-code 0123',
        '118118': 'short-code 118118',
        O2: 'alphanumeric O2',
        HMRC: 'alphanumeric HMRC',
        '1-800-FLOWERS': 'alphanumeric 1-800-FLOWERS',
        '*100#': 'alphanumeric *100#',
        Ünal: 'alphanumeric Ünal',
      })
  })

  test('withheld numbers and e-mail addresses are known as such', () => {
    check('GB', {
      '': 'withheld ',
      ' Anonymous': 'withheld ',
      'No Caller ID': 'withheld ',
      'Maria@Contoso.example': 'email maria@contoso.example',
    })
  })

  test('any text is classified, the same each time, and a number is digits', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'0123456789+ -().#*a٣') }),
    )
    fc.assert(
      fc.property(text, fc.constantFrom('GB', 'US', 'SE', '', 'nonsense'), (text, region) => {
        const first = normaliseNumber(text, region)
        assert.deepEqual(normaliseNumber(text, region), first)
        if (first.form === 'number' || first.form === 'short-code') assert.match(first.number, /^\d+$/)
        if (first.form === 'alphanumeric') assert.notEqual(first.number, '')
      }),
    )
  })

  test('a very long text is read in one go, and kept', () => {
    const long = '0'.repeat(1e6)
    assert.deepEqual(normaliseNumber(long, 'GB'), { form: 'number', number: long })
    for (const text of [' '.repeat(1e6), `${'1-'.repeat(5e5)}x`, ';'.repeat(1e6), `+${'('.repeat(1e6)}`])
      assert.match(normaliseNumber(text, 'GB').form, /withheld|alphanumeric/)
  })
})
