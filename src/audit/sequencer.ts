/**
 * Gives entries their leaves. Entries wait in audit_unsequenced from the moment their transaction commits; a round
 * takes up to 5,000 of them, numbers them, adds the subtrees they complete, and signs and stores a checkpoint, all in
 * one transaction under an advisory lock, so that any number of processes may run a sequencer and writers wait for
 * none. The checkpoint then goes to object storage, and to a mirror folder if there is one; should the program die in
 * between, the next round does it.
 *
 * Promise: no checkpoint is signed that contradicts an earlier one (c2sp.org/tlog-checkpoint, Signatures). If the log
 * ends elsewhere than its newest checkpoint says, here or in object storage, because rows were dropped or an old
 * database was put back, the sequencer refuses with AUDIT_DAMAGED; entries keep waiting, and nothing is overwritten.
 */
import type { Clock } from '../clock.ts'
import type { Database, Transaction } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import { describeError, type Logger } from '../log.ts'
import { openFileStorage, type Storage } from '../storage/storage.ts'
import {
  type CheckpointKeys,
  formatCheckpointName,
  newestPublishedSize,
  type Origin,
  signCheckpoint,
} from './checkpoint.ts'
import { readNodes } from './node-store.ts'
import { type Checkpoint, parseCheckpoint, parseNote } from './note.ts'
import { edgeNodes, grow, rootOfEdge } from './tree.ts'

export type SequencerOptions = Origin & {
  readonly database: Database
  readonly keyring: CheckpointKeys
  readonly storage: Storage
  readonly clock: Clock
  readonly log: Logger
  /** A further folder, on another machine at best, that gets every checkpoint too. */
  readonly mirrorFolder?: string
  /** Pause between rounds; 1,000 by default. */
  readonly intervalMs?: number
}

export type Sequencer = {
  /**
   * Gives every entry committed so far its leaf and checkpoint, and publishes it. Resolves to the newest checkpoint,
   * null if the log is empty. Throws AUDIT_DAMAGED, STORAGE_FAILED, DATABASE_UNREACHABLE.
   */
  flush(): Promise<Checkpoint | null>
  /** Flushes once more if it can, and ends. */
  stop(): Promise<void>
}

const ROUND_MAX = 5000
const INTERVAL_MS = 1000
const HOUR_MS = 3_600_000

type Head = { readonly size: number; readonly at: Date; readonly note: string }

/** Starts rounds at an interval, in this process. */
export function startSequencer(options: SequencerOptions): Sequencer {
  const { log } = options
  const publish = publisher(options)
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let complaint = ''
  // One round at a time: each begins when the one before has ended, however it ended.
  let tail: Promise<unknown> = Promise.resolve()

  function drain(): Promise<Head | null> {
    const next = tail.then(async () => {
      await publish.begin()
      let { waiting, head } = await look(options.database)
      while (waiting) {
        waiting = await options.database.transaction(tx => sequenceRound(tx, options, publish.size()))
        ;({ head } = await look(options.database))
      }
      if (head) await publish.head(head)
      return head
    })
    tail = next.catch(() => {})
    return next
  }

  async function tick(): Promise<void> {
    try {
      await drain()
      complaint = ''
    } catch (error) {
      // Said once for each kind of trouble, not every second; the next round tries again.
      const described = describeError(error)
      if (complaint !== String(described.code)) log.error(described, 'the audit sequencer cannot go on')
      complaint = String(described.code)
    }
    if (!stopped) timer = setTimeout(tick, options.intervalMs ?? INTERVAL_MS).unref()
  }
  timer = setTimeout(tick, 0).unref()

  return {
    flush: async () => {
      const head = await drain()
      return head && parseCheckpoint(parseNote(head.note).text)
    },
    stop: async () => {
      if (stopped) return
      stopped = true
      clearTimeout(timer)
      await drain().catch(error =>
        log.warn(describeError(error), 'the audit sequencer stopped with entries waiting'),
      )
    },
  }
}

/** Whether anything waits, and the newest checkpoint: all that an idle round asks. */
async function look(database: Database): Promise<{ waiting: boolean; head: Head | null }> {
  const [row] = await database.query<{
    waiting: boolean
    size: number | null
    at: Date | null
    note: string | null
  }>(
    `select exists (select from audit_unsequenced) as waiting, c.tree_size as size, c.at, c.note
       from (select) as one
       left join lateral (select * from audit_checkpoint order by tree_size desc limit 1) c on true`,
    [],
    'audit-look',
  )
  const { waiting, size, at, note } = row!
  return { waiting, head: size === null ? null : { size, at: at!, note: note! } }
}

/**
 * Sequences up to ROUND_MAX entries; true if more may wait. `published` is the largest tree that is known outside the
 * database.
 */
