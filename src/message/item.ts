/**
 * The nouns of the flow. An *item* is one thing a source gave us, as received and never changed; its *facts* are
 * what was read out of it; a *message* is its RFC 5322 rendering. Types only: no code, no I/O.
 */

/** What an item is. `voice-call`/`video-call` carry a recording, `call-log` does not (TeleMessage messageContext). */
export type ItemKind = 'sms' | 'mms' | 'chat' | 'voice-call' | 'video-call' | 'call-log' | 'event'

export type Direction = 'in' | 'out'

/** How a participant is known to the network. */
export type ParticipantForm = 'number' | 'short-code' | 'alphanumeric' | 'withheld' | 'email'

/** A party to an item, exactly as the item names it. */
export type Participant = {
  readonly role: 'from' | 'to' | 'cc' | 'bcc'
  readonly form: ParticipantForm
  /** Digits without `+` for a number or short code, the text of an alphanumeric sender, '' otherwise. */
  readonly number: string
  /** The source's user id for this party where it gives one; compared as text by the custom mapping. */
  readonly userId: string | null
  /** The item's *User's Email address* property: none, one or several, lower case, as it came otherwise. */
  readonly emails: readonly string[]
  readonly name: string | null
}

/** TeleMessage's numeric call status, by name (reference: convertIntToCallStatus 1 to 8). */
export type CallStatus =
  | 'ok'
  | 'missed'
  | 'failed'
  | 'voice-mail'
  | 'rejected'
  | 'busy'
  | 'blocked'
  | 'answered-externally'
  | 'unknown'

export type Call = {
  readonly status: CallStatus
  readonly startedAt: Date | null
  readonly endedAt: Date | null
  /** Whole seconds; null where the source gives neither an end nor a duration. */
  readonly seconds: number | null
  readonly callId: string | null
}

/** An attachment's facts. Its bytes are `content` when held in memory, else they are streamed by `contentId`. */
export type Attachment = {
  readonly name: string
  readonly contentType: string
  readonly size: number
  /** SHA-256 of the decoded bytes; goes into the canonical content, never stored in the open. */
  readonly digest: Buffer
  readonly content: Buffer | null
  /** The source's name for a streamed attachment, null when `content` is there. */
  readonly contentId: string | null
}

/** Edits and deletions arrive as new items that speak of an earlier one (ids prefixed EDIT-, DELETE_FOR_ALL- …). */
export type Amendment = {
  readonly act: 'edit' | 'delete-for-all' | 'delete-for-me' | 'delete-all-messages'
  readonly originalItemId: string | null
  readonly previousText: string | null
}

/** Marks that travel with an item and are shown to readers. */
export type Flag =
  | 'impossible-time'
  | 'no-source-id'
  | 'stripped-at-capture'
  | 'defective-mime'
  | 'no-participants'
  | 'truncated-text'

/** Of what an item says, which item of the source it is; null where the source gave no id. */
export type ItemSource = Pick<ItemFacts, 'sourceItemId'>

export type ItemFacts = {
  /** Where the item came as: `email` is kept byte for byte, `record` is rendered by us. */
  readonly form: 'email' | 'record'
  readonly network: string
  readonly sourceItemId: string | null
  readonly kind: ItemKind
  readonly direction: Direction | null
  /** When it was sent; null when the source gave no possible time (before 1990, or over a day after arrival). */
  readonly sentAt: Date | null
  /** The time exactly as the source wrote it, '' if it wrote none. */
  readonly sentAtAsReceived: string
  /** When the item reached the site. */
  readonly arrivedAt: Date
  readonly participants: readonly Participant[]
  readonly subject: string
  readonly text: string
  readonly groupId: string | null
  readonly groupName: string | null
  readonly threadId: string | null
  readonly call: Call | null
  readonly attachments: readonly Attachment[]
  readonly amendment: Amendment | null
  readonly flags: readonly Flag[]
}
