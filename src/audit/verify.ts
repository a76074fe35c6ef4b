/**
 * Checks the whole log without trusting whoever wrote it: every entry against its leaf, every leaf against the tree,
 * the tree against every checkpoint signed over it, and all of it against checkpoints kept elsewhere. It reads rows
 * and objects and writes nothing; the keyring is not needed. Memory does not grow with the log.
 *
 * An edited entry and a deleted one are named. If somebody edits an entry, its leaf and the tree above it alike, the
 * signed checkpoints contradict, and the finding names the leaves between the last that holds and the first that does
 * not. What was dropped from the end, or lost with an old database put back, shows against a checkpoint that knew
 * more: in the database, in object storage, in the mirror, or the one that the auditor brought.
 */
import type { Database, Sql } from '../database/database.ts'
import type { Storage } from '../storage/storage.ts'
import { ENTRY_COLUMNS, type EntryRow, entryBytes, fieldsOf } from './entry.ts'
import { type Fork, forkOf } from './epoch.ts'
import { collectFindings, type Finding, type Findings } from './finding.ts'
import type { Verifier } from './note.ts'
import { type Claim, isSigned, readClaim, readClaims, readVerifier } from './outside.ts'
import { grow, leafHash, type Node, rootOfEdge, storedNodeCount } from './tree.ts'

export type VerifyLogOptions = {
  readonly database: Pick<Database, 'transaction'>
  readonly storage: Storage
  /** The mirror folder's storage, if there is one. */
  readonly mirror?: Storage
  readonly archiveId: string
  /** The archive's verifier key, from where it was kept, not from the archive; null if there is none. */
  readonly publicKey: string | null
  /** A checkpoint kept elsewhere; null if there is none. */
  readonly earlierCheckpoint: string | null
  /** Called now and then with the number of leaves checked. */
  readonly onProgress?: (leaves: number) => void
}

export type LogReport = {
  /** False if anything is broken. */
  readonly ok: boolean
  /** `proven` if the key given signed every checkpoint; without a key the log is consistent at best. */
  readonly origin: 'proven' | 'unproven'
  readonly entries: number
  readonly treeSize: number
  readonly checkpoints: number
  /** At most about 1,000; `findingsTotal` counts all. */
  readonly findings: readonly Finding[]
  readonly findingsTotal: number
}

/** Few enough that whoever else this process serves hardly waits for a page to be checked. */
const PAGE = 2000
/** Longer than any transaction that appends an entry lasts. */
const SKIPPED_MS = 3_600_000

/** @throws CHECKPOINT_INVALID if the key or the earlier checkpoint given is not one of this archive */
export async function verifyLog(options: VerifyLogOptions): Promise<LogReport> {
  const { archiveId } = options
  const findings = collectFindings()
  const verifier = readVerifier(options.publicKey, archiveId)
  const claims: Claim[] = []
  if (options.earlierCheckpoint !== null) {
    const claim = readClaim(options.earlierCheckpoint, verifier, archiveId)
    claims.push({ ...claim, where: 'the earlier checkpoint given', given: true })
  }
  // Outside before inside: what is published while the archive runs is then never newer than what is read inside.
  const stored = await readClaims(options.storage, 'object storage', verifier, archiveId, findings)
  claims.push(...stored)
  if (options.mirror)
    claims.push(...(await readClaims(options.mirror, 'the mirror', verifier, archiveId, findings)))
  return options.database.transaction(async sql => {
    await sql.query('set transaction isolation level repeatable read, read only')
    const walk = await walkLeaves(sql, { ...options, verifier, claims, findings })
    judgeClaims(walk, findings)
    const newest = await checkEnd(sql, walk, stored, findings)
    await checkWaiting(sql, newest?.at ?? null, findings)
    const [count] = await sql.query<{ entries: number; checkpoints: number }>(
      `select (select count(*) from audit_entry) as entries, (select count(*) from audit_checkpoint) as checkpoints`,
    )
    const signed = verifier !== null && newest !== null
    return {
      ok: !findings.broken,
      origin: signed && !findings.has('CHECKPOINT_SIGNATURE') ? 'proven' : 'unproven',
      entries: count!.entries,
      treeSize: walk.size,
      checkpoints: count!.checkpoints,
      findings: findings.told,
      findingsTotal: findings.total,
    }
  })
}

