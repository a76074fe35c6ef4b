/** A state as icon and word; the colour only repeats what they say. Why it is so is told when pointed at or focused. */
import { Tooltip } from '@fluentui/react-components'
import { ArrowSyncCircleRegular } from '@fluentui/react-icons/svg/arrow-sync-circle'
import { CheckmarkCircleFilled } from '@fluentui/react-icons/svg/checkmark-circle'
import { CircleRegular } from '@fluentui/react-icons/svg/circle'
import { ClockRegular } from '@fluentui/react-icons/svg/clock'
import { ErrorCircleFilled } from '@fluentui/react-icons/svg/error-circle'
import { PauseCircleRegular } from '@fluentui/react-icons/svg/pause-circle'
import { WarningFilled } from '@fluentui/react-icons/svg/warning'
import styles from './status-badge.module.css'

export type StatusKind = 'good' | 'warning' | 'bad' | 'working' | 'waiting' | 'paused' | 'neutral'

const ICONS = {
  good: CheckmarkCircleFilled,
  warning: WarningFilled,
  bad: ErrorCircleFilled,
  working: ArrowSyncCircleRegular,
  waiting: ClockRegular,
  paused: PauseCircleRegular,
  neutral: CircleRegular,
} as const

type Props = { readonly kind: StatusKind; readonly text: string; readonly why?: string | null }

export function StatusBadge({ kind, text, why = null }: Props) {
  const Icon = ICONS[kind]
  const badge = (
    <span className={styles.badge} data-kind={kind} {...(why === null ? {} : { tabIndex: 0 })}>
      <Icon aria-hidden className={styles.icon!} />
      {text}
    </span>
  )
  if (why === null) return badge
  return (
    <Tooltip content={why} relationship="description" withArrow>
      {badge}
    </Tooltip>
  )
}
