/** The provider of the organisation's accounts: where it is, as whom we ask, and what its answers mean here. */
import { Button, Field, Input, Radio, RadioGroup, Switch } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { PasswordInput } from '../parts/password-input.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { OidcGroups } from './oidc-groups.tsx'
import styles from './permissions.module.css'
import { signInTexts } from './sign-in-texts.ts'

export type Provider = {
  readonly issuer: string
  readonly clientId: string
  /** A new secret; empty keeps the one there is. */
  readonly secret: string
  readonly name: string
  /** Separated by spaces. */
  readonly scopes: string
  readonly usernameClaim: string
  readonly usernameTrusted: boolean
  readonly unknownPersons: 'refuse' | 'add'
  readonly groupsClaim: string
  readonly groups: readonly { readonly group: string; readonly roleGroupId: number }[]
}

export const NEW_PROVIDER: Provider = {
  issuer: '',
  clientId: '',
  secret: '',
  name: '',
  scopes: 'openid profile email',
  usernameClaim: 'preferred_username',
  usernameTrusted: false,
  unknownPersons: 'refuse',
  groupsClaim: '',
  groups: [],
}

type Props = {
  readonly provider: Provider
  readonly hasSecret: boolean
  readonly redirectUri: string
  readonly readOnly: boolean
  readonly onChange: (provider: Provider) => void
}

export function OidcForm({ provider, hasSecret, redirectUri, readOnly, onChange }: Props) {
  const t = useTexts(signInTexts)
  const change = (part: Partial<Provider>) => onChange({ ...provider, ...part })
  const text = (name: 'clientId' | 'name' | 'scopes' | 'usernameClaim' | 'groupsClaim') => ({
    value: provider[name],
    readOnly,
    autoComplete: 'off',
    spellCheck: false,
    onChange: (_: unknown, { value }: { readonly value: string }) => change({ [name]: value }),
  })
  return (
    <div className={styles.form}>
      {!readOnly && (
        <div>
          <Button
            onClick={() =>
              change({
                scopes: 'openid profile email',
                usernameClaim: 'preferred_username',
                usernameTrusted: true,
                ...(provider.name === '' ? { name: 'Microsoft' } : {}),
                ...(provider.issuer === ''
                  ? { issuer: 'https://login.microsoftonline.com/<tenant-id>/v2.0' }
                  : {}),
              })
            }
          >
            {t('entra')}
          </Button>
        </div>
      )}
      <Issuer provider={provider} readOnly={readOnly} onIssuer={issuer => change({ issuer })} />
      <div className={styles.fields}>
        <Field label={t('clientId')} required>
          <Input {...text('clientId')} />
        </Field>
        <Field label={t('secret')} hint={hasSecret ? t('secretKept') : t('secretNone')}>
          <PasswordInput
            autoComplete="new-password"
            value={provider.secret}
            readOnly={readOnly}
            onChange={(_, { value }) => change({ secret: value })}
          />
        </Field>
      </div>
      <Field label={t('redirect')}>
        <Input readOnly value={redirectUri} contentAfter={<CopyButton text={redirectUri} />} />
      </Field>
      <div className={styles.fields}>
        <Field
          label={t('name')}
          required
          {...(provider.name.trim() === '' ? {} : { hint: t('namePreview', { name: provider.name.trim() }) })}
        >
          <Input {...text('name')} />
        </Field>
        <Field label={t('scopes')} hint={t('scopesHint')} required>
          <Input {...text('scopes')} />
        </Field>
        <Field label={t('usernameClaim')} required>
          <Input {...text('usernameClaim')} />
        </Field>
      </div>
      <Field hint={t('trustedHint')}>
        <Switch
          label={t('trusted')}
          checked={provider.usernameTrusted}
          disabled={readOnly}
          onChange={(_, { checked }) => change({ usernameTrusted: checked })}
        />
      </Field>
      <Field label={t('unknown')}>
        <RadioGroup
          value={provider.unknownPersons}
          disabled={readOnly}
          onChange={(_, { value }) => change({ unknownPersons: value === 'add' ? 'add' : 'refuse' })}
        >
          <Radio value="refuse" label={t('refuse')} />
          <Radio value="add" label={t('addWithout')} />
        </RadioGroup>
      </Field>
      <Field label={t('groupsClaim')} hint={t('groupsClaimHint')}>
        <Input {...text('groupsClaim')} />
      </Field>
      {provider.groupsClaim.trim() !== '' && (
        <OidcGroups groups={provider.groups} readOnly={readOnly} onChange={groups => change({ groups })} />
      )}
    </div>
  )
}

type IssuerProps = {
  readonly provider: Provider
  readonly readOnly: boolean
  readonly onIssuer: (issuer: string) => void
}

/** The issuer, and a look at what answers there. */
function Issuer({ provider, readOnly, onIssuer }: IssuerProps) {
  const t = useTexts(signInTexts)
  const test = useMutation({
    mutationFn: () =>
      client.testOidc({
        body: {
          issuer: provider.issuer.trim(),
          ...(provider.clientId.trim() === '' ? {} : { clientId: provider.clientId.trim() }),
        },
      }),
  })
  return (
    <div className={styles.stack}>
      <Field label={t('issuer')} hint={t('issuerHint')} required>
        <Input
          type="url"
          value={provider.issuer}
          readOnly={readOnly}
          autoComplete="off"
          onChange={(_, { value }) => {
            test.reset()
            onIssuer(value)
          }}
        />
      </Field>
      {!readOnly && (
        <div>
          <Button
            disabledFocusable={provider.issuer.trim() === '' || test.isPending}
            onClick={() => test.mutate()}
          >
            {t('test')}
          </Button>
        </div>
      )}
      {test.error instanceof Problem && <ProblemNote problem={test.error} />}
      {test.data !== undefined && (
        <Notice kind="good" title={t('testGood', { issuer: test.data.issuer })}>
          {test.data.scopes.length > 0 && t('testScopes', { scopes: test.data.scopes.join(', ') })}
        </Notice>
      )}
    </div>
  )
}
