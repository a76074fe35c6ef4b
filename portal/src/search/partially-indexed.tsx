/** What search could not see: attachments that were not read, why, and the way to each message. */
import { Button } from '@fluentui/react-components'
import { CheckmarkCircleRegular } from '@fluentui/react-icons/svg/checkmark-circle'
import { EyeOffRegular } from '@fluentui/react-icons/svg/eye-off'
import { LockClosedRegular } from '@fluentui/react-icons/svg/lock-closed'
import { useQuery } from '@tanstack/react-query'
import { client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useHoldsRole } from '../client/session.ts'
import { Filters } from '../connector/filters.tsx'
import { NeededRoles } from '../frame/guard.tsx'
import { mailboxTexts } from '../mailboxes/texts.ts'
import { Bytes } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useUrlState } from '../parts/use-url-state.ts'
import { AreaTabs } from './area-tabs.tsx'
import { partiallyTexts } from './partially-texts.ts'
import styles from './search.module.css'
import { searchTexts } from './texts.ts'

type Row = Awaited<ReturnType<typeof client.listPartiallyIndexed>>['rows'][number]
type Counts = Awaited<ReturnType<typeof client.countPartiallyIndexed>>
type Reason = Row['reason']

const EVERYWHERE = { mailboxIds: null, connectorIds: null, folders: null }
const EVERY_MS = 30_000
const KNOWN: readonly Reason[] = [
  'encrypted',
  'damaged',
  'too-large',
  'timeout',
  'memory',
  'failed',
  'too-long',
  'too-deep',
  'format',
  'media',
  'waiting',
]

export function PartiallyIndexed() {
  const t = useTexts(partiallyTexts)
  const s = useTexts(searchTexts)
  const mayCount = useHoldsRole('Compliance Search')
  const mayRead = useHoldsRole('Preview')
  const [{ why }, change] = useUrlState({ why: '' })
  const wanted = KNOWN.find(each => each === why)
  const counts = useQuery({
    queryKey: ['partially-indexed', 'counts'],
    queryFn: ({ signal }) => client.countPartiallyIndexed({ body: EVERYWHERE, signal }),
    enabled: mayCount,
    refetchInterval: EVERY_MS,
  })
  return (
    <Page title={t('title')} purpose={t('purpose')} crumbs={[{ text: s('title'), to: '/content-search' }]}>
      <AreaTabs />
      {counts.error instanceof Problem && (
        <ProblemNote problem={counts.error} onRetry={() => void counts.refetch()} />
      )}
      {counts.data && <Summary of={counts.data} />}
      <Filters
        label={t('reasons')}
        value={wanted ?? ''}
        onChoose={value => change({ why: value })}
        choices={[
          { value: '', text: t('all') },
          ...shownReasons(counts.data, wanted).map(({ reason, items }) => ({
            value: reason,
            text: t(`reason_${reason}`),
            count: items,
          })),
        ]}
      />
      {mayRead ? (
        <List wanted={wanted} onClear={() => change({ why: null })} />
      ) : (
        <EmptyState icon={<LockClosedRegular />} title={t('listNeed')} headingLevel={2}>
          <NeededRoles roles={['Preview']} />
        </EmptyState>
      )}
    </Page>
  )
}

/** The reasons that occur, with their items; where nobody may count, all that there are. */
function shownReasons(
  counts: Counts | undefined,
  wanted: Reason | undefined,
): { reason: Reason; items?: number | undefined }[] {
  if (counts === undefined) return KNOWN.map(reason => ({ reason }))
  const items = new Map<Reason, number>(counts.byReason.map(each => [each.reason, each.items]))
  if (counts.notYetIndexed > 0) items.set('waiting', counts.notYetIndexed)
  return KNOWN.filter(reason => items.has(reason) || reason === wanted).map(reason => ({
    reason,
    items: items.get(reason) ?? 0,
  }))
}

function Summary({ of }: { readonly of: Counts }) {
  const t = useTexts(partiallyTexts)
  if (of.partiallyIndexed + of.notYetIndexed === 0) return null
  return (
    <p className={styles.quiet}>
      {t('partial', { count: of.partiallyIndexed })}
      {of.notYetIndexed > 0 && ` ${t('waiting', { count: of.notYetIndexed })}`}
    </p>
  )
}

function List({ wanted, onClear }: { readonly wanted: Reason | undefined; readonly onClear: () => void }) {
  const t = useTexts(partiallyTexts)
  const m = useTexts(mailboxTexts)
  const page = usePage({
    key: ['partially-indexed', 'list', wanted],
    read: ({ after, signal }) =>
      client.listPartiallyIndexed({
        body: {
          ...EVERYWHERE,
          ...(wanted === undefined ? {} : { reason: wanted }),
          ...(after === undefined ? {} : { after }),
          limit: 50,
        },
        signal,
      }),
  })
  return (
    <DataTable<Row>
      label={t('label')}
      page={page}
      rowKey={row => `${row.itemId}.${row.number}`}
      rowLink={row => `/mailboxes/${encodeURIComponent(row.mailboxes[0] ?? '')}?item=${row.itemId}`}
      empty={
        wanted === undefined ? (
          <EmptyState icon={<CheckmarkCircleRegular />} title={t('emptyTitle')} headingLevel={2}>
            {t('emptyText')}
          </EmptyState>
        ) : (
          <EmptyState
            icon={<EyeOffRegular />}
            title={t('noneTitle')}
            headingLevel={2}
            action={<Button onClick={onClear}>{t('showAll')}</Button>}
          />
        )
      }
      columns={[
        { key: 'name', header: t('attachment'), width: '26%', cell: row => <Name of={row} /> },
        {
          key: 'why',
          header: t('why'),
          cell: row => (
            <span className={styles.two}>
              {t(`reason_${row.reason}`)}
              <span className={styles.quiet}>{t(`note_${row.reason}`)}</span>
            </span>
          ),
        },
        {
          key: 'kind',
          header: t('kind'),
          width: '130px',
          cell: row => m(`kind_${row.kind}` as 'kind_sms'),
        },
        {
          key: 'size',
          header: t('size'),
          width: '90px',
          align: 'end',
          cell: row => (row.size === null ? '–' : <Bytes value={row.size} />),
        },
        {
          key: 'mailbox',
          header: t('mailbox'),
          width: '24%',
          cell: row => (
            <span className={styles.two}>
              {row.mailboxes[0] === 'unmapped' ? m('unmapped') : (row.mailboxes[0] ?? '')}
              {row.mailboxes.length > 1 && (
                <span className={styles.quiet}>{t('more', { count: row.mailboxes.length - 1 })}</span>
              )}
            </span>
          ),
        },
        {
          key: 'sent',
          header: t('sent'),
          width: '160px',
          cell: row => <Moment at={row.sentAt ?? row.arrivedAt} />,
        },
      ]}
    />
  )
}

function Name({ of: { name, number, reason } }: { readonly of: Row }) {
  const t = useTexts(partiallyTexts)
  if (reason === 'waiting') return t('waitingName')
  if (number === 0) return t('whole')
  return name === '' ? t('unnamed', { number }) : name
}
