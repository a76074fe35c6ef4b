/**
 * PostgreSQL, version 15 or newer, over `pg`: queries, transactions, binary COPY and notices; migrations and roles;
 * and the embedded server (docs/operating/database.md says how it is run).
 *
 * Promises: a transaction is durable when `transaction` resolves (synchronous_commit is left on). A lost or refused
 * connection is DATABASE_UNREACHABLE, which can be tried again, also when it broke while committing: whether that
 * commit took place is then unknown, so the work must be safe to repeat. Errors of the server keep their SQLSTATE
 * (`sqlState`, `isUniqueViolation`, `isConflict`). Nothing is retried here but what is
 * given to `againOnConflict`.
 */
export { type ArchiveDatabase, MIGRATIONS, openArchiveDatabase } from './archive-database.ts'
export { againOnConflict } from './conflict.ts'
export { PROGRAM_ROLE } from './connection-file.ts'
export { CopyRows, storableText } from './copy-rows.ts'
export { attachEmbedded, type Embedded, startEmbedded } from './embedded.ts'
export { checkSchema, migrate } from './migrations.ts'
export { openDatabase } from './pool.ts'
export { type ScratchServer, startScratchServer } from './scratch-server.ts'
export type { Database, Sql, Transaction } from './sql.ts'
export { isConflict, isConnectionFailure, isUniqueViolation, placeOf, sqlState } from './sql-error.ts'
