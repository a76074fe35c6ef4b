/**
 * The one door for reading. Every reading of content, of a mailbox's list and of a search goes through here: it
 * checks what the reader may see and commits the audit entry before anything is answered, so that nothing is read
 * without a trace, even by a reading that is cut off.
 *
 * Until people sign in (roles are the next step), the only reader is whoever holds the console: break-glass, who may
 * see every mailbox and whose every reading is recorded as such.
 */
export { readSealedEntries } from './audit-log.ts'
export { browseMailbox, describeItems, type FilingLine, listMailboxFolders } from './browse.ts'
export { type ItemView, type MessageContent, openMessage, showItem } from './item.ts'
export { proveItem } from './proof.ts'
export { countMatches, type SearchPage, searchArchive } from './search.ts'
