/** What the functions of this folder stand on: the parts of the ground that lie below it. */
import type { Clock } from '../clock.ts'
import type { Database } from '../database/database.ts'
import type { Keyring } from '../keyring/keyring.ts'

export type IdentityGround = {
  readonly database: Database
  readonly keyring: Keyring
  readonly clock: Clock
}

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
