/**
 * Reads business cards (vCard 2.1, 3.0 RFC 2426, 4.0 RFC 6350) as far as a reader wants to see them: who it is, and how
 * they are reached. Nothing throws, everything has a limit, and what is not understood is left out.
 */

export type Card = {
  readonly name: string
  readonly organisation: string
  readonly title: string
  readonly numbers: readonly CardValue[]
  readonly emails: readonly CardValue[]
  readonly addresses: readonly CardValue[]
  readonly note: string
}

type CardValue = { readonly kind: string; readonly value: string }

const BYTES_MAX = 256 * 1024
const CARDS_MAX = 50
const VALUES_MAX = 20
const LENGTH_MAX = 500
const PARAMETER_PARTS_MAX = 8

type Line = { readonly name: string; readonly kinds: string[]; readonly value: string }

/** The cards of a file, none if it holds none. */
export function readCards(bytes: Buffer): Card[] {
  const cards: Card[] = []
  let lines: Line[] | null = null
  for (const text of unfold(bytes.subarray(0, BYTES_MAX).toString('utf8'))) {
    const line = readLine(text)
    if (line === null) continue
    if (line.name === 'BEGIN' && line.value.trim().toUpperCase() === 'VCARD') lines = []
    else if (line.name === 'END' && lines) {
      cards.push(cardOf(lines))
      lines = null
      if (cards.length >= CARDS_MAX) break
    } else lines?.push(line)
  }
  return cards
}

/** A line that begins with a blank goes on with the one before it; in version 2.1 one after a "=" at the end, too. */
function unfold(text: string): string[] {
  const lines: string[] = []
  // The parts of one line, joined once: a line of thousands of parts must not be copied for each.
  let parts: string[] = []
  let isQuoted = false
  for (const line of text.split(/\r\n|\r|\n/)) {
    const last = parts.at(-1)
    if (last !== undefined && isQuoted && last.endsWith('=')) {
      parts[parts.length - 1] = last.slice(0, -1)
      parts.push(line)
    } else if (last !== undefined && /^[ \t]/.test(line)) parts.push(line.slice(1))
    else {
      lines.push(parts.join(''))
      parts = [line]
      isQuoted = false
    }
    // Parameters stand at the beginning.
    if (!isQuoted && parts.length <= PARAMETER_PARTS_MAX)
      isQuoted = /^[^:]*QUOTED-PRINTABLE/i.test(parts.join(''))
  }
  lines.push(parts.join(''))
  return lines
}

function readLine(text: string): Line | null {
  const match = /^(?:[A-Za-z0-9-]+\.)?([A-Za-z0-9-]+)((?:;(?:"[^"]*"|[^:;"])*)*):(.*)$/s.exec(text)
  if (!match) return null
  const parameters = match[2]!.split(';').slice(1)
  const value = parameters.some(each => /QUOTED-PRINTABLE/i.test(each)) ? fromQuoted(match[3]!) : match[3]!
  const kinds = parameters
    .filter(each => /^TYPE=/i.test(each) || !each.includes('='))
    .flatMap(each =>
      each
        .replace(/^TYPE=/i, '')
        .replaceAll('"', '')
        .toLowerCase()
        .split(','),
    )
    .filter(kind => /^[a-z]{1,20}$/.test(kind) && !['voice', 'internet', 'pref'].includes(kind))
  return { name: match[1]!.toUpperCase(), kinds, value }
}

function fromQuoted(value: string): string {
  const bytes: number[] = []
  const source = Buffer.from(value)
  for (let at = 0; at < source.length; at++) {
    const hex = source[at] === 61 ? source.toString('latin1', at + 1, at + 3) : ''
    if (/^[0-9A-Fa-f]{2}$/.test(hex)) {
      bytes.push(Number.parseInt(hex, 16))
      at += 2
    } else bytes.push(source[at]!)
  }
  return Buffer.from(bytes).toString('utf8')
}

function cardOf(lines: readonly Line[]): Card {
  const first = (name: string) => lines.find(line => line.name === name)?.value ?? ''
  const all = (name: string, read: (value: string) => string): CardValue[] =>
    lines
      .filter(line => line.name === name)
      .map(line => ({ kind: line.kinds[0] ?? '', value: read(line.value) }))
      .filter(({ value }) => value !== '')
      .slice(0, VALUES_MAX)
  const [family = '', given = '', further = '', prefix = '', suffix = ''] = parts(first('N'))
  return {
    name:
      plain(first('FN')) || [prefix, given, further, family, suffix].filter(part => part !== '').join(' '),
    organisation: parts(first('ORG'))
      .filter(part => part !== '')
      .join(', '),
    title: plain(first('TITLE')),
    numbers: all('TEL', value => plain(value.replace(/^tel:/i, ''))),
    emails: all('EMAIL', plain),
    addresses: all('ADR', value =>
      parts(value)
        .filter(part => part !== '')
        .join(', '),
    ),
    note: plain(first('NOTE')),
  }
}

/** The parts of a structured value, which semicolons that no backslash precedes part. */
function parts(value: string): string[] {
  return (value.match(/(?:\\[\s\S]|[^;\\])+|(?<=;|^)(?=;|$)/g) ?? []).map(plain).slice(0, VALUES_MAX)
}

function plain(value: string): string {
  return value
    .slice(0, LENGTH_MAX)
    .replace(/\\n/gi, ' ')
    .replace(/\\([\s\S])/g, '$1')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .toWellFormed()
}
