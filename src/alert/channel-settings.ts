/** The settings of a channel, and what of them is taken: nothing that could add a header, or speak in the clear. */
import { HoldfastError } from '../errors.ts'
import { isLoopback } from '../loopback.ts'

export type EmailSettings = {
  readonly kind: 'email'
  readonly host: string
  readonly port: number
  /** `tls`: from the first byte; `starttls`: demanded before anything is said; `none`: on this machine alone. */
  readonly security: 'tls' | 'starttls' | 'none'
  /** Empty: without signing in. */
  readonly user: string
  readonly from: string
  readonly to: readonly string[]
  readonly language: 'en' | 'sv'
  /** The certificate of an authority of one's own (PEM), which the server's is checked by; null: the public ones. */
  readonly authority: string | null
}

export type WebhookSettings = {
  readonly kind: 'webhook'
  readonly url: string
  /** Whether its host may be in a private network or on this machine. */
  readonly allowPrivate: boolean
  /** As for e-mail. */
  readonly authority: string | null
}

export type ChannelSettings = EmailSettings | WebhookSettings

const RECIPIENTS_MAX = 50
const AUTHORITY_MAX = 100_000
/** What of RFC 5321's addresses is in use; no quotes, comments, spaces, or anything that could end a header. */
const ADDRESS =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/
const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[?[0-9A-Fa-f:.]+\]?)$/

const refuse = (what: string): never => {
  throw new HoldfastError('CHANNEL_INVALID', what)
}

/** The settings as they are kept. CHANNEL_INVALID names the one that is wrong. */
export function checkSettings(settings: ChannelSettings): ChannelSettings {
  return settings.kind === 'email' ? checkEmail(settings) : checkWebhook(settings)
}

function checkEmail(settings: EmailSettings): EmailSettings {
  const host = settings.host.trim()
  if (host.length > 253 || !HOST.test(host)) refuse('host: a name or an address, without a scheme')
  if (!Number.isInteger(settings.port) || settings.port < 1 || settings.port > 65535)
    refuse('port: 1 to 65535')
  if (settings.security === 'none' && !isLoopback(host))
    refuse("security: without TLS only to this machine's own loopback")
  if (settings.user.length > 320 || /[\x00-\x1f\x7f]/.test(settings.user))
    refuse('user: at most 320 characters')
  const from = demandAddress('from', settings.from)
  const to = [...new Set(settings.to.map(each => demandAddress('to', each)))]
  if (to.length === 0 || to.length > RECIPIENTS_MAX) refuse(`to: 1 to ${RECIPIENTS_MAX} addresses`)
  return {
    kind: 'email',
    host,
    port: settings.port,
    security: settings.security,
    user: settings.user,
    from,
    to,
    language: settings.language,
    authority: demandAuthority(settings.authority),
  }
}

function demandAddress(setting: string, text: string): string {
  const address = text.trim()
  if (address.length > 320 || !ADDRESS.test(address))
    refuse(`${setting}: not an e-mail address such as ops@example.com`)
  return address
}

function demandAuthority(text: string | null): string | null {
  const pem = text?.trim() ?? ''
  if (pem === '') return null
  if (
    pem.length > AUTHORITY_MAX ||
    !/^-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----$/.test(pem)
  )
    refuse('authority: certificates in PEM')
  return `${pem}\n`
}

function checkWebhook(settings: WebhookSettings): WebhookSettings {
  let url: URL
  try {
    url = new URL(settings.url.trim())
  } catch {
    return refuse('url: not an address such as https://example.com/hooks/holdfast')
  }
  if (url.href.length > 2000) refuse('url: at most 2,000 characters')
  if (url.username !== '' || url.password !== '') refuse('url: no user and password in the address')
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname)))
    refuse("url: https only; plain http only on this machine's own loopback")
  url.hash = ''
  return {
    kind: 'webhook',
    url: url.href,
    allowPrivate: settings.allowPrivate,
    authority: demandAuthority(settings.authority),
  }
}
