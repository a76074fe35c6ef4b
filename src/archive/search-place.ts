/** Where a search may look: the mailboxes, connectors and folders that its asker can choose from. */

import { findProduct } from '../connector/connector.ts'
import { countMailboxes, listMailboxes } from '../directory/directory.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor, MailboxScope } from '../identity/identity.ts'
import { admit, recordReading } from './reading.ts'

type SearchPlaces = {
  readonly connectors: readonly {
    readonly connectorId: number
    readonly name: string
    readonly removed: boolean
  }[]
  readonly folders: readonly string[]
}

type SearchMailbox = { readonly mailboxId: number; readonly address: string; readonly displayName: string }

/**
 * The connectors and folders that a search of the actor's can be limited to: folders of the mailboxes that they
 * reach, and connectors that file into these folders. It tells names of things, not of people, and no content.
 */
export async function listSearchPlaces(ground: Ground, actor: Actor): Promise<SearchPlaces> {
  const attempt = { act: 'search.count', subject: 'search' } as const
  return placesOf(ground, await admit(ground, actor, attempt, 'Compliance Search', 'Preview'))
}

/** FOLDER_UNKNOWN or CONNECTOR_UNKNOWN for what is not among the places of the scope, as if there were none. */
export async function checkPlaces(
  ground: Ground,
  scope: MailboxScope,
  asked: { readonly connectorIds?: readonly number[] | null; readonly folders?: readonly string[] | null },
): Promise<void> {
  if (!asked.connectorIds?.length && !asked.folders?.length) return
  const { connectors, folders } = await placesOf(ground, scope)
  if (asked.folders?.some(name => !folders.includes(name)))
    throw new HoldfastError('FOLDER_UNKNOWN', 'no mailbox that may be searched has such a folder')
  const known = new Set(connectors.map(each => each.connectorId))
  const unknown = asked.connectorIds?.find(connectorId => !known.has(connectorId))
  if (unknown !== undefined) throw new HoldfastError('CONNECTOR_UNKNOWN', `there is no connector ${unknown}`)
}

async function placesOf({ database }: Ground, scope: MailboxScope): Promise<SearchPlaces> {
  const [folders, connectors] = await Promise.all([
    database.query<{ name: string }>(
      'select distinct name from folder where $1::integer[] is null or mailbox_id = any($1) order by name',
      [scope],
    ),
    database.query<{ connector_id: number; product: string; name: string; status: string }>(
      `select connector_id, product, name, status from connector where status <> 'draft' order by connector_id`,
    ),
  ])
  const names = folders.map(row => row.name)
  return {
    folders: names,
    connectors: connectors
      .filter(row => scope === null || names.includes(findProduct(row.product).folder))
      .map(row => ({ connectorId: row.connector_id, name: row.name, removed: row.status === 'removed' })),
  }
}

/** The mailboxes that the actor may search, by address; recorded, since it names people. */
export async function listSearchMailboxes(
  ground: Ground,
  actor: Actor,
  options: {
    readonly containing?: string
    readonly mailboxIds?: readonly number[]
    readonly after?: string
    readonly limit: number
  },
): Promise<{ mailboxes: SearchMailbox[]; next: string | null; total: number }> {
  const { containing = '', mailboxIds: asked, after, limit } = options
  const sealed = containing === '' ? {} : { sealed: { containing } }
  const reading = { act: 'mailbox.list', subject: 'mailboxes', ...sealed } as const
  const scope = await admit(ground, actor, reading, 'Compliance Search', 'Preview')
  await recordReading(ground, actor, reading)
  const mailboxIds = asked ? asked.filter(each => scope === null || scope.includes(each)) : scope
  const matching = { containing, mailboxIds }
  const [found, total] = await Promise.all([
    listMailboxes(ground.database, { ...matching, ...(after ? { after } : {}), limit: limit + 1 }),
    countMailboxes(ground.database, matching),
  ])
  const mailboxes = found.slice(0, limit)
  return {
    mailboxes: mailboxes.map(({ mailboxId, address, displayName }) => ({ mailboxId, address, displayName })),
    next: found.length > limit ? mailboxes.at(-1)!.address : null,
    total,
  }
}
