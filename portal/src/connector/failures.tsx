/** The failures of a connector over all its runs, newest first. */
import { Button } from '@fluentui/react-components'
import { CheckmarkCircleRegular } from '@fluentui/react-icons/svg/checkmark-circle'
import { Link } from 'react-router'
import { type ConnectorFailure, client } from '../client/client.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useUrlState } from '../parts/use-url-state.ts'
import { useWords } from '../parts/words.ts'
import styles from './connector.module.css'
import { useFailureColumns } from './failure-columns.tsx'
import { Filters } from './filters.tsx'
import { SearchField } from './search-field.tsx'
import { connectorTexts } from './texts.ts'
import { connectorKey, useConnector } from './use-connector.ts'

export function Failures() {
  const t = useTexts(connectorTexts)
  const w = useWords()
  const { connectorId } = useConnector()
  const [{ q, which }, change] = useUrlState({ q: '', which: 'open' })
  const open = which === 'all' ? undefined : which === 'resolved' ? 'false' : 'true'
  const page = usePage({
    key: [...connectorKey(connectorId), 'failures', q, open],
    read: ({ after, signal }) =>
      client.listConnectorFailures({ connectorId, search: q, open, limit: 50, after, signal }),
  })
  const columns = useFailureColumns<ConnectorFailure>(connectorId)
  return (
    <>
      <div className={styles.tools}>
        <SearchField label={t('failureSearch')} value={q} onSearch={text => change({ q: text })} />
        <Filters
          label={w('filters')}
          value={which}
          onChoose={value => change({ which: value })}
          choices={[
            { value: 'open', text: t('openOnly') },
            { value: 'resolved', text: t('resolvedOnly') },
            { value: 'all', text: t('all') },
          ]}
        />
      </div>
      <DataTable<ConnectorFailure>
        label={t('failuresLabel')}
        page={page}
        rowKey={row => `${row.itemId} ${row.sourceUser} ${row.runId}`}
        empty={
          q === '' && which === 'open' ? (
            <EmptyState icon={<CheckmarkCircleRegular />} title={t('failuresNone')} headingLevel={2}>
              {t('failuresNoneText')}
            </EmptyState>
          ) : (
            <EmptyState
              title={t('failuresNoneHere')}
              headingLevel={2}
              action={<Button onClick={() => change({ q: null, which: null })}>{t('clearFilters')}</Button>}
            />
          )
        }
        columns={[
          ...columns,
          {
            key: 'run',
            header: w('run'),
            width: '70px',
            align: 'end',
            cell: row => <Link to={`../runs/${row.runId}`}>{row.runId}</Link>,
          },
        ]}
      />
    </>
  )
}
