/** The erasure requests, newest first. */
import { Button, Field, Select } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { PersonDeleteRegular } from '@fluentui/react-icons/svg/person-delete'
import { useNavigate } from 'react-router'
import { client, type ErasureRequest } from '../client/client.ts'
import { Count } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Page } from '../parts/page.tsx'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useUrlState } from '../parts/use-url-state.ts'
import { useWords } from '../parts/words.ts'
import styles from './erasure.module.css'
import { ErasureState, identityText, nameOf } from './erasure-state.tsx'
import { erasureTexts } from './texts.ts'

const EVERY_MS = 5_000
const STATES = ['working', 'paused', 'waiting', 'watching', 'complete', 'withdrawn'] as const

export function ErasureList() {
  const t = useTexts(erasureTexts)
  const w = useWords()
  const [language] = useLanguage()
  const navigate = useNavigate()
  const [{ state }, change] = useUrlState({ state: '' })
  const chosen = STATES.find(each => each === state)
  const page = usePage<ErasureRequest>({
    key: ['erasure', chosen ?? ''],
    read: ({ after, signal }) =>
      client.listErasureRequests({ limit: 50, after, ...(chosen ? { state: chosen } : {}), signal }),
    every: EVERY_MS,
  })
  const add = (
    <Button appearance="primary" icon={<AddRegular />} onClick={() => void navigate('/erasure/new')}>
      {t('enter')}
    </Button>
  )
  const isEmpty = page.rows?.length === 0 && chosen === undefined
  return (
    <Page title={t('title')} purpose={t('purpose')} {...(isEmpty ? {} : { primary: add })}>
      {!isEmpty && (
        <Field label={w('status')} className={styles.filter!}>
          <Select value={chosen ?? ''} onChange={(_, { value }) => change({ state: value || null })}>
            <option value="">{w('all')}</option>
            {STATES.map(each => (
              <option key={each} value={each}>
                {t(`state-${each}`)}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <DataTable<ErasureRequest>
        label={t('title')}
        page={page}
        rowKey={row => row.requestId}
        rowLink={row => String(row.requestId)}
        expected={4}
        empty={
          chosen === undefined ? (
            <EmptyState icon={<PersonDeleteRegular />} title={t('none')} headingLevel={2} action={add}>
              {t('noneText')}
            </EmptyState>
          ) : (
            <EmptyState icon={<PersonDeleteRegular />} title={t('noneSuch')} headingLevel={2} />
          )
        }
        columns={[
          {
            key: 'by',
            header: t('about'),
            cell: row => (
              <>
                {row.identities.map(each => identityText(each, t, language)).join(', ')}{' '}
                <span className={styles.second}>
                  #{row.requestId}
                  {row.reference === '' ? '' : ` · ${row.reference}`}
                </span>
              </>
            ),
          },
          { key: 'state', header: w('status'), width: '200px', cell: row => <ErasureState of={row} /> },
          {
            key: 'erased',
            header: t('erasedItems'),
            width: '120px',
            align: 'end',
            cell: row => <Count value={row.erasedItems} />,
          },
          {
            key: 'kept',
            header: t('restrictedItems'),
            width: '120px',
            align: 'end',
            cell: row => <Count value={row.restrictedItems} />,
          },
          {
            key: 'entered',
            header: t('entered'),
            width: '190px',
            cell: row => (
              <span className={styles.stack}>
                <Moment at={row.requestedAt} />
                <span className={styles.second}>{nameOf(row.requestedBy)}</span>
              </span>
            ),
          },
        ]}
      />
    </Page>
  )
}
