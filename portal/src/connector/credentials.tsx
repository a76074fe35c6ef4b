/** How a connector signs in: shown without its password, and replaced after the site has let the new one in. */
import { Button, Field, Input, Spinner } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type Connector, client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { Facts } from '../parts/facts.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { momentText } from '../parts/moment.tsx'
import { PasswordInput } from '../parts/password-input.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Section } from '../parts/section.tsx'
import { showDone } from '../parts/toast.tsx'
import { useWords } from '../parts/words.ts'
import styles from './connector.module.css'
import { settingsTexts } from './settings-texts.ts'
import { connectorKey } from './use-connector.ts'

export function Credentials({ of, locked }: { readonly of: Connector; readonly locked: boolean }) {
  const t = useTexts(settingsTexts)
  const [language] = useLanguage()
  const [replacing, setReplacing] = useState(false)
  const who = (name: string | null) => (name ?? '').replace(/^person:/, '')
  const site = of.sourceKind === 'site'
  return (
    <Section title={t('source')}>
      <div className={styles.form}>
        <Facts
          of={[
            [t('account'), of.accountName === '' ? of.accountId : `${of.accountName} (${of.accountId})`],
            [site ? t('site') : t('folder'), of.location],
            [t('username'), site ? of.username : null],
            [t('password'), site ? (of.hasPassword ? t('passwordKept') : t('passwordNone')) : null],
            [
              t('terms'),
              of.termsAcceptedAt === null
                ? null
                : t('termsBy', {
                    who: who(of.termsAcceptedBy),
                    when: momentText(of.termsAcceptedAt, language),
                  }),
            ],
            [t('added'), t('addedBy', { who: who(of.createdBy), when: momentText(of.createdAt, language) })],
          ]}
        />
        {site && !locked && !replacing && (
          <div>
            <Button onClick={() => setReplacing(true)}>{t('replace')}</Button>
          </div>
        )}
        {replacing && <Replacement of={of} onClose={() => setReplacing(false)} />}
      </div>
    </Section>
  )
}

function Replacement({ of, onClose }: { readonly of: Connector; readonly onClose: () => void }) {
  const t = useTexts(settingsTexts)
  const w = useWords()
  const queries = useQueryClient()
  const [location, setLocation] = useState(of.location)
  const [username, setUsername] = useState(of.username)
  const [password, setPassword] = useState('')
  const { connectorId, revision } = of
  const replace = useMutation({
    mutationFn: () =>
      client.replaceCredentials({
        connectorId,
        revision,
        body: { ...(location === of.location ? {} : { location: location.trim() }), username, password },
      }),
    onSuccess: () => {
      showDone(t('replacedDone'))
      onClose()
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: connectorKey(connectorId) }),
  })
  const ready = location.trim() !== '' && username !== '' && password !== ''
  return (
    <form
      className={styles.fields}
      onSubmit={event => {
        event.preventDefault()
        if (ready && !replace.isPending) replace.mutate()
      }}
    >
      <p className={styles.hint}>{t('replaceText')}</p>
      <Field label={t('site')} required>
        <Input type="url" value={location} onChange={(_, { value }) => setLocation(value)} />
      </Field>
      <Field label={t('username')} required>
        <Input value={username} autoComplete="off" onChange={(_, { value }) => setUsername(value)} />
      </Field>
      <Field label={t('password')} required>
        <PasswordInput
          value={password}
          autoComplete="new-password"
          onChange={(_, { value }) => setPassword(value)}
        />
      </Field>
      {replace.error instanceof Problem && <ProblemNote problem={replace.error} />}
      <div className={styles.acts}>
        <Button type="submit" appearance="primary" disabledFocusable={!ready || replace.isPending}>
          {t('trySave')}
        </Button>
        <Button onClick={onClose}>{w('cancel')}</Button>
        {replace.isPending && <Spinner size="tiny" label={t('trying')} />}
      </div>
    </form>
  )
}
