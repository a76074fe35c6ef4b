/** The steps on the left, the one that is being done on the right. Those done can be gone back to. */
import { CheckmarkCircleFilled } from '@fluentui/react-icons/svg/checkmark-circle'
import { CircleRegular } from '@fluentui/react-icons/svg/circle'
import { RecordFilled } from '@fluentui/react-icons/svg/record'
import { type ReactNode, useEffect, useRef } from 'react'
import { Link } from 'react-router'
import { useTexts } from '../parts/language.ts'
import styles from './wizard.module.css'
import { wizardTexts } from './wizard-texts.ts'

const STEPS = ['terms', 'login', 'mapping', 'review'] as const
type Step = (typeof STEPS)[number]

type Props = {
  readonly at: Step
  /** The furthest step that may be opened. */
  readonly reached: Step
  /** Null before there is anything to go back to. */
  readonly connectorId: number | null
  readonly children: ReactNode
}

export function Steps({ at, reached, connectorId, children }: Props) {
  const t = useTexts(wizardTexts)
  const heading = useRef<HTMLHeadingElement>(null)
  const before = useRef(at)
  // Whoever goes from step to step begins at the step's heading.
  useEffect(() => {
    if (before.current !== at) heading.current?.focus()
    before.current = at
  }, [at])
  return (
    <div className={styles.wizard}>
      <nav className={styles.steps} aria-label={t('steps')}>
        <ol>
          {STEPS.map(step => {
            const open = STEPS.indexOf(step) <= STEPS.indexOf(reached)
            const done = step !== at && STEPS.indexOf(step) < STEPS.indexOf(reached)
            const Icon = step === at ? RecordFilled : done ? CheckmarkCircleFilled : CircleRegular
            return (
              <li key={step} data-state={step === at ? 'here' : done ? 'done' : 'ahead'}>
                <Icon aria-hidden className={styles.mark!} />
                {open && step !== at && connectorId !== null ? (
                  <Link to={`/data-connectors/setup/${connectorId}/${step}`}>{t(step)}</Link>
                ) : (
                  <span {...(step === at ? { 'aria-current': 'step' as const } : {})}>{t(step)}</span>
                )}
                {done && <span className="unseen">{t('stepDone')}</span>}
              </li>
            )
          })}
        </ol>
      </nav>
      <section className={styles.step} aria-labelledby="step-title">
        <h2 id="step-title" ref={heading} tabIndex={-1}>
          {t(at)}
        </h2>
        {children}
      </section>
    </div>
  )
}
