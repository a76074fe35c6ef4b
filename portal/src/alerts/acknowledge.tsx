/** Says that somebody sees to an alert, with a note for the others. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Textarea,
} from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type Alert, client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useTexts } from '../parts/language.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import { showDone } from '../parts/toast.tsx'
import { useWords } from '../parts/words.ts'
import { alertTexts } from './texts.ts'

type Props = { readonly alert: Alert; readonly sentence: string; readonly onClose: () => void }

const NOTE_MAX = 1000

export function Acknowledge({ alert, sentence, onClose }: Props) {
  const t = useTexts(alertTexts)
  const w = useWords()
  const queries = useQueryClient()
  const [note, setNote] = useState('')
  const send = useMutation({
    mutationFn: () => client.acknowledgeAlert({ alertId: alert.alertId, body: { note } }),
    onSuccess: async () => {
      showDone(t('acknowledgedDone'))
      onClose()
      await queries.invalidateQueries({ queryKey: ['alerts'] })
    },
  })
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('acknowledgeTitle')}</DialogTitle>
          <DialogContent>
            <p>
              <strong>{sentence}</strong>
            </p>
            <p>{t('acknowledgeText')}</p>
            <Field label={`${t('note')} (${w('optional')})`}>
              <Textarea maxLength={NOTE_MAX} value={note} onChange={(_, { value }) => setNote(value)} />
            </Field>
            {send.error instanceof Problem && <ProblemNote problem={send.error} />}
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>{w('cancel')}</Button>
            <Button appearance="primary" disabledFocusable={send.isPending} onClick={() => send.mutate()}>
              {t('acknowledge')}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
