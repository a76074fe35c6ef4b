/**
 * The master key: what must be kept apart from the archive, and without which nothing can be read. It wraps the
 * archive's few purpose keys and nothing else, so only starting and rotating need it: what stands behind `MasterKey`
 * may as well be a key service that never gives its key away.
 *
 * By default it is a file, one line of text, readable by its owner only:
 *
 *     holdfast-master-key-1:<32 bytes, base64url>:<first 4 bytes of SHA-256 over what stands before, hex>
 *
 * The checksum tells a mistyped or cut copy from the key of another archive.
 */
import { createHash, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises'
import path from 'node:path'
import { HoldfastError } from '../errors.ts'
import { openEnvelope, sealEnvelope } from './envelope.ts'

export type MasterKey = {
  /** Names the key without giving anything of it away: 16 hex digits. */
  readonly id: string
  /** Seals a purpose key; `context` says which one. */
  wrap(key: Buffer, context: string): Promise<Buffer>
  /** @throws MASTER_KEY_WRONG */
  unwrap(wrapped: Buffer, context: string): Promise<Buffer>
}

const FORMAT = /^(holdfast-master-key-1:([A-Za-z0-9_-]{43})):([0-9a-f]{8})\s*$/
const KEY_SIZE = 32
const OTHERS_READ_WRITE_EXECUTE = 0o077

const checksumOf = (text: string): string =>
  createHash('sha256').update(text, 'ascii').digest('hex').slice(0, 8)

function formatMasterKey(key: Buffer): string {
  const text = `holdfast-master-key-1:${key.toString('base64url')}`
  return `${text}:${checksumOf(text)}\n`
}

/** The key in a key file's text; null if it is damaged or no key file. */
function parseMasterKey(text: string): Buffer | null {
  const match = FORMAT.exec(text)
  if (!match || checksumOf(match[1]!) !== match[3]) return null
  const key = Buffer.from(match[2]!, 'base64url')
  return key.length === KEY_SIZE ? key : null
}

function masterKeyOf(raw: Buffer): MasterKey {
  const id = createHash('sha256').update('holdfast master key id').update(raw).digest('hex').slice(0, 16)
  const key: KeyObject = createSecretKey(raw)
  raw.fill(0)
  return Object.freeze({
    id,
    wrap: async (content: Buffer, context: string) => sealEnvelope(key, content, context),
    unwrap: async (wrapped: Buffer, context: string) => {
      const content = openEnvelope(key, wrapped, context)
      if (!content)
        throw new HoldfastError('MASTER_KEY_WRONG', `master key ${id} does not open the archive's keys`)
      return content
    },
  })
}

/**
 * Reads the key file.
 * @throws MASTER_KEY_MISSING; MASTER_KEY_EXPOSED if others than its owner may read it; MASTER_KEY_WRONG if it is
 * damaged or no key file
 */
export async function readMasterKey(file: string): Promise<MasterKey> {
  const found = await stat(file).catch(error => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR')
      throw new HoldfastError('MASTER_KEY_MISSING', `there is no master key at ${file}`)
    throw new HoldfastError('MASTER_KEY_MISSING', `cannot look at the master key ${file}: ${error.code}`)
  })
  // Windows has no such bits: its files inherit the folder's access list, and stat reports 0666.
  if (process.platform !== 'win32' && (found.mode & OTHERS_READ_WRITE_EXECUTE) !== 0)
    throw new HoldfastError(
      'MASTER_KEY_EXPOSED',
      `${file} has mode ${(found.mode & 0o777).toString(8).padStart(4, '0')}`,
    )
  const text = await readFile(file, 'latin1').catch(error => {
    throw new HoldfastError('MASTER_KEY_MISSING', `cannot read the master key ${file}: ${error.code}`)
  })
  const raw = parseMasterKey(text)
  if (!raw) throw new HoldfastError('MASTER_KEY_WRONG', `${file} is damaged, or is no master key file`)
  return masterKeyOf(raw)
}

/** Makes changes to the entries of `folder` durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Makes a key file with a fresh key, durably, and reads it back. If there is one it is read and left as it is: a first
 * start that was interrupted goes on with the key it made.
 * @param named where the key goes, given its id; `file` itself unless stated, in whose folder it has to be
 */
export async function makeMasterKey(file: string, named?: (id: string) => string): Promise<MasterKey> {
  const folder = path.dirname(path.resolve(file))
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // Written whole under another name first, so that no crash leaves half a key; linked, so that no key is replaced.
  const temporary = `${path.resolve(file)}.${randomBytes(6).toString('hex')}`
  const handle = await open(temporary, 'wx', 0o600)
  let target = file
  try {
    await handle.writeFile(formatMasterKey(randomBytes(KEY_SIZE)), 'latin1')
    await handle.sync()
    await handle.close()
    if (named) target = named((await readMasterKey(temporary)).id)
    await link(temporary, target).catch(error => {
      if (error.code !== 'EEXIST') throw error
    })
  } finally {
    await handle.close().catch(() => {})
    await unlink(temporary).catch(() => {})
  }
  await syncFolder(folder)
  return readMasterKey(target)
}
