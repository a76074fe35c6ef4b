/**
 * The sealed index: what can be found, without a word of it in the database (docs/formats/search.md).
 *
 * Words and parties become keyed hashes with positions in PostgreSQL's `tsvector`, under a GIN index. Promises: the
 * index holds no plaintext of a sealed field; a search is complete (no top N, no dictionary that decides); an empty
 * scope finds nothing.
 */
export { createIndexer, ENTRY_COLUMNS, type EntryInput, type Indexer, type Parties } from './entry.ts'
export { TOKENIZER_VERSION, unicodeVersion } from './tokenizer.ts'
