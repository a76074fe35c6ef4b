/** How text is made safe to keep and to print: no lone surrogates (UTF-8 has none), no characters that break a line. */

// Nearly every field is one of these.
const PLAIN = /^[!-~]+(?: [!-~]+)*$/
const PRINTABLE = /^[ -~]*$/
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/
const CONTROLS_AND_SPACE = /[\u0000-\u0020\u007f-\u009f\u2028\u2029]+/g

/** Text that UTF-8 can carry: lone surrogates become U+FFFD. */
export function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed()
}

/** Text whose lines end in LF. Runs of CR before LF and lone CRs are line ends too, as in MIME bodies that went astray. */
export function unixLines(text: string): string {
  return text.includes('\r') ? text.replace(/\r+\n|\r/g, '\n') : text
}

/**
 * One line for people: control characters (NUL, CR and LF among them) and runs of spaces become one space. PostgreSQL
 * can store what comes out.
 */
export function oneLine(text: string): string {
  if (PLAIN.test(text)) return text
  const sound = wellFormed(text)
  if (!CONTROL.test(sound) && !sound.includes('  ')) return sound.trim()
  return sound.replace(CONTROLS_AND_SPACE, ' ').trim()
}

/** One line that keeps every space, for identifiers: each control character becomes U+FFFD. */
export function identifierText(text: string): string {
  if (PRINTABLE.test(text)) return text
  const sound = wellFormed(text)
  return CONTROL.test(sound) ? sound.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '\ufffd') : sound
}

/** Digits only. */
export function digitsOf(text: string): string {
  return text.replace(/\D+/g, '')
}
