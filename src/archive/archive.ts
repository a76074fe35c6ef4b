/**
 * The one door for reading. Every reading of content, of a mailbox's list and of a search goes through here: it
 * checks what the reader may see and commits the audit entry before anything is answered, so that nothing is read
 * without a trace, even by a reading that is cut off.
 *
 * Preview reads, Compliance Search counts, Export proves, Audit Logs reads the log. A role group limited to some
 * mailboxes limits all of it: an item may be seen if it is filed, and not hidden, in a mailbox of the scope, and
 * whatever is beyond is as if it were not there, to an error's last word. Who is refused leaves an entry as well.
 * The program and break-glass may see everything, hidden filings too, and are recorded all the same.
 */
export { openAttachment } from './attachment.ts'
export { readSealedEntries } from './audit-log.ts'
export {
  browseMailbox,
  describeItems,
  type FilingLine,
  listMailboxFolders,
  listReadableMailboxes,
} from './browse.ts'
export {
  type BulkItem,
  type BulkRow,
  type FactsReading,
  fetchBulk,
  SOURCE_ALONE,
  WHOLE_FACTS,
} from './bulk-reading.ts'
export { type ByteRange, boundsOf, isContinued } from './byte-range.ts'
export { readConversation } from './conversation.ts'
export { listConversations } from './conversation-list.ts'
export { showCustody } from './custody.ts'
export {
  type Counts,
  type Estimate,
  estimateSearch,
  inSnapshot,
  measureHits,
  withAddresses,
} from './estimate.ts'
export { readFolder } from './folder.ts'
export { listHitConversations, readHitConversation } from './hit-conversations.ts'
export { type HitLine, readItems, readSearch } from './hit-lines.ts'
export { HTML_PAGE_POLICY, openHtml } from './html-page.ts'
export { type ItemView, type MessageContent, openMessage, showItem } from './item.ts'
export { readMessage } from './message-view.ts'
export { proveItem } from './proof.ts'
export { type Reaction, readReaction } from './reaction.ts'
export { recordReading, recordRefusal, recordRestricted, restrictedSeen } from './reading.ts'
export {
  type AdmittedSearch,
  type Asked,
  admitSearch,
  countMatches,
  judgeSearch,
  SEARCH_SORTS,
  type SearchPage,
  type SearchSort,
  searchArchive,
} from './search.ts'
export { listSearchMailboxes, listSearchPlaces } from './search-place.ts'
export {
  countPartiallyIndexed,
  countRestricted,
  countUnread,
  listPartiallyIndexed,
  UNSEEN_REASONS,
  type UnseenReason,
} from './unread.ts'
