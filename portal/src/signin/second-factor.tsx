/** The second step: six digits of the authenticator app, or a recovery code. */
import { Button, Field, Input } from '@fluentui/react-components'
import { type FormEvent, useState } from 'react'
import { client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { keepSession } from '../client/session.ts'
import { useTexts } from '../parts/language.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import styles from './form.module.css'
import { signinTexts } from './texts.ts'

export function SecondFactor() {
  const t = useTexts(signinTexts)
  const [recovery, setRecovery] = useState(false)
  const [code, setCode] = useState('')
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    try {
      const written = recovery ? code.trim() : code.replaceAll(/\s/g, '')
      keepSession(await client.giveSecondFactor({ body: { code: written } }))
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      setProblem(error)
      setCode('')
    } finally {
      setBusy(false)
    }
  }
  return (
    <form className={styles.form} onSubmit={event => void submit(event)}>
      <p>{recovery ? t('recoveryWhy') : t('secondFactorWhy')}</p>
      {problem !== null && <ProblemNote problem={problem} />}
      <Field label={recovery ? t('recoveryCode') : t('code')}>
        <Input
          key={String(recovery)}
          name="code"
          size="large"
          inputMode={recovery ? 'text' : 'numeric'}
          autoComplete="one-time-code"
          required
          autoFocus
          value={code}
          onChange={(_, { value }) => setCode(value)}
        />
      </Field>
      <Button type="submit" size="large" appearance="primary" disabledFocusable={busy}>
        {t('continue')}
      </Button>
      <Button
        appearance="transparent"
        onClick={() => {
          setRecovery(!recovery)
          setCode('')
        }}
      >
        {recovery ? t('appInstead') : t('recoveryInstead')}
      </Button>
    </form>
  )
}
