/**
 * What a source is: the one interface behind which every provider stands, and the types that cross it.
 * `source.ts` (the folder's face) re-exports these; they stand apart so that the providers can import them.
 */

/** The half-open window [from, to) of the source's own arrival time. */
export type SourceWindow = { readonly from: Date; readonly to: Date }

/** A content that does not travel inside its page: to be streamed by `content()` and staged beside the page. */
export type SourceContent = { readonly contentId: string; readonly size: number }

export type SourcePage = {
  /** The page exactly as received; `splitPage` reads it again at filing. */
  readonly bytes: Buffer
  /** Where to go on after this page; null when nothing of the window follows it. */
  readonly cursor: string | null
  /** Equal to the number of raw items `splitPage` makes of `bytes`. Never 0: empty pages are not yielded. */
  readonly items: number
  /** Sizes are as announced by the source; `content()` finds out. Each id is named once. */
  readonly contents: readonly SourceContent[]
}

export type RegisteredUser = {
  readonly userId: string
  readonly name: string
  readonly number: string
  readonly email: string
  readonly appActive: boolean | null
  readonly companyOwned: boolean | null
  readonly network: string
}

export type SourceAccount = {
  /** Never changes for an account; part of every item's identity. */
  readonly accountId: string
  readonly accountName: string
  readonly networks: string[]
  readonly demonstration: boolean
  /** The source's own now; windows are bounded by it. */
  readonly siteNow: Date
}

/**
 * A source MUST be safe to read again: the same window and cursor give the same items, at any time, from any
 * process; the pipeline stages first and moves its cursor after. Everything it throws is a HoldfastError; a
 * retryable one means that the same call may succeed later (each method has tried several times by then).
 * `signal` ends a call with the signal's reason.
 */
export type Source = {
  /** Are location and credentials good, and whose account is it? Signs in afresh each time. */
  probe(signal: AbortSignal): Promise<SourceAccount>
  /** The users registered at the source; a source that knows none yields none. */
  users(signal: AbortSignal): AsyncIterable<RegisteredUser>
  /** How many items the source says the window has, copies included. */
  count(window: SourceWindow, signal: AbortSignal): Promise<number>
  /**
   * The window's pages from `cursor` (null: from the start). The iteration's end is the window's end, also where
   * the last page yielded had a cursor. A page may repeat items of an earlier one. At most one page is
   * read ahead.
   */
  pages(window: SourceWindow, cursor: string | null, signal: AbortSignal): AsyncIterable<SourcePage>
  /** A content's bytes. SITE_CONTENT_MISSING and ITEM_TOO_LARGE concern this content alone and are not retryable. */
  content(contentId: string, signal: AbortSignal): AsyncIterable<Buffer>
  /**
   * Tells the source that everything up to the cursor of a page it yielded is safely ours. Sources that keep
   * nothing on our side of the wire lack it. May be called again.
   */
  acknowledge?(cursor: string): Promise<void>
  close(): Promise<void>
}

/** One item as received, cut out of its page and otherwise unread. */
export type RawItem = {
  /** 'broken': a record that cannot be split further; `error` says why, `bytes` are the record's own. */
  readonly form: 'email' | 'record' | 'broken'
  readonly sourceItemId: string | null
  /** '' where the item does not say: then it is the connector's own network. */
  readonly network: string
  readonly arrivedAt: Date
  /** The EML, or the JSON text of this record, exactly. Empty when `contentId` is set. Shares memory with the page. */
  readonly bytes: Buffer
  /** An e-mail too large to travel inside the page: the item's bytes are this staged content. */
  readonly contentId: string | null
  /** Why it is broken; or, on an item that is whole, what was odd (its arrival time was no time). No content. */
  readonly error?: string
}
