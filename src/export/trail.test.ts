/** What a package and an item's custody say of what was done to an item since it was archived. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { showCustody } from '../archive/archive.ts'
import { readEntries } from '../audit/audit.ts'
import type { Actor } from '../identity/identity.ts'
import { createLabel, putLabel } from '../retention/retention.ts'
import { exportArchive, someMessages, unpacked } from '../testing/export.ts'

const rita: Actor = {
  name: 'person:rita',
  breakGlass: false,
  roles: new Map([['Retention Management', null]]),
}

test('an item goes with its trail: where it came from, its copies, who changed it and when, and no readings', async t => {
  const archive = await exportArchive(t, someMessages(5))
  const { ground, actor } = archive
  const label = await createLabel(ground, rita, {
    name: 'Trades',
    description: '',
    action: 'retain',
    period: 'P6Y',
    start: 'sent',
    eventTypeId: null,
    review: false,
  })
  const items = await ground.database.query<{ item_id: string }>('select item_id from item order by item_id')
  const itemIds = items.map(row => row.item_id)
  await putLabel(ground, rita, label.labelId, { type: 'items', itemIds: itemIds.slice(0, 3) })
  await putLabel(ground, rita, null, { type: 'items', itemIds: itemIds.slice(0, 1) })
  await showCustody(ground, actor, itemIds[0]!)

  const read = await unpacked(await archive.download(await archive.export()))
  const lines = (await read('trail.jsonl'))
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  assert.deepEqual(
    lines.map(line => line.itemId),
    itemIds,
  )
  assert.deepEqual(
    lines.map(line =>
      line.acts.map((entry: { act: string; actor: string }) => `${entry.act} ${entry.actor}`),
    ),
    [
      ['label.put person:rita', 'label.take-off person:rita'],
      ['label.put person:rita'],
      ['label.put person:rita'],
      [],
      [],
    ],
  )
  assert.deepEqual(
    lines.map(line => line.copies.map((copy: { label?: number }) => copy.label ?? null)),
    await Promise.all(
      itemIds.map(async itemId => {
        const copies = await ground.database.query<{ label_id: number | null }>(
          'select label_id from filing join mailbox using (mailbox_id) where item_id = $1 order by address',
          [itemId],
        )
        return copies.map(copy => copy.label_id)
      }),
    ),
  )

  // The entries are those of the log, and the item's custody says the same.
  const { entries } = await readEntries(ground.database, { actor: 'person:rita', act: 'label.put', limit: 5 })
  const put = lines[0].acts[0]
  assert.equal(put.entryId, entries[0]!.entryId)
  assert.equal(put.at, entries[0]!.at.toISOString())
  assert.equal(put.detail.labelId, label.labelId)
  const custody = await showCustody(ground, actor, itemIds[0]!)
  assert.deepEqual(
    custody.acts.map(({ entryId, act }) => [entryId, act]),
    lines[0].acts.map((entry: { entryId: string; act: string }) => [entry.entryId, entry.act]),
  )
})
