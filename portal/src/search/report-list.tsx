/** The term reports. */
import { Button } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { TextBulletListSquareRegular } from '@fluentui/react-icons/svg/text-bullet-list-square'
import { useNavigate } from 'react-router'
import { client, type TermReport } from '../client/client.ts'
import { Bytes, Count } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Page } from '../parts/page.tsx'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useWords } from '../parts/words.ts'
import { AreaTabs } from './area-tabs.tsx'
import { reportTexts } from './report-texts.ts'
import { RunStatus } from './run-status.tsx'
import { searchTexts } from './texts.ts'

export function ReportList() {
  const t = useTexts(searchTexts)
  const r = useTexts(reportTexts)
  const w = useWords()
  const navigate = useNavigate()
  const page = usePage({
    key: ['term-reports'],
    read: ({ after, signal }) => client.listTermReports({ limit: 50, after, signal }),
  })
  return (
    <Page
      title={t('title')}
      purpose={r('termPurpose')}
      primary={
        <Button appearance="primary" icon={<AddRegular />} onClick={() => void navigate('new')}>
          {r('newReport')}
        </Button>
      }
    >
      <AreaTabs />
      <DataTable<TermReport>
        label={r('reportsLabel')}
        page={page}
        rowKey={row => row.termReportId}
        rowLink={row => String(row.termReportId)}
        empty={
          <EmptyState icon={<TextBulletListSquareRegular />} title={r('reportsEmptyTitle')} headingLevel={2}>
            {r('reportsEmptyText')}
          </EmptyState>
        }
        columns={[
          { key: 'name', header: w('name'), cell: row => row.name },
          {
            key: 'status',
            header: t('status'),
            width: '160px',
            cell: row => <RunStatus of={row} counting />,
          },
          {
            key: 'lines',
            header: t('lines'),
            width: '90px',
            align: 'end',
            cell: row => <Count value={row.lines} />,
          },
          {
            key: 'items',
            header: t('items'),
            width: '120px',
            align: 'end',
            cell: row => (row.items === null ? '–' : <Count value={row.items} />),
          },
          {
            key: 'size',
            header: t('size'),
            width: '120px',
            align: 'end',
            cell: row => (row.bytes === null ? '–' : <Bytes value={row.bytes} />),
          },
          { key: 'at', header: t('askedFor'), width: '190px', cell: row => <Moment at={row.requestedAt} /> },
        ]}
      />
    </Page>
  )
}
