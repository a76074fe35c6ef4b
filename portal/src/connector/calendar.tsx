/**
 * The last days of a connector, week by week: which are complete, and which have a gap. Each state has a sign of its
 * own beside its colour. The days are walked with the arrow keys; a day leads to the runs that read it. The same as a
 * table is one click away.
 */
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { Link } from 'react-router'
import type { CalendarDay } from '../client/client.ts'
import { Count } from '../parts/count.tsx'
import sign from '../parts/day.module.css'
import { localeOf, useLanguage, useTexts } from '../parts/language.ts'
import styles from './calendar.module.css'
import { calendarTexts } from './calendar-texts.ts'

type Props = {
  readonly days: readonly CalendarDay[]
  /** Where a day leads. */
  readonly dayLink: (day: string) => string
}

export const STATES = ['complete', 'nothing', 'running', 'not-due', 'incomplete', 'gap', 'outside'] as const

const WEEK = 7

export function Calendar({ days, dayLink }: Props) {
  const t = useTexts(calendarTexts)
  const [language] = useLanguage()
  const last = days.at(-1)?.day ?? ''
  const [chosen, setChosen] = useState(last)
  const [pointed, setPointed] = useState<string | null>(null)
  const scroll = useRef<HTMLDivElement>(null)
  // Where there is no room for all of them, the latest days are what one looks for.
  useEffect(() => {
    if (scroll.current) scroll.current.scrollLeft = scroll.current.scrollWidth
  }, [])
  const lead = weekdayOf(days[0]?.day ?? '1970-01-01')
  const say = useDayText()
  const told = days.find(({ day }) => day === (pointed ?? chosen)) ?? days.at(-1)
  const move = (event: KeyboardEvent<HTMLElement>) => {
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -WEEK,
      ArrowRight: WEEK,
      ArrowUp: -1,
      ArrowDown: 1,
    }
    const step = steps[event.key]
    const here = days.findIndex(({ day }) => day === chosen)
    const next =
      event.key === 'Home'
        ? days[0]
        : event.key === 'End'
          ? days.at(-1)
          : step === undefined
            ? undefined
            : days[here + step]
    if (next === undefined) return
    event.preventDefault()
    setChosen(next.day)
    event.currentTarget.querySelector<HTMLElement>(`[data-day="${next.day}"]`)?.focus()
  }
  return (
    <div className={styles.calendar}>
      <div className={styles.scroll} ref={scroll}>
        <div className={styles.weekdays} aria-hidden>
          {['2026-11-02', '2026-11-04', '2026-11-06'].map(monday => (
            <span key={monday} style={{ gridRow: weekdayOf(monday) + 1 }}>
              {dayName(monday, language)}
            </span>
          ))}
        </div>
        <div>
          <div className={styles.months} aria-hidden>
            {monthsOf(days, lead).map(({ day, column, span }) => (
              <span key={day} style={{ gridColumn: `${column} / span ${span}` }}>
                {span > 1 ? monthName(day, language) : ''}
              </span>
            ))}
          </div>
          {/* biome-ignore lint/a11y/useSemanticElements: links to days, not the fields of a form */}
          <div
            className={styles.days}
            role="group"
            aria-label={t('label')}
            onKeyDown={move}
            onPointerLeave={() => setPointed(null)}
          >
            {days.map((each, index) => (
              <Link
                key={each.day}
                to={dayLink(each.day)}
                className={sign.day}
                data-state={each.state}
                data-day={each.day}
                tabIndex={each.day === chosen ? 0 : -1}
                aria-label={say(each)}
                preventScrollReset
                style={{
                  gridColumn: Math.floor((index + lead) / WEEK) + 1,
                  gridRow: ((index + lead) % WEEK) + 1,
                }}
                onFocus={() => setChosen(each.day)}
                onPointerEnter={() => setPointed(each.day)}
              />
            ))}
          </div>
        </div>
      </div>
      <p className={styles.told} aria-hidden>
        {told === undefined ? '' : say(told)}
      </p>
    </div>
  )
}

/** What the signs mean, and how many days each has. */
export function CalendarKey({ days }: { readonly days: readonly CalendarDay[] }) {
  const t = useTexts(calendarTexts)
  const present = STATES.filter(state => days.some(day => day.state === state))
  return (
    <ul className={styles.key} aria-label={t('key')}>
      {present.map(state => (
        <li key={state}>
          <span className={sign.day} data-state={state} aria-hidden />
          <span>{t(state)}</span>
          <strong>
            <Count value={days.filter(day => day.state === state).length} />
          </strong>
        </li>
      ))}
    </ul>
  )
}

/** The same days, newest first, for whoever would rather read. */
export function CalendarTable({ days, dayLink }: Props) {
  const t = useTexts(calendarTexts)
  const [language] = useLanguage()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard
    <section className={styles.table} aria-label={t('label')} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('day')}</th>
            <th scope="col">{t('state')}</th>
            <th scope="col" data-align="end">
              {t('items')}
            </th>
            <th scope="col" data-align="end">
              {t('unmapped')}
            </th>
            <th scope="col" data-align="end">
              {t('failed')}
            </th>
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map(each => (
            <tr key={each.day}>
              <th scope="row">
                <Link to={dayLink(each.day)} preventScrollReset>
                  {longDay(each.day, language)}
                </Link>
              </th>
              <td>
                <span className={styles.cell}>
                  <span className={sign.day} data-state={each.state} aria-hidden />
                  {t(each.state)}
                </span>
              </td>
              <td data-align="end">
                <Count value={each.items} />
              </td>
              <td data-align="end">
                <Count value={each.unmapped} />
              </td>
              <td data-align="end">
                <Count value={each.failed} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** A day in a sentence: date, state, and what reached the site. */
function useDayText(): (day: CalendarDay) => string {
  const t = useTexts(calendarTexts)
  const [language] = useLanguage()
  return ({ day, state, items, unmapped, failed }) =>
    [
      `${longDay(day, language)}: ${t(state)}`,
      ...(items > 0 ? [t('dayItems', { count: items })] : []),
      ...(unmapped > 0 ? [t('dayUnmapped', { unmapped })] : []),
      ...(failed > 0 ? [t('dayFailed', { failed })] : []),
    ].join(', ')
}

/** Monday is 0. */
function weekdayOf(day: string): number {
  return (new Date(day).getUTCDay() + 6) % WEEK
}

type Language = ReturnType<typeof useLanguage>[0]
const inUtc = (day: string, language: Language, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(localeOf(language), { ...options, timeZone: 'UTC' }).format(new Date(day))
const dayName = (day: string, language: Language) => inUtc(day, language, { weekday: 'short' })
const monthName = (day: string, language: Language) => inUtc(day, language, { month: 'short' })
export const longDay = (day: string, language: Language) =>
  inUtc(day, language, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' })

/** The weeks in which each month begins, and how many are its own. */
function monthsOf(days: readonly CalendarDay[], lead: number) {
  const weeks = Math.ceil((days.length + lead) / WEEK)
  const first = (week: number) => days[Math.max(0, week * WEEK - lead)]!.day
  const months: { day: string; column: number; span: number }[] = []
  for (let week = 0; week < weeks; week++) {
    const day = first(week)
    const open = months.at(-1)
    if (open !== undefined && open.day.slice(0, 7) === day.slice(0, 7)) open.span++
    else months.push({ day, column: week + 1, span: 1 })
  }
  return months
}
