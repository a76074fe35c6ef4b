/**
 * The proofs that an export carries, all against one checkpoint, so that it stands alone: docs/formats/export.md.
 *
 *     message in the package ─▶ batch's root, in `batch.file` ─▶ checkpoint ◀─ `export.complete` ─▶ manifest.json
 *
 * Leaves are read from the items' rows, a few dozen batches in a statement; the tree of a batch is hashed once for all
 * its items. What is held in memory is 16 bytes for each item, and the batches at hand.
 */
import {
  archivePublicKey,
  countWaiting,
  holdTree,
  type LogHead,
  leafHash,
  linkHeads,
  placeEntries,
  proveEntry,
  sizeOfCheckpoint,
} from '../audit/audit.ts'
import type { Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { formatItemId } from '../message/message.ts'
import { gathered } from './lists.ts'
import type { PackageFile } from './package-file.ts'
import { PROOF_FILES, VERIFY_FILE } from './package-layout.ts'
import { verifyText } from './verify-text.ts'

/** Batches whose entries, or whose leaves, are read in one statement. */
const ENTRIES_AT_ONCE = 1000
const BATCHES_AT_ONCE = 32
/** A sequencer takes a second; what has no checkpoint by then has no sequencer running. */
const PATIENCE_MS = 60_000
const PAUSE_MS = 250
const ITEM_ID_SIZE = 16
const LEAF_SIZE = 32

/** A batch, and the ids of its items that are in the package, one after the other. */
type Wanted = { readonly batchId: number; readonly ids: Buffer }

/**
 * The files below `proofs/`, and VERIFY.txt: to be taken in their order, each to its end.
 * @param completeEntryId the entry `export.complete`, whose detail has the digest of manifest.json
 * @throws PROOF_NOT_READY if an entry has no checkpoint after a minute; AUDIT_DAMAGED if a batch is not what the log
 * says, so that no package is made whose proofs do not hold
 */
export async function* proofFiles(
  ground: Ground,
  exportId: string,
  completeEntryId: string,
): AsyncIterable<PackageFile> {
  const { database } = ground
  const wanted = await database.query<Wanted & Record<string, unknown>>(
    `select batch_id as "batchId", string_agg(uuid_send(item_id), ''::bytea order by item_id) as ids
       from (select distinct i.batch_id, i.item_id from export_item x join item i using (item_id)
              where x.export_id = $1 and x.state = 'written') as written
      group by batch_id order by batch_id`,
    [exportId],
  )
  const subjects = wanted.map(({ batchId }) => `batch:${batchId}`)
  await untilSequenced(ground, { entryIds: [completeEntryId], act: 'batch.file', subjects })
  const complete = await proveEntry(database, completeEntryId)
  if (!complete) throw new HoldfastError('AUDIT_DAMAGED', `the entry of export ${exportId} is not in the log`)
  // Every further proof is made against the checkpoint that this one was.
  const head: LogHead = { note: complete.checkpoint, size: sizeOfCheckpoint(complete.checkpoint) }

  const roots = new Map<number, string>()
  yield file(PROOF_FILES.batches, batchLines(database, head, wanted, roots))
  yield file(PROOF_FILES.items, itemLines(database, wanted, roots))
  const { leaf, sequence, path } = complete
  const manifestEntry = `${JSON.stringify({ leaf, sequence, path: textOf(path) })}\n`
  yield { path: PROOF_FILES.manifestEntry, content: Buffer.from(manifestEntry), ordinals: [] }
  yield file(PROOF_FILES.consistency, linkLines(database, head))
  yield { path: PROOF_FILES.checkpoint, content: Buffer.from(head.note), ordinals: [] }
  const publicKey = archivePublicKey(ground.keyring, ground.archive.archiveId)
  yield { path: PROOF_FILES.publicKey, content: Buffer.from(claimedKey(publicKey)), ordinals: [] }
  const about = { publicKey, demonstration: ground.archive.demonstration }
  yield { path: VERIFY_FILE, content: Buffer.from(verifyText(about)), ordinals: [] }
}

/** Waits until these entries have their leaves, and with them a checkpoint. */
async function untilSequenced(
  { database, clock }: Pick<Ground, 'database' | 'clock'>,
  entries: Parameters<typeof countWaiting>[1],
): Promise<void> {
  const until = clock.now() + PATIENCE_MS
  for (;;) {
    const waiting = await countWaiting(database, entries)
    if (waiting === 0) return
    if (clock.now() > until)
      throw new HoldfastError('PROOF_NOT_READY', `${waiting} entries of the log wait for their checkpoint`)
    await clock.sleep(PAUSE_MS)
  }
}

/** `proofs/batches.jsonl`; notes each batch's root as it goes. */
async function* batchLines(
  sql: Sql,
  head: LogHead,
  wanted: readonly Wanted[],
  roots: Map<number, string>,
): AsyncGenerator<string> {
  for (let from = 0; from < wanted.length; from += ENTRIES_AT_ONCE) {
    const batchIds = wanted.slice(from, from + ENTRIES_AT_ONCE).map(each => each.batchId)
    const subjects = batchIds.map(batchId => `batch:${batchId}`)
    const placed = await placeEntries(sql, head, { act: 'batch.file', subjects })
    const bySubject = new Map(placed.map(entry => [entry.subject, entry]))
    for (const batchId of batchIds) {
      const entry = bySubject.get(`batch:${batchId}`)
      if (!entry) throw new HoldfastError('AUDIT_DAMAGED', `batch ${batchId} is not in the log`)
      const { detail } = JSON.parse(entry.leaf) as { detail: { merkleRoot: string } }
      roots.set(batchId, detail.merkleRoot)
      const { leaf, sequence, path } = entry
      yield JSON.stringify({ batch: batchId, leaf, sequence, path: textOf(path) })
    }
  }
}

/** `proofs/items.jsonl`, batch by batch, in the order of item ids within each. */
async function* itemLines(
  sql: Sql,
  wanted: readonly Wanted[],
  roots: ReadonlyMap<number, string>,
): AsyncGenerator<string> {
  for (let from = 0; from < wanted.length; from += BATCHES_AT_ONCE) {
    const some = wanted.slice(from, from + BATCHES_AT_ONCE)
    const batches = await readLeaves(
      sql,
      some.map(each => each.batchId),
    )
    for (const { batchId, ids } of some) {
      const batch = batches.get(batchId)
      const tree = holdTree(pieces(batch?.leaves ?? Buffer.alloc(0), LEAF_SIZE).map(leafHash))
      if (!batch || tree.root.toString('hex') !== roots.get(batchId))
        throw new HoldfastError('AUDIT_DAMAGED', `the items of batch ${batchId} are not those in the log`)
      const places = new Map(
        pieces(batch.ids, ITEM_ID_SIZE).map((id, index) => [id.toString('latin1'), index]),
      )
      const texts = new Map<Buffer, string>()
      for (const id of pieces(ids, ITEM_ID_SIZE)) {
        const index = places.get(id.toString('latin1'))!
        const path = tree.inclusion(index).map(hash => textFrom(texts, hash))
        yield `{"item":"${formatItemId(id)}","batch":${batchId},"index":${index},"path":[${path.join()}]}`
      }
    }
  }
}

/** The ids and leaves of all items of these batches, in the order of each batch's tree: by object, and as they lie in it. */
async function readLeaves(
  sql: Sql,
  batchIds: readonly number[],
): Promise<Map<number, { ids: Buffer; leaves: Buffer }>> {
  const rows = await sql.query<{ batch_id: number; ids: Buffer; leaves: Buffer }>(
    `select i.batch_id,
            string_agg(uuid_send(i.item_id), ''::bytea order by o.ordinal, i.vault_offset) as ids,
            string_agg(i.leaf, ''::bytea order by o.ordinal, i.vault_offset) as leaves
       from (select batch_id, item_id, leaf, vault_object, vault_offset from item where batch_id = any($1::bigint[])
             union all
             -- Of what was disposed of.
             select batch_id, item_id, leaf, vault_object, vault_offset from tombstone where batch_id = any($1::bigint[])) i
         join vault_object o on o.object_id = i.vault_object
      group by i.batch_id`,
    [batchIds],
  )
  return new Map(rows.map(({ batch_id: batchId, ids, leaves }) => [batchId, { ids, leaves }]))
}

/** `proofs/consistency.jsonl`. */
async function* linkLines(sql: Sql, head: LogHead): AsyncGenerator<string> {
  for await (const { size, path } of linkHeads(sql, head)) yield JSON.stringify({ size, path: textOf(path) })
}

function claimedKey(publicKey: string): string {
  return `The archive that made this package claims to sign with this key. A key that comes with what it is to prove\nproves nothing: compare it with the one that the archive's owner gave you otherwise.\n\n${publicKey}\n`
}

const textOf = (path: readonly Buffer[]): string[] => path.map(hash => hash.toString('base64'))

/** A hash as JSON; most are in the paths of many items. */
function textFrom(texts: Map<Buffer, string>, hash: Buffer): string {
  let text = texts.get(hash)
  if (text === undefined) {
    text = `"${hash.toString('base64')}"`
    texts.set(hash, text)
  }
  return text
}

function pieces(bytes: Buffer, size: number): Buffer[] {
  const found: Buffer[] = []
  for (let at = 0; at < bytes.length; at += size) found.push(bytes.subarray(at, at + size))
  return found
}

const file = (path: string, lines: AsyncIterable<string>): PackageFile => ({
  path,
  content: gathered(ended(lines)),
  ordinals: [],
})

async function* ended(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`
}
