/** Reads the values of flags, with errors that name the flag. */
import { HoldfastError } from '../errors.ts'

/** A whole number of 0 or more. */
export function integerFlag(name: string, text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new HoldfastError('USAGE', `${name}: "${text}" is not a whole number`)
  return value
}

/** One of these words. */
export function choiceFlag<Choice extends string>(
  name: string,
  text: string,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find(each => each === text)
  if (choice !== undefined) return choice
  throw new HoldfastError('USAGE', `${name}: "${text}" is none of ${choices.join(', ')}`)
}

/** A date (midnight UTC) or a time with its zone. */
export function timeFlag(name: string, text: string): Date {
  const isTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text)
  const value = new Date(text)
  // JavaScript makes 2 March of 30 February.
  const day = text.slice(0, 10)
  if (!isTime || Number.isNaN(value.getTime()) || !new Date(day).toISOString().startsWith(day))
    throw new HoldfastError(
      'WINDOW_INVALID',
      `${name}: "${text}" is neither a date (2026-11-01) nor a time with its zone`,
    )
  return value
}
