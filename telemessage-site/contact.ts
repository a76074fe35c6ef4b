/**
 * A party to an item, with every form in which it is written made once: as an address in From and To, as a name in
 * a subject, as JSON. Serialising an item is then mostly the joining of ready pieces.
 */
import { encodeWords, isAscii } from './mime-text.ts'
import type { Language } from './names.ts'

export type Contact = {
  /** Digits; a short code; an alphanumeric sender; '' when withheld. */
  readonly number: string
  readonly firstName: string
  readonly lastName: string
  readonly emails: readonly string[]
  readonly language: Language
  /** Full name, or the number where there is no name. */
  readonly label: string
  /** The label as it may stand in an unstructured header. */
  readonly labelHeader: string
  /** Whether the number is one that may be written with `+`. */
  readonly international: boolean
  /** Address lists without and with `+`; `from` has one address at most. */
  readonly from: readonly [string, string]
  readonly to: readonly [string, string]
  /** JSON of `fromEnriched`/`toEnriched`, and of the number, without and with `+`. */
  readonly enriched: readonly [string, string]
  readonly numberJson: readonly [string, string]
}

export function makeContact(given: {
  number: string
  firstName: string
  lastName: string
  emails: readonly string[]
  language: Language
}): Contact {
  const { number, firstName, lastName, emails, language } = given
  const international = number.length > 8 && /^\d+$/.test(number)
  const name = `${firstName} ${lastName}`.trim()
  const label = name === '' ? (number === '' ? 'UNKNOWN' : number) : name
  const addresses = emails.length > 0 ? emails : [`${placeholder(number)}@telemessage.invalid`]
  const forms = (make: (shown: string) => string): readonly [string, string] => {
    const bare = make(number)
    return [bare, international ? make(`+${number}`) : bare]
  }
  const display = (shown: string) => displayName(`${name} ${shown === '' ? 'UNKNOWN' : shown}`.trim())
  return {
    number,
    firstName,
    lastName,
    emails,
    language,
    label,
    labelHeader: isAscii(label) ? label : encodeWords(label),
    international,
    from: forms(shown => `${display(shown)}\r\n <${addresses[0]}>`),
    to: forms(shown => addresses.map(address => `${display(shown)}\r\n <${address}>`).join(',\r\n ')),
    enriched: forms(shown =>
      JSON.stringify({
        ...(name === '' ? {} : { fullName: { firstName, lastName } }),
        value: shown === '' ? 'UNKNOWN' : shown,
        ...(emails.length === 0 ? {} : { email: emails.length === 1 ? emails[0] : emails }),
      }),
    ),
    numberJson: forms(shown => JSON.stringify(shown)),
  }
}

/** The local part for a party without e-mail property: the letters and digits of its number. */
function placeholder(number: string): string {
  return number === '' ? 'unknown' : number.replace(/[^A-Za-z0-9]/g, '')
}

/** A display name (RFC 5322 section 3.4): quoted if ASCII, encoded words (RFC 2047 section 5) if not. */
function displayName(text: string): string {
  return isAscii(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : encodeWords(text)
}
