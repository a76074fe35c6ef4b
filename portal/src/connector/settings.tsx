/** The settings of a connector: schedule, who is found, sizes; its sign-in; and its removal. */
import { Button, Field, Input, Switch, Textarea } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { type Connector, client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useHoldsRole } from '../client/session.ts'
import { Confirm } from '../parts/confirm.tsx'
import { localeOf, useLanguage, useTexts } from '../parts/language.ts'
import { LeaveGuard } from '../parts/leave-guard.tsx'
import { momentText } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { ScheduleField } from '../parts/schedule-field.tsx'
import { Section } from '../parts/section.tsx'
import { showDone } from '../parts/toast.tsx'
import { useWords } from '../parts/words.ts'
import styles from './connector.module.css'
import { Credentials } from './credentials.tsx'
import { settingsTexts } from './settings-texts.ts'
import { connectorKey, useConnector } from './use-connector.ts'

const MEGABYTE = 1_000_000

export function Settings() {
  const t = useTexts(settingsTexts)
  const connector = useConnector()
  const mayChange = useHoldsRole('Mailbox Import Export')
  const isThere = connector.status === 'active' || connector.status === 'paused'
  return (
    <div className={styles.stack}>
      {!mayChange && <Notice>{t('readOnly')}</Notice>}
      {/* A revision of somebody else begins the form anew. */}
      <General key={connector.revision} of={connector} locked={!mayChange || !isThere} />
      <Credentials of={connector} locked={!mayChange || !isThere} />
      {mayChange && isThere && <Removal of={connector} />}
    </div>
  )
}

type Form = {
  readonly name: string
  readonly schedule: string
  readonly automaticMapping: boolean
  readonly defaultRegion: string
  readonly domains: string
  readonly size: string
}

const formOf = (of: Connector): Form => ({
  name: of.name,
  schedule: of.schedule,
  automaticMapping: of.automaticMapping,
  defaultRegion: of.defaultRegion,
  domains: of.domains.join('\n'),
  size: String(Math.round(of.itemSizeMax / MEGABYTE)),
})

