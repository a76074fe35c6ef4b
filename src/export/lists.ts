/** The lists of a package: its copies, what could not be written, duplicates left out; and its joined files. */
import type { KeyObject } from 'node:crypto'
import type { Transaction } from '../database/database.ts'
import { ERRORS, type ErrorCode } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { CSV_BEGIN, csvRecord } from './csv-line.ts'
import type { PackageFile } from './package-file.ts'
import { ITEMS_FILE } from './package-layout.ts'
import { readJoints, readLines } from './package-stream.ts'
import { readPart, type Segment } from './segment.ts'
import type { Joint } from './unit-writing.ts'

/** Bytes of text that are gathered before they are passed on. */
const BLOCK = 64 * 1024
const PAGE = 5_000

/** What the lists are made of. */
export type ListSource = {
  readonly ground: Ground
  /** One that lasts until they are written, and changes nothing. */
  readonly tx: Transaction
  readonly exportId: string
  readonly key: KeyObject
  readonly segments: readonly Segment[]
}

/** A joined file: what several units gave for one path, one after the other. */
type JoinedFile = {
  readonly path: string
  readonly parts: { readonly segment: Segment; readonly joint: Joint }[]
}

export async function joinedFiles({ ground, key, segments }: ListSource): Promise<JoinedFile[]> {
  const files = new Map<string, JoinedFile>()
  for (const segment of segments)
    for (const joint of await readJoints(ground, key, segment)) {
      const file = files.get(joint.path) ?? { path: joint.path, parts: [] }
      file.parts.push({ segment, joint })
      files.set(joint.path, file)
    }
  return [...files.values()]
}

/** The joined file, part after part. */
export function joinedFile({ ground, key }: ListSource, { path, parts }: JoinedFile): PackageFile {
  async function* content() {
    for (const { segment, joint } of parts)
      yield* readPart(ground, key, segment, 'body', joint.start, joint.start + joint.size)
  }
  return { path, content: content(), ordinals: [] }
}

/** Lines of the segments' part, as they are. */
export async function* linesOf(
  { ground, key, segments }: ListSource,
  part: 'items' | 'files',
): AsyncIterable<Buffer> {
  for (const segment of segments) yield* readPart(ground, key, segment, part)
}

/** A line for each copy; `count` is how many there were. */
export function itemLines(source: ListSource, count: { lines: number }): PackageFile {
  async function* content() {
    for await (const piece of linesOf(source, 'items')) {
      for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) count.lines++
      yield piece
    }
  }
  return { path: ITEMS_FILE, content: content(), ordinals: [] }
}

const COLUMNS = [
  'ordinal',
  'itemId',
  'sourceId',
  'grade',
  'state',
  'reason',
  'mailbox',
  'folder',
  'custodians',
  'family',
  'conversation',
  'versionOf',
  'kind',
  'direction',
  'sent',
  'arrived',
  'archived',
  'path',
  'message',
  'size',
  'sha256',
  'messageSize',
  'messageSha256',
  'originalSha256',
  'blind',
  'batch',
] as const

/** The same as a table. */
export function itemTable(source: ListSource): PackageFile {
  async function* rows() {
    yield CSV_BEGIN + csvRecord(COLUMNS)
    for await (const line of readLines(linesOf(source, 'items'))) {
      const copy = JSON.parse(line.toString())
      const cells = { ...copy, custodians: copy.custodians.join('; ') }
      yield csvRecord(COLUMNS.map(column => cells[column]))
    }
  }
  return { path: 'items.csv', content: gathered(rows()), ordinals: [] }
}

/** What could not be written, each with what it means. */
export function exceptionTable(source: ListSource): PackageFile {
  const query = `select x.ordinal, x.item_id, x.grade, m.address, x.folder, x.reason
    from export_item x join mailbox m using (mailbox_id)
    where x.export_id = $1 and x.state = 'failed' order by x.ordinal`
  async function* rows() {
    yield CSV_BEGIN + csvRecord(['ordinal', 'itemId', 'grade', 'mailbox', 'folder', 'reason', 'meaning'])
    for await (const row of cursorRows<{
      ordinal: number
      item_id: string
      grade: string
      address: string
      folder: string
      reason: string
    }>(source.tx, query, [source.exportId])) {
      const hint = row.reason in ERRORS ? ERRORS[row.reason as ErrorCode].hint : ''
      yield csvRecord([row.ordinal, row.item_id, row.grade, row.address, row.folder, row.reason, hint])
    }
  }
  return { path: 'exceptions.csv', content: gathered(rows()), ordinals: [] }
}

/** Copies left out because the same item is in the package from another mailbox. */
export function suppressedTable(source: ListSource): PackageFile {
  // One pass over the list: joined with itself it can take a bad plan hours, since a new export is in no statistics.
  const query = `select x.item_id, x.grade, m.address, x.folder, x.kept, n.address as kept_in
    from (select item_id, mailbox_id, grade, folder, state, first_value(ordinal) over copies as kept,
        first_value(mailbox_id) over copies as kept_mailbox
      from export_item where export_id = $1 window copies as (partition by item_id order by ordinal)) as x
      join mailbox m using (mailbox_id) join mailbox n on n.mailbox_id = x.kept_mailbox
    where x.state = 'suppressed' order by x.kept, m.address collate "C"`
  async function* rows() {
    yield CSV_BEGIN + csvRecord(['itemId', 'grade', 'mailbox', 'folder', 'keptOrdinal', 'keptMailbox'])
    for await (const row of cursorRows<{
      item_id: string
      grade: string
      address: string
      folder: string
      kept: number
      kept_in: string
    }>(source.tx, query, [source.exportId]))
      yield csvRecord([row.item_id, row.grade, row.address, row.folder, row.kept, row.kept_in])
  }
  return { path: 'suppressed.csv', content: gathered(rows()), ordinals: [] }
}

/** Rows of a query a page at a time, however many there are. */
export async function* cursorRows<Row extends Record<string, unknown>>(
  tx: Transaction,
  query: string,
  values: readonly unknown[],
): AsyncGenerator<Row> {
  // All rows are wanted: a plan that gives the first ones soonest may take for ever to give the last.
  await tx.execute('set local cursor_tuple_fraction = 1')
  await tx.execute(`declare export_rows no scroll cursor for ${query}`, values)
  for (;;) {
    const page = await tx.query<Row>(`fetch ${PAGE} from export_rows`)
    if (page.length === 0) break
    yield* page
  }
  await tx.execute('close export_rows')
}

/** Text as bytes in pieces that are worth passing on. */
export async function* gathered(texts: AsyncIterable<string>): AsyncIterable<Buffer> {
  let pending = ''
  for await (const text of texts) {
    pending += text
    if (pending.length < BLOCK) continue
    yield Buffer.from(pending)
    pending = ''
  }
  if (pending !== '') yield Buffer.from(pending)
}
