/** Finds something by a part of its name and gives it; the field is then empty again, for the next one. */
import { Combobox, Field, Option } from '@fluentui/react-components'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import styles from './permissions.module.css'

const PAUSE_MS = 200

type Props<Row> = {
  readonly label: string
  readonly placeholder: string
  /** Shown where nothing is found. */
  readonly none: string
  readonly queryKey: readonly unknown[]
  readonly find: (containing: string, signal: AbortSignal) => Promise<readonly Row[]>
  /** What was chosen before is not offered again. */
  readonly taken: (row: Row) => boolean
  readonly keyOf: (row: Row) => string
  readonly nameOf: (row: Row) => string
  readonly detailOf: (row: Row) => string
  readonly onChoose: (row: Row) => void
  readonly disabled?: boolean
}

export function Finder<Row>(props: Props<Row>) {
  const { label, placeholder, none, queryKey, find, taken, keyOf, nameOf, detailOf, onChoose } = props
  const [text, setText] = useState('')
  const containing = useLate(text)
  const found = useQuery({
    queryKey: [...queryKey, 'find', containing],
    queryFn: ({ signal }) => find(containing, signal),
    placeholderData: keepPreviousData,
  })
  const rows = (found.data ?? []).filter(row => !taken(row))
  return (
    <Field label={label}>
      <Combobox
        freeform
        autoComplete="off"
        placeholder={placeholder}
        disabled={props.disabled ?? false}
        value={text}
        selectedOptions={[]}
        onChange={event => setText(event.target.value)}
        onOptionSelect={(_, { optionValue }) => {
          const row = rows.find(each => keyOf(each) === optionValue)
          setText('')
          if (row !== undefined) onChoose(row)
        }}
      >
        {rows.map(row => (
          <Option key={keyOf(row)} value={keyOf(row)} text={nameOf(row)}>
            <span className={styles.two}>
              <span>{nameOf(row)}</span>
              <span className={styles.second}>{detailOf(row)}</span>
            </span>
          </Option>
        ))}
        {rows.length === 0 && found.data !== undefined && (
          <Option key="none" value="" text="" disabled>
            {none}
          </Option>
        )}
      </Combobox>
    </Field>
  )
}

/** The value as it was a moment ago: a search for each letter would be too many. */
function useLate(value: string): string {
  const [late, setLate] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setLate(value), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [value])
  return late.trim()
}
