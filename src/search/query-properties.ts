/**
 * The properties that a query can ask about: one catalogue for the parser, its errors, completion and the guide
 * (docs/guide/search.md, which a test compares). Names and synonyms are Microsoft's where it has one.
 */
import type { Operator } from './query-reader.ts'

/** What a property's value is written as. */
type ValueForm =
  | 'party'
  | 'text'
  | 'number'
  | 'choice'
  | 'item-class'
  | 'date'
  | 'size'
  | 'duration'
  | 'connector'
  | 'mailbox'
  | 'folder'
  | 'conversation'
  | 'hold'
  | 'label'
  | 'archived'

export type QueryProperty = {
  readonly name: PropertyName
  readonly synonyms: readonly string[]
  readonly form: ValueForm
  readonly operators: readonly Operator[]
  /** The values that there are, where they are few; null where they are not. */
  readonly choices: readonly string[] | null
  readonly example: string
  /** One sentence without a full stop. */
  readonly meaning: string
}

export type PropertyName =
  | 'participants'
  | 'from'
  | 'to'
  | 'cc'
  | 'bcc'
  | 'recipients'
  | 'number'
  | 'subject'
  | 'body'
  | 'attachmentnames'
  | 'hasattachment'
  | 'kind'
  | 'itemclass'
  | 'direction'
  | 'sent'
  | 'received'
  | 'imported'
  | 'size'
  | 'duration'
  | 'status'
  | 'mailbox'
  | 'folder'
  | 'connector'
  | 'conversation'
  | 'hold'
  | 'label'
  | 'archived'

export const KINDS = Object.freeze(['sms', 'mms', 'chat', 'voice-call', 'video-call', 'call-log', 'event'])

/** The intervals that have a name; all but `last week` are Microsoft's. */
export const INTERVALS = Object.freeze([
  'today',
  'yesterday',
  'this week',
  'last week',
  'this month',
  'last month',
  'this year',
  'last year',
])

export const CALL_STATUSES = Object.freeze([
  'answered',
  'missed',
  'voicemail',
  'rejected',
  'busy',
  'failed',
  'blocked',
  'answered-externally',
  'unknown',
])

const IS: readonly Operator[] = Object.freeze([':', '=', '<>'])
const COMPARES: readonly Operator[] = Object.freeze([':', '=', '<>', '<', '<=', '>', '>='])

const property = (
  name: PropertyName,
  form: ValueForm,
  example: string,
  meaning: string,
  {
    synonyms = [],
    choices = null,
  }: { synonyms?: readonly string[]; choices?: readonly string[] | null } = {},
): QueryProperty =>
  Object.freeze({
    name,
    synonyms,
    form,
    operators: form === 'date' || form === 'size' || form === 'duration' ? COMPARES : IS,
    choices,
    example,
    meaning,
  })

export const QUERY_PROPERTIES: readonly QueryProperty[] = Object.freeze([
  property('participants', 'party', 'participants:susan@contoso.example', 'who it is from or to', {
    synonyms: ['participant'],
  }),
  property('from', 'party', 'from:"Susan Jones"', 'who it is from', {
    synonyms: ['sender', 'author', 'senderauthor'],
  }),
  property('to', 'party', 'to:+44 7700 900123', 'who it is to, copies included'),
  property('recipients', 'party', 'recipients:fabrikam.example', 'the same as `to`', {
    synonyms: ['recipient'],
  }),
  property('cc', 'party', 'cc:susan', 'read as `recipients`, since phones have no copies'),
  property('bcc', 'party', 'bcc:susan', 'read as `recipients`'),
  property('number', 'number', 'number:07700900123', 'a phone number of either side, however it is written', {
    synonyms: ['phone'],
  }),
  property('subject', 'text', 'subject:"quarterly report"', 'words of the subject', {
    synonyms: ['title', 'subjecttitle'],
  }),
  property('body', 'text', 'body:lunch', 'words of the text itself'),
  property('attachmentnames', 'text', 'attachmentnames:annual*', "words of an attachment's name", {
    synonyms: ['attachmentname', 'attachments', 'attachment', 'filename'],
  }),
  property('hasattachment', 'choice', 'hasattachment:true', 'whether it has an attachment', {
    synonyms: ['hasattachments'],
    choices: ['true', 'false'],
  }),
  property('kind', 'choice', 'kind:sms', 'what it is', {
    synonyms: ['messagekind'],
    choices: [...KINDS, 'call', 'im', 'voicemail', 'externaldata'],
  }),
  property(
    'itemclass',
    'item-class',
    'itemclass:ipm.externaldata.whatsapparchiver*',
    'which product collected it, by its item class in Purview',
    { synonyms: ['messageclass', 'type'] },
  ),
  property('direction', 'choice', 'direction:out', 'from or to the one whose traffic it is', {
    choices: ['in', 'out'],
  }),
  property('sent', 'date', 'sent>=2026-11-01', 'when it was sent', { synonyms: ['date'] }),
  property('received', 'date', 'received:"last month"', 'when it was received, else sent'),
  property('imported', 'date', 'imported:today', 'when it was filed here', { synonyms: ['created'] }),
  property('size', 'size', 'size>10MB', 'how large it is, attachments included'),
  property('duration', 'duration', 'duration>=10m', 'how long a call was', { synonyms: ['callduration'] }),
  property('status', 'choice', 'status:missed', 'how a call went', {
    synonyms: ['callstatus'],
    choices: CALL_STATUSES,
  }),
  property('mailbox', 'mailbox', 'mailbox:susan@contoso.example', 'a mailbox that it is filed in'),
  property(
    'folder',
    'folder',
    'folder:"WhatsApp Archiver"',
    'a folder that it is filed in, by its whole name',
  ),
  property('connector', 'connector', 'connector:3', 'the connector that collected it, by its number'),
  property('conversation', 'conversation', 'conversation:q3kYb0mZr1w', 'a conversation, by its id', {
    synonyms: ['conversationid'],
  }),
  property('hold', 'hold', 'hold:yes', 'whether it is held, or the number of a hold that holds it', {
    choices: ['yes', 'no'],
  }),
  property('label', 'label', 'label:"Financial record"', 'a retention label, by its whole name or number', {
    synonyms: ['retentionlabel', 'compliancetag'],
    choices: ['any', 'none'],
  }),
  property('archived', 'archived', 'archived:yes', 'whether it is in the in-place archive', {
    choices: ['yes', 'no'],
  }),
])

const BY_NAME: ReadonlyMap<string, QueryProperty> = new Map(
  QUERY_PROPERTIES.flatMap(each => [each.name, ...each.synonyms].map(name => [name, each] as const)),
)

/** The property of a name or synonym in lower case; null if there is none. */
export function findProperty(name: string): QueryProperty | null {
  return BY_NAME.get(name) ?? null
}
