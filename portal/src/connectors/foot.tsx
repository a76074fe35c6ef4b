/** The buttons of a step: back, on, and out. */
import { Button, Spinner } from '@fluentui/react-components'
import { useWords } from '../parts/words.ts'
import styles from './wizard.module.css'

type Props = {
  readonly onBack?: () => void
  /** Left out where the step's form is submitted. */
  readonly onNext?: () => void
  readonly next?: string
  readonly onCancel: () => void
  readonly busy?: boolean
}

export function Foot({ onBack, onNext, next, onCancel, busy = false }: Props) {
  const w = useWords()
  return (
    <div className={styles.foot} aria-busy={busy}>
      {onBack !== undefined && <Button onClick={onBack}>{w('back')}</Button>}
      <Button
        appearance="primary"
        type={onNext === undefined ? 'submit' : 'button'}
        disabledFocusable={busy}
        {...(busy ? { icon: <Spinner size="tiny" /> } : {})}
        {...(onNext === undefined ? {} : { onClick: onNext })}
      >
        {next ?? w('next')}
      </Button>
      <Button appearance="subtle" onClick={onCancel}>
        {w('cancel')}
      </Button>
    </div>
  )
}
