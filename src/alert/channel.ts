/**
 * Channels: where alerts go. E-mail by SMTP, or a webhook that is signed. Passwords and signing secrets are sealed
 * under the credential key; a webhook's secret is shown once, when it is made, and can be changed.
 */
import { randomBytes } from 'node:crypto'
import { appendEntry } from '../audit/audit.ts'
import type { Sql, Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import {
  type ChannelSettings,
  checkSettings,
  type EmailSettings,
  type WebhookSettings,
} from './channel-settings.ts'

export type Channel = {
  readonly channelId: number
  readonly name: string
  readonly enabled: boolean
  readonly settings: ChannelSettings
  /** Whether there is a password or a signing secret. */
  readonly secretKept: boolean
  readonly revision: number
  readonly createdBy: string
  readonly createdAt: Date
  /** When the last message was taken; when, and by which error, the last one was not. */
  readonly deliveredAt: Date | null
  readonly failedAt: Date | null
  readonly errorCode: string | null
  readonly errorMessage: string | null
  /** Messages that wait to be delivered. */
  readonly waiting: number
}

export type ChannelInput = {
  readonly name: string
  readonly enabled: boolean
  readonly settings: ChannelSettings
  /** Of e-mail: a new password, '' for none, undefined to keep the one there is. */
  readonly password?: string | undefined
}

type ChannelRow = {
  channel_id: number
  kind: 'email' | 'webhook'
  name: string
  enabled: boolean
  settings: Omit<EmailSettings, 'kind'> | Omit<WebhookSettings, 'kind'>
  secret: Buffer | null
  former_secret: Buffer | null
  former_until: Date | null
  revision: number
  created_by: string
  created_at: Date
  delivered_at: Date | null
  failed_at: Date | null
  error_code: string | null
  error_message: string | null
}

/** A former signing secret goes on signing for so long, so that the receiver can change over without a gap. */
const FORMER_LIFE = 24 * 3_600_000
const CHANNELS_MAX = 20
/** What a signing secret begins with, so that it is recognised where it should not be. */
const SECRET_PREFIX = 'hfwh_'

const contextOf = (channelId: number): string => `alert-channel:${channelId}`

/** All channels, in the order of their making. */
export async function listChannels(sql: Sql): Promise<Channel[]> {
  const rows = await sql.query<ChannelRow & { waiting: number }>(
    `select c.*, (select count(*) from alert_message m where m.channel_id = c.channel_id and m.next_attempt_at is not null)
       as waiting from alert_channel c order by channel_id`,
  )
  return rows.map(row => channelOf(row, row.waiting))
}

/** CHANNEL_UNKNOWN if there is none. */
export async function getChannel(sql: Sql, channelId: number): Promise<Channel> {
  const channel = (await listChannels(sql)).find(each => each.channelId === channelId)
  if (!channel) throw new HoldfastError('CHANNEL_UNKNOWN', `there is no channel ${channelId}`)
  return channel
}

function channelOf(row: ChannelRow, waiting: number): Channel {
  return {
    channelId: row.channel_id,
    name: row.name,
    enabled: row.enabled,
    settings: { kind: row.kind, ...row.settings } as ChannelSettings,
    secretKept: row.secret !== null,
    revision: row.revision,
    createdBy: row.created_by,
    createdAt: row.created_at,
    deliveredAt: row.delivered_at,
    failedAt: row.failed_at,
    errorCode: row.error_code,
    errorMessage: row.error_message,
    waiting,
  }
}

/** Adds a channel. CHANNEL_INVALID. `secret` is a webhook's signing secret, and is given this once. */
export async function addChannel(
  ground: Ground,
  actor: Actor,
  input: ChannelInput,
): Promise<{ channel: Channel; secret: string | null }> {
  requireRole(actor, 'Organization Configuration')
  const settings = checkSettings(input.settings)
  const { kind, ...rest } = settings
  const secret = kind === 'webhook' ? newSecret() : input.password || null
  return ground.database.transaction(async tx => {
    if ((await listChannels(tx)).length >= CHANNELS_MAX)
      throw new HoldfastError('CHANNEL_INVALID', `there are ${CHANNELS_MAX} channels already`)
    const [row] = await tx.query<{ channel_id: number }>(
      `insert into alert_channel (kind, name, enabled, settings, created_by, created_at)
       values ($1, $2, $3, $4, $5, $6) returning channel_id`,
      [kind, nameOf(input), input.enabled, JSON.stringify(rest), actor.name, new Date(ground.clock.now())],
    )
    const channelId = row!.channel_id
    if (secret !== null) await sealSecret(ground, tx, channelId, secret)
    await record(ground, tx, actor, 'alert-channel.add', channelId, { kind })
    return { channel: await getChannel(tx, channelId), secret: kind === 'webhook' ? secret : null }
  })
}

/** Changes a channel; its kind stays. CHANNEL_UNKNOWN, CHANNEL_INVALID, REVISION_STALE. */
export async function changeChannel(
  ground: Ground,
  actor: Actor,
  channelId: number,
  revision: number,
  input: ChannelInput,
): Promise<Channel> {
  requireRole(actor, 'Organization Configuration')
  const { kind, ...rest } = checkSettings(input.settings)
  return ground.database.transaction(async tx => {
    const before = await getChannel(tx, channelId)
    if (before.settings.kind !== kind)
      throw new HoldfastError('CHANNEL_INVALID', 'the kind of a channel cannot be changed: add another')
    // A kept password must not be sent to another server than the one it was entered for.
    if (before.settings.kind === 'email' && before.secretKept && input.password === undefined) {
      const { host, port, user } = rest as EmailSettings
      if (before.settings.host !== host || before.settings.port !== port || before.settings.user !== user)
        throw new HoldfastError('CHANNEL_INVALID', 'enter the password again for another server or user')
    }
    const changed = await tx.execute(
      `update alert_channel set name = $3, enabled = $4, settings = $5, revision = revision + 1
       where channel_id = $1 and revision = $2`,
      [channelId, revision, nameOf(input), input.enabled, JSON.stringify(rest)],
    )
    if (changed === 0)
      throw new HoldfastError('REVISION_STALE', `channel ${channelId} was changed by somebody else meanwhile`)
    if (kind === 'email' && input.password !== undefined)
      await sealSecret(ground, tx, channelId, input.password || null)
    await record(ground, tx, actor, 'alert-channel.change', channelId, {
      kind,
      enabled: input.enabled,
      ...(kind === 'email' && input.password !== undefined ? { passwordChanged: true } : {}),
    })
    return getChannel(tx, channelId)
  })
}

/** Removes a channel with what waits for it. CHANNEL_UNKNOWN. */
export async function removeChannel(
  ground: Ground,
  actor: Actor,
  channelId: number,
  revision: number,
): Promise<void> {
  requireRole(actor, 'Organization Configuration')
  await ground.database.transaction(async tx => {
    const { settings } = await getChannel(tx, channelId)
    const removed = await tx.execute('delete from alert_channel where channel_id = $1 and revision = $2', [
      channelId,
      revision,
    ])
    if (removed === 0)
      throw new HoldfastError('REVISION_STALE', `channel ${channelId} was changed by somebody else meanwhile`)
    await record(ground, tx, actor, 'alert-channel.remove', channelId, { kind: settings.kind })
  })
}

/** Gives a webhook a new signing secret, shown this once; the former one signs beside it for a day. */
export async function rotateSecret(ground: Ground, actor: Actor, channelId: number): Promise<string> {
  requireRole(actor, 'Organization Configuration')
  return ground.database.transaction(async tx => {
    const { settings } = await getChannel(tx, channelId)
    if (settings.kind !== 'webhook')
      throw new HoldfastError('CHANNEL_INVALID', 'only a webhook has a signing secret')
    const secret = newSecret()
    await tx.execute(
      'update alert_channel set former_secret = secret, former_until = $2, revision = revision + 1 where channel_id = $1',
      [channelId, new Date(ground.clock.now() + FORMER_LIFE)],
    )
    await sealSecret(ground, tx, channelId, secret)
    await record(ground, tx, actor, 'alert-channel.rotate-secret', channelId, {})
    return secret
  })
}

/** The secrets of a channel that are in force, the newest first: an SMTP password, or what a webhook is signed with. */
export async function openSecrets(ground: Ground, channelId: number): Promise<string[]> {
  const [row] = await ground.database.query<Pick<ChannelRow, 'secret' | 'former_secret' | 'former_until'>>(
    'select secret, former_secret, former_until from alert_channel where channel_id = $1',
    [channelId],
  )
  const formerCounts = row?.former_until && row.former_until.getTime() > ground.clock.now()
  return [row?.secret, formerCounts ? row.former_secret : null]
    .filter(sealed => sealed != null)
    .map(sealed => ground.keyring.open('credential', sealed, contextOf(channelId)).toString('utf8'))
}

async function sealSecret(
  ground: Ground,
  tx: Transaction,
  channelId: number,
  secret: string | null,
): Promise<void> {
  await tx.execute('update alert_channel set secret = $2 where channel_id = $1', [
    channelId,
    secret === null ? null : ground.keyring.seal('credential', Buffer.from(secret), contextOf(channelId)),
  ])
}

const newSecret = (): string => `${SECRET_PREFIX}${randomBytes(32).toString('base64url')}`

function nameOf({ name }: ChannelInput): string {
  const trimmed = name.trim()
  if (trimmed === '' || trimmed.length > 100 || /[\x00-\x1f\x7f]/.test(trimmed))
    throw new HoldfastError('CHANNEL_INVALID', 'name: 1 to 100 characters on one line')
  return trimmed
}

async function record(
  ground: Ground,
  tx: Transaction,
  actor: Actor,
  act: string,
  channelId: number,
  detail: Record<string, unknown>,
): Promise<void> {
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: actor.name,
    act,
    subject: contextOf(channelId),
    detail,
  })
}
