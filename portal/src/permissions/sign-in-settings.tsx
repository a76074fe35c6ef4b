/** How people sign in: how long a session lasts, and the organisation's account. The Settings page shows it. */
import { Button, Field, Input, Switch } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client, type SignInSettings as Settings } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useHoldsRole } from '../client/session.ts'
import { useTexts } from '../parts/language.ts'
import { LeaveGuard } from '../parts/leave-guard.tsx'
import { Notice } from '../parts/notice.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { showDone } from '../parts/toast.tsx'
import { useWords } from '../parts/words.ts'
import { NEW_PROVIDER, OidcForm, type Provider } from './oidc-form.tsx'
import styles from './permissions.module.css'
import { signInTexts } from './sign-in-texts.ts'

const KEY = ['settings', 'sign-in'] as const
const MINUTES_MIN = 5
const MINUTES_MAX = 1440

export function SignInSettings() {
  const query = useQuery({ queryKey: KEY, queryFn: ({ signal }) => client.getSignInSettings({ signal }) })
  if (query.error instanceof Problem && query.data === undefined)
    return <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
  if (query.data === undefined) return <SkeletonBlock height="420px" />
  return <Found key={query.data.revision} settings={query.data} />
}

type Fields = { readonly max: string; readonly idle: string; readonly oidc: Provider | null }

const fieldsOf = (settings: Settings): Fields => ({
  max: String(settings.sessionMinutesMax),
  idle: String(settings.sessionMinutesIdle),
  oidc: settings.oidc && {
    ...settings.oidc,
    scopes: settings.oidc.scopes.join(' '),
    secret: '',
  },
})

const isMinutes = (text: string): boolean => {
  const minutes = Number(text)
  return Number.isInteger(minutes) && minutes >= MINUTES_MIN && minutes <= MINUTES_MAX
}

function Found({ settings }: { readonly settings: Settings }) {
  const t = useTexts(signInTexts)
  const w = useWords()
  const queries = useQueryClient()
  const mayChange = useHoldsRole('Organization Configuration')
  const mayGive = useHoldsRole('Role Management') && mayChange
  const [fields, setFields] = useState(() => fieldsOf(settings))
  const changed = JSON.stringify(fields) !== JSON.stringify(fieldsOf(settings))
  const { max, idle, oidc } = fields
  const save = useMutation({
    mutationFn: () =>
      client.saveSignInSettings({
        revision: settings.revision,
        body: {
          sessionMinutesMax: Number(max),
          sessionMinutesIdle: Number(idle),
          oidc: oidc && {
            issuer: oidc.issuer.trim(),
            clientId: oidc.clientId.trim(),
            name: oidc.name.trim(),
            scopes: oidc.scopes.split(/\s+/).filter(scope => scope !== ''),
            usernameClaim: oidc.usernameClaim.trim(),
            usernameTrusted: oidc.usernameTrusted,
            unknownPersons: oidc.unknownPersons,
            groupsClaim: oidc.groupsClaim.trim(),
            groups: oidc.groups.filter(({ group, roleGroupId }) => group.trim() !== '' && roleGroupId > 0),
            ...(oidc.secret === '' ? {} : { clientSecret: oidc.secret }),
          },
        },
      }),
    onSuccess: saved => {
      showDone(t('saved'))
      queries.setQueryData(KEY, saved)
    },
  })
  const problem = save.error instanceof Problem ? save.error : null
  const complete =
    isMinutes(max) &&
    isMinutes(idle) &&
    (oidc === null ||
      [oidc.issuer, oidc.clientId, oidc.name, oidc.usernameClaim].every(each => each.trim() !== ''))
  const minutes = (label: string, name: 'max' | 'idle') => (
    <Field
      label={label}
      hint={t('minutesHint')}
      {...(isMinutes(fields[name]) ? {} : { validationMessage: t('invalidMinutes') })}
    >
      <Input
        inputMode="numeric"
        value={fields[name]}
        readOnly={!mayChange}
        onChange={(_, { value }) => setFields({ ...fields, [name]: value.trim() })}
      />
    </Field>
  )
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={event => {
        event.preventDefault()
        if (changed && complete && mayChange) save.mutate()
      }}
    >
      <LeaveGuard changed={changed && !save.isPending} />
      {!mayChange && <Notice>{t('readOnly')}</Notice>}
      <Section title={t('sessions')}>
        <div className={styles.fields}>
          {minutes(t('idle'), 'idle')}
          {minutes(t('longest'), 'max')}
        </div>
      </Section>
      <Section title={t('organisation')}>
        <div className={styles.form}>
          <span className={styles.quiet}>{t('organisationWhy')}</span>
          {mayChange && !mayGive && <Notice>{t('needsBoth')}</Notice>}
          <Switch
            label={t('use')}
            checked={oidc !== null}
            disabled={!mayGive}
            onChange={(_, { checked }) =>
              setFields({ ...fields, oidc: checked ? (fieldsOf(settings).oidc ?? NEW_PROVIDER) : null })
            }
          />
          {oidc === null && settings.oidc !== null && <Notice kind="warning">{t('offWarning')}</Notice>}
          {oidc !== null && (
            <OidcForm
              provider={oidc}
              hasSecret={settings.oidc?.hasSecret ?? false}
              redirectUri={settings.redirectUri}
              readOnly={!mayGive}
              onChange={next => setFields({ ...fields, oidc: next })}
            />
          )}
        </div>
      </Section>
      {problem !== null && (
        <ProblemNote
          problem={problem}
          {...(problem.code === 'REVISION_STALE'
            ? { onRetry: () => void queries.invalidateQueries({ queryKey: KEY }) }
            : {})}
        />
      )}
      {mayChange && (
        <div className={styles.actions}>
          <Button
            type="submit"
            appearance="primary"
            disabledFocusable={!changed || !complete || save.isPending}
          >
            {w('save')}
          </Button>
          <Button disabledFocusable={!changed} onClick={() => setFields(fieldsOf(settings))}>
            {w('cancel')}
          </Button>
        </div>
      )}
    </form>
  )
}
