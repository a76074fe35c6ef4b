/** The shape of what is being loaded. `SkeletonLine` for a text, `SkeletonBlock` for a picture or chart, `SkeletonPage` for a page. */
import styles from './skeleton.module.css'
import { useWords } from './words.ts'

/** One line of text, as wide as given (any CSS width). */
export function SkeletonLine({ width = '100%' }: { readonly width?: string }) {
  return <span className={styles.line} style={{ width }} aria-hidden />
}

export function SkeletonBlock({
  height,
  width = '100%',
}: {
  readonly height: string
  readonly width?: string
}) {
  return <div className={styles.block} style={{ height, width }} aria-hidden />
}

export function SkeletonPage() {
  const w = useWords()
  return (
    <div className={styles.page} role="status" aria-label={w('loading')}>
      <SkeletonBlock height="30px" width="min(260px, 60%)" />
      <SkeletonBlock height="16px" width="min(460px, 90%)" />
      <SkeletonBlock height="36px" />
      <SkeletonBlock height="320px" />
    </div>
  )
}
