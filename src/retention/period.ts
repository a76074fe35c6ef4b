/**
 * Periods of the calendar, in UTC, as PostgreSQL counts them: years and months first, where a day that a month does
 * not have becomes its last (29 February and a year is 28 February), then days of 24 hours. The time of day stays.
 */

/** Whole numbers from 0. */
export type Period = { readonly years: number; readonly months: number; readonly days: number }

/** No rule keeps longer by its period; one that has none keeps for ever. */
const YEARS_MAX = 100
const DAY = 86_400_000
const TEXT = /^P(?!$)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,5})D)?$/

/** The moment a period after `from`, both in milliseconds since 1970; Infinity stays. */
export function addPeriod(from: number, period: Period): number {
  if (!Number.isFinite(from)) return from
  const date = new Date(from)
  const months = date.getUTCFullYear() * 12 + date.getUTCMonth() + period.years * 12 + period.months
  const year = Math.floor(months / 12)
  const month = months - year * 12
  const day = Math.min(date.getUTCDate(), daysOf(year, month))
  const moved = new Date(from)
  // Not Date.UTC, which takes the years 0 to 99 for those of the last century.
  moved.setUTCFullYear(year, month, day)
  return moved.getTime() + period.days * DAY
}

function daysOf(year: number, month: number): number {
  if (month === 1) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 3 || month === 5 || month === 8 || month === 10 ? 30 : 31
}

/** A period of ISO 8601 in years, months and days (`P6Y`, `P1Y6M`, `P90D`) of up to 100 years; null if it is none. */
export function parsePeriod(text: string): Period | null {
  const match = TEXT.exec(text)
  if (!match) return null
  const period = {
    years: Number(match[1] ?? 0),
    months: Number(match[2] ?? 0),
    days: Number(match[3] ?? 0),
  }
  const length = period.years + period.months / 12 + period.days / 366
  return length <= YEARS_MAX ? period : null
}

/** The same as text, which PostgreSQL also reads as an interval. */
export function formatPeriod({ years, months, days }: Period): string {
  const text = (years ? `${years}Y` : '') + (months ? `${months}M` : '') + (days ? `${days}D` : '')
  return `P${text || '0D'}`
}
