/**
 * Reads a staged batch back into items: each raw item becomes facts and an id, or is set aside with its reason.
 * A poison item costs only itself. Large e-mails are read from their staged content as a stream.
 */
import type { KeyObject } from 'node:crypto'
import { hash } from 'node:crypto'
import { HoldfastError } from '../errors.ts'
import type { Keyring } from '../keyring/keyring.ts'
import {
  type ItemFacts,
  itemId,
  readEmail,
  readLargeEmail,
  readRecord,
  sourceKey,
} from '../message/message.ts'
import type { RawItem } from '../source/source.ts'
import { readContent } from '../staging/staging.ts'
import type { Storage } from '../storage/storage.ts'
import type { FailureReason } from './outcome.ts'

/** A content that was streamed into staging, or why it is not there. */
export type StagedContent =
  | { readonly name: string; readonly size: number; readonly digest: string /* SHA-256, sealed, base64 */ }
  | { readonly failure: 'item-too-large' | 'content-missing' }

export type StagedContents = Readonly<Record<string, StagedContent>>

export type ReadItem = {
  readonly id: Buffer
  readonly sourceKey: Buffer
  readonly raw: RawItem
  /** What was read; of an item that could not be read, a bare stand-in that only carries its times and ids. */
  readonly facts: ItemFacts
  /** False where `facts` is such a stand-in. */
  readonly isRead: boolean
  readonly failure: FailureReason | null
}

type ReadContext = {
  readonly storage: Storage
  readonly keyring: Keyring
  /** The source's account: part of every item's identity, so that a connector added again doubles nothing. */
  readonly accountId: string
  /** The product's network, for items that do not name theirs. */
  readonly network: string
  readonly contents: StagedContents
}

/** Reads every raw item; the answer has the same length and order. */
export async function readItems(raws: readonly RawItem[], context: ReadContext): Promise<ReadItem[]> {
  const identityKey = context.keyring.purposeKey('identity')
  const items: ReadItem[] = []
  for (const raw of raws) {
    try {
      const facts = await readFacts(raw, context)
      items.push(identify(raw, facts, null, identityKey, context.accountId))
    } catch (error) {
      items.push(setAside(raw, failureOf(error), identityKey, context.accountId))
    }
  }
  return items
}

/**
 * An item that was read, but may not be taken: whole and sealed like any other, and filed aside. Its id is another than
 * if it were taken, so that it arrives when it is collected again after the reason has gone.
 */
export function exclude(
  item: ReadItem,
  reason: FailureReason,
  identityKey: KeyObject,
  accountId: string,
): ReadItem {
  const marked = { ...item.facts, text: `set aside: ${reason} ${item.facts.text}` }
  return { ...item, id: itemId(identityKey, accountId, marked), failure: reason }
}

/** An item that cannot be read: sealed as received, with an id of its own that a repeat finds again. */
export function setAside(
  raw: RawItem,
  reason: FailureReason,
  identityKey: KeyObject,
  accountId: string,
): ReadItem {
  const facts: ItemFacts = {
    form: raw.form === 'email' ? 'email' : 'record',
    network: raw.network,
    sourceItemId: raw.sourceItemId,
    kind: 'event',
    direction: null,
    sentAt: null,
    sentAtAsReceived: '',
    arrivedAt: raw.arrivedAt,
    participants: [],
    subject: '',
    // Stands for the content, so that equal bytes set aside for the same reason are one item; only hashed, never shown.
    text: `set aside: ${reason} ${raw.contentId ?? ''} ${hash('sha256', raw.bytes, 'hex')}`,
    groupId: null,
    groupName: null,
    threadId: null,
    call: null,
    attachments: [],
    amendment: null,
    flags: [],
  }
  return identify(raw, facts, reason, identityKey, accountId)
}

function identify(
  raw: RawItem,
  facts: ItemFacts,
  failure: FailureReason | null,
  identityKey: KeyObject,
  accountId: string,
): ReadItem {
  return {
    id: itemId(identityKey, accountId, facts),
    sourceKey: sourceKey(identityKey, accountId, facts.network, facts.sourceItemId),
    raw,
    facts,
    isRead: failure === null,
    failure,
  }
}

async function readFacts(raw: RawItem, context: ReadContext): Promise<ItemFacts> {
  const about = {
    network: raw.network || context.network,
    arrivedAt: raw.arrivedAt,
    sourceItemId: raw.sourceItemId,
  }
  if (raw.form === 'broken')
    throw new HoldfastError('ITEM_UNREADABLE', 'the record could not be split from its page')
  if (raw.form === 'record') {
    const facts = readRecord(raw.bytes, about, digestsOf(context))
    for (const { content, contentId } of facts.attachments)
      if (content === null && contentId !== null) requireStaged(context.contents, contentId)
    return facts
  }
  if (raw.contentId === null) return readEmail(raw.bytes, about)
  const { name } = requireStaged(context.contents, raw.contentId)
  return readLargeEmail(readContent(context.storage, context.keyring, name), about)
}

/** The staged content of this id; the reason why it is not there goes up as the item's failure. */
function requireStaged(contents: StagedContents, contentId: string): { readonly name: string } {
  const content = contents[contentId]
  if (!content) throw new ContentFailure('content-missing')
  if ('failure' in content) throw new ContentFailure(content.failure)
  return content
}

class ContentFailure extends Error {
  readonly reason: 'item-too-large' | 'content-missing'
  constructor(reason: 'item-too-large' | 'content-missing') {
    super(reason)
    this.reason = reason
  }
}

function digestsOf({ contents, keyring }: ReadContext): Map<string, { size: number; sha256: Buffer }> {
  const found = new Map<string, { size: number; sha256: Buffer }>()
  for (const [contentId, content] of Object.entries(contents))
    if (!('failure' in content))
      found.set(contentId, { size: content.size, sha256: openDigest(keyring, content.name, content.digest) })
  return found
}

/** A content's digest for its batch's row: sealed, since an unkeyed digest in the open could be guessed from. */
export function sealDigest(keyring: Keyring, name: string, sha256: Buffer): string {
  return keyring.seal('staging', sha256, name).toString('base64')
}

function openDigest(keyring: Keyring, name: string, digest: string): Buffer {
  return keyring.open('staging', Buffer.from(digest, 'base64'), name)
}

/** What went wrong, as a reason. What is not the item's fault (storage, database) goes up, and the batch is retried. */
function failureOf(error: unknown): FailureReason {
  if (error instanceof ContentFailure) return error.reason
  if (error instanceof HoldfastError && error.code !== 'ITEM_UNREADABLE') throw error
  return 'unreadable'
}
