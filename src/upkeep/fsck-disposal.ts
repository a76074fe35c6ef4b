/** What fsck looks at of disposals: their documents, their entries in the log, and that what is gone stayed gone. */
import { readEntries } from '../audit/audit.ts'
import { HoldfastError, hasCode } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { documentTree, readDocument } from '../retention/retention.ts'
import type { Report } from './fsck.ts'

const PAGE = 100

type Tombstone = { item_id: string; vault_object: string; leaf: Buffer }

/** What of a batch was disposed of, in the order in which it lay in each of its objects. */
export async function tombstonesOf(ground: Ground, batchId: number): Promise<Map<string, Tombstone>> {
  const rows = await ground.database.query<Tombstone>(
    'select item_id, vault_object, leaf from tombstone where batch_id = $1 order by vault_object, vault_offset',
    [batchId],
  )
  return new Map(rows.map(row => [row.item_id, row]))
}

type Row = {
  disposal_id: number
  entry_id: string
  document: Buffer | null
  filings: number
  items: number
  merkle_root: Buffer
  recorded: string | null
}

/** Every disposal against its document and the log, every tombstone against the document that tells of it. */
export async function checkDisposals(ground: Ground, report: Report): Promise<void> {
  const told = await readTold(ground)
  let after = 0
  for (;;) {
    const rows = await ground.database.query<Row>(
      `select d.disposal_id, d.entry_id, d.document, d.filings, d.items, d.merkle_root,
         (select e.detail->>'merkleRoot' from audit_entry e where e.entry_id = d.entry_id) as recorded
       from disposal d where d.disposal_id > $1::bigint order by d.disposal_id limit $2`,
      [after, PAGE],
    )
    for (const row of rows)
      await checkDisposal(ground, row, told.get(row.disposal_id) ?? NOTHING_TOLD, report)
    const last = rows.at(-1)
    if (!last) break
    after = last.disposal_id
  }
  await checkEntries(ground, report)
  const back = await ground.database.query<{ item_id: string }>(
    'select item_id from tombstone join item using (item_id) limit 1000',
  )
  for (const row of back) report('disposed-kept', row.item_id, 'was disposed of, and has a row again')
  const untold = await ground.database.query<{ item_id: string }>(
    `select item_id from tombstone t where not exists (
       select from disposal d where d.disposal_id = t.disposal_ids[cardinality(t.disposal_ids)]) limit 1000`,
  )
  for (const row of untold)
    report('disposal-missing', row.item_id, 'has a tombstone, and the disposal that it names is not there')
}

/** What other rows than its own tell of a disposal: a deletion that somebody made look like one shows in their number. */
type Told = {
  readonly disposal_id: number
  /** Tombstones that name it as the last, and filings that left while their items stayed. */
  readonly buried: number
  readonly left_mailboxes: number
  /** By the runs that brought them. */
  readonly filings: number
  readonly items: number
}

const NOTHING_TOLD = { buried: 0, left_mailboxes: 0, filings: 0, items: 0 }

async function readTold(ground: Ground): Promise<ReadonlyMap<number, Told>> {
  const rows = await ground.database.query<Told>(
    `select disposal_id, sum(buried)::bigint as buried, sum(left_mailboxes)::bigint as left_mailboxes,
       sum(filings)::bigint as filings, sum(items)::bigint as items
     from (
       select disposal_ids[cardinality(disposal_ids)] as disposal_id, count(*) as buried, 0 as left_mailboxes,
         0 as filings, 0 as items from tombstone group by 1
       union all select disposal_id, 0, count(*), 0, 0 from disposed_filing group by 1
       union all select disposal_id, 0, 0, sum(filings), sum(items) from disposal_run group by 1
     ) as told group by disposal_id`,
  )
  return new Map(rows.map(row => [row.disposal_id, row]))
}

async function checkDisposal(
  ground: Ground,
  row: Row,
  told: Omit<Told, 'disposal_id'>,
  report: Report,
): Promise<void> {
  const subject = `disposal:${row.disposal_id}`
  if (row.recorded !== row.merkle_root.toString('hex'))
    report('disposal-differs', subject, 'the audit log has no entry with the root in its row')
  let lines: string[]
  try {
    lines = await readDocument(ground, row)
  } catch (error) {
    const code = hasCode(error, 'STORAGE_MISSING') ? 'disposal-missing' : 'disposal-differs'
    return report(
      code,
      subject,
      error instanceof HoldfastError ? error.message : 'its document cannot be read',
    )
  }
  if (!documentTree(lines).root.equals(row.merkle_root))
    return report('disposal-differs', subject, 'its document does not make the root in its row')
  const filings = lines
    .slice(1)
    .map(line => JSON.parse(line) as { item: string; mailbox: number; itemLeaf: string | null })
  const gone = new Map(filings.flatMap(({ item, itemLeaf }) => (itemLeaf === null ? [] : [[item, itemLeaf]])))
  if (filings.length !== row.filings || gone.size !== row.items)
    report('disposal-differs', subject, 'its document and its row do not say the same')
  const tombstones = await ground.database.query<{ item_id: string; leaf: Buffer }>(
    `select item_id, leaf from tombstone
     where item_id = any($1::uuid[]) and disposal_ids[cardinality(disposal_ids)] = $2::bigint`,
    [[...gone.keys()], row.disposal_id],
  )
  const standing = new Map(tombstones.map(each => [each.item_id, each.leaf.toString('base64')]))
  for (const [itemId, leaf] of gone)
    if (standing.get(itemId) !== leaf)
      report('disposal-differs', itemId, `has not the tombstone that disposal ${row.disposal_id} tells of`)
  const left = filings.filter(({ itemLeaf }) => itemLeaf === null)
  const [known] = await ground.database.query<{ filings: number }>(
    `select count(*) as filings from unnest($1::uuid[], $2::integer[]) as n (item_id, mailbox_id)
       join disposed_filing d using (item_id, mailbox_id) where d.disposal_id = $3::bigint`,
    [left.map(each => each.item), left.map(each => each.mailbox), row.disposal_id],
  )
  const unknown = told.buried - tombstones.length + told.left_mailboxes - known!.filings
  if (unknown > 0)
    report('disposal-differs', subject, `${unknown} tombstones or filings name it that its document does not`)
  if (told.filings !== row.filings || told.items !== row.items)
    report('disposal-differs', subject, 'what runs lost by it is not what it disposed of')
}

/** Disposals that the log knows, and no row. */
async function checkEntries(ground: Ground, report: Report): Promise<void> {
  let after: string | undefined
  for (;;) {
    const page = await readEntries(ground.database, {
      act: 'disposal.complete',
      limit: 1000,
      ...(after ? { after } : {}),
    })
    const ids = page.entries.map(({ subject }) => Number(subject.slice('disposal:'.length)))
    const missing = await ground.database.query<{ disposal_id: number }>(
      `select n as disposal_id from unnest($1::bigint[]) as n
       where not exists (select from disposal d where d.disposal_id = n)`,
      [ids],
    )
    for (const row of missing)
      report(
        'disposal-missing',
        `disposal:${row.disposal_id}`,
        'the audit log tells of it, and it has no row',
      )
    if (page.next === null) return
    after = page.next
  }
}
