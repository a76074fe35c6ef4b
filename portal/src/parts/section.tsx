/** A part of a page on its own ground, with a heading if it has one. */
import { type ReactNode, useId } from 'react'
import styles from './section.module.css'

type Props = {
  readonly title?: string
  /** Beside the heading, on the right: a link or a small button. */
  readonly aside?: ReactNode
  /** Without padding, for a table that fills it. */
  readonly flush?: boolean
  readonly children: ReactNode
}

export function Section({ title, aside, flush = false, children }: Props) {
  const id = useId()
  return (
    <section className={styles.section} aria-labelledby={title === undefined ? undefined : id}>
      {title !== undefined && (
        <div className={styles.head}>
          <h2 id={id}>{title}</h2>
          {aside}
        </div>
      )}
      <div className={flush ? styles.flush : styles.body}>{children}</div>
    </section>
  )
}
