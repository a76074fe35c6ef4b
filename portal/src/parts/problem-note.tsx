/**
 * A refusal, shown where it happened: what was refused, how to mend it, the reference number the log knows, and a
 * button to try again where that may help.
 */
import { Button } from '@fluentui/react-components'
import { ErrorCircleFilled } from '@fluentui/react-icons/svg/error-circle'
import type { Problem } from '../client/problem.ts'
import { CopyButton } from './copy-button.tsx'
import { useLanguage } from './language.ts'
import styles from './problem-note.module.css'
import { problemWords } from './problem-words.ts'
import { useWords } from './words.ts'

type Props = {
  readonly problem: Problem
  /** Tries again. Shown whenever given. */
  readonly onRetry?: (() => void) | undefined
  /** Without ground and border, inside of something that has them. */
  readonly plain?: boolean
}

export function ProblemNote({ problem, onRetry, plain = false }: Props) {
  const w = useWords()
  const [language] = useLanguage()
  const { title, detail, hint } = problemWords(problem, language)
  const { reference } = problem
  return (
    <div className={plain ? styles.plain : styles.note} role="alert">
      <ErrorCircleFilled aria-hidden className={styles.icon!} />
      <div className={styles.text}>
        <strong>{title}</strong>
        {detail !== null && <p lang="en">{detail}</p>}
        {problem.problems.length > 0 && (
          <ul>
            {problem.problems.map(each => (
              <li key={`${each.path} ${each.reason}`}>
                {each.path !== '' && <code>{each.path}</code>} {each.reason}
              </li>
            ))}
          </ul>
        )}
        {hint !== null && <p>{hint}</p>}
        {(reference !== null || onRetry !== undefined) && (
          <div className={styles.foot}>
            {onRetry !== undefined && (
              <Button size="small" onClick={onRetry}>
                {w('retry')}
              </Button>
            )}
            {reference !== null && (
              <span className={styles.reference}>
                {w('reference')} <code>{reference}</code>
                <CopyButton text={reference} label={w('copyReference')} />
              </span>
            )}
          </div>
        )}
      </div>
    </div>
  )
}
