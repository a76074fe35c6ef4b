/** Work that goes on: its stage, done of total, rate, and the time left. Without a total it moves without an end. */
import { ProgressBar } from '@fluentui/react-components'
import { countText, durationText, percentText } from './count.tsx'
import { useLanguage } from './language.ts'
import styles from './progress.module.css'
import { useWords } from './words.ts'

type Props = {
  /** What goes on: *Filing*. Also the bar's name. */
  readonly stage: string
  readonly done: number
  /** Null while nobody knows. */
  readonly total: number | null
  /** A second. */
  readonly rate?: number | null
  readonly secondsLeft?: number | null
  /** Only the bar and the percentage, for a table cell. */
  readonly small?: boolean
}

export function Progress({ stage, done, total, rate = null, secondsLeft = null, small = false }: Props) {
  const w = useWords()
  const [language] = useLanguage()
  const part = total === null || total === 0 ? null : Math.min(1, done / total)
  const percent = part === null ? null : percentText(Math.floor(part * 100) / 100, language)
  const of = total === null ? countText(done, language) : w('progressOf', { done, total })
  const facts = [
    of,
    ...(rate === null
      ? []
      : [w('progressRate', { rate: rate >= 10 ? Math.round(rate) : Math.round(rate * 10) / 10 })]),
    ...(secondsLeft === null ? [] : [w('progressLeft', { time: durationText(secondsLeft, language) })]),
  ]
  return (
    <div className={styles.progress} data-small={small}>
      <div className={styles.line}>
        <span>{stage}</span>
        {percent !== null && <strong>{percent}</strong>}
      </div>
      <ProgressBar
        aria-label={stage}
        thickness={small ? 'medium' : 'large'}
        {...(part === null ? {} : { value: part })}
      />
      {!small && <div className={styles.facts}>{facts.join(' · ')}</div>}
    </div>
  )
}
