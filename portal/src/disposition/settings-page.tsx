/** Changing when what is due leaves, how much of it at most, and whether two persons approve. */
import { Button, Field, Input, Switch } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { client, type Disposition } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useTexts } from '../parts/language.ts'
import { LeaveGuard } from '../parts/leave-guard.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonPage } from '../parts/skeleton.tsx'
import { showDone } from '../parts/toast.tsx'
import { useWords } from '../parts/words.ts'
import styles from './disposition.module.css'
import { dispositionTexts } from './texts.ts'

export function SettingsPage() {
  const t = useTexts(dispositionTexts)
  const query = useQuery({
    queryKey: ['disposition', 'settings'],
    queryFn: ({ signal }) => client.getDisposition({ signal }),
    // What is being edited is not replaced by what is read again.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  if (query.data !== undefined) return <Form of={query.data.settings} />
  if (!(query.error instanceof Problem)) return <SkeletonPage />
  return (
    <Page title={t('settingsTitle')} crumbs={[{ text: t('title'), to: '/disposition' }]}>
      <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
    </Page>
  )
}

const isCount = (text: string): boolean => /^[1-9]\d{0,8}$/.test(text.trim())
const isTime = (text: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(text)

function Form({ of }: { readonly of: Disposition['settings'] }) {
  const t = useTexts(dispositionTexts)
  const w = useWords()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [before] = useState({
    time: of.runAt,
    limit: of.dailyLimit === null ? '' : String(of.dailyLimit),
    volume: String(of.unusualVolume),
    twoPersons: of.twoPersons,
  })
  const [form, setForm] = useState(before)
  const change = (changes: Partial<typeof before>) => setForm(present => ({ ...present, ...changes }))
  const save = useMutation({
    mutationFn: () =>
      client.changeDispositionSettings({
        revision: of.revision,
        body: {
          runAt: form.time,
          dailyLimit: form.limit.trim() === '' ? null : Number(form.limit),
          unusualVolume: Number(form.volume),
          twoPersons: form.twoPersons,
        },
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['disposition'] })
      showDone(w('saved'))
      await navigate('/disposition', { replace: true })
    },
  })
  const limitIsWrong = form.limit.trim() !== '' && !isCount(form.limit)
  const isSound = isTime(form.time) && !limitIsWrong && isCount(form.volume)
  const wrong = (text: string) => ({ validationMessage: text, validationState: 'error' as const })
  const submit = () => {
    if (isSound && !save.isPending) save.mutate()
  }
  return (
    <Page
      title={t('settingsTitle')}
      purpose={t('settingsPurpose')}
      crumbs={[{ text: t('title'), to: '/disposition' }]}
      reading
    >
      <LeaveGuard changed={form !== before && !save.isPending && !save.isSuccess} />
      <Section>
        <form
          className={styles.form}
          onSubmit={event => {
            event.preventDefault()
            submit()
          }}
        >
          <Field
            label={t('time')}
            className={styles.short!}
            {...(isTime(form.time) ? { hint: t('timeHint') } : wrong(t('needs-time')))}
          >
            <Input type="time" value={form.time} onChange={(_, { value }) => change({ time: value })} />
          </Field>
          <Field
            label={t('limit')}
            className={styles.short!}
            {...(limitIsWrong ? wrong(t('needs-limit')) : { hint: t('limitHint') })}
          >
            <Input
              inputMode="numeric"
              value={form.limit}
              onChange={(_, { value }) => change({ limit: value })}
            />
          </Field>
          <Field
            label={t('unusual')}
            className={styles.short!}
            {...(isCount(form.volume) ? { hint: t('unusualHint') } : wrong(t('needs-volume')))}
          >
            <Input
              inputMode="numeric"
              value={form.volume}
              onChange={(_, { value }) => change({ volume: value })}
            />
          </Field>
          <Field hint={t('twoPersonsHint')}>
            <Switch
              label={t('twoPersons')}
              checked={form.twoPersons}
              onChange={(_, { checked }) => change({ twoPersons: checked })}
            />
          </Field>
          {/* Enter in a field saves too. */}
          <input type="submit" hidden />
        </form>
      </Section>
      {save.error instanceof Problem && <ProblemNote problem={save.error} />}
      <div className={styles.foot}>
        <Button appearance="primary" disabledFocusable={save.isPending || !isSound} onClick={submit}>
          {w('save')}
        </Button>
        <Button onClick={() => void navigate('/disposition')}>{w('cancel')}</Button>
      </div>
    </Page>
  )
}
