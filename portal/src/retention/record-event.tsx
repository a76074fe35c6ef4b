/** Records that something happened, to all mailboxes or to some, on a day. */
import { Field, Input, Radio, RadioGroup } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { client, type EventType } from '../client/client.ts'
import { FormDialog } from '../parts/form-dialog.tsx'
import { useTexts } from '../parts/language.ts'
import { showDone } from '../parts/toast.tsx'
import { eventTexts } from './event-texts.ts'
import { NamedFields } from './named-fields.tsx'
import styles from './retention.module.css'
import { RuleMailboxes } from './rule-mailboxes.tsx'
import { retentionTexts } from './texts.ts'

const DAY = /^\d{4}-\d{2}-\d{2}$/

type Props = {
  readonly of: EventType
  readonly onDone: () => Promise<unknown>
  readonly onClose: () => void
}

export function RecordEvent({ of: { eventTypeId, name: typeName }, onDone, onClose }: Props) {
  const t = useTexts(eventTexts)
  const r = useTexts(retentionTexts)
  const [draft, setDraft] = useState({ name: '', description: '', day: '' })
  const [mailboxIds, setMailboxIds] = useState<readonly number[] | null>([])
  const [tried, setTried] = useState(false)
  const record = useMutation({
    mutationFn: () => {
      const { name, description, day } = draft
      const happenedAt = `${day}T00:00:00.000Z`
      return client.recordRetentionEvent({
        body: { eventTypeId, name, description, happenedAt, mailboxIds: mailboxIds && [...mailboxIds] },
      })
    },
    onSuccess: async () => {
      await onDone()
      showDone(t('recordDone'))
      onClose()
    },
  })
  const change = (changes: Partial<typeof draft>) => setDraft(present => ({ ...present, ...changes }))
  const isNameWrong = draft.name.trim() === ''
  const isDayWrong = !DAY.test(draft.day)
  const isWithout = mailboxIds?.length === 0
  return (
    <FormDialog
      title={t('recordTitle', { name: typeName })}
      act={t('act')}
      isReady={!record.isPending}
      onSubmit={() => {
        setTried(true)
        if (!isNameWrong && !isDayWrong && !isWithout) record.mutate()
      }}
      error={record.error}
      onClose={onClose}
    >
      <div className={styles.form}>
        <Field
          label={t('day')}
          required
          hint={t('dayHint')}
          className={styles.short!}
          {...(tried && isDayWrong ? { validationMessage: r('needs-date') } : {})}
        >
          <Input type="date" value={draft.day} onChange={(_, { value }) => change({ day: value })} />
        </Field>
        <Field label={t('concerns')}>
          <RadioGroup
            value={mailboxIds === null ? 'all' : 'some'}
            onChange={(_, { value }) => setMailboxIds(value === 'all' ? null : [])}
          >
            <Radio value="some" label={t('some')} />
            <Radio value="all" label={t('everyone')} />
          </RadioGroup>
        </Field>
        {mailboxIds !== null && (
          <RuleMailboxes
            label={t('some')}
            value={mailboxIds}
            onChange={setMailboxIds}
            problem={tried && isWithout ? r('needs-mailboxes') : null}
          />
        )}
        <NamedFields value={draft} change={change} isNameWrong={tried && isNameWrong} hint={t('noteHint')} />
      </div>
    </FormDialog>
  )
}
