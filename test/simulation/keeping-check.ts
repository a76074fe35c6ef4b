/** Whether the archive of the simulation is as its model has it: what left, what stayed, its columns, and every proof. */
import assert from 'node:assert/strict'
import { archivePublicKey } from '../../src/audit/audit.ts'
import { proveDisposal, verifyDisposal } from '../../src/retention/retention.ts'
import type { Draw } from '../../src/testing/keeping.ts'
import { DAY, type FiledCopy, type Kept, OUTSIDERS, WORDS } from './keeping-archive.ts'
import type { Copy, KeepingModel, Verdict } from './keeping-model.ts'

export type Expected = {
  /** Everything that there was to do is done: what is due is gone. */
  readonly isDone: boolean
  /** False where nothing may leave at all. */
  readonly mayLeave: boolean
}

export const nameOf = (copy: Copy): string => `${copy.mailboxId} ${copy.item.itemId}`

/** Compares, and has the model follow; returns what left. */
export async function check(kept: Kept, model: KeepingModel, expected: Expected): Promise<Copy[]> {
  const filed = await kept.filed()
  const now = kept.now()
  const verdictOf = model.judge(now)
  const left: Copy[] = []
  let byRule = 0
  for (const copy of model.present) {
    const verdict = verdictOf(copy)
    const row = filed.get(nameOf(copy))
    const said = () => tell(copy, verdict, row, now)
    const isErased = !model.paused && model.isAsked(copy) && !verdict.kept
    const isApproved = copy.review === 'approved'
    const leaves = verdict.due && (!verdict.wantsReview || isApproved) && !model.paused
    if (!row) {
      assert.ok(expected.mayLeave, `left although nothing may leave: ${said()}`)
      assert.ok(!verdict.kept, `left although it is kept: ${said()}`)
      assert.ok(isErased || leaves, `left although nothing asked it to: ${said()}`)
      if (!isErased) byRule++
      copy.isGone = true
      left.push(copy)
      continue
    }
    if (expected.isDone) {
      assert.ok(!isErased, `is to be erased, and is still there: ${said()}`)
      if (model.limit === null) assert.ok(!leaves, `is due, and is still there: ${said()}`)
      if (model.limit === null && !model.paused && verdict.due)
        assert.ok(row.inReview, `is to be reviewed, and in no review: ${said()}`)
      compareColumns(copy, verdict, row, model, now, said)
    }
    followReview(copy, verdict, row, said)
  }
  assert.equal(filed.size, model.present.length, 'nothing came from nowhere')
  if (model.limit !== null)
    assert.ok(byRule <= model.limit, `${byRule} left on a day of at most ${model.limit}`)
  return left
}

function compareColumns(
  copy: Copy,
  verdict: Verdict,
  row: FiledCopy,
  model: KeepingModel,
  now: number,
  said: () => string,
): void {
  assert.equal(row.pending, false, `no query has looked at it: ${said()}`)
  assert.equal(row.labelId, copy.labelId, `another label: ${said()}`)
  assert.equal(row.retain, verdict.retainUntil, `retained for another time: ${said()}`)
  assert.equal(row.due, verdict.deleteAt, `due at another time: ${said()}`)
  const heldUntil = (until: number | null) => (until !== null && until > now ? until : null)
  assert.equal(heldUntil(row.held), heldUntil(verdict.heldUntil), `held for another time: ${said()}`)
  const isArchived = model.archiveDays !== null && copy.item.sentAt + model.archiveDays * DAY <= now
  assert.equal(row.archived, isArchived, `in the wrong half of its mailbox: ${said()}`)
}

function followReview(copy: Copy, verdict: Verdict, { inReview }: FiledCopy, said: () => string): void {
  if (inReview && copy.review === 'none') {
    assert.ok(verdict.wantsReview, `in a review that nothing asks for: ${said()}`)
    copy.review = 'open'
    copy.wasReviewed = true
  }
  if (!inReview && copy.review !== 'none') {
    assert.ok(!verdict.due, `its review ended without a decision: ${said()}`)
    copy.review = 'none'
  }
}

