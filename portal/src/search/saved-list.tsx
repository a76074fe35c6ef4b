/** The saved searches, with what their last runs found. */
import { Button } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { SearchRegular } from '@fluentui/react-icons/svg/search'
import { useNavigate } from 'react-router'
import { client } from '../client/client.ts'
import { useSession } from '../client/session.ts'
import { actorName } from '../parts/actor.ts'
import { Count } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Page } from '../parts/page.tsx'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useWords } from '../parts/words.ts'
import { AreaTabs } from './area-tabs.tsx'
import styles from './search.module.css'
import { searchTexts } from './texts.ts'

type Row = Awaited<ReturnType<typeof client.listSavedSearches>>['rows'][number]

export function SavedList() {
  const t = useTexts(searchTexts)
  const w = useWords()
  const navigate = useNavigate()
  const { person } = useSession()
  const page = usePage({
    key: ['saved-searches'],
    read: ({ after, signal }) => client.listSavedSearches({ limit: 50, after, signal }),
  })
  const own = `person:${person.username}`
  const others = page.rows?.some(row => row.owner !== own) ?? false
  return (
    <Page
      title={t('title')}
      purpose={t('purpose')}
      primary={
        <Button appearance="primary" icon={<AddRegular />} onClick={() => void navigate('new')}>
          {t('newSearch')}
        </Button>
      }
    >
      <AreaTabs />
      <DataTable<Row>
        label={t('label')}
        page={page}
        rowKey={row => row.savedSearchId}
        rowLink={row => String(row.savedSearchId)}
        empty={
          <EmptyState icon={<SearchRegular />} title={t('emptyTitle')} headingLevel={2}>
            {t('emptyText')}
          </EmptyState>
        }
        columns={[
          { key: 'name', header: w('name'), width: '24%', cell: row => row.name },
          {
            key: 'query',
            header: t('query'),
            cell: row => (
              <code className={styles.query}>{row.query === '*' ? t('emptyQuery') : row.query}</code>
            ),
          },
          {
            key: 'found',
            header: t('found'),
            width: '96px',
            align: 'end',
            cell: row => (row.lastRun?.items == null ? '–' : <Count value={row.lastRun.items} />),
          },
          {
            key: 'run',
            header: t('lastRun'),
            width: '170px',
            cell: row =>
              row.lastRun === null ? (
                <span className={styles.quiet}>{t('notRun')}</span>
              ) : (
                <Moment at={row.lastRun.requestedAt} />
              ),
          },
          ...(others
            ? [{ key: 'owner', header: t('owner'), width: '160px', cell: (row: Row) => actorName(row.owner) }]
            : []),
          {
            key: 'changed',
            header: t('changed'),
            width: '170px',
            cell: row => <Moment at={row.changedAt} />,
          },
        ]}
      />
    </Page>
  )
}
