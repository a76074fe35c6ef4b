/** The fields of a channel. */
import {
  Checkbox,
  Field,
  Input,
  Radio,
  RadioGroup,
  Select,
  Switch,
  Textarea,
} from '@fluentui/react-components'
import type { AlertChannel } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import { PasswordInput } from '../parts/password-input.tsx'
import { useWords } from '../parts/words.ts'
import styles from './alerts.module.css'
import { type Draft, PORTS } from './channel-draft.ts'
import { alertTexts } from './texts.ts'

type Props = {
  readonly draft: Draft
  readonly setDraft: (draft: Draft) => void
  /** Null for a new one. */
  readonly channel: AlertChannel | null
}

export function ChannelForm({ draft, setDraft, channel }: Props) {
  const t = useTexts(alertTexts)
  const w = useWords()
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change })
  return (
    <>
      {channel === null && (
        <Field label={t('kind')}>
          <RadioGroup
            layout="horizontal"
            value={draft.kind}
            onChange={(_, { value }) => set({ kind: value === 'webhook' ? 'webhook' : 'email' })}
          >
            <Radio value="email" label={t('email')} />
            <Radio value="webhook" label={t('webhook')} />
          </RadioGroup>
        </Field>
      )}
      <Field label={w('name')}>
        <Input value={draft.name} maxLength={100} onChange={(_, { value }) => set({ name: value })} />
      </Field>
      <Switch
        label={t('channelOn')}
        checked={draft.enabled}
        onChange={(_, { checked }) => set({ enabled: checked })}
      />
      {draft.kind === 'email' ? (
        <EmailFields draft={draft} set={set} kept={channel?.secretKept ?? false} />
      ) : (
        <WebhookFields draft={draft} set={set} />
      )}
      <Field label={`${t('authority')} (${w('optional')})`} hint={t('authorityHint')} className={styles.pem!}>
        <Textarea
          rows={3}
          spellCheck={false}
          placeholder="-----BEGIN CERTIFICATE-----"
          value={draft.authority}
          onChange={(_, { value }) => set({ authority: value })}
        />
      </Field>
    </>
  )
}

type PartProps = { readonly draft: Draft; readonly set: (change: Partial<Draft>) => void }

function EmailFields({ draft, set, kept }: PartProps & { readonly kept: boolean }) {
  const t = useTexts(alertTexts)
  const w = useWords()
  const secure = (security: Draft['security']) =>
    set({
      security,
      // The usual port of the way chosen, unless another was entered.
      ...(Object.values(PORTS).includes(draft.port) ? { port: PORTS[security] } : {}),
    })
  return (
    <>
      <div className={styles.pair}>
        <Field label={t('host')}>
          <Input
            value={draft.host}
            placeholder="smtp.example.com"
            spellCheck={false}
            onChange={(_, { value }) => set({ host: value })}
          />
        </Field>
        <Field label={t('port')}>
          <Input value={draft.port} inputMode="numeric" onChange={(_, { value }) => set({ port: value })} />
        </Field>
      </div>
      <Field label={t('security')} {...(draft.security === 'none' ? { hint: t('noneHint') } : {})}>
        <Select
          value={draft.security}
          onChange={(_, { value }) => secure(value === 'tls' || value === 'none' ? value : 'starttls')}
        >
          <option value="starttls">{t('starttls')}</option>
          <option value="tls">{t('tls')}</option>
          <option value="none">{t('none')}</option>
        </Select>
      </Field>
      <Field label={`${t('user')} (${w('optional')})`}>
        <Input
          value={draft.user}
          autoComplete="off"
          spellCheck={false}
          onChange={(_, { value }) => set({ user: value })}
        />
      </Field>
      {draft.user.trim() !== '' && (
        <Field
          label={t('password')}
          {...(kept && draft.password === null ? { hint: t('passwordKept') } : {})}
        >
          <PasswordInput
            autoComplete="new-password"
            value={draft.password ?? ''}
            onChange={(_, { value }) => set({ password: value === '' && kept ? null : value })}
          />
        </Field>
      )}
      <Field label={t('sender')}>
        <Input
          type="email"
          value={draft.from}
          placeholder="holdfast@example.com"
          onChange={(_, { value }) => set({ from: value })}
        />
      </Field>
      <Field label={t('recipients')} hint={t('recipientsHint')}>
        <Textarea
          rows={3}
          spellCheck={false}
          value={draft.to}
          onChange={(_, { value }) => set({ to: value })}
        />
      </Field>
      <Field label={t('language')}>
        <Select
          value={draft.language}
          onChange={(_, { value }) => set({ language: value === 'sv' ? 'sv' : 'en' })}
        >
          <option value="en">English</option>
          <option value="sv">Svenska</option>
        </Select>
      </Field>
    </>
  )
}

function WebhookFields({ draft, set }: PartProps) {
  const t = useTexts(alertTexts)
  return (
    <>
      <Field label={t('url')} hint={t('urlHint')}>
        <Input
          value={draft.url}
          placeholder="https://example.com/hooks/holdfast"
          spellCheck={false}
          onChange={(_, { value }) => set({ url: value })}
        />
      </Field>
      <Checkbox
        label={t('allowPrivate')}
        checked={draft.allowPrivate}
        onChange={(_, { checked }) => set({ allowPrivate: checked === true })}
      />
    </>
  )
}
