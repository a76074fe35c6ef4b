/** What a format writer is given and what it gives. Types only. */
import type { ErrorCode } from '../errors.ts'
import type { Direction, ItemFacts, ItemKind, ItemSource } from '../message/message.ts'

/** How a package says what it holds: messages, messages in one file, conversations, a load file, or tables alone. */
export const EXPORT_FORMATS = ['eml', 'mbox', 'rsmf', 'dat', 'table'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** A copy of an item: an item has one for each mailbox, unless duplicates are suppressed. */
export type Copy = {
  /** Its place in the export, from 1. */
  readonly ordinal: number
  readonly itemId: string
  /** `context` was not matched; it stands around what was. */
  readonly grade: 'match' | 'context'
  /** Whose copy this is, and every mailbox of the export's scope that it is filed in. */
  readonly custodian: { readonly mailbox: string; readonly folder: string }
  readonly custodians: readonly string[]
  readonly kind: ItemKind
  readonly direction: Direction | null
  readonly sentAt: Date | null
  readonly arrivedAt: Date
  readonly filedAt: Date
  /** As the API gives it. */
  readonly conversation: string
  readonly versionOf: string | null
}

/** A copy that is to be written, with what its item says, or as much of it as its writer wants. */
export type ExportedItem<Facts extends ItemSource = ItemFacts> = Copy & {
  readonly facts: Facts
  /** Bytes of the RFC 5322 message. */
  readonly messageSize: number
  /** The message, where it is in memory already; what `openMessage` gives. */
  readonly message: Buffer | null
  readonly openMessage: () => AsyncIterable<Buffer>
  /** The decoded bytes of an attachment, from 1. */
  readonly openAttachment: (number: number) => AsyncIterable<Buffer>
}

/** A file of the package. Its digest and size are taken as it is written. */
export type PackageFile = {
  /** With `/`, ASCII but for what people named; never absolute, no `..`, no control characters. */
  readonly path: string
  readonly content: Buffer | AsyncIterable<Buffer>
  /** The copies that this file is, or that are in it; [] for what belongs to none. */
  readonly ordinals: readonly number[]
  /**
   * `joined`: what several units give for this path is one file of the package, in the order of the units; what one
   * unit gives is a part of it. It is of no copies: `ordinals` is empty.
   */
  readonly joined?: true
  /** It has the messages of its copies, byte for byte (in an mbox file, quoted). */
  readonly messages?: true
}

/** A copy that could not be read, by its ordinal. It is in no file of its unit, whatever the files said before. */
export type UnwrittenItem = { readonly failed: number; readonly reason: ErrorCode }

/** What a unit of an export is written by. */
export type WriterSetting = {
  /** IANA time zone that days are counted in. */
  readonly timeZone: string
  /** From 1, in the order of the package. */
  readonly unit: number
  /** Which unit of its folder, or of its conversation's day, this is, from 1, and of how many. */
  readonly part: number
  readonly parts: number
  /** RSMF: each message lies beside the slice that it is an event of. */
  readonly natives: boolean
  /** An archive of invented people and traffic; what it gives says so. */
  readonly demonstration: boolean
}

/**
 * Writes one unit of an export: the same items give the same bytes. A copy that cannot be read is told of, at the
 * latest after the file that it would have been in, and costs only itself; what a later try may mend is thrown.
 */
export type FormatWriter<Facts extends ItemSource = ItemFacts> = (
  items: readonly ExportedItem<Facts>[],
  setting: WriterSetting,
) => AsyncIterable<PackageFile | UnwrittenItem>
