/** Requests for erasure in an archive of plain items, for tests. */
import type { Actor, Role } from '../identity/identity.ts'
import {
  type ErasureDraft,
  type ErasureRequest,
  performErasure,
  requestErasure,
  showErasure,
} from '../retention/retention.ts'
import { type TestHolds, testHolds, textItem } from './holds.ts'
import type { PlainItem } from './search-items.ts'

type Context = { after(work: () => Promise<void>): void }

export const personWith = (name: string, ...roles: Role[]): Actor => ({
  name: `person:${name}`,
  breakGlass: false,
  roles: new Map(roles.map(role => [role, null])),
})

/** Who enters requests. */
export const rita = personWith('rita', 'Retention Management')

/** A message from this number, in these mailboxes. */
export function messageOf(
  number: string,
  mailboxIds: readonly number[],
  more: Parameters<typeof textItem>[2] & { readonly email?: string; readonly importedAt?: number } = {},
): PlainItem {
  const item = textItem(mailboxIds, 'lunch', more)
  const nobody = { numbers: ['447700900999'], emails: [], names: [], userIds: [] }
  const party = { ...nobody, numbers: [number], emails: more.email ? [more.email] : [] }
  return {
    ...item,
    importedAt: more.importedAt ?? item.importedAt,
    input: { ...item.input, from: party, to: nobody },
  }
}

export type TestErasure = {
  readonly holds: TestHolds
  /** Of nobody yet, without `+`. */
  freshNumber(): string
  ask(value: string, more?: Partial<ErasureDraft>): Promise<ErasureRequest>
  /** Does what the worker would, and shows what came of it. */
  work(requestId: number): ReturnType<typeof showErasure>
  isThere(itemId: string): Promise<boolean>
  inMailbox(mailboxId: number, itemId: string): Promise<boolean>
}

export async function testErasure(t: Context): Promise<TestErasure> {
  const holds = await testHolds(t)
  const { ground, queue } = holds
  let used = 200
  return {
    holds,
    freshNumber: () => `447700900${++used}`,
    ask: (value, more = {}) =>
      requestErasure(ground, queue, rita, {
        identities: [{ value }],
        basis: 'no-longer-needed',
        reason: 'Letter of 3 May',
        reference: 'DPO-17',
        includeLater: false,
        ...more,
      }),
    work: async requestId => {
      await performErasure(ground, requestId)
      return showErasure(ground, rita, requestId)
    },
    isThere: async itemId =>
      (await ground.database.query('select from item where item_id = $1', [itemId])).length === 1,
    inMailbox: async (mailboxId, itemId) => {
      const filed = 'select from filing where mailbox_id = $1 and item_id = $2'
      return (await ground.database.query(filed, [mailboxId, itemId])).length === 1
    },
  }
}
