/** Items put into an archive as they are, and holds on them, for tests. */

import { systemClock } from '../clock.ts'
import { sqlState } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import { type Hold, type HoldDraft, placeHold } from '../hold/hold.ts'
import type { Actor, MailboxScope } from '../identity/identity.ts'
import { formatItemId } from '../message/message.ts'
import type { Queue } from '../queue/queue.ts'
import { type TestArchive, testArchive } from './archive.ts'
import { addItems, addPlaces, FOLDERS, type PlainItem } from './search-items.ts'

type Context = { after(work: () => Promise<void>): void }

/** When the archive's clock stands still, unless a test moves it. */
export const HELD_NOW = Date.UTC(2026, 10, 1)
export const HELD_SENT = Date.UTC(2026, 9, 1)

/** Somebody with the role Hold alone. */
export const holder = (name: string, scope: MailboxScope): Actor => ({
  name: `person:${name}`,
  breakGlass: false,
  roles: new Map([['Hold', scope]]),
})

let made = 0

/** A text message in these mailboxes, perhaps hidden in a further one. */
export function textItem(
  mailboxIds: readonly number[],
  body: string,
  more: { readonly sentAt?: number; readonly hidden?: number; readonly attachments?: number } = {},
): PlainItem {
  const sentAt = more.sentAt ?? HELD_SENT
  const itemId = Buffer.alloc(16)
  itemId.writeUIntBE(sentAt, 0, 6)
  itemId.writeUInt32BE(++made, 12)
  const parties = { numbers: ['447700900123'], emails: [], names: [], userIds: [] }
  return {
    id: formatItemId(itemId),
    input: {
      itemId,
      text: {
        subject: '',
        body,
        groupName: null,
        names: [],
        attachmentNames: Array.from({ length: more.attachments ?? 0 }, (_, index) => `a${index}.pdf`),
        attachmentTexts: [],
      },
      kind: 'sms',
      direction: 'in',
      sentAt: new Date(sentAt),
      from: parties,
      to: parties,
      mailboxIds,
      connectorId: 1,
    },
    filings: [
      ...mailboxIds.map(mailboxId => ({ mailboxId, folder: FOLDERS[0]!, hidden: false })),
      ...(more.hidden === undefined ? [] : [{ mailboxId: more.hidden, folder: FOLDERS[0]!, hidden: true }]),
    ],
    size: 100,
    importedAt: sentAt,
    seconds: null,
    callStatus: null,
    conversation: 'AAAAAAAAAAA',
  }
}

export type TestHolds = {
  readonly archive: TestArchive
  readonly ground: Ground
  readonly queue: Queue
  /** Who may hold every mailbox. */
  readonly everyone: Actor
  /** Milliseconds, as the archive's clock has them. */
  now: number
  add(...items: PlainItem[]): Promise<void>
  /** A new mailbox, name@example.com. */
  mailbox(name: string): Promise<number>
  place(mailboxIds: readonly number[], more?: Partial<HoldDraft>, actor?: Actor): Promise<Hold>
  /** held_until in milliseconds, Infinity for ever, null where not held; 'pending' until a query has looked. */
  heldOf(mailboxId: number, itemId: string): Promise<number | 'pending' | null>
}

/** An archive with a clock that stands still. */
export async function testHolds(t: Context): Promise<TestHolds> {
  let holds: TestHolds | null = null
  const now = () => holds?.now ?? HELD_NOW
  const archive = await testArchive(t, { clock: { ...systemClock, now } })
  const { ground } = archive
  const { database } = ground
  const queue = await archive.queue()
  const everyone = holder('hanna', null)
  holds = {
    archive,
    ground,
    queue,
    everyone,
    now: HELD_NOW,
    add: (...items) => addItems(database, ground.keyring, items),
    mailbox: async name => {
      const [row] = await database.query<{ mailbox_id: number }>(
        `insert into mailbox (mailbox_id, address, display_name, created_at)
         select max(mailbox_id) + 1, $1, $1, now() from mailbox returning mailbox_id`,
        [`${name}@example.com`],
      )
      await database.execute('insert into folder (mailbox_id, name) values ($1, $2)', [
        row!.mailbox_id,
        FOLDERS[0],
      ])
      return row!.mailbox_id
    },
    place: (mailboxIds, more = {}, actor = everyone) =>
      placeHold(ground, queue, actor, {
        name: 'Northwind',
        reason: 'Claim 17',
        note: 'Please keep all',
        link: 'https://legal.example/17',
        mailboxIds,
        query: null,
        days: null,
        ...more,
      }),
    heldOf: async (mailboxId, itemId) => {
      const [row] = await database.query<{ held: number | null; pending: boolean | null }>(
        `select extract(epoch from held_until)::float8 * 1000 as held, hold_pending as pending from filing
         where mailbox_id = $1 and item_id = $2`,
        [mailboxId, itemId],
      )
      return row!.pending ? 'pending' : row!.held
    },
  }
  await addPlaces(database)
  return holds
}

/** True of an error of the database's guard, or of a right that the program's role lacks. */
export const isRefusedByGuard = (error: unknown): boolean =>
  sqlState(error) === 'HFK01' || sqlState(error) === '42501'
