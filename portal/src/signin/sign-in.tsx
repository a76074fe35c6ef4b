/** User name and password, or the organisation's account where one is configured. */
import { Button, Field, Input } from '@fluentui/react-components'
import { type FormEvent, useRef, useState } from 'react'
import { client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { keepSession, type SignInMethods } from '../client/session.ts'
import { localeOf, useLanguage, useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { PasswordInput } from '../parts/password-input.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { problemWords } from '../parts/problem-words.ts'
import styles from './form.module.css'
import { signinTexts } from './texts.ts'

/** Why the organisation's sign-in sent the browser back without a session. It leaves the address at once. */
const oidcProblem = takeFromAddress('signInProblem')

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
      keepSession(await client.startSession({ body: { username: name.trim(), password } }))
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
  return (
    <div className={styles.ways}>
      {oidcProblem !== null && problem === null && <OidcRefusal code={oidcProblem} />}
      {problem !== null && <Refusal problem={problem} />}
      {oidc !== null && (
        <Button as="a" appearance="primary" size="large" href={client.startOidc({ returnTo: here })}>
          {t('withAccount', { name: oidc.name })}
        </Button>
      )}
      {oidc !== null && methods.password && <div className={styles.or}>{t('or')}</div>}
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

function OidcRefusal({ code }: { readonly code: string }) {
  const t = useTexts(signinTexts)
  const [language] = useLanguage()
  const { title, hint } = problemWords({ code, title: t('oidcFailed'), detail: null, hint: null }, language)
  return (
    <Notice kind="error" title={title}>
      {hint}
    </Notice>
  )
}

function takeFromAddress(name: string): string | null {
  const url = new URL(location.href)
  const value = url.searchParams.get(name)
  if (value === null) return null
  url.searchParams.delete(name)
  history.replaceState(history.state, '', url)
  return value
}

/** Wrong and locked are said in our own words; everything else as the archive says it. */
function Refusal({ problem }: { readonly problem: Problem }) {
  const t = useTexts(signinTexts)
  const [language] = useLanguage()
  const until = problem.rest.lockedUntil
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
