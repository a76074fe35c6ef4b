/**
 * Segments: the pieces that a package is written in, each an immutable sealed object that is put once.
 *
 *     object  := `exports/<export id>/<32 random hex digits>`
 *     bytes   := five parts, each sealed in chunks (keyring/chunks.ts): body, directory, items, files, joints
 *     key     := HMAC-SHA-256(the export's key, "holdfast export segment 1", the object's name), so that each seals once
 *
 * The body has bytes of the package and, between them, stretches that are parts of joined files. The directory has
 * the records of its files for the end of the ZIP, `items` and `files` their lines, `joints` says where stretches of
 * the body belong. So what is needed at the end is read from the segments again, and memory does not grow.
 */
import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import type { Sql } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import { CHUNK_SIZE, type ChunkSeal, openStream, sealedSize, sealStream } from '../keyring/keyring.ts'
import { release } from '../memory.ts'

const FORMAT_VERSION = 1
const KEY_LABEL = 'holdfast export segment 1'
const PARTS = ['body', 'directory', 'items', 'files', 'joints'] as const
type PartName = (typeof PARTS)[number]
type Tail = Exclude<PartName, 'body'>

type SegmentKind = 'messages' | 'lists' | 'proofs' | 'encrypted'

export type Segment = {
  readonly sequence: number
  readonly kind: SegmentKind
  readonly object: string
  /** Bytes of content of each part. */
  readonly sizes: Readonly<Record<PartName, number>>
  /** Bytes of the body that are the package's. */
  readonly zipSize: number
  readonly files: number
}

/** What a segment's writer has gathered by the time its body ends. */
export type SegmentTail = Readonly<Record<Tail, readonly Buffer[]>> & {
  readonly zipSize: number
  readonly fileCount: number
}

/** The key of an export from its wrapped form. */
export const unwrapExportKey = ({ keyring }: Pick<Ground, 'keyring'>, wrapped: Buffer): KeyObject =>
  keyring.unwrapItemKey(wrapped)

/** Writes a segment under a fresh name; durable when it resolves. `tail` is asked when the body has ended, with its size. */
export async function putSegment(
  ground: Ground,
  exportId: string,
  key: KeyObject,
  kind: SegmentKind,
  body: AsyncIterable<Buffer>,
  tail: (bodySize: number) => SegmentTail,
): Promise<Omit<Segment, 'sequence'>> {
  const object = `exports/${exportId}/${randomBytes(16).toString('hex')}`
  let bodySize = 0
  const gathered: { tail?: SegmentTail } = {}
  async function* counted() {
    for await (const piece of body) {
      bodySize += piece.length
      yield piece
    }
  }
  async function* sealed() {
    yield* sealStream(counted(), sealOf(key, object, 'body'))
    const gathering = tail(bodySize)
    gathered.tail = gathering
    for (const part of PARTS)
      if (part !== 'body') yield* sealStream(piecesOf(gathering[part]), sealOf(key, object, part))
  }
  await ground.storage.put(object, released(sealed()))
  const { directory, items, files, joints, zipSize, fileCount } = gathered.tail!
  return {
    kind,
    object,
    sizes: {
      body: bodySize,
      directory: sizeOf(directory),
      items: sizeOf(items),
      files: sizeOf(files),
      joints: sizeOf(joints),
    },
    zipSize,
    files: fileCount,
  }
}

/** Each piece is given back when the next is asked for: it is written by then, or copied. */
async function* released(pieces: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  for await (const piece of pieces) {
    yield piece
    release(piece)
  }
}

const sizeOf = (pieces: readonly Buffer[]) => pieces.reduce((all, piece) => all + piece.length, 0)

async function* piecesOf(pieces: readonly Buffer[]): AsyncIterable<Buffer> {
  yield* pieces
}

/** A part of a segment, or its bytes from `from` up to `to`; nothing is given that was not verified. */
export async function* readPart(
  ground: Pick<Ground, 'storage'>,
  key: KeyObject,
  { object, sizes }: Pick<Segment, 'object' | 'sizes'>,
  part: PartName,
  from = 0,
  to: number = sizes[part],
): AsyncIterable<Buffer> {
  if (from >= to) return
  let start = 0
  for (const before of PARTS.slice(0, PARTS.indexOf(part))) start += sealedSize(sizes[before])
  const first = Math.floor(from / CHUNK_SIZE)
  const skipped = first === 0 ? 0 : sealedSize(first * CHUNK_SIZE)
  const size = sizes[part]
  const sealed = ground.storage.stream(object, start + skipped, sealedSize(size) - skipped)
  let at = first * CHUNK_SIZE
  for await (const chunk of openStream(sealed, size, sealOf(key, object, part), first)) {
    const cut = chunk.subarray(Math.max(0, from - at), to - at)
    at += chunk.length
    if (cut.length > 0) yield cut
    if (at >= to) return
  }
}

function sealOf(key: KeyObject, object: string, part: PartName): ChunkSeal {
  const raw = createHmac('sha256', key).update(KEY_LABEL).update(object).digest()
  const own = createSecretKey(raw)
  raw.fill(0)
  return {
    key: own,
    part: PARTS.indexOf(part) + 1,
    associated: Buffer.from([FORMAT_VERSION, ...Buffer.from(object.slice(-32), 'hex')]),
    where: object,
  }
}

/** The segments of an export, in their order. */
export async function listSegments(sql: Sql, exportId: string): Promise<Segment[]> {
  const rows = await sql.query<{
    sequence: number
    kind: SegmentKind
    object: string
    body_size: number
    directory_size: number
    items_size: number
    files_size: number
    joints_size: number
    zip_size: number
    files: number
  }>('select * from export_segment where export_id = $1 order by sequence', [exportId])
  return rows.map(row => ({
    sequence: row.sequence,
    kind: row.kind,
    object: row.object,
    sizes: {
      body: row.body_size,
      directory: row.directory_size,
      items: row.items_size,
      files: row.files_size,
      joints: row.joints_size,
    },
    zipSize: row.zip_size,
    files: row.files,
  }))
}

/** Bytes of the package that these segments have. */
export const zipSizeOf = (segments: readonly Pick<Segment, 'zipSize'>[]): number =>
  segments.reduce((all, segment) => all + segment.zipSize, 0)

/** Files of the package that these segments have. */
export const fileCountOf = (segments: readonly Pick<Segment, 'files'>[]): number =>
  segments.reduce((all, segment) => all + segment.files, 0)

/** Records a segment in the transaction that moves the export on. */
export async function insertSegment(sql: Sql, exportId: string, segment: Segment): Promise<void> {
  const { sequence, kind, object, sizes, zipSize, files } = segment
  await sql.execute(
    `insert into export_segment (export_id, sequence, kind, object, body_size, directory_size, items_size, files_size,
       joints_size, zip_size, files) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      exportId,
      sequence,
      kind,
      object,
      sizes.body,
      sizes.directory,
      sizes.items,
      sizes.files,
      sizes.joints,
      zipSize,
      files,
    ],
  )
}
