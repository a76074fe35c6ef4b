/**
 * Seals the new items of a batch: the message is made, original and message go into vault objects under a key of the
 * item's own. Small items share one object; an item with streamed parts gets an object of its own, and memory stays
 * flat. Objects have fresh names at each attempt, so a killed attempt leaves only an orphan.
 */
import type { Keyring } from '../keyring/keyring.ts'
import { streamMessage, writeMessage } from '../message/message.ts'
import { readContent } from '../staging/staging.ts'
import type { Storage } from '../storage/storage.ts'
import { createVaultObject, type SealedItem, sealLarge } from '../vault/vault.ts'
import type { ReadItem, StagedContents } from './read-batch.ts'

export type Sealed = {
  readonly objectName: string
  readonly sealed: SealedItem
  readonly wrappedKey: Buffer
}

export type SealedBatch = {
  /** One for each item given, in the same order. */
  readonly items: readonly Sealed[]
  /** In the order in which their items' leaves form the batch's tree. */
  readonly objects: readonly { readonly name: string; readonly items: number; readonly bytes: number }[]
  readonly leaves: readonly Buffer[]
}

type SealContext = { readonly storage: Storage; readonly keyring: Keyring; readonly contents: StagedContents }

/** Seals `items`; durable when it resolves. */
export async function sealItems(items: readonly ReadItem[], context: SealContext): Promise<SealedBatch> {
  const sealed = new Map<ReadItem, Sealed>()
  const objects: { name: string; items: number; bytes: number }[] = []
  const leaves: Buffer[] = []
  const small = items.filter(item => !isStreamed(item, context.contents))
  if (small.length > 0) {
    const object = createVaultObject()
    const parts = small.map(item => {
      const key = context.keyring.newItemKey()
      const message = item.isRead && item.facts.form === 'record' ? writeMessage(item.facts, item.id) : null
      return { item, key, part: object.add(item.id, key, item.raw.bytes, message) }
    })
    const { name, bytes } = await object.finish(context.storage)
    objects.push({ name, items: parts.length, bytes })
    for (const { item, key, part } of parts) {
      sealed.set(item, { objectName: name, sealed: part, wrappedKey: key.wrapped })
      leaves.push(part.leaf)
    }
  }
  for (const item of items) {
    if (!isStreamed(item, context.contents)) continue
    const key = context.keyring.newItemKey()
    const { name, bytes, sealed: part } = await sealStreamed(item, key, context)
    objects.push({ name, items: 1, bytes })
    sealed.set(item, { objectName: name, sealed: part, wrappedKey: key.wrapped })
    leaves.push(part.leaf)
  }
  return { items: items.map(item => sealed.get(item)!), objects, leaves }
}

/** True if the item has bytes that are staged apart from its page; what never came is not waited for. */
function isStreamed({ raw, facts, isRead }: ReadItem, contents: StagedContents): boolean {
  if (raw.contentId !== null) {
    const content = contents[raw.contentId]
    return content !== undefined && !('failure' in content)
  }
  return isRead && facts.attachments.some(attachment => attachment.content === null)
}

function sealStreamed(item: ReadItem, key: ReturnType<Keyring['newItemKey']>, context: SealContext) {
  const open = (contentId: string) => {
    const content = context.contents[contentId]
    if (!content || 'failure' in content) throw new Error('a content that was read is not staged')
    return readContent(context.storage, context.keyring, content.name)
  }
  if (item.raw.contentId !== null)
    return sealLarge(context.storage, item.id, key, { chunks: open(item.raw.contentId) }, null)
  const message = streamMessage(item.facts, item.id, open)
  return sealLarge(
    context.storage,
    item.id,
    key,
    { chunks: once(item.raw.bytes) },
    { chunks: message.chunks },
  )
}

async function* once(bytes: Buffer): AsyncIterable<Buffer> {
  yield bytes
}
