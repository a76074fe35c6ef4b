/** Errors as answers: RFC 9457 problems with the code and hint of the registry, and nothing that could quote content. */
import { randomBytes } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { z } from 'zod'
import { sqlState } from '../database/database.ts'
import { ERRORS, type ErrorCode, HoldfastError } from '../errors.ts'

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

type Part = { readonly path: string; readonly reason: string }

/** A request that is not what its route takes, part by part. */
export class RequestError extends HoldfastError {
  readonly problems: readonly Part[]
  constructor(where: 'params' | 'query' | 'body', error: z.ZodError) {
    super('REQUEST_INVALID', `the ${where === 'params' ? 'address' : where} is not what this call takes`)
    // Zod's messages name types and bounds, never the value given.
    this.problems = error.issues
      .slice(0, 50)
      .map(issue => ({ path: [where, ...issue.path].join('.'), reason: issue.message }))
  }
}

/** An error whose problem carries further members that its route promises (RFC 9457, section 3.2). */
export class ExtendedError extends HoldfastError {
  readonly members: Readonly<Record<string, unknown>>
  constructor(code: ErrorCode, message: string, members: Readonly<Record<string, unknown>>) {
    super(code, message)
    this.members = members
  }
}

/** The problem document of an error. */
export function problemOf(error: unknown, reference: string) {
  const known = translate(error)
  return {
    type: `urn:holdfast:error:${known.code}`,
    title: STATUS_CODES[known.status] ?? 'Error',
    status: known.status,
    detail: known.message,
    code: known.code,
    hint: ERRORS[known.code].hint,
    retryable: known.retryable,
    reference,
    ...(known instanceof RequestError ? { problems: known.problems } : {}),
    ...(known instanceof ExtendedError ? known.members : {}),
  }
}

/** A short random name for one failure, to be found again in the log. */
export const newReference = (): string => randomBytes(6).toString('hex')

/** Errors of the HTTP server as ours; whatever is unknown is INTERNAL, and says no more. */
export function translate(error: unknown): HoldfastError {
  if (error instanceof HoldfastError) return error
  const { statusCode, code } = (error ?? {}) as { statusCode?: unknown; code?: unknown }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new HoldfastError('REQUEST_TYPE', 'this call takes another content type')
  if (statusCode === 413)
    return new HoldfastError('REQUEST_TOO_LARGE', 'the request is larger than this call takes')
  if (statusCode === 429) return new HoldfastError('REQUEST_THROTTLED', 'too many requests from this address')
  if (statusCode === 404) return new HoldfastError('ROUTE_UNKNOWN', 'there is no such call')
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return new HoldfastError('REQUEST_INVALID', 'the request cannot be read')
  // A number or a time beyond what its column holds came with the request, and is nowhere.
  if (['22003', '22008'].includes(sqlState(error) ?? ''))
    return new HoldfastError('REQUEST_INVALID', 'a number or a time is out of range')
  return new HoldfastError('INTERNAL', 'something unexpected went wrong', { cause: error })
}
