/**
 * Object storage: named, immutable byte strings. The vault, the staging area and the audit checkpoints stand on it.
 *
 * What an implementation promises (`testing/storage-conformance.ts` holds every one to it):
 * - `put` is atomic and durable. When it resolves, the bytes survive a power failure; until then no reader sees any
 *   of them, and when it rejects nothing is left behind under the name.
 * - Nothing is ever overwritten. Putting the same bytes under the same name again is no error (a repeat after a lost
 *   answer), putting others is STORAGE_EXISTS.
 * - Content streams both ways in bounded memory; ranges past the end are cut, not refused.
 * - Names are plain: STORAGE_NAME_INVALID otherwise, so no name can leave the storage's root.
 * - A tier changes what an object costs, never its bytes or how they are read; no tier is asked for that is offline.
 * - An error thrown by the content itself passes through as it is; the storage's own failures are STORAGE_FAILED,
 *   which is worth trying again, or STORAGE_MISSING, which is not.
 */
export { openAzureStorage } from './azure.ts'
export { blocksOf } from './blocks.ts'
export { openFileStorage } from './file.ts'

/** What access costs and how fast it is differ; both are online: a read needs no waiting. */
export type StorageTier = 'hot' | 'cool' | 'cold'

export type StoredObject = { readonly name: string; readonly size: number; readonly changedAt: Date }

export type Storage = {
  /**
   * Stores `content` under `name`; resolves to its size in bytes once it is durable.
   * @throws STORAGE_EXISTS if the name holds other bytes, STORAGE_FAILED, STORAGE_NAME_INVALID
   */
  put(name: string, content: Buffer | AsyncIterable<Buffer>): Promise<number>
  /**
   * The bytes from `offset` (default 0), at most `length` of them (default: to the end), in memory. Shorter than
   * asked when the object ends first.
   * @throws STORAGE_MISSING, STORAGE_FAILED
   */
  read(name: string, offset?: number, length?: number): Promise<Buffer>
  /** As `read`, in pieces of the storage's choosing. Each piece is the caller's to keep. */
  stream(name: string, offset?: number, length?: number): AsyncIterable<Buffer>
  /** Size in bytes, or null if there is no such object. */
  size(name: string): Promise<number | null>
  /** Removes the object; one that is not there is fine. */
  remove(name: string): Promise<void>
  /** Every object whose name starts with `prefix`, in order of name. What changes meanwhile may or may not show. */
  list(prefix: string): AsyncIterable<StoredObject>
  /** True if its objects have tiers. */
  readonly hasTiers: boolean
  /**
   * Moves the object to a tier; where there are none, nothing happens.
   * @throws STORAGE_MISSING, STORAGE_FAILED, which is also what an account answers that has no such tier
   */
  setTier(name: string, tier: StorageTier): Promise<void>
  /**
   * The object's tier, `offline` where somebody has moved it to one that cannot be read; null where there are none.
   * @throws STORAGE_MISSING, STORAGE_FAILED
   */
  tierOf(name: string): Promise<StorageTier | 'offline' | null>
}
