/**
 * The second half of a verification: that each message in the package is the one that was archived. The leaf of each
 * copy is made from its bytes; then the proofs are read, in the order of batches, and each item's leaf is shown to be
 * in its batch, or not.
 */
import { judgeItem, leafOfItem } from '../audit/audit.ts'
import { hasCode } from '../errors.ts'
import { keyedTable, rows } from './keyed-table.ts'
import { type MboxReader, readMbox } from './mbox-reader.ts'
import type { Findings } from './package-finding.ts'
import { ITEMS_FILE, PROOF_FILES } from './package-layout.ts'
import { readLines } from './package-lines.ts'
import { copyShape, hashesOf, type PackageCopy, type PackageManifest, placeShape } from './package-shape.ts'
import type { PackageEntry, PackageZip } from './package-zip.ts'
import type { FileDigests, FixedEntries } from './verify-files.ts'

/** A batch as the log has it. */
export type ProvedBatch = { readonly root: Buffer; readonly items: number; readonly archivedAt: Date }

/** What became of a copy. `archived`: its message is not in the package, so that nothing is said of what it was. */
type CopyState = 'unchanged' | 'archived' | 'changed' | 'unproven' | 'failed'

export type CopyVerdict = {
  readonly ordinal: number
  readonly itemId: string
  readonly path: string | null
  readonly archivedAt: Date | null
  readonly state: CopyState
}

export type ItemsVerdict = {
  readonly states: Readonly<Record<CopyState, number>>
  /** Of the items proved: when the first and the last were archived. */
  readonly archived: { readonly from: Date; readonly to: Date } | null
}

type Written = Extract<PackageCopy, { state: 'written' }>
type Table = ReturnType<typeof keyedTable>
type Rows = ReturnType<typeof rows>

/** A row of an item: its leaf as its first copy gives it, when it was archived (ms, once proved), what became of it. */
const AT = 32
const PROOF = 40
const ITEM_ROW = 41
/** `PROVED_APART`: not the first copy's leaf, but that of one that differs from it. */
const [NO_PROOF, PROVED, REFUTED, PROVED_APART] = [0, 1, 2, 3]
/** A row of a copy: what its bytes say, before the proofs are read. */
const [WITH_MESSAGE, WITHOUT_MESSAGE, CHANGED, FAILED] = [0, 1, 2, 3]
/** Copies that differ from the first of their item are few, or the package is not worth telling apart. */
const APART_MAX = 10_000
const FURTHER_MAX = 1_000

type Held = {
  readonly ids: Table
  readonly items: Rows
  readonly copies: Rows
  /** Copies of an item with another leaf than its first copy: one of them was changed. */
  readonly apart: Map<number, Map<number, Buffer>>
}

export async function checkItems(
  zip: PackageZip,
  entries: FixedEntries,
  files: FileDigests,
  manifest: PackageManifest,
  batches: ReadonlyMap<number, ProvedBatch>,
  findings: Findings,
  onCopy: ((copy: CopyVerdict) => void | Promise<void>) | null,
): Promise<ItemsVerdict> {
  const held: Held = { ids: keyedTable(), items: rows(ITEM_ROW), copies: rows(1), apart: new Map() }
  const list = entries.fixed.get(ITEMS_FILE)
  const states = { unchanged: 0, archived: 0, changed: 0, unproven: 0, failed: 0 }
  if (!list) {
    findings.add('FILE_MISSING', ITEMS_FILE, 'is not in the package')
    return { states, archived: null }
  }
  try {
    await readCopies(zip, list, entries, files, manifest, held, findings)
  } catch (error) {
    if (!hasCode(error, 'PACKAGE_INVALID')) throw error
    findings.add('FILE_CHANGED', ITEMS_FILE, error.message)
    return { states, archived: null }
  }
  await readPlaces(zip, entries.fixed.get(PROOF_FILES.items), batches, held, findings)
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for await (const copy of readLines(ITEMS_FILE, zip.read(list), copyShape)) {
    const verdict = verdictOf(copy, held)
    states[verdict.state]++
    const at = verdict.archivedAt?.getTime()
    if (at !== undefined) [from, to] = [Math.min(from, at), Math.max(to, at)]
    report(verdict, findings)
    await onCopy?.(verdict)
  }
  return { states, archived: from <= to ? { from: new Date(from), to: new Date(to) } : null }
}

