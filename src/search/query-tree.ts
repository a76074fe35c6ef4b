/** The tree that a query is read into. Types only: the parser makes it, the compiler and the highlighter read it. */
import type { NumberForm } from './number.ts'
import type { Period } from './query-date.ts'

/** Words in a row, within one field. A word is a phrase of one. */
export type Phrase = {
  readonly words: readonly string[]
  /** True where the last word stands for every word that begins with it (`word*`). */
  readonly prefix: boolean
  /** Where it begins in the query, from 0. */
  readonly at: number
}

/**
 * How a party may be named: by words of the name in order, by number, by e-mail address, by domain. `words` is empty
 * where only a number is meant. With `prefix` there is neither number, address nor domain: `ronnie@contoso*` is the
 * words `ronnie` and `contoso*` in a row, of a name or an address.
 */
export type PartyForms = Phrase & {
  readonly numbers: readonly NumberForm[]
  readonly address: string | null
  readonly domain: string | null
  /** As written where a person of the directory may be meant; null where quotation marks or a wildcard suppress it. */
  readonly person: string | null
}

export type TextField = 'any' | 'subject' | 'body' | 'attachment-name'

/** The times of an item that a query can be about. */
type TimeProperty = 'sent' | 'received' | 'imported'

export type Query =
  | { readonly type: 'all' }
  | { readonly type: 'and' | 'or'; readonly of: readonly Query[] }
  | { readonly type: 'not'; readonly of: Query }
  /** Any of these phrases in the field; `party` where parties count too. */
  | {
      readonly type: 'text'
      readonly field: TextField
      readonly phrases: readonly Phrase[]
      readonly party: PartyForms | null
    }
  /**
   * One of `left` and one of `right` in one field, with at most `distance` words between them (0: side by side);
   * `ordered`: left first. The longest of each and the distance come to no more than PHRASE_WORDS_MAX.
   */
  | {
      readonly type: 'near'
      readonly left: readonly Phrase[]
      readonly right: readonly Phrase[]
      readonly distance: number
      readonly ordered: boolean
    }
  | { readonly type: 'party'; readonly role: 'from' | 'to' | 'any'; readonly party: PartyForms }
  | { readonly type: 'kind'; readonly kind: string }
  | { readonly type: 'direction'; readonly direction: 'in' | 'out' }
  | { readonly type: 'connector'; readonly connectorId: number }
  /** Collected by a connector of one of these products (`connector.product`). */
  | { readonly type: 'product'; readonly products: readonly string[] }
  /** An address of the directory or `unmapped` or `quarantine`, in lower case, or the number of a mailbox. */
  | { readonly type: 'mailbox'; readonly mailbox: string; readonly at: number }
  /** A folder by its whole name, compared without regard to case. */
  | { readonly type: 'folder'; readonly folder: string; readonly at: number }
  | { readonly type: 'time'; readonly property: TimeProperty; readonly period: Period }
  /** Size in bytes or a call's duration in seconds: from `from` on, below `to`; null is unbounded. */
  | {
      readonly type: 'range'
      readonly property: 'size' | 'duration'
      readonly from: number | null
      readonly to: number | null
    }
  | { readonly type: 'has-attachment'; readonly has: boolean }
  /** The id of a conversation, as the API gives it. */
  | { readonly type: 'conversation'; readonly conversation: string }
  | { readonly type: 'call-status'; readonly status: string }
  /** Held in a mailbox of the scope, by whatever hold. */
  | { readonly type: 'held' }
  /** Held in a mailbox of the scope by this hold. */
  | { readonly type: 'hold'; readonly holdId: number }
  /** Has a label in a mailbox of the scope: this one, by its name or its number; null is whichever. */
  | { readonly type: 'label'; readonly label: string | null }
  /** In the in-place archive of a mailbox of the scope. */
  | { readonly type: 'archived' }
