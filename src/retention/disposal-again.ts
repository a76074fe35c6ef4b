/**
 * Disposals that a restored database does not know of: the storage has their documents, and what went then goes again.
 * Documents are stored after their disposal was committed, so one without a row tells of a database that is older than
 * it: a restored backup, or a server that was set back.
 *
 * What came only after the backup is not there to go; should its source give it again, it goes with the next look.
 *
 * What that database holds or retains stays, in doubt, and is tried again each time: a hold may have been released
 * between the backup and the disposal, and is released again by people.
 */
import { againOnConflict } from '../database/database.ts'
import { hasCode } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { openFileStorage, type Storage } from '../storage/storage.ts'
import { type DisposalCause, documentPlace, openDocument } from './disposal-document.ts'
import { DISPOSAL_MAX, disposeFilings, type FilingKey } from './disposition.ts'

const PREFIX = 'disposals/'

/** Filings and items that went again, and filings that are kept although they went once. */
export type DisposedAgain = { readonly filings: number; readonly items: number; readonly kept: number }

/** The folder for what is to be kept apart from the storage; null if there is none. */
export function documentMirror(ground: Ground): Storage | null {
  const { checkpointFolder } = ground.config
  return checkpointFolder === null ? null : openFileStorage(checkpointFolder)
}

/** Does again what documents tell of and no row does. */
export async function disposeAgain(ground: Ground, signal?: AbortSignal): Promise<DisposedAgain> {
  const total = { filings: 0, items: 0, kept: 0 }
  const mirror = documentMirror(ground)
  for (const storage of mirror ? [ground.storage, mirror] : [ground.storage])
    for (const name of await unknownDocuments(ground, storage).catch(unlessMirror(ground, storage))) {
      signal?.throwIfAborted()
      const lines = await readLines(ground, storage, name)
      if (lines === null) continue
      const done = await disposeOf(ground, name, lines)
      total.filings += done.filings
      total.items += done.items
      total.kept += done.kept
    }
  return total
}

/** The folder may be on another machine that cannot be reached. */
function unlessMirror(ground: Ground, storage: Storage): (error: unknown) => string[] {
  return error => {
    if (storage === ground.storage) throw error
    ground.log.warn({ error }, 'the documents of disposals in the folder for checkpoints cannot be listed')
    return []
  }
}

/** In the order of their disposals. */
async function unknownDocuments(ground: Ground, storage: Storage): Promise<string[]> {
  const unknown: string[] = []
  let page: string[] = []
  const flush = async () => {
    const rows = await ground.database.query<{ name: string }>(
      `select n as name from unnest($1::text[]) as n
       where not exists (select from disposal d where d.entry_id = right(n, 36)::uuid)
         and not exists (select from disposal_again a where a.name = n) order by n`,
      [page],
    )
    unknown.push(...rows.map(row => row.name))
    page = []
  }
  for await (const { name } of storage.list(PREFIX)) {
    if (documentPlace(name) === null) continue
    page.push(name)
    if (page.length === 1000) await flush()
  }
  if (page.length > 0) await flush()
  return unknown
}

type Head = {
  archive: string
  cause: 'rule' | 'erasure'
  request: number | null
  actor: string
  approvedBy: string[]
}

/** Null for one that is damaged, or is none: it must not keep everything else from being disposed of. */
async function readLines(ground: Ground, storage: Storage, name: string): Promise<string[] | null> {
  try {
    return openDocument(ground.keyring, documentPlace(name)!, await storage.read(name))
  } catch (error) {
    if (storage === ground.storage && !hasCode(error, 'VAULT_DAMAGED')) throw error
    ground.log.error({ error, document: name }, 'a document of a disposal that no row knows cannot be read')
    return null
  }
}

async function disposeOf(ground: Ground, name: string, lines: readonly string[]): Promise<DisposedAgain> {
  const total = { filings: 0, items: 0, kept: 0 }
  const head = JSON.parse(lines[0]!) as Head
  const filings = lines.slice(1).map((line): FilingKey => {
    const { item, mailbox } = JSON.parse(line) as { item: string; mailbox: number }
    return { itemId: item, mailboxId: mailbox }
  })
  const cause: DisposalCause =
    head.request === null
      ? { type: 'rule', again: name }
      : { type: 'erasure', requestId: head.request, again: name }
  for (let from = 0; from < filings.length; ) {
    const some = filings.slice(from, from + DISPOSAL_MAX)
    const done = await againOnConflict(() =>
      ground.database.transaction(tx => disposeFilings(ground, tx, some, cause, head.actor, head.approvedBy)),
    )
    total.filings += done.filings
    total.items += done.items
    total.kept += done.kept.filter(({ why }) => why !== 'gone').length
    from += some.length
  }
  if (total.kept === 0) {
    if (!(await areAllGone(ground, filings))) return total
    await ground.database.execute(
      'insert into disposal_again (name, done_at) values ($1, $2) on conflict do nothing',
      [name, new Date(ground.clock.now())],
    )
  } else
    ground.log.warn(
      { document: name, kept: total.kept },
      'filings that were disposed of after the backup are held or retained by what was restored',
    )
  return total
}

/**
 * False where some of them are not here, and never were for all that is known: they were imported after the backup, and
 * their source may give them again. Then the document is looked at again, too.
 */
async function areAllGone(ground: Ground, filings: readonly FilingKey[]): Promise<boolean> {
  const unknown = await ground.database.query(
    `select from unnest($1::uuid[], $2::integer[]) as n (item_id, mailbox_id)
     where not exists (select from tombstone t where t.item_id = n.item_id)
       and not exists (select from disposed_filing d where d.item_id = n.item_id and d.mailbox_id = n.mailbox_id)
     limit 1`,
    [filings.map(each => each.itemId), filings.map(each => each.mailboxId)],
  )
  return unknown.length === 0
}
