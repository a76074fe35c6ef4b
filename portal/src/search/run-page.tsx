/** A run: what it searched for, what it found and could not see, and the items themselves. */
import { Button, Dropdown, Option } from '@fluentui/react-components'
import { ArrowExportRegular } from '@fluentui/react-icons/svg/arrow-export'
import { DeleteRegular } from '@fluentui/react-icons/svg/delete'
import { SearchRegular } from '@fluentui/react-icons/svg/search'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useHoldsRole } from '../client/session.ts'
import { actorName } from '../parts/actor.ts'
import { Confirm } from '../parts/confirm.tsx'
import { countText } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Facts } from '../parts/facts.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { Moment, momentText } from '../parts/moment.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Progress } from '../parts/progress.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonPage } from '../parts/skeleton.tsx'
import { DataTable } from '../parts/table.tsx'
import { showDone } from '../parts/toast.tsx'
import { usePage } from '../parts/use-page.ts'
import { useUrlState } from '../parts/use-url-state.ts'
import { draftOf } from './draft.ts'
import { EstimateShown } from './estimate-panel.tsx'
import { HitPanel } from './hit-panel.tsx'
import { hitColumns } from './hit-text.tsx'
import { PlacesShown } from './places-shown.tsx'
import { useItemLink } from './results.tsx'
import { Took, useRuns } from './run-list.tsx'
import { isMoving, RunStatus } from './run-status.tsx'
import styles from './search.module.css'
import { useSavedSearch } from './search-page.tsx'
import { searchTexts } from './texts.ts'

const EVERY_MS = 1_000

type Run = Awaited<ReturnType<typeof client.showSearchRun>>
type Item = Awaited<ReturnType<typeof client.readSearchRun>>['rows'][number]

export function RunPage() {
  const t = useTexts(searchTexts)
  const { savedSearchId, query: search } = useSavedSearch()
  const { searchRunId: place = '' } = useParams()
  const searchRunId = /^\d{1,9}$/.test(place) ? Number(place) : 0
  const query = useQuery({
    queryKey: ['search-run', searchRunId],
    queryFn: ({ signal }) => client.showSearchRun({ searchRunId, signal }),
    refetchInterval: ({ state }) => (state.data && isMoving(state.data) ? EVERY_MS : false),
  })
  const crumbs = [
    { text: t('title'), to: '/content-search' },
    { text: search.data?.name ?? t('label'), to: `/content-search/${savedSearchId}` },
    { text: t('runs'), to: `/content-search/${savedSearchId}/runs` },
  ]
  if (query.error instanceof Problem)
    return (
      <Page title={t('run', { id: searchRunId })} crumbs={crumbs}>
        <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
      </Page>
    )
  const run = query.data
  if (run === undefined) return <SkeletonPage />
  return (
    <Page
      title={t('run', { id: searchRunId })}
      crumbs={crumbs}
      mark={<RunStatus of={run} />}
      commands={<Commands run={run} savedSearchId={savedSearchId} />}
    >
      {isMoving(run) && (
        <Section>
          <Progress stage={t(run.status === 'waiting' ? 'waiting' : 'working')} done={0} total={null} small />
        </Section>
      )}
      <div className={styles.below}>
        <div className={styles.results}>
          <Section title={t('searchedFor')}>
            <Facts
              of={[
                [
                  t('query'),
                  <code key="query" className={styles.whole}>
                    {run.query}
                  </code>,
                ],
                [t('boundary'), <PlacesShown key="places" of={run} />],
                [t('askedFor'), <Moment key="at" at={run.requestedAt} kind="seconds" />],
                [t('by'), actorName(run.requestedBy)],
                [t('took'), run.endedAt === null ? null : <Took key="took" of={run} />],
                [
                  t('revision'),
                  search.data === undefined || search.data.revision === run.revision
                    ? run.revision
                    : t('revisionOld', { revision: run.revision }),
                ],
                [
                  t('index'),
                  run.index === null
                    ? null
                    : t('indexOf', { tokenizer: run.index.tokenizer, unicode: run.index.unicode }),
                ],
              ]}
            />
          </Section>
          {run.status === 'complete' && <Found run={run} />}
        </div>
        {run.status === 'complete' && (
          <div className={styles.side}>
            <Section title={t('found')}>
              <EstimateShown
                of={{
                  items: run.items ?? 0,
                  bytes: run.bytes ?? 0,
                  byMailbox: run.byMailbox,
                  byKind: run.byKind,
                  partiallyIndexed: run.partiallyIndexed ?? 0,
                  notYetIndexed: run.notYetIndexed ?? 0,
                  restricted: run.restricted ?? 0,
                  at: run.lookedAt,
                }}
              />
            </Section>
          </div>
        )}
      </div>
    </Page>
  )
}

