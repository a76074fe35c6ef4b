/**
 * A dialog that asks for something before an act: a form with one button that does it, which Enter presses too, and one
 * that calls it off. It stays open, and says why, when the act is refused.
 */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { Problem } from '../client/problem.ts'
import styles from './form-dialog.module.css'
import { ProblemNote } from './problem-note.tsx'
import { useWords } from './words.ts'

type Props = {
  readonly title: string
  /** Beside the title, that it interrupts: it is closed by its buttons and Escape alone. */
  readonly isAlert?: boolean
  readonly children: ReactNode
  /** The act, as its button says it: *Remove connector*. */
  readonly act: string
  /** Whether it can be done as things are; not while it is being done. */
  readonly isReady: boolean
  readonly onSubmit: () => void
  /** Why it was refused; what is no refusal is not told here. */
  readonly error: unknown
  /** It is called off. */
  readonly onClose: () => void
}

export function FormDialog(props: Props) {
  const { title, isAlert = false, children, act, isReady, onSubmit, error, onClose } = props
  const w = useWords()
  return (
    <Dialog open modalType={isAlert ? 'alert' : 'modal'} onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface>
        <form
          noValidate
          onSubmit={event => {
            event.preventDefault()
            if (isReady) onSubmit()
          }}
        >
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent className={styles.content!}>
              {children}
              {error instanceof Problem && <ProblemNote problem={error} />}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>{w('cancel')}</Button>
              <Button type="submit" appearance="primary" disabledFocusable={!isReady}>
                {act}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}
