/** The shapes that many answers share: times, pages of a list, and problems (RFC 9457). */
import { z } from 'zod'
import { HoldfastError } from '../errors.ts'

/** A moment, ISO 8601 in UTC. Work may answer with a `Date`. */
export const Time = z.iso.datetime().meta({ description: 'A moment, ISO 8601 in UTC.' })

/** What every list takes: how many rows, and where the page before ended. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Rows of a page.'),
  after: z.string().max(500).optional().describe('The `next` of the page before.'),
})

/** The id that a page ended with, of lists that go by it. USAGE for what no page gave. */
export function idCursor(text: string): number {
  if (!/^\d{1,15}$/.test(text))
    throw new HoldfastError('USAGE', 'the cursor is not one that an earlier page gave')
  return Number(text)
}

/** A page of a list. `next` is null at the end; `total` is there where counting is cheap. */
export function pageOf<Row extends z.ZodType>(row: Row) {
  return z.object({
    rows: z.array(row),
    next: z.string().nullable(),
    total: z.number().int().optional(),
  })
}

/** What was given; a property that is undefined was not. */
export function present<T extends object>(body: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>
  }
}

/** What a partial body says; what was left out stays. */
export function given<Body extends object>(
  body: Body,
): { [Name in keyof Body]: Exclude<Body[Name], undefined> } {
  const entries = Object.entries(body).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [Name in keyof Body]: Exclude<Body[Name], undefined> }
}

/** An error as RFC 9457 has it, with the code and hint of the registry of errors. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    hint: z.string(),
    retryable: z.boolean(),
    reference: z.string().describe('What the log knows this failure by.'),
    problems: z
      .array(z.object({ path: z.string(), reason: z.string() }))
      .optional()
      .describe('Each part of the request that is wrong, and why.'),
  })
  .catchall(z.unknown())
  .meta({ id: 'Problem' })
