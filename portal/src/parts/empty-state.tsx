/** What is shown where nothing is yet: what will be here, and the one button that brings it. */
import type { ReactNode } from 'react'
import styles from './empty-state.module.css'

type Props = {
  readonly icon?: ReactNode
  readonly title?: string
  readonly headingLevel?: 2 | 3
  /** Sentences: what will be here and how it gets here. */
  readonly children?: ReactNode
  /** One button or link. */
  readonly action?: ReactNode
}

export function EmptyState({ icon, title, headingLevel, children, action }: Props) {
  const Title = headingLevel === undefined ? 'p' : (`h${headingLevel}` as const)
  return (
    <div className={styles.empty}>
      {icon !== undefined && (
        <div className={styles.icon} aria-hidden>
          {icon}
        </div>
      )}
      {title !== undefined && <Title className={styles.title}>{title}</Title>}
      {children !== undefined && <div className={styles.text}>{children}</div>}
      {action !== undefined && <div className={styles.action}>{action}</div>}
    </div>
  )
}