function tell(copy: Copy, verdict: Verdict, row: FiledCopy | undefined, now: number): string {
  const show = (_: string, value: unknown) =>
    typeof value === 'number' && value > 1e11
      ? Number.isFinite(value)
        ? new Date(value).toISOString()
        : 'never'
      : value
  return JSON.stringify({ now, copy, verdict, row }, show)
}

/** Verifies every new disposal from its proof alone: what left is proved, and nothing else. Returns the last one's id. */
export async function checkProofs(kept: Kept, left: readonly Copy[], after: number): Promise<number> {
  const { ground, actor } = kept.archive
  const rows = await ground.database.query<{ disposal_id: number }>(
    'select disposal_id from disposal where disposal_id > $1::bigint order by 1',
    [after],
  )
  if (rows.length > 0) await kept.archive.seal()
  const publicKey = archivePublicKey(ground.keyring, ground.archive.archiveId)
  const proved: string[] = []
  for (const { disposal_id: disposalId } of rows) {
    const proof = await proveDisposal(ground, actor, { disposalId })
    assert.ok(!PERSONAL.test(proof), 'a proof says nothing of persons')
    const verdict = verifyDisposal(proof, publicKey)
    assert.deepEqual([verdict.ok, verdict.origin], [true, 'proven'], verdict.message)
    for (const { filings } of verdict.disposals)
      proved.push(...filings.map(each => `${each.mailbox} ${each.item}`))
  }
  assert.deepEqual(proved.sort(), left.map(nameOf).sort())
  return rows.at(-1)?.disposal_id ?? after
}

/** The proof of one item alone, of those that left. */
export async function checkItemProof(kept: Kept, model: KeepingModel, draw: Draw): Promise<void> {
  const gone = model.copies.filter(copy => copy.isGone)
  if (gone.length === 0) return
  const { itemId } = draw.one(gone).item
  const { ground, actor } = kept.archive
  const proof = await proveDisposal(ground, actor, { itemId })
  const verdict = verifyDisposal(proof, archivePublicKey(ground.keyring, ground.archive.archiveId))
  assert.deepEqual([verdict.ok, verdict.itemId], [true, itemId], verdict.message)
  const named = verdict.disposals.flatMap(({ filings }) => filings.map(each => each.mailbox))
  const left = gone.filter(copy => copy.item.itemId === itemId).map(copy => copy.mailboxId)
  assert.deepEqual(named.sort(), left.sort())
}

const PERSONAL = new RegExp([...WORDS, ...OUTSIDERS, '4477009001', 'example'].join('|'))

/** Items that are gone have a tombstone each, and no row; tombstones say nothing of persons. */
export async function checkTombstones({ archive }: Kept, model: KeepingModel): Promise<void> {
  const { database } = archive.ground
  const there = new Set(model.present.map(copy => copy.item.itemId))
  const all = new Set(model.copies.map(copy => copy.item.itemId))
  const items = await database.query<{ item_id: string }>('select item_id from item')
  assert.deepEqual(items.map(row => row.item_id).sort(), [...there].sort())
  const tombstones = await database.query<{ item_id: string; text: string }>(
    'select item_id, row_to_json(tombstone)::text as text from tombstone',
  )
  assert.deepEqual(
    tombstones.map(row => row.item_id).sort(),
    [...all].filter(itemId => !there.has(itemId)).sort(),
  )
  for (const { text } of tombstones) assert.ok(!PERSONAL.test(text), text)
  const [rest] = await database.query<{ entries: number; keys: number }>(
    `select (select count(*) from search_entry e join tombstone using (item_id)) as entries,
       (select count(*) from held_item h join tombstone using (item_id)) as keys`,
  )
  assert.deepEqual(rest, { entries: 0, keys: 0 })
}
