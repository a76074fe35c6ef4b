/** User name and password, or the organisation's account where one is configured. */
import { Button, Divider, Field, Input } from '@fluentui/react-components'
import { type FormEvent, useRef, useState } from 'react'
import { addressOf, call } from '../client/call.ts'
import { Problem } from '../client/problem.ts'
import { keepSession, type Session, type SignInMethods } from '../client/session.ts'
import { localeOf, useLanguage, useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { PasswordInput } from '../parts/password-input.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import styles from './form.module.css'
import { signinTexts } from './texts.ts'

export function SignIn({
  methods,
  username,
}: {
  readonly methods: SignInMethods
  readonly username: string
}) {
  const t = useTexts(signinTexts)
  const [name, setName] = useState(username)
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const passwordInput = useRef<HTMLInputElement>(null)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    try {
      keepSession(await call<Session>('post', '/session', { body: { username: name.trim(), password } }))
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      setProblem(error)
      setPassword('')
      passwordInput.current?.focus()
    } finally {
      setBusy(false)
    }
  }
  const here = location.pathname + location.search
  const { oidc } = methods
  const oidcProblem = problem === null ? new URLSearchParams(location.search).get('signInProblem') : null
  return (
    <div className={styles.ways}>
      {oidcProblem !== null && <Notice kind="error" title={t('oidcFailed')} />}
      {problem !== null && <Refusal problem={problem} />}
      {oidc !== null && (
        <Button
          as="a"
          appearance="primary"
          size="large"
          href={addressOf('/session/oidc/start', { query: { returnTo: here } })}
        >
          {t('withAccount', { name: oidc.name })}
        </Button>
      )}
      {oidc !== null && methods.password && <Divider>{t('or')}</Divider>}
      {methods.password && (
        <form className={styles.form} onSubmit={event => void submit(event)}>
          <Field label={t('username')}>
            <Input
              name="username"
              size="large"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              required
              autoFocus={username === ''}
              value={name}
              onChange={(_, { value }) => setName(value)}
            />
          </Field>
          <Field label={t('password')}>
            <PasswordInput
              inputRef={passwordInput}
              name="password"
              size="large"
              autoComplete="current-password"
              required
              autoFocus={username !== ''}
              value={password}
              onChange={(_, { value }) => setPassword(value)}
            />
          </Field>
          <Button
            type="submit"
            size="large"
            appearance={oidc === null ? 'primary' : 'secondary'}
            disabledFocusable={busy}
          >
            {t('signIn')}
          </Button>
        </form>
      )}
    </div>
  )
}

/** Wrong and locked are said in our own words; everything else as the archive says it. */
function Refusal({ problem }: { readonly problem: Problem }) {
  const t = useTexts(signinTexts)
  const [language] = useLanguage()
  const until = problem.rest.until ?? problem.rest.lockedUntil
  if (problem.status === 429 || /LOCKED/.test(problem.code)) {
    const at = typeof until === 'string' ? Date.parse(until) : Date.now() + (problem.retryAfter ?? 60) * 1000
    const time = new Intl.DateTimeFormat(localeOf(language), { timeStyle: 'short' }).format(at)
    return (
      <Notice kind="error" title={t('locked')}>
        {t('lockedUntil', { time })} {t('lockedHint')}
      </Notice>
    )
  }
  if (problem.status === 401)
    return (
      <Notice kind="error" title={t('refused')}>
        {t('refusedHint')}
      </Notice>
    )
  return <ProblemNote problem={problem} />
}
