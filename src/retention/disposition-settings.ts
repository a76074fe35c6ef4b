/** How the daily disposal is set: when, how much, whether two persons approve; and that it is paused. */
import { appendEntry } from '../audit/audit.ts'
import type { Sql, Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, type Role, requireRole } from '../identity/identity.ts'
import { openText, sealText } from './disposition-sealed.ts'

/** Who reviews what is due, and who steers its disposal. */
export const DISPOSES: Role = 'Disposition Management'

export type DispositionSettings = {
  /** HH:MM in UTC. */
  readonly runAt: string
  /** Filings that leave in a day, in UTC; null is no limit. */
  readonly dailyLimit: number | null
  /** So many due at once are unusual, if they are also twice as many as left on any of the last thirty days. */
  readonly unusualVolume: number
  /** True if what is reviewed leaves only when two persons have approved it. */
  readonly twoPersons: boolean
  readonly revision: number
}

export type Pause = { readonly by: string; readonly at: Date; readonly reason: string }

/** The row as it is; without one, as it would be made. */
export type SettingRow = {
  run_minute: number
  daily_limit: number | null
  unusual_volume: number
  two_persons: boolean
  paused_by: string | null
  paused_at: Date | null
  pause_sealed: Buffer | null
  volume_at: Date | null
  volume_filings: number | null
  volume_confirmed_by: string | null
  checked_size: number
  revision: number
}

const LIMIT_MAX = 1_000_000_000
const REASON_MAX = 4_000
const SELECT = 'select * from disposition_setting'
/** The times of checkpoints that were there before anything was disposed of are looked at by nobody. */
const MAKE = `insert into disposition_setting (checked_size)
  select coalesce(max(tree_size), 0) + 1 from audit_checkpoint on conflict do nothing`

export async function readSetting(sql: Sql): Promise<SettingRow> {
  const [row] = await sql.query<SettingRow>(SELECT)
  if (row) return row
  await sql.execute(MAKE)
  return readSetting(sql)
}

/** The row, locked: of all that disposes by rules, one transaction at a time, and each sees a pause that came before. */
export async function lockSetting(tx: Transaction): Promise<SettingRow> {
  const [row] = await tx.query<SettingRow>(`${SELECT} for update`)
  if (row) return row
  await tx.execute(MAKE)
  return lockSetting(tx)
}

export function settingsOf(row: SettingRow): DispositionSettings {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  return {
    runAt: `${two(row.run_minute / 60)}:${two(row.run_minute % 60)}`,
    dailyLimit: row.daily_limit,
    unusualVolume: row.unusual_volume,
    twoPersons: row.two_persons,
    revision: row.revision,
  }
}

export function pauseOf(ground: Ground, row: SettingRow): Pause | null {
  if (row.paused_at === null) return null
  return {
    by: row.paused_by!,
    at: row.paused_at,
    reason: openText(ground.keyring, 'disposition-pause', row.pause_sealed!),
  }
}

/** DISPOSITION_INVALID; REVISION_STALE if the settings were changed since `revision`; null for whatever they are. */
export async function changeDispositionSettings(
  ground: Ground,
  actor: Actor,
  change: Partial<Omit<DispositionSettings, 'revision'>>,
  revision: number | null = null,
): Promise<DispositionSettings> {
  requireRole(actor, DISPOSES)
  return ground.database.transaction(async tx => {
    const row = await lockSetting(tx)
    if (revision !== null && row.revision !== revision)
      throw new HoldfastError('REVISION_STALE', 'the settings of disposition were changed meanwhile')
    const { revision: _, ...before } = settingsOf(row)
    const after = { ...before, ...change }
    for (const [name, value] of [
      ['the daily limit', after.dailyLimit ?? 1],
      ['the unusual volume', after.unusualVolume],
    ] as const)
      if (!Number.isInteger(value) || value < 1 || value > LIMIT_MAX)
        throw new HoldfastError('DISPOSITION_INVALID', `${name} is a whole number from 1 to ${LIMIT_MAX}`)
    await tx.execute(
      `update disposition_setting set run_minute = $1, daily_limit = $2, unusual_volume = $3, two_persons = $4,
         revision = revision + 1`,
      [minuteOf(after.runAt), after.dailyLimit, after.unusualVolume, after.twoPersons],
    )
    await recordSteering(ground, tx, actor, 'disposition.change', { ...after })
    return settingsOf(await readSetting(tx))
  })
}

/** Nothing more leaves by rules once this is committed. DISPOSITION_PAUSED if it is paused. */
export async function pauseDisposition(ground: Ground, actor: Actor, given: string): Promise<void> {
  requireRole(actor, DISPOSES)
  const reason = checkWhy(given)
  await ground.database.transaction(async tx => {
    if ((await lockSetting(tx)).paused_at !== null)
      throw new HoldfastError('DISPOSITION_PAUSED', 'disposal is paused already')
    await tx.execute('update disposition_setting set paused_by = $1, paused_at = $2, pause_sealed = $3', [
      actor.name,
      new Date(ground.clock.now()),
      sealText(ground.keyring, 'disposition-pause', reason),
    ])
    await recordSteering(ground, tx, actor, 'disposition.pause', {}, { reason })
  })
}

/** Ends the pause; what is due leaves with the next run. DISPOSITION_RUNNING if it is not paused. */
export async function resumeDisposition(ground: Ground, actor: Actor, given: string): Promise<void> {
  requireRole(actor, DISPOSES)
  const reason = checkWhy(given)
  await ground.database.transaction(async tx => {
    const row = await lockSetting(tx)
    if (row.paused_at === null)
      throw new HoldfastError('DISPOSITION_RUNNING', 'disposal is not paused, and so cannot be resumed')
    await tx.execute('update disposition_setting set paused_by = null, paused_at = null, pause_sealed = null')
    await recordSteering(
      ground,
      tx,
      actor,
      'disposition.resume',
      { pausedAt: row.paused_at.toISOString() },
      { reason },
    )
  })
}

/** Why something is done, as it is kept; DISPOSITION_INVALID for nothing and for too much. */
export function checkWhy(given: string): string {
  const kept = given.trim()
  if (kept === '') throw new HoldfastError('DISPOSITION_INVALID', 'say why: the reason is missing')
  if (kept.length > REASON_MAX)
    throw new HoldfastError('DISPOSITION_INVALID', `a reason has at most ${REASON_MAX} characters`)
  return kept
}

/** The audit entry of what was done to disposal as a whole. */
export async function recordSteering(
  ground: Ground,
  tx: Transaction,
  actor: Pick<Actor, 'name' | 'breakGlass'>,
  act: string,
  detail: Record<string, unknown>,
  sealed?: Record<string, unknown>,
): Promise<void> {
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: actor.name,
    act,
    subject: 'disposition',
    detail: { ...detail, ...(actor.breakGlass ? { breakGlass: true } : {}) },
    ...(sealed ? { sealed } : {}),
  })
}

function minuteOf(text: string): number {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text)
  if (!match) throw new HoldfastError('DISPOSITION_INVALID', `"${text}" is no time of day: 02:00, in UTC`)
  return Number(match[1]) * 60 + Number(match[2])
}
