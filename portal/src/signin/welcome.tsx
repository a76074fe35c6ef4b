/** What is shown while nobody is signed in: the step of signing in that is due. */
import { Button } from '@fluentui/react-components'
import { type ReactNode, useEffect, useRef } from 'react'
import { type SessionState, startOver } from '../client/session.ts'
import { frameTexts } from '../frame/texts.ts'
import { LanguageSwitch, SchemeSwitch } from '../frame/top-bar.tsx'
import { useTexts } from '../parts/language.ts'
import { FirstPassword } from './first-password.tsx'
import { SecondFactor } from './second-factor.tsx'
import { SignIn } from './sign-in.tsx'
import { signinTexts } from './texts.ts'
import styles from './welcome.module.css'

export function Welcome({ state }: { readonly state: SessionState }) {
  const t = useTexts(signinTexts)
  const f = useTexts(frameTexts)
  if (state.kind === 'loading') return <div className={styles.ground} />
  if (state.kind === 'unreachable')
    return (
      <Card title={f('unreachable')}>
        <p role="alert">{f('unreachableWhy')}</p>
      </Card>
    )
  if (state.kind === 'present') {
    const somebodyElse = (
      <Button appearance="transparent" onClick={() => void startOver()}>
        {t('startOver')}
      </Button>
    )
    return state.session.state === 'second-factor-needed' ? (
      <Card title={t('secondFactor')} foot={somebodyElse}>
        <SecondFactor />
      </Card>
    ) : (
      <Card title={t('firstPassword')} foot={somebodyElse}>
        <FirstPassword username={state.session.person.username} />
      </Card>
    )
  }
  const { organisation } = state.methods
  return (
    <Card title={organisation === null ? t('signIn') : t('signInTo', { organisation })}>
      {state.kind === 'ended' && <p role="status">{t('ended')}</p>}
      {state.kind === 'signed-out' && state.left && <p role="status">{t('signedOut')}</p>}
      <SignIn methods={state.methods} username={state.kind === 'ended' ? state.last.person.username : ''} />
    </Card>
  )
}

type CardProps = { readonly title: string; readonly children: ReactNode; readonly foot?: ReactNode }

function Card({ title, children, foot }: CardProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each step is announced by its heading
  useEffect(() => {
    if (!(document.activeElement instanceof HTMLInputElement)) heading.current?.focus()
  }, [title])
  return (
    <div className={styles.ground}>
      <title>{`${title} - Holdfast`}</title>
      <main className={styles.card}>
        <div className={styles.product}>
          <img src="/holdfast.svg" alt="" width="32" height="32" />
          <span>Holdfast</span>
        </div>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {children}
        {foot !== undefined && <div className={styles.foot}>{foot}</div>}
      </main>
      <div className={styles.tools}>
        <LanguageSwitch className={styles.tool} />
        <SchemeSwitch className={styles.tool} />
      </div>
    </div>
  )
}
