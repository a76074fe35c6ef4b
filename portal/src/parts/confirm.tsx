/**
 * Asks before an act that destroys or cannot be taken back. Names the object and the count; where it cannot be undone,
 * a word is typed to confirm. Stays open, and says why, when the act is refused.
 */
import { Field, Input } from '@fluentui/react-components'
import { type ReactNode, useState } from 'react'
import { Problem } from '../client/problem.ts'
import { FormDialog } from './form-dialog.tsx'
import { useWords } from './words.ts'

type Props = {
  /** A question that names the object: *Remove the connector "Contoso"?* */
  readonly title: string
  /** What will happen, with counts, and what stays. */
  readonly children: ReactNode
  /** The act, as its button says it: *Remove connector*. */
  readonly act: string
  /** What has to be typed, e.g. the object's name, where the act cannot be undone. */
  readonly typed?: string
  readonly onConfirm: () => Promise<unknown>
  /** Called when it is done or called off. */
  readonly onClose: () => void
}

export function Confirm({ title, children, act, typed, onConfirm, onClose }: Props) {
  const w = useWords()
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const ready = typed === undefined || text.trim() === typed
  const confirm = async () => {
    setBusy(true)
    try {
      await onConfirm()
      onClose()
    } catch (error) {
      setBusy(false)
      if (!(error instanceof Problem)) throw error
      setProblem(error)
    }
  }
  return (
    <FormDialog
      title={title}
      isAlert
      act={act}
      isReady={ready && !busy}
      onSubmit={() => void confirm()}
      error={problem}
      onClose={onClose}
    >
      <div>{children}</div>
      {typed !== undefined && (
        <>
          <strong>{w('cannotUndo')}</strong>
          <Field label={w('typeToConfirm', { word: typed })}>
            <Input
              autoComplete="off"
              spellCheck={false}
              value={text}
              onChange={(_, { value }) => setText(value)}
            />
          </Field>
        </>
      )}
    </FormDialog>
  )
}
