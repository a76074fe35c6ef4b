/**
 * What follows the commit of a disposal: its document goes to the storage (and to the folder for checkpoints, if there
 * is one), objects whose items are all gone leave it, and words that no item has any more leave the lexicon. All of it
 * is in rows, so it may be killed and done again, and two may be at it.
 */
import type { Ground } from '../ground.ts'
import { dropUnusedWords } from '../search/search.ts'
import { vaultObjectName } from '../vault/vault.ts'
import { type DisposedAgain, disposeAgain, documentMirror } from './disposal-again.ts'
import { documentName } from './disposal-document.ts'

/** Documents in memory at a time: one of 5,000 filings has some two megabytes. */
const DOCUMENTS = 8
const OBJECTS = 500
const FIRST_OBJECT = '00000000-0000-0000-0000-000000000000'
/** Objects removed beside each other. */
const AT_ONCE = 16

export type DisposalEnding = {
  /** What a restored database did not know of any more. */
  readonly again: DisposedAgain
  /** Documents stored, objects removed, words dropped. */
  readonly documents: number
  readonly objects: number
  readonly words: number
}

/** Does all that disposals have left to do. */
export async function finishDisposals(ground: Ground, signal?: AbortSignal): Promise<DisposalEnding> {
  const disposedAgain = await disposeAgain(ground, signal)
  const documents = await publishAll(ground, signal)
  const objects = await removeObjects(ground, signal)
  return { again: disposedAgain, documents, objects, words: await dropWords(ground) }
}

/**
 * First, so that what the storage lacks is told of by what the storage has. The folder that receives copies may be on
 * another machine that cannot be reached: its documents stay in their rows until it can.
 */
async function publishAll(ground: Ground, signal: AbortSignal | undefined): Promise<number> {
  const mirror = documentMirror(ground)
  let published = 0
  for (let after = 0; ; ) {
    signal?.throwIfAborted()
    const rows = await ground.database.query<{ disposal_id: number; entry_id: string; document: Buffer }>(
      `select disposal_id, entry_id, document from disposal where document is not null and disposal_id > $1::bigint
       order by disposal_id limit ${DOCUMENTS}`,
      [after],
    )
    for (const row of rows) {
      const name = documentName(row.disposal_id, row.entry_id)
      await ground.storage.put(name, row.document)
      const isMirrored = await mirror?.put(name, row.document).catch(error => {
        ground.log.warn({ error }, 'a document of a disposal was not copied to the folder for checkpoints')
        return null
      })
      if (isMirrored === null) continue
      await ground.database.execute('update disposal set document = null where disposal_id = $1::bigint', [
        row.disposal_id,
      ])
      published++
    }
    const last = rows.at(-1)
    if (!last) return published
    after = last.disposal_id
  }
}

/** Objects that say that all their items are gone, and of which it is so: nothing that an item still needs goes. */
async function removeObjects(ground: Ground, signal: AbortSignal | undefined): Promise<number> {
  let removed = 0
  for (let after = FIRST_OBJECT; ; ) {
    signal?.throwIfAborted()
    const rows = await ground.database.query<{ object_id: string; batch_id: number }>(
      `select object_id, batch_id from vault_object where items_gone = items and removed_at is null
         and object_id > $1::uuid order by object_id limit ${OBJECTS}`,
      [after],
    )
    const last = rows.at(-1)
    if (!last) return removed
    const objectIds = rows.map(row => row.object_id)
    const needed = await neededOf(ground, rows)
    const free = objectIds.filter(objectId => !needed.has(objectId))
    if (needed.size > 0)
      ground.log.error({ objects: [...needed] }, 'objects are said to be empty, and have items: they stay')
    for (let from = 0; from < free.length; from += AT_ONCE)
      await Promise.all(
        free.slice(from, from + AT_ONCE).map(objectId => ground.storage.remove(vaultObjectName(objectId))),
      )
    await ground.database.execute(
      'update vault_object set removed_at = $2 where object_id = any($1::uuid[]) and removed_at is null',
      [free, new Date(ground.clock.now())],
    )
    removed += free.length
    after = last.object_id
  }
}

/** Those of these objects that an item is in; found by their batches, for which there is an index. */
async function neededOf(
  ground: Ground,
  objects: readonly { readonly object_id: string; readonly batch_id: number }[],
): Promise<Set<string>> {
  const rows = await ground.database.query<{ object_id: string }>(
    `select distinct vault_object as object_id from item
     where batch_id = any($1::bigint[]) and vault_object = any($2::uuid[])`,
    [[...new Set(objects.map(each => each.batch_id))], objects.map(each => each.object_id)],
  )
  return new Set(rows.map(row => row.object_id))
}

async function dropWords(ground: Ground): Promise<number> {
  const waiting = await ground.database.query<{ disposal_id: number }>(
    'select disposal_id from disposal where words_at is null',
  )
  if (waiting.length === 0) return 0
  const dropped = await dropUnusedWords(ground.database, ground.keyring)
  await ground.database.execute('update disposal set words_at = $2 where disposal_id = any($1::bigint[])', [
    waiting.map(row => row.disposal_id),
    new Date(ground.clock.now()),
  ])
  return dropped
}
