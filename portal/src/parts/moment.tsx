/** A time in the person's zone and language; UTC when pointed at, and in the element's `datetime`. */
import { type Language, localeOf, useLanguage } from './language.ts'

export type MomentKind = 'date-time' | 'date' | 'time' | 'seconds'

const OPTIONS: Readonly<Record<MomentKind, Intl.DateTimeFormatOptions>> = {
  'date-time': { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' },
  date: { year: 'numeric', month: 'short', day: 'numeric' },
  time: { hour: '2-digit', minute: '2-digit' },
  seconds: {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  },
}
const formats = new Map<string, Intl.DateTimeFormat>()

/** A time as text, where no element can stand: in a sentence's value or an `aria-label`. */
export function momentText(
  at: string | number | Date,
  language: Language,
  kind: MomentKind = 'date-time',
): string {
  const key = `${language} ${kind}`
  let format = formats.get(key)
  if (format === undefined) {
    format = new Intl.DateTimeFormat(localeOf(language), OPTIONS[kind])
    formats.set(key, format)
  }
  return format.format(new Date(at))
}

type Props = {
  /** ISO 8601, as the API writes it. */
  readonly at: string
  readonly kind?: MomentKind
}

export function Moment({ at, kind = 'date-time' }: Props) {
  const [language] = useLanguage()
  const utc = `${at.replace('T', ' ').replace(/(\.\d+)?Z$/, '')} UTC`
  return (
    <time dateTime={at} title={utc} style={{ whiteSpace: 'nowrap' }}>
      {momentText(at, language, kind)}
    </time>
  )
}