function General({ of, locked }: { readonly of: Connector; readonly locked: boolean }) {
  const t = useTexts(settingsTexts)
  const w = useWords()
  const [language] = useLanguage()
  const queries = useQueryClient()
  const [form, setForm] = useState(() => formOf(of))
  const { connectorId, revision } = of
  const before = formOf(of)
  const changed = (Object.keys(before) as (keyof Form)[]).filter(name => form[name] !== before[name])
  const sound =
    form.name.trim() !== '' && /^[A-Z]{2}$/.test(form.defaultRegion) && /^[1-9]\d{0,5}$/.test(form.size)
  const save = useMutation({
    mutationFn: () => client.editConnector({ connectorId, revision, body: bodyOf(form, changed) }),
    onSuccess: () => showDone(t('savedDone')),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: connectorKey(connectorId) })
      void queries.invalidateQueries({ queryKey: ['connectors'] })
    },
  })
  const set = (change: Partial<Form>) => setForm({ ...form, ...change })
  const wrong = (text: string) => ({ validationMessage: text, validationState: 'error' as const })
  const region = /^[A-Z]{2}$/.test(form.defaultRegion)
    ? (new Intl.DisplayNames(localeOf(language), { type: 'region' }).of(form.defaultRegion) ??
      form.defaultRegion)
    : null
  const stale = save.error instanceof Problem && save.error.code === 'REVISION_STALE'
  return (
    <Section title={t('general')}>
      <LeaveGuard changed={changed.length > 0 && !save.isPending} />
      <form
        className={styles.form}
        onSubmit={event => {
          event.preventDefault()
          if (!locked && sound && changed.length > 0) save.mutate()
        }}
      >
        <fieldset className={styles.fields} disabled={locked}>
          <Field label={w('name')} {...(form.name.trim() === '' ? wrong(w('required')) : {})}>
            <Input value={form.name} maxLength={200} onChange={(_, { value }) => set({ name: value })} />
          </Field>
          <h3 className={styles.heading}>{t('whenImports')}</h3>
          <ScheduleField schedule={form.schedule} onChange={schedule => set({ schedule })} />
          <p className={styles.hint} aria-live="polite">
            {form.schedule !== of.schedule
              ? t('nextRunSave')
              : of.nextRunAt === null
                ? t('pausedNext')
                : t('nextRun', { when: momentText(of.nextRunAt, language) })}
          </p>
          <h3 className={styles.heading}>{t('whoIsFound')}</h3>
          <Field hint={form.automaticMapping ? t('automaticOn') : t('automaticOff')}>
            <Switch
              label={t('automatic')}
              checked={form.automaticMapping}
              onChange={(_, { checked }) => set({ automaticMapping: checked })}
            />
          </Field>
          <div className={styles.row}>
            <Field
              label={t('region')}
              {...(region === null ? wrong(t('regionWrong')) : { hint: t('regionHint', { region }) })}
            >
              <Input
                value={form.defaultRegion}
                maxLength={2}
                onChange={(_, { value }) => set({ defaultRegion: value.toUpperCase() })}
              />
            </Field>
            <Field
              label={t('size')}
              {...(/^[1-9]\d{0,5}$/.test(form.size) ? { hint: t('sizeHint') } : wrong(t('sizeWrong')))}
            >
              <Input
                type="number"
                min={1}
                value={form.size}
                onChange={(_, { value }) => set({ size: value })}
              />
            </Field>
          </div>
          <Field label={t('domains')} hint={t('domainsHint')}>
            <Textarea rows={3} value={form.domains} onChange={(_, { value }) => set({ domains: value })} />
          </Field>
          {stale && <Notice kind="warning">{t('stale')}</Notice>}
          {save.error instanceof Problem && !stale && <ProblemNote problem={save.error} />}
          {!locked && (
            <div className={styles.acts}>
              <Button
                type="submit"
                appearance="primary"
                disabledFocusable={changed.length === 0 || !sound || save.isPending}
              >
                {w('save')}
              </Button>
              {changed.length > 0 && <Button onClick={() => setForm(before)}>{w('cancel')}</Button>}
            </div>
          )}
        </fieldset>
      </form>
    </Section>
  )
}

/** Only what was changed: an edit of the name must not undo somebody else's schedule. */
function bodyOf(form: Form, changed: readonly (keyof Form)[]) {
  const has = (name: keyof Form) => changed.includes(name)
  return {
    ...(has('name') ? { name: form.name.trim() } : {}),
    ...(has('schedule') ? { schedule: form.schedule } : {}),
    ...(has('automaticMapping') ? { automaticMapping: form.automaticMapping } : {}),
    ...(has('defaultRegion') ? { defaultRegion: form.defaultRegion } : {}),
    ...(has('domains') ? { domains: form.domains.split(/[\s,;]+/).filter(each => each !== '') } : {}),
    ...(has('size') ? { itemSizeMax: Number(form.size) * MEGABYTE } : {}),
  }
}

function Removal({ of }: { readonly of: Connector }) {
  const t = useTexts(settingsTexts)
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [asking, setAsking] = useState(false)
  const { connectorId, name, revision } = of
  const remove = async () => {
    await client.removeConnector({ connectorId, revision })
    showDone(t('removedDone', { name }))
    queries.removeQueries({ queryKey: connectorKey(connectorId) })
    void queries.invalidateQueries({ queryKey: ['connectors'] })
    void navigate('/data-connectors/connectors')
  }
  return (
    <Section title={t('removal')}>
      <div className={styles.danger}>
        <p>{t('removalText')}</p>
        <Button onClick={() => setAsking(true)}>{t('remove')}</Button>
      </div>
      {asking && (
        <Confirm
          title={t('removeTitle', { name })}
          act={t('removeAct')}
          typed={name}
          onConfirm={remove}
          onClose={() => setAsking(false)}
        >
          {t('removeFacts', { users: of.users, lines: of.mappingLines })}
        </Confirm>
      )}
    </Section>
  )
}