/** Makes the leaf of each copy from the package's bytes, and counts the lines against the manifest. */
async function readCopies(
  zip: PackageZip,
  list: PackageEntry,
  { mboxes }: FixedEntries,
  files: FileDigests,
  { counts, export: about }: PackageManifest,
  held: Held,
  findings: Findings,
): Promise<void> {
  const lines = { match: { written: 0, failed: 0 }, context: { written: 0, failed: 0 } }
  const mbox = about.format === 'mbox' ? mboxMessages(zip, mboxes, findings) : null
  const expected = counts.matched.copies + counts.context.copies
  for await (const copy of readLines(ITEMS_FILE, zip.read(list), copyShape)) {
    if (copy.ordinal !== held.copies.length + 1) {
      findings.add(
        'COUNTS_DIFFER',
        ITEMS_FILE,
        `no. ${copy.ordinal} stands where ${held.copies.length + 1} should`,
      )
      break
    }
    if (held.copies.length >= expected) {
      findings.add('COUNTS_DIFFER', ITEMS_FILE, 'has more copies than the manifest says')
      break
    }
    lines[copy.grade][copy.state]++
    if (copy.state === 'failed') held.copies.push(Buffer.of(FAILED))
    else held.copies.push(Buffer.of(holdCopy(copy, await digestOf(copy, files, mbox), files, held)))
  }
  await mbox?.close()
  for (const [grade, counted] of [['match', counts.matched] as const, ['context', counts.context] as const]) {
    const { written, failed } = lines[grade]
    if (counted.copies !== counted.exported + counted.failed + counted.suppressed)
      findings.add('COUNTS_DIFFER', 'manifest.json', `the counts of ${grade} do not add up`)
    if (written !== counted.exported || failed !== counted.failed)
      findings.add(
        'COUNTS_DIFFER',
        ITEMS_FILE,
        `${written} written and ${failed} failed of ${grade}; the manifest says ${counted.exported} and ${counted.failed}`,
      )
  }
}

/** The digest of the message as it is in the package: null if it should be there and is not, or is not whole. */
async function digestOf(
  copy: Written,
  files: FileDigests,
  mbox: ReturnType<typeof mboxMessages> | null,
): Promise<Buffer | null> {
  if (copy.message === null) return Buffer.from(copy.messageSha256, 'hex')
  return mbox ? mbox.next(copy.message, copy.messageSize) : files.digestOf(copy.message)
}

/** Notes the leaf that a copy gives its item; answers what its bytes say. */
function holdCopy(copy: Written, digest: Buffer | null, files: FileDigests, held: Held): number {
  const { number, isNew } = held.ids.add(copy.itemId)
  const leaf =
    digest &&
    leafOfItem({
      itemId: copy.itemId,
      blind: Buffer.from(copy.blind, 'base64'),
      originalDigest: Buffer.from(copy.originalSha256, 'hex'),
      messageDigest: digest,
    })
  if (isNew) {
    const row = Buffer.alloc(ITEM_ROW)
    if (leaf) row.set(leaf)
    held.items.push(row)
  }
  const shown = copy.path === null || files.digestOf(copy.path) !== null
  if (!leaf || !shown || digest.toString('hex') !== copy.messageSha256) return CHANGED
  const row = held.items.at(number)
  // Where the first copy had no bytes, this one speaks for the item.
  if (isBlank(row)) row.set(leaf)
  else if (!row.subarray(0, AT).equals(leaf)) {
    const others = held.apart.get(number) ?? new Map<number, Buffer>()
    if (held.apart.size >= APART_MAX || others.size >= APART_MAX) return CHANGED
    held.apart.set(number, others.set(copy.ordinal, leaf))
  }
  return copy.message === null ? WITHOUT_MESSAGE : WITH_MESSAGE
}

const isBlank = (row: Buffer): boolean => row.subarray(0, AT).every(byte => byte === 0)

