/** Labels that a person puts on or takes off. They replace whatever label is there, and no rule replaces them. */
import type { Transaction } from '../database/database.ts'
import { getMailbox } from '../directory/directory.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { lockMailboxes } from '../hold/hold.ts'
import { type Actor, requireRole } from '../identity/identity.ts'
import { isItemId } from '../message/message.ts'
import { checkVersion, mailboxesNamed, parseQuery, selectHits } from '../search/search.ts'
import { evaluateFilings } from './evaluation.ts'
import { record } from './label-act.ts'
import { requireLabel } from './label-stored.ts'

/** What a label is put on: copies, since an item may have another label in another mailbox. */
export type LabelTarget =
  | { readonly type: 'copies'; readonly copies: readonly Copy[] }
  /** Every copy of these items, hidden ones too. */
  | { readonly type: 'items'; readonly itemIds: readonly string[] }
  /** Every copy, in these mailboxes (null: all), of what a query finds. */
  | { readonly type: 'query'; readonly query: string; readonly mailboxIds: readonly number[] | null }

type Copy = { readonly mailboxId: number; readonly itemId: string }

/** Copies that it is put on, those whose label changed, and of these those that had another one. */
export type LabelPut = { readonly copies: number; readonly changed: number; readonly replaced: number }

/** Copies of one act. */
const COPIES_MAX = 10_000

type Found = { mailbox_id: number; item_id: string; label_id: number | null; label_by: string | null }

/**
 * Puts a label on, or with null takes off whatever label is there; taken off by a person it stays off. With
 * `onlyUnlabelled`, copies that have one are left alone. ITEM_UNKNOWN where none of what is named is there;
 * LABEL_TARGET_LARGE for more than 10,000 copies: a rule with a query is for that. LABEL_UNKNOWN, LABEL_RETIRED.
 */
export async function putLabel(
  ground: Ground,
  actor: Actor,
  labelId: number | null,
  target: LabelTarget,
  options: { readonly onlyUnlabelled?: boolean } = {},
): Promise<LabelPut> {
  requireRole(actor, 'Retention Management')
  return ground.database.transaction(async tx => {
    if (labelId !== null) await requireLabel(tx, labelId)
    const copies = await copiesOf(ground, tx, target)
    if (copies.length > COPIES_MAX)
      throw new HoldfastError('LABEL_TARGET_LARGE', `it is on more than ${COPIES_MAX} copies of items`)
    await lockMailboxes(
      tx,
      copies.map(copy => copy.mailboxId),
      'share',
    )
    const { put, chosen } = await labelCopies(tx, labelId, copies, options)
    if (target.type !== 'query' && chosen.length === 0 && !options.onlyUnlabelled)
      throw new HoldfastError('ITEM_UNKNOWN', 'there is no such item in these mailboxes')
    await recordPut(tx, ground, actor, labelId, target, chosen, put)
    return put
  })
}

/**
 * The same in a transaction that has the mailboxes locked and the label seen to (requireLabel), and records the act
 * itself: what was labelled is decided on again.
 */
export async function labelCopies(
  tx: Transaction,
  labelId: number | null,
  copies: readonly Copy[],
  { onlyUnlabelled = false }: { readonly onlyUnlabelled?: boolean } = {},
): Promise<{ readonly put: LabelPut; readonly chosen: readonly Found[] }> {
  const found = await lockFilings(tx, copies)
  const chosen = onlyUnlabelled ? found.filter(row => row.label_id === null) : found
  await tx.query('select set_label($1, $2, $3, $4)', [
    chosen.map(row => row.mailbox_id),
    chosen.map(row => row.item_id),
    chosen.map(() => labelId),
    chosen.map(() => 'person'),
  ])
  await evaluateFilings(
    tx,
    chosen.map(row => ({ mailboxId: row.mailbox_id, itemId: row.item_id })),
  )
  const changed = chosen.filter(row => row.label_id !== labelId)
  const replaced = changed.filter(row => row.label_id !== null)
  return {
    put: { copies: chosen.length, changed: changed.length, replaced: replaced.length },
    chosen,
  }
}

async function recordPut(
  tx: Transaction,
  ground: Ground,
  actor: Actor,
  labelId: number | null,
  target: LabelTarget,
  chosen: readonly Found[],
  put: LabelPut,
): Promise<void> {
  const items = [...new Set(chosen.map(row => row.item_id))]
  const before = [...new Set(chosen.map(row => row.label_id))].filter(id => id !== null && id !== labelId)
  await record(tx, ground, actor, {
    act: labelId === null ? 'label.take-off' : 'label.put',
    subject: items.length === 1 ? `item:${items[0]}` : labelId === null ? 'items' : `label:${labelId}`,
    detail: {
      labelId,
      ...put,
      ...(before.length === 0 ? {} : { before }),
      ...(items.length === 1 ? { mailboxIds: chosen.map(row => row.mailbox_id) } : {}),
    },
    sealed: target.type === 'query' ? { query: target.query, mailboxIds: target.mailboxIds } : { items },
    items,
  })
}

/** At most one more than the limit. */
async function copiesOf(ground: Ground, tx: Transaction, target: LabelTarget): Promise<readonly Copy[]> {
  if (target.type === 'copies') return target.copies.filter(copy => isItemId(copy.itemId))
  const hits =
    target.type === 'items'
      ? { sql: 'select unnest($1::uuid[])', values: [target.itemIds.filter(isItemId)] }
      : await hitsOf(ground, tx, target.query, target.mailboxIds)
  const rows = await tx.query<{ mailbox_id: number; item_id: string }>(
    `select f.mailbox_id, f.item_id from filing f where f.item_id = any(array(${hits.sql}))
       and ($${hits.values.length + 1}::integer[] is null or f.mailbox_id = any($${hits.values.length + 1}))
     limit ${COPIES_MAX + 1}`,
    [...hits.values, target.type === 'query' ? target.mailboxIds : null],
  )
  return rows.map(row => ({ mailboxId: row.mailbox_id, itemId: row.item_id }))
}

async function hitsOf(ground: Ground, tx: Transaction, text: string, mailboxIds: readonly number[] | null) {
  const query = parseQuery(text, ground.clock.now())
  const named = new Map<string, number>()
  for (const address of mailboxesNamed(query)) named.set(address, (await getMailbox(tx, address)).mailboxId)
  await checkVersion(tx)
  return selectHits(tx, ground.keyring, query, { mailboxIds, named })
}

async function lockFilings(tx: Transaction, copies: readonly Copy[]): Promise<Found[]> {
  return tx.query<Found>(
    `select f.mailbox_id, f.item_id, f.label_id, f.label_by from filing f
     where (f.mailbox_id, f.item_id) in (select * from unnest($1::integer[], $2::uuid[]))
     order by f.mailbox_id, f.item_id for no key update of f`,
    [copies.map(copy => copy.mailboxId), copies.map(copy => copy.itemId)],
  )
}
