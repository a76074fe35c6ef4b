/**
 * Re-reads everything: every vault object against its rows, every byte through its authentication tag, every item's
 * leaf, every batch's root against what the audit log says of it, every run's counts against its items, and that each
 * item is filed and indexed. Memory does not grow with the archive.
 */
import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { leafHash, readEntries, rootOf } from '../audit/audit.ts'
import { HoldfastError, hasCode } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { formatItemId, type ItemFacts } from '../message/message.ts'
import { participantsJson, readSealed, type SealedRow } from '../pipeline/pipeline.ts'
import type { Storage } from '../storage/storage.ts'
import {
  type FooterItem,
  holdObject,
  leafOf,
  readFooter,
  readPart,
  type VaultLocation,
  vaultObjectName,
} from '../vault/vault.ts'
import { checkDisposals, tombstonesOf } from './fsck-disposal.ts'
import { checkFilings, checkRows } from './fsck-rows.ts'

export type FsckFinding = {
  readonly code:
    | 'object-missing'
    | 'object-damaged'
    | 'object-unknown'
    | 'item-missing'
    | 'item-differs'
    | 'item-damaged'
    | 'item-unsealed'
    | 'batch-root'
    | 'batch-entry'
    | 'batch-missing'
    | 'run-counts'
    | 'filing-counts'
    | 'not-filed'
    | 'not-indexed'
    | 'entry-without-item'
    | 'disposed-kept'
    | 'disposal-missing'
    | 'disposal-differs'
  /** The object, item, batch or run it is about. */
  readonly subject: string
  readonly message: string
  /** False for what is worth knowing but no damage: an object that a killed attempt left behind in the last days. */
  readonly broken: boolean
}

export type FsckReport = {
  readonly objects: number
  readonly items: number
  readonly bytes: number
  readonly findings: readonly FsckFinding[]
}

type ItemRow = SealedRow & {
  leaf: Buffer
  state: string
  kind: string
  direction: string | null
  sent_at: Date | null
  participants: unknown
  attachments: number
}

const PAGE = 1000
/** The janitor removes the objects of killed attempts at this age; a day more, since it comes round every few hours. */
const ORPHAN_AGE = 8 * 24 * 3_600_000

/** Checks the whole archive; `onProgress` is told of objects done. Findings are returned, not thrown. */
export async function checkEverything(
  ground: Ground,
  onProgress: (objects: number) => void = () => {},
): Promise<FsckReport> {
  const findings: FsckFinding[] = []
  const report: Report = (code, subject, message, broken = true) => {
    findings.push({ code, subject, message, broken })
  }
  const total = { objects: 0, items: 0, bytes: 0 }
  const recorded = await recordedRoots(ground)
  let after = -1
  for (;;) {
    const batches = await ground.database.query<{ batch_id: number; merkle_root: Buffer | null }>(
      'select batch_id, merkle_root from batch where batch_id > $1 and filed_at is not null order by batch_id limit $2',
      [after, PAGE],
    )
    for (const batch of batches) {
      // A batch that was filed since the log was read has its entry there by now.
      const root = recorded.get(batch.batch_id) ?? (await recordedRoot(ground, batch.batch_id))
      await checkBatch(ground, batch.batch_id, batch.merkle_root, root, report, total)
      recorded.delete(batch.batch_id)
      onProgress(total.objects)
    }
    const last = batches.at(-1)
    if (!last) break
    after = last.batch_id
  }
  // What is left was filed by the log, while no batch was seen. Filed since the list was read, or its row is gone.
  for (const batchId of recorded.keys()) await checkGone(ground, batchId, report)
  await checkRows(ground, report)
  await checkFilings(ground, report)
  await checkStrays(ground, report)
  await checkStaged(ground, report)
  await checkDisposals(ground, report)
  return { ...total, findings }
}

export type Report = (code: FsckFinding['code'], subject: string, message: string, broken?: boolean) => void
type Total = { objects: number; items: number; bytes: number }

