/** Changing what is said of a request, and withdrawing it. */
import { Field, Input, Switch, Textarea } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client, type ErasureDetail } from '../client/client.ts'
import { Confirm } from '../parts/confirm.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { useTexts } from '../parts/language.ts'
import { showDone } from '../parts/toast.tsx'
import { useWords } from '../parts/words.ts'
import styles from './erasure.module.css'
import { erasureTexts } from './texts.ts'

type Props = { readonly of: ErasureDetail; readonly onClose: () => void }

export function ChangeDialog({ of, onClose }: Props) {
  const t = useTexts(erasureTexts)
  const w = useWords()
  const queries = useQueryClient()
  const { requestId, revision } = of
  const [draft, setDraft] = useState({
    reason: of.reason,
    reference: of.reference,
    includeLater: of.includeLater,
  })
  const save = useMutation({
    mutationFn: () => client.changeErasureRequest({ requestId, revision, body: draft }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['erasure'] })
      showDone(w('saved'))
      onClose()
    },
  })
  return (
    <FormDialog
      title={t('changeTitle', { number: requestId })}
      act={w('save')}
      isReady={draft.reason.trim() !== '' && !save.isPending}
      onSubmit={() => save.mutate()}
      error={save.error}
      onClose={onClose}
    >
      <div className={styles.form}>
        <Field label={t('reason')} required>
          <Textarea
            maxLength={4_000}
            resize="vertical"
            value={draft.reason}
            onChange={(_, { value }) => setDraft({ ...draft, reason: value })}
          />
        </Field>
        <Field label={t('reference')}>
          <Input
            autoComplete="off"
            maxLength={200}
            value={draft.reference}
            onChange={(_, { value }) => setDraft({ ...draft, reference: value })}
          />
        </Field>
        <Switch
          label={t('includeLater')}
          checked={draft.includeLater}
          onChange={(_, { checked }) => setDraft({ ...draft, includeLater: checked })}
        />
      </div>
    </FormDialog>
  )
}

export function WithdrawDialog({ of, onClose }: Props) {
  const t = useTexts(erasureTexts)
  const queries = useQueryClient()
  const [reason, setReason] = useState('')
  const { requestId, revision } = of
  return (
    <Confirm
      title={t('withdrawTitle', { number: requestId })}
      act={t('withdraw')}
      onConfirm={async () => {
        await client.withdrawErasureRequest({ requestId, revision, body: { reason } })
        await queries.invalidateQueries({ queryKey: ['erasure'] })
        showDone(t('withdrawDone'))
      }}
      onClose={onClose}
    >
      <div className={styles.form}>
        <span>
          {of.restrictedItems === 0 ? t('withdrawNothing') : t('withdrawText', { count: of.restrictedItems })}
        </span>
        <Field label={t('withdrawReason')} required>
          <Textarea
            maxLength={4_000}
            resize="vertical"
            value={reason}
            onChange={(_, { value }) => setReason(value)}
          />
        </Field>
      </div>
    </Confirm>
  )
}
