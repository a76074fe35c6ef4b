/** The state of a policy as badges: whether it is on, whether it is still being applied, whether it is locked. */
import type { RetentionPolicy } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import { StatusBadge } from '../parts/status-badge.tsx'
import { policyTexts } from './policy-texts.ts'
import styles from './retention.module.css'
import { retentionTexts } from './texts.ts'

export function PolicyState({ of }: { readonly of: RetentionPolicy }) {
  const t = useTexts(policyTexts)
  const r = useTexts(retentionTexts)
  return (
    <span className={styles.badges}>
      {of.evaluating && of.state === 'on' ? (
        <StatusBadge kind="working" text={r('evaluating')} why={r('evaluatingText')} />
      ) : (
        <StatusBadge
          kind={of.state === 'on' ? 'good' : of.state === 'off' ? 'paused' : 'neutral'}
          text={t(`state-${of.state}`)}
        />
      )}
      {of.lockedAt !== null && <StatusBadge kind="good" text={t('locked')} why={t('lockedText')} />}
    </span>
  )
}
