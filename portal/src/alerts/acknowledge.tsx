/** Says that somebody sees to an alert, with a note for the others. */
import { Field, Textarea } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type Alert, client } from '../client/client.ts'
import { FormDialog } from '../parts/form-dialog.tsx'
import { useTexts } from '../parts/language.ts'
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
    <FormDialog
      title={t('acknowledgeTitle')}
      act={t('acknowledge')}
      isReady={!send.isPending}
      onSubmit={() => send.mutate()}
      error={send.error}
      onClose={onClose}
    >
      <strong>{sentence}</strong>
      <p>{t('acknowledgeText')}</p>
      <Field label={`${t('note')} (${w('optional')})`}>
        <Textarea maxLength={NOTE_MAX} value={note} onChange={(_, { value }) => setNote(value)} />
      </Field>
    </FormDialog>
  )
}
