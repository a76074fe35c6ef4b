/** An export before it is asked for: what the page holds, what is wrong with it, and what the API is sent. */
import type { client } from '../client/client.ts'

export type NewExportBody = Parameters<typeof client.requestExport>[0]['body']
type Format = NewExportBody['format']

export const FORMATS = ['eml', 'mbox', 'rsmf', 'dat', 'table'] as const satisfies readonly Format[]
export const CONTEXTS = ['none', 'conversation', 'around', 'day'] as const
export const ENCRYPTIONS = ['none', 'pass-phrase', 'recipient'] as const

export type Draft = {
  readonly name: string
  /** The run of a saved search; null if the query says what is exported. */
  readonly runId: number | null
  readonly query: string
  /** Null for all. */
  readonly mailboxIds: readonly number[] | null
  readonly connectorIds: readonly number[] | null
  readonly folders: readonly string[] | null
  readonly format: Format
  readonly natives: boolean
  readonly context: (typeof CONTEXTS)[number]
  /** As typed. */
  readonly around: string
  readonly timeZone: string
  readonly duplicates: 'suppressed' | 'kept'
  readonly encryption: (typeof ENCRYPTIONS)[number]
  readonly passPhrase: string
  readonly again: string
  readonly recipient: string
  readonly destination: 'download' | 'storage'
  readonly expires: string
}

export type Change = (change: Partial<Draft>) => void

/** What a page hands over by the state of its link: never in the address, which is kept in histories and logs. */
export type Handed = {
  readonly name?: string
  readonly source?: {
    readonly query?: string | null
    readonly mailboxIds?: readonly number[] | null
    readonly connectorIds?: readonly number[] | null
    readonly folders?: readonly string[] | null
  }
}

export function newDraft(handed: Handed | null, runId: number | null): Draft {
  const { name = '', source = {} } = handed ?? {}
  return {
    name,
    runId,
    query: source.query ?? '',
    mailboxIds: source.mailboxIds ?? null,
    connectorIds: source.connectorIds ?? null,
    folders: source.folders ?? null,
    format: 'eml',
    natives: true,
    context: 'none',
    around: '5',
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    duplicates: 'suppressed',
    encryption: 'none',
    passPhrase: '',
    again: '',
    recipient: '',
    destination: 'download',
    expires: '30',
  }
}

export const PASS_PHRASE_MIN = 12

const isWhole = (text: string, max: number): boolean =>
  /^\d{1,4}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= max

export type Mistake = 'query' | 'around' | 'passPhrase' | 'again' | 'recipient' | 'storage' | 'expires'

/** What has to be mended before it can be asked for. */
export function mistakesOf(draft: Draft): ReadonlySet<Mistake> {
  const { runId, query, context, around, encryption, passPhrase, again, recipient, destination } = draft
  const wrong = new Set<Mistake>()
  if (runId === null && query.trim() === '') wrong.add('query')
  if (context === 'around' && !isWhole(around, 1000)) wrong.add('around')
  if (encryption === 'pass-phrase') {
    if (passPhrase.length < PASS_PHRASE_MIN) wrong.add('passPhrase')
    if (passPhrase !== again) wrong.add('again')
  }
  if (encryption === 'recipient' && !/^age1[a-z0-9]{20,}$/.test(recipient.trim())) wrong.add('recipient')
  if (destination === 'storage' && encryption === 'none') wrong.add('storage')
  if (destination === 'download' && !isWhole(draft.expires, 365)) wrong.add('expires')
  return wrong
}

export function bodyOf(draft: Draft): NewExportBody {
  const { runId, query, context, encryption } = draft
  return {
    name: draft.name.trim(),
    source:
      runId === null
        ? { query, ...placesOf(draft) }
        : { runId, query: null, mailboxIds: null, connectorIds: null, folders: null },
    format: draft.format,
    timeZone: draft.timeZone.trim(),
    context: context === 'around' ? { type: context, messages: Number(draft.around) } : { type: context },
    duplicates: draft.duplicates,
    natives: draft.natives,
    encryption:
      encryption === 'none'
        ? null
        : encryption === 'pass-phrase'
          ? { passPhrase: draft.passPhrase }
          : { recipient: draft.recipient.trim() },
    destination: draft.destination,
    ...(draft.destination === 'download' ? { expiresInDays: Number(draft.expires) } : {}),
  }
}

/** Where a query looks, as the API takes it. */
export function placesOf({ mailboxIds, connectorIds, folders }: Draft) {
  return {
    mailboxIds: mailboxIds === null ? null : [...mailboxIds],
    connectorIds: connectorIds === null ? null : [...connectorIds],
    folders: folders === null ? null : [...folders],
  }
}

export type Strength = 'weak' | 'fair' | 'good'

/** How hard a pass phrase is to guess, roughly: by its words and by the kinds of characters in it. */
export function strengthOf(text: string): Strength {
  const words = new Set(
    text
      .toLowerCase()
      .split(/[\s\-_.,]+/)
      .filter(word => word.length >= 3),
  )
  const different = new Set(text).size
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter(kind => kind.test(text)).length
  if (different < 8) return 'weak'
  if (words.size >= 5 || text.length >= 24 || (text.length >= 18 && kinds >= 3)) return 'good'
  if (words.size >= 4 || text.length >= 18 || (text.length >= 14 && kinds >= 3)) return 'fair'
  return 'weak'
}

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'

/** Six groups of four letters and digits that are not taken for each other: about 118 bits. */
export function madeUp(): string {
  const drawn: string[] = []
  while (drawn.length < 24)
    // 248 is eight times 31: what is beyond would make some letters likelier than others.
    for (const byte of crypto.getRandomValues(new Uint8Array(32)))
      if (byte < 248 && drawn.length < 24) drawn.push(LETTERS[byte % LETTERS.length]!)
  return (drawn.join('').match(/.{4}/g) ?? []).join('-')
}
