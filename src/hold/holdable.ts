/** The mailboxes that somebody may place holds on, to choose from. */
import { appendEntry } from '../audit/audit.ts'
import { countMailboxes, listMailboxes } from '../directory/directory.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { holdScope } from './stored-hold.ts'

type HoldableMailbox = {
  readonly mailboxId: number
  readonly address: string
  readonly displayName: string
}

/** By address, reserved mailboxes and those of leavers among them; recorded, since it names people. */
export async function listHoldable(
  ground: Ground,
  actor: Actor,
  options: {
    readonly containing?: string
    readonly mailboxIds?: readonly number[]
    readonly after?: string
    readonly limit: number
  },
): Promise<{ mailboxes: HoldableMailbox[]; next: string | null; total: number }> {
  const { containing = '', mailboxIds: asked, after, limit } = options
  const scope = holdScope(actor)
  const mailboxIds = asked ? asked.filter(each => scope === null || scope.includes(each)) : scope
  const matching = { containing, mailboxIds }
  const [found, total] = await Promise.all([
    listMailboxes(ground.database, { ...matching, ...(after ? { after } : {}), limit: limit + 1 }),
    countMailboxes(ground.database, matching),
  ])
  await ground.database.transaction(tx =>
    appendEntry(tx, ground.keyring, ground.clock, {
      actor: actor.name,
      act: 'mailbox.list',
      subject: 'mailboxes',
      detail: actor.breakGlass ? { breakGlass: true } : {},
      ...(containing === '' ? {} : { sealed: { containing } }),
    }),
  )
  const mailboxes = found.slice(0, limit)
  return {
    mailboxes: mailboxes.map(({ mailboxId, address, displayName }) => ({ mailboxId, address, displayName })),
    next: found.length > limit ? mailboxes.at(-1)!.address : null,
    total,
  }
}
