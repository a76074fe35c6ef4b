/**
 * A sum that one can check by eye: *From source 1,204 = filed 1,190 + unmapped 9 + duplicates 5 + failed 0 ✓*.
 * Whether it adds up is computed here, from the numbers shown; each number may lead to its items.
 */
import { CheckmarkCircleFilled } from '@fluentui/react-icons/svg/checkmark-circle'
import { DismissCircleFilled } from '@fluentui/react-icons/svg/dismiss-circle'
import { Fragment } from 'react'
import { Link } from 'react-router'
import { Count } from './count.tsx'
import styles from './sum-line.module.css'
import { useWords } from './words.ts'

export type Term = {
  readonly text: string
  readonly value: number
  /** Where the items behind the number are. */
  readonly to?: string
}

type Props = { readonly whole: Term; readonly parts: readonly Term[] }

export function SumLine({ whole, parts }: Props) {
  const w = useWords()
  const difference = whole.value - parts.reduce((sum, part) => sum + part.value, 0)
  return (
    <div className={styles.sum} data-adds={difference === 0}>
      <Value term={whole} />
      {parts.map((part, index) => (
        <Fragment key={part.text}>
          <span className={styles.sign}>{index === 0 ? '=' : '+'}</span>
          <Value term={part} />
        </Fragment>
      ))}
      <span className={styles.verdict}>
        {difference === 0 ? <CheckmarkCircleFilled aria-hidden /> : <DismissCircleFilled aria-hidden />}
        {difference === 0 ? w('adds') : `${w('addsNot')}. ${w('sumDifference', { difference })}`}
      </span>
    </div>
  )
}

function Value({ term }: { readonly term: Term }) {
  return (
    <span className={styles.term}>
      <span className={styles.name}>{term.text}</span>
      <strong>
        {term.to === undefined ? (
          <Count value={term.value} />
        ) : (
          <Link to={term.to}>
            <Count value={term.value} />
          </Link>
        )}
      </strong>
    </span>
  )
}
