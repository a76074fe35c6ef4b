/** Mailboxes to choose from, where somebody makes a rule for some of them. */
import { appendEntry } from '../audit/audit.ts'
import { countMailboxes, listMailboxes } from '../directory/directory.ts'
import type { Ground } from '../ground.ts'
import type { Actor, MailboxScope } from '../identity/identity.ts'

type MailboxChoice = {
  readonly mailboxId: number
  readonly address: string
  readonly displayName: string
}

/** `after` is the address of the last one of the page before. */
export type ChoicePage = {
  readonly containing?: string
  readonly mailboxIds?: readonly number[]
  readonly after?: string
  readonly limit: number
}

/**
 * By address, reserved mailboxes and those of leavers among them; recorded, since it names people. Whoever calls has
 * seen to it that the actor may, and says how far.
 */
export async function listChoices(
  ground: Ground,
  actor: Actor,
  scope: MailboxScope,
  { containing = '', mailboxIds: asked, after, limit }: ChoicePage,
): Promise<{ mailboxes: MailboxChoice[]; next: string | null; total: number }> {
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
