/** Two runs of a search compared: the sums, what only one of them found, and why what is gone is gone. */
import { CheckmarkCircleRegular } from '@fluentui/react-icons/svg/checkmark-circle'
import { useQuery } from '@tanstack/react-query'
import { useLocation, useParams } from 'react-router'
import { client, type HitLine } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useHoldsRole } from '../client/session.ts'
import { Choices } from '../mailboxes/choices.tsx'
import { countText } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { momentText } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonPage } from '../parts/skeleton.tsx'
import { SumLine } from '../parts/sum-line.tsx'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useUrlState } from '../parts/use-url-state.ts'
import { hitColumns } from './hit-text.tsx'
import styles from './search.module.css'
import { useSavedSearch } from './search-page.tsx'
import { searchTexts } from './texts.ts'

type Row = Awaited<ReturnType<typeof client.readRunDifference>>['rows'][number]
type Pair = { readonly searchRunId: number; readonly otherRunId: number }

export function ComparePage() {
  const t = useTexts(searchTexts)
  const [language] = useLanguage()
  const mayRead = useHoldsRole('Preview')
  const { savedSearchId, query: search } = useSavedSearch()
  const { searchRunId: one = '', otherRunId: other = '' } = useParams()
  const pair = { searchRunId: Number(one) || 0, otherRunId: Number(other) || 0 }
  const query = useQuery({
    queryKey: ['search-comparison', pair],
    queryFn: ({ signal }) => client.compareSearchRuns({ ...pair, signal }),
    staleTime: 5 * 60_000,
  })
  const [{ side: wanted }] = useUrlState({ side: 'added' })
  const side = wanted === 'gone' ? 'gone' : 'added'
  const { pathname } = useLocation()
  const base = `/content-search/${savedSearchId}`
  const found = query.data
  const crumbs = [
    { text: t('title'), to: '/content-search' },
    { text: search.data?.name ?? t('label'), to: base },
    { text: t('runs'), to: `${base}/runs` },
  ]
  const [first, second] = [Math.min(...Object.values(pair)), Math.max(...Object.values(pair))]
  const title = t('comparison', { earlier: first, later: second })
  if (query.error instanceof Problem)
    return (
      <Page title={title} crumbs={crumbs}>
        <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
      </Page>
    )
  if (found === undefined) return <SkeletonPage />
  const termOf = (run: typeof found.earlier) => ({
    text: t('earlierRun', { id: run.searchRunId, time: momentText(run.requestedAt, language) }),
    value: run.items ?? 0,
    to: `${base}/runs/${run.searchRunId}`,
  })
  return (
    <Page title={title} crumbs={crumbs} purpose={t('comparePurpose')}>
      {found.searchChanged && <Notice kind="warning">{t('searchChanged')}</Notice>}
      <Section>
        <div className={styles.stack}>
          <SumLine
            whole={termOf(found.earlier)}
            parts={[
              { text: t('both'), value: found.both },
              { text: t('goneTerm'), value: found.gone.items, to: `${pathname}?side=gone` },
            ]}
          />
          <SumLine
            whole={termOf(found.later)}
            parts={[
              { text: t('both'), value: found.both },
              { text: t('addedTerm'), value: found.added.items, to: pathname },
            ]}
          />
          {found.gone.reasons.length > 0 && (
            <ul className={styles.reasons}>
              {found.gone.reasons.map(({ reason, items }) => (
                <li key={reason}>
                  {countText(items, language)}: {t(`reason_${reason}`)}
                </li>
              ))}
            </ul>
          )}
        </div>
      </Section>
      {mayRead && (
        <>
          <Choices
            label={t('comparePurpose')}
            chosen={side}
            choices={[
              { key: 'added', text: `${t('added')} ${countText(found.added.items, language)}`, to: pathname },
              {
                key: 'gone',
                text: `${t('gone')} ${countText(found.gone.items, language)}`,
                to: `${pathname}?side=gone`,
              },
            ]}
          />
          <Difference key={side} pair={pair} side={side} total={found[side].items} />
        </>
      )}
    </Page>
  )
}

function Difference({
  pair,
  side,
  total,
}: {
  readonly pair: Pair
  readonly side: 'added' | 'gone'
  readonly total: number
}) {
  const t = useTexts(searchTexts)
  const page = usePage<Row>({
    key: ['search-difference', pair, side],
    read: ({ after, signal }) => client.readRunDifference({ ...pair, side, limit: 50, after, signal }),
  })
  const reason = {
    key: 'reason',
    header: t('reason'),
    width: '220px',
    cell: (row: Row) => (row.reason === null ? '–' : t(`reason_${row.reason}`)),
  }
  const [who, ...others] = hitColumns<Row>(t, (row): HitLine | null => row.line)
  return (
    <DataTable<Row>
      label={t(side)}
      page={{ ...page, total }}
      rowKey={row => row.itemId}
      empty={
        <EmptyState icon={<CheckmarkCircleRegular />} title={t(`${side}None`)} headingLevel={2}>
          {t(`${side}NoneText`)}
        </EmptyState>
      }
      columns={[who, ...others, ...(side === 'gone' ? [reason] : [])]}
    />
  )
}
