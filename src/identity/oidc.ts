/**
 * Signing in with an OpenID Connect provider: authorization code flow with PKCE (RFC 7636), state and nonce, by
 * openid-client. What a sign-in under way must remember is a row of some minutes, bound to the browser that began it
 * by a cookie, and good for one answer. The provider's signature is checked though its answer comes over TLS.
 */
import { randomBytes } from 'node:crypto'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import { HoldfastError } from '../errors.ts'
import { type IdentityGround, MINUTE } from './base.ts'
import { type OidcClaims, refuseOidc, settleOidc } from './oidc-person.ts'
import { type Actor, requireRole } from './role.ts'
import { type OpenedSession, secretHash } from './session.ts'
import { checkIssuer, isLoopback, type OidcSettings, oidcWithSecret } from './sign-in-settings.ts'

const UNDER_WAY_MAX = 10 * MINUTE
const DISCOVERY_KEPT = 10 * MINUTE
const TIMEOUT_SECONDS = 10
const ANSWER_MAX = 1024 * 1024

type Provider = {
  readonly settings: OidcSettings
  readonly configuration: Configuration
}

type Remembered = {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly returnTo: string
  readonly redirectUri: string
}

type Kept = { readonly key: string; readonly until: number; readonly provider: Provider }
const discovered = new WeakMap<object, Kept>()

/** Begins a sign-in. @returns where the browser goes, and what it must show when it comes back */
export async function beginOidc(
  ground: IdentityGround,
  place: { readonly redirectUri: string; readonly returnTo: string },
): Promise<{ address: string; browser: string }> {
  const { settings, configuration } = await providerOf(ground)
  const remembered: Remembered = {
    state: randomState(),
    nonce: randomNonce(),
    verifier: randomPKCECodeVerifier(),
    returnTo: place.returnTo,
    redirectUri: place.redirectUri,
  }
  const browser = randomBytes(32).toString('base64url')
  const stateHash = secretHash(remembered.state)
  const now = ground.clock.now()
  await ground.database.execute('delete from oidc_sign_in where expires_at < $1', [new Date(now)])
  await ground.database.execute(
    'insert into oidc_sign_in (state_hash, browser_hash, sealed, expires_at) values ($1, $2, $3, $4)',
    [
      stateHash,
      secretHash(browser),
      ground.keyring.seal('credential', Buffer.from(JSON.stringify(remembered)), contextOf(stateHash)),
      new Date(now + UNDER_WAY_MAX),
    ],
  )
  const address = buildAuthorizationUrl(configuration, {
    redirect_uri: place.redirectUri,
    scope: settings.scopes.join(' '),
    code_challenge: await calculatePKCECodeChallenge(remembered.verifier),
    code_challenge_method: 'S256',
    state: remembered.state,
    nonce: remembered.nonce,
  })
  return { address: address.href, browser }
}

/**
 * Ends a sign-in with what the provider sent the browser back with. OIDC_REFUSED whatever the reason; the audit log
 * has it. OIDC_UNREACHABLE if the provider does not answer.
 */
export async function endOidc(
  ground: IdentityGround,
  answer: {
    /** The query of the address that the browser came back to. */
    readonly query: URLSearchParams
    readonly browser: string | null
    readonly address?: string
  },
): Promise<{ session: OpenedSession; returnTo: string }> {
  const remembered = await takeRemembered(ground, answer.query.get('state') ?? '', answer.browser)
  const { settings, configuration } = await providerOf(ground)
  const currentUrl = new URL(remembered.redirectUri)
  currentUrl.search = answer.query.toString()
  let claims: OidcClaims
  try {
    const tokens = await authorizationCodeGrant(configuration, currentUrl, {
      pkceCodeVerifier: remembered.verifier,
      expectedState: remembered.state,
      expectedNonce: remembered.nonce,
    })
    claims = await allClaims(configuration, tokens.access_token, tokens.claims(), settings)
  } catch (cause) {
    await refuseOidc(ground, {
      why: 'provider-answer',
      detail: { error: codeOf(cause) },
      address: answer.address,
    })
    throw new HoldfastError('OIDC_REFUSED', 'the provider did not sign anybody in', { cause })
  }
  const session = await settleOidc(ground, settings, claims, answer.address)
  return { session, returnTo: remembered.returnTo }
}

