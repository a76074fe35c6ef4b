/** Releasing a hold, or ending its delay: why, and its name typed, since neither can be taken back. */
import { Field, Textarea } from '@fluentui/react-components'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client, type Hold } from '../client/client.ts'
import { Confirm } from '../parts/confirm.tsx'
import { useTexts } from '../parts/language.ts'
import { showDone } from '../parts/toast.tsx'
import styles from './holds.module.css'
import { holdTexts } from './texts.ts'

type Props = { readonly of: Hold; readonly what: 'release' | 'delay'; readonly onClose: () => void }

export function Ending({ of, what, onClose }: Props) {
  const t = useTexts(holdTexts)
  const queries = useQueryClient()
  const [reason, setReason] = useState('')
  const { holdId, revision } = of
  const act = async () => {
    const body = { reason }
    const changed = await (what === 'release'
      ? client.releaseHold({ holdId, revision, body })
      : client.removeHoldDelay({ holdId, body }))
    queries.setQueryData(['holds', 'one', String(holdId)], changed)
    await queries.invalidateQueries({ queryKey: ['holds'] })
    showDone(t(`${what}-done`))
  }
  return (
    <Confirm
      title={t(`${what}-title`, { name: of.name })}
      act={t(what === 'release' ? 'release' : 'endDelay')}
      typed={of.name}
      onConfirm={act}
      onClose={onClose}
    >
      <div className={styles.form}>
        <span>{t(`${what}-text`, { count: of.mailboxes })}</span>
        <Field label={t('reason')} required>
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
