/** Items by kind over time: a chart, and the table behind it one click away. Range and view are in the address. */
import { useQuery } from '@tanstack/react-query'
import { client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { Count } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { localeOf, useLanguage, useTexts } from '../parts/language.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { useUrlState } from '../parts/use-url-state.ts'
import styles from './history.module.css'
import { ChartKey, KINDS, type Series, StackedColumns } from './stacked-columns.tsx'
import { homeTexts } from './texts.ts'

const RANGES = ['30', '90'] as const

export function ItemHistory() {
  const t = useTexts(homeTexts)
  const [state, setState] = useUrlState({ days: '30', view: 'chart' })
  const days = state.days === '90' ? 90 : 30
  const query = useQuery({
    queryKey: ['home', 'items', days],
    queryFn: ({ signal }) => client.getItemHistory({ days, signal }),
    refetchInterval: 60_000,
    placeholderData: before => before,
  })
  const problem = query.error instanceof Problem ? query.error : null
  const kinds: readonly Series[] = (query.data?.kinds ?? [])
    .toSorted((a, b) => place(a.kind) - place(b.kind))
    .map(({ kind, items }) => ({ kind, name: nameOf(t, kind), items }))
  return (
    <Section
      title={t('history')}
      aside={
        <div className={styles.choices}>
          <Choice
            label={t('range')}
            options={RANGES.map(range => ({ value: range, text: t('days', { count: Number(range) }) }))}
            chosen={String(days)}
            choose={value => setState({ days: value })}
          />
          <Choice
            label={t('view')}
            options={[
              { value: 'chart', text: t('chart') },
              { value: 'table', text: t('table') },
            ]}
            chosen={state.view === 'table' ? 'table' : 'chart'}
            choose={value => setState({ view: value })}
          />
        </div>
      }
    >
      <p className={styles.note}>{t('historyNote')}</p>
      {query.data === undefined ? (
        problem === null ? (
          <SkeletonBlock height="280px" />
        ) : (
          <ProblemNote problem={problem} onRetry={() => void query.refetch()} />
        )
      ) : kinds.length === 0 ? (
        <EmptyState title={t('noItems')} headingLevel={3}>
          {t('noItemsText')}
        </EmptyState>
      ) : state.view === 'table' ? (
        <HistoryTable days={query.data.days} kinds={kinds} />
      ) : (
        <>
          <StackedColumns days={query.data.days} series={kinds} label={t('history')} />
          <ChartKey series={kinds} label={t('chartKey')} />
        </>
      )}
    </Section>
  )
}

const place = (kind: string) => {
  const at = (KINDS as readonly string[]).indexOf(kind)
  return at === -1 ? KINDS.length : at
}

function nameOf(t: ReturnType<typeof useTexts<typeof homeTexts.en>>, kind: string): string {
  const known = KINDS.find(each => each === kind)
  return known === undefined ? kind : t(`kind-${known}`)
}

type ChoiceProps = {
  readonly label: string
  readonly options: readonly { readonly value: string; readonly text: string }[]
  readonly chosen: string
  readonly choose: (value: string) => void
}

/** A few buttons of which one is on. */
function Choice({ label, options, chosen, choose }: ChoiceProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: buttons, not the fields of a form
    <div className={styles.choice} role="group" aria-label={label}>
      {options.map(({ value, text }) => (
        <button key={value} type="button" aria-pressed={value === chosen} onClick={() => choose(value)}>
          {text}
        </button>
      ))}
    </div>
  )
}

function HistoryTable({
  days,
  kinds,
}: {
  readonly days: readonly string[]
  readonly kinds: readonly Series[]
}) {
  const t = useTexts(homeTexts)
  const [language] = useLanguage()
  const date = new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'medium', timeZone: 'UTC' })
  const sum = (items: readonly number[]) => items.reduce((total, each) => total + each, 0)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard
    <section className={styles.table} aria-label={t('historyTable')} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('day')}</th>
            {kinds.map(({ kind, name }) => (
              <th key={kind} scope="col" data-align="end">
                {name}
              </th>
            ))}
            <th scope="col" data-align="end">
              {t('all')}
            </th>
          </tr>
        </thead>
        <tbody>
          {days
            .map((day, index) => ({ day, index }))
            .toReversed()
            .map(({ day, index }) => (
              <tr key={day}>
                <th scope="row">{date.format(new Date(day))}</th>
                {kinds.map(({ kind, items }) => (
                  <td key={kind} data-align="end">
                    <Count value={items[index] ?? 0} />
                  </td>
                ))}
                <td data-align="end">
                  <Count value={sum(kinds.map(({ items }) => items[index] ?? 0))} />
                </td>
              </tr>
            ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t('all')}</th>
            {kinds.map(({ kind, items }) => (
              <td key={kind} data-align="end">
                <Count value={sum(items)} />
              </td>
            ))}
            <td data-align="end">
              <Count value={sum(kinds.map(({ items }) => sum(items)))} />
            </td>
          </tr>
        </tfoot>
      </table>
    </section>
  )
}
