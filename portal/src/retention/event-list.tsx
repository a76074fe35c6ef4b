/** The events of a type, newest first; those that were withdrawn stay to be seen. */
import { Button } from '@fluentui/react-components'
import { CalendarRegular } from '@fluentui/react-icons/svg/calendar'
import { client, type EventType, type RetentionEvent } from '../client/client.ts'
import { actorName } from '../parts/actor.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { StatusBadge } from '../parts/status-badge.tsx'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useWords } from '../parts/words.ts'
import { ActedAt } from './acted-at.tsx'
import { eventTexts } from './event-texts.ts'
import styles from './retention.module.css'
import { useMailboxNames } from './rule-mailboxes.tsx'

const NAMED = 3

type Props = { readonly of: EventType; readonly onWithdraw: (event: RetentionEvent) => void }

export function EventList({ of: { eventTypeId }, onWithdraw }: Props) {
  const t = useTexts(eventTexts)
  const w = useWords()
  const page = usePage<RetentionEvent>({
    key: ['retention', 'events', eventTypeId],
    read: ({ after, signal }) => client.listRetentionEvents({ eventTypeId, limit: 50, after, signal }),
  })
  return (
    <DataTable<RetentionEvent>
      label={t('eventList')}
      page={page}
      rowKey={row => row.eventId}
      expected={3}
      empty={
        <EmptyState icon={<CalendarRegular />} title={t('noEvents')} headingLevel={2}>
          {t('noEventsText')}
        </EmptyState>
      }
      columns={[
        {
          key: 'name',
          header: t('event'),
          cell: row => (
            <span className={styles.stack}>
              <span>{row.name}</span>
              {row.description !== '' && <span className={styles.second}>{row.description}</span>}
            </span>
          ),
        },
        {
          key: 'happened',
          header: t('happened'),
          width: '130px',
          cell: row => <Moment at={row.happenedAt} kind="date" />,
        },
        { key: 'concerns', header: t('concerns'), cell: row => <Concerns of={row} /> },
        {
          key: 'recorded',
          header: t('recorded'),
          width: '170px',
          cell: row => <ActedAt at={row.recordedAt} by={actorName(row.recordedBy)} />,
        },
        {
          key: 'status',
          header: w('status'),
          width: '130px',
          cell: row =>
            row.withdrawnAt === null ? (
              <StatusBadge kind="good" text={t('counts')} />
            ) : (
              <StatusBadge kind="neutral" text={t('withdrawn')} />
            ),
        },
        {
          key: 'acts',
          header: t('withdraw'),
          headerUnseen: true,
          width: '110px',
          cell: row =>
            row.withdrawnAt === null && (
              <Button
                size="small"
                aria-label={t('withdrawNamed', { name: row.name })}
                onClick={() => onWithdraw(row)}
              >
                {t('withdraw')}
              </Button>
            ),
        },
      ]}
    />
  )
}

function Concerns({ of: { mailboxIds } }: { readonly of: RetentionEvent }) {
  const t = useTexts(eventTexts)
  const shown = (mailboxIds ?? []).slice(0, NAMED)
  const names = useMailboxNames(shown)
  if (mailboxIds === null) return <>{t('everyone')}</>
  return (
    <span className={styles.stack}>
      <span>{t('mailboxCount', { count: mailboxIds.length })}</span>
      <span className={styles.second}>
        {shown.map(id => names.get(id)?.name ?? `#${id}`).join(', ')}
        {mailboxIds.length > NAMED && ' …'}
      </span>
    </span>
  )
}
