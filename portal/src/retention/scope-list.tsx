/** The adaptive scopes there are, newest first. */
import { Button } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { PeopleRegular } from '@fluentui/react-icons/svg/people'
import { useNavigate } from 'react-router'
import { type AdaptiveScope, client } from '../client/client.ts'
import { Count } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useWords } from '../parts/words.ts'
import styles from './retention.module.css'
import { RetentionPage } from './retention-page.tsx'
import { scopeTexts } from './scope-texts.ts'

export function ScopeList() {
  const t = useTexts(scopeTexts)
  const w = useWords()
  const navigate = useNavigate()
  const page = usePage<AdaptiveScope>({
    key: ['retention', 'scopes'],
    read: ({ after, signal }) => client.listAdaptiveScopes({ limit: 50, after, signal }),
  })
  const add = (
    <Button appearance="primary" icon={<AddRegular />} onClick={() => void navigate('/retention/scopes/new')}>
      {t('make')}
    </Button>
  )
  return (
    <RetentionPage {...(page.rows?.length === 0 ? {} : { primary: add })}>
      <DataTable<AdaptiveScope>
        label={t('list')}
        page={page}
        rowKey={row => row.scopeId}
        rowLink={row => `/retention/scopes/${row.scopeId}`}
        expected={4}
        empty={
          <EmptyState icon={<PeopleRegular />} title={t('none')} headingLevel={2} action={add}>
            {t('noneText')}
          </EmptyState>
        }
        columns={[
          { key: 'name', header: w('name'), cell: row => row.name },
          {
            key: 'rule',
            header: t('rule'),
            cell: row => <span className={styles.second}>{row.query}</span>,
          },
          {
            key: 'members',
            header: t('members'),
            width: '120px',
            align: 'end',
            cell: row => <Count value={row.members} />,
          },
          {
            key: 'policies',
            header: t('usedBy'),
            width: '120px',
            align: 'end',
            cell: row => <Count value={row.policies} />,
          },
        ]}
      />
    </RetentionPage>
  )
}
