/** The messages of an archive, opened one by one in the order of their ids. */
import type { Ground } from '../src/ground.ts'
import { parseItemId } from '../src/message/message.ts'
import { readWhole, vaultObjectName } from '../src/vault/vault.ts'

const PAGE = 1000

/** Every message, or the first `limit`. */
export async function* sealedMessages(
  ground: Ground,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<{ itemId: string; bytes: Buffer }> {
  let given = 0
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const rows = await ground.database.query<{
      item_id: string
      vault_object: string
      vault_offset: number
      original_size: number
      message_size: number | null
      item_key: Buffer
    }>(
      `select item_id, vault_object, vault_offset, original_size, message_size, item_key
       from item where item_id > $1 order by item_id limit ${PAGE}`,
      [after],
    )
    for (const row of rows) {
      if (given++ >= limit) return
      const location = {
        name: vaultObjectName(row.vault_object),
        offset: row.vault_offset,
        originalSize: row.original_size,
        messageSize: row.message_size,
      }
      const key = ground.keyring.unwrapItemKey(row.item_key)
      const itemId = parseItemId(row.item_id)
      yield { itemId: row.item_id, bytes: await readWhole(ground.storage, location, itemId, key, 'message') }
    }
    const last = rows.at(-1)
    if (!last) return
    after = last.item_id
  }
}
