/** The proof that one item was archived, and with which bytes: for a verifier that has never seen this archive. */
import { buildItemProof, formatProof, proveEntry, readEntries, sizeOfCheckpoint } from '../audit/audit.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { blindOf } from '../vault/vault.ts'
import { findItem } from './item.ts'
import { recordReading } from './reading.ts'

/**
 * The proof as text, with the blind that whoever holds the exported bytes needs to check them. AUDIT_DAMAGED if the
 * batch is not in the log. With a checkpoint kept elsewhere, the proof also leads on from that one. An item filed within the last seconds may have to wait for its checkpoint.
 */
export async function proveItem(
  ground: Ground,
  actor: Actor,
  itemId: string,
  earlierCheckpoint: string | null = null,
): Promise<string> {
  const { row } = await findItem(ground, actor, itemId, 'item.prove', 'Export')
  await recordReading(ground, actor, { act: 'item.prove', subject: `item:${row.item_id}` })
  // In the order of the batch's tree; of what was disposed of there is the tombstone.
  const placed = await ground.database.query<{ item_id: string; leaf: Buffer }>(
    `select p.item_id, p.leaf from (
       select item_id, leaf, vault_object, vault_offset from item where batch_id = $1
       union all select item_id, leaf, vault_object, vault_offset from tombstone where batch_id = $1
     ) as p join vault_object o on o.object_id = p.vault_object order by o.ordinal, p.vault_offset`,
    [row.batch_id],
  )
  const index = placed.findIndex(item => item.item_id === row.item_id)
  const { entries } = await readEntries(ground.database, {
    act: 'batch.file',
    subject: `batch:${row.batch_id}`,
    limit: 1,
  })
  const entry = entries[0]
  if (index === -1 || !entry)
    throw new HoldfastError('AUDIT_DAMAGED', `batch ${row.batch_id} is not in the log`)
  const proved = await proveEntry(
    ground.database,
    entry.entryId,
    earlierCheckpoint === null ? {} : { since: sizeOfCheckpoint(earlierCheckpoint) },
  )
  if (!proved) throw new HoldfastError('PROOF_NOT_READY', `batch ${row.batch_id} waits for its checkpoint`)
  const leaves = placed.map(item => item.leaf)
  const proof = buildItemProof(proved, { itemId: row.item_id, index, leaves })
  const blind = blindOf(ground.keyring.unwrapItemKey(row.item_key))
  return `${JSON.stringify({ demonstration: ground.archive.demonstration, proof: JSON.parse(formatProof(proof)), blind: blind.toString('base64') }, null, 2)}\n`
}
