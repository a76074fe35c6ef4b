import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testArchive } from '../testing/archive.ts'
import { COPIES_MAX, nextOrdinal } from './loading.ts'
import { SLICE_ITEMS } from './selection.ts'

test('a segment takes whole units, and the largest unit that there is alone', async t => {
  const { ground } = await testArchive(t)
  const exportId = '00000000-0000-4000-8000-000000000001'
  await ground.database.execute(
    `insert into export_item (item_id, export_id, mailbox_id, folder, grade, state, ordinal, unit, part, parts)
     select gen_random_uuid(), $1, 1, 'SMS', 'match', 'due', n, case when n <= $2 then 1 else 2 end, 1, 1
     from generate_series(1, $2::integer + 5) as n`,
    [exportId, SLICE_ITEMS],
  )
  const next = (written: number) => nextOrdinal(ground.database, exportId, written, COPIES_MAX)
  assert.equal(await next(0), SLICE_ITEMS)
  assert.equal(await next(SLICE_ITEMS), SLICE_ITEMS + 5)
  assert.equal(await next(SLICE_ITEMS + 5), SLICE_ITEMS + 5)
})
