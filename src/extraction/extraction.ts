/**
 * Reads the text of attachments, whatever they are: plain text in any charset, HTML, vCard and iCalendar, PDF, Word,
 * Excel and PowerPoint (ECMA-376), OpenDocument, Word 97, RTF, mails and ZIP archives with what they hold.
 *
 * Promises: attachments are read in a process apart that has no secret, opens nothing and reaches nobody, within limits
 * of size, processor time, memory, depth and text (outcome.ts). Whatever a document does, it costs its own text alone,
 * and the reason is told, one of a closed list. What was read before a limit is given.
 */
export {
  type Described,
  EXTRACTION_VERSION,
  type Extracted,
  UNREAD_REASONS,
  type UnreadReason,
} from './outcome.ts'
export { type AttachmentReader, openAttachmentReader, ReaderLost } from './reader.ts'
