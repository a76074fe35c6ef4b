/** Review: everything as chosen, each with Edit; when it imports; and Finish, which begins the first import. */
import { Button, Field, Input, Radio, RadioGroup } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { type ConnectorDraft, client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { Facts } from '../parts/facts.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { momentText } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { ScheduleField } from '../parts/schedule-field.tsx'
import { showDone } from '../parts/toast.tsx'
import { Checklist } from './checklist.tsx'
import { draftKey, useEdit, usePrerequisites } from './draft.ts'
import { Foot } from './foot.tsx'
import { Stale } from './stale.tsx'
import { connectorsTexts } from './texts.ts'
import { LIST_KEY } from './use-imports.ts'
import styles from './wizard.module.css'
import { wizardTexts } from './wizard-texts.ts'

const MEGABYTE = 1_000_000

type Props = { readonly draft: ConnectorDraft; readonly onBack: () => void; readonly onCancel: () => void }

export function ReviewStep({ draft, onBack, onCancel }: Props) {
  const t = useTexts(wizardTexts)
  const [language] = useLanguage()
  const edit = useEdit(draft.connectorId)
  const [since, setSince] = useState<string | null>(null)
  const finish = useFinish(draft, since)
  const sinceWrong = since !== null && !(new Date(since).getTime() < Date.now())
  return (
    <div className={styles.form}>
      <p className={styles.intro}>{t('reviewIntro')}</p>
      <Chosen draft={draft} />
      <div className={styles.block}>
        <h3>{t('schedule')}</h3>
        <ScheduleField schedule={draft.schedule} onChange={schedule => edit.mutate({ schedule })} />
        <p className={styles.note} aria-live="polite">
          {t('nextRun', { when: momentText(draft.nextRunAt, language) })}
        </p>
      </div>
      <div className={styles.block}>
        <h3 id="first-import">{t('firstImport')}</h3>
        <RadioGroup
          aria-labelledby="first-import"
          value={since === null ? 'day' : 'since'}
          onChange={(_, { value }) => setSince(value === 'day' ? null : monthAgo())}
        >
          <Radio value="day" label={t('firstDay')} />
          <Radio value="since" label={t('firstSince')} />
        </RadioGroup>
        {since === null ? (
          <p className={styles.note}>{t('firstDayWhy')}</p>
        ) : (
          <Field
            className={styles.short!}
            label={t('since')}
            {...(sinceWrong ? { validationMessage: t('sinceWrong') } : {})}
          >
            <Input type="date" value={since} onChange={(_, { value }) => setSince(value)} />
          </Field>
        )}
      </div>
      <div className={styles.block}>
        <div className={styles.fields}>
          <NameField key={draft.name} draft={draft} onKeep={name => edit.mutate({ name })} />
          <SizeField
            key={draft.itemSizeMax}
            draft={draft}
            onKeep={itemSizeMax => edit.mutate({ itemSizeMax })}
          />
        </div>
      </div>
      <Ready connectorId={draft.connectorId} />
      {edit.error instanceof Problem && <Stale problem={edit.error} />}
      {finish.error instanceof Problem && <Stale problem={finish.error} />}
      <Foot
        onBack={onBack}
        onCancel={onCancel}
        onNext={() => {
          if (!sinceWrong) finish.mutate()
        }}
        next={finish.isPending ? t('finishing') : t('finish')}
        busy={finish.isPending || edit.isPending}
      />
    </div>
  )
}

function useFinish(draft: ConnectorDraft, since: string | null) {
  const { connectorId, name } = draft
  const t = useTexts(wizardTexts)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const key = draftKey(connectorId)
  return useMutation({
    scope: { id: `draft ${connectorId}` },
    mutationFn: () =>
      client.finishConnector({
        connectorId,
        body: since === null ? {} : { importFrom: new Date(`${since}T00:00:00`).toISOString() },
        revision: queries.getQueryData<ConnectorDraft>(key)?.revision ?? draft.revision,
      }),
    onSuccess: () => {
      queries.removeQueries({ queryKey: ['connectors', connectorId] })
      for (const queryKey of [LIST_KEY, ['products']]) void queries.invalidateQueries({ queryKey })
      showDone(t('begun', { name }))
      void navigate('/data-connectors/connectors')
    },
    onError: () => void queries.invalidateQueries({ queryKey: key }),
  })
}

function Chosen({ draft }: { readonly draft: ConnectorDraft }) {
  const t = useTexts(wizardTexts)
  const [language] = useLanguage()
  const { connectorId } = draft
  return (
    <>
      <Part step="terms" connectorId={connectorId}>
        <Facts
          of={[
            [t('product'), draft.productName],
            [t('folder'), draft.folder],
            [
              t('termsShort'),
              t('accepted', {
                who: draft.termsAcceptedBy.replace(/^person:/, ''),
                when: momentText(draft.termsAcceptedAt, language),
              }),
            ],
          ]}
        />
      </Part>
      <Part step="login" connectorId={connectorId}>
        <Facts
          of={[
            [t('site'), draft.location],
            [t('username'), draft.username],
            [t('account'), draft.accountName],
            [t('users'), draft.registeredUsers],
          ]}
        />
      </Part>
      <Part step="mapping" connectorId={connectorId}>
        <Facts
          of={[
            [t('automatic'), draft.automaticMapping ? t('on') : t('off')],
            [
              t('custom'),
              draft.mappingLines === 0 ? t('noLines') : t('lines', { count: draft.mappingLines }),
            ],
            [t('domains'), draft.domains.join(', ')],
            [t('region'), draft.defaultRegion],
          ]}
        />
      </Part>
    </>
  )
}

type PartProps = {
  readonly step: 'terms' | 'login' | 'mapping'
  readonly connectorId: number
  readonly children: ReactNode
}

function Part({ step, connectorId, children }: PartProps) {
  const t = useTexts(wizardTexts)
  return (
    <div className={`${styles.block} ${styles.reviewed}`}>
      <h3>{step === 'terms' ? t('product') : t(step)}</h3>
      {step === 'terms' ? (
        <span />
      ) : (
        <Link
          to={`/data-connectors/setup/${connectorId}/${step}`}
          aria-label={t('editStep', { step: t(step) })}
        >
          {t('edit')}
        </Link>
      )}
      <div className={styles.whole}>{children}</div>
    </div>
  )
}

function NameField({
  draft,
  onKeep,
}: {
  readonly draft: ConnectorDraft
  readonly onKeep: (name: string) => void
}) {
  const t = useTexts(wizardTexts)
  const [name, setName] = useState(draft.name)
  const keep = () => {
    if (name.trim() === '') setName(draft.name)
    else if (name.trim() !== draft.name) onKeep(name.trim())
  }
  return (
    <Field label={t('nameLabel')} hint={t('nameHint')}>
      <Input maxLength={200} value={name} onChange={(_, { value }) => setName(value)} onBlur={keep} />
    </Field>
  )
}

function SizeField({
  draft,
  onKeep,
}: {
  readonly draft: ConnectorDraft
  readonly onKeep: (bytes: number) => void
}) {
  const t = useTexts(wizardTexts)
  const [size, setSize] = useState(String(Math.round(draft.itemSizeMax / MEGABYTE)))
  const wrong = !/^\d{1,5}$/.test(size) || Number(size) < 1
  const keep = () => {
    const bytes = Number(size) * MEGABYTE
    if (!wrong && Math.round(draft.itemSizeMax / MEGABYTE) !== Number(size)) onKeep(bytes)
  }
  return (
    <Field
      label={t('sizeMax')}
      hint={t('sizeMaxHint')}
      {...(wrong ? { validationMessage: t('sizeMaxWrong') } : {})}
    >
      <Input
        type="number"
        min={1}
        value={size}
        contentAfter="MB"
        onChange={(_, { value }) => setSize(value)}
        onBlur={keep}
      />
    </Field>
  )
}

/** What of *Before you begin* is met now, asked live. */
function Ready({ connectorId }: { readonly connectorId: number }) {
  const t = useTexts(wizardTexts)
  const c = useTexts(connectorsTexts)
  const prerequisites = usePrerequisites(connectorId)
  const lacking = prerequisites.data?.some(line => line.state === 'not-met') ?? false
  return (
    <div className={styles.block}>
      <h3>{c('beforeYouBegin')}</h3>
      {prerequisites.error instanceof Problem && (
        <Button size="small" onClick={() => void prerequisites.refetch()}>
          {prerequisites.error.title}
        </Button>
      )}
      {lacking && (
        <Notice kind="warning" title={t('notAll')}>
          {t('notAllWhy')}
        </Notice>
      )}
      <Checklist lines={prerequisites.data} mappingPath={`/data-connectors/setup/${connectorId}/mapping`} />
    </div>
  )
}

function monthAgo(): string {
  const day = new Date()
  day.setMonth(day.getMonth() - 1)
  return day.toISOString().slice(0, 10)
}
