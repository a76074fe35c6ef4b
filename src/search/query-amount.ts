/** Sizes and durations in queries, as half-open ranges of whole bytes or seconds. Pure. */
import type { Operator } from './query-reader.ts'

/** From `from` on, below `to`; null is unbounded. */
type Amounts = { readonly from: number | null; readonly to: number | null }

const SIZE = /^([0-9]{1,15}(?:\.[0-9]{1,6})?) ?(b|bytes|kb|kib|mb|mib|gb|gib)?$/i
const CLOCK = /^([0-9]{1,4}):([0-5][0-9]):([0-5][0-9])$/
const UNITS = /^(?:([0-9]{1,9})h)? ?(?:([0-9]{1,9})m)? ?(?:([0-9]{1,9})s?)?$/i

/** Powers of 1,024, as in Purview, where 25 MB are 26,214,400 bytes. */
const POWERS: Readonly<Record<string, number>> = Object.freeze({ k: 1, m: 2, g: 3 })

/** Bytes of `25MB` or `26214400`; null if it is no size. */
function bytesOf(text: string): number | null {
  const match = SIZE.exec(text)
  if (!match) return null
  const unit = match[2]?.toLowerCase() ?? 'b'
  const bytes = Number(match[1]) * 1024 ** (POWERS[unit[0]!] ?? 0)
  if (unit.startsWith('b') && !Number.isInteger(bytes)) return null
  return Number.isSafeInteger(Math.round(bytes)) ? Math.round(bytes) : null
}

/** Seconds of `90`, `10m`, `1h30m` or `1:30:00`; null if it is no duration. */
function secondsOf(text: string): number | null {
  const match = CLOCK.exec(text) ?? UNITS.exec(text)
  if (!match || text === '') return null
  const [, hours = 0, minutes = 0, seconds = 0] = match
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}

/** What `operator` and `value` mean, `<>` as `=`; null if the value is none, or a range that a comparison stands before. */
export function amountsOf(property: 'size' | 'duration', operator: Operator, value: string): Amounts | null {
  const read = property === 'size' ? bytesOf : secondsOf
  const text = value.trim()
  const dots = text.indexOf('..')
  if (dots >= 0) {
    const first = read(text.slice(0, dots).trim())
    const last = read(text.slice(dots + 2).trim())
    const equals = operator === ':' || operator === '=' || operator === '<>'
    return first === null || last === null || first > last || !equals ? null : { from: first, to: last + 1 }
  }
  const amount = read(text)
  if (amount === null) return null
  switch (operator) {
    case '<':
      return { from: null, to: amount }
    case '<=':
      return { from: null, to: amount + 1 }
    case '>':
      return { from: amount + 1, to: null }
    case '>=':
      return { from: amount, to: null }
    default:
      return { from: amount, to: amount + 1 }
  }
}
