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
  let after = 0
  for (;;) {
    const rows = await ground.database.query<Row>(
      `select d.disposal_id, d.entry_id, d.document, d.filings, d.items, d.merkle_root,
         (select e.detail->>'merkleRoot' from audit_entry e where e.entry_id = d.entry_id) as recorded
       from disposal d where d.disposal_id > $1::bigint order by d.disposal_id limit $2`,
      [after, PAGE],
    )
    for (const row of rows) await checkDisposal(ground, row, report)
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

async function checkDisposal(ground: Ground, row: Row, report: Report): Promise<void> {
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
  const gone = new Map<string, string>()
  for (const line of lines.slice(1)) {
    const { item, itemLeaf } = JSON.parse(line) as { item: string; itemLeaf: string | null }
    if (itemLeaf !== null) gone.set(item, itemLeaf)
  }
  if (lines.length - 1 !== row.filings || gone.size !== row.items)
    report('disposal-differs', subject, 'its document and its row do not say the same')
  const tombstones = await ground.database.query<{ item_id: string; leaf: Buffer }>(
    'select item_id, leaf from tombstone where item_id = any($1::uuid[])',
    [[...gone.keys()]],
  )
  const standing = new Map(tombstones.map(each => [each.item_id, each.leaf.toString('base64')]))
  for (const [itemId, leaf] of gone)
    if (standing.get(itemId) !== leaf)
      report('disposal-differs', itemId, `has not the tombstone that disposal ${row.disposal_id} tells of`)
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
