/**
 * Who a command acts as: the token in HOLDFAST_TOKEN, else the person who signed in by `holdfast sign-in`, else
 * whoever holds the console, which is break-glass and recorded as such. A token or a session that is good no more
 * ends the command: it never falls back to break-glass unseen.
 */
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import { tokenFromEnvironment } from '../config.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import {
  type Actor,
  authenticate,
  type Caller,
  consoleActor,
  type Role,
  requireRole,
} from '../identity/identity.ts'
import { withGround } from './ground-of.ts'

/** Who may see connectors, runs, failures and the directory, all without content. */
export const SEES_IMPORTS: readonly Role[] = ['View-Only Configuration', 'Mailbox Import Export']

/** Who may see the whole directory. */
export const SEES_DIRECTORY: readonly Role[] = [...SEES_IMPORTS, 'Mail Recipients']

const SESSION = z.object({ secret: z.string() })

/** One file for each archive, readable by its owner alone. */
const sessionFile = (ground: Ground): string =>
  join(homedir(), '.config', 'holdfast', `${ground.archive.archiveId}.json`)

/** The caller that a token or a sign-in of this console stands for; null for break-glass. TOKEN_REFUSED, SESSION_EXPIRED. */
export async function callerOf(ground: Ground): Promise<Caller | null> {
  const token = tokenFromEnvironment()
  if (token !== null) {
    const caller = await authenticate(ground, { session: null, token })
    if (caller) return caller
    throw new HoldfastError('TOKEN_REFUSED', 'the token in HOLDFAST_TOKEN is not good here')
  }
  const secret = await readSession(ground)
  if (secret === null) return null
  const caller = await authenticate(ground, { session: secret, token: null })
  if (caller?.state === 'signed-in') return caller
  throw new HoldfastError(
    'SESSION_EXPIRED',
    'the sign-in of this console has ended; `holdfast sign-out` goes back to break-glass',
  )
}

/** Who acts. */
async function actorOf(ground: Ground): Promise<Actor> {
  return (await callerOf(ground))?.actor ?? consoleActor()
}

/** Opens the archive for `work` of an actor who holds one of these roles; with none named, whoever it is. */
export function withActor<T>(
  command: Command,
  roles: readonly Role[],
  work: (ground: Ground, actor: Actor) => Promise<T>,
): Promise<T> {
  return withGround(command, async ground => {
    const actor = await actorOf(ground)
    if (roles.length > 0) requireRole(actor, ...roles)
    return work(ground, actor)
  })
}

/** The secret of this console's session; null if nobody signed in. */
export async function readSession(ground: Ground): Promise<string | null> {
  let text: string
  try {
    text = await readFile(sessionFile(ground), 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new HoldfastError('FILE_UNREADABLE', `${sessionFile(ground)} cannot be read`, { cause })
  }
  try {
    return SESSION.parse(JSON.parse(text)).secret
  } catch (cause) {
    throw new HoldfastError('SESSION_EXPIRED', `${sessionFile(ground)} holds no session`, { cause })
  }
}

/** Keeps the secret of a session for the commands that follow. */
export async function keepSession(ground: Ground, secret: string): Promise<void> {
  const file = sessionFile(ground)
  await mkdir(join(file, '..'), { recursive: true, mode: 0o700 })
  await rm(file, { force: true })
  await writeFile(file, `${JSON.stringify({ secret })}\n`, { mode: 0o600, flag: 'wx' })
  await chmod(file, 0o600)
}

/** Forgets it; true if there was one. */
export async function forgetSession(ground: Ground): Promise<boolean> {
  const there = (await readSession(ground).catch(() => '')) !== null
  await rm(sessionFile(ground), { force: true })
  return there
}
