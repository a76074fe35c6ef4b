/** What a new connector begins with. Connectors that there are keep what they have. */
import { Button, Field, Input } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type ConnectorDefaults, client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useHoldsRole } from '../client/session.ts'
import { NeededRoles } from '../frame/guard.tsx'
import { Bytes } from '../parts/count.tsx'
import { Facts } from '../parts/facts.tsx'
import { localeOf, useLanguage, useTexts } from '../parts/language.ts'
import { LeaveGuard } from '../parts/leave-guard.tsx'
import { Notice } from '../parts/notice.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { ScheduleField, ScheduleText } from '../parts/schedule-field.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { showDone } from '../parts/toast.tsx'
import { useWords } from '../parts/words.ts'
import styles from './settings.module.css'
import { settingTexts } from './texts.ts'

const KEY = ['settings', 'defaults']
const MEBIBYTE = 1024 * 1024

export function Defaults() {
  const t = useTexts(settingTexts)
  const mayChange = useHoldsRole('Organization Configuration')
  const query = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => client.getConnectorDefaults({ signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (query.data === undefined)
    return query.error instanceof Problem ? (
      <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
    ) : (
      <SkeletonBlock height="320px" />
    )
  if (!mayChange)
    return (
      <div className={styles.stack}>
        <Notice>
          <NeededRoles roles={['Organization Configuration']} />
        </Notice>
        <Section title={t('newConnectors')}>
          <Facts
            of={[
              [t('schedule'), <ScheduleText key="schedule" schedule={query.data.schedule} />],
              [t('region'), query.data.defaultRegion],
              [t('itemSizeMax'), <Bytes key="size" value={query.data.itemSizeMax} />],
            ]}
          />
        </Section>
      </div>
    )
  return <Form key={query.data.revision} of={query.data} />
}

function Form({ of }: { readonly of: ConnectorDefaults }) {
  const t = useTexts(settingTexts)
  const w = useWords()
  const [language] = useLanguage()
  const queries = useQueryClient()
  const before = {
    schedule: of.schedule,
    region: of.defaultRegion,
    size: String(Math.round(of.itemSizeMax / MEBIBYTE)),
  }
  const [form, setForm] = useState(before)
  const changed = JSON.stringify(form) !== JSON.stringify(before)
  const isRegion = /^[A-Z]{2}$/.test(form.region)
  const isSize = /^[1-9]\d{0,5}$/.test(form.size)
  const save = useMutation({
    mutationFn: () =>
      client.setConnectorDefaults({
        revision: of.revision,
        body: {
          schedule: form.schedule,
          defaultRegion: form.region,
          itemSizeMax: form.size === before.size ? of.itemSizeMax : Number(form.size) * MEBIBYTE,
        },
      }),
    onSuccess: saved => {
      queries.setQueryData(KEY, saved)
      showDone(w('saved'))
    },
  })
  const stale = save.error instanceof Problem && save.error.code === 'REVISION_STALE'
  const country = isRegion
    ? new Intl.DisplayNames(localeOf(language), { type: 'region' }).of(form.region)
    : undefined
  return (
    <Section title={t('newConnectors')}>
      <LeaveGuard changed={changed && !save.isPending} />
      <form
        className={styles.form}
        onSubmit={event => {
          event.preventDefault()
          if (changed && isRegion && isSize) save.mutate()
        }}
      >
        <p className={styles.lead}>{t('defaultsText')}</p>
        <ScheduleField schedule={form.schedule} onChange={schedule => setForm({ ...form, schedule })} />
        <Field
          label={t('region')}
          hint={country === undefined ? t('regionHint') : `${country}. ${t('regionHint')}`}
          {...(isRegion ? {} : { validationMessage: t('regionWrong') })}
        >
          <Input
            value={form.region}
            maxLength={2}
            autoComplete="off"
            spellCheck={false}
            onChange={(_, { value }) => setForm({ ...form, region: value.toUpperCase() })}
          />
        </Field>
        <Field
          label={t('sizeMax')}
          hint={t('sizeHint')}
          {...(isSize ? {} : { validationMessage: t('sizeWrong') })}
        >
          <Input
            value={form.size}
            inputMode="numeric"
            contentAfter="MiB"
            onChange={(_, { value }) => setForm({ ...form, size: value })}
          />
        </Field>
        {save.error instanceof Problem && (
          <ProblemNote
            problem={save.error}
            {...(stale ? { onRetry: () => void queries.invalidateQueries({ queryKey: KEY }) } : {})}
          />
        )}
        <div>
          <Button
            type="submit"
            appearance="primary"
            disabledFocusable={!changed || !isRegion || !isSize || save.isPending}
          >
            {w('save')}
          </Button>
        </div>
      </form>
    </Section>
  )
}
