/** Puts a label on every copy of what a query finds, or takes off whatever label these have. */
import { Checkbox, Field, Radio, RadioGroup } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client, type RetentionLabel } from '../client/client.ts'
import { FormDialog } from '../parts/form-dialog.tsx'
import { useTexts } from '../parts/language.ts'
import { showDone } from '../parts/toast.tsx'
import { QueryBox } from '../search/query-box.tsx'
import { labelTexts } from './label-texts.ts'
import styles from './retention.module.css'
import { RuleMailboxes } from './rule-mailboxes.tsx'
import { retentionTexts } from './texts.ts'

export function PutLabel({ of, onClose }: { readonly of: RetentionLabel; readonly onClose: () => void }) {
  const t = useTexts(labelTexts)
  const r = useTexts(retentionTexts)
  const queries = useQueryClient()
  const [query, setQuery] = useState('')
  const [mailboxIds, setMailboxIds] = useState<readonly number[]>([])
  const [isOff, setOff] = useState(false)
  const [onlyUnlabelled, setOnlyUnlabelled] = useState(true)
  const [tried, setTried] = useState(false)
  const isWithout = query.trim() === ''
  const put = useMutation({
    mutationFn: () => {
      const on = {
        type: 'query' as const,
        query,
        mailboxIds: mailboxIds.length === 0 ? null : [...mailboxIds],
      }
      return isOff
        ? client.takeLabelOff({ body: { on } })
        : client.putLabel({ labelId: of.labelId, body: { on, onlyUnlabelled } })
    },
    onSuccess: async ({ changed }) => {
      await queries.invalidateQueries({ queryKey: ['retention', 'labels'] })
      showDone(t(isOff ? 'takenOff' : 'putOn', { count: changed }))
      onClose()
    },
  })
  const submit = () => {
    setTried(true)
    if (!isWithout && !put.isPending) put.mutate()
  }
  return (
    <FormDialog
      title={t('putTitle', { name: of.name })}
      act={t(isOff ? 'takeOffAct' : 'putAct')}
      isReady={!put.isPending}
      onSubmit={submit}
      error={put.error}
      onClose={onClose}
    >
      <div className={styles.form}>
        <div className={styles.tight}>
          {/* Enter does nothing here: labels go on by the button alone. */}
          <QueryBox value={query} onChange={setQuery} onRun={() => setTried(true)} />
          {tried && isWithout && (
            <span className={styles.wrong} role="alert">
              {r('needs-query')}
            </span>
          )}
          <p className={styles.note}>{t('putText')}</p>
        </div>
        <RuleMailboxes label={t('onlyIn')} value={mailboxIds} onChange={setMailboxIds} />
        <Field>
          <RadioGroup
            aria-label={t('put')}
            value={isOff ? 'off' : 'on'}
            onChange={(_, { value }) => setOff(value === 'off')}
          >
            <Radio value="on" label={t('putThis')} />
            <Radio value="off" label={t('takeAnyOff')} />
          </RadioGroup>
        </Field>
        {!isOff && (
          <Checkbox
            label={t('onlyUnlabelled')}
            checked={onlyUnlabelled}
            onChange={(_, { checked }) => setOnlyUnlabelled(checked === true)}
          />
        )}
      </div>
    </FormDialog>
  )
}