/** Reads a provider's discovery document with settings that need not be saved yet; says where people would sign in. */
export async function testOidc(
  actor: Actor,
  given: { readonly issuer: string; readonly clientId: string },
): Promise<{ issuer: string; authorizationEndpoint: string; scopes: readonly string[] }> {
  requireRole(actor, 'Organization Configuration')
  const configuration = await discover(checkIssuer(given.issuer), given.clientId, null)
  const metadata = configuration.serverMetadata()
  return {
    issuer: metadata.issuer,
    authorizationEndpoint: metadata.authorization_endpoint ?? '',
    scopes: metadata.scopes_supported ?? [],
  }
}

async function providerOf(ground: IdentityGround): Promise<Provider> {
  const found = await oidcWithSecret(ground)
  if (!found) throw new HoldfastError('OIDC_REFUSED', 'there is no OpenID Connect provider')
  const now = ground.clock.now()
  const key = `${found.revision} ${found.settings.issuer} ${found.settings.clientId}`
  const kept = discovered.get(ground.database)
  if (kept?.key === key && kept.until > now) return kept.provider
  const configuration = await discover(
    checkIssuer(found.settings.issuer),
    found.settings.clientId,
    found.secret,
  )
  const provider = { settings: found.settings, configuration }
  discovered.set(ground.database, { key, until: now + DISCOVERY_KEPT, provider })
  return provider
}

async function discover(issuer: URL, clientId: string, secret: string | null): Promise<Configuration> {
  try {
    return await discovery(issuer, clientId, secret ?? undefined, secret === null ? None() : undefined, {
      timeout: TIMEOUT_SECONDS,
      execute: [enableNonRepudiationChecks, ...(isLoopback(issuer) ? [allowInsecureRequests] : [])],
      [customFetch]: (url, options) => limitedFetch(url, options as RequestInit),
    })
  } catch (cause) {
    throw new HoldfastError(
      'OIDC_UNREACHABLE',
      `the provider at ${issuer.host} cannot be asked: ${codeOf(cause)}`,
      {
        cause,
      },
    )
  }
}

/** No provider needs more than a megabyte to say who somebody is. */
async function limitedFetch(url: string, options: RequestInit): Promise<Response> {
  const response = await fetch(url, options)
  if (response.body === null) return response
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body) {
    size += chunk.length
    if (size > ANSWER_MAX) throw new HoldfastError('OIDC_UNREACHABLE', 'the provider answers with too much')
    chunks.push(chunk)
  }
  return new Response(Buffer.concat(chunks), { status: response.status, headers: response.headers })
}

/** The ID token's claims, and the user info's where one that is needed is missing there. */
async function allClaims(
  configuration: Configuration,
  accessToken: string,
  claims: OidcClaims | undefined,
  settings: OidcSettings,
): Promise<OidcClaims> {
  if (!claims) throw new HoldfastError('OIDC_REFUSED', 'the provider sent no ID token')
  const wanted = [settings.usernameClaim, 'email', 'email_verified', 'name', settings.groupsClaim]
  const complete = wanted.every(claim => claim === '' || claims[claim] !== undefined)
  if (complete || !configuration.serverMetadata().userinfo_endpoint) return claims
  const more = await fetchUserInfo(configuration, accessToken, claims.sub)
  return { ...more, ...claims }
}

async function takeRemembered(
  ground: IdentityGround,
  state: string,
  browser: string | null,
): Promise<Remembered> {
  const stateHash = secretHash(state)
  // Whatever comes of it, a state is good for one answer.
  const [row] = await ground.database.query<{ browser_hash: Buffer; sealed: Buffer; expires_at: Date }>(
    'delete from oidc_sign_in where state_hash = $1 returning browser_hash, sealed, expires_at',
    [stateHash],
  )
  if (!row || row.expires_at.getTime() <= ground.clock.now())
    throw new HoldfastError('OIDC_REFUSED', 'this sign-in was not begun here, or took too long')
  if (browser === null || !row.browser_hash.equals(secretHash(browser)))
    throw new HoldfastError('OIDC_REFUSED', 'this sign-in was begun in another browser')
  return JSON.parse(
    ground.keyring.open('credential', row.sealed, contextOf(stateHash)).toString(),
  ) as Remembered
}

const contextOf = (stateHash: Buffer): string => `oidc:${stateHash.toString('hex')}`

/** The code of a failure, which quotes nothing that came from outside. */
function codeOf(cause: unknown): string {
  const code = (cause as { code?: unknown } | null)?.code
  const error = (cause as { error?: unknown } | null)?.error
  if (typeof error === 'string' && /^[a-z_]{1,40}$/.test(error)) return error
  return typeof code === 'string' && /^[A-Za-z0-9_]{1,60}$/.test(code) ? code : 'unknown'
}
