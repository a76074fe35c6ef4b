/** The part of the registry of errors (`errors.ts`) that people meet at the surfaces: identity, API, alerts. */
import { type Definition, define } from './error-definition.ts'

export const SURFACE_ERRORS = {
  // identity
  SIGN_IN_WRONG: define(
    401,
    4,
    false,
    'Check the user name and the password. After five wrong attempts a name waits a minute, then longer.',
  ),
  SIGN_IN_LOCKED: define(
    429,
    6,
    true,
    'Wait until the time named, then try again; or let somebody with Role Management reset the password.',
  ),
  SESSION_EXPIRED: define(401, 4, false, 'Sign in again; on the command line by `holdfast sign-in`.'),
  SESSION_NEEDED: define(
    403,
    4,
    false,
    'Sign in as a person for this; a token, or the console without a sign-in, cannot do it.',
  ),
  SECOND_FACTOR_NEEDED: define(403, 4, false, 'Give the code of your authenticator app, or a recovery code.'),
  SECOND_FACTOR_WRONG: define(
    403,
    4,
    false,
    'Wait for the next code of the app and give that one; each is good for one use.',
  ),
  SECOND_FACTOR_SET: define(
    409,
    4,
    false,
    'Remove the second factor first; whoever lost it asks somebody with Role Management.',
  ),
  PASSWORD_WRONG: define(403, 4, false, 'Give the password that you sign in with now.'),
  PASSWORD_WEAK: define(
    400,
    2,
    false,
    'Choose one of 12 characters or more that nobody else would, and that you did not have before.',
  ),
  PERSON_UNKNOWN: define(
    404,
    3,
    false,
    '`holdfast person list` shows the persons, and so does the Permissions page.',
  ),
  PERSON_EXISTS: define(409, 4, false, 'Choose another user name, or edit the person who has it.'),
  PERSON_INVALID: define(400, 2, false, 'Mend what is named, and try again.'),
  ROLE_GROUP_UNKNOWN: define(
    404,
    3,
    false,
    '`holdfast role-group list` shows the role groups, and so does the Permissions page.',
  ),
  ROLE_GROUP_EXISTS: define(409, 4, false, 'Choose another name, or edit the role group that has it.'),
  ROLE_GROUP_INVALID: define(
    400,
    2,
    false,
    'Mend what is named; docs/guide/permissions.md says what a role group can be.',
  ),
  ROLE_MANAGER_LAST: define(409, 4, false, 'Give somebody else a role group with Role Management first.'),
  TOKEN_UNKNOWN: define(404, 3, false, 'The list of API tokens under Permissions shows those there are.'),
  TOKEN_INVALID: define(400, 2, false, 'Mend what is named, and try again.'),
  TOKEN_REFUSED: define(
    401,
    4,
    false,
    'Make a new token, and put it in HOLDFAST_TOKEN; this one is wrong, expired or revoked.',
  ),
  OIDC_UNREACHABLE: define(
    502,
    6,
    true,
    'Check the issuer in the sign-in settings, and that this machine reaches it.',
  ),
  OIDC_REFUSED: define(
    403,
    4,
    false,
    'Ask whoever manages permissions here: the Audit page says why under session.refused.',
  ),
  SIGN_IN_SETTINGS_INVALID: define(
    400,
    2,
    false,
    'Mend the setting named; docs/guide/permissions.md explains each.',
  ),
  ROLE_MISSING: define(
    403,
    4,
    false,
    'A member of Organization Management can add the role to one of your role groups, under Permissions.',
  ),

  // api
  REQUEST_INVALID: define(
    400,
    2,
    false,
    'Mend what is named under `problems`; the API page says what each call takes.',
  ),
  REQUEST_TOO_LARGE: define(
    413,
    4,
    false,
    'Send less at a time; the API page says how much each call takes.',
  ),
  REQUEST_TYPE: define(415, 2, false, 'Send the content type that the API page names for this call.'),
  REQUEST_THROTTLED: define(
    429,
    6,
    true,
    'Too many requests in a short time. Wait a moment, then try again.',
  ),
  ROUTE_UNKNOWN: define(404, 3, false, 'There is nothing at this address. The API page lists every call.'),
  HOST_UNKNOWN: define(
    421,
    4,
    false,
    'Use the address that the archive is served at, or set HOLDFAST_PUBLIC_URL to this one.',
  ),
  NOT_SIGNED_IN: define(401, 4, false, 'Sign in, or send a token that is good.'),
  CSRF_REFUSED: define(
    403,
    4,
    false,
    'Reload the page and try again; a request from another site is never taken.',
  ),
  REVISION_MISSING: define(428, 2, false, 'Read it first, and send its ETag as If-Match.'),
  REVISION_STALE: define(
    412,
    4,
    false,
    'Somebody else changed it meanwhile. Read it again, then make your change.',
  ),
  LISTEN_REFUSED: define(
    500,
    4,
    false,
    'Beyond this machine the portal is served by TLS only: set HOLDFAST_TLS_CERTIFICATE and HOLDFAST_TLS_KEY, or HOLDFAST_PUBLIC_URL (https) and HOLDFAST_TRUSTED_PROXIES.',
  ),
  LISTEN_TAKEN: define(
    500,
    4,
    false,
    'Another program listens there. Stop it, or set HOLDFAST_LISTEN to another address.',
  ),

  // alert, verification
  AUDIT_ENTRY_UNKNOWN: define(404, 3, false, 'The audit page shows the entries there are.'),
  ALERT_UNKNOWN: define(404, 3, false, 'The alerts page shows the alerts there are.'),
  ALERT_RULE_INVALID: define(400, 2, false, 'Give a number within the bounds that the rule names.'),
  CHANNEL_UNKNOWN: define(404, 3, false, 'The channels tab of the alerts page shows the channels.'),
  CHANNEL_INVALID: define(400, 2, false, 'Mend the setting named.'),
  CHANNEL_ADDRESS_REFUSED: define(
    400,
    4,
    false,
    'Use an https address on the public internet, or allow private addresses for this channel.',
  ),
  CHANNEL_FAILED: define(
    502,
    6,
    true,
    "The other side did not take the message. Check the channel's settings and the other side; messages are tried again by themselves.",
  ),
  VERIFICATION_RUNNING: define(
    409,
    4,
    false,
    'Wait for the verification that is under way; its verdict stays on the audit page.',
  ),
  VERIFICATION_UNKNOWN: define(404, 3, false, 'The audit page shows the last verifications.'),

  // saved searches
  SAVED_SEARCH_UNKNOWN: define(
    404,
    3,
    false,
    'No such search, or it is not one you may see; `holdfast saved-search list` shows yours.',
  ),
  SAVED_SEARCH_INVALID: define(400, 2, false, 'Mend what is named, and save the search again.'),
  SEARCH_RUN_UNKNOWN: define(
    404,
    3,
    false,
    'No such run, or it looked further than you may; `holdfast saved-search runs` shows those that are kept.',
  ),
  SEARCH_RUN_UNFINISHED: define(
    409,
    4,
    false,
    'Wait until the run is complete, or run the search again if it failed.',
  ),
  TERM_REPORT_UNKNOWN: define(
    404,
    3,
    false,
    'No such report, or it is not one you may see; `holdfast term-report list` shows yours.',
  ),
  TERM_REPORT_INVALID: define(400, 2, false, 'Mend the lines named, one query in each, and ask again.'),
  TERM_REPORT_UNFINISHED: define(
    409,
    4,
    false,
    'Wait until the report is complete, or ask for it again if it failed.',
  ),

  // exports
  EXPORT_UNKNOWN: define(
    404,
    3,
    false,
    'No such export, or it is not one you may see; `holdfast export list` shows yours.',
  ),
  PACKAGE_INVALID: define(
    400,
    5,
    false,
    'Get the package anew from whoever made the export; a download that was cut off looks like this too.',
  ),
  PACKAGE_ENCRYPTED: define(
    400,
    2,
    false,
    'Give its pass phrase (--password-stdin) or the file of its key (--identity), or decrypt it first by `age --decrypt`.',
  ),
  PACKAGE_LOCKED: define(400, 4, false, 'Give the pass phrase or the key that the export was made with.'),
  EXPORT_INVALID: define(400, 2, false, 'Mend what is named, and ask for the export again.'),
  EXPORT_STATE: define(
    409,
    4,
    false,
    'Look at the state of the export: what is not finished can be cancelled, what is finished downloaded or removed.',
  ),
  EXPORT_GONE: define(
    410,
    4,
    false,
    'The package is not there any more and cannot be had back; make the export again.',
  ),
  EXPORT_INCOMPLETE: define(
    500,
    5,
    false,
    'The counts of the export do not add up, so nothing was handed over. Make it again, and run `holdfast fsck`.',
  ),
} as const satisfies Record<string, Definition>
