/** The filters that are on, each with a button that takes it away. */
import { Button } from '@fluentui/react-components'
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss'
import styles from './filter-chips.module.css'
import { useWords } from './words.ts'

export type Chip = {
  readonly key: string
  /** *Status: behind* */
  readonly text: string
  readonly remove: () => void
}

export function FilterChips({
  chips,
  onClear,
}: {
  readonly chips: readonly Chip[]
  readonly onClear?: () => void
}) {
  const w = useWords()
  if (chips.length === 0) return null
  return (
    <ul className={styles.chips} aria-label={w('filters')}>
      {chips.map(chip => (
        <li key={chip.key} className={styles.chip}>
          {chip.text}
          <button type="button" aria-label={w('removeFilter', { name: chip.text })} onClick={chip.remove}>
            <DismissRegular aria-hidden />
          </button>
        </li>
      ))}
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
