/**
 * The one registry of errors: every failure a person can meet has a code here, with the HTTP status and exit
 * code it maps to, whether trying again can help, and a hint that says how to mend it.
 *
 * Promise: no message or hint carries message text or a secret. `detail` names where (a line, a field, an id).
 */
import { type Definition, define } from './error-definition.ts'
import { KEEPING_ERRORS } from './keeping-errors.ts'
import { SURFACE_ERRORS } from './surface-errors.ts'

/** Exit codes: 1 unexpected, 2 wrong usage, 3 not found, 4 refused, 5 proof or sum does not hold, 6 temporary. */
export const EXIT = Object.freeze({
  unexpected: 1,
  usage: 2,
  notFound: 3,
  refused: 4,
  unsound: 5,
  temporary: 6,
})

export const ERRORS = {
  INTERNAL: define(500, 1, false, 'This is a defect in Holdfast. Report it with the reference in the log.'),
  USAGE: define(400, 2, false, 'Run the command with --help to see what it takes.'),
  CONFIG_INVALID: define(
    500,
    2,
    false,
    'Mend the named setting; docs/operating/configuration.md lists them all.',
  ),

  READER_START_FAILED: define(
    503,
    6,
    true,
    'The process that reads attachments did not start: see that there is memory left, and that the program may read its own folder.',
  ),

  // database
  DATABASE_UNREACHABLE: define(
    503,
    6,
    true,
    'Check that PostgreSQL runs and DATABASE_URL is right; then try again.',
  ),
  DATABASE_TOO_OLD: define(500, 4, false, 'Holdfast needs PostgreSQL 15 or newer.'),
  DATABASE_OWNED: define(
    409,
    4,
    false,
    'Another Holdfast owns this data folder. Stop it, or use commands and workers, which attach to it.',
  ),
  DATABASE_OTHER_MAJOR: define(
    500,
    4,
    false,
    'Run `holdfast backup` with the version of Holdfast that made this folder and `holdfast restore` with this one.',
  ),
  DATABASE_START_FAILED: define(500, 1, false, 'Read the database log named in the message.'),
  SCHEMA_NEWER: define(
    500,
    4,
    false,
    'This archive was used by a newer Holdfast. Use that version or a newer one.',
  ),
  SCHEMA_CHANGED: define(
    500,
    4,
    false,
    'A migration that was already applied has other text now. Restore the released file.',
  ),
  SCHEMA_MISSING: define(
    500,
    4,
    false,
    'Set DATABASE_OWNER_URL to a role that may create tables, for the first start and for upgrades.',
  ),

  // storage, keyring, vault, staging
  STORAGE_FAILED: define(
    503,
    6,
    true,
    "Check the storage's space, permissions and reachability; nothing is lost, the work is tried again.",
  ),
  STORAGE_MISSING: define(
    500,
    5,
    false,
    'An object that should be there is gone. Restore it from a backup; `holdfast fsck` lists all.',
  ),
  STORAGE_EXISTS: define(
    500,
    4,
    false,
    'An object of this name exists with other bytes, and nothing is ever overwritten. Report the case.',
  ),
  STORAGE_NAME_INVALID: define(
    400,
    2,
    false,
    'Object names are lower-case letters, digits, `-`, `.` and `/`, without `..`.',
  ),
  MASTER_KEY_MISSING: define(
    500,
    4,
    false,
    'Copy the master key file back to the place named. Without it nothing can be read.',
  ),
  MASTER_KEY_WRONG: define(
    500,
    4,
    false,
    'This is not the master key of this archive. Use the copy that was made when the archive was created.',
  ),
  MASTER_KEY_EXPOSED: define(500, 4, false, 'Make the key file readable by its owner only (chmod 600).'),
  VAULT_DAMAGED: define(
    500,
    5,
    false,
    'The stored bytes are not those that were sealed. Restore the object from a backup; `holdfast fsck` lists all.',
  ),
  VAULT_VERSION: define(
    500,
    4,
    false,
    'This object was written by a newer Holdfast. Use that version or a newer one.',
  ),

  // audit
  AUDIT_DAMAGED: define(
    500,
    5,
    false,
    'The audit log does not hold. Keep the database as it is and compare with the last backup.',
  ),
  PROOF_NOT_READY: define(
    503,
    6,
    true,
    'Try again in a few seconds: the entry gets its checkpoint within 5 s while the archive is served.',
  ),
  CHECKPOINT_INVALID: define(400, 5, false, "The checkpoint is not one that this archive's key signed."),
  PROOF_INVALID: define(400, 2, false, 'Give the file that `holdfast message export --proof` wrote.'),

  // directory, mapping
  DIRECTORY_INVALID: define(
    400,
    2,
    false,
    'Mend the lines named and import the file again; nothing of it was used.',
  ),
  MAPPING_INVALID: define(
    400,
    2,
    false,
    'Mend the lines named and upload the file again; nothing of it was used.',
  ),
  MAPPING_ENTRY_UNKNOWN: define(
    404,
    3,
    false,
    'Somebody else may have removed the line, or imported a file without it. Look at the history of the mapping.',
  ),
  CSV_INVALID: define(400, 2, false, 'Save the file as CSV in UTF-8, with the columns of the template.'),
  MAILBOX_UNKNOWN: define(
    404,
    3,
    false,
    '`holdfast mailbox list` shows the mailboxes; import the directory if one is missing.',
  ),

  // source
  SITE_UNREACHABLE: define(503, 6, true, 'The site does not answer. The run goes on by itself when it does.'),
  SITE_REFUSED: define(502, 6, true, 'The site answered with an error. The run is tried again.'),
  SITE_SIGN_IN_WRONG: define(
    422,
    4,
    false,
    'The user name or password is wrong. Enter them again in the connector.',
  ),
  SITE_SIGN_IN_SUSPENDED: define(
    422,
    4,
    false,
    'The account is suspended at the site. Ask its administrator to lift it.',
  ),
  SITE_THROTTLED: define(429, 6, true, 'The site asked to slow down. The run goes on by itself.'),
  SITE_ANSWER_INVALID: define(
    502,
    6,
    true,
    "The site's answer was cut short or is not what its interface promises. The page is read again.",
  ),
  SITE_ANSWER_TOO_LARGE: define(
    502,
    4,
    false,
    "The site's answer is larger than the limit. Ask the site for smaller pages, or raise the limit.",
  ),
  SITE_REDIRECTED: define(
    502,
    4,
    false,
    'The site points to another host, which is never followed. Check the address of the site.',
  ),
  SITE_NOT_TLS: define(
    400,
    4,
    false,
    "Use the https address of the site. Plain http is accepted only on this machine's own loopback.",
  ),
  SITE_NOT_DEMONSTRATION: define(
    403,
    4,
    false,
    'A demonstration archive takes only the stand-in site. Run `holdfast init` for a real archive.',
  ),
  SITE_IS_DEMONSTRATION: define(
    403,
    4,
    false,
    'The site serves invented people and traffic, which never enter a real archive. Use `npm start` to try it.',
  ),
  SITE_ADDRESS_INVALID: define(
    400,
    2,
    false,
    'Give the address of the site as https://host, optionally with a port and a path, and nothing else.',
  ),
  SITE_CERTIFICATE: define(
    502,
    4,
    false,
    "The site's certificate does not prove that it is the site. Check the address and the trusted authorities.",
  ),
  SITE_CONTENT_MISSING: define(
    404,
    5,
    false,
    'The site no longer has this content. Its item is kept as failed; ask the site for it and back-fill.',
  ),
  SOURCE_INVALID: define(400, 2, false, 'Check the folder that the connector watches, and its permissions.'),
  ZIP_REFUSED: define(
    400,
    4,
    false,
    'The archive was set aside whole with a report beside it. Ask the sender for it again.',
  ),

  // message
  ITEM_UNREADABLE: define(
    422,
    5,
    false,
    'The item is kept sealed as received. Ask the source for it, or report the case.',
  ),
  ITEM_BEYOND_FORMAT: define(
    422,
    4,
    false,
    'The item is larger than the format of the export allows. Export it as EML.',
  ),
  ITEM_TOO_LARGE: define(
    413,
    4,
    false,
    "The item is over the connector's largest size. Raise itemSizeMax and back-fill the window.",
  ),

  // connector, pipeline
  PRODUCT_UNKNOWN: define(400, 2, false, '`holdfast connector products` lists the products.'),
  CONNECTOR_UNKNOWN: define(404, 3, false, '`holdfast connector list` shows the connectors.'),
  CONNECTOR_INVALID: define(400, 2, false, 'Mend the setting named.'),
  CONNECTOR_EXISTS: define(
    409,
    4,
    false,
    'This account and product already have a connector. Edit that one.',
  ),
  CONNECTOR_UNFINISHED: define(409, 4, false, 'Finish its setup, or discard it, under Data connectors.'),
  CONNECTOR_PAUSED: define(409, 4, false, 'Resume the connector first.'),
  PRODUCT_NOT_IN_ACCOUNT: define(
    409,
    4,
    false,
    'Ask TeleMessage to add the product to the account, or sign in with an account that has it.',
  ),
  TERMS_NOT_ACCEPTED: define(409, 4, false, 'Accept the terms of service first.'),
  MASTER_KEY_NOT_COPIED: define(
    409,
    4,
    false,
    'Copy the master key to a safe place, then run `holdfast init --master-key-copied`.',
  ),
  RUN_OPEN: define(
    409,
    4,
    true,
    'A run of this connector is under way. Wait for it, or watch it with `holdfast run show`.',
  ),
  RUN_UNKNOWN: define(404, 3, false, '`holdfast run list` shows the runs.'),
  REPLAY_UNKNOWN: define(404, 3, false, 'Ask for another replay; the unmapped page shows what is left.'),
  RUN_INCOMPLETE: define(
    500,
    5,
    false,
    'The sums of the run do not add up. `holdfast run show` says which; nothing was dropped.',
  ),
  WINDOW_INVALID: define(
    400,
    2,
    false,
    'Give --from and --to as dates or times (2026-11-01 or 2026-11-01T08:00:00Z), from before to.',
  ),

  ...SURFACE_ERRORS,
  ...KEEPING_ERRORS,

  // archive, search
  ITEM_UNKNOWN: define(404, 3, false, 'No such item, or it is not one you may see.'),
  ITEM_NOT_DISPOSED: define(404, 3, false, 'Only what was disposed of has a proof of disposal.'),
  DISPOSAL_UNKNOWN: define(404, 3, false, '`holdfast disposal list` shows the disposals.'),
  ITEM_DISPOSED: define(
    410,
    3,
    false,
    'It went by its rules or by an erasure request, and cannot be had back. Its proof of disposal tells by which and when.',
  ),
  FOLDER_UNKNOWN: define(404, 3, false, 'The mailbox lists its folders; take one of them.'),
  CONVERSATION_UNKNOWN: define(404, 3, false, 'Open the conversation from the list of its folder.'),
  ATTACHMENT_UNKNOWN: define(404, 3, false, 'The item lists its attachments, numbered from 1.'),
  QUERY_INVALID: define(400, 2, false, 'Mend the query at the place named.'),
  REINDEX_NEEDED: define(
    500,
    4,
    false,
    'Run `holdfast reindex`: the entries were made by another tokenizer.',
  ),
  SEARCH_TOO_LONG: define(
    503,
    6,
    false,
    'Narrow the search by dates, mailboxes or a rarer word; make beginnings of words (*) longer.',
  ),

  // cli, backup
  ARCHIVE_MISSING: define(404, 3, false, 'Run `holdfast init` (or `npm start` for the demonstration) first.'),
  ARCHIVE_EXISTS: define(
    409,
    4,
    false,
    'There is an archive in this data folder already. Choose another folder with HOLDFAST_DATA.',
  ),
  BACKUP_INVALID: define(400, 5, false, 'The backup is incomplete or damaged. Use another one.'),
  RESTORE_NOT_EMPTY: define(409, 4, false, 'Restore into an empty data folder.'),
  VERIFY_FAILED: define(
    500,
    5,
    false,
    'Keep everything as it is, and compare with the last backup and the checkpoints kept elsewhere.',
  ),
  FILE_UNREADABLE: define(400, 3, false, "Check the file's name and permissions."),
} as const satisfies Record<string, Definition>

export type ErrorCode = keyof typeof ERRORS

/** An error with a code of the registry. `message` says what and where; the registry's hint says how to mend it. */
export class HoldfastError extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'HoldfastError'
    this.code = code
  }
  get status(): number {
    return ERRORS[this.code].status
  }
  get exit(): number {
    return ERRORS[this.code].exit
  }
  get retryable(): boolean {
    return ERRORS[this.code].retryable
  }
  get hint(): string {
    return ERRORS[this.code].hint
  }
}

/** True if `error` is one of ours with this code. */
export function hasCode(error: unknown, code: ErrorCode): error is HoldfastError {
  return error instanceof HoldfastError && error.code === code
}
