/**
 * Finds something by a part of its name and gives it. What is typed is looked for on the server, in the body of a
 * request. With a `value`, that is what stands in the field; without, the field is empty again for the next one.
 */
import { Combobox, Field, Option } from '@fluentui/react-components'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { announce } from './announce.tsx'
import styles from './finder.module.css'
import { textsOf, useTexts } from './language.ts'
import { useLate } from './use-late.ts'

const texts = textsOf('finder', {
  en: {
    found_one: '{{count, number}} to choose from. Arrow down goes to it.',
    found_other: '{{count, number}} to choose from. Arrow down goes to them.',
    tooMany: 'The list shows the first of {{total, number}}. Type more of the name.',
    failed: 'It could not be looked for. Type once more to try again.',
  },
  sv: {
    found_one: '{{count, number}} att välja på. Nedåtpil går till det.',
    found_other: '{{count, number}} att välja på. Nedåtpil går till dem.',
    tooMany: 'Listan visar de första av {{total, number}}. Skriv mer av namnet.',
    failed: 'Det gick inte att leta. Skriv en gång till för att försöka igen.',
  },
})

type Props<Row> = {
  readonly label: string
  readonly placeholder: string
  /** Shown where nothing is found. */
  readonly none: string
  readonly queryKey: readonly unknown[]
  /** The first that contain it; `total` where it is known how many there are. */
  readonly find: (
    containing: string,
    signal: AbortSignal,
  ) => Promise<{ readonly rows: readonly Row[]; readonly total?: number | undefined }>
  /** What was chosen before is not offered again. */
  readonly isTaken?: (row: Row) => boolean
  readonly keyOf: (row: Row) => string
  readonly nameOf: (row: Row) => string
  readonly detailOf: (row: Row) => string
  /** The key of what is chosen; '' for nothing. */
  readonly value?: string
  readonly onChoose: (row: Row) => void
  /** What was chosen stands in the field no longer. */
  readonly onClear?: () => void
  readonly required?: boolean
}

export function Finder<Row>(props: Props<Row>) {
  const { label, placeholder, none, queryKey, find, isTaken, keyOf, nameOf, detailOf, value, onChoose } =
    props
  const t = useTexts(texts)
  const [text, setText] = useState(value ?? '')
  const [open, setOpen] = useState(false)
  const containing = useLate(text === value ? '' : text)
  const found = useQuery({
    queryKey: [...queryKey, 'find', containing],
    queryFn: ({ signal }) => find(containing, signal),
    placeholderData: keepPreviousData,
  })
  const all = found.data?.rows ?? []
  const rows = isTaken === undefined ? all : all.filter(row => !isTaken(row))
  const total = found.data?.total ?? 0
  const isAnswered = found.data !== undefined && !found.isPlaceholderData
  const heard = rows.length === 0 ? none : t('found', { count: rows.length })
  useEffect(() => {
    if (open && isAnswered && containing !== '') announce(heard)
  }, [open, isAnswered, containing, heard])
  return (
    <Field
      label={label}
      className={styles.field!}
      required={props.required ?? false}
      {...(total > all.length && text !== '' && text !== value ? { hint: t('tooMany', { total }) } : {})}
      {...(found.isError ? { validationMessage: t('failed') } : {})}
    >
      <Combobox
        freeform
        // Where it stands in the page, not at the end of it: within its landmark, and after its field for who reads on.
        inlinePopup
        // Its height is the style's: one fitted to the room below would never turn to the room above.
        positioning={{ autoSize: false }}
        open={open}
        onOpenChange={(_, change) => setOpen(change.open)}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        value={text}
        selectedOptions={value === undefined || value === '' ? [] : [value]}
        onChange={event => {
          setText(event.target.value)
          setOpen(true)
          if (value !== '') props.onClear?.()
        }}
        onOptionSelect={(_, { optionValue }) => {
          const row = rows.find(each => keyOf(each) === optionValue)
          if (row === undefined) return
          setText(value === undefined ? '' : keyOf(row))
          onChoose(row)
        }}
        onBlur={() => {
          if (value === undefined) return setText('')
          // Who types it in full need not choose it from the list as well.
          const typed = rows.find(row => keyOf(row) === text.trim().toLowerCase())
          if (typed !== undefined && value === '') onChoose(typed)
        }}
      >
        {rows.map(row => (
          <Option key={keyOf(row)} value={keyOf(row)} text={nameOf(row)}>
            <span className={styles.choice}>
              <span>{nameOf(row)}</span>
              <span className={styles.detail}>{detailOf(row)}</span>
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
