/** The mailboxes of a hold: chips of those chosen, and a box that finds more among those that one may hold. */
import { Button, Combobox, Field, Option } from '@fluentui/react-components'
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { client } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import { useWords } from '../parts/words.ts'
import styles from './holds.module.css'
import { placingTexts } from './placing-texts.ts'

const SHOWN = 20
const NAMED_MAX = 200

type Props = {
  readonly value: readonly number[]
  readonly onChange: (value: readonly number[]) => void
  readonly problem: string | null
}

export function MailboxField({ value, onChange, problem }: Props) {
  const t = useTexts(placingTexts)
  const w = useWords()
  const [text, setText] = useState('')
  const containing = useDeferredValue(text.trim())
  const named = useQuery({
    queryKey: ['hold-mailboxes', 'named', value],
    queryFn: ({ signal }) =>
      client.listHoldableMailboxes({
        body: { mailboxIds: value.slice(0, NAMED_MAX), limit: NAMED_MAX },
        signal,
      }),
    enabled: value.length > 0,
    placeholderData: keepPreviousData,
  })
  const found = useQuery({
    queryKey: ['hold-mailboxes', containing],
    queryFn: ({ signal }) =>
      client.listHoldableMailboxes({
        body: { ...(containing === '' ? {} : { containing }), limit: SHOWN },
        signal,
      }),
    placeholderData: keepPreviousData,
  })
  const rows = (found.data?.rows ?? []).filter(row => !value.includes(row.mailboxId))
  const total = found.data?.total ?? 0
  const names = new Map(
    [...(named.data?.rows ?? []), ...(found.data?.rows ?? [])].map(row => [row.mailboxId, row]),
  )
  const addressOf = (id: number) => names.get(id)?.address ?? t('mailboxNumber', { id })
  return (
    <div className={styles.form}>
      <Field
        label={w('mailboxes')}
        required
        hint={total > SHOWN ? t('tooMany', { count: total }) : t('mailboxesHint')}
        {...(problem === null ? {} : { validationMessage: problem })}
      >
        <Combobox
          freeform
          autoComplete="off"
          placeholder={t('findMailbox')}
          value={text}
          selectedOptions={[]}
          onChange={event => setText(event.target.value)}
          onOptionSelect={(_, { optionValue }) => {
            if (optionValue === undefined || optionValue === '') return
            onChange([...value, Number(optionValue)])
            setText('')
          }}
          onBlur={() => setText('')}
        >
          {rows.map(row => (
            <Option key={row.mailboxId} value={String(row.mailboxId)} text={row.address}>
              <span className={styles.stack}>
                <span>{row.displayName || row.address}</span>
                <span className={styles.second}>{row.address}</span>
              </span>
            </Option>
          ))}
          {rows.length === 0 && found.data !== undefined && (
            <Option key="none" value="" text="" disabled>
              {t('noMailbox')}
            </Option>
          )}
        </Combobox>
      </Field>
      {value.length > 0 && (
        <ul className={styles.chips} aria-label={t('chosen')}>
          {value.slice(0, NAMED_MAX).map(id => (
            <li key={id}>
              {addressOf(id)}
              <Button
                appearance="transparent"
                size="small"
                icon={<DismissRegular />}
                aria-label={t('removeMailbox', { address: addressOf(id) })}
                onClick={() => onChange(value.filter(each => each !== id))}
              />
            </li>
          ))}
          {value.length > NAMED_MAX && <li>{t('moreMailboxes', { count: value.length - NAMED_MAX })}</li>}
        </ul>
      )}
    </div>
  )
}
