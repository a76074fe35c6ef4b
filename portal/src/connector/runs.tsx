/** The runs of a connector, with the columns of Microsoft's connector report. */
import { Button } from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download'
import { HistoryRegular } from '@fluentui/react-icons/svg/history'
import { client, type Run } from '../client/client.ts'
import { Count } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { FilterChips } from '../parts/filter-chips.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useUrlState } from '../parts/use-url-state.ts'
import { useWords } from '../parts/words.ts'
import { longDay } from './calendar.tsx'
import styles from './connector.module.css'
import { Filters } from './filters.tsx'
import { isOpen, RunStatus } from './run-status.tsx'
import { connectorTexts } from './texts.ts'
import { connectorKey, useConnector } from './use-connector.ts'

const STATUSES = ['open', 'complete', 'incomplete', 'failed'] as const

export function Runs() {
  const t = useTexts(connectorTexts)
  const w = useWords()
  const [language] = useLanguage()
  const { connectorId, progress } = useConnector()
  const [{ status, day }, change] = useUrlState({ status: '', day: '' })
  const wanted = STATUSES.find(each => each === status)
  const wantedDay = /^\d{4}-\d\d-\d\d$/.test(day) ? day : undefined
  const page = usePage({
    key: [...connectorKey(connectorId), 'runs', wanted, wantedDay],
    read: ({ after, signal }) =>
      client.listRuns({ connectorId, status: wanted, day: wantedDay, limit: 50, after, signal }),
    ...(progress === null ? {} : { every: 3_000 }),
  })
  const filtered = wanted !== undefined || wantedDay !== undefined
  const number = (key: string, header: string, value: (run: Run) => number | null) => ({
    key,
    header,
    align: 'end' as const,
    width: '118px',
    cell: (run: Run) => {
      const found = value(run)
      return found === null ? '-' : <Count value={found} />
    },
  })
  return (
    <>
      <div className={styles.tools}>
        <Filters
          label={w('filters')}
          value={wanted ?? ''}
          onChoose={value => change({ status: value })}
          choices={[{ value: '', text: t('all') }, ...STATUSES.map(value => ({ value, text: t(value) }))]}
        />
        <FilterChips
          chips={
            wantedDay === undefined
              ? []
              : [
                  {
                    key: 'day',
                    text: t('ofDay', { day: longDay(wantedDay, language) }),
                    remove: () => change({ day: null }),
                  },
                ]
          }
        />
        <Button
          className={styles.push!}
          as="a"
          size="small"
          appearance="subtle"
          icon={<ArrowDownloadRegular />}
          href={client.downloadRuns({ connectorId })}
          download
        >
          {t('downloadCsv')}
        </Button>
      </div>
      <div className={styles.wrapped}>
        <DataTable<Run>
          label={t('runsLabel')}
          page={page}
          rowKey={run => run.runId}
          rowLink={run => `${run.runId}`}
          empty={
            filtered ? (
              <EmptyState
                title={t('runsNoneHere')}
                headingLevel={2}
                action={
                  <Button onClick={() => change({ status: null, day: null })}>{t('clearFilters')}</Button>
                }
              />
            ) : (
              <EmptyState icon={<HistoryRegular />} title={t('runsNone')} headingLevel={2}>
                {t('runsNoneText')}
              </EmptyState>
            )
          }
          columns={[
            {
              key: 'completed',
              header: t('completionTime'),
              width: '190px',
              cell: run =>
                run.completedAt !== null ? <Moment at={run.completedAt} /> : isOpen(run) ? t('open') : '-',
            },
            { key: 'status', header: w('status'), width: '130px', cell: run => <RunStatus of={run} /> },
            { key: 'why', header: t('why'), width: '100px', cell: run => t(run.trigger) },
            number('source', t('fromSource'), run => run.items.fromSource),
            number('available', t('available'), run => run.filings.available),
            number('imported', t('imported'), run => run.filings.imported),
            number('partial', t('partial'), run => run.filings.partial),
            number('skipped', t('skipped'), run => run.filings.skipped),
            number('failed', t('itemsFailed'), run => run.filings.failed),
          ]}
        />
      </div>
    </>
  )
}
