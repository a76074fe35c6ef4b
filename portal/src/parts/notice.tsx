/** A note in the page: something to know, good news, a warning, an error of our own. Refusals of the API are `ProblemNote`s. */
import { CheckmarkCircleFilled } from '@fluentui/react-icons/svg/checkmark-circle'
import { ErrorCircleFilled } from '@fluentui/react-icons/svg/error-circle'
import { InfoFilled } from '@fluentui/react-icons/svg/info'
import { WarningFilled } from '@fluentui/react-icons/svg/warning'
import type { ReactNode } from 'react'
import styles from './notice.module.css'

type Kind = 'note' | 'good' | 'warning' | 'error'
const ICONS = {
  note: InfoFilled,
  good: CheckmarkCircleFilled,
  warning: WarningFilled,
  error: ErrorCircleFilled,
}

type Props = {
  readonly kind?: Kind
  readonly title?: string
  readonly children?: ReactNode
  /** A button or link. */
  readonly action?: ReactNode
}

export function Notice({ kind = 'note', title, children, action }: Props) {
  const Icon = ICONS[kind]
  return (
    <div
      className={styles.notice}
      data-kind={kind}
      role={kind === 'error' ? 'alert' : kind === 'note' ? 'note' : 'status'}
    >
      <Icon aria-hidden className={styles.icon!} />
      <div className={styles.text}>
        {title !== undefined && <strong>{title}</strong>}
        {children !== undefined && <div>{children}</div>}
      </div>
      {action !== undefined && <div className={styles.action}>{action}</div>}
    </div>
  )
}