/** What the audit log says the root of each batch is, in hex. Some forty bytes a batch of a thousand items. */
async function recordedRoots(ground: Ground): Promise<Map<number, string>> {
  const roots = new Map<number, string>()
  let after: string | undefined
  for (;;) {
    const page = await readEntries(ground.database, {
      act: 'batch.file',
      limit: PAGE,
      ...(after ? { after } : {}),
    })
    for (const { subject, detail } of page.entries)
      roots.set(Number(subject.slice('batch:'.length)), String(detail.merkleRoot))
    if (page.next === null) return roots
    after = page.next
  }
}

async function recordedRoot(ground: Ground, batchId: number): Promise<string | undefined> {
  const subject = `batch:${batchId}`
  const { entries } = await readEntries(ground.database, { act: 'batch.file', subject, limit: 1 })
  return entries[0] && String(entries[0].detail.merkleRoot)
}

async function checkGone(ground: Ground, batchId: number, report: Report): Promise<void> {
  const rows = await ground.database.query('select from batch where batch_id = $1 and filed_at is not null', [
    batchId,
  ])
  if (rows.length === 0)
    report(
      'batch-missing',
      `batch:${batchId}`,
      'the audit log says that it was filed, and it has no such row',
    )
}

async function checkBatch(
  ground: Ground,
  batchId: number,
  root: Buffer | null,
  recorded: string | undefined,
  report: Report,
  total: Total,
): Promise<void> {
  const objects = await ground.database.query<{ object_id: string; is_emptied: boolean }>(
    'select object_id, items_gone = items as is_emptied from vault_object where batch_id = $1 order by ordinal',
    [batchId],
  )
  const tombstones = await tombstonesOf(ground, batchId)
  const leaves: Buffer[] = []
  for (const { object_id: objectId, is_emptied: isEmptied } of objects) {
    const name = vaultObjectName(objectId)
    if (isEmptied) {
      // The object is gone, or about to go: what it held is told by the tombstones.
      const gone = [...tombstones.values()].filter(each => each.vault_object === objectId)
      leaves.push(...gone.map(each => leafHash(each.leaf)))
      continue
    }
    total.objects++
    let storage: Storage
    let footer: FooterItem[]
    try {
      storage = await holdObject(ground.storage, name)
      footer = await readFooter(storage, name)
    } catch (error) {
      report(codeOfObject(error), name, messageOf(error))
      continue
    }
    const rows = await ground.database.query<ItemRow>(
      `select item_id, vault_object, vault_offset, original_size, message_size, item_key, leaf, state, kind, direction,
         sent_at, arrived_at, participants, attachments
       from item where item_id = any($1::uuid[])`,
      [footer.map(item => formatItemId(item.itemId))],
    )
    const byId = new Map(rows.map(row => [row.item_id, row]))
    for (const item of footer) {
      leaves.push(leafHash(item.leaf))
      total.items++
      const row = byId.get(formatItemId(item.itemId))
      const tombstone = tombstones.get(formatItemId(item.itemId))
      if (!row && tombstone) {
        if (tombstone.vault_object !== objectId || !tombstone.leaf.equals(item.leaf))
          report('item-differs', formatItemId(item.itemId), `its tombstone and ${name} do not say the same`)
      } else if (!row)
        report('item-missing', formatItemId(item.itemId), `is sealed in ${name} but has no row`)
      else total.bytes += await checkItem(ground, storage, name, objectId, item, row, report)
    }
  }
  if (root && !rootOf(leaves).equals(root))
    report('batch-root', `batch:${batchId}`, 'the leaves of its items do not make the root in its row')
  if (recorded === undefined || recorded !== root?.toString('hex'))
    report('batch-entry', `batch:${batchId}`, 'the audit log has no entry with the root in its row')
}

