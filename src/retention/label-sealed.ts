/** What is sealed of policies, scopes, labels, their rules and events: JSON under the key of searches, bound to its place. */
import type { Sql } from '../database/database.ts'
import type { Keyring } from '../keyring/keyring.ts'

type Place =
  | `retention-policy ${number}`
  | `retention-change ${number}`
  | `adaptive-scope ${number}`
  | `retention-label ${number}`
  | `label-rule ${number}`
  | `event-type ${number}`
  | `retention-event ${number}`
  | `retention-policy ${number}`
  | `retention-change ${number}`
  | `adaptive-scope ${number}`

/** What a label, a type of events or an event is called, and what is said of it; '' is nothing. */
export type NamedWords = { readonly name: string; readonly description: string }

/** A rule's name, and its query with the mailboxes that this names by address, as they were when it was read. */
export type LabelRuleWords = {
  readonly name: string
  readonly query: string | null
  readonly named: readonly (readonly [string, number])[]
}

export function sealWords(keyring: Pick<Keyring, 'seal'>, place: Place, words: unknown): Buffer {
  return keyring.seal('search', Buffer.from(JSON.stringify(words)), place)
}

/** What was sealed for this place; VAULT_DAMAGED if it is not that. */
export function openWords<T>(keyring: Pick<Keyring, 'open'>, place: Place, sealed: Buffer): T {
  return JSON.parse(keyring.open('search', sealed, place).toString()) as T
}

/** The id of a row that is about to be inserted, for what is sealed under it. */
export async function nextRowId(
  sql: Sql,
  table:
    | 'retention_policy'
    | 'retention_change'
    | 'adaptive_scope'
    | 'retention_label'
    | 'label_rule'
    | 'event_type'
    | 'retention_event',
  column: 'policy_id' | 'change_id' | 'scope_id' | 'label_id' | 'rule_id' | 'event_type_id' | 'event_id',
): Promise<number> {
  const [row] = await sql.query<{ id: number }>('select nextval(pg_get_serial_sequence($1, $2)) as id', [
    table,
    column,
  ])
  return row!.id
}
