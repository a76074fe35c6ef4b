/** The mailboxes that an export is limited to: chips of those chosen, and a box that finds more. */
import { Button, Combobox, Field, Option } from '@fluentui/react-components'
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { client } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import styles from './making.module.css'
import { makingTexts } from './making-texts.ts'

type Props = {
  /** Null for all. */
  readonly value: readonly number[] | null
  readonly onChange: (value: readonly number[] | null) => void
}

export function MailboxScope({ value, onChange }: Props) {
  const t = useTexts(makingTexts)
  const [text, setText] = useState('')
  const containing = useDeferredValue(text.trim())
  const chosen = value ?? []
  const named = useQuery({
    queryKey: ['search-mailboxes', 'named', chosen],
    queryFn: ({ signal }) =>
      client.listSearchMailboxes({ body: { mailboxIds: [...chosen], limit: 200 }, signal }),
    enabled: chosen.length > 0,
    placeholderData: keepPreviousData,
  })
  const found = useQuery({
    queryKey: ['search-mailboxes', containing],
    queryFn: ({ signal }) =>
      client.listSearchMailboxes({
        body: { ...(containing === '' ? {} : { containing }), limit: 20 },
        signal,
      }),
    placeholderData: keepPreviousData,
  })
  const rows = (found.data?.rows ?? []).filter(row => !chosen.includes(row.mailboxId))
  const addressOf = (id: number) =>
    named.data?.rows.find(row => row.mailboxId === id)?.address ?? t('mailboxNumber', { id })
  const remove = (id: number) => {
    const left = chosen.filter(each => each !== id)
    onChange(left.length === 0 ? null : left)
  }
  return (
    <div className={styles.scope}>
      <Field label={t('mailboxes')}>
        <Combobox
          freeform
          autoComplete="off"
          placeholder={value === null ? t('allMailboxes') : t('findMailbox')}
          value={text}
          selectedOptions={[]}
          onChange={event => setText(event.target.value)}
          onOptionSelect={(_, { optionValue }) => {
            if (optionValue === undefined || optionValue === '') return
            onChange([...chosen, Number(optionValue)])
            setText('')
          }}
          onBlur={() => setText('')}
        >
          {rows.map(row => (
            <Option key={row.mailboxId} value={String(row.mailboxId)} text={row.address}>
              <span className={styles.mailbox}>
                <span>{row.displayName || row.address}</span>
                <span className={styles.quiet}>{row.address}</span>
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
      {chosen.length > 0 && (
        <ul className={styles.chips}>
          {chosen.map(id => (
            <li key={id}>
              {addressOf(id)}
              <Button
                appearance="transparent"
                size="small"
                icon={<DismissRegular />}
                aria-label={t('removeMailbox', { address: addressOf(id) })}
                onClick={() => remove(id)}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
