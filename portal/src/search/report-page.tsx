/** A term report: each line with what it finds and what only it finds, while it is counted and after. */
import { Button, Dropdown, Option } from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download'
import { DeleteRegular } from '@fluentui/react-icons/svg/delete'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { Confirm } from '../parts/confirm.tsx'
import { Bytes, bytesText, Count, countText } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { Page } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Progress } from '../parts/progress.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonPage } from '../parts/skeleton.tsx'
import { DataTable } from '../parts/table.tsx'
import { showDone } from '../parts/toast.tsx'
import { allRows } from '../parts/use-page.ts'
import { useUrlState } from '../parts/use-url-state.ts'
import { Unseen } from './estimate-panel.tsx'
import { PlacesShown } from './places-shown.tsx'
import { reportTexts } from './report-texts.ts'
import { isMoving, RunStatus } from './run-status.tsx'
import styles from './search.module.css'
import { searchTexts } from './texts.ts'

const EVERY_MS = 1_000

type Report = Awaited<ReturnType<typeof client.showTermReport>>
type Row = Report['rows'][number]

const ORDERS = {
  byLine: (one: Row, other: Row) => one.line - other.line,
  byItems: (one: Row, other: Row) => (other.result?.items ?? 0) - (one.result?.items ?? 0),
  byUnique: (one: Row, other: Row) => (other.result?.uniqueItems ?? 0) - (one.result?.uniqueItems ?? 0),
} as const

export function ReportPage() {
  const t = useTexts(searchTexts)
  const r = useTexts(reportTexts)
  const [language] = useLanguage()
  const { termReportId: place = '' } = useParams()
  const termReportId = /^\d{1,9}$/.test(place) ? Number(place) : 0
  const query = useQuery({
    queryKey: ['term-report', termReportId],
    queryFn: ({ signal }) => client.showTermReport({ termReportId, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  })
  const report = query.data
  const moving = report !== undefined && isMoving(report)
  const progress = useQuery({
    queryKey: ['term-report', termReportId, 'progress'],
    queryFn: ({ signal }) => client.termReportProgress({ termReportId, signal }),
    enabled: moving,
    refetchInterval: EVERY_MS,
  })
  const { refetch } = query
  const queries = useQueryClient()
  const done = progress.data !== undefined && !isMoving(progress.data)
  useEffect(() => {
    if (!moving || !done) return
    void refetch()
    void queries.invalidateQueries({ queryKey: ['term-reports'] })
  }, [moving, done, refetch, queries])
  const [{ order: wanted }, change] = useUrlState({ order: 'byLine' })
  const order = (Object.keys(ORDERS) as (keyof typeof ORDERS)[]).find(each => each === wanted) ?? 'byLine'
  const crumbs = [
    { text: t('title'), to: '/content-search' },
    { text: t('termReports'), to: '/content-search/term-reports' },
  ]
  if (query.error instanceof Problem)
    return (
      <Page title={t('termReports')} crumbs={crumbs}>
        <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
      </Page>
    )
  if (report === undefined) return <SkeletonPage />
  const linesDone = progress.data?.linesDone ?? report.linesDone
  const number = (value: number | undefined) => (value === undefined ? '–' : <Count value={value} />)
  return (
    <Page
      title={report.name}
      crumbs={crumbs}
      purpose={<PlacesShown of={report} />}
      mark={<RunStatus of={report} counting />}
      commands={<Commands report={report} />}
    >
      {moving && (
        <Section>
          <Progress stage={r('counting')} done={linesDone} total={report.lines} />
        </Section>
      )}
      {report.status === 'complete' && (
        <Section title={r('allLines')}>
          <div className={styles.stack}>
            <p className={styles.total}>
              {r('allLinesText', {
                items: countText(report.items ?? 0, language),
                size: bytesText(report.bytes ?? 0, language),
              })}
            </p>
            <Unseen of={report} />
          </div>
        </Section>
      )}
      <div className={styles.bar}>
        <Dropdown
          aria-label={r('order')}
          className={styles.sort!}
          value={r(order)}
          selectedOptions={[order]}
          onOptionSelect={(_, { optionValue }) => change({ order: optionValue ?? null })}
        >
          {(Object.keys(ORDERS) as (keyof typeof ORDERS)[]).map(each => (
            <Option key={each} value={each}>
              {r(each)}
            </Option>
          ))}
        </Dropdown>
        <span className={styles.quiet}>{r('uniqueHint')}</span>
      </div>
      <DataTable<Row>
        label={t('lines')}
        page={allRows({ data: report.rows.toSorted(ORDERS[order]), error: null, refetch })}
        rowKey={row => row.line}
        empty={<EmptyState title={r('reportsEmptyTitle')} headingLevel={2} />}
        columns={[
          {
            key: 'query',
            header: t('query'),
            cell: row => (
              <span className={styles.two}>
                <code className={styles.query}>{row.query}</code>
                {row.result?.errorCode != null && (
                  <span className={styles.bad}>{t('failedWhy', { code: row.result.errorCode })}</span>
                )}
              </span>
            ),
          },
          {
            key: 'line',
            header: t('line'),
            width: '70px',
            align: 'end',
            cell: row => <Count value={row.line} />,
          },
          {
            key: 'items',
            header: t('items'),
            width: '110px',
            align: 'end',
            cell: row => number(row.result?.items),
          },
          {
            key: 'size',
            header: t('size'),
            width: '110px',
            align: 'end',
            cell: row => (row.result === null ? '–' : <Bytes value={row.result.bytes} />),
          },
          {
            key: 'unique',
            header: r('unique'),
            width: '130px',
            align: 'end',
            cell: row => number(row.result?.uniqueItems),
          },
          {
            key: 'uniqueSize',
            header: r('uniqueSize'),
            width: '140px',
            align: 'end',
            cell: row => (row.result === null ? '–' : <Bytes value={row.result.uniqueBytes} />),
          },
        ]}
      />
    </Page>
  )
}

function Commands({ report }: { readonly report: Report }) {
  const r = useTexts(reportTexts)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [asking, setAsking] = useState(false)
  return (
    <>
      {report.status === 'complete' && (
        <Button
          as="a"
          appearance="subtle"
          icon={<ArrowDownloadRegular />}
          href={client.downloadTermReport({ termReportId: report.termReportId })}
          download
        >
          {r('downloadCsv')}
        </Button>
      )}
      <Button appearance="subtle" icon={<DeleteRegular />} onClick={() => setAsking(true)}>
        {r('removeReport')}
      </Button>
      {asking && (
        <Confirm
          title={r('removeReportTitle', { name: report.name })}
          act={r('removeReport')}
          onConfirm={async () => {
            await client.removeTermReport({ termReportId: report.termReportId })
            await queries.invalidateQueries({ queryKey: ['term-reports'] })
            showDone(r('reportRemoved'))
            void navigate('/content-search/term-reports')
          }}
          onClose={() => setAsking(false)}
        >
          <p>{r('removeReportText')}</p>
        </Confirm>
      )}
    </>
  )
}
