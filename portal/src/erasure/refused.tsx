/** What is kept for now, mailbox by mailbox, with the reasons. */
import type { ErasureDetail } from '../client/client.ts'
import { Count } from '../parts/count.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { DataTable } from '../parts/table.tsx'
import { erasureTexts } from './texts.ts'

type Row = ErasureDetail['refused'][number]

export function Refused({ of }: { readonly of: ErasureDetail }) {
  const t = useTexts(erasureTexts)
  return (
    <DataTable<Row>
      label={t('keptByMailbox')}
      rowKey={row => row.mailboxId}
      empty={null}
      page={{
        rows: of.refused,
        total: of.refused.length,
        first: 1,
        problem: null,
        stale: false,
        retry: () => {},
        toNext: null,
        toPrevious: null,
      }}
      columns={[
        { key: 'mailbox', header: t('mailbox'), cell: row => row.address },
        {
          key: 'copies',
          header: t('kept'),
          width: '100px',
          align: 'end',
          cell: row => <Count value={row.copies} />,
        },
        {
          key: 'held',
          header: t('held'),
          width: '100px',
          align: 'end',
          cell: row => <Count value={row.held} />,
        },
        {
          key: 'retained',
          header: t('retained'),
          width: '120px',
          align: 'end',
          cell: row => <Count value={row.retained} />,
        },
        {
          key: 'until',
          header: t('until'),
          width: '150px',
          cell: row => (row.until === null ? t('notKnown') : <Moment at={row.until} kind="date" />),
        },
      ]}
    />
  )
}