type LeafRow = {
  sequence: number
  leaf_id: string
  hash: Buffer
  row_hash: Buffer | null
  exact: boolean | null
} & { [Key in keyof EntryRow]: EntryRow[Key] | null }

type Walk = {
  size: number
  /** The right edge, or null once a leaf was missing: from there on the tree cannot be built again. */
  edge: Buffer[] | null
  /** The largest size at which a signed checkpoint was seen to hold. */
  holds: number
  forks: Fork[]
  /** Outside claims that the tree did not bear out, or that go beyond it. */
  disputed: Claim[]
}

type Check = VerifyLogOptions & { verifier: Verifier | null; claims: Claim[]; findings: Findings }

/** Reads the leaves in order, page by page, checking entries, nodes, and checkpoints as the tree grows past them. */
async function walkLeaves(sql: Sql, check: Check): Promise<Walk> {
  const { findings, claims } = check
  const walk: Walk = { size: 0, edge: [], holds: 0, forks: [], disputed: [] }
  for (;;) {
    const rows = await sql.query<LeafRow>(
      `select l.sequence, l.entry_id as leaf_id, l.leaf_hash as hash, e.leaf_hash as row_hash,
              e.at = date_trunc('milliseconds', e.at) as exact, ${ENTRY_COLUMNS}
         from audit_leaf l left join audit_entry e using (entry_id)
        where l.sequence >= $1 order by l.sequence limit ${PAGE}`,
      [walk.size],
    )
    if (rows.length === 0) break
    for (const row of rows) checkEntry(row, walk.forks, findings)
    checkNumbers(rows, walk.size, findings)
    await checkPage(sql, rows, walk, check)
    check.onProgress?.(walk.size)
  }
  for (const claim of claims) if (claim.size > walk.size) walk.disputed.push(claim)
  return walk
}

/** One entry against its leaf. */
function checkEntry(row: LeafRow, forks: Fork[], findings: Findings): void {
  const place = { sequence: row.sequence, entryId: row.leaf_id }
  if (row.entry_id === null) {
    findings.add('ENTRY_DELETED', `entry ${row.leaf_id}, leaf ${row.sequence}, was deleted`, place)
    return
  }
  const fields = fieldsOf(row as EntryRow)
  if (!row.exact || !leafHash(entryBytes(fields)).equals(row.hash) || !row.row_hash?.equals(row.hash)) {
    findings.add('ENTRY_CHANGED', `entry ${row.leaf_id}, leaf ${row.sequence}, was changed`, place)
    return
  }
  const fork = forkOf(fields)
  if (fork) forks.push(fork)
}

/** Leaves are numbered without a gap. */
function checkNumbers(rows: readonly LeafRow[], first: number, findings: Findings): void {
  let expected = first
  for (const { sequence } of rows) {
    if (sequence !== expected)
      findings.add(
        'LEAF_MISSING',
        `leaves ${expected} to ${sequence - 1} are missing; checkpoints after them cannot be compared`,
        { sequence: expected },
      )
    expected = sequence + 1
  }
}

