/** The list of numbers, its filters, and the replay. */
import { Button, Dropdown, Option } from '@fluentui/react-components'
import { ArrowRepeatAllRegular } from '@fluentui/react-icons/svg/arrow-repeat-all'
import { CheckmarkCircleRegular } from '@fluentui/react-icons/svg/checkmark-circle'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Outlet, useLocation, useParams } from 'react-router'
import { client, type UnmappedNumber } from '../client/client.ts'
import { useHoldsRole } from '../client/session.ts'
import { Filters } from '../connector/filters.tsx'
import { Party } from '../connector/party.tsx'
import { REASONS, useReasons } from '../connector/reason.tsx'
import { SearchField } from '../connector/search-field.tsx'
import { Count } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Page } from '../parts/page.tsx'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useUrlState } from '../parts/use-url-state.ts'
import { useWords } from '../parts/words.ts'
import { ReplayNow } from './replay-now.tsx'
import { unmappedTexts } from './texts.ts'
import styles from './unmapped.module.css'

const UNMAPPED_KEY = ['unmapped'] as const
/** How an address names the items of nobody. */
const NOBODY = '-'

export function UnmappedList() {
  const t = useTexts(unmappedTexts)
  const w = useWords()
  const reasons = useReasons()
  const mayReplay = useHoldsRole('Mailbox Import Export')
  const [{ q, connector, why }, change] = useUrlState({ q: '', connector: '', why: '' })
  const { search: filters } = useLocation()
  const { connectorId, sourceUser } = useParams()
  const [items, setItems] = useState<number | null>(null)
  const wantedConnector = /^\d{1,9}$/.test(connector) ? Number(connector) : undefined
  const wantedReason = REASONS.find(each => each === why)
  const page = usePage({
    key: [...UNMAPPED_KEY, 'list', q, wantedConnector, wantedReason],
    read: async ({ after, signal }) => {
      const answer = await client.listUnmapped({
        search: q,
        connectorId: wantedConnector,
        reason: wantedReason,
        limit: 50,
        after,
        signal,
      })
      setItems(answer.items)
      return answer
    },
    every: 30_000,
  })
  const connectors = useQuery({
    queryKey: ['connectors', 'list', 'names'],
    queryFn: ({ signal }) => client.listConnectors({ limit: 200, signal }),
  })
  const names = (connectors.data?.rows ?? []).filter(row => row.setupStep === null)
  const filtered = q !== '' || wantedConnector !== undefined || wantedReason !== undefined
  const counts =
    page.total !== null && page.total > 0 && items !== null
      ? `${t('summary', { count: page.total })} ${t('summaryItems', { count: items })}`
      : null
  return (
    <Page
      title={t('title')}
      purpose={t('purpose')}
      {...(mayReplay
        ? { commands: <ReplayNow connectorId={wantedConnector} icon={<ArrowRepeatAllRegular />} /> }
        : {})}
    >
      <div className={styles.tools}>
        <SearchField label={t('search')} value={q} onSearch={text => change({ q: text })} />
        {(names.length > 1 || wantedConnector !== undefined) && (
          <Dropdown
            aria-label={t('connector')}
            className={styles.connector!}
            value={
              wantedConnector === undefined
                ? t('allConnectors')
                : (names.find(row => row.connectorId === wantedConnector)?.name ?? String(wantedConnector))
            }
            selectedOptions={[connector]}
            onOptionSelect={(_, { optionValue }) => change({ connector: optionValue ?? null })}
          >
            <Option value="">{t('allConnectors')}</Option>
            {names.map(row => (
              <Option key={row.connectorId} value={String(row.connectorId)}>
                {row.name}
              </Option>
            ))}
          </Dropdown>
        )}
        <Filters
          label={t('why')}
          value={wantedReason ?? ''}
          onChoose={value => change({ why: value })}
          choices={[
            { value: '', text: t('allReasons') },
            ...REASONS.map(value => ({ value, text: reasons.text(value) })),
          ]}
        />
        {counts !== null && <span className={styles.counts}>{counts}</span>}
      </div>
      <DataTable<UnmappedNumber>
        label={t('label')}
        page={page}
        rowKey={placeOf}
        rowLink={row => `${placeOf(row)}${filters}`}
        selected={
          connectorId === undefined || sourceUser === undefined
            ? null
            : `${connectorId}/${encodeURIComponent(sourceUser)}`
        }
        empty={
          filtered ? (
            <EmptyState
              title={t('noneTitle')}
              headingLevel={2}
              action={
                <Button onClick={() => change({ q: null, connector: null, why: null })}>{t('clear')}</Button>
              }
            />
          ) : (
            <EmptyState icon={<CheckmarkCircleRegular />} title={t('everythingTitle')} headingLevel={2}>
              {t('everythingText')}
            </EmptyState>
          )
        }
        columns={[
          {
            key: 'number',
            header: t('number'),
            width: '230px',
            cell: row => (
              <span className={styles.two}>
                <Party name={row.sourceUser} />
                {row.registeredName !== null && <span className={styles.second}>{row.registeredName}</span>}
              </span>
            ),
          },
          {
            key: 'items',
            header: t('items'),
            width: '80px',
            align: 'end',
            cell: row => <Count value={row.items} />,
          },
          {
            key: 'why',
            header: t('why'),
            cell: row => (
              <span className={styles.two}>
                {row.reasons.map(reason => (
                  <span key={reason}>{reasons.text(reason)}</span>
                ))}
                {row.wanted.length > 0 && <span className={styles.second}>{row.wanted.join(', ')}</span>}
              </span>
            ),
          },
          { key: 'since', header: t('since'), width: '160px', cell: row => <Moment at={row.firstAt} /> },
          { key: 'latest', header: t('latest'), width: '160px', cell: row => <Moment at={row.lastAt} /> },
          { key: 'connector', header: w('connector'), cell: row => row.connectorName },
        ]}
      />
      <Outlet />
    </Page>
  )
}

/** Where a number's panel is, relative to the list. */
const placeOf = ({ connectorId, sourceUser }: UnmappedNumber): string =>
  `${connectorId}/${encodeURIComponent(sourceUser === '' ? NOBODY : sourceUser)}`
