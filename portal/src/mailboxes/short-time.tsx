/** A time as short as it can be and still be clear: the clock today, the day this year, the date before that. */
import { type Language, localeOf, useLanguage } from '../parts/language.ts'

export function ShortTime({ at }: { readonly at: string }) {
  const [language] = useLanguage()
  const utc = `${at.replace('T', ' ').replace(/(\.\d+)?Z$/, '')} UTC`
  return (
    <time dateTime={at} title={utc} style={{ whiteSpace: 'nowrap' }}>
      {shortText(new Date(at), new Date(), language)}
    </time>
  )
}

function shortText(at: Date, now: Date, language: Language): string {
  const options: Intl.DateTimeFormatOptions =
    at.toDateString() === now.toDateString()
      ? { hour: '2-digit', minute: '2-digit' }
      : at.getFullYear() === now.getFullYear()
        ? { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }
        : { day: 'numeric', month: 'short', year: 'numeric' }
  return new Intl.DateTimeFormat(localeOf(language), options).format(at)
}
