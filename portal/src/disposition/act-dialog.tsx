/** Acts on the whole of disposal, each asked about first: run now, pause, resume, go on after a stop, let a volume go. */
import { Field, Textarea } from '@fluentui/react-components'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client, type Disposition } from '../client/client.ts'
import { Confirm } from '../parts/confirm.tsx'
import { countText } from '../parts/count.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { showDone } from '../parts/toast.tsx'
import styles from './disposition.module.css'
import { dispositionTexts } from './texts.ts'

export type Act = 'run' | 'pause' | 'resume' | 'go-on' | 'confirm'

type Props = { readonly of: Disposition; readonly act: Act; readonly onClose: () => void }

export function ActDialog({ of, act, onClose }: Props) {
  const t = useTexts(dispositionTexts)
  const [language] = useLanguage()
  const queries = useQueryClient()
  const [reason, setReason] = useState('')
  const count = of.due
  const volume = of.volume?.filings ?? 0
  const texts = {
    run: [t('runNowTitle'), t('runNowText', { count }), t('runNow'), t('runAsked')],
    pause: [t('pauseTitle'), t('pauseText'), t('pause'), t('pauseDone')],
    resume: [t('resumeTitle'), t('resumeText', { count }), t('resume'), t('resumeDone')],
    'go-on': [t('goOnTitle'), t('goOnText'), t('goOn'), t('resumeDone')],
    confirm: [
      t('confirmTitle', { name: countText(volume, language) }),
      t('confirmText'),
      t('confirmVolume'),
      t('confirmDone'),
    ],
  } as const
  const [title, text, button, done] = texts[act]
  const needsReason = act !== 'run'
  const perform = async () => {
    if (act === 'run') await client.requestDisposition()
    else if (act === 'pause') await client.pauseDisposition({ body: { reason } })
    else if (act === 'confirm') await client.confirmDispositionVolume({ body: { reason } })
    else if (act === 'go-on') await client.confirmDispositionClocks({ body: { reason } })
    else await client.resumeDisposition({ body: { reason } })
    await queries.invalidateQueries({ queryKey: ['disposition'] })
    showDone(done)
  }
  return (
    <Confirm
      title={title}
      act={button}
      {...(act === 'confirm' ? { typed: String(volume) } : {})}
      onConfirm={perform}
      onClose={onClose}
    >
      <div className={styles.form}>
        <span>{text}</span>
        {needsReason && (
          <Field label={t('reason')} required>
            <Textarea
              maxLength={4_000}
              resize="vertical"
              value={reason}
              onChange={(_, { value }) => setReason(value)}
            />
          </Field>
        )}
      </div>
    </Confirm>
  )
}
