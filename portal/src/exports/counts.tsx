/** What an export holds, as sums that one can check by eye, and what could not be written or seen. */
import type { Export, ExportCopyCount } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { Restricted } from '../parts/restricted.tsx'
import { SumLine } from '../parts/sum-line.tsx'
import styles from './exports.module.css'
import { exportTexts } from './texts.ts'

export function Counts({ of }: { readonly of: Export }) {
  const t = useTexts(exportTexts)
  const { matched, context } = of.counts
  const failed = matched.failed + context.failed
  return (
    <div className={styles.sums}>
      <Sum of={matched} text={t('matched')}>
        {matched.copies === 0 ? t('nothing') : t('items', { count: matched.items })}
      </Sum>
      {context.copies > 0 && (
        <Sum of={context} text={t('context')}>
          {t('contextItems', { count: context.items })}
        </Sum>
      )}
      {failed > 0 && (
        <Notice kind="warning" title={t('exceptions', { count: failed })}>
          {t('exceptionsText')}
        </Notice>
      )}
      {of.partiallyIndexed + of.notYetIndexed > 0 && (
        <Notice title={t('unseen')}>
          {of.partiallyIndexed > 0 && t('partially', { count: of.partiallyIndexed })}{' '}
          {of.notYetIndexed > 0 && t('notYet', { count: of.notYetIndexed })}
        </Notice>
      )}
      <Restricted items={of.restricted} />
    </div>
  )
}

type SumProps = { readonly of: ExportCopyCount; readonly text: string; readonly children: string }

function Sum({ of, text, children }: SumProps) {
  const t = useTexts(exportTexts)
  return (
    <div className={styles.sum}>
      <SumLine
        whole={{ text, value: of.copies }}
        parts={[
          { text: t('exported'), value: of.exported },
          { text: t('failed'), value: of.failed },
          { text: t('suppressed'), value: of.suppressed },
        ]}
      />
      <span className={styles.second}>{children}</span>
    </div>
  )
}
