/**
 * Each connector's last fourteen days in a row of signs. A sign is a shape as well as a colour, and the days are a
 * table whose cells can be read one by one; a day leads to the connector's runs.
 */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { type CalendarDay, client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import sign from '../parts/day.module.css'
import { EmptyState } from '../parts/empty-state.tsx'
import { type Language, localeOf, useLanguage, useTexts } from '../parts/language.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import styles from './completeness.module.css'
import { homeTexts } from './texts.ts'

const DAYS = 14
const STATES = ['complete', 'nothing', 'running', 'not-due', 'incomplete', 'gap', 'outside'] as const

/** Where not all days have room, the newest are seen first. */
const toNewest = (element: HTMLElement | null) => {
  if (element !== null) element.scrollLeft = element.scrollWidth
}

const inUtc = (day: string, language: Language, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(localeOf(language), { ...options, timeZone: 'UTC' }).format(new Date(day))

export function Completeness() {
  const t = useTexts(homeTexts)
  const [language] = useLanguage()
  const [told, setTold] = useState<{ readonly name: string; readonly day: CalendarDay } | null>(null)
  const query = useQuery({
    queryKey: ['home', 'calendar', DAYS],
    queryFn: ({ signal }) => client.getHomeCalendars({ days: DAYS, signal }),
    refetchInterval: 60_000,
  })
  const problem = query.error instanceof Problem ? query.error : null
  if (query.data === undefined)
    return problem === null ? (
      <SkeletonBlock height="180px" />
    ) : (
      <Section title={t('completeness')}>
        <ProblemNote problem={problem} onRetry={() => void query.refetch()} />
      </Section>
    )
  const { rows } = query.data
  const say = (name: string, { day, state, items, unmapped, failed }: CalendarDay) =>
    [
      `${name}, ${inUtc(day, language, { weekday: 'short', day: 'numeric', month: 'short' })}: ${t(`day-${state}`)}`,
      ...(items > 0 ? [t('dayItems', { count: items })] : []),
      ...(unmapped > 0 ? [t('dayUnmapped', { unmapped })] : []),
      ...(failed > 0 ? [t('dayFailed', { failed })] : []),
    ].join(', ')
  if (rows.length === 0)
    return (
      <Section title={t('completeness')}>
        <EmptyState
          title={t('noConnectors')}
          headingLevel={3}
          action={<Link to="/data-connectors">{t('noConnectorsAct')}</Link>}
        >
          {t('noConnectorsText')}
        </EmptyState>
      </Section>
    )
  const days = rows[0]?.days ?? []
  const present = STATES.filter(state => rows.some(row => row.days.some(day => day.state === state)))
  return (
    <Section title={t('completeness')} aside={<span className={styles.aside}>{t('completenessNote')}</span>}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard */}
      <section ref={toNewest} className={styles.scroll} aria-label={t('daysByConnector')} tabIndex={0}>
        <table className={styles.calendar}>
          <thead>
            <tr>
              <th scope="col">
                <span className="unseen">{t('connector')}</span>
              </th>
              {days.map(({ day }) => (
                <th key={day} scope="col">
                  <abbr title={inUtc(day, language, { weekday: 'long', day: 'numeric', month: 'long' })}>
                    <span aria-hidden>{inUtc(day, language, { weekday: 'narrow' })}</span>
                    <span>{inUtc(day, language, { day: 'numeric' }).replace(/\D/g, '')}</span>
                  </abbr>
                </th>
              ))}
            </tr>
          </thead>
          <tbody onPointerLeave={() => setTold(null)}>
            {rows.map(row => (
              <tr key={row.connectorId}>
                <th scope="row">
                  <Link to={`/data-connectors/connectors/${row.connectorId}`}>{row.name}</Link>
                  {row.status === 'paused' && <span className={styles.paused}> ({t('paused')})</span>}
                </th>
                {row.days.map(day => (
                  <td key={day.day}>
                    <Link
                      to={`/data-connectors/connectors/${row.connectorId}/runs?day=${day.day}`}
                      className={sign.day}
                      data-state={day.state}
                      aria-label={say(row.name, day)}
                      onPointerEnter={() => setTold({ name: row.name, day })}
                      onFocus={() => setTold({ name: row.name, day })}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className={styles.told} aria-hidden>
        {told === null ? t('pointAtDay') : say(told.name, told.day)}
      </p>
      <ul className={styles.key} aria-label={t('key')}>
        {present.map(state => (
          <li key={state}>
            <span className={sign.day} data-state={state} aria-hidden />
            {t(`day-${state}`)}
          </li>
        ))}
      </ul>
    </Section>
  )
}
