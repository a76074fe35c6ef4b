/** The boxes before the rows of a table, by which some are chosen, and the one in its head that chooses all shown. */
import { Checkbox } from '@fluentui/react-components'
import { textsOf, useTexts } from './language.ts'
import styles from './table.module.css'

const texts = textsOf('table-choice', {
  en: { all: 'Choose all on this page', one: 'Choose {{name}}' },
  sv: { all: 'Välj alla på sidan', one: 'Välj {{name}}' },
})

type Key = string | number

export type Choosing<Row> = {
  /** The keys of the rows chosen, also of those on other pages. */
  readonly chosen: ReadonlySet<Key>
  readonly onChange: (chosen: ReadonlySet<Key>) => void
  /** What a row is called, for those who hear it. */
  readonly nameOf: (row: Row) => string
}

type AllProps<Row> = {
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => Key
  readonly choosing: Choosing<Row>
}

export function ChooseAll<Row>({ rows, rowKey, choosing }: AllProps<Row>) {
  const t = useTexts(texts)
  const { chosen, onChange } = choosing
  const keys = rows.map(rowKey)
  const count = keys.filter(key => chosen.has(key)).length
  const checked = count === 0 ? false : count === keys.length ? true : 'mixed'
  return (
    <th scope="col" className={styles.choose}>
      <Checkbox
        aria-label={t('all')}
        checked={checked}
        onChange={() => {
          const next = new Set(chosen)
          for (const key of keys)
            if (checked === true) next.delete(key)
            else next.add(key)
          onChange(next)
        }}
      />
    </th>
  )
}

type CellProps<Row> = { readonly row: Row; readonly id: Key; readonly choosing: Choosing<Row> }

export function ChooseCell<Row>({ row, id, choosing }: CellProps<Row>) {
  const t = useTexts(texts)
  const { chosen, onChange, nameOf } = choosing
  return (
    // biome-ignore lint/a11y/noRedundantRoles: the narrow layout takes the table's display away
    <td role="cell" className={styles.choose}>
      <Checkbox
        aria-label={t('one', { name: nameOf(row) })}
        checked={chosen.has(id)}
        onChange={() => {
          const next = new Set(chosen)
          if (!next.delete(id)) next.add(id)
          onChange(next)
        }}
      />
    </td>
  )
}
