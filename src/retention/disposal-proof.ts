/**
 * Proofs of disposal: which filings left, when, by which rules or at whose request, who approved, and what had been
 * taken out before. A document that anyone can check without the archive (disposal-verdict.ts; docs/formats/disposal.md):
 *
 *     line of a filing ── inclusion ──▶ root, in the `disposal.complete` entry ── inclusion ──▶ root in a checkpoint
 */
import { appendEntry, formatProof, proveEntry, sizeOfCheckpoint } from '../audit/audit.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import { documentName, documentTree, openDocument } from './disposal-document.ts'

export const DISPOSAL_FORMAT = 'holdfast-disposal-1'
/** Who may see what was disposed of, and by what. */
export const DISPOSAL_ROLES = ['Disposition Management', 'Retention Management', 'Audit Logs'] as const

/** What a proof is of: an item, with each disposal in which a filing of it left; or one disposal with all its filings. */
type ProvedDisposal = { readonly itemId: string } | { readonly disposalId: number }

type DisposalRow = { disposal_id: number; entry_id: string; document: Buffer | null }

/**
 * The proof as text. ITEM_NOT_DISPOSED where nothing of the item is gone, DISPOSAL_UNKNOWN, PROOF_NOT_READY while a
 * disposal waits for its checkpoint. With a checkpoint kept elsewhere, each proof leads on from that one.
 */
export async function proveDisposal(
  ground: Ground,
  actor: Actor,
  of: ProvedDisposal,
  earlierCheckpoint: string | null = null,
): Promise<string> {
  requireRole(actor, ...DISPOSAL_ROLES)
  const itemId = 'itemId' in of ? of.itemId.toLowerCase() : null
  const disposalIds = 'itemId' in of ? await disposalsOf(ground, of.itemId) : [of.disposalId]
  const rows = await ground.database.query<DisposalRow>(
    'select disposal_id, entry_id, document from disposal where disposal_id = any($1::bigint[]) order by disposal_id',
    [disposalIds],
  )
  if (rows.length === 0) {
    if (itemId !== null)
      throw new HoldfastError('ITEM_NOT_DISPOSED', 'no filing of this item was disposed of')
    throw new HoldfastError('DISPOSAL_UNKNOWN', `there is no disposal ${disposalIds.join()}`)
  }
  await appendEntry(ground.database, ground.keyring, ground.clock, {
    actor: actor.name,
    act: 'disposal.prove',
    subject: itemId === null ? `disposal:${disposalIds[0]}` : `item:${itemId}`,
  })
  const since = earlierCheckpoint === null ? {} : { since: sizeOfCheckpoint(earlierCheckpoint) }
  const disposals = []
  for (const row of rows) {
    const proof = await proveEntry(ground.database, row.entry_id, since)
    if (!proof)
      throw new HoldfastError('PROOF_NOT_READY', `disposal ${row.disposal_id} waits for its checkpoint`)
    const lines = await readDocument(ground, row)
    const tree = documentTree(lines)
    const placed = lines.map((line, index) => ({ line, index }))
    const shown = placed.filter(
      ({ line, index }) =>
        index === 0 || itemId === null || (JSON.parse(line) as { item: string }).item === itemId,
    )
    disposals.push({
      count: lines.length,
      lines: shown.map(({ line, index }) => ({
        index,
        line,
        path: tree.inclusion(index).map(hash => hash.toString('base64')),
      })),
      proof: JSON.parse(formatProof(proof)) as unknown,
    })
  }
  const { demonstration } = ground.archive
  return `${JSON.stringify({ format: DISPOSAL_FORMAT, demonstration, item: itemId, disposals }, null, 2)}\n`
}

async function disposalsOf(ground: Ground, itemId: string): Promise<number[]> {
  const rows = await ground.database.query<{ disposal_id: number }>(
    `select unnest(disposal_ids) as disposal_id from tombstone where item_id = $1::uuid
     union select disposal_id from disposed_filing where item_id = $1::uuid`,
    [itemId],
  )
  return rows.map(row => row.disposal_id)
}

/** The lines of a disposal's document, wherever it is. STORAGE_MISSING, VAULT_DAMAGED. */
export async function readDocument(ground: Ground, row: DisposalRow): Promise<string[]> {
  const sealed = row.document ?? (await ground.storage.read(documentName(row.disposal_id, row.entry_id)))
  return openDocument(ground.keyring, row.disposal_id, sealed)
}
