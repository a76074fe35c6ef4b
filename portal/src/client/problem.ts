/**
 * A refusal of the API as RFC 9457 describes it, thrown by every call. `hint` says how to mend it, `reference` is the
 * number under which the log knows it. When the archive cannot be reached, the code is UNREACHABLE and the status 0.
 */
type Fields = {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail?: string
  readonly hint?: string
  readonly type?: string
  readonly retryable?: boolean
  readonly reference?: string
  /** What is wrong with single fields of the request. */
  readonly problems?: readonly FieldProblem[]
  /** Whatever else the problem carries, e.g. the ways to sign in of a 401. */
  readonly rest?: Readonly<Record<string, unknown>>
}

export type FieldProblem = { readonly path: string; readonly reason: string }

export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string | null
  readonly hint: string | null
  readonly type: string
  readonly retryable: boolean
  readonly reference: string | null
  readonly problems: readonly FieldProblem[]
  readonly rest: Readonly<Record<string, unknown>>
  /** Seconds to wait before the next try, as the Retry-After header says; null if it says nothing. */
  readonly retryAfter: number | null

  constructor(fields: Fields, retryAfter: number | null = null) {
    super(fields.detail ?? fields.title)
    this.name = 'Problem'
    this.status = fields.status
    this.code = fields.code
    this.title = fields.title
    this.detail = fields.detail ?? null
    this.hint = fields.hint ?? null
    this.type = fields.type ?? 'about:blank'
    this.retryable = fields.retryable ?? false
    this.reference = fields.reference ?? null
    this.problems = fields.problems ?? []
    this.rest = fields.rest ?? {}
    this.retryAfter = retryAfter
  }
}

/** The archive did not answer at all: no network, or the program is stopped. */
export function unreachable(cause: unknown): Problem {
  const problem = new Problem({
    status: 0,
    code: 'UNREACHABLE',
    title: 'The archive does not answer',
    retryable: true,
  })
  problem.cause = cause
  return problem
}

/** Reads the problem out of a refused answer, also where something between us and the archive wrote it. */
export async function problemOf(response: Response): Promise<Problem> {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  const retryAfter = Number.isFinite(seconds) ? seconds : null
  const body: unknown = await response.json().catch(() => null)
  const fields = record(body)
  const { status, code, title, detail, hint, type, retryable, reference, problems, ...rest } = fields
  return new Problem(
    {
      status: response.status,
      code: text(code) ?? `HTTP_${response.status}`,
      title: text(title) ?? (response.statusText || `HTTP ${response.status}`),
      ...optional('detail', text(detail)),
      ...optional('hint', text(hint)),
      ...optional('type', text(type)),
      ...optional('reference', text(reference)),
      retryable:
        typeof retryable === 'boolean' ? retryable : response.status >= 500 || response.status === 429,
      problems: fieldProblems(problems),
      rest,
    },
    retryAfter,
  )
}

function fieldProblems(value: unknown): FieldProblem[] {
  if (!Array.isArray(value)) return []
  return value.map(each => {
    const { path, reason } = record(each)
    return { path: text(path) ?? '', reason: text(reason) ?? '' }
  })
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function optional<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, string>)
}
