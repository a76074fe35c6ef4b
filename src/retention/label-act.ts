/** What the acts on labels, their rules and events have in common. */
import { appendEntry } from '../audit/audit.ts'
import type { Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { lockMailboxes } from '../hold/hold.ts'
import type { Actor } from '../identity/identity.ts'
import type { NamedWords } from './label-sealed.ts'

const NAME_MAX = 200
const TEXT_MAX = 4_000

/** The words as they are kept; an error of this code for what is missing or too long. */
export function checkNamed(
  code: 'LABEL_INVALID' | 'EVENT_INVALID' | 'ADAPTIVE_SCOPE_INVALID',
  { name, description }: NamedWords,
): NamedWords {
  const kept = { name: name.replace(/\s+/g, ' ').trim(), description: description.trim() }
  if (kept.name === '') throw new HoldfastError(code, 'a name is missing')
  if (kept.name.length > NAME_MAX) throw new HoldfastError(code, `a name has at most ${NAME_MAX} characters`)
  if (kept.description.length > TEXT_MAX)
    throw new HoldfastError(code, `a description has at most ${TEXT_MAX} characters`)
  return kept
}

/**
 * Locks the mailboxes (null: all) whose rules are about to change, so that whoever files or labels there is either
 * before or after.
 */
export async function lockRuled(tx: Transaction, mailboxIds: readonly number[] | null): Promise<void> {
  if (mailboxIds !== null) return lockMailboxes(tx, mailboxIds, 'update')
  const rows = await tx.query<{ mailbox_id: number }>('select mailbox_id from mailbox')
  await lockMailboxes(
    tx,
    rows.map(row => row.mailbox_id),
    'update',
  )
}

type Said = {
  readonly act: string
  readonly subject: string
  readonly detail?: Record<string, unknown>
  readonly sealed?: Record<string, unknown>
  /** The items that it changed. */
  readonly items?: readonly string[]
}

/** Records an act of a person. */
export async function record(
  tx: Transaction,
  ground: Ground,
  actor: Actor,
  { act, subject, detail = {}, sealed, items }: Said,
): Promise<void> {
  await appendEntry(tx, ground.keyring, ground.clock, {
    actor: actor.name,
    act,
    subject,
    detail: { ...detail, ...(actor.breakGlass ? { breakGlass: true } : {}) },
    ...(sealed ? { sealed } : {}),
    ...(items ? { items } : {}),
  })
}
