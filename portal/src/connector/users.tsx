/** The users registered at the site: where the items of each go, whether the app is on, and how long they are silent. */
import { Button } from '@fluentui/react-components'
import { PeopleRegular } from '@fluentui/react-icons/svg/people'
import { useState } from 'react'
import { Link } from 'react-router'
import { type ConnectorUser, client } from '../client/client.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { StatusBadge } from '../parts/status-badge.tsx'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useUrlState } from '../parts/use-url-state.ts'
import { useWords } from '../parts/words.ts'
import styles from './connector.module.css'
import { Filters } from './filters.tsx'
import { Party } from './party.tsx'
import { useReasons } from './reason.tsx'
import { SearchField } from './search-field.tsx'
import { connectorTexts } from './texts.ts'
import { connectorKey, useConnector } from './use-connector.ts'

type Filter = 'all' | 'by-csv' | 'by-email' | 'unmapped' | 'app-off' | 'silent'
const FILTERS: readonly Filter[] = ['all', 'by-csv', 'by-email', 'unmapped', 'app-off', 'silent']

export function Users() {
  const t = useTexts(connectorTexts)
  const w = useWords()
  const { connectorId, product, users } = useConnector()
  const [{ q, filter, sort }, change] = useUrlState({ q: '', filter: 'all', sort: 'silence' })
  const [totals, setTotals] = useState<
    Awaited<ReturnType<typeof client.listConnectorUsers>>['totals'] | null
  >(null)
  const wanted = FILTERS.find(each => each === filter) ?? 'all'
  const page = usePage({
    key: [...connectorKey(connectorId), 'users', q, wanted, sort],
    read: async ({ after, signal }) => {
      const answer = await client.listConnectorUsers({
        connectorId,
        search: q,
        filter: wanted,
        order: sort === 'name' ? 'name' : 'silence',
        limit: 50,
        after,
        signal,
      })
      setTotals(answer.totals)
      return answer
    },
  })
  return (
    <>
      <div className={styles.tools}>
        <SearchField label={t('userSearch')} value={q} onSearch={text => change({ q: text })} />
        <Filters
          label={w('filters')}
          value={wanted}
          onChoose={value => change({ filter: value })}
          choices={[
            { value: 'all', text: t('all'), count: totals?.users },
            { value: 'by-csv', text: t('byCsv'), count: totals?.byCsv },
            { value: 'by-email', text: t('byEmail'), count: totals?.byEmail },
            { value: 'unmapped', text: t('noMailbox'), count: totals?.unmapped },
            { value: 'app-off', text: t('appOff'), count: totals?.appOff },
            { value: 'silent', text: t('silent'), count: totals?.silent },
          ]}
        />
      </div>
      <DataTable<ConnectorUser>
        label={t('usersLabel')}
        page={page}
        rowKey={row => row.userId}
        sorting={{
          column: sort === 'name' ? 'name' : 'silence',
          direction: sort === 'name' ? 'up' : 'down',
          choose: column => change({ sort: column }),
        }}
        empty={
          users === 0 ? (
            <EmptyState icon={<PeopleRegular />} title={t('usersNone')} headingLevel={2}>
              {t('usersNoneText')}
            </EmptyState>
          ) : (
            <EmptyState
              title={t('nobodyFound')}
              headingLevel={2}
              action={<Button onClick={() => change({ q: null, filter: null })}>{t('clearSearch')}</Button>}
            />
          )
        }
        columns={[
          {
            key: 'name',
            header: t('user'),
            sortable: true,
            cell: row => (
              <span className={styles.two}>
                <span>{row.name || row.userId}</span>
                <span className={styles.second}>
                  <Party name={row.number || row.userId} />
                </span>
              </span>
            ),
          },
          { key: 'email', header: t('email'), cell: row => row.email || <Quiet>{w('none')}</Quiet> },
          {
            key: 'mailbox',
            header: w('mailbox'),
            cell: row => <MailboxOf user={row} connectorId={connectorId} />,
          },
          {
            key: 'app',
            header: t('app'),
            width: '130px',
            cell: row =>
              row.appActive === null ? (
                <Quiet>{w('unknown')}</Quiet>
              ) : (
                <StatusBadge
                  kind={row.appActive ? 'good' : 'warning'}
                  text={row.appActive ? t('appActive') : t('appInactive')}
                />
              ),
          },
          ...(product.id === 'o2'
            ? [
                {
                  key: 'phone',
                  header: t('phone'),
                  width: '140px',
                  cell: (row: ConnectorUser) =>
                    row.companyOwned === false ? (
                      <StatusBadge kind="warning" text={t('employeeOwned')} />
                    ) : (
                      <Quiet>{row.companyOwned === null ? w('unknown') : t('companyOwned')}</Quiet>
                    ),
                },
              ]
            : []),
          {
            key: 'last',
            header: t('lastItem'),
            width: '170px',
            cell: row =>
              row.lastItemAt === null ? <Quiet>{t('noItemYet')}</Quiet> : <Moment at={row.lastItemAt} />,
          },
          {
            key: 'silence',
            header: t('silence'),
            sortable: true,
            width: '120px',
            align: 'end',
            cell: row =>
              row.silentDays === null ? (
                '-'
              ) : row.silentDays === 0 ? (
                <Quiet>{t('today')}</Quiet>
              ) : (
                t('silentDays', { count: row.silentDays })
              ),
          },
        ]}
      />
    </>
  )
}

function Quiet({ children }: { readonly children: string }) {
  return <span className={styles.quiet}>{children}</span>
}

function MailboxOf({ user, connectorId }: { readonly user: ConnectorUser; readonly connectorId: number }) {
  const t = useTexts(connectorTexts)
  const reasons = useReasons()
  if (user.mailbox !== null)
    return (
      <span className={styles.two}>
        <Link to={`/mailboxes/${encodeURIComponent(user.mailbox.address)}`}>
          {user.mailbox.displayName || user.mailbox.address}
        </Link>
        <span className={styles.second}>
          {user.mappedBy === 'custom-mapping' ? (
            <Link to={`mapping?q=${encodeURIComponent(user.number || user.userId)}`}>
              {t('customMapping')}
            </Link>
          ) : (
            t('emailProperty')
          )}
        </span>
      </span>
    )
  return (
    <span className={styles.two}>
      <span className={styles.bad}>{reasons.text(user.failure ?? 'no-mapping')}</span>
      <span className={styles.second}>
        <Link to={`/unmapped?connector=${connectorId}&q=${encodeURIComponent(user.number)}`}>
          {t('inUnmapped')}
        </Link>
      </span>
    </span>
  )
}
