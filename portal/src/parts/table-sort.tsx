/** Sorting of a table: a button in each header, and where the headers are gone (a narrow table), one choice for all. */
import { ArrowSortDownRegular } from '@fluentui/react-icons/svg/arrow-sort-down'
import { ArrowSortUpRegular } from '@fluentui/react-icons/svg/arrow-sort-up'
import { announce } from './announce.tsx'
import styles from './table-sort.module.css'
import { useWords } from './words.ts'

export type Direction = 'up' | 'down'

/** What the server sorts by, and how to choose. Keep both in the address. */
export type Sorting = {
  readonly column: string
  readonly direction: Direction
  readonly choose: (column: string, direction: Direction) => void
}

type Sortable = { readonly key: string; readonly header: string }

export function SortButton({ column, sorting }: { readonly column: Sortable; readonly sorting: Sorting }) {
  const w = useWords()
  const here = sorting.column === column.key
  const next: Direction = here && sorting.direction === 'up' ? 'down' : 'up'
  const choose = () => {
    sorting.choose(column.key, next)
    announce(
      w('sortedBy', { column: column.header, direction: w(next === 'up' ? 'sortedUp' : 'sortedDown') }),
    )
  }
  const Arrow = sorting.direction === 'up' ? ArrowSortUpRegular : ArrowSortDownRegular
  return (
    <button type="button" className={styles.sort} onClick={choose}>
      {column.header}
      {here && <Arrow aria-hidden />}
    </button>
  )
}

type SelectProps = { readonly columns: readonly Sortable[]; readonly sorting: Sorting }

export function SortSelect({ columns, sorting }: SelectProps) {
  const w = useWords()
  const directions = [
    ['up', w('sortedUp')],
    ['down', w('sortedDown')],
  ] as const
  return (
    <label className={styles.select}>
      <span>{w('sort')}</span>
      <select
        value={`${sorting.direction} ${sorting.column}`}
        onChange={event => {
          const [direction, ...column] = event.target.value.split(' ')
          sorting.choose(column.join(' '), direction === 'down' ? 'down' : 'up')
        }}
      >
        {columns.flatMap(column =>
          directions.map(([direction, text]) => (
            <option key={`${direction} ${column.key}`} value={`${direction} ${column.key}`}>
              {column.header}, {text}
            </option>
          )),
        )}
      </select>
    </label>
  )
}
