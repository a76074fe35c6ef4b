/** Chooses a mailbox of the directory by name or address. What is typed is looked for on the server. */
import { Combobox, Field, Option } from '@fluentui/react-components'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { client, type MailboxChoice } from '../client/client.ts'
import { textsOf, useLanguage, useTexts } from '../parts/language.ts'
import { momentText } from '../parts/moment.tsx'
import styles from './mailbox-picker.module.css'

const texts = textsOf('mailbox-picker', {
  en: {
    placeholder: 'Name or address',
    none: 'No mailbox has this name or address',
    until: 'until {{when}}',
    from: 'from {{when}}',
  },
  sv: {
    placeholder: 'Namn eller adress',
    none: 'Ingen postlåda har det namnet eller den adressen',
    until: 'till {{when}}',
    from: 'från {{when}}',
  },
})

const PAUSE_MS = 200

type Props = {
  readonly label: string
  readonly hint?: string
  readonly problem?: string | null
  /** The address that is chosen; '' for none. */
  readonly value: string
  readonly onChoose: (address: string) => void
  readonly autoFocus?: boolean
}

export function MailboxPicker({ label, hint, problem = null, value, onChoose, autoFocus = false }: Props) {
  const t = useTexts(texts)
  const [language] = useLanguage()
  const [text, setText] = useState(value)
  const [open, setOpen] = useState(false)
  const search = useLate(text === value ? '' : text)
  const choices = useQuery({
    queryKey: ['mailbox-choices', search],
    queryFn: ({ signal }) => client.listMailboxChoices({ search, signal }),
    placeholderData: keepPreviousData,
  })
  const rows = choices.data?.rows ?? []
  const whenActive = ({ activeFrom, activeTo }: MailboxChoice) =>
    [
      ...(activeFrom === null ? [] : [t('from', { when: momentText(activeFrom, language, 'date') })]),
      ...(activeTo === null ? [] : [t('until', { when: momentText(activeTo, language, 'date') })]),
    ].join(', ')
  return (
    <Field
      label={label}
      {...(hint === undefined ? {} : { hint })}
      {...(problem === null ? {} : { validationMessage: problem })}
      required
    >
      <Combobox
        freeform
        open={open}
        onOpenChange={(_, change) => setOpen(change.open)}
        autoFocus={autoFocus}
        autoComplete="off"
        placeholder={t('placeholder')}
        value={text}
        selectedOptions={value === '' ? [] : [value]}
        onChange={event => {
          setText(event.target.value)
          onChoose('')
          setOpen(true)
        }}
        onOptionSelect={(_, { optionValue }) => {
          if (optionValue === undefined) return
          setText(optionValue)
          onChoose(optionValue)
        }}
        onBlur={() => {
          // Who types an address in full need not choose it from the list as well.
          const typed = rows.find(row => row.address === text.trim().toLowerCase())
          if (typed !== undefined && value === '') onChoose(typed.address)
        }}
      >
        {rows.map(row => (
          <Option key={row.mailboxId} value={row.address} text={row.address}>
            <span className={styles.choice}>
              <span>{row.displayName}</span>
              <span className={styles.address}>
                {[row.address, whenActive(row)].filter(each => each !== '').join(' · ')}
              </span>
            </span>
          </Option>
        ))}
        {rows.length === 0 && choices.data !== undefined && (
          <Option key="none" value="" text="" disabled>
            {t('none')}
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
