/** Numbers, sizes and durations as the person's language writes them. */
import { type Language, localeOf, useLanguage } from './language.ts'

const formats = new Map<string, Intl.NumberFormat>()

function format(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${language}${JSON.stringify(options)}`
  let known = formats.get(key)
  if (known === undefined) {
    known = new Intl.NumberFormat(localeOf(language), options)
    formats.set(key, known)
  }
  return known
}

export function countText(value: number, language: Language): string {
  return format(language, {}).format(value)
}

/** `0.42` as `42 %`. */
export function percentText(part: number, language: Language): string {
  return format(language, { style: 'percent', maximumFractionDigits: 0 }).format(part)
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** Bytes in units of 1000, with at most one decimal. */
export function bytesText(bytes: number, language: Language): string {
  const step = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)))
  return format(language, {
    style: 'unit',
    unit: UNITS[step]!,
    unitDisplay: 'short',
    maximumFractionDigits: step === 0 ? 0 : 1,
  }).format(bytes / 1000 ** step)
}

/** Seconds in the two largest units that matter: `3 h 12 min`, `45 s`. The units are the same in both languages, save for hours. */
export function durationText(seconds: number, language: Language): string {
  const whole = Math.max(0, Math.round(seconds))
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor((whole % 86_400) / 3600), language === 'sv' ? 'tim' : 'h'],
    [Math.floor((whole % 3600) / 60), 'min'],
    [whole % 60, 's'],
  ]
  const start = parts.findIndex(([value]) => value > 0)
  if (start === -1) return '0 s'
  return parts
    .slice(start, start + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ')
}

export function Count({ value }: { readonly value: number }) {
  const [language] = useLanguage()
  return <>{countText(value, language)}</>
}

export function Bytes({ value }: { readonly value: number }) {
  const [language] = useLanguage()
  return <span title={`${countText(value, language)} B`}>{bytesText(value, language)}</span>
}

export function Duration({ seconds }: { readonly seconds: number }) {
  const [language] = useLanguage()
  return <>{durationText(seconds, language)}</>
}
