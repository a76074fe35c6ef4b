/** From when to when a line of the mapping is valid: in words, and as two fields. */
import { Field, Input } from '@fluentui/react-components'
import { useLanguage, useTexts } from '../parts/language.ts'
import { momentText } from '../parts/moment.tsx'
import styles from './connector.module.css'
import { lineTexts } from './mapping-texts.ts'

type Period = { readonly validFrom: string | null; readonly validTo: string | null }

/** *always*, *from 1 Mar 2026*, *1 Mar 2026 to 1 Apr 2026*. */
export function useValidity(): (period: Period) => string {
  const t = useTexts(lineTexts)
  const [language] = useLanguage()
  return ({ validFrom, validTo }) => {
    const from = validFrom === null ? '' : momentText(validFrom, language)
    const to = validTo === null ? '' : momentText(validTo, language)
    if (validFrom !== null && validTo !== null) return t('fromUntil', { from, to })
    if (validFrom !== null) return t('from', { from })
    return validTo === null ? t('always') : t('until', { to })
  }
}

/** What the two fields hold: local times as the browser writes them, '' for none. */
export type Entered = { readonly from: string; readonly to: string }

export function enteredOf({ validFrom, validTo }: Period): Entered {
  return { from: localOf(validFrom), to: localOf(validTo) }
}

export function periodOf({ from, to }: Entered): Period {
  const time = (local: string) => (local === '' ? null : new Date(local).toISOString())
  return { validFrom: time(from), validTo: time(to) }
}

function localOf(at: string | null): string {
  if (at === null) return ''
  const date = new Date(at)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

type Props = { readonly value: Entered; readonly onChange: (value: Entered) => void }

export function ValidityFields({ value, onChange }: Props) {
  const t = useTexts(lineTexts)
  return (
    <div>
      <div className={styles.row}>
        <Field label={t('validFrom')}>
          <Input
            type="datetime-local"
            value={value.from}
            onChange={(_, { value: from }) => onChange({ ...value, from })}
          />
        </Field>
        <Field label={t('validTo')}>
          <Input
            type="datetime-local"
            value={value.to}
            onChange={(_, { value: to }) => onChange({ ...value, to })}
          />
        </Field>
      </div>
      <p className={styles.hint}>{t('validHint')}</p>
    </div>
  )
}