async function sequenceRound(
  tx: Transaction,
  { keyring, clock, archiveId, epoch }: SequencerOptions,
  published: number,
): Promise<boolean> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('holdfast audit sequencer', 0))`)
  const { size, edge } = await readEnd(tx, published)
  // Ids begin with their time, so entries are numbered in the order of their acts as far as they are here; one that is
  // committed late takes a later place, and none is skipped. Two steps, for then PostgreSQL knows that it looks for few
  // rows, however many it believed to wait when it last counted.
  const waiting = await tx.query<{ entry_id: string }>(
    `select entry_id from audit_unsequenced order by entry_id limit ${ROUND_MAX}`,
  )
  const entries = await tx.query<{ entry_id: string; leaf_hash: Buffer }>(
    `select entry_id, leaf_hash from audit_entry e
      where entry_id = any ($1::uuid[]) and not exists (select from audit_leaf l where l.entry_id = e.entry_id)
      order by entry_id`,
    [waiting.map(row => row.entry_id)],
  )
  if (entries.length === 0) return false
  const entryIds = entries.map(entry => entry.entry_id)
  const leaves = entries.map(entry => entry.leaf_hash)
  const grown = grow(edge, size, leaves)
  await tx.execute(
    `insert into audit_leaf (sequence, entry_id, leaf_hash)
     select $1::bigint + place - 1, entry_id, leaf_hash
       from unnest($2::uuid[], $3::bytea[]) with ordinality as taken (entry_id, leaf_hash, place)`,
    [size, entryIds, leaves],
  )
  await tx.execute(
    `insert into audit_node (level, position, hash)
     select * from unnest($1::smallint[], $2::bigint[], $3::bytea[])`,
    [
      grown.nodes.map(node => node.level),
      grown.nodes.map(node => node.position),
      grown.nodes.map(node => node.hash),
    ],
  )
  await tx.execute(`delete from audit_unsequenced where entry_id = any ($1::uuid[])`, [entryIds])
  const newSize = size + entries.length
  const note = signCheckpoint(keyring, { archiveId, epoch }, newSize, rootOfEdge(grown.edge))
  await tx.execute(`insert into audit_checkpoint (tree_size, at, note) values ($1, $2, $3)`, [
    newSize,
    new Date(clock.now()).toISOString(),
    note,
  ])
  return waiting.length === ROUND_MAX
}

/** The log's size and right edge, once they are seen to be what the newest checkpoint says. */
async function readEnd(tx: Transaction, published: number): Promise<{ size: number; edge: Buffer[] }> {
  const [row] = await tx.query<{ size: number; note: string | null }>(
    `select coalesce((select max(sequence) + 1 from audit_leaf), 0) as size,
            (select note from audit_checkpoint order by tree_size desc limit 1) as note`,
  )
  const { size, note } = row!
  const edge = await readNodes(tx, edgeNodes(size))
  const signed = note === null ? null : parseCheckpoint(parseNote(note).text)
  const ends = signed?.size ?? 0
  if (size !== ends)
    throw new HoldfastError(
      'AUDIT_DAMAGED',
      `the log has ${size} leaves where its newest checkpoint has ${ends}`,
    )
  if (signed && !signed.root.equals(rootOfEdge(edge)))
    throw new HoldfastError(
      'AUDIT_DAMAGED',
      `the log's tree is not that of its newest checkpoint, of size ${size}`,
    )
  if (size < published)
    throw new HoldfastError(
      'AUDIT_DAMAGED',
      `the log has ${size} leaves, but a checkpoint of ${published} was published: the database is an older one`,
    )
  return { size, edge }
}

/** Brings checkpoints out of the database: to object storage, and to the mirror if there is one. */
function publisher({ storage, mirrorFolder, epoch, log }: SequencerOptions) {
  const mirror = mirrorFolder === undefined ? null : openFileStorage(mirrorFolder)
  let published: number | null = null
  let mirrored = 0
  let last: Head | null = null

  /**
   * A busy log makes a checkpoint every second. In storage the last of each hour is kept, and the newest: a newer
   * one says all that an older did, and every one of them stays in the database.
   */
  async function place(target: Storage, head: Head): Promise<void> {
    await target.put(formatCheckpointName(epoch, head.size), Buffer.from(head.note))
    if (last === null || last.size >= head.size || hourOf(last) !== hourOf(head)) return
    // Storage that forbids removal keeps them all, which is as good.
    await target.remove(formatCheckpointName(epoch, last.size)).catch(() => {})
  }

  return {
    /** Learns once what is already outside; without that no checkpoint may be signed. */
    begin: async () => {
      published ??= await newestPublishedSize(storage, epoch)
    },
    size: () => published ?? 0,
    head: async (head: Head) => {
      if (head.size <= (published ?? 0) && (mirror === null || head.size <= mirrored)) return
      if (head.size > (published ?? 0)) await place(storage, head)
      published = Math.max(published ?? 0, head.size)
      if (mirror && head.size > mirrored) {
        // A mirror that cannot be reached must not stop the log; the next checkpoint goes there again.
        await place(mirror, head).then(
          () => {
            mirrored = head.size
          },
          error => log.warn(describeError(error), 'the checkpoint mirror cannot be written'),
        )
      }
      last = head
    },
  }
}

const hourOf = (head: Head): number => Math.floor(head.at.getTime() / HOUR_MS)
