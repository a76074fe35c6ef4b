/**
 * `database/connection.json` in the data folder (mode 0600): how workers and other commands reach the embedded
 * server, and the passwords of its two roles.
 */
import { randomBytes } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'

export const OWNER_ROLE = 'holdfast_owner'
export const PROGRAM_ROLE = 'holdfast_program'
export const DATABASE_NAME = 'holdfast'

type ConnectionFile = {
  readonly format: 1
  readonly port: number
  readonly ownerPassword: string
  readonly programPassword: string
  /** The process that owns the folder. */
  readonly ownerPid: number
  /** False while the owner is starting, migrating or gone. */
  readonly ready: boolean
}

export function newPassword(): string {
  return randomBytes(24).toString('base64url')
}

export function connectionUrl(
  role: string,
  password: string,
  port: number,
  database = DATABASE_NAME,
): string {
  return `postgresql://${role}:${password}@127.0.0.1:${port}/${database}`
}

/** The file's content, or null if there is none or it is not whole. */
export async function readConnectionFile(folder: string): Promise<ConnectionFile | null> {
  try {
    const content = JSON.parse(await readFile(join(folder, 'connection.json'), 'utf8')) as ConnectionFile
    return content.format === 1 && content.ownerPassword && content.programPassword ? content : null
  } catch {
    return null
  }
}

/** Replaces the file in one step; it is on the disk when this resolves. */
export async function writeConnectionFile(folder: string, content: ConnectionFile): Promise<void> {
  const name = join(folder, 'connection.json')
  const file = await open(`${name}.new`, 'w', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(content, null, 2)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${name}.new`, name)
}