/** Grows the tree by a page of leaves, stopping at each size that a checkpoint speaks of. */
async function checkPage(sql: Sql, rows: readonly LeafRow[], walk: Walk, check: Check): Promise<void> {
  const { findings, claims } = check
  const end = rows.at(-1)!.sequence + 1
  const checkpoints = await sql.query<{ tree_size: number; note: string }>(
    `select tree_size, note from audit_checkpoint where tree_size > $1 and tree_size <= $2 order by tree_size`,
    [walk.size, end],
  )
  const outside = claims.filter(claim => claim.size > walk.size && claim.size <= end)
  const stops = [
    ...new Set([...checkpoints, ...outside.map(({ size }) => ({ tree_size: size }))].map(c => c.tree_size)),
  ]
  const nodes: Node[] = []
  let start = 0
  const growTo = (size: number) => {
    const hashes: Buffer[] = []
    for (; start < rows.length && rows[start]!.sequence < size; start++) hashes.push(rows[start]!.hash)
    if (hashes.length < size - walk.size) walk.edge = null
    if (walk.edge) {
      const grown = grow(walk.edge, walk.size, hashes)
      walk.edge = grown.edge
      nodes.push(...grown.nodes)
    }
    walk.size = size
  }
  for (const stop of stops.sort((left, right) => left - right)) {
    growTo(stop)
    const root = walk.edge && rootOfEdge(walk.edge)
    for (const { tree_size, note } of checkpoints)
      if (tree_size === stop) checkCheckpoint(note, stop, root, walk, check)
    for (const claim of outside)
      if (claim.size === stop && root && !claim.root.equals(root)) walk.disputed.push(claim)
  }
  growTo(end)
  await checkNodes(sql, nodes, findings)
}

/** A checkpoint of the database against the tree as it is rebuilt. */
function checkCheckpoint(note: string, size: number, root: Buffer | null, walk: Walk, check: Check): void {
  const { findings, verifier, archiveId } = check
  let claim: Pick<Claim, 'size' | 'root'>
  try {
    claim = readClaim(note, null, archiveId)
  } catch (error) {
    findings.add('CHECKPOINT_UNREADABLE', `checkpoint ${size}: ${(error as Error).message}`)
    return
  }
  if (verifier && !isSigned(note, verifier))
    findings.add('CHECKPOINT_SIGNATURE', `checkpoint ${size} is not signed by the key`)
  if (!root) return
  if (claim.size === size && claim.root.equals(root)) {
    walk.holds = size
  } else if (!findings.has('CHECKPOINT_ROOT')) {
    // Every later one is wrong as well; the first says where to look.
    findings.add(
      'CHECKPOINT_ROOT',
      `checkpoint ${size} was not signed over these leaves; the first difference is among leaves ${walk.holds} to ${size - 1}`,
      { sequence: walk.holds },
    )
  }
}

/** Stored subtrees against those that arose. */
async function checkNodes(sql: Sql, nodes: readonly Node[], findings: Findings): Promise<void> {
  if (nodes.length === 0) return
  const rows = await sql.query<{ place: number; hash: Buffer | null }>(
    `select place, n.hash
       from unnest($1::smallint[], $2::bigint[]) with ordinality as w (level, position, place)
       left join audit_node n using (level, position)`,
    [nodes.map(node => node.level), nodes.map(node => node.position)],
  )
  for (const { place, hash } of rows) {
    const node = nodes[place - 1]!
    if (hash?.equals(node.hash)) continue
    const what = hash ? 'is not the hash of what is under it' : 'is gone'
    findings.add('NODE_CHANGED', `the subtree ${node.level}/${node.position} ${what}`, {
      sequence: node.position * 2 ** node.level,
    })
  }
}

/** Outside checkpoints that the log does not bear out, once it is known which epochs it declares. */
function judgeClaims(walk: Walk, findings: Findings): void {
  for (const claim of walk.disputed) {
    const fork = walk.forks.find(({ epoch, size }) => epoch > claim.epoch && size < claim.size)
    if (fork && !claim.given)
      findings.add(
        'EPOCH_DECLARED',
        `${claim.where} speaks of ${claim.size} leaves; a backup with ${fork.size} was restored and epoch ${fork.epoch} declared`,
      )
    else if (claim.size > walk.size || fork)
      findings.add(
        'DATABASE_BEHIND',
        `${claim.where} speaks of ${claim.size} leaves; the database ${fork ? `was restored at ${fork.size}` : `has ${walk.size}`}`,
        { sequence: fork ? fork.size : walk.size },
      )
    else
      findings.add(
        'CHECKPOINT_CONTRADICTED',
        `${claim.where} was signed over other leaves than the first ${claim.size}`,
      )
  }
}

