/** What a hold is to be made of, checked before anything is locked. */
import type { Sql } from '../database/database.ts'
import { getMailbox } from '../directory/directory.ts'
import { HoldfastError, hasCode } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { MailboxScope } from '../identity/identity.ts'
import {
  asksOfKeeping,
  checkVersion,
  mailboxesNamed,
  mailboxesNumbered,
  parseQuery,
  selectHits,
} from '../search/search.ts'
import type { HoldWords, TermQuery } from './sealed.ts'

export type HoldDraft = HoldWords & {
  readonly mailboxIds: readonly number[]
  /** null holds everything: a litigation hold. */
  readonly query: string | null
  readonly days: number | null
}

/** Microsoft's limit is 1,000 for a hold and as many more holds as it takes; here one may have them all. */
const MAILBOXES_MAX = 10_000
const DAYS_MAX = 36_500
const NAME_MAX = 200
const TEXT_MAX = 4_000
const LINK_MAX = 2_000

const invalid = (why: string): HoldfastError => new HoldfastError('HOLD_INVALID', why)

/** The words as they are kept; HOLD_INVALID for what is missing or too long. */
export function checkWords({ name, reason, note, link }: HoldWords): HoldWords {
  const kept = {
    name: name.replace(/\s+/g, ' ').trim(),
    reason: checkReason(reason),
    note: note.trim(),
    link: link.trim(),
  }
  if (kept.name === '') throw invalid('a hold needs a name')
  if (kept.name.length > NAME_MAX) throw invalid(`a name has at most ${NAME_MAX} characters`)
  if (kept.note.length > TEXT_MAX) throw invalid(`a note has at most ${TEXT_MAX} characters`)
  if (kept.link.length > LINK_MAX || (kept.link !== '' && !isPage(kept.link)))
    throw invalid('a link is the address of a page: https://…')
  return kept
}

/** Why something is done, as it is kept. */
export function checkReason(reason: string): string {
  const kept = reason.trim()
  if (kept === '') throw invalid('say why: the reason is missing')
  if (kept.length > TEXT_MAX) throw invalid(`a reason has at most ${TEXT_MAX} characters`)
  return kept
}

function isPage(link: string): boolean {
  return URL.canParse(link) && ['https:', 'http:'].includes(new URL(link).protocol)
}

export function checkDays(days: number | null): number | null {
  if (days === null || (Number.isInteger(days) && days >= 1 && days <= DAYS_MAX)) return days
  throw invalid(`a hold is for ever, or for 1 to ${DAYS_MAX} days from each item's date`)
}

/** The mailboxes in order, each once; HOLD_INVALID for none, MAILBOX_UNKNOWN beyond the scope. */
export function checkMailboxes(scope: MailboxScope, mailboxIds: readonly number[]): number[] {
  const kept = [...new Set(mailboxIds)].sort((a, b) => a - b)
  if (kept.length === 0) throw invalid('a hold needs a mailbox')
  if (kept.length > MAILBOXES_MAX) throw invalid(`a hold is on at most ${MAILBOXES_MAX} mailboxes`)
  if (kept.some(mailboxId => !within(scope, mailboxId))) throw unknown()
  return kept
}

/**
 * The query of a hold, with whom it names: QUERY_INVALID (also for a beginning that too many words have), REINDEX_NEEDED,
 * MAILBOX_UNKNOWN for a mailbox beyond the scope. HOLD_INVALID for one that asks how long items are kept: the answer
 * changes without anything being evaluated again, and a hold that asks for itself has none.
 */
export async function checkHoldQuery(ground: Ground, scope: MailboxScope, text: string): Promise<TermQuery> {
  const now = ground.clock.now()
  const query = parseQuery(text, now)
  if (asksOfKeeping(query))
    throw invalid('the query of a hold cannot ask what is held, labelled or in the in-place archive')
  if (mailboxesNumbered(query).some(mailboxId => !within(scope, mailboxId))) throw unknown()
  const named: [string, number][] = []
  for (const address of mailboxesNamed(query))
    named.push([address, await mailboxOf(ground.database, scope, address)])
  await checkVersion(ground.database)
  await selectHits(ground.database, ground.keyring, query, { mailboxIds: null, named: new Map(named) })
  return { query: text, named }
}

async function mailboxOf(sql: Sql, scope: MailboxScope, address: string): Promise<number> {
  try {
    const { mailboxId } = await getMailbox(sql, address)
    if (within(scope, mailboxId)) return mailboxId
  } catch (error) {
    if (!hasCode(error, 'MAILBOX_UNKNOWN')) throw error
  }
  throw unknown()
}

const within = (scope: MailboxScope, mailboxId: number): boolean =>
  scope === null || scope.includes(mailboxId)

const unknown = (): HoldfastError =>
  new HoldfastError('MAILBOX_UNKNOWN', 'there is no such mailbox, or it is not yours to hold')
