/** Several values of a property, any of which is enough: chosen among what the archive knows, or written. */
import { Combobox, Option } from '@fluentui/react-components'
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss'
import { type KeyboardEvent, useState } from 'react'
import type { QueryProperty } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import styles from './condition-builder.module.css'
import { conditionTexts } from './condition-texts.ts'
import { useValues } from './query-suggestions.ts'

type Props = {
  readonly property: QueryProperty
  readonly values: readonly string[]
  readonly disabled: boolean
  readonly onChange: (values: readonly string[]) => void
}

export function ConditionValues({ property, values, disabled, onChange }: Props) {
  const t = useTexts(conditionTexts)
  const [text, setText] = useState('')
  const [open, setOpen] = useState(false)
  const [focused, setFocused] = useState(false)
  const suggestions = useValues(property, text.trim(), focused).filter(each => !values.includes(each.value))
  const add = (value: string) => {
    const plain = value.replace(/["\u201C-\u201F]/g, ' ').trim()
    // A number needs no quotation marks without its spaces, and so may stand for a person.
    const written = /^\+?[0-9 ()./-]+$/.test(plain) ? plain.replace(/[^0-9+]/g, '') : plain
    setText('')
    setOpen(false)
    if (written !== '' && !values.includes(written)) onChange([...values, written])
  }
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Backspace' && text === '' && values.length > 0) onChange(values.slice(0, -1))
    // An option that the arrows went to is the list's to choose.
    if (event.key !== 'Enter' || text.trim() === '') return
    if (open && event.currentTarget.getAttribute('aria-activedescendant')) return
    event.preventDefault()
    add(text)
  }
  const hint =
    property.form === 'number'
      ? t('hint_number')
      : property.form === 'conversation'
        ? t('hint_conversation')
        : t('valueHint')
  return (
    <div className={styles.values}>
      {values.map(value => (
        <span key={value} className={styles.chip}>
          {value}
          <button
            type="button"
            disabled={disabled}
            aria-label={t('removeValue', { value })}
            onClick={() => onChange(values.filter(each => each !== value))}
          >
            <DismissRegular aria-hidden />
          </button>
        </span>
      ))}
      <Combobox
        freeform
        className={styles.entry!}
        aria-label={t('value')}
        placeholder={values.length === 0 ? hint : ''}
        autoComplete="off"
        disabled={disabled}
        open={open && suggestions.length > 0}
        onOpenChange={(_, { open: wanted }) => setOpen(wanted)}
        value={text}
        selectedOptions={[]}
        onChange={event => {
          setText(event.target.value)
          setOpen(true)
        }}
        onFocus={() => setFocused(true)}
        onBlur={() => {
          setFocused(false)
          add(text)
        }}
        onKeyDown={press}
        onOptionSelect={(_, { optionValue }) => {
          if (optionValue !== undefined) add(optionValue)
        }}
      >
        {suggestions.map(each => (
          <Option key={each.value} value={each.value} text={each.value}>
            <span className={styles.suggestion}>
              <span>{each.text === '' ? each.value : each.text}</span>
              {each.text !== '' && <span className={styles.second}>{each.value}</span>}
            </span>
          </Option>
        ))}
      </Combobox>
    </div>
  )
}
