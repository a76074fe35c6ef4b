/** The columns of a list of failures: those of Microsoft's connector report, then ours. */
import { Link } from 'react-router'
import type { Failure } from '../client/client.ts'
import { useLanguage, useTexts } from '../parts/language.ts'
import { Moment, momentText } from '../parts/moment.tsx'
import type { Column } from '../parts/table.tsx'
import styles from './connector.module.css'
import { Party } from './party.tsx'
import { REASONS, useReasons } from './reason.tsx'
import { connectorTexts } from './texts.ts'

export function useFailureColumns<Row extends Failure>(connectorId: number): [Column<Row>, ...Column<Row>[]] {
  const t = useTexts(connectorTexts)
  const [language] = useLanguage()
  const reasons = useReasons()
  const canMend = (row: Row) => row.resolvedAt === null && (REASONS as readonly string[]).includes(row.reason)
  return [
    {
      key: 'source-user',
      header: t('sourceUser'),
      width: '180px',
      cell: row => <Party name={row.sourceUser} />,
    },
    {
      key: 'reason',
      header: t('reason'),
      cell: row =>
        canMend(row) ? (
          <Link
            to={`/unmapped/${connectorId}/${encodeURIComponent(row.sourceUser || '-')}`}
            title={t('inUnmapped')}
          >
            {reasons.text(row.reason)}
          </Link>
        ) : (
          reasons.text(row.reason)
        ),
    },
    { key: 'mailbox', header: t('m365User'), cell: row => row.mailbox || '-' },
    {
      key: 'item',
      header: t('itemId'),
      cell: row => (
        <span className={styles.two}>
          <span className={styles.id}>{row.itemId}</span>
          <span className={styles.second}>{row.sourceItemId}</span>
        </span>
      ),
    },
    {
      key: 'failed',
      header: t('failedAt'),
      width: '170px',
      cell: row => (
        <span className={styles.two}>
          <Moment at={row.failedAt} />
          <span className={styles.second}>
            {row.resolvedAt === null
              ? t('notResolved')
              : t('resolvedAt', { when: momentText(row.resolvedAt, language) })}
          </span>
        </span>
      ),
    },
  ]
}
