/**
 * Writes the copies of a segment by the format's writer into bytes of the ZIP, and gathers what the end of the package
 * needs of them: the records of the directory, a line for each copy and for each file, and where stretches of joined
 * files lie.
 */
import { createHash } from 'node:crypto'
import type { BulkItem, FactsReading } from '../archive/archive.ts'
import { HoldfastError } from '../errors.ts'
import { CHUNK_SIZE } from '../keyring/keyring.ts'
import type { ItemSource } from '../message/message.ts'
import { sha256 } from '../sha256.ts'
import { exportedItem, type Load, type LoadedCopy } from './loading.ts'
import type { ExportedItem, FormatWriter, PackageFile, WriterSetting } from './package-file.ts'
import type { SegmentTail } from './segment.ts'
import { createZipWriter } from './zip.ts'

/** Content that is no larger is gathered, and stored with its size before it; larger content streams. */
const GATHERED_MAX = 1024 * 1024

/** A stretch of a segment's body that is a part of a joined file. */
export type Joint = { readonly path: string; readonly start: number; readonly size: number }

/** A file as its line says it. */
export type FileLine = { readonly path: string; readonly size: number; readonly sha256: string }

export type SegmentWriting = {
  /** The segment's body. To be read once, to its end. */
  readonly body: AsyncIterable<Buffer>
  readonly tail: () => SegmentTail
  /** Copies that could not be written, by ordinal, with the code of what is wrong. */
  readonly failed: ReadonlyMap<number, string>
  readonly fileBytes: () => number
}

export type UnitSetting = Pick<WriterSetting, 'timeZone' | 'natives' | 'demonstration'>

/** Writes copies that are whole units; `offset` is how many bytes of the ZIP there are before. */
export function writeUnits<Facts extends ItemSource>(
  writer: FormatWriter<Facts>,
  reading: FactsReading<Facts>,
  load: Load,
  setting: UnitSetting,
  offset: number,
): SegmentWriting {
  const state = createState(offset)
  async function* body() {
    for (const unit of unitsOf(load.copies)) {
      const reads = await load.open(unit, reading)
      yield* writeUnit(state, writer, unit, reads, setting)
      const lines = unit.map(copy => itemLine(state, copy, reads.get(copy.itemId)))
      state.items.push(Buffer.from(lines.join('')))
      state.paths.clear()
      state.messages.clear()
    }
    yield state.rest()
  }
  return { body: body(), tail: () => tailOf(state), failed: state.failed, fileBytes: () => state.fileBytes }
}

/** What ends a ZIP after its files, from how many bytes come before it. */
type Ending = (records: readonly Buffer[], offset: number) => AsyncIterable<Buffer>

/**
 * Writes files that are of no copy, such as lists and proofs. `files` is told the lines of those that are written; with
 * `ending` the ZIP ends with them.
 */
export function writeFiles(
  files: (written: readonly string[]) => AsyncIterable<PackageFile>,
  offset: number,
  ending?: Ending,
): SegmentWriting {
  const state = createState(offset)
  async function* body() {
    for await (const file of files(state.files)) yield* writeFile(state, file)
    if (ending) yield* passing(state, ending(state.zip.directory, state.zip.offset()))
    yield state.rest()
  }
  return { body: body(), tail: () => tailOf(state), failed: state.failed, fileBytes: () => state.fileBytes }
}

function createState(offset: number) {
  let block = Buffer.allocUnsafeSlow(CHUNK_SIZE)
  let filled = 0
  const state = {
    zip: createZipWriter(offset),
    bodySize: 0,
    fileBytes: 0,
    failed: new Map<number, string>(),
    /** Of the unit at hand, by ordinal: where a copy is shown, and where its message is. */
    paths: new Map<number, FileLine>(),
    messages: new Map<number, string>(),
    items: [] as Buffer[],
    files: [] as string[],
    joints: [] as Joint[],
    /** Full blocks that wait to be passed on. */
    ready: [] as Buffer[],
    /** Adds to the body. Pieces are gathered in blocks as they are sealed: each would cost a round through all behind. */
    give(piece: Buffer): void {
      state.bodySize += piece.length
      for (let at = 0; at < piece.length; ) {
        const copied = piece.copy(block, filled, at)
        at += copied
        filled += copied
        if (filled < CHUNK_SIZE) break
        state.ready.push(block)
        block = Buffer.allocUnsafeSlow(CHUNK_SIZE)
        filled = 0
      }
    },
    *pass(): Iterable<Buffer> {
      yield* state.ready.splice(0)
    },
    /** What is left at the end. */
    rest(): Buffer {
      return block.subarray(0, filled)
    },
  }
  return state
}

type State = ReturnType<typeof createState>

function* unitsOf(copies: readonly LoadedCopy[]): Iterable<LoadedCopy[]> {
  let unit: LoadedCopy[] = []
  for (const copy of copies) {
    if (unit.length > 0 && unit[0]!.unit !== copy.unit) {
      yield unit
      unit = []
    }
    unit.push(copy)
  }
  if (unit.length > 0) yield unit
}

type Reads<Facts extends ItemSource> = Map<string, BulkItem<Facts> | HoldfastError>

