/** Periods of the calendar as they are entered and as the API writes them: `P6Y`, `P1Y6M`, `P90D`. Pure. */
export type Period = { readonly years: string; readonly months: string; readonly days: string }

export const NO_PERIOD: Period = { years: '', months: '', days: '' }
const YEARS_MAX = 100
const TEXT = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?$/
const WHOLE = /^\d{0,5}$/

/** The parts of a period, as whole numbers. */
export function partsOf(text: string): { years: number; months: number; days: number } {
  const match = TEXT.exec(text)
  return {
    years: Number(match?.[1] ?? 0),
    months: Number(match?.[2] ?? 0),
    days: Number(match?.[3] ?? 0),
  }
}

/** What stands in the fields for a period; a part of nothing is left empty. */
export function periodOf(text: string): Period {
  const { years, months, days } = partsOf(text)
  const said = (count: number) => (count === 0 ? '' : String(count))
  return { years: said(years), months: said(months), days: said(days) }
}

/** The period as the API reads it; null if it is none. */
export function periodText(period: Period): string | null {
  const [years, months, days] = [period.years.trim(), period.months.trim(), period.days.trim()]
  if (![years, months, days].every(part => WHOLE.test(part))) return null
  const length = Number(years) + Number(months) / 12 + Number(days) / 366
  if (length === 0 || length > YEARS_MAX) return null
  const part = (count: string, unit: string) => (Number(count) === 0 ? '' : `${Number(count)}${unit}`)
  return `P${part(years, 'Y')}${part(months, 'M')}${part(days, 'D')}`
}
