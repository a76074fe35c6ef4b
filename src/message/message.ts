/**
 * Messages: what an item says (its *facts*), who it is (its *id*), and how it is written down for people and machines
 * (RFC 5322, MIME RFC 2045-2047 and 2231, RFC 3458, RFC 4356, UUIDv8 of RFC 9562). docs/formats/message.md is the
 * specification.
 *
 * Promises: pure, with no I/O but streams passed in; deterministic, the same bytes for the same item for ever; no mail
 * makes it throw or hang; nothing in a field of an item can add a line to a header. E-mail that TeleMessage made is
 * never rewritten: only records are.
 */
export { isMailable, showParty, writeAddresses } from './addresses.ts'
export { type Anatomy, readAnatomy, streamAttachment, streamAttachments } from './anatomy.ts'
export { base64Body, encodeText } from './body-encoding.ts'
export { createDecoder } from './decoder.ts'
export { type ReadContext, readEmail, readEmailSource, readLargeEmail } from './email.ts'
export {
  canonicalContent,
  conversationKey,
  formatItemId,
  isItemId,
  itemId,
  parseItemId,
  sourceKey,
} from './identity.ts'
export { type IndexText, indexText } from './index-text.ts'
export type {
  Amendment,
  Attachment,
  Call,
  CallStatus,
  Direction,
  Flag,
  ItemFacts,
  ItemKind,
  ItemSource,
  Participant,
  ParticipantForm,
} from './item.ts'
export { readRecord, readRecordSource, type StreamedContents } from './record.ts'
export { writeText } from './rfc-text.ts'
export { isoTime, mailDate } from './times.ts'
export { isCall } from './vocabulary.ts'
export { bodyOf, subjectOf } from './wording.ts'
export { streamMessage, writeMessage } from './writer.ts'
