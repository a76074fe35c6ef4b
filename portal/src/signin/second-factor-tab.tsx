/** Sets up the second factor or turns it off. Secret and recovery codes are shown once and kept nowhere here. */
import { Button, Field, Input } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import qrcode from 'qrcode-generator'
import { useState } from 'react'
import { client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { readSession, useSession } from '../client/session.ts'
import { useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { PasswordInput } from '../parts/password-input.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Section } from '../parts/section.tsx'
import { useWords } from '../parts/words.ts'
import styles from './second-factor-tab.module.css'
import { signinTexts } from './texts.ts'
import { useAccount } from './use-account.ts'

export function SecondFactorTab() {
  const t = useTexts(signinTexts)
  const { secondFactor } = useSession()
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  return (
    <>
      <p className={styles.text}>{t('secondFactorPurpose')}</p>
      {codes !== null ? (
        <RecoveryCodes codes={codes} onKept={() => setCodes(null)} />
      ) : secondFactor ? (
        <TurnOff />
      ) : (
        <TurnOn onCodes={setCodes} />
      )}
    </>
  )
}

function TurnOn({ onCodes }: { readonly onCodes: (codes: readonly string[]) => void }) {
  const t = useTexts(signinTexts)
  const w = useWords()
  const [code, setCode] = useState('')
  const start = useMutation({ mutationFn: () => client.beginSecondFactor() })
  const confirm = useMutation({
    mutationFn: () => client.confirmSecondFactor({ body: { code: code.replaceAll(/\s/g, '') } }),
    onSuccess: ({ recoveryCodes }) => {
      onCodes(recoveryCodes)
      return readSession()
    },
  })
  const enrolment = start.data
  if (enrolment === undefined)
    return (
      <Section>
        <div className={styles.stack}>
          <Notice title={t('secondFactorOff')}>{t('secondFactorOffWhy')}</Notice>
          {start.error instanceof Problem && <ProblemNote problem={start.error} />}
          <div>
            <Button appearance="primary" disabledFocusable={start.isPending} onClick={() => start.mutate()}>
              {t('setUp')}
            </Button>
          </div>
        </div>
      </Section>
    )
  return (
    <Section title={t('scan')}>
      <form
        className={styles.enrolment}
        onSubmit={event => {
          event.preventDefault()
          confirm.mutate()
        }}
      >
        <QrCode text={enrolment.uri} alt={t('scanAlt')} />
        <div className={styles.stack}>
          <div>
            {t('scanInstead')}
            <code className={styles.secret}>{enrolment.secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</code>
          </div>
          {confirm.error instanceof Problem && <ProblemNote problem={confirm.error} />}
          <Field label={t('confirmCode')}>
            <Input
              className={styles.code}
              inputMode="numeric"
              autoComplete="one-time-code"
              required
              value={code}
              onChange={(_, { value }) => setCode(value)}
            />
          </Field>
          <div className={styles.actions}>
            <Button type="submit" appearance="primary" disabledFocusable={confirm.isPending}>
              {t('turnOn')}
            </Button>
            <Button onClick={() => start.reset()}>{w('cancel')}</Button>
          </div>
        </div>
      </form>
    </Section>
  )
}

function RecoveryCodes({
  codes,
  onKept,
}: {
  readonly codes: readonly string[]
  readonly onKept: () => void
}) {
  const t = useTexts(signinTexts)
  const w = useWords()
  const file = `data:text/plain;charset=utf-8,${encodeURIComponent(`${codes.join('\n')}\n`)}`
  return (
    <Section title={t('recoveryCodes')}>
      <div className={styles.stack}>
        <Notice kind="good" title={t('secondFactorOn')}>
          {t('recoveryCodesWhy')}
        </Notice>
        <ol className={styles.codes}>
          {codes.map(each => (
            <li key={each}>
              <code>{each}</code>
            </li>
          ))}
        </ol>
        <div className={styles.actions}>
          <Button appearance="primary" onClick={onKept}>
            {t('recoveryCodesKept')}
          </Button>
          <Button as="a" href={file} download={t('recoveryCodesFile')}>
            {w('download')}
          </Button>
        </div>
      </div>
    </Section>
  )
}

function TurnOff() {
  const t = useTexts(signinTexts)
  const account = useAccount()
  // Who has no password here proves who they are by a code.
  const byCode = account.data?.hasPassword === false
  const [proof, setProof] = useState('')
  const off = useMutation({
    mutationFn: () =>
      client.removeSecondFactor({
        body: byCode ? { code: proof.replaceAll(/\s/g, '') } : { password: proof },
      }),
    onSuccess: () => readSession(),
  })
  return (
    <>
      <Notice kind="good" title={t('secondFactorOn')}>
        {t('secondFactorOnWhy')}
        {account.data !== undefined && <> {t('codesLeft', { count: account.data.recoveryCodesLeft })}</>}
      </Notice>
      <Section title={t('turnOffTitle')}>
        <form
          className={styles.stack}
          onSubmit={event => {
            event.preventDefault()
            off.mutate()
          }}
        >
          <p className={styles.text}>{t('turnOffWhy')}</p>
          {off.error instanceof Problem && <ProblemNote problem={off.error} />}
          <Field label={byCode ? t('code') : t('password')} className={styles.narrow}>
            {byCode ? (
              <Input
                autoComplete="one-time-code"
                required
                value={proof}
                onChange={(_, { value }) => setProof(value)}
              />
            ) : (
              <PasswordInput
                autoComplete="current-password"
                required
                value={proof}
                onChange={(_, { value }) => setProof(value)}
              />
            )}
          </Field>
          <div>
            <Button type="submit" disabledFocusable={off.isPending}>
              {t('turnOff')}
            </Button>
          </div>
        </form>
      </Section>
    </>
  )
}

/** The code as one SVG path, dark on white in both themes, with the four modules of quiet that readers want. */
function QrCode({ text, alt }: { readonly text: string; readonly alt: string }) {
  const code = qrcode(0, 'M')
  code.addData(text)
  code.make()
  const size = code.getModuleCount()
  const quiet = 4
  let path = ''
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++)
      if (code.isDark(row, column)) path += `M${column + quiet} ${row + quiet}h1v1h-1z`
  const side = size + 2 * quiet
  return (
    <svg
      className={styles.qr}
      viewBox={`0 0 ${side} ${side}`}
      role="img"
      aria-label={alt}
      shapeRendering="crispEdges"
    >
      <rect width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
