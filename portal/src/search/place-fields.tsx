/** Where a search looks: mailboxes, connectors and folders to choose. Nothing chosen is everywhere one may search. */
import { Combobox, Dropdown, Field, Option } from '@fluentui/react-components'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { client } from '../client/client.ts'
import { FilterChips } from '../parts/filter-chips.tsx'
import { useTexts } from '../parts/language.ts'
import { useWords } from '../parts/words.ts'
import type { Places } from './draft.ts'
import styles from './search.module.css'
import { searchTexts } from './texts.ts'

const PAUSE_MS = 200
const SHOWN = 30

type Props = { readonly places: Places; readonly onChange: (places: Places) => void }

export function PlaceFields({ places, onChange }: Props) {
  const t = useTexts(searchTexts)
  const query = useQuery({
    queryKey: ['search-places'],
    queryFn: ({ signal }) => client.listSearchPlaces({ signal }),
    staleTime: 60_000,
  })
  const { connectors = [], folders = [] } = query.data ?? {}
  const connectorName = ({ name, removed }: { name: string; removed: boolean }) =>
    removed ? t('removedConnector', { name }) : name
  const chosen = { mailboxIds: places.mailboxIds, connectorIds: places.connectorIds, folders: places.folders }
  return (
    <fieldset className={styles.places}>
      <legend>{t('where')}</legend>
      <Mailboxes places={places} onChange={mailboxIds => onChange({ ...chosen, mailboxIds })} />
      <Field label={t('connectors')}>
        <Dropdown
          multiselect
          placeholder={t('allConnectors')}
          value={connectors
            .filter(each => places.connectorIds?.includes(each.connectorId))
            .map(connectorName)
            .join(', ')}
          selectedOptions={places.connectorIds?.map(String) ?? []}
          onOptionSelect={(_, { selectedOptions }) =>
            onChange({
              ...chosen,
              connectorIds: selectedOptions.length === 0 ? null : selectedOptions.map(Number),
            })
          }
        >
          {connectors.map(each => (
            <Option key={each.connectorId} value={String(each.connectorId)} text={each.name}>
              {connectorName(each)}
            </Option>
          ))}
        </Dropdown>
      </Field>
      <Field label={t('folders')}>
        <Dropdown
          multiselect
          placeholder={t('allFolders')}
          value={places.folders?.join(', ') ?? ''}
          selectedOptions={places.folders ? [...places.folders] : []}
          onOptionSelect={(_, { selectedOptions }) =>
            onChange({ ...chosen, folders: selectedOptions.length === 0 ? null : selectedOptions })
          }
        >
          {folders.map(name => (
            <Option key={name} value={name}>
              {name}
            </Option>
          ))}
        </Dropdown>
      </Field>
    </fieldset>
  )
}

function Mailboxes({
  places,
  onChange,
}: {
  readonly places: Places
  readonly onChange: (mailboxIds: readonly number[] | null) => void
}) {
  const t = useTexts(searchTexts)
  const w = useWords()
  const [text, setText] = useState('')
  const containing = useLate(text)
  const { mailboxIds } = places
  const found = useQuery({
    queryKey: ['search-mailboxes', containing],
    queryFn: ({ signal }) => client.listSearchMailboxes({ body: { containing, limit: SHOWN }, signal }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
  const named = useQuery({
    queryKey: ['search-mailboxes', 'chosen', mailboxIds],
    queryFn: ({ signal }) =>
      client.listSearchMailboxes({ body: { mailboxIds: [...mailboxIds!], limit: 200 }, signal }),
    enabled: mailboxIds !== null,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const rows = found.data?.rows ?? []
  const total = found.data?.total ?? 0
  const names = new Map([...(named.data?.rows ?? []), ...rows].map(row => [row.mailboxId, row.displayName]))
  return (
    <div className={styles.mailboxes}>
      <Field
        label={w('mailboxes')}
        {...(total > SHOWN && text !== '' ? { hint: t('tooMany', { count: total }) } : {})}
      >
        <Combobox
          multiselect
          freeform
          autoComplete="off"
          placeholder={
            mailboxIds === null ? t('allMailboxes') : t('mailboxesChosen', { count: mailboxIds.length })
          }
          value={text}
          selectedOptions={mailboxIds?.map(String) ?? []}
          onChange={event => setText(event.target.value)}
          onOptionSelect={(_, { selectedOptions }) => {
            onChange(selectedOptions.length === 0 ? null : selectedOptions.map(Number))
            setText('')
          }}
          onBlur={() => setText('')}
        >
          {rows.map(row => (
            <Option key={row.mailboxId} value={String(row.mailboxId)} text={row.displayName}>
              <span className={styles.two}>
                <span>{row.displayName}</span>
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
      {mailboxIds !== null && (
        <FilterChips
          chips={mailboxIds.slice(0, 20).map(mailboxId => ({
            key: String(mailboxId),
            text: names.get(mailboxId) ?? String(mailboxId),
            remove: () => {
              const left = mailboxIds.filter(each => each !== mailboxId)
              onChange(left.length === 0 ? null : left)
            },
          }))}
          onClear={() => onChange(null)}
        />
      )}
    </div>
  )
}

/** The value as it was a moment ago: a question for each letter would be too many. */
function useLate(value: string): string {
  const [late, setLate] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setLate(value), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [value])
  return late.trim()
}
