/** What a policy or a label does, and what it counts from, one below the other. */
import { useTexts } from '../parts/language.ts'
import styles from './retention.module.css'
import { type Rule, useRuleText } from './rule-text.ts'
import { retentionTexts } from './texts.ts'

export function Does({ of }: { readonly of: Rule & { readonly review: boolean } }) {
  const t = useTexts(retentionTexts)
  const { does, from } = useRuleText()
  const further = [from(of), ...(of.review ? [t('review')] : [])].filter(text => text !== '')
  return (
    <span className={styles.stack}>
      <span>{does(of)}</span>
      {further.length > 0 && <span className={styles.second}>{further.join(' · ')}</span>}
    </span>
  )
}
