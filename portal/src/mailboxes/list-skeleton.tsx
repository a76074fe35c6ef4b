/** The shape of a list that is being read. */
import { SkeletonLine } from '../parts/skeleton.tsx'
import { useWords } from '../parts/words.ts'
import styles from './list.module.css'

export function ListSkeleton() {
  const w = useWords()
  return (
    <div className={styles.rows} role="status" aria-label={w('loading')}>
      {['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(key => (
        <div key={key} className={styles.row}>
          <SkeletonLine width="45%" />
          <SkeletonLine width="85%" />
        </div>
      ))}
    </div>
  )
}
