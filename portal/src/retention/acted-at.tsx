/** When something was done, and below it by whom. */
import { Moment } from '../parts/moment.tsx'
import styles from './retention.module.css'

export function ActedAt({ at, by }: { readonly at: string; readonly by: string }) {
  return (
    <span className={styles.stack}>
      <Moment at={at} />
      <span className={styles.second}>{by}</span>
    </span>
  )
}
