/**
 * What a disposal says of itself: a document of lines, each canonical JSON and a leaf of a Merkle tree (RFC 9162) whose
 * root is in the audit log. Line 0 is of the disposal, each other line of one filing. docs/formats/disposal.md states
 * the bytes. The document names mailboxes by their numbers, so it is sealed wherever it is kept.
 */
import { canonicalJson, holdTree, leafHash, plainJson } from '../audit/audit.ts'
import type { Keyring } from '../keyring/keyring.ts'
import type { Reason } from './rule.ts'

/** `again` is the document of the disposal that is done again, after a restore: then no rule is asked for its date. */
export type DisposalCause = (
  | { readonly type: 'rule' }
  | { readonly type: 'erasure'; readonly requestId: number }
) & { readonly again?: string }

/** A package that was made of something that is gone now: outside of what the archive can remove. */
export type ExportTaken = {
  readonly exportId: string
  readonly format: string
  readonly state: string
  readonly requestedAt: Date
  readonly completedAt: Date | null
  readonly downloads: number
  readonly destination: string
}

export type DisposalHead = {
  readonly disposalId: number
  readonly archiveId: string
  readonly at: Date
  readonly cause: DisposalCause
  readonly actor: string
  readonly approvedBy: readonly string[]
  readonly filings: number
  readonly items: number
  readonly exports: readonly ExportTaken[]
}

export type DisposedFiling = {
  readonly itemId: string
  readonly mailboxId: number
  readonly batchId: number
  readonly runId: number
  readonly filedAt: Date
  /** When the item was sent, else arrived. */
  readonly itemDate: Date
  readonly labelId: number | null
  readonly retainUntil: number | null
  readonly deleteAt: number | null
  /** Every rule that applied. */
  readonly reasons: readonly Reason[]
  /** True for a filing that was hidden, and went with the last that was not. */
  readonly hidden: boolean
  /** The item's leaf, where its last filing went with this disposal. */
  readonly itemLeaf: Buffer | null
  readonly exportIds: readonly string[]
}

const moment = (value: number | null): string | null =>
  value === null ? null : value === Number.POSITIVE_INFINITY ? 'never' : new Date(value).toISOString()

export function headLine(head: DisposalHead): string {
  return canonicalJson(
    plainJson({
      v: 1,
      archive: head.archiveId,
      disposal: head.disposalId,
      at: head.at,
      cause: head.cause.type,
      request: head.cause.type === 'erasure' ? head.cause.requestId : null,
      again: head.cause.again ?? null,
      actor: head.actor,
      approvedBy: head.approvedBy,
      filings: head.filings,
      items: head.items,
      exports: head.exports.map(each => ({
        id: each.exportId,
        format: each.format,
        state: each.state,
        requestedAt: each.requestedAt,
        completedAt: each.completedAt,
        downloads: each.downloads,
        destination: each.destination,
      })),
    }),
  )
}

/**
 * In canonical form already: members in the order of their names, and nothing that JSON could write otherwise. There is
 * one of these for each filing, and sorting would take most of a disposal's time.
 */
export function filingLine(filing: DisposedFiling): string {
  return JSON.stringify({
    batch: filing.batchId,
    date: filing.itemDate,
    deleteAt: moment(filing.deleteAt),
    exports: filing.exportIds,
    filedAt: filing.filedAt,
    hidden: filing.hidden,
    item: filing.itemId,
    itemLeaf: filing.itemLeaf?.toString('base64') ?? null,
    label: filing.labelId,
    mailbox: filing.mailboxId,
    retainUntil: moment(filing.retainUntil),
    rules: filing.reasons.map(({ rule, effect, from, until, setAside }) => ({
      effect,
      from: moment(from),
      id: rule.id,
      setAside,
      type: rule.type,
      until: moment(until),
    })),
    run: filing.runId,
    v: 1,
  })
}

/** The root over a document's lines. */
export function documentTree(lines: readonly string[]): ReturnType<typeof holdTree> {
  return holdTree(lines.map(line => leafHash(Buffer.from(line))))
}

const KEY = 'audit-seal'

export function sealDocument(
  keyring: Pick<Keyring, 'seal'>,
  disposalId: number,
  lines: readonly string[],
): Buffer {
  return keyring.seal(KEY, Buffer.from(lines.join('\n')), `disposal ${disposalId}`)
}

/** The lines; VAULT_DAMAGED if these bytes are not the document of that disposal. */
export function openDocument(keyring: Pick<Keyring, 'open'>, disposalId: number, sealed: Buffer): string[] {
  return keyring.open(KEY, sealed, `disposal ${disposalId}`).toString().split('\n')
}

/** Where the document is in the storage. */
export function documentName(disposalId: number, entryId: string): string {
  return `disposals/${String(disposalId).padStart(10, '0')}-${entryId}`
}

/** The id of the disposal whose document has this name; null if it is no such name. */
export function documentPlace(name: string): number | null {
  const match = /^disposals\/(\d{10,})-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.exec(name)
  return match && Number(match[1])
}
