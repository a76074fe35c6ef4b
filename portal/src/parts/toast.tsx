/**
 * Short notes at the edge of the page: something was done (`showDone`, goes away of itself) or refused where no place
 * on the page is better (`showProblem`, stays until it is closed).
 */
import { Button } from '@fluentui/react-components'
import { CheckmarkCircleFilled } from '@fluentui/react-icons/svg/checkmark-circle'
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss'
import { useSyncExternalStore } from 'react'
import { Problem } from '../client/problem.ts'
import { ProblemNote } from './problem-note.tsx'
import styles from './toast.module.css'
import { useWords } from './words.ts'

type Toast = { readonly id: number } & ({ readonly done: string } | { readonly problem: Problem })

const SHOWN_MS = 6_000
let toasts: readonly Toast[] = []
let last = 0
const listeners = new Set<() => void>()

export function showDone(text: string): void {
  const id = show({ done: text })
  setTimeout(() => dismiss(id), SHOWN_MS)
}

/** For what a call throws; anything else is a fault of the portal and is thrown on. */
export function showProblem(error: unknown): void {
  if (!(error instanceof Problem)) throw error
  show({ problem: error })
}

function show(toast: { readonly done: string } | { readonly problem: Problem }): number {
  last += 1
  become([...toasts, { id: last, ...toast }].slice(-4))
  return last
}

function dismiss(id: number): void {
  become(toasts.filter(toast => toast.id !== id))
}

function become(next: readonly Toast[]): void {
  toasts = next
  for (const listener of listeners) listener()
}

export function Toasts() {
  const w = useWords()
  const present = useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => toasts,
  )
  return (
    <div className={styles.place} role="status" aria-live="polite">
      {present.map(toast => (
        <div key={toast.id} className={styles.toast}>
          {'done' in toast ? (
            <span className={styles.done}>
              <CheckmarkCircleFilled aria-hidden className={styles.icon!} />
              {toast.done}
            </span>
          ) : (
            <ProblemNote problem={toast.problem} plain />
          )}
          <Button
            appearance="transparent"
            size="small"
            icon={<DismissRegular />}
            aria-label={w('close')}
            onClick={() => dismiss(toast.id)}
          />
        </div>
      ))}
    </div>
  )
}
