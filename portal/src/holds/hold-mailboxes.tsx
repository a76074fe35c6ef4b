/** The mailboxes that a hold is on, or was. */
import { client, type Hold } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { StatusBadge } from '../parts/status-badge.tsx'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useWords } from '../parts/words.ts'
import styles from './holds.module.css'
import { holdTexts } from './texts.ts'

type Mailbox = Awaited<ReturnType<typeof client.listHoldMailboxes>>['rows'][number]

export function HoldMailboxes({ of }: { readonly of: Hold }) {
  const t = useTexts(holdTexts)
  const w = useWords()
  const page = usePage<Mailbox>({
    key: ['holds', 'mailboxes', of.holdId, of.revision],
    read: ({ after, signal }) => client.listHoldMailboxes({ holdId: of.holdId, limit: 20, after, signal }),
  })
  return (
    <DataTable<Mailbox>
      label={t('mailboxList')}
      page={page}
      rowKey={row => row.mailboxId}
      expected={3}
      empty={null}
      columns={[
        {
          key: 'mailbox',
          header: w('mailbox'),
          cell: row => (
            <span className={styles.stack}>
              <span>{row.displayName}</span>
              <span className={styles.second}>{row.address}</span>
            </span>
          ),
        },
        {
          key: 'status',
          header: w('status'),
          width: '150px',
          cell: row =>
            row.releasedAt !== null ? (
              <StatusBadge kind="neutral" text={t('mailboxReleased')} />
            ) : row.inactive ? (
              <StatusBadge kind="good" text={t('mailboxInactive')} />
            ) : (
              <StatusBadge kind="good" text={t('mailboxHeld')} />
            ),
        },
        {
          key: 'since',
          header: t('since'),
          width: '150px',
          cell: row => <Moment at={row.placedAt} kind="date" />,
        },
      ]}
    />
  )
}
