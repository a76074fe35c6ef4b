/** The lines of a term report: a query each, as somebody pasted them. */
import { type AdmittedSearch, type Asked, judgeSearch } from '../archive/archive.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'

const LINES_MAX = 1_000

export type TermLine = {
  /** In the text that was given, from 1. */
  readonly line: number
  readonly query: string
}

/** What is wrong with a line: why, as the code of an error and its sentence. */
export type LineProblem = { readonly line: number; readonly code: string; readonly reason: string }

/** The lines that say something, without the blanks around them. TERM_REPORT_INVALID if there are none or too many. */
export function linesOf(text: string): TermLine[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .map((query, index) => ({ line: index + 1, query: query.trim() }))
    .filter(each => each.query !== '')
  if (lines.length === 0) throw new HoldfastError('TERM_REPORT_INVALID', 'the list has no lines')
  if (lines.length > LINES_MAX)
    throw new HoldfastError(
      'TERM_REPORT_INVALID',
      `the list has ${lines.length} lines, and at most ${LINES_MAX} are counted together`,
    )
  return lines
}

/** Judges each line as a search of its own: those that may be put, and what is wrong with the others. */
export async function judgeLines(
  ground: Ground,
  actor: Actor,
  lines: readonly TermLine[],
  asked: Asked,
): Promise<{ admitted: AdmittedSearch[]; problems: LineProblem[] }> {
  const admitted: AdmittedSearch[] = []
  const problems: LineProblem[] = []
  const now = ground.clock.now()
  // The boundary and the places first: what is wrong with them is wrong with no line.
  const attempt = { act: 'term-report.request', role: 'Compliance Search', asked, now } as const
  await judgeSearch(ground, actor, { ...attempt, text: '*' })
  for (const { line, query } of lines) {
    try {
      admitted.push(await judgeSearch(ground, actor, { ...attempt, text: query }))
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.retryable) throw error
      problems.push({ line, code: error.code, reason: error.message })
    }
  }
  return { admitted, problems }
}
