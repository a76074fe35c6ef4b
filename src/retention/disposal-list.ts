/** Disposals, listed and shown: when, by which cause, how much went, who approved, and what had been exported before. */
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import { DISPOSAL_ROLES, readDocument } from './disposal-proof.ts'

export const DISPOSAL_CAUSES = ['rule', 'erasure'] as const

type Disposal = {
  readonly disposalId: number
  readonly at: Date
  readonly cause: (typeof DISPOSAL_CAUSES)[number]
  /** The erasure request. */
  readonly requestId: number | null
  readonly filings: number
  readonly items: number
  /** Over the lines of its document, hex. */
  readonly merkleRoot: string
  /** Its entry in the audit log. */
  readonly entryId: string
}

/** What the first line of its document says besides (headLine). */
type Said = {
  readonly actor: string
  readonly approvedBy: readonly string[]
  /** Packages that were made of something that went. */
  readonly exports: readonly {
    readonly id: string
    readonly format: string
    readonly state: string
    readonly requestedAt: string
    readonly completedAt: string | null
    readonly downloads: number
    readonly destination: string
  }[]
}

const SELECT = `select disposal_id as "disposalId", at, cause, request_id as "requestId", filings, items,
  encode(merkle_root, 'hex') as "merkleRoot", entry_id as "entryId" from disposal`

/** Newest first; `after` is the last one of the page before. */
export async function listDisposals(
  ground: Ground,
  actor: Actor,
  page: { readonly after?: number; readonly limit: number },
): Promise<{ disposals: Disposal[]; next: number | null; total: number }> {
  requireRole(actor, ...DISPOSAL_ROLES)
  const rows = await ground.database.query<Disposal>(
    `${SELECT} where $1::bigint is null or disposal_id < $1 order by disposal_id desc limit $2`,
    [page.after ?? null, page.limit + 1],
  )
  const [count] = await ground.database.query<{ total: number }>('select count(*) as total from disposal')
  const disposals = rows.slice(0, page.limit)
  return {
    disposals,
    next: rows.length > page.limit ? disposals.at(-1)!.disposalId : null,
    total: count!.total,
  }
}

/** DISPOSAL_UNKNOWN; STORAGE_MISSING and VAULT_DAMAGED where its document cannot be had. */
export async function showDisposal(
  ground: Ground,
  actor: Actor,
  disposalId: number,
): Promise<Disposal & Said> {
  requireRole(actor, ...DISPOSAL_ROLES)
  const [row] = await ground.database.query<Disposal & { document: Buffer | null }>(
    `${SELECT.replace(' from disposal', ', document from disposal')} where disposal_id = $1::bigint`,
    [disposalId],
  )
  if (!row) throw new HoldfastError('DISPOSAL_UNKNOWN', `there is no disposal ${disposalId}`)
  const { document, ...disposal } = row
  const [head] = await readDocument(ground, { disposal_id: disposalId, entry_id: row.entryId, document })
  const { actor: by, approvedBy, exports } = JSON.parse(head!) as Said
  return { ...disposal, actor: by, approvedBy, exports }
}
