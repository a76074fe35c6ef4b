/** Who may read, and the entry of each reading, which is committed before it is answered. */
import { appendEntry } from '../audit/audit.ts'
import { getMailbox, type MailboxEntry } from '../directory/directory.ts'
import { HoldfastError, hasCode } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, holdsRole, type MailboxScope, mailboxScope, type Role } from '../identity/identity.ts'
import type { Restricted } from '../mailbox/mailbox.ts'

export type Act =
  | 'message.read'
  | 'attachment.read'
  | 'item.show'
  | 'item.custody'
  | 'item.prove'
  | 'mailbox.list'
  | 'mailbox.browse'
  | 'folder.read'
  | 'conversation.list'
  | 'conversation.read'
  | 'partially-indexed.count'
  | 'partially-indexed.read'
  | 'search.run'
  | 'search.count'
  | 'search.estimate'
  | 'search.conversations'
  | 'saved-search.add'
  | 'saved-search.edit'
  | 'search-run.request'
  | 'search-run.read'
  | 'search-run.compare'
  | 'term-report.request'
  | 'export.request'
  | 'export.download'
  | 'audit.read'
  | 'saved-search.show'
  | 'saved-search.list'
  | 'term-report.show'
  | 'term-report.list'
  | 'search-run.compare'

type Reading = {
  readonly act: Act
  readonly subject: string
  readonly detail?: Record<string, unknown>
  /** What could quote content or name persons, such as a query. */
  readonly sealed?: Record<string, unknown>
}

/** Commits the audit entry of a reading; the answer may be given once this resolves. */
export async function recordReading(ground: Ground, actor: Actor, reading: Reading): Promise<void> {
  await record(ground, actor, reading.act, reading)
}

async function record(ground: Ground, actor: Actor, act: string, entry: Omit<Reading, 'act'>): Promise<void> {
  await ground.database.transaction(tx =>
    appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act,
      subject: entry.subject,
      detail: { ...entry.detail, ...(actor.breakGlass ? { breakGlass: true } : {}) },
      ...(entry.sealed ? { sealed: entry.sealed } : {}),
    }),
  )
}

/** What somebody is about to read. */
type Attempt = Pick<Reading, 'act' | 'subject' | 'sealed'>

/**
 * The mailboxes that the actor may read by these roles, null for everything; ROLE_MISSING, after an entry of the
 * refusal, if they hold none of them.
 */
export async function admit(
  ground: Ground,
  actor: Actor,
  attempt: Attempt,
  ...roles: readonly Role[]
): Promise<MailboxScope> {
  try {
    return mailboxScope(actor, ...roles)
  } catch (error) {
    if (hasCode(error, 'ROLE_MISSING'))
      await record(ground, actor, 'reading.refused', {
        ...attempt,
        detail: { reading: attempt.act, reason: 'role', roles },
      })
    throw error
  }
}

/**
 * Where the actor sees restricted items, which were to be erased and are kept: who looks after holds and cases does, in
 * the mailboxes that these roles reach.
 */
export function restrictedSeen(actor: Actor): Restricted {
  return holdsRole(actor, 'Hold', 'Case Management') ? mailboxScope(actor, 'Hold', 'Case Management') : []
}

/** The entry of a reading that was refused at the API's own door, before it was known what was to be read. */
export async function recordRefusal(ground: Ground, actor: Actor, operation: string): Promise<void> {
  await record(ground, actor, 'reading.refused', {
    subject: '',
    detail: { operation, reason: 'role' },
  })
}

/** The entry of a reading that was refused since its item is restricted. */
export async function recordRestricted(ground: Ground, actor: Actor, attempt: Attempt): Promise<void> {
  await record(ground, actor, 'reading.refused', {
    ...attempt,
    detail: { reading: attempt.act, reason: 'restricted' },
  })
}

/**
 * Throws `unknown`. Where the actor may see some mailboxes only, an entry says that they asked for what is not among
 * them; what does not exist leaves the same entry, and takes the same time.
 */
export async function refuseUnknown(
  ground: Ground,
  actor: Actor,
  scope: MailboxScope,
  attempt: Attempt,
  unknown: HoldfastError,
): Promise<never> {
  if (scope !== null)
    await record(ground, actor, 'reading.refused', {
      ...attempt,
      detail: { reading: attempt.act, reason: 'unknown' },
    })
  throw unknown
}

/** The mailbox of an address, if the reader may see it; MAILBOX_UNKNOWN otherwise, as if there were none. */
export async function readableMailbox(
  ground: Ground,
  actor: Actor,
  scope: MailboxScope,
  address: string,
  act: Act,
): Promise<MailboxEntry> {
  const attempt: Attempt = { act, subject: 'mailbox', sealed: { address: address.slice(0, 320) } }
  try {
    const mailbox = await getMailbox(ground.database, address)
    if (scope === null || scope.includes(mailbox.mailboxId)) return mailbox
  } catch (error) {
    if (!hasCode(error, 'MAILBOX_UNKNOWN')) throw error
  }
  return refuseUnknown(ground, actor, scope, attempt, mailboxUnknown())
}

export function mailboxUnknown(): HoldfastError {
  return new HoldfastError('MAILBOX_UNKNOWN', 'no mailbox has this address')
}
