/** What a hold holds now, in copies, and what its query is yet to look at or could not be asked of. */
import { useQuery } from '@tanstack/react-query'
import { client, type Hold } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useTexts } from '../parts/language.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Progress } from '../parts/progress.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { SumLine } from '../parts/sum-line.tsx'
import styles from './holds.module.css'
import { holdTexts } from './texts.ts'

const EVERY_MS = 2_000

export function Report({ of }: { readonly of: Hold }) {
  const t = useTexts(holdTexts)
  const query = useQuery({
    queryKey: ['holds', 'report', of.holdId, of.revision, of.evaluating],
    queryFn: ({ signal }) => client.reportHold({ holdId: of.holdId, signal }),
    refetchInterval: of.evaluating ? EVERY_MS : false,
  })
  if (query.error instanceof Problem)
    return <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
  if (query.data === undefined) return <SkeletonBlock height="64px" />
  const { copies, held, pending, undecided, untold } = query.data
  const unsure = undecided.reduce((sum, each) => sum + each.copies, 0)
  return (
    <div className={styles.inside}>
      <SumLine
        whole={{ text: t('copies'), value: copies }}
        parts={[
          { text: t(of.query === null ? 'heldAll' : 'matching'), value: held - unsure },
          ...(of.query === null
            ? []
            : [
                { text: t('undecided'), value: unsure },
                { text: t('pending'), value: pending },
              ]),
          { text: t('free'), value: Math.max(0, copies - held - pending) },
        ]}
      />
      {(pending > 0 || untold > 0) && (
        <Progress
          stage={t('looking')}
          done={copies - pending}
          total={pending > 0 && copies > 0 ? copies : null}
          small={pending === 0}
        />
      )}
      {undecided.length > 0 && (
        <div>
          <p className={styles.note}>{t('undecidedText')}</p>
          <ul className={styles.undecided}>
            {undecided.map(({ reason, copies }) => (
              <li key={reason}>{t(`undecided-${reason}`, { count: copies })}</li>
            ))}
          </ul>
        </div>
      )}
      <p className={styles.note}>{t('copiesText')}</p>
    </div>
  )
}