/** The log's end against its newest checkpoint, here and in object storage, and nothing stored beyond it. */
async function checkEnd(
  sql: Sql,
  walk: Walk,
  stored: readonly Claim[],
  findings: Findings,
): Promise<{ size: number; at: Date } | null> {
  const [newest] = await sql.query<{ size: number; at: Date; note: string }>(
    `select tree_size as size, at, note from audit_checkpoint order by tree_size desc limit 1`,
  )
  const size = newest?.size ?? 0
  if (size > walk.size)
    findings.add(
      'LOG_TRUNCATED',
      `the newest checkpoint speaks of ${size} leaves, and there are ${walk.size}: the newest were dropped`,
      { sequence: walk.size },
    )
  if (size < walk.size)
    findings.add('CHECKPOINT_MISSING', `leaves ${size} to ${walk.size - 1} are under no checkpoint`, {
      sequence: size,
    })
  if (newest && !stored.some(claim => claim.size >= size))
    findings.add('CHECKPOINT_UNPUBLISHED', `checkpoint ${size} is not in object storage`)
  const [nodes] = await sql.query<{ count: number }>(`select count(*) as count from audit_node`)
  if (walk.edge && nodes!.count > storedNodeCount(walk.size))
    findings.add(
      'NODE_CHANGED',
      `there are ${nodes!.count} subtrees where ${walk.size} leaves make ${storedNodeCount(walk.size)}`,
    )
  return newest ?? null
}

/** Entries without a leaf: those that wait, against their own hash; those that do not, which should not be. */
async function checkWaiting(sql: Sql, newest: Date | null, findings: Findings): Promise<void> {
  let after = '00000000-0000-0000-0000-000000000000'
  let waiting = 0
  for (;;) {
    const rows = await sql.query<{ waiting_id: string; row_hash: Buffer | null } & EntryRow>(
      `select u.entry_id as waiting_id, e.leaf_hash as row_hash, ${ENTRY_COLUMNS}
         from audit_unsequenced u left join audit_entry e using (entry_id)
        where u.entry_id > $1 order by u.entry_id limit ${PAGE}`,
      [after],
    )
    for (const row of rows) {
      const place = { entryId: row.waiting_id }
      if (row.row_hash === null)
        findings.add(
          'ENTRY_DELETED',
          `entry ${row.waiting_id} was deleted while it waited for its leaf`,
          place,
        )
      else if (!leafHash(entryBytes(fieldsOf(row))).equals(row.row_hash))
        findings.add(
          'ENTRY_CHANGED',
          `entry ${row.waiting_id} was changed while it waited for its leaf`,
          place,
        )
      else if (newest && row.at.getTime() < newest.getTime() - SKIPPED_MS)
        findings.add('ENTRY_SKIPPED', `entry ${row.waiting_id} waits since ${row.at.toISOString()}`, place)
    }
    waiting += rows.length
    if (rows.length < PAGE) break
    after = rows.at(-1)!.waiting_id
  }
  if (waiting > 0) findings.add('ENTRY_WAITING', `${waiting} entries wait for their leaves`)
  const stray = await sql.query<{ entry_id: string }>(
    `select e.entry_id from audit_entry e
      where not exists (select from audit_leaf l where l.entry_id = e.entry_id)
        and not exists (select from audit_unsequenced u where u.entry_id = e.entry_id)
      limit ${PAGE}`,
  )
  for (const { entry_id } of stray)
    findings.add('ENTRY_UNSEQUENCED', `entry ${entry_id} has no leaf and does not wait for one`, {
      entryId: entry_id,
    })
}
