/** Where a search looks: mailboxes, connectors and folders to choose. Nothing chosen is everywhere one may search. */
import { Dropdown, Field, Option } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { client } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import { MailboxScope } from '../parts/mailbox-finder.tsx'
import { useWords } from '../parts/words.ts'
import type { Places } from './draft.ts'
import styles from './search.module.css'
import { searchTexts } from './texts.ts'

type Props = { readonly places: Places; readonly onChange: (places: Places) => void }

export function PlaceFields({ places, onChange }: Props) {
  const t = useTexts(searchTexts)
  const w = useWords()
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
      <MailboxScope
        label={w('mailboxes')}
        all={t('allMailboxes')}
        value={places.mailboxIds}
        onChange={mailboxIds => onChange({ ...chosen, mailboxIds })}
      />
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
