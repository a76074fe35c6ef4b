/**
 * How people sign in: how long a session lasts, and an OpenID Connect provider if there is one. The client's secret is
 * sealed and never given back; a change that names none keeps it.
 */
import { appendEntry } from '../audit/audit.ts'
import type { Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { IdentityGround } from './base.ts'
import { checkGiving } from './giving.ts'
import { checkRevision } from './person.ts'
import { type Actor, ROLES, type Role, requireRole } from './role.ts'
import { takeTurn } from './role-keeper.ts'
import { DEFAULT_MINUTES } from './session.ts'

export type OidcSettings = {
  /** The issuer, exactly as its discovery document names it. */
  readonly issuer: string
  readonly clientId: string
  /** What the button says: Sign in with … */
  readonly name: string
  readonly scopes: readonly string[]
  /** The claim that is the user name: `preferred_username` as Microsoft Entra ID has it, `email`, `upn`. */
  readonly usernameClaim: string
  /** Whether the organisation itself gives out the provider's user names, so that one may bind a person here. */
  readonly usernameTrusted: boolean
  /** Somebody who is no person here: refused, or added without any role. */
  readonly unknownPersons: 'refuse' | 'add'
  /** The claim with the provider's groups; empty for none. */
  readonly groupsClaim: string
  /** Which of the provider's groups make members of which role groups. */
  readonly groups: readonly { readonly group: string; readonly roleGroupId: number }[]
}

type SignInSettings = {
  readonly sessionMinutesMax: number
  readonly sessionMinutesIdle: number
  readonly oidc: (OidcSettings & { readonly hasSecret: boolean }) | null
  readonly revision: number
}

type SignInSettingsChange = {
  readonly sessionMinutesMax: number
  readonly sessionMinutesIdle: number
  /** `clientSecret` left out keeps the one there is. */
  readonly oidc: (OidcSettings & { readonly clientSecret?: string | undefined }) | null
}

type Row = {
  session_minutes_max: number
  session_minutes_idle: number
  oidc: OidcSettings | null
  oidc_secret: Buffer | null
  revision: number
}

const SECRET_CONTEXT = 'sign-in:oidc'
const MINUTES_MAX = 24 * 60

async function rowOf(sql: Sql): Promise<Row> {
  const [row] = await sql.query<Row>(
    'select session_minutes_max, session_minutes_idle, oidc, oidc_secret, revision from sign_in_setting',
  )
  return (
    row ?? {
      session_minutes_max: DEFAULT_MINUTES.max,
      session_minutes_idle: DEFAULT_MINUTES.idle,
      oidc: null,
      oidc_secret: null,
      revision: 0,
    }
  )
}

const settingsOf = (row: Row): SignInSettings => ({
  sessionMinutesMax: row.session_minutes_max,
  sessionMinutesIdle: row.session_minutes_idle,
  oidc: row.oidc && { ...row.oidc, hasSecret: row.oidc_secret !== null },
  revision: row.revision,
})

/** What the sign-in page may know: the provider's name, or null. */
export async function oidcName(sql: Sql): Promise<string | null> {
  return (await rowOf(sql)).oidc?.name ?? null
}

export async function getSignInSettings(ground: IdentityGround, actor: Actor): Promise<SignInSettings> {
  requireRole(actor, 'Organization Configuration', 'View-Only Configuration')
  return settingsOf(await rowOf(ground.database))
}

/** The provider's settings with the client's secret, for signing in; null if there is no provider. */
export async function oidcWithSecret(
  ground: IdentityGround,
): Promise<{ settings: OidcSettings; secret: string | null; revision: number } | null> {
  const row = await rowOf(ground.database)
  if (!row.oidc) return null
  const secret =
    row.oidc_secret && ground.keyring.open('credential', row.oidc_secret, SECRET_CONTEXT).toString()
  return { settings: row.oidc, secret, revision: row.revision }
}

/**
 * Replaces the settings. Whoever says which provider vouches for whom could come in as anybody, so that needs Role
 * Management as well. SIGN_IN_SETTINGS_INVALID, saying which; REVISION_STALE if they changed meanwhile.
 */
export async function saveSignInSettings(
  ground: IdentityGround,
  actor: Actor,
  wanted: SignInSettingsChange,
  revision: number | null = null,
): Promise<SignInSettings> {
  requireRole(actor, 'Organization Configuration')
  checkMinutes('sessionMinutesMax', wanted.sessionMinutesMax)
  checkMinutes('sessionMinutesIdle', wanted.sessionMinutesIdle)
  const { clientSecret, ...oidc } = wanted.oidc ?? { clientSecret: undefined }
  if (wanted.oidc) checkOidc(wanted.oidc)
  return ground.database.transaction(async tx => {
    await takeTurn(tx)
    const before = await rowOf(tx)
    checkRevision(before.revision, revision)
    if (clientSecret || trustOf(before.oidc) !== trustOf(wanted.oidc ? (oidc as OidcSettings) : null)) {
      requireRole(actor, 'Role Management')
      checkGiving(actor, Object.keys(ROLES) as Role[])
    }
    // A kept secret must not be sent to another provider than the one it was entered for.
    if (wanted.oidc && !clientSecret && before.oidc_secret && wanted.oidc.issuer !== before.oidc?.issuer)
      invalid('enter the client secret again for another issuer')
    const groupIds = [...new Set(wanted.oidc?.groups.map(({ roleGroupId }) => roleGroupId) ?? [])]
    const known = await tx.query('select from role_group where role_group_id = any($1::integer[])', [
      groupIds,
    ])
    if (known.length !== groupIds.length) invalid('groups name a role group that is not there')
    const secret = !wanted.oidc
      ? null
      : clientSecret
        ? ground.keyring.seal('credential', Buffer.from(clientSecret), SECRET_CONTEXT)
        : before.oidc_secret
    await tx.execute(
      `insert into sign_in_setting (session_minutes_max, session_minutes_idle, oidc, oidc_secret, revision)
       values ($1, $2, $3, $4, 1)
       on conflict (singleton) do update set session_minutes_max = $1, session_minutes_idle = $2, oidc = $3,
         oidc_secret = $4, revision = sign_in_setting.revision + 1`,
      [
        wanted.sessionMinutesMax,
        wanted.sessionMinutesIdle,
        wanted.oidc ? JSON.stringify(oidc) : null,
        secret,
      ],
    )
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: 'sign-in.settings',
      subject: 'sign-in',
      detail: {
        sessionMinutesMax: wanted.sessionMinutesMax,
        sessionMinutesIdle: wanted.sessionMinutesIdle,
        issuer: wanted.oidc?.issuer ?? null,
        secretChanged: Boolean(clientSecret),
        unknownPersons: wanted.oidc?.unknownPersons ?? null,
        groups: wanted.oidc?.groups.length ?? 0,
      },
    })
    return settingsOf(await rowOf(tx))
  })
}

