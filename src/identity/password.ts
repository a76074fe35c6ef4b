/**
 * Passwords: Argon2id with the parameters that OWASP's Password Storage Cheat Sheet names (19 MiB, two passes, one
 * lane), kept in PHC form, so that a hash says what it was made with and is made anew at a sign-in once they are
 * raised. Rules as NIST SP 800-63B has them: long, not a common one, and no rules about kinds of characters.
 */
import { randomBytes } from 'node:crypto'
import { hash, parseOptions, verify } from '@node-rs/argon2'
import { HoldfastError } from '../errors.ts'
import { isCommon } from './known-passwords.ts'

const PARAMETERS = Object.freeze({ memoryCost: 19_456, timeCost: 2, parallelism: 1 })
const LENGTH_MIN = 12
const LENGTH_MAX = 256

/** The same password typed on another keyboard is the same (SP 800-63B, section 5.1.1.2). */
const normalise = (password: string): string => password.normalize('NFKC')

export function hashPassword(password: string): Promise<string> {
  return hash(normalise(password), PARAMETERS)
}

let dummy: Promise<string> | undefined

/**
 * True if `stored` is this password's hash. Where there is none, a hash that nobody has the password of is checked
 * all the same, so that the answer takes as long.
 */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  dummy ??= hashPassword(randomBytes(32).toString('base64'))
  // More than anybody's password may have is not worth hashing, but takes its time too.
  const given = password.length <= LENGTH_MAX ? normalise(password) : ''
  const matches = await verify(stored ?? (await dummy), given)
  return matches && stored !== null && password.length <= LENGTH_MAX
}

/** True for a hash made with less than what is asked for today. */
export function isOutdated(stored: string): boolean {
  const { memoryCost, timeCost, parallelism } = parseOptions(stored)
  return (
    memoryCost < PARAMETERS.memoryCost ||
    timeCost < PARAMETERS.timeCost ||
    parallelism !== PARAMETERS.parallelism
  )
}

/** Throws PASSWORD_WEAK, saying why, for a password that this person may not choose. */
export function checkPassword(password: string, username: string): void {
  const given = normalise(password)
  const length = [...given].length
  if (length < LENGTH_MIN) refuse(`it has ${length} characters, and ${LENGTH_MIN} are needed`)
  if (given.length > LENGTH_MAX) refuse(`it has more than ${LENGTH_MAX} characters`)
  const low = given.toLowerCase()
  const name = username.split('@')[0]!
  if (low === username || (name.length >= 4 && low.replace(/[^\p{L}]+$/u, '') === name))
    refuse('it is the user name')
  if (isCommon(given)) refuse('it is one that many people use')
}

/** Throws PASSWORD_WEAK if the password is one of these hashes' own. */
export async function checkUnused(password: string, before: readonly (string | null)[]): Promise<void> {
  for (const stored of before)
    if (stored !== null && (await verifyPassword(stored, password))) refuse('it was used before')
}

function refuse(why: string): never {
  throw new HoldfastError('PASSWORD_WEAK', `the new password is not taken: ${why}`)
}

const CONSONANTS = 'bdfghjklmnprstvz'
const VOWELS = 'aiou'

/**
 * A password to be read out and typed once: five words of two consonant-vowel pairs and a consonant, 16 bits each
 * (proquints, arXiv:0901.4016), 80 bits in all.
 */
export function generatePassword(): string {
  const bytes = randomBytes(10)
  const words: string[] = []
  for (let at = 0; at < bytes.length; at += 2) {
    const bits = bytes.readUInt16BE(at)
    const consonant = (shift: number) => CONSONANTS[(bits >> shift) & 15]!
    const vowel = (shift: number) => VOWELS[(bits >> shift) & 3]!
    words.push(consonant(12) + vowel(10) + consonant(6) + vowel(4) + consonant(0))
  }
  return words.join('-')
}
