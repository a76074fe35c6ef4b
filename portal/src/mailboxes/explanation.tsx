/** What is decided for a message, mailbox by mailbox: what keeps it, until when, what blocks it, and when it goes. */
import { ArrowExitRegular } from '@fluentui/react-icons/svg/arrow-exit'
import { HourglassRegular } from '@fluentui/react-icons/svg/hourglass'
import { LockClosedRegular } from '@fluentui/react-icons/svg/lock-closed'
import { SubtractCircleRegular } from '@fluentui/react-icons/svg/subtract-circle'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { addressOf } from '../client/call.ts'
import { client, type Explanation } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useHoldsRole } from '../client/session.ts'
import { type Language, type Say, useLanguage, useTexts } from '../parts/language.ts'
import { momentText } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import styles from './explanation.module.css'
import { ExplanationLabel } from './explanation-label.tsx'
import { ExplanationRules } from './explanation-rules.tsx'
import { explanationTexts } from './explanation-texts.ts'

type Texts = Say<typeof explanationTexts.en>
type Filing = Explanation['filings'][number]
type Props = {
  readonly itemId: string
  /** Only there; everywhere without it. */
  readonly mailboxId?: number
}

export function Explained({ itemId, mailboxId }: Props) {
  const t = useTexts(explanationTexts)
  const [language] = useLanguage()
  const query = useQuery({
    queryKey: ['explanation', itemId],
    queryFn: ({ signal }) => client.explainItem({ itemId, signal }),
    refetchOnWindowFocus: false,
  })
  if (query.error instanceof Problem)
    return <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
  const of = query.data
  if (of === undefined) return <SkeletonBlock height="300px" />
  const isShown = (each: { readonly mailboxId: number }) =>
    mailboxId === undefined || each.mailboxId === mailboxId
  return (
    <div className={styles.stack}>
      {of.tombstone !== null && <Tombstone of={of.tombstone} />}
      {of.filings.filter(isShown).map(filing => (
        <FilingExplained key={filing.mailboxId} itemId={itemId} of={filing} at={of.at} />
      ))}
      {of.gone.filter(isShown).map(({ mailboxId: id, address, at, disposalId }) => (
        <Notice key={id}>
          {t('left', { name: address, date: momentText(at, language, 'date') })}{' '}
          <DisposalLink id={disposalId} />
        </Notice>
      ))}
      <p className={styles.quiet}>
        {of.filings.length > 1 && `${t('mailboxes', { count: of.filings.length })} `}
        {t('asOf', { time: momentText(of.at, language, 'seconds') })}{' '}
        <a
          href={addressOf('/items/{itemId}/explanation', { params: { itemId } })}
          target="_blank"
          rel="noreferrer"
        >
          {t('json')}
        </a>
      </p>
    </div>
  )
}

type FilingProps = { readonly itemId: string; readonly of: Filing; readonly at: string }

function FilingExplained({ itemId, of, at }: FilingProps) {
  const t = useTexts(explanationTexts)
  const [language] = useLanguage()
  const name = of.displayName || of.address
  return (
    <section className={styles.filing} aria-label={t('inMailbox', { name })}>
      <h3 className={styles.mailbox}>
        <strong>{name}</strong>
        {of.displayName !== '' && ` ${of.address}`}
      </h3>
      <Verdict of={of} />
      {of.evaluating && <Notice>{t('evaluating')}</Notice>}
      {of.archivedAt !== null && (
        <p className={styles.quiet}>{t('archived', { date: momentText(of.archivedAt, language, 'date') })}</p>
      )}
      {of.hidden && <p className={styles.quiet}>{t('hidden')}</p>}
      <ExplanationLabel itemId={itemId} of={of} />
      <h4 className={styles.heading}>{t('rules')}</h4>
      <ExplanationRules reasons={of.reasons} at={at} />
    </section>
  )
}

const ICONS = {
  held: LockClosedRegular,
  kept: HourglassRegular,
  going: ArrowExitRegular,
  free: SubtractCircleRegular,
} as const

const KINDS: Readonly<Record<Filing['verdict'], keyof typeof ICONS>> = {
  'held-pending': 'held',
  'held-ever': 'held',
  'held-until': 'held',
  'kept-ever': 'kept',
  'kept-event': 'kept',
  'kept-until': 'kept',
  'extended-until': 'kept',
  review: 'going',
  approved: 'going',
  due: 'going',
  later: 'going',
  free: 'free',
}

/** The decision in a line; and, while something keeps it, what is to come then. */
function Verdict({ of }: { readonly of: Filing }) {
  const t = useTexts(explanationTexts)
  const [language] = useLanguage()
  const kind = KINDS[of.verdict]
  const Icon = ICONS[kind]
  const date = of.until === null ? '' : momentText(of.until, language, 'date')
  return (
    <div className={styles.verdict} data-verdict={kind}>
      <Icon aria-hidden />
      <strong>{t(`verdict-${of.verdict}`, { date })}</strong>
      {(kind === 'held' || kind === 'kept') && <span>{nextOf(of, t, language)}</span>}
    </div>
  )
}

function nextOf({ fate, earliest }: Filing, t: Texts, language: Language): string {
  if (fate === 'stays') return t('then-stays')
  if (fate === 'unknown') return t('then-unknown')
  if (earliest === null) return t('then-never')
  return t(`then-${fate}`, { date: momentText(earliest, language, 'date') })
}

function Tombstone({ of: { goneAt, disposalIds } }: { readonly of: NonNullable<Explanation['tombstone']> }) {
  const t = useTexts(explanationTexts)
  const [language] = useLanguage()
  return (
    <Notice title={t('gone', { date: momentText(goneAt, language) })}>
      <p className={styles.quiet}>{t('goneText')}</p>
      <span className={styles.actions}>
        {disposalIds.map(id => (
          <DisposalLink key={id} id={id} />
        ))}
      </span>
    </Notice>
  )
}

function DisposalLink({ id }: { readonly id: number }) {
  const t = useTexts(explanationTexts)
  const mayDispose = useHoldsRole('Disposition Management')
  const text = t('disposal', { id })
  if (!mayDispose) return <span>{text}</span>
  return (
    <Link className={styles.link} to={`/disposition/disposals/${id}`}>
      {text}
    </Link>
  )
}