/** Checks one item's row and bytes; returns how many bytes were read. */
async function checkItem(
  ground: Ground,
  storage: Storage,
  name: string,
  objectId: string,
  item: FooterItem,
  row: ItemRow,
  report: Report,
): Promise<number> {
  if (
    row.vault_object !== objectId ||
    row.vault_offset !== item.offset ||
    row.original_size !== item.originalSize ||
    row.message_size !== item.messageSize ||
    !row.leaf.equals(item.leaf)
  ) {
    report('item-differs', row.item_id, `its row and ${name} do not say the same`)
    return 0
  }
  try {
    const key = ground.keyring.unwrapItemKey(row.item_key)
    const location = { ...item, name }
    const original = await digest(storage, location, item.itemId, key, 'original')
    const message =
      item.messageSize === null ? original : await digest(storage, location, item.itemId, key, 'message')
    if (!leafOf(item.itemId, key, original, message).equals(item.leaf))
      report('item-damaged', row.item_id, 'its content does not make its leaf')
    else if (row.state !== 'quarantined' && !saysTheSame(row, await readSealed(ground, storage, row)))
      report('item-differs', row.item_id, 'its row does not say what its original says')
  } catch (error) {
    report(
      error instanceof HoldfastError && error.code === 'MASTER_KEY_WRONG' ? 'item-unsealed' : 'item-damaged',
      row.item_id,
      messageOf(error),
    )
  }
  return item.originalSize + (item.messageSize ?? 0)
}

/** Whether the readable metadata are those of the original: nobody may re-date an item or change its parties. */
function saysTheSame(row: ItemRow, facts: ItemFacts): boolean {
  return (
    row.kind === facts.kind &&
    row.direction === facts.direction &&
    (row.sent_at?.getTime() ?? null) === (facts.sentAt?.getTime() ?? null) &&
    row.attachments === Math.min(facts.attachments.length, 32767) &&
    isDeepStrictEqual(row.participants, JSON.parse(participantsJson(facts.participants)))
  )
}

/** SHA-256 of a part as it is read, so that a recording of any size is checked in little memory. */
async function digest(
  storage: Storage,
  location: VaultLocation,
  itemId: Buffer,
  key: ReturnType<Ground['keyring']['unwrapItemKey']>,
  part: 'original' | 'message',
): Promise<Buffer> {
  const running = createHash('sha256')
  for await (const chunk of readPart(storage, location, itemId, key, part)) running.update(chunk)
  return running.digest()
}

/** What is staged and not yet filed is the only copy of it here. */
async function checkStaged(ground: Ground, report: Report): Promise<void> {
  const waiting = `select batch_id, staging_object, contents from batch
    where staging_object is not null and filed_at is null`
  type Waiting = { batch_id: number; staging_object: string; contents: Record<string, { name?: string }> }
  for (const batch of await ground.database.query<Waiting>(`${waiting} order by batch_id`))
    for (const name of [
      batch.staging_object,
      ...Object.values(batch.contents).flatMap(each => each.name ?? []),
    ]) {
      if ((await ground.storage.size(name)) !== null) continue
      // Filed in the meantime, it is not needed any more.
      const still = await ground.database.query(`${waiting} and batch_id = $1`, [batch.batch_id])
      if (still.length > 0)
        report('object-missing', name, `batch ${batch.batch_id} is not filed, and this is its only copy`)
    }
}

/** Objects in storage that no row knows. Those of killed attempts go away after seven days; until then they are no damage. */
async function checkStrays(ground: Ground, report: Report): Promise<void> {
  const before = ground.clock.now() - ORPHAN_AGE
  let page: { name: string; changedAt: Date }[] = []
  const flush = async () => {
    const rows = await ground.database.query<{ object_id: string }>(
      'select object_id from vault_object where removed_at is null and object_id = any($1::uuid[])',
      [page.map(({ name }) => name.slice(-32))],
    )
    const known = new Set(rows.map(row => vaultObjectName(row.object_id)))
    for (const { name, changedAt } of page)
      if (!known.has(name))
        report(
          'object-unknown',
          name,
          'no row refers to it: left by a killed attempt, or its rows are gone',
          changedAt.getTime() < before,
        )
    page = []
  }
  for await (const { name, changedAt } of ground.storage.list('vault/')) {
    page.push({ name, changedAt })
    if (page.length === PAGE) await flush()
  }
  if (page.length > 0) await flush()
}

function codeOfObject(error: unknown): FsckFinding['code'] {
  return hasCode(error, 'STORAGE_MISSING') ? 'object-missing' : 'object-damaged'
}

function messageOf(error: unknown): string {
  return error instanceof HoldfastError ? error.message : 'cannot be read'
}
