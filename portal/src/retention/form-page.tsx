/** A form on a page of its own: its fields, why it was refused, one button that saves, and one that leaves. */
import { Button } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { useNavigate } from 'react-router'
import { Problem } from '../client/problem.ts'
import { useTexts } from '../parts/language.ts'
import { LeaveGuard } from '../parts/leave-guard.tsx'
import { type Crumb, Page } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { useWords } from '../parts/words.ts'
import styles from './retention.module.css'
import { retentionTexts } from './texts.ts'

type Props = {
  readonly title: string
  readonly purpose: string
  readonly crumbs: readonly Crumb[]
  readonly isChanged: boolean
  readonly isBusy: boolean
  /** How many fields are wrong, once it was tried. */
  readonly wrong: number
  readonly error: unknown
  readonly onSubmit: () => void
  /** Where leaving leads. */
  readonly back: string
  readonly children: ReactNode
}

export function FormPage(props: Props) {
  const { title, purpose, crumbs, isChanged, isBusy, wrong, error, onSubmit, back, children } = props
  const t = useTexts(retentionTexts)
  const w = useWords()
  const navigate = useNavigate()
  return (
    <Page title={title} purpose={purpose} crumbs={crumbs} reading>
      <LeaveGuard changed={isChanged} />
      <div className={styles.column}>{children}</div>
      {error instanceof Problem && <ProblemNote problem={error} />}
      <div className={styles.foot}>
        <Button appearance="primary" disabledFocusable={isBusy} onClick={onSubmit}>
          {w('save')}
        </Button>
        <Button onClick={() => void navigate(back)}>{w('cancel')}</Button>
        {wrong > 0 && (
          <span className={styles.wrong} role="alert">
            {t('wrongCount', { count: wrong })}
          </span>
        )}
      </div>
    </Page>
  )
}
