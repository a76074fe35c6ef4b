/**
 * A column for each day, stacked by kind, from zero up. Each kind has a pattern of its own beside its colour, so that
 * the chart is read without colours; columns are walked with the arrow keys, and what one holds is told below.
 */
import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from 'react'
import { countText } from '../parts/count.tsx'
import { type Language, localeOf, useLanguage, useTexts } from '../parts/language.ts'
import styles from './history.module.css'
import { niceTop } from './scale.ts'
import { homeTexts } from './texts.ts'

export const KINDS = [
  'sms',
  'mms',
  'chat',
  'voice-call',
  'video-call',
  'call-log',
  'event',
  'unknown',
] as const

export type Series = {
  readonly kind: string
  readonly name: string
  /** For each of the days. */
  readonly items: readonly number[]
}

const HEIGHT = 260
const TOP = 10
const BOTTOM = 26
const RIGHT = 18
const TICKS = 4
const PLOT = HEIGHT - TOP - BOTTOM

type Props = { readonly days: readonly string[]; readonly series: readonly Series[]; readonly label: string }

export function StackedColumns({ days, series, label }: Props) {
  const t = useTexts(homeTexts)
  const [language] = useLanguage()
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const [chosen, setChosen] = useState(days.length - 1)
  const [pointed, setPointed] = useState<number | null>(null)
  const [focused, setFocused] = useState(false)
  useLayoutEffect(() => {
    const element = box.current
    if (element === null) return
    const observer = new ResizeObserver(() => setWidth(element.clientWidth))
    observer.observe(element)
    setWidth(element.clientWidth)
    return () => observer.disconnect()
  }, [])
  const totals = days.map((_, day) => series.reduce((sum, { items }) => sum + (items[day] ?? 0), 0))
  const { top, step } = niceTop(Math.max(1, ...totals), TICKS)
  const left = 12 + countText(top, language).length * 7
  const slot = Math.max(0, width - left - RIGHT) / days.length
  const y = (value: number) => TOP + PLOT * (1 - value / top)
  const here = Math.min(chosen, days.length - 1)
  const told = pointed ?? here
  const say = (day: number) =>
    [
      `${longDay(days[day] ?? '', language)}: ${t('dayItems', { count: totals[day] ?? 0 })}`,
      ...series
        .filter(({ items }) => (items[day] ?? 0) > 0)
        .map(({ name, items }) => `${name} ${countText(items[day] ?? 0, language)}`),
    ].join(', ')
  const move = (event: KeyboardEvent<SVGSVGElement>) => {
    const places: Readonly<Record<string, number>> = {
      ArrowLeft: here - 1,
      ArrowRight: here + 1,
      Home: 0,
      End: days.length - 1,
    }
    const next = places[event.key]
    if (next === undefined || next < 0 || next >= days.length) return
    event.preventDefault()
    setChosen(next)
    event.currentTarget.querySelector<SVGElement>(`[data-column="${next}"]`)?.focus()
  }
  const every = Math.max(1, Math.ceil((days.length * 46) / Math.max(1, width - left)))
  return (
    <div className={styles.chart} ref={box}>
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing whose columns are told one by one */}
      <svg
        width={width}
        height={HEIGHT}
        role="group"
        aria-label={`${label}. ${t('chartHint')}`}
        onKeyDown={move}
        onPointerLeave={() => setPointed(null)}
      >
        <Patterns prefix={id} />
        {Array.from({ length: Math.round(top / step) + 1 }, (_, tick) => tick * step).map(value => (
          <g key={value} aria-hidden>
            <line x1={left} x2={width - RIGHT} y1={y(value)} y2={y(value)} className={styles.grid} />
            <text x={left - 8} y={y(value)} dy="0.32em" textAnchor="end" className={styles.tick}>
              {countText(value, language)}
            </text>
          </g>
        ))}
        {days.map((day, index) => {
          const x = left + index * slot
          const wide = Math.max(1, Math.min(30, slot * 0.72))
          let base = 0
          return (
            // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a column of a drawing, which is walked
            <g
              key={day}
              role="img"
              tabIndex={index === here ? 0 : -1}
              data-column={index}
              data-told={index === pointed || (focused && index === here)}
              aria-label={say(index)}
              className={styles.column}
              onFocus={() => {
                setChosen(index)
                setFocused(true)
              }}
              onBlur={() => setFocused(false)}
              onPointerEnter={() => setPointed(index)}
            >
              <rect x={x} y={TOP} width={slot} height={PLOT} className={styles.ground} />
              {series.map(({ kind, items }) => {
                const value = items[index] ?? 0
                if (value === 0) return null
                const part = { from: base, to: base + value }
                base = part.to
                return (
                  <rect
                    key={kind}
                    x={x + (slot - wide) / 2}
                    y={y(part.to)}
                    width={wide}
                    height={Math.max(0.75, y(part.from) - y(part.to))}
                    fill={`url(#${id}${kind})`}
                    className={styles.part}
                    data-kind={kind}
                  />
                )
              })}
            </g>
          )
        })}
        {days.map((day, index) =>
          (days.length - 1 - index) % every === 0 ? (
            <text
              key={day}
              x={left + (index + 0.5) * slot}
              y={HEIGHT - 8}
              textAnchor="middle"
              className={styles.tick}
              aria-hidden
            >
              {shortDay(day, language)}
            </text>
          ) : null,
        )}
      </svg>
      <p className={styles.told} aria-hidden>
        {say(told)}
      </p>
    </div>
  )
}

