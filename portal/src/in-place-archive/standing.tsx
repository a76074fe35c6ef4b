/** How much is in the archive, and where its objects lie. */
import { useQuery } from '@tanstack/react-query'
import { client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { Facts } from '../parts/facts.tsx'
import { useTexts } from '../parts/language.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import styles from './in-place-archive.module.css'
import { EVERY_MS } from './run-list.tsx'
import { archiveTexts } from './texts.ts'

export function Standing() {
  const t = useTexts(archiveTexts)
  const query = useQuery({
    queryKey: ['in-place-archive', 'standing'],
    queryFn: ({ signal }) => client.showInPlaceArchive({ signal }),
    refetchInterval: EVERY_MS,
  })
  if (query.error instanceof Problem)
    return <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
  if (query.data === undefined) return <SkeletonBlock height="56px" />
  const { filings, mailboxes, tier, cooledObjects } = query.data
  return (
    <div className={styles.form}>
      <Facts
        of={[
          [t('inArchive'), t('copies', { count: filings })],
          [t('mailboxesWith'), t('mailboxes', { count: mailboxes })],
          [
            t('objects'),
            tier === null ? t('noTiers') : t('inTier', { count: cooledObjects, tier: t(`tier-${tier}`) }),
          ],
        ]}
      />
      <p className={styles.note}>{t('same')}</p>
    </div>
  )
}