/** Everything of a provider but what the button says, to be compared. */
const trustOf = (oidc: OidcSettings | null): string =>
  JSON.stringify(
    oidc && {
      issuer: oidc.issuer,
      clientId: oidc.clientId,
      scopes: oidc.scopes,
      usernameClaim: oidc.usernameClaim,
      usernameTrusted: oidc.usernameTrusted,
      unknownPersons: oidc.unknownPersons,
      groupsClaim: oidc.groupsClaim,
      groups: oidc.groups.map(({ group, roleGroupId }) => [group, roleGroupId]),
    },
  )

function checkMinutes(name: string, minutes: number): void {
  if (!Number.isInteger(minutes) || minutes < 5 || minutes > MINUTES_MAX)
    invalid(`${name} is a number of minutes from 5 to ${MINUTES_MAX}`)
}

function checkOidc(oidc: OidcSettings): void {
  checkIssuer(oidc.issuer)
  if (oidc.clientId.trim() === '') invalid('clientId is empty')
  if (oidc.name.trim() === '') invalid('name is empty')
  if (!oidc.scopes.includes('openid')) invalid('scopes lack "openid"')
  if (oidc.scopes.some(scope => !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope))) invalid('a scope is none')
  if (oidc.usernameClaim.trim() === '') invalid('usernameClaim is empty')
  if (oidc.groups.length > 0 && oidc.groupsClaim === '') invalid('groups need a groupsClaim')
  if (oidc.groups.some(({ group }) => group.trim() === '')) invalid('groups name an empty group')
}

/** The issuer's address. Plain http is taken on this machine's own loopback alone, for a provider under test. */
export function checkIssuer(issuer: string): URL {
  const url = URL.canParse(issuer) ? new URL(issuer) : invalid('issuer is no address')
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url)))
    invalid('issuer must be an https address')
  if (url.username || url.password || url.search || url.hash) invalid('issuer has more than host and path')
  // These stand for every tenant: whoever has any Microsoft account could come in by them.
  if (
    /^login\.microsoftonline\./.test(url.hostname) &&
    /^\/(common|organizations|consumers)\b/.test(url.pathname)
  )
    invalid('issuer must name your own tenant: https://login.microsoftonline.com/<tenant id>/v2.0')
  return url
}

export const isLoopback = (url: URL): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)

function invalid(why: string): never {
  throw new HoldfastError('SIGN_IN_SETTINGS_INVALID', why)
}
