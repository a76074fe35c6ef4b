/**
 * Numbers, found however they are written: what an entry holds for a number, and what a query looks for. Pure.
 *
 * ITU-T E.164: a number is a country code (one to three digits, no code the beginning of another) and a national
 * part. An entry holds the number and, apart, its national part; a query in national form (07700 900123) looks for
 * the latter. So nobody's default region decides what is found: a national form finds that number in every country.
 */

/** A form of a number: `n` whole, with its country code or as it came; `p` the national part alone. */
export type NumberForm = { readonly hashClass: 'n' | 'p'; readonly digits: string }

/** Below this a number is a short code, which has no country. */
const DIGITS_MIN = 7

/** ITU-T E.164.D: 1 and 7; these of two digits; all others have three. */
const TWO_DIGIT_CODES = new Set(
  '20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98'.split(
    ' ',
  ),
)

function countryCodeLength(digits: string): number {
  if (digits.startsWith('1') || digits.startsWith('7')) return 1
  return TWO_DIGIT_CODES.has(digits.slice(0, 2)) ? 2 : 3
}

/** The digits of something written as a number (spaces, dots, dashes, parentheses, a plus before), else ''. */
export function digitsOf(text: string): string {
  const plain = text.normalize('NFKC').trim()
  if (!/^[+(]*[0-9][0-9\s()./\p{Pd}\p{Cf}]*$/u.test(plain)) return ''
  return plain.replace(/[^0-9]/g, '')
}

/** What an entry holds for a number given as digits: as they are, and the national part if they have a country. */
export function formsOfEntry(digits: string): NumberForm[] {
  const whole = digits.startsWith('00') ? digits.slice(2) : digits
  const forms: NumberForm[] = [{ hashClass: 'n', digits: whole }]
  if (whole.length >= DIGITS_MIN && !whole.startsWith('0')) {
    forms.push({ hashClass: 'p', digits: whole.slice(countryCodeLength(whole)) })
  }
  return forms
}

/** The forms any of which an entry must hold to match a number as a person writes it; none if it is no number. */
export function formsOfQuery(text: string): NumberForm[] {
  const written = digitsOf(text)
  if (written === '') return []
  const whole = new Set<string>()
  const national = new Set<string>()
  const plus = text.normalize('NFKC').trim().replace(/^\(/, '').startsWith('+')
  const international = plus ? written : written.startsWith('00') ? written.slice(2) : ''
  if (international !== '') addInternational(international, whole)
  else {
    whole.add(written)
    if (written.length >= DIGITS_MIN) {
      if (!written.startsWith('0')) addInternational(written, whole)
      addNational(written, national)
      // North America's way to dial abroad.
      if (written.startsWith('011')) addInternational(written.slice(3), whole)
    }
  }
  return [
    ...[...whole].map(digits => ({ hashClass: 'n', digits }) as const),
    ...[...national].map(digits => ({ hashClass: 'p', digits }) as const),
  ]
}

function addInternational(digits: string, whole: Set<string>): void {
  whole.add(digits)
  if (digits.length < DIGITS_MIN) return
  const at = countryCodeLength(digits)
  const rest = digits.slice(at)
  // +44 (0)7700 900123: the bracketed zero is for those who dial inside the country.
  const significant = rest.startsWith('0') ? rest.slice(1) : rest
  whole.add(digits.slice(0, at) + significant)
  // An item whose source wrote the number in national form.
  whole.add(`0${significant}`)
}

/** With and without the trunk prefix: 0 in most countries, 06 in Hungary, 8 in Russia and its neighbours. */
function addNational(digits: string, national: Set<string>): void {
  national.add(digits)
  if (digits.startsWith('0')) national.add(digits.slice(1))
  if (digits.startsWith('06')) national.add(digits.slice(2))
  if (digits.startsWith('8') && digits.length === 11) national.add(digits.slice(1))
}