/** Reads each mbox file once, its messages in the order in which they are asked for. */
function mboxMessages(zip: PackageZip, mboxes: FixedEntries['mboxes'], findings: Findings) {
  let open: { readonly path: string; readonly reader: MboxReader } | null = null
  const close = async () => {
    if (open && (await open.reader.more().catch(() => false)))
      findings.add('COUNTS_DIFFER', open.path, 'has more messages than are listed')
    await open?.reader.close()
    open = null
  }
  return {
    close,
    next: async (path: string, size: number): Promise<Buffer | null> => {
      const entry = mboxes.get(path)
      if (!entry) return null
      if (open?.path !== path) {
        await close()
        open = { path, reader: readMbox(zip.read(entry)) }
      }
      try {
        const message = await open!.reader.next(size)
        return message?.whole ? message.digest : null
      } catch (error) {
        if (hasCode(error, 'PACKAGE_INVALID')) return null
        throw error
      }
    },
  }
}

/** Reads the proofs of items, and judges each. */
async function readPlaces(
  zip: PackageZip,
  entry: PackageEntry | undefined,
  batches: ReadonlyMap<number, ProvedBatch>,
  held: Held,
  findings: Findings,
): Promise<void> {
  if (!entry) return findings.add('FILE_MISSING', PROOF_FILES.items, 'is not in the package')
  let lines = 0
  try {
    for await (const { item, batch, index, path } of readLines(
      PROOF_FILES.items,
      zip.read(entry),
      placeShape,
    )) {
      // There is one for each item; what goes on and on after that is not read.
      if (++lines > held.items.length + FURTHER_MAX)
        return findings.add('ITEM_UNKNOWN', PROOF_FILES.items, 'has more lines than the package has items')
      const number = held.ids.find(item)
      const row = number === -1 ? null : held.items.at(number)
      if (row === null || row[PROOF] !== NO_PROOF) {
        findings.add('ITEM_UNKNOWN', `item ${item}`, row ? 'has a second proof' : 'is not in the package')
        continue
      }
      const proved = batches.get(batch)
      if (!proved) continue
      const place = { index, count: proved.items, path: hashesOf(path), root: proved.root }
      row[PROOF] = judgeItem(row.subarray(0, AT), place) ? PROVED : REFUTED
      row.writeDoubleLE(proved.archivedAt.getTime(), AT)
      judgeApart(number, place, held)
    }
  } catch (error) {
    if (!hasCode(error, 'PACKAGE_INVALID')) throw error
    findings.add('PROOF_UNREADABLE', PROOF_FILES.items, error.message)
  }
}

/** Where copies of an item differ, each is judged by itself. */
function judgeApart(number: number, place: Parameters<typeof judgeItem>[1], held: Held): void {
  for (const [ordinal, leaf] of held.apart.get(number) ?? []) {
    const row = held.items.at(number)
    if (!judgeItem(leaf, place)) held.copies.at(ordinal - 1)[0] = CHANGED
    else if (row[PROOF] === REFUTED) row[PROOF] = PROVED_APART
  }
}

function verdictOf(copy: PackageCopy, { ids, items, copies, apart }: Held): CopyVerdict {
  const { ordinal, itemId } = copy
  const path = copy.state === 'written' ? copy.path : null
  const bytes = ordinal <= copies.length ? copies.at(ordinal - 1)[0]! : FAILED
  const number = ids.find(itemId)
  const row = number === -1 ? null : items.at(number)
  if (bytes === FAILED || row === null) return { ordinal, itemId, path, archivedAt: null, state: 'failed' }
  const isApart = apart.get(number)?.has(ordinal) ?? false
  const state = stateOf(bytes, row[PROOF]!, isApart)
  const proved = state === 'unchanged' || state === 'archived'
  return { ordinal, itemId, path, archivedAt: proved ? new Date(row.readDoubleLE(AT)) : null, state }
}

function stateOf(bytes: number, proof: number, isApart: boolean): CopyState {
  if (bytes === CHANGED || proof === REFUTED || (proof === PROVED_APART && !isApart)) return 'changed'
  if (proof === NO_PROOF) return 'unproven'
  return bytes === WITH_MESSAGE ? 'unchanged' : 'archived'
}

function report({ ordinal, itemId, path, state }: CopyVerdict, findings: Findings): void {
  const where = path ?? `item ${itemId}`
  const which = `no. ${ordinal}, item ${itemId}`
  if (state === 'changed')
    findings.add('ITEM_CHANGED', where, `${which}: is not as it was when it was archived`)
  if (state === 'unproven') findings.add('ITEM_UNPROVEN', where, `${which}: the package has no proof of it`)
}
