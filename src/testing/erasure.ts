/** Requests for erasure in an archive of plain items, for tests. */
import { openDatabase } from '../database/database.ts'
import {
  type ErasureDraft,
  type ErasureRequest,
  performErasure,
  requestErasure,
  showErasure,
} from '../erasure/erasure.ts'
import type { Actor, Role } from '../identity/identity.ts'
import { createPolicy } from '../retention/retention.ts'
import type { TestArchive } from './archive.ts'
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
  more: Parameters<typeof textItem>[2] & {
    readonly email?: string
    readonly importedAt?: number
    readonly connectorId?: number
  } = {},
): PlainItem {
  const item = textItem(mailboxIds, 'lunch', more)
  const nobody = { numbers: ['447700900999'], emails: [], names: [], userIds: [] }
  const party = { ...nobody, numbers: [number], emails: more.email ? [more.email] : [] }
  return {
    ...item,
    importedAt: more.importedAt ?? item.importedAt,
    input: { ...item.input, connectorId: more.connectorId ?? 1, from: party, to: nobody },
  }
}

export type TestErasure = {
  readonly holds: TestHolds
  /** Of nobody yet, without `+`. */
  freshNumber(): string
  ask(value: string, more?: Partial<ErasureDraft>): Promise<ErasureRequest>
  /** Does what the worker would, and shows what came of it. */
  work(requestId: number): ReturnType<typeof showErasure>
  /** A policy that retains what is in the mailbox; the rules know it at once, the columns once they are evaluated. */
  retain(name: string, mailboxId: number, period: string): Promise<void>
  /** All clocks go on by so much; what was done before is under a checkpoint. */
  pass(time: number): Promise<void>
  isThere(itemId: string): Promise<boolean>
  inMailbox(mailboxId: number, itemId: string): Promise<boolean>
}

/** The database's clock, for all that is kept, stands still at this moment. */
export async function stopDatabase(archive: TestArchive, at: number): Promise<void> {
  const owner = await openDatabase(archive.environment.DATABASE_OWNER_URL!, { connectionsMax: 1 })
  await owner
    .execute(
      `create or replace function holdfast.keeping_now() returns timestamptz language sql stable
         as $$ select '${new Date(at).toISOString()}'::timestamptz $$`,
    )
    .finally(() => owner.close())
}

export async function testErasure(t: Context): Promise<TestErasure> {
  const holds = await testHolds(t)
  const { archive, ground, queue } = holds
  await stopDatabase(archive, holds.now)
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
    retain: async (name, mailboxId, period) => {
      await createPolicy(ground, queue, rita, {
        name,
        description: '',
        belowPreset: '',
        presetId: null,
        enabled: true,
        appliesTo: 'mailboxes',
        mailboxIds: [mailboxId],
        excludedIds: [],
        scopeIds: [],
        connectorIds: null,
        kinds: null,
        action: 'retain',
        period,
        startFrom: 'sent',
        eventTypeId: null,
        review: false,
      })
    },
    pass: async time => {
      await archive.seal()
      holds.now += time
      await stopDatabase(archive, holds.now)
    },
    isThere: async itemId =>
      (await ground.database.query('select from item where item_id = $1', [itemId])).length === 1,
    inMailbox: async (mailboxId, itemId) => {
      const filed = 'select from filing where mailbox_id = $1 and item_id = $2'
      return (await ground.database.query(filed, [mailboxId, itemId])).length === 1
    },
  }
}
