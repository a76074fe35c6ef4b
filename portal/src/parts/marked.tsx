/** A text in which some stretches are marked: what a search found. Marks are heard as such, and seen without colour. */
import type { ReactNode } from 'react'
import styles from './marked.module.css'

/** UTF-16 units of the text, from `start` on, before `end`. */
export type Mark = { readonly start: number; readonly end: number }

type Props = {
  readonly text: string
  /** In order, none overlapping another. */
  readonly marks?: readonly Mark[] | undefined
}

export function Marked({ text, marks = [] }: Props) {
  if (marks.length === 0) return <>{text}</>
  const pieces: ReactNode[] = []
  let at = 0
  for (const { start, end } of marks) {
    pieces.push(
      text.slice(at, start),
      <mark key={start} className={styles.mark}>
        {text.slice(start, end)}
      </mark>,
    )
    at = end
  }
  return (
    <>
      {pieces}
      {text.slice(at)}
    </>
  )
}
