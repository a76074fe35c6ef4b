/** Changes one's password: the one now, and the new one twice. */
import { Button, Field } from '@fluentui/react-components'
import { type FormEvent, useState } from 'react'
import { client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import type { Session } from '../client/session.ts'
import { useTexts } from '../parts/language.ts'
import { PasswordInput } from '../parts/password-input.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import styles from './form.module.css'
import { signinTexts } from './texts.ts'

/** As `src/identity` has it; the API refuses shorter ones too. */
const LENGTH_MIN = 12

type Props = {
  readonly username: string
  readonly button: string
  readonly onChanged: (session: Session) => void
}

export function PasswordForm({ username, button, onChanged }: Props) {
  const t = useTexts(signinTexts)
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [again, setAgain] = useState('')
  const [tried, setTried] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const short = next.length < LENGTH_MIN
  const same = next !== '' && next === current
  const differ = next !== again
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (short || same || differ) return
    setBusy(true)
    try {
      onChanged(await client.changePassword({ body: { current, next } }))
      setCurrent('')
      setNext('')
      setAgain('')
      setTried(false)
      setProblem(null)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      setProblem(error)
    } finally {
      setBusy(false)
    }
  }
  const nextProblem = !tried
    ? null
    : short
      ? t('passwordShort', { count: LENGTH_MIN })
      : same
        ? t('passwordSame')
        : null
  return (
    <form className={styles.form} noValidate onSubmit={event => void submit(event)}>
      {problem !== null && <ProblemNote problem={problem} />}
      <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
      <Field label={t('currentPassword')}>
        <PasswordInput
          name="current"
          autoComplete="current-password"
          value={current}
          onChange={(_, { value }) => setCurrent(value)}
        />
      </Field>
      <Field
        label={t('newPassword')}
        hint={t('passwordRule', { count: LENGTH_MIN })}
        {...(nextProblem === null ? {} : { validationMessage: nextProblem })}
      >
        <PasswordInput
          name="next"
          autoComplete="new-password"
          value={next}
          onChange={(_, { value }) => setNext(value)}
        />
      </Field>
      <Field
        label={t('repeatPassword')}
        {...(tried && differ ? { validationMessage: t('passwordsDiffer') } : {})}
      >
        <PasswordInput
          name="again"
          autoComplete="new-password"
          value={again}
          onChange={(_, { value }) => setAgain(value)}
        />
      </Field>
      <div className={styles.actions}>
        <Button type="submit" appearance="primary" disabledFocusable={busy}>
          {button}
        </Button>
      </div>
    </form>
  )
}
