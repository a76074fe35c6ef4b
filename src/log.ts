/**
 * Logging for operators: JSON lines on stderr. What happened, to which id, how many, how long; never content,
 * a subject, a name, a search, or a secret. Errors are logged by code and message (which by the rule of
 * errors.ts carry none either); foreign errors by name and code alone, since their texts can quote input.
 */
import { pino } from 'pino'
import { HoldfastError } from './errors.ts'

export type Logger = {
  debug(fields: Record<string, unknown>, message: string): void
  info(fields: Record<string, unknown>, message: string): void
  warn(fields: Record<string, unknown>, message: string): void
  error(fields: Record<string, unknown>, message: string): void
}

/** What may be said of an error in a log. */
export function describeError(error: unknown): Record<string, unknown> {
  if (error instanceof HoldfastError) return { code: error.code, message: error.message }
  if (error instanceof Error) {
    const code = (error as { code?: unknown }).code
    const at = placeOf(error)
    return { name: error.name, ...(typeof code === 'string' ? { code } : {}), ...(at ? { at } : {}) }
  }
  return { name: typeof error }
}

/** Our own nearest frame of the stack. The message stands before the frames and may have lines that look like some. */
function placeOf({ stack = '', message }: Error): string | undefined {
  return stack
    .slice(stack.indexOf(message) + message.length)
    .split('\n')
    .find(line => /^ {4}at [^"]*file:[^\s"]*\.ts:\d+:\d+\)?$/.test(line))
    ?.trim()
}

/** Opens a logger at `level` ('silent' writes nothing), writing to stderr so that stdout stays the command's own. */
export function openLogger(level: string): Logger {
  return pino(
    { level, base: { pid: process.pid }, serializers: { error: describeError } },
    pino.destination({ fd: 2, sync: true }),
  )
}

/** A logger that writes nothing. */
export const silentLogger: Logger = Object.freeze({ debug() {}, info() {}, warn() {}, error() {} })
