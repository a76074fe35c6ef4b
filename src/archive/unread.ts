/** How much of a scope the index could not look into: attachments whose text was not read. */
import type { Sql } from '../database/database.ts'
import type { SearchScope } from '../search/search.ts'

/** Items of the scope with attachments whose text could not be read, and whose attachments wait to be read. */
export async function countUnread(
  _ground: { readonly database: Sql },
  _scope: SearchScope,
): Promise<{ partiallyIndexed: number; notYetIndexed: number }> {
  return { partiallyIndexed: 0, notYetIndexed: 0 }
}
