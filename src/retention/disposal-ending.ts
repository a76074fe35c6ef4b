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
  const objects = await again(() => removeSome(ground), signal)
  return { again: disposedAgain, documents, objects, words: await dropWords(ground) }
}

async function again(work: () => Promise<number>, signal: AbortSignal | undefined): Promise<number> {
  let total = 0
  for (let done = await work(); done > 0; done = await work()) {
    total += done
    signal?.throwIfAborted()
  }
  return total
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

async function removeSome(ground: Ground): Promise<number> {
  const rows = await ground.database.query<{ object_id: string }>(
    `select object_id from vault_object where items_gone = items and removed_at is null
     order by object_id limit ${OBJECTS}`,
  )
  for (let from = 0; from < rows.length; from += AT_ONCE)
    await Promise.all(
      rows.slice(from, from + AT_ONCE).map(row => ground.storage.remove(vaultObjectName(row.object_id))),
    )
  await ground.database.execute(
    'update vault_object set removed_at = $2 where object_id = any($1::uuid[]) and removed_at is null',
    [rows.map(row => row.object_id), new Date(ground.clock.now())],
  )
  return rows.length
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
