/**
 * Phone numbers, brought to one form so that they can be compared. Pure.
 *
 * The rules (DESIGN.md section 8): digits without `+` are international, since TeleMessage writes them so; the default
 * region serves national forms only: those that begin with 0, and those too short to be international. What no
 * numbering plan knows is still a number and is kept as its digits: TeleMessage's own documented examples
 * (445204334324) and every number reserved for fiction are such. Short codes and alphanumeric senders are never given
 * a prefix.
 */
import {
  type CountryCode,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max'
import { BoundedCache } from './bounded-cache.ts'

type NumberForm = 'number' | 'short-code' | 'alphanumeric' | 'withheld' | 'email'

export type NormalisedNumber = {
  readonly form: NumberForm
  /**
   * For a number its digits with the country code and without `+`; for a short code its digits; an alphanumeric
   * sender as written; an e-mail address in lower case; '' when withheld.
   */
  readonly number: string
}

/** Short codes have three to six digits nearly everywhere; the shortest international numbers have seven. */
const SHORT_CODE_DIGITS_MAX = 6
/** Without a leading 0, more digits than this are never national: a German number of 12 digits looks like a British one. */
const NATIONAL_DIGITS_MAX = 10
/** ITU-T E.164 allows 15 digits; longer ones are kept but never parsed. */
const PARSED_DIGITS_MAX = 17

const WITHHELD = new Set([
  '',
  'anonymous',
  'blocked',
  'caller id blocked',
  'hidden',
  'no caller id',
  'no number',
  'number withheld',
  'private',
  'private number',
  'restricted',
  'unavailable',
  'unknown',
  'withheld',
])

/** Parsing takes about 30 µs, looking up 0.2 µs; an organisation meets the same numbers again and again. */
const known = new BoundedCache<NormalisedNumber>(32_768)
/** Longer texts are no numbers; they would only fill the cache. */
const CACHED_LENGTH_MAX = 64

/**
 * The form and the comparable number of `text`, as a source, a person or a spreadsheet wrote it. `defaultRegion` is
 * an ISO 3166 country code; one that libphonenumber does not know serves no national forms.
 */
export function normaliseNumber(text: string, defaultRegion: string): NormalisedNumber {
  const key = `${defaultRegion} ${text}`
  const hit = known.get(key)
  if (hit) return hit
  const found = Object.freeze(classify(text, defaultRegion))
  if (text.length <= CACHED_LENGTH_MAX) known.set(key, found)
  return found
}

function classify(text: string, region: string): NormalisedNumber {
  // Phones and spreadsheets wrap numbers in invisible direction marks and no-break spaces.
  const plain = text
    .replace(/\p{Cf}/gu, '')
    .replace(/\s+/gu, ' ')
    .trim()
  if (WITHHELD.has(plain.toLowerCase())) return { form: 'withheld', number: '' }
  if (plain.includes('@')) return { form: 'email', number: plain.toLowerCase() }
  const dialled = plain
    .replace(/^(tel|sms):/i, '')
    .replace(/;.*$/s, '')
    .normalize('NFKC')
    .replace(/\p{Nd}/gu, toAsciiDigit)
  const digits = dialled.replace(/\D/g, '')
  if (digits === '' || !/^\+?[\d\s().\-/\u2010-\u2015\u2212]+$/u.test(dialled))
    return { form: 'alphanumeric', number: plain }
  if (digits.length <= SHORT_CODE_DIGITS_MAX) return { form: 'short-code', number: digits }
  return { form: 'number', number: canonicalDigits(dialled, digits, region) }
}

function canonicalDigits(dialled: string, digits: string, region: string): string {
  if (digits.length > PARSED_DIGITS_MAX) return digits
  // "+44 (0)7700 …" is the one common form whose extra 0 only the written text shows.
  if (dialled.startsWith('+'))
    return possible(parsePhoneNumberFromString(dialled)) ?? withoutTrunkZero(dialled, digits)
  const country = isSupportedCountry(region) ? region : undefined
  if (digits.startsWith('0')) return fromNational(digits, country)
  const international = parsePhoneNumberFromString(`+${digits}`)
  if (international?.isValid()) return digitsOf(international)
  if (country && digits.length <= NATIONAL_DIGITS_MAX) {
    // A spreadsheet has eaten the leading 0, or the region writes none.
    const national = parsePhoneNumberFromString(digits, country)
    // North Americans write ten digits, which are never too short for elsewhere; their plan is strict, others' are not.
    const tooShort = !international?.isPossible() || national?.countryCallingCode === '1'
    if (tooShort && national?.isValid()) return digitsOf(national)
  }
  return possible(international) ?? digits
}

/** With a leading 0: a national number, or an international one after the region's or the usual 00 prefix. */
function fromNational(digits: string, country: CountryCode | undefined): string {
  const national = country && possible(parsePhoneNumberFromString(digits, country))
  if (national) return national
  if (!digits.startsWith('00') || digits.length <= SHORT_CODE_DIGITS_MAX + 2) return digits
  const rest = digits.slice(2)
  return possible(parsePhoneNumberFromString(`+${rest}`)) ?? rest
}

function withoutTrunkZero(dialled: string, digits: string): string {
  const without = dialled.replace('(0)', '').replace(/\D/g, '')
  return without.length > SHORT_CODE_DIGITS_MAX ? without : digits
}

function possible(parsed: PhoneNumber | undefined): string | undefined {
  return parsed?.isPossible() ? digitsOf(parsed) : undefined
}

function digitsOf(parsed: PhoneNumber): string {
  return parsed.number.slice(1)
}

/** Unicode keeps each script's decimal digits in a row of ten. */
function toAsciiDigit(character: string): string {
  if (character <= '9') return character
  const code = character.codePointAt(0)!
  let zero = code
  while (code - zero < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero--
  return String(code - zero)
}