async function* writeUnit<Facts extends ItemSource>(
  state: State,
  writer: FormatWriter<Facts>,
  copies: readonly LoadedCopy[],
  reads: Reads<Facts>,
  setting: UnitSetting,
): AsyncIterable<Buffer> {
  const items: ExportedItem<Facts>[] = []
  for (const copy of copies) {
    const read = reads.get(copy.itemId) ?? new HoldfastError('ITEM_UNREADABLE', 'the item was not read')
    if (read instanceof HoldfastError) state.failed.set(copy.ordinal, read.code)
    else items.push(exportedItem(copy, read))
  }
  const { unit, part, parts } = copies[0]!
  for await (const written of writer(items, { ...setting, unit, part, parts })) {
    if ('failed' in written) state.failed.set(written.failed, written.reason)
    else yield* writeFile(state, written)
  }
}

async function* writeFile(state: State, file: PackageFile): AsyncIterable<Buffer> {
  checkPath(file.path)
  if (file.joined) {
    const start = state.bodySize
    if (Buffer.isBuffer(file.content)) state.give(file.content)
    else yield* passing(state, file.content)
    state.joints.push({ path: file.path, start, size: state.bodySize - start })
  } else {
    const gathered = Buffer.isBuffer(file.content) ? file.content : await gather(file.content)
    let line: FileLine
    if (Buffer.isBuffer(gathered)) {
      line = { path: file.path, size: gathered.length, sha256: sha256(gathered).toString('hex') }
      for (const piece of state.zip.add(file.path, gathered)) state.give(piece)
    } else {
      const seen = { size: 0, digest: createHash('sha256') }
      yield* passing(state, state.zip.stream(file.path, observed(gathered, seen)))
      line = { path: file.path, size: seen.size, sha256: seen.digest.digest('hex') }
    }
    state.files.push(`${JSON.stringify(line)}\n`)
    state.fileBytes += line.size
    noteCopies(state, file, line)
  }
  if (state.ready.length > 0) yield* state.pass()
}

async function* passing(state: State, content: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  for await (const piece of content) {
    state.give(piece)
    if (state.ready.length > 0) yield* state.pass()
  }
}

/** The first of its files is where a copy is shown. */
function noteCopies({ paths, messages }: State, file: PackageFile, line: FileLine): void {
  for (const ordinal of file.ordinals) {
    if (!paths.has(ordinal)) paths.set(ordinal, line)
    if (file.messages && !messages.has(ordinal)) messages.set(ordinal, file.path)
  }
}

/** A path that a writer got wrong would be a hole in whoever unpacks it. */
function checkPath(path: string): void {
  const wrong = /^\/|^[A-Za-z]:|\\|[\u0000-\u001f]|(^|\/)\.{0,2}(\/|$)/.test(path)
  if (wrong || path.length > 300)
    throw new HoldfastError('INTERNAL', 'a file of an export has no proper path')
}

/** The content if it is small; else a stream of all of it. */
async function gather(content: AsyncIterable<Buffer>): Promise<Buffer | AsyncIterable<Buffer>> {
  const pieces: Buffer[] = []
  let size = 0
  const source = content[Symbol.asyncIterator]()
  for (;;) {
    const next = await source.next()
    if (next.done) return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, size)
    pieces.push(next.value)
    size += next.value.length
    if (size > GATHERED_MAX)
      return (async function* () {
        yield* pieces
        yield* { [Symbol.asyncIterator]: () => source }
      })()
  }
}

async function* observed(
  content: AsyncIterable<Buffer>,
  seen: { size: number; digest: ReturnType<typeof createHash> },
): AsyncIterable<Buffer> {
  for await (const piece of content) {
    seen.size += piece.length
    seen.digest.update(piece)
    yield piece
  }
}

/** The line of a copy in items.jsonl. */
function itemLine(
  state: State,
  copy: LoadedCopy,
  read: BulkItem<ItemSource> | HoldfastError | undefined,
): string {
  const reason = state.failed.get(copy.ordinal)
  const shown = {
    ordinal: copy.ordinal,
    itemId: copy.itemId,
    grade: copy.grade,
    state: reason === undefined ? 'written' : 'failed',
    mailbox: copy.custodian.mailbox,
    folder: copy.custodian.folder,
    custodians: copy.custodians,
    kind: copy.kind,
    direction: copy.direction,
    sent: copy.sentAt,
    arrived: copy.arrivedAt,
    archived: copy.filedAt,
    conversation: copy.conversation,
    // A message and what is attached to it; each is one item.
    family: copy.itemId,
    versionOf: copy.versionOf,
    batch: copy.batchId,
  }
  if (reason !== undefined || !read || read instanceof HoldfastError)
    return `${JSON.stringify({ ...shown, reason })}\n`
  const file = state.paths.get(copy.ordinal)
  return `${JSON.stringify({
    ...shown,
    sourceId: read.facts.sourceItemId,
    path: file?.path ?? null,
    message: state.messages.get(copy.ordinal) ?? null,
    size: file?.size ?? null,
    sha256: file?.sha256 ?? null,
    messageSize: read.messageSize,
    messageSha256: read.messageDigest.toString('hex'),
    originalSha256: read.originalDigest.toString('hex'),
    blind: read.blind.toString('base64'),
  })}\n`
}

function tailOf(state: State): SegmentTail {
  const joined = state.joints.reduce((all, joint) => all + joint.size, 0)
  return {
    directory: state.zip.directory,
    items: state.items,
    files: [Buffer.from(state.files.join(''))],
    joints: state.joints.map(joint => Buffer.from(`${JSON.stringify(joint)}\n`)),
    zipSize: state.bodySize - joined,
    fileCount: state.files.length,
  }
}
