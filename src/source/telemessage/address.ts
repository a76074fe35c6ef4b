/**
 * The address of a site: what may be asked for at all. Parsed once by the WHATWG URL standard, the same parser that
 * makes the requests, so that no spelling means one host here and another on the wire; spellings that only that
 * standard's repairs make sense of (tabs, backslashes, user names) are refused rather than repaired.
 */
import { HoldfastError } from '../../errors.ts'
import { isLoopback } from '../../loopback.ts'

export type SiteAddress = {
  /** Normalised, ending in '/': requests are resolved against it. */
  readonly base: URL
  readonly loopback: boolean
}

const LENGTH_MAX = 2048

/** Parses a site's address. SITE_ADDRESS_INVALID, or SITE_NOT_TLS for plain http that would leave this machine. */
export function siteAddress(text: string): SiteAddress {
  const refuse = (why: string) => new HoldfastError('SITE_ADDRESS_INVALID', `the address of the site ${why}`)
  if (text.length > LENGTH_MAX) throw refuse(`is longer than ${LENGTH_MAX} characters`)
  if (/[\s\u0000-\u0020\u007f\\]/.test(text))
    throw refuse('has white space, control characters or backslashes')
  if (!/^https?:\/\/[^/]/i.test(text)) throw refuse('does not begin with https:// and a host')
  if (!URL.canParse(text)) throw refuse('is no URL')
  const base = new URL(text)
  if (base.username !== '' || base.password !== '' || /^[^/]*\/\/[^/]*@/.test(text))
    throw refuse('carries a user name; user name and password are entered apart from it')
  if (/[?#]/.test(text)) throw refuse('has a query or a fragment')
  if (base.hostname === '') throw refuse('has no host')
  const loopback = isLoopback(base.hostname)
  if (base.protocol !== 'https:' && !loopback)
    throw new HoldfastError(
      'SITE_NOT_TLS',
      `the address begins with ${base.protocol}// and is not of this machine`,
    )
  if (!base.pathname.endsWith('/')) base.pathname += '/'
  return Object.freeze({ base, loopback })
}
