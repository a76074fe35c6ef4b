/** What reading an attachment gives, and the limits it is read within. */

/**
 * Why an attachment's text is not, or not wholly, in the index. Where several hold for what is inside one attachment,
 * the first of this list is told.
 */
export const UNREAD_REASONS = [
  /** It opens with a password or key alone. */
  'encrypted',
  /** It does not hold to its format. */
  'damaged',
  /** Larger than what is read, or it unpacks to more, or it is one of too many. */
  'too-large',
  /** Reading it took longer than allowed. */
  'timeout',
  /** Reading it took more memory than allowed. */
  'memory',
  /** Its content could not be got, or its reader failed again and again. */
  'failed',
  /** More text than is indexed: its beginning is found. */
  'too-long',
  /** Documents within documents, or parts within parts, beyond what is followed. */
  'too-deep',
  /** Of a format that is not read. */
  'format',
  /** A picture, sound or film: there are no letters in it to read. */
  'media',
] as const

export type UnreadReason = (typeof UNREAD_REASONS)[number]

/** The text of an attachment, as far as it was read; null for the reason if that is all of it. */
export type Extracted = { readonly text: string; readonly reason: UnreadReason | null }

/** What is known of an attachment before its bytes. */
export type Described = {
  readonly name: string
  /** The media type in lower case; application/octet-stream where nothing is known. */
  readonly contentType: string
  /** The charset that its header names. */
  readonly charset: string | null
}

export type Limits = {
  /** Bytes of one attachment; Purview's limit. */
  readonly inputMax: number
  /** UTF-16 units of text from one attachment; Purview's limit. */
  readonly textMax: number
  /** Bytes that all archives inside one attachment may unpack to. */
  readonly unpackedMax: number
  /** Documents inside one attachment, over all depths. */
  readonly documentsMax: number
  /** Documents within documents. */
  readonly depthMax: number
  /** Of processor time, for one attachment: what a busy machine takes longer for is read all the same. */
  readonly cpuMsMax: number
  /** Of the clock, in case a reader waits and does nothing. */
  readonly wallMsMax: number
  /** Of JavaScript's heap, and of the whole reading process, in bytes. */
  readonly heapMax: number
  readonly residentMax: number
}

const MB = 1024 * 1024

export const LIMITS: Limits = Object.freeze({
  inputMax: 150 * MB,
  textMax: 2_000_000,
  unpackedMax: 300 * MB,
  documentsMax: 2_000,
  depthMax: 8,
  cpuMsMax: 60_000,
  wallMsMax: 300_000,
  heapMax: 400 * MB,
  residentMax: 900 * MB,
})

/**
 * Grows when attachments would be read otherwise: what an older version read is then read again. Also to be raised
 * with a library's new version that reads more.
 */
export const EXTRACTION_VERSION = 1
