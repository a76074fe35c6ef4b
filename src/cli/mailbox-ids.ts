/** The mailboxes that a command names by their addresses. */
import { getMailbox } from '../directory/directory.ts'
import type { Ground } from '../ground.ts'

/** Their ids, in the order of the addresses. MAILBOX_UNKNOWN for an address that no mailbox has. */
export async function mailboxIdsOf(ground: Ground, addresses: readonly string[]): Promise<number[]> {
  const ids: number[] = []
  for (const address of addresses) ids.push((await getMailbox(ground.database, address)).mailboxId)
  return ids
}

/** Those of `on`, with those of `add` and without those of `remove`. */
export async function mailboxesAfter(
  ground: Ground,
  on: readonly number[],
  add: readonly string[] = [],
  remove: readonly string[] = [],
): Promise<number[]> {
  const gone = await mailboxIdsOf(ground, remove)
  return [...on, ...(await mailboxIdsOf(ground, add))].filter(mailboxId => !gone.includes(mailboxId))
}
