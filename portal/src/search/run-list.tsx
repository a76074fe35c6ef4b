/** The runs of a saved search that are kept, each compared with the one before at a click. */
import { Button } from '@fluentui/react-components'
import { HistoryRegular } from '@fluentui/react-icons/svg/history'
import { PlayRegular } from '@fluentui/react-icons/svg/play'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from 'react-router'
import { client, type SearchRun } from '../client/client.ts'
import { actorName } from '../parts/actor.ts'
import { Bytes, Count, Duration } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Page } from '../parts/page.tsx'
import { DataTable } from '../parts/table.tsx'
import { showProblem } from '../parts/toast.tsx'
import { allRows } from '../parts/use-page.ts'
import { isMoving, RunStatus } from './run-status.tsx'
import { useSavedSearch } from './search-page.tsx'
import { SearchTabs } from './search-tabs.tsx'
import { searchTexts } from './texts.ts'

const EVERY_MS = 1_000

export function useRuns(savedSearchId: number) {
  return useQuery({
    queryKey: ['search-runs', savedSearchId],
    queryFn: async ({ signal }) => (await client.listSearchRuns({ savedSearchId, signal })).rows,
    refetchInterval: ({ state }) => (state.data?.some(isMoving) ? EVERY_MS : false),
  })
}

export function RunList() {
  const t = useTexts(searchTexts)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const { savedSearchId, query } = useSavedSearch()
  const runs = useRuns(savedSearchId)
  const base = `/content-search/${savedSearchId}`
  const run = useMutation({
    mutationFn: () => client.requestSearchRun({ savedSearchId }),
    onSuccess: made => {
      void queries.invalidateQueries({ queryKey: ['search-runs', savedSearchId] })
      void navigate(`${base}/runs/${made.searchRunId}`)
    },
    onError: showProblem,
  })
  const button = (
    <Button
      appearance="primary"
      icon={<PlayRegular />}
      disabledFocusable={run.isPending}
      onClick={() => run.mutate()}
    >
      {t('runAndKeep')}
    </Button>
  )
  /** The complete run before one, to compare with. */
  const before = (of: SearchRun) =>
    of.status === 'complete'
      ? runs.data?.find(each => each.status === 'complete' && each.searchRunId < of.searchRunId)
      : undefined
  return (
    <Page
      title={query.data?.name ?? t('runs')}
      purpose={t('runsPurpose')}
      crumbs={[{ text: t('title'), to: '/content-search' }]}
      {...(runs.data?.length === 0 ? {} : { primary: button })}
    >
      <SearchTabs savedSearchId={savedSearchId} />
      <DataTable<SearchRun>
        label={t('runs')}
        page={allRows(runs)}
        rowKey={row => row.searchRunId}
        rowLink={row => `${base}/runs/${row.searchRunId}`}
        empty={
          <EmptyState icon={<HistoryRegular />} title={t('runsEmptyTitle')} headingLevel={2} action={button}>
            {t('runsEmptyText')}
          </EmptyState>
        }
        columns={[
          { key: 'run', header: t('askedFor'), width: '190px', cell: row => <Moment at={row.requestedAt} /> },
          { key: 'status', header: t('status'), width: '150px', cell: row => <RunStatus of={row} /> },
          {
            key: 'found',
            header: t('found'),
            width: '110px',
            align: 'end',
            cell: row => (row.items === null ? '–' : <Count value={row.items} />),
          },
          {
            key: 'size',
            header: t('size'),
            width: '110px',
            align: 'end',
            cell: row => (row.bytes === null ? '–' : <Bytes value={row.bytes} />),
          },
          {
            key: 'took',
            header: t('took'),
            width: '90px',
            align: 'end',
            cell: row => <Took of={row} />,
          },
          { key: 'by', header: t('by'), cell: row => actorName(row.requestedBy) },
          {
            key: 'compare',
            header: t('compare'),
            width: '200px',
            cell: row => {
              const earlier = before(row)
              if (earlier === undefined) return '–'
              return (
                <Link to={`${base}/runs/${row.searchRunId}/compare/${earlier.searchRunId}`}>
                  {t('compareBefore')}
                </Link>
              )
            },
          },
        ]}
      />
    </Page>
  )
}

export function Took({ of }: { readonly of: Pick<SearchRun, 'startedAt' | 'endedAt'> }) {
  if (of.startedAt === null || of.endedAt === null) return <>–</>
  const seconds = (Date.parse(of.endedAt) - Date.parse(of.startedAt)) / 1000
  return seconds < 1 ? <>&lt; 1 s</> : <Duration seconds={seconds} />
}