function Found({ run }: { readonly run: Run }) {
  const t = useTexts(searchTexts)
  const mayRead = useHoldsRole('Preview')
  const linkOf = useItemLink()
  const [{ item }] = useUrlState({ item: '' })
  const page = usePage<Item>({
    key: ['search-run-items', run.searchRunId],
    read: ({ after, signal }) =>
      client.readSearchRun({ searchRunId: run.searchRunId, limit: 50, after, signal }),
    enabled: mayRead,
  })
  if (!mayRead) return null
  return (
    <Section title={t('foundItems')} flush>
      <DataTable<Item>
        label={t('messages')}
        page={{ ...page, total: run.items }}
        rowKey={row => row.itemId}
        rowLink={row => linkOf(row.itemId)}
        selected={item}
        empty={
          <EmptyState icon={<SearchRegular />} title={t('noneTitle')} headingLevel={3}>
            {t('noneText')}
          </EmptyState>
        }
        columns={hitColumns<Item>(t, row => row.line)}
      />
      {item !== '' && <HitPanel asked={draftOf(run)} itemId={item} />}
    </Section>
  )
}

function Commands({ run, savedSearchId }: { readonly run: Run; readonly savedSearchId: number }) {
  const t = useTexts(searchTexts)
  const [language] = useLanguage()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const mayExport = useHoldsRole('Export')
  const [asking, setAsking] = useState(false)
  const runs = useRuns(savedSearchId)
  const base = `/content-search/${savedSearchId}/runs`
  const others = (runs.data ?? []).filter(
    each => each.status === 'complete' && each.searchRunId !== run.searchRunId,
  )
  return (
    <>
      {mayExport && run.status === 'complete' && (
        <Button
          appearance="subtle"
          icon={<ArrowExportRegular />}
          onClick={() => void navigate(`/exports/new?run=${run.searchRunId}`)}
        >
          {t('export')}
        </Button>
      )}
      {run.status === 'complete' && others.length > 0 && (
        <Dropdown
          aria-label={t('compareWith')}
          placeholder={t('compareWith')}
          className={styles.sort!}
          selectedOptions={[]}
          value=""
          onOptionSelect={(_, { optionValue }) =>
            void navigate(`${base}/${run.searchRunId}/compare/${optionValue}`)
          }
        >
          {others.map(each => (
            <Option
              key={each.searchRunId}
              value={String(each.searchRunId)}
              text={t('run', { id: each.searchRunId })}
            >
              {t('compareRun', { id: each.searchRunId, time: momentText(each.requestedAt, language) })}
            </Option>
          ))}
        </Dropdown>
      )}
      {!isMoving(run) && (
        <Button appearance="subtle" icon={<DeleteRegular />} onClick={() => setAsking(true)}>
          {t('removeRun')}
        </Button>
      )}
      {asking && (
        <Confirm
          title={t('removeRunTitle', { id: run.searchRunId })}
          act={t('removeRun')}
          onConfirm={async () => {
            await client.removeSearchRun({ searchRunId: run.searchRunId })
            await queries.invalidateQueries({ queryKey: ['search-runs', savedSearchId] })
            showDone(t('runRemoved'))
            void navigate(base)
          }}
          onClose={() => setAsking(false)}
        >
          <p>{t('removeRunText', { count: countText(run.items ?? 0, language) })}</p>
        </Confirm>
      )}
    </>
  )
}
