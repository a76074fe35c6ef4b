/**
 * Login to TeleMessage: user name, password and site, tried at once. When the site lets us in, a message says that the
 * connector is created, and closing it leads on, as documented.
 */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
} from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { type ConnectorDraft, client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { PasswordInput } from '../parts/password-input.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { useWords } from '../parts/words.ts'
import { useSignIn } from './draft.ts'
import { Foot } from './foot.tsx'
import { LIST_KEY } from './use-imports.ts'
import styles from './wizard.module.css'
import { wizardTexts } from './wizard-texts.ts'

/** Refusals that have words of their own here. */
const TOLD = [
  'SITE_SIGN_IN_WRONG',
  'SITE_SIGN_IN_SUSPENDED',
  'SITE_UNREACHABLE',
  'SITE_NOT_TLS',
  'SITE_ADDRESS_INVALID',
  'SITE_CERTIFICATE',
  'SITE_REDIRECTED',
  'SITE_NOT_DEMONSTRATION',
  'SITE_IS_DEMONSTRATION',
  'PRODUCT_NOT_IN_ACCOUNT',
  'CONNECTOR_EXISTS',
] as const

type Props = {
  readonly draft: ConnectorDraft
  readonly onBack: () => void
  readonly onNext: () => void
  readonly onCancel: () => void
}

export function LoginStep({ draft, onBack, onNext, onCancel }: Props) {
  const t = useTexts(wizardTexts)
  const signIn = useSignIn(draft.connectorId)
  const [username, setUsername] = useState(draft.username)
  const [password, setPassword] = useState('')
  const [site, setSite] = useState(draft.location === '' ? 'https://' : draft.location)
  const [tried, setTried] = useState(false)
  const [created, setCreated] = useState(false)
  const known = useKnownSites()
  const signedIn = draft.accountId !== ''
  const same = signedIn && username === draft.username && site.trim() === draft.location
  const missing = {
    username: username.trim() === '' ? t('usernameNeeded') : null,
    password: password !== '' || same ? null : signedIn ? t('passwordAgain') : t('passwordNeeded'),
    site: site.trim() === '' || site.trim() === 'https://' ? t('siteNeeded') : null,
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (missing.username !== null || missing.password !== null || missing.site !== null) return
    if (same && password === '') return onNext()
    const body = {
      location: site.trim(),
      username: username.trim(),
      ...(password === '' ? {} : { password }),
    }
    try {
      await signIn.mutateAsync(body)
      setPassword('')
      setTried(false)
      setCreated(true)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
    }
  }
  const validation = (problem: string | null) =>
    tried && problem !== null ? { validationMessage: problem, validationState: 'error' as const } : {}
  return (
    <form className={styles.form} noValidate onSubmit={event => void submit(event)}>
      <p className={styles.intro}>{t('loginIntro')}</p>
      {signIn.error instanceof Problem && <Refusal problem={signIn.error} product={draft.productName} />}
      <div className={styles.fields}>
        <Field label={t('username')} required {...validation(missing.username)}>
          <Input
            name="telemessage-username"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            list="known-usernames"
            value={username}
            onChange={(_, { value }) => setUsername(value)}
          />
        </Field>
        <Field
          label={t('password')}
          required={!same}
          {...(draft.hasPassword && same ? { hint: t('passwordKept') } : {})}
          {...validation(missing.password)}
        >
          <PasswordInput
            name="telemessage-password"
            autoComplete="new-password"
            value={password}
            onChange={(_, { value }) => setPassword(value)}
          />
        </Field>
        <Field
          className={styles.whole!}
          label={t('site')}
          required
          hint={t('siteHint')}
          {...validation(missing.site)}
        >
          <Input
            name="telemessage-site"
            type="url"
            inputMode="url"
            autoComplete="off"
            spellCheck={false}
            list="known-sites"
            value={site}
            onChange={(_, { value }) => setSite(value)}
          />
        </Field>
      </div>
      <datalist id="known-sites">
        {known.sites.map(each => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <datalist id="known-usernames">
        {known.usernames.map(each => (
          <option key={each} value={each} />
        ))}
      </datalist>
      {same && !signIn.isPending && signIn.error === null && (
        <Notice kind="good">
          {t('signedIn', { account: draft.accountName, count: draft.registeredUsers })}
        </Notice>
      )}
      <Foot
        onBack={onBack}
        onCancel={onCancel}
        busy={signIn.isPending}
        {...(signIn.isPending ? { next: t('signingIn') } : {})}
      />
      {created && <Created draft={draft} onClose={onNext} />}
    </form>
  )
}

function Refusal({ problem, product }: { readonly problem: Problem; readonly product: string }) {
  const t = useTexts(wizardTexts)
  const code = TOLD.find(each => each === problem.code)
  if (code === undefined) return <ProblemNote problem={problem} />
  const title =
    code === 'PRODUCT_NOT_IN_ACCOUNT' || code === 'CONNECTOR_EXISTS' ? t(code, { product }) : t(code)
  return (
    <Notice kind="error" title={title}>
      {t(`${code}_hint`)}
      {problem.reference !== null && (
        <div className={styles.reference}>
          <code>{problem.code}</code> <code>{problem.reference}</code>
        </div>
      )}
    </Notice>
  )
}

function Created({ draft, onClose }: { readonly draft: ConnectorDraft; readonly onClose: () => void }) {
  const t = useTexts(wizardTexts)
  const w = useWords()
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('createdTitle')}</DialogTitle>
          <DialogContent>
            <p>{t('createdText', { account: draft.accountName })}</p>
            <p>{t('createdLater')}</p>
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" onClick={onClose}>
              {w('close')}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}

/** Accounts of the connectors that there are: a second product mostly is of the same one. */
function useKnownSites() {
  const connectors = useQuery({
    queryKey: [...LIST_KEY, 'all'],
    queryFn: ({ signal }) => client.listConnectors({ limit: 200, signal }),
  })
  const rows = (connectors.data?.rows ?? []).filter(row => row.location.startsWith('http'))
  return {
    sites: [...new Set(rows.map(row => row.location))],
    usernames: [...new Set(rows.map(row => row.username))],
  }
}
