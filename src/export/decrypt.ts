/**
 * Opens an encrypted package (age-encryption.org/v1) for a verification, which needs to read it back and forth: into a
 * file of its own that only its owner may read, removed when the verification is over.
 */
import { createReadStream, createWriteStream, rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import { EXIT, HoldfastError } from '../errors.ts'

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const

/** What an encrypted package is opened by: a pass phrase, or lines of which one is `AGE-SECRET-KEY-…`. */
export type Opening = { readonly passPhrase: string } | { readonly identity: string }

/**
 * Decrypts `path` for `work`, which gets the path of the plain package.
 * @throws PACKAGE_LOCKED if it does not open by what was given; PACKAGE_INVALID if it is damaged; FILE_UNREADABLE
 */
export async function withDecrypted<T>(
  path: string,
  opening: Opening,
  work: (plain: string) => Promise<T>,
): Promise<T> {
  const { Decrypter } = await import('age-encryption')
  const decrypter = new Decrypter()
  if ('passPhrase' in opening) decrypter.addPassphrase(opening.passPhrase)
  else for (const key of identitiesOf(opening.identity)) decrypter.addIdentity(key)
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-verify-'))
  // Whoever stops it shall not leave messages lying about.
  const abandon = () => {
    rmSync(folder, { recursive: true, force: true })
    process.exit(EXIT.unexpected)
  }
  for (const signal of SIGNALS) process.once(signal, abandon)
  try {
    const plain = join(folder, 'package.zip')
    const sealed = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>
    const content = await decrypter.decrypt(sealed).catch(cause => {
      throw refusalOf(path, cause)
    })
    const target = createWriteStream(plain, { mode: 0o600, flags: 'wx' })
    await pipeline(Readable.fromWeb(content as NodeReadableStream<Uint8Array>), target).catch(cause => {
      if ((cause as NodeJS.ErrnoException).code === 'ENOSPC')
        throw new HoldfastError('STORAGE_FAILED', `there is no room in ${tmpdir()} to decrypt the package`)
      throw new HoldfastError('PACKAGE_INVALID', `${path} is damaged: it cannot be decrypted to its end`, {
        cause,
      })
    })
    return await work(plain)
  } finally {
    for (const signal of SIGNALS) process.off(signal, abandon)
    await rm(folder, { recursive: true, force: true })
  }
}

function identitiesOf(text: string): string[] {
  const keys = text.split(/\s+/).filter(word => word.startsWith('AGE-SECRET-KEY-'))
  if (keys.length === 0)
    throw new HoldfastError('USAGE', 'the identity file has no line that begins AGE-SECRET-KEY-')
  return keys
}

function refusalOf(path: string, cause: unknown): HoldfastError {
  const code = (cause as { code?: unknown }).code
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code))
    return new HoldfastError('FILE_UNREADABLE', `${path} cannot be read`, { cause })
  return new HoldfastError('PACKAGE_LOCKED', `${path} does not open by what was given`, { cause })
}
