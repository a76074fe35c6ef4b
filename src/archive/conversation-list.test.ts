import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from '../testing/database.ts'
import { findNewest } from './conversation-list.ts'

/** A generator of numbers below `limit`, the same for a seed. */
function drawer(seed: number) {
  let state = seed
  return (limit: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state % limit
  }
}

test('conversations are listed each once, by their newest item, however the folder is walked', async t => {
  const { database } = await testDatabase(t)
  const draw = drawer(7)
  const items = Array.from({ length: 400 }, (_, index) => ({
    id: `0198f000-0000-8000-8000-${String(index).padStart(12, '0')}`,
    // A few conversations have most of the items, as they do.
    conversation: draw(3) > 0 ? draw(4) : draw(60),
    folder: 1 + draw(2),
    isHidden: draw(10) === 0,
    isMine: draw(5) > 0,
  }))
  const hash = (conversation: number) => Buffer.from(String(conversation).padStart(8, '0'))
  await database.execute(
    `insert into item (item_id, connector_id, run_id, batch_id, source_key, state, kind, arrived_at, filed_at,
       conversation, participants, flags, attachments, vault_object, vault_offset, original_size, item_key, leaf)
     select id, 1, 1, 1, '', 'filed', 'sms', now(), now(), conversation, '[]', '{}', 0, id, 0, 0, '', ''
     from unnest($1::uuid[], $2::bytea[]) as n (id, conversation)`,
    [items.map(item => item.id), items.map(item => hash(item.conversation))],
  )
  await database.execute(
    `insert into filing (mailbox_id, item_id, folder_id, run_id, filed_at, hidden_at)
     select mailbox, id, folder, 1, now(), case when hidden then now() end
     from unnest($1::integer[], $2::uuid[], $3::integer[], $4::boolean[]) as n (mailbox, id, folder, hidden)`,
    [
      items.map(item => (item.isMine ? 1 : 2)),
      items.map(item => item.id),
      items.map(item => item.folder),
      items.map(item => item.isHidden),
    ],
  )
  for (const folderId of [undefined, 1]) {
    const newest = new Map<number, string>()
    for (const item of items)
      if (item.isMine && !item.isHidden && (folderId === undefined || item.folder === folderId))
        newest.set(item.conversation, item.id)
    const wanted = [...newest.values()].sort().reverse()
    for (const [limit, step] of [
      [100, 4000],
      [7, 4000],
      [7, 5],
      [1, 3],
      [50, 17],
    ] as const) {
      const listed: string[] = []
      let after: string | undefined
      for (;;) {
        const found = await findNewest(
          { database },
          1,
          folderId,
          { limit, ...(after ? { after } : {}) },
          step,
        )
        listed.push(...found.slice(0, limit).map(each => each.item_id))
        if (found.length <= limit) break
        after = listed.at(-1)
      }
      assert.deepEqual(listed, wanted, `${limit} by steps of ${step}`)
    }
  }
})
