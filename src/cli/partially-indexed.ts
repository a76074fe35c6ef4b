/** `holdfast search --partially-indexed`: the attachments that search could not see, by reason. */
import {
  type Asked,
  countPartiallyIndexed,
  listPartiallyIndexed,
  UNSEEN_REASONS,
} from '../archive/archive.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { choiceFlag } from './flags.ts'
import { count, print, printJson, printTable, time } from './terminal.ts'

type Wanted = {
  readonly reason?: string
  readonly after?: string
  readonly limit: number
  readonly json?: boolean
}

/** How many there are for each reason, and a page of them. */
export async function printPartiallyIndexed(
  ground: Ground,
  actor: Actor,
  asked: Asked,
  wanted: Wanted,
): Promise<void> {
  const reason =
    wanted.reason === undefined ? undefined : choiceFlag('--reason', wanted.reason, UNSEEN_REASONS)
  const counts = await countPartiallyIndexed(ground, actor, asked)
  const { lines, next } = await listPartiallyIndexed(ground, actor, asked, {
    ...(reason === undefined ? {} : { reason }),
    ...(wanted.after === undefined ? {} : { after: wanted.after }),
    limit: wanted.limit,
  })
  if (wanted.json)
    return printJson({ demonstration: ground.archive.demonstration, ...counts, attachments: lines, next })
  print(
    `${count(counts.partiallyIndexed)} partially indexed, ${count(counts.notYetIndexed)} not yet indexed (items).`,
  )
  if (counts.byReason.length > 0)
    printTable(
      [
        { title: 'Reason', cell: each => each.reason },
        { title: 'Items', right: true, cell: each => count(each.items) },
        { title: 'Attachments', right: true, cell: each => count(each.attachments) },
      ],
      counts.byReason,
    )
  if (lines.length > 0)
    printTable(
      [
        { title: 'Item', cell: each => each.itemId },
        { title: 'Att.', right: true, cell: each => (each.number === 0 ? '' : String(each.number)) },
        { title: 'Reason', cell: each => each.reason },
        { title: 'Kind', cell: each => each.kind },
        { title: 'Sent', cell: each => time(each.sentAt ?? each.arrivedAt) },
        { title: 'Mailbox', cell: each => each.mailboxes[0] ?? '' },
        { title: 'Name', cell: each => each.name },
      ],
      lines,
    )
  if (next) print(`More: add --after ${next}`)
}
