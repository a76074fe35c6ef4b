/** The state of a review as a badge, and the rule that asks for it. */
import { Link } from 'react-router'
import type { DispositionReview } from '../client/client.ts'
import { useHoldsRole } from '../client/session.ts'
import { useTexts } from '../parts/language.ts'
import { StatusBadge } from '../parts/status-badge.tsx'
import styles from './disposition.module.css'
import { reviewTexts } from './review-texts.ts'

const KINDS = {
  pending: 'waiting',
  second: 'waiting',
  approved: 'good',
  disposed: 'neutral',
  extended: 'neutral',
  relabelled: 'neutral',
  lapsed: 'neutral',
} as const

export function ReviewState({ of: { state } }: { readonly of: Pick<DispositionReview, 'state'> }) {
  const t = useTexts(reviewTexts)
  const why =
    state === 'pending' || state === 'second' || state === 'approved' || state === 'lapsed'
      ? t(`why-${state}`)
      : null
  return <StatusBadge kind={KINDS[state]} text={t(`state-${state}`)} why={why} />
}

export function RuleSaid({ of }: { readonly of: DispositionReview['rule'] }) {
  const t = useTexts(reviewTexts)
  const maySee = useHoldsRole('Retention Management')
  if (of === null) return t('earlier')
  const name = of.name ?? t('unnamed', { id: of.id })
  return (
    <span className={styles.stack}>
      {maySee ? (
        <Link to={`/retention/${of.type === 'policy' ? 'policies' : 'labels'}/${of.id}`}>{name}</Link>
      ) : (
        <span>{name}</span>
      )}
      <span className={styles.second}>{t(`rule-${of.type}`)}</span>
    </span>
  )
}
