/** A back-fill: its days are chosen, the site is asked what they hold, and only then is it started. */
import { Field, Input, Spinner } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { type BackFillPreview, type Connector, client } from '../client/client.ts'
import { FormDialog } from '../parts/form-dialog.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { momentText } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { showDone } from '../parts/toast.tsx'
import styles from './connector.module.css'
import { settingsTexts } from './settings-texts.ts'

const DAY = 86_400_000
const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10)

type Props = { readonly of: Connector; readonly onClose: () => void; readonly onStarted: () => void }

export function BackFill({ of, onClose, onStarted }: Props) {
  const t = useTexts(settingsTexts)
  const navigate = useNavigate()
  const today = dayOf(Date.now())
  const [from, setFrom] = useState(dayOf(Date.now() - 7 * DAY))
  const [to, setTo] = useState(today)
  const { connectorId, name } = of
  const window = () => ({
    from: new Date(Date.parse(from)).toISOString(),
    to: new Date(Math.min(Date.parse(to) + DAY, Date.now())).toISOString(),
  })
  const look = useMutation({ mutationFn: () => client.previewBackFill({ connectorId, ...window() }) })
  const start = useMutation({
    mutationFn: ({ from: begin, to: end }: BackFillPreview) =>
      client.startRun({ connectorId, body: { from: begin, to: end } }),
    onSuccess: run => {
      showDone(t('startedDone', { run: run.runId }))
      onStarted()
      onClose()
      void navigate(`/data-connectors/connectors/${connectorId}/runs/${run.runId}`)
    },
  })
  const choose = (change: () => void) => {
    change()
    look.reset()
    start.reset()
  }
  const sound = from !== '' && to !== '' && from <= to && from <= today
  const preview = look.data
  return (
    <FormDialog
      title={t('backFillTitle', { name })}
      act={preview === undefined ? t('look') : t('start')}
      isReady={sound && !look.isPending && !start.isPending}
      onSubmit={() => (preview === undefined ? look.mutate() : start.mutate(preview))}
      error={start.error ?? look.error}
      onClose={onClose}
    >
      <p className={styles.flat}>{t('backFillText')}</p>
      <div className={styles.row}>
        <Field label={t('fromDay')} hint={t('utcDays')}>
          <Input
            type="date"
            value={from}
            max={today}
            onChange={(_, { value }) => choose(() => setFrom(value))}
          />
        </Field>
        <Field
          label={t('toDay')}
          {...(from > to ? { validationMessage: t('windowWrong'), validationState: 'error' as const } : {})}
        >
          <Input type="date" value={to} max={today} onChange={(_, { value }) => choose(() => setTo(value))} />
        </Field>
      </div>
      <div aria-live="polite" className={styles.stack}>
        {look.isPending && <Spinner size="tiny" label={t('looking')} />}
        {preview !== undefined && <Preview of={preview} />}
      </div>
    </FormDialog>
  )
}

function Preview({ of }: { readonly of: BackFillPreview }) {
  const t = useTexts(settingsTexts)
  const [language] = useLanguage()
  return (
    <Notice
      kind={of.trouble === null ? 'note' : 'warning'}
      title={t('covers', { from: momentText(of.from, language), to: momentText(of.to, language) })}
    >
      <p className={styles.flat}>
        {of.atSource === null
          ? t('atSourceNone', { code: of.trouble?.code ?? '' })
          : t('atSource', { count: of.atSource })}
      </p>
      <p className={styles.flat}>{t('kept', { count: of.kept })}</p>
    </Notice>
  )
}
