/** The rules that are about a message: each with what it does, until when, and a bar on one line of time. */
import { CheckmarkRegular } from '@fluentui/react-icons/svg/checkmark'
import { LockClosedRegular } from '@fluentui/react-icons/svg/lock-closed'
import { Link } from 'react-router'
import type { Explanation } from '../client/client.ts'
import { useHoldsRole } from '../client/session.ts'
import { type Language, type Say, useLanguage, useTexts } from '../parts/language.ts'
import { momentText } from '../parts/moment.tsx'
import styles from './explanation.module.css'
import { explanationTexts } from './explanation-texts.ts'

type Reason = Explanation['filings'][number]['reasons'][number]
type Texts = Say<typeof explanationTexts.en>

/** A part of the line before its first moment and after its last, so that they are not at its edges. */
const MARGIN = 0.05
/** What has no end goes on so much further than the last moment that is known. */
const BEYOND = 0.25
const DAY = 86_400_000

export function ExplanationRules({
  reasons,
  at,
}: {
  readonly reasons: readonly Reason[]
  readonly at: string
}) {
  const t = useTexts(explanationTexts)
  const [language] = useLanguage()
  if (reasons.length === 0) return <p className={styles.quiet}>{t('noRules')}</p>
  const axis = axisOf(reasons, Date.parse(at))
  return (
    <>
      <Axis axis={axis} />
      <ol className={styles.rules}>
        {reasons.map((reason, index) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: holds that one may not see have no other
            key={`${reason.rule.type} ${reason.rule.id} ${reason.effect} ${index}`}
            data-aside={reason.setAside !== null}
          >
            <span className={styles.name}>
              <RuleName of={reason.rule} />
              <span className={styles.marks}>
                {reason.setAside === null && (
                  <span className={styles.decides}>
                    <CheckmarkRegular aria-hidden /> {t('decides')}
                  </span>
                )}
                {reason.blocks && (
                  <span className={styles.decides}>
                    <LockClosedRegular aria-hidden /> {t('blocks')}
                  </span>
                )}
              </span>
            </span>
            <span>{textOf(reason, t, language)}</span>
            {reason.setAside !== null && <span>{t(`aside-${reason.setAside}`)}</span>}
            <Track of={reason} axis={axis} />
          </li>
        ))}
      </ol>
    </>
  )
}

function RuleName({ of: { type, id, name } }: { readonly of: Reason['rule'] }) {
  const t = useTexts(explanationTexts)
  const mayRetain = useHoldsRole('Retention Management')
  const mayHold = useHoldsRole('Hold')
  const text =
    type === 'extension'
      ? t('rule-extension')
      : id === null
        ? t(type === 'hold' ? 'rule-hold-unseen' : `rule-${type}`, { name: '' })
        : t(`rule-${type}`, { name: name === null ? t('unnamed', { id }) : t('named', { name }) })
  const to =
    id === null || type === 'extension'
      ? null
      : type === 'hold' && mayHold
        ? `/holds/${id}`
        : type !== 'hold' && mayRetain
          ? type === 'policy'
            ? `/retention/policies/${id}`
            : `/retention/labels/${id}`
          : null
  return to === null ? <span>{text}</span> : <Link to={to}>{text}</Link>
}

function textOf({ rule, effect, from, until, waitsFor }: Reason, t: Texts, language: Language): string {
  const day = (moment: string | null) => (moment === null ? '' : momentText(moment, language, 'date'))
  if (waitsFor === 'query') return t('hold-query')
  if (waitsFor === 'event') return t(effect === 'delete' ? 'delete-event' : 'retain-event')
  if (effect === 'delete') return until === null ? t('delete-ever') : t('delete-until', { until: day(until) })
  if (rule.type === 'extension') return t('retain-extension', { until: day(until) })
  return until === null
    ? t(`${effect}-ever`, { from: day(from) })
    : t(`${effect}-until`, { from: day(from), until: day(until) })
}

type Axis = {
  /** Where a moment is, from 0 to 1. */
  readonly place: (at: number) => number
  readonly first: number
  readonly last: number
  readonly now: number
  readonly isEndless: boolean
}

function axisOf(reasons: readonly Reason[], now: number): Axis {
  const moments = reasons
    .flatMap(({ from, until }) => [from, until])
    .filter(moment => moment !== null)
    .map(moment => Date.parse(moment))
  const first = Math.min(now, ...moments)
  const last = Math.max(now, ...moments)
  const isEndless = reasons.some(({ effect, until }) => until === null && effect !== 'delete')
  const length = Math.max(last - first, 30 * DAY)
  const start = first - length * MARGIN
  const end = last + length * (isEndless ? BEYOND : MARGIN)
  return { place: at => (at - start) / (end - start), first, last, now, isEndless }
}

const percent = (part: number): string => `${Math.round(part * 1_000) / 10}%`

/** Its words stand in the text of each rule as well, so that it is only seen. */
function Axis({ axis }: { readonly axis: Axis }) {
  const t = useTexts(explanationTexts)
  const [language] = useLanguage()
  const today = axis.place(axis.now)
  const year = (at: number) => String(new Date(at).getFullYear())
  return (
    <div className={styles.axis} aria-hidden>
      {today > 0.15 && <span style={{ left: 0 }}>{year(axis.first)}</span>}
      <span
        style={
          today > 0.7
            ? { right: percent(1 - today) }
            : today < 0.1
              ? { left: percent(today) }
              : { left: percent(today), transform: 'translateX(-50%)' }
        }
      >
        {t('today')}, {momentText(axis.now, language, 'date')}
      </span>
      {today < 0.6 && <span data-end="true">{axis.isEndless ? t('ever') : year(axis.last)}</span>}
    </div>
  )
}

function Track({ of: { effect, from, until }, axis }: { readonly of: Reason; readonly axis: Axis }) {
  const start = from === null ? axis.place(axis.now) : axis.place(Date.parse(from))
  const end = until === null ? 1 : axis.place(Date.parse(until))
  return (
    <div className={styles.track} aria-hidden>
      {effect === 'delete' ? (
        until !== null && <span className={styles.point} style={{ left: percent(end) }} />
      ) : (
        <span
          className={styles.bar}
          data-effect={effect}
          data-endless={until === null}
          style={{ left: percent(start), width: percent(Math.max(0, end - start)) }}
        />
      )}
      <span className={styles.now} style={{ left: percent(axis.place(axis.now)) }} />
    </div>
  )
}
