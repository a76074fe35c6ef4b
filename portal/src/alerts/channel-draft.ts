/** What is being entered for a channel: texts, until they are sent. */
import type { AlertChannel, AlertChannelSettings } from '../client/client.ts'

export type Draft = {
  readonly kind: 'email' | 'webhook'
  readonly name: string
  readonly enabled: boolean
  readonly host: string
  readonly port: string
  readonly security: 'tls' | 'starttls' | 'none'
  readonly user: string
  /** Null keeps the one there is. */
  readonly password: string | null
  readonly from: string
  /** One address a line. */
  readonly to: string
  readonly language: 'en' | 'sv'
  readonly url: string
  readonly allowPrivate: boolean
  readonly authority: string
}

export const PORTS: Readonly<Record<Draft['security'], string>> = { tls: '465', starttls: '587', none: '25' }

export function newDraft(): Draft {
  return {
    kind: 'email',
    name: '',
    enabled: true,
    host: '',
    port: PORTS.starttls,
    security: 'starttls',
    user: '',
    password: null,
    from: '',
    to: '',
    language: 'en',
    url: '',
    allowPrivate: false,
    authority: '',
  }
}

export function draftOf({ name, enabled, settings }: AlertChannel): Draft {
  const common = { ...newDraft(), name, enabled, authority: settings.authority ?? '' }
  if (settings.kind === 'webhook')
    return { ...common, kind: 'webhook', url: settings.url, allowPrivate: settings.allowPrivate }
  const { host, port, security, user, from, to, language } = settings
  return { ...common, host, port: String(port), security, user, from, to: to.join('\n'), language }
}

const addresses = (text: string) => text.split(/[\s,;]+/).filter(each => each !== '')

export function bodyOf(draft: Draft): {
  name: string
  enabled: boolean
  settings: AlertChannelSettings
  password?: string
} {
  const { kind, name, enabled, password } = draft
  const authority = draft.authority.trim() === '' ? null : draft.authority
  if (kind === 'webhook')
    return {
      name,
      enabled,
      settings: { kind, url: draft.url.trim(), allowPrivate: draft.allowPrivate, authority },
    }
  const { host, security, user, from, language } = draft
  return {
    name,
    enabled,
    settings: {
      kind,
      host: host.trim(),
      port: Number(draft.port),
      security,
      user: user.trim(),
      from: from.trim(),
      to: addresses(draft.to),
      language,
      authority,
    },
    // Without a user there is nothing to send a password with.
    ...(user.trim() === '' ? { password: '' } : password === null ? {} : { password }),
  }
}

/** Whether enough is there to be sent; the API says what of it is wrong. */
export function isComplete(draft: Draft): boolean {
  if (draft.name.trim() === '') return false
  if (draft.kind === 'webhook') return draft.url.trim() !== ''
  const port = Number(draft.port)
  return (
    draft.host.trim() !== '' &&
    Number.isInteger(port) &&
    port >= 1 &&
    port <= 65_535 &&
    draft.from.trim() !== '' &&
    addresses(draft.to).length > 0
  )
}
