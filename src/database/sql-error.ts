/**
 * What PostgreSQL's failures mean. SQLSTATE codes are those of "PostgreSQL Error Codes"; an error of the server
 * keeps its own in `code`, so that callers can tell a conflict from a defect. A lost or refused connection becomes
 * DATABASE_UNREACHABLE, which can be tried again. Texts and details of the server can quote values, so they are
 * kept in `cause` alone and never become a message of ours.
 */
import { HoldfastError } from '../errors.ts'

/** Node's and pg's own words for a connection that could not be made or broke. */
const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ENOENT',
  'EACCES',
])

const CONNECTION_TEXTS =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Client was closed)/

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}

/** The SQLSTATE of an error of the server, or undefined. */
export function sqlState(error: unknown): string | undefined {
  const code = codeOf(error)
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
}

/** 23505: a row with this key is there already. `constraint` narrows it to one key. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (sqlState(error) !== '23505') return false
  return constraint === undefined || (error as { constraint?: string }).constraint === constraint
}

/** 40001 and 40P01: another transaction came first; the same work will succeed when done again. */
export function isConflict(error: unknown): boolean {
  const state = sqlState(error)
  return state === '40001' || state === '40P01'
}

/** True for a connection that was refused, lost, or ended by the server (classes 08 and 57P, 53300, wrong sign-in). */
export function isConnectionFailure(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== undefined && /^(08|57P|28|3D000|53300)/.test(state)) return true
  if (CONNECTION_CODES.has(codeOf(error) ?? '')) return true
  if (error instanceof AggregateError) return error.errors.some(isConnectionFailure)
  return error instanceof Error && CONNECTION_TEXTS.test(error.message)
}

/** DATABASE_UNREACHABLE for a failed connection to `place`; everything else as it is. */
export function translateError(error: unknown, place: string): unknown {
  if (!isConnectionFailure(error)) return error
  const code = codeOf(error) ?? (error instanceof AggregateError ? codeOf(error.errors[0]) : undefined)
  return new HoldfastError('DATABASE_UNREACHABLE', `${place}${code ? ` (${code})` : ''}`, { cause: error })
}

/** Host, port and database of a URL, without user and password. */
export function placeOf(url: string): string {
  try {
    const { hostname, port, pathname, searchParams } = new URL(url)
    return `${searchParams.get('host') ?? decodeURIComponent(hostname)}:${port || '5432'}${pathname}`
  } catch {
    return 'the database URL is not a URL'
  }
}
