/** What a format writer is given and what it gives. Types only. */
import type { Direction, ItemFacts, ItemKind, Participant } from '../message/message.ts'

/** How a package says what it holds: messages, messages in one file, conversations, a load file, or tables alone. */
export const EXPORT_FORMATS = ['eml', 'mbox', 'rsmf', 'dat', 'table'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** A copy of an item that is to be written: an item has one for each mailbox, unless duplicates are suppressed. */
export type ExportedItem = {
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
  readonly participants: readonly Participant[]
  readonly facts: ItemFacts
  /** Bytes of the RFC 5322 message. */
  readonly messageSize: number
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
}

/** What all units of an export are written by. */
export type WriterSetting = {
  /** IANA time zone that days are counted in. */
  readonly timeZone: string
}

/**
 * Writes one unit of an export: the same items give the same bytes. An item that cannot be written throws before its
 * file is given; it is itemised as failed, and the unit is written without it.
 */
export type FormatWriter = (
  items: readonly ExportedItem[],
  setting: WriterSetting,
) => AsyncIterable<PackageFile>
