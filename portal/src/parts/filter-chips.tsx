/** The filters that are on, or things that are chosen, each with a button that takes it away. */
import { Button } from '@fluentui/react-components'
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss'
import styles from './filter-chips.module.css'
import { useWords } from './words.ts'

export type Chip = {
  readonly key: string
  /** *Status: behind* */
  readonly text: string
  /** What it is in full, for whoever points at it. */
  readonly title?: string
  readonly remove: () => void
}

export function FilterChips({
  chips,
  label,
  more,
  onClear,
}: {
  readonly chips: readonly Chip[]
  /** What they are, where they are no filters. */
  readonly label?: string
  /** Says that there are others: *and 12 more*. */
  readonly more?: string
  readonly onClear?: () => void
}) {
  const w = useWords()
  if (chips.length === 0) return null
  return (
    <ul className={styles.chips} aria-label={label ?? w('filters')}>
      {chips.map(chip => (
        <li key={chip.key} className={styles.chip} title={chip.title}>
          {chip.text}
          <button
            type="button"
            aria-label={w(label === undefined ? 'removeFilter' : 'removeNamed', { name: chip.text })}
            onClick={chip.remove}
          >
            <DismissRegular aria-hidden />
          </button>
        </li>
      ))}
      {more !== undefined && <li className={styles.more}>{more}</li>}
      {onClear !== undefined && chips.length > 1 && (
        <li>
          <Button size="small" appearance="transparent" onClick={onClear}>
            {w('clearAll')}
          </Button>
        </li>
      )}
    </ul>
  )
}