/** What the patterns mean, with the sum of each kind. */
export function ChartKey({ series, label }: { readonly series: readonly Series[]; readonly label: string }) {
  const [language] = useLanguage()
  const id = useId()
  return (
    <ul className={styles.key} aria-label={label}>
      {series.map(({ kind, name, items }) => (
        <li key={kind}>
          <svg width="16" height="16" aria-hidden>
            <Patterns prefix={id} only={kind} />
            <rect
              x="0.5"
              y="0.5"
              width="15"
              height="15"
              rx="2"
              fill={`url(#${id}${kind})`}
              className={styles.part}
              data-kind={kind}
            />
          </svg>
          {name}
          <strong>
            {countText(
              items.reduce((sum, each) => sum + each, 0),
              language,
            )}
          </strong>
        </li>
      ))}
    </ul>
  )
}

/** The patterns, drawn in the colour of their kind. */
function Patterns({ prefix, only }: { readonly prefix: string; readonly only?: string }) {
  return (
    <defs>
      {KINDS.filter(kind => only === undefined || kind === only).map(kind => (
        <pattern
          key={kind}
          id={`${prefix}${kind}`}
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          className={styles.pattern}
          data-kind={kind}
        >
          <rect width="6" height="6" className={styles.paper} />
          <path d={PATTERNS[kind]} />
        </pattern>
      ))}
    </defs>
  )
}

const PATTERNS: Readonly<Record<(typeof KINDS)[number], string>> = {
  sms: 'M0 0h6v6h-6z',
  mms: 'M-1 5l2 2M-1 -1l8 8M5 -1l2 2',
  chat: 'M0 1.5h6M0 4.5h6',
  'voice-call': 'M1.5 1.5h.01M4.5 4.5h.01',
  'video-call': 'M-1 1l2 -2M-1 7l8 -8M5 7l2 -2M-1 -1l8 8',
  'call-log': 'M1.5 0v6M4.5 0v6',
  event: 'M3 0v6M0 3h6',
  unknown: '',
}

const longDay = (day: string, language: Language) =>
  new Intl.DateTimeFormat(localeOf(language), {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(new Date(day))
const shortDay = (day: string, language: Language) =>
  new Intl.DateTimeFormat(localeOf(language), { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
    new Date(day),
  )
