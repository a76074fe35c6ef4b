/**
 * The archive's own keys, a handful of 256-bit secrets made once when the archive is created and stored in table
 * keyring_key, each wrapped under the master key with its name and version as context. Changing the master key wraps
 * these again and touches nothing else.
 */
import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Sql } from '../database/database.ts'
import { HoldfastError } from '../errors.ts'
import type { MasterKey } from './master-key.ts'

/**
 * - identity: item ids, source keys, conversations. Never rotated, or duplicates would no longer be recognised.
 * - search: the keyed hashes of words. - staging, credential, audit-seal: what they name is sealed under them.
 * - item: wraps the items' own keys. - audit-signing: the Ed25519 seed that signs checkpoints.
 */
const PURPOSES = [
  'identity',
  'search',
  'staging',
  'credential',
  'audit-seal',
  'item',
  'audit-signing',
] as const
export type PurposeName = (typeof PURPOSES)[number]
type PurposeKeys = ReadonlyMap<PurposeName, Buffer>

const KEY_SIZE = 32
/** The version of every key so far: none of them has a reason to change yet. */
const VERSION = 1

type KeyRow = { name: string; version: number; wrapped: Buffer; master_key_id: string }

const contextOf = (name: string, version: number): string => `holdfast keyring ${name} ${version}`

/** Which master keys the archive's keys are wrapped under: none before it is created, else one. */
export async function masterKeyIds(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ master_key_id: string }>('select distinct master_key_id from keyring_key')
  return rows.map(row => row.master_key_id)
}

/** Makes those purpose keys that the archive does not have yet, all of them in a new archive. */
export async function makePurposeKeys(sql: Sql, master: MasterKey, clock: Clock): Promise<void> {
  const present = new Set(
    (await sql.query<{ name: string }>('select name from keyring_key')).map(row => row.name),
  )
  for (const name of PURPOSES) {
    if (present.has(name)) continue
    const key = randomBytes(KEY_SIZE)
    const wrapped = await master.wrap(key, contextOf(name, VERSION))
    key.fill(0)
    await sql.execute(
      'insert into keyring_key (name, version, wrapped, master_key_id, created_at) values ($1, $2, $3, $4, $5)',
      [name, VERSION, wrapped, master.id, new Date(clock.now())],
    )
  }
}

async function unwrapRow(row: KeyRow, master: MasterKey): Promise<Buffer> {
  if (row.master_key_id !== master.id)
    throw new HoldfastError(
      'MASTER_KEY_WRONG',
      `the archive's keys are under master key ${row.master_key_id}, this is ${master.id}`,
    )
  return master.unwrap(row.wrapped, contextOf(row.name, row.version))
}

/** Reads and unwraps all purpose keys. @throws MASTER_KEY_WRONG, ARCHIVE_MISSING if there are none */
export async function readPurposeKeys(sql: Sql, master: MasterKey): Promise<PurposeKeys> {
  const rows = await sql.query<KeyRow>(
    'select name, version, wrapped, master_key_id from keyring_key order by version',
  )
  if (rows.length === 0) throw new HoldfastError('ARCHIVE_MISSING', 'the database holds no keys')
  const keys = new Map<PurposeName, Buffer>()
  for (const row of rows) {
    const key = await unwrapRow(row, master)
    const name = PURPOSES.find(purpose => purpose === row.name)
    if (name && key.length === KEY_SIZE) keys.set(name, key)
  }
  for (const name of PURPOSES)
    if (!keys.has(name)) throw new HoldfastError('MASTER_KEY_WRONG', `the database lacks the ${name} key`)
  return keys
}

/** Wraps every purpose key anew; within the caller's transaction, so that it happens to all or none. */
export async function rewrapPurposeKeys(tx: Sql, from: MasterKey, to: MasterKey): Promise<number> {
  const rows = await tx.query<KeyRow>(
    'select name, version, wrapped, master_key_id from keyring_key for update',
  )
  for (const row of rows) {
    const key = await unwrapRow(row, from)
    const wrapped = await to.wrap(key, contextOf(row.name, row.version))
    key.fill(0)
    await tx.execute(
      'update keyring_key set wrapped = $3, master_key_id = $4 where name = $1 and version = $2',
      [row.name, row.version, wrapped, to.id],
    )
  }
  return rows.length
}
