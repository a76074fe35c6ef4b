/**
 * The outbox: messages that wait to be told, each to one channel. They are made in the transaction that opens or
 * resolves the alert, so that none is forgotten and none is told twice; then they are tried until they are taken, with
 * longer and longer pauses, for three days, across restarts. A process that dies while it sends leaves its message to
 * the next after two minutes; the message's id is the same then, so that a receiver can tell.
 */
import { randomUUID } from 'node:crypto'
import { appendEntry } from '../audit/audit.ts'
import type { Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import { type Channel, getChannel, openSecrets } from './channel.ts'
import { sendMail } from './email.ts'
import type { Alert } from './stored-alert.ts'
import { sendWebhook } from './webhook.ts'
import { mailOf } from './wording.ts'

export type AlertEvent = { readonly event: 'opened' | 'resolved' | 'reminder'; readonly alert: Alert }

/** What a webhook receives, and what an e-mail is written from. */
export type MessageBody = {
  readonly id: string
  readonly type: 'alerts' | 'test'
  readonly at: string
  readonly archive: { readonly id: string; readonly organisation: string; readonly url: string | null }
  readonly events: readonly {
    readonly event: AlertEvent['event']
    readonly alert: number
    readonly rule: Alert['rule']
    readonly severity: Alert['severity']
    readonly subject: string
    readonly detail: Alert['detail']
    readonly openedAt: string
    readonly resolvedAt: string | null
  }[]
}

const EVENTS_MAX = 50
const SECOND = 1000
/** Longer than any sending takes. */
const LEASE = 120 * SECOND
const FIRST_PAUSE = 30 * SECOND
const PAUSE_MAX = 3 * 3600 * SECOND
const GIVE_UP = 3 * 24 * 3600 * SECOND
const ROUND_MAX = 100
/** Messages that are done are kept for so long. */
const MEMORY = 30 * 24 * 3600 * SECOND

/** Puts the events before every channel that is on, in the caller's transaction. */
export async function enqueueEvents(ground: Ground, tx: Sql, events: readonly AlertEvent[]): Promise<void> {
  if (events.length === 0) return
  const now = new Date(ground.clock.now())
  const channels = await tx.query<{ channel_id: number }>(
    'select channel_id from alert_channel where enabled order by channel_id',
  )
  for (const { channel_id } of channels)
    for (let at = 0; at < events.length; at += EVENTS_MAX) {
      const body = bodyOf(ground, 'alerts', events.slice(at, at + EVENTS_MAX), now)
      await tx.execute(
        `insert into alert_message (message_id, channel_id, body, created_at, next_attempt_at) values ($1, $2, $3, $4, $4)`,
        [body.id, channel_id, JSON.stringify(body), now],
      )
    }
}

function bodyOf(
  { archive, config }: Ground,
  type: MessageBody['type'],
  events: readonly AlertEvent[],
  now: Date,
): MessageBody {
  return {
    id: randomUUID(),
    type,
    at: now.toISOString(),
    archive: { id: archive.archiveId, organisation: archive.organisation, url: config.publicUrl },
    events: events.map(({ event, alert }) => ({
      event,
      alert: alert.alertId,
      rule: alert.rule,
      severity: alert.severity,
      subject: alert.subject,
      detail: alert.detail,
      openedAt: alert.openedAt.toISOString(),
      resolvedAt: alert.resolvedAt?.toISOString() ?? null,
    })),
  }
}

type MessageRow = {
  message_id: string
  channel_id: number
  body: MessageBody
  created_at: Date
  attempts: number
}

/** Tries every message that is due; returns how many were taken. To be called about every minute, by any number. */
export async function deliverAlerts(ground: Ground, signal?: AbortSignal): Promise<number> {
  const { database, clock } = ground
  let delivered = 0
  const failing = new Set<number>()
  await database.execute(
    'delete from alert_message where next_attempt_at is null and coalesce(delivered_at, failed_at) < $1',
    [new Date(clock.now() - MEMORY)],
  )
  for (let round = 0; round < ROUND_MAX && !signal?.aborted; round++) {
    const message = await claim(ground, failing)
    if (!message) break
    const channel = await getChannel(database, message.channel_id)
    try {
      await send(ground, channel, message.body)
      await settle(ground, message, null)
      delivered++
    } catch (error) {
      // The others of this channel keep their turn for later: it would only fail again.
      failing.add(channel.channelId)
      ground.log.warn({ error, channel: channel.channelId }, 'an alert was not taken and will be tried again')
      await settle(ground, message, error)
    }
  }
  return delivered
}

/** Takes the oldest message that is due, for two minutes; nobody else takes it meanwhile. */
async function claim({ database, clock }: Ground, failing: ReadonlySet<number>): Promise<MessageRow | null> {
  const now = clock.now()
  const [row] = await database.query<MessageRow>(
    `update alert_message set attempts = attempts + 1, next_attempt_at = $2
     where message_id = (
       select m.message_id from alert_message m join alert_channel c using (channel_id)
       where m.next_attempt_at <= $1 and c.enabled and not (m.channel_id = any($3::integer[]))
       order by m.created_at, m.message_id limit 1 for update of m skip locked)
     returning message_id, channel_id, body, created_at, attempts`,
    [new Date(now), new Date(now + LEASE), [...failing]],
  )
  return row ?? null
}

async function send(ground: Ground, channel: Channel, body: MessageBody): Promise<void> {
  const secrets = await openSecrets(ground, channel.channelId)
  const { settings } = channel
  if (settings.kind === 'webhook')
    return sendWebhook(settings, secrets, { id: body.id, body: JSON.stringify(body) }, ground.clock.now())
  const { refused } = await sendMail(settings, secrets[0] ?? null, mailOf(body, settings.language))
  if (refused > 0)
    ground.log.warn({ channel: channel.channelId, refused }, 'the server refused recipients of an alert')
}

async function settle({ database, clock }: Ground, message: MessageRow, error: unknown): Promise<void> {
  const now = clock.now()
  const at = new Date(now)
  if (error === null) {
    await database.execute(
      'update alert_message set delivered_at = $2, next_attempt_at = null, error_code = null where message_id = $1',
      [message.message_id, at],
    )
    await noteChannel(database, message.channel_id, at, null)
    return
  }
  const pause = Math.min(FIRST_PAUSE * 2 ** (message.attempts - 1), PAUSE_MAX)
  const over = now + pause > message.created_at.getTime() + GIVE_UP
  const code = error instanceof HoldfastError ? error.code : 'INTERNAL'
  await database.execute(
    `update alert_message set next_attempt_at = $2, failed_at = case when $2::timestamptz is null then $3::timestamptz end, error_code = $4
     where message_id = $1`,
    [message.message_id, over ? null : new Date(now + pause), at, code],
  )
  await noteChannel(database, message.channel_id, at, error)
}

async function noteChannel(sql: Sql, channelId: number, at: Date, error: unknown): Promise<void> {
  if (error === null)
    await sql.execute(
      'update alert_channel set delivered_at = $2, error_code = null, error_message = null where channel_id = $1',
      [channelId, at],
    )
  else
    await sql.execute(
      'update alert_channel set failed_at = $2, error_code = $3, error_message = $4 where channel_id = $1',
      [
        channelId,
        at,
        error instanceof HoldfastError ? error.code : 'INTERNAL',
        error instanceof HoldfastError ? error.message : 'something unexpected went wrong',
      ],
    )
}

/** Sends a test message at once. Throws why it was not taken: CHANNEL_FAILED, CHANNEL_ADDRESS_REFUSED. */
export async function testChannel(ground: Ground, actor: Actor, channelId: number): Promise<void> {
  requireRole(actor, 'Organization Configuration')
  const channel = await getChannel(ground.database, channelId)
  let failure: unknown = null
  try {
    await send(ground, channel, bodyOf(ground, 'test', [], new Date(ground.clock.now())))
  } catch (error) {
    failure = error
  }
  await ground.database.transaction(async tx => {
    await noteChannel(tx, channelId, new Date(ground.clock.now()), failure)
    await appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: 'alert-channel.test',
      subject: `alert-channel:${channelId}`,
      detail: { taken: failure === null },
    })
  })
  if (failure !== null) throw failure
}
