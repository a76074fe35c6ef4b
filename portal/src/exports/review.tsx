/** All that was chosen, what it finds, and the button that asks for the export. */
import { Button } from '@fluentui/react-components'
import type { UseQueryResult } from '@tanstack/react-query'
import type { SearchEstimate } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useHoldsRole } from '../client/session.ts'
import { Bytes } from '../parts/count.tsx'
import { Facts } from '../parts/facts.tsx'
import { useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonLine } from '../parts/skeleton.tsx'
import type { Draft } from './draft.ts'
import styles from './making.module.css'
import { makingTexts } from './making-texts.ts'
import { exportTexts } from './texts.ts'

type Found = Pick<SearchEstimate, 'items' | 'bytes' | 'partiallyIndexed' | 'notYetIndexed'> & {
  readonly mailboxes: number
}

type Props = {
  readonly draft: Draft
  /** Of the query as it is now, or of the run. */
  readonly found: Pick<UseQueryResult<Found>, 'data' | 'error' | 'isFetching'>
  readonly onEstimate: () => void
  readonly onMake: () => void
  readonly busy: boolean
  readonly problem: Problem | null
  /** Somebody tried to go on, and something is to be mended. */
  readonly isWrong: boolean
}

export function Review({ draft, found, onEstimate, onMake, busy, problem, isWrong }: Props) {
  const t = useTexts(makingTexts)
  const e = useTexts(exportTexts)
  const { context } = draft
  return (
    <Section title={t('review')}>
      <div className={styles.form}>
        <Estimate draft={draft} found={found} onEstimate={onEstimate} />
        <Facts
          of={[
            [t('format'), e(`format-${draft.format}`)],
            [e('natives'), draft.format === 'rsmf' ? e(`natives-${draft.natives}`) : null],
            [
              t('around'),
              context === 'around'
                ? e('context-around', { count: Number(draft.around) || 0 })
                : e(`context-${context}`),
            ],
            [t('timeZone'), draft.timeZone],
            [e('duplicates'), e(`duplicates-${draft.duplicates}`)],
            [
              t('encryption'),
              draft.encryption === 'recipient'
                ? t('encryption-recipient')
                : e(`encryption-${draft.encryption}`),
            ],
            [e('delivery'), e(`delivery-${draft.destination}`)],
            [
              e('expires'),
              draft.destination === 'download' ? e('expiresIn', { count: Number(draft.expires) || 0 }) : null,
            ],
          ]}
        />
        {problem !== null && <ProblemNote problem={problem} />}
        {isWrong && (
          <Notice kind="error">
            {draft.runId === null && draft.query.trim() === '' ? t('needsQuery') : t('mend')}
          </Notice>
        )}
        <Button appearance="primary" size="large" disabledFocusable={busy} onClick={onMake}>
          {busy ? t('making') : t('make')}
        </Button>
        <p className={styles.quiet}>{t('recorded')}</p>
      </div>
    </Section>
  )
}

function Estimate({ draft, found, onEstimate }: Pick<Props, 'draft' | 'found' | 'onEstimate'>) {
  const t = useTexts(makingTexts)
  const searches = useHoldsRole('Compliance Search')
  const { data, error, isFetching } = found
  const ofRun = draft.runId !== null
  if (isFetching) return <SkeletonLine width="70%" />
  if (error instanceof Problem)
    return ofRun ? <Notice kind="warning">{t('runGone')}</Notice> : <ProblemNote problem={error} />
  if (data === undefined && !searches) return <p className={styles.quiet}>{t('estimateNeeds')}</p>
  const unseen = data === undefined ? 0 : data.partiallyIndexed + data.notYetIndexed
  return (
    <div className={styles.estimate} aria-live="polite">
      {data === undefined ? (
        <p className={styles.quiet}>{t('estimateNone')}</p>
      ) : (
        <p>
          {t(ofRun ? 'runFound' : 'finds')}
          <strong className={styles.number}>{t('found', { count: data.items })}</strong>
          <span className={styles.quiet}>
            {`${t('inMailboxes', { count: data.mailboxes })} · `}
            <Bytes value={data.bytes} />
          </span>
        </p>
      )}
      {unseen > 0 && <Notice>{t('unseen', { count: unseen })}</Notice>}
      {!ofRun && (
        <Button size="small" disabledFocusable={draft.query.trim() === ''} onClick={onEstimate}>
          {t(data === undefined ? 'estimate' : 'estimateAgain')}
        </Button>
      )}
    </div>
  )
}
