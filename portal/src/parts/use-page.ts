/**
 * A list that the server pages by cursor. The cursor is in the address (`after`, and `from` for counting), so a page
 * can be linked to, and the browser's Back works. What is shown stays until the next page is there.
 */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import { Problem } from '../client/problem.ts'

/** What the API answers for a list. */
export type Answer<Row> = {
  readonly rows: readonly Row[]
  readonly next?: string | null
  readonly total?: number | null
}

/** What a `DataTable` shows. */
export type Paged<Row> = {
  /** Undefined while the first answer is awaited. */
  readonly rows: readonly Row[] | undefined
  readonly total: number | null
  /** The number of the first row shown, from 1. */
  readonly first: number
  readonly problem: Problem | null
  /** True while rows are shown that another page or filter will replace. */
  readonly stale: boolean
  readonly retry: () => void
  readonly toNext: (() => void) | null
  readonly toPrevious: (() => void) | null
}

type Options<Row> = {
  /** The query's key: the name of the list and everything that filters or sorts it. */
  readonly key: readonly unknown[]
  readonly read: (page: {
    readonly after: string | undefined
    readonly signal: AbortSignal
  }) => Promise<Answer<Row>>
  readonly enabled?: boolean
  /** Reads again after so many milliseconds while the page is seen. */
  readonly every?: number
  /** Where a page has two lists: keeps their places in the address apart. */
  readonly name?: string
}

/** Cursors of the pages before, by the cursor that follows them; lost on reload, and then Previous is the first page. */
const before = new Map<string, { readonly after: string | null; readonly from: number }>()

export function usePage<Row>({ key, read, enabled = true, every, name = '' }: Options<Row>): Paged<Row> {
  const [params, setParams] = useSearchParams()
  const afterName = name === '' ? 'after' : `${name}-after`
  const fromName = name === '' ? 'from' : `${name}-from`
  const after = params.get(afterName)
  const from = Math.max(1, Number.parseInt(params.get(fromName) ?? '1', 10) || 1)
  const query = useQuery({
    queryKey: [...key, after],
    queryFn: ({ signal }) => read({ after: after ?? undefined, signal }),
    enabled,
    placeholderData: keepPreviousData,
    ...(every === undefined ? {} : { refetchInterval: every }),
  })
  const go = (place: { readonly after: string | null; readonly from: number }) =>
    setParams(
      present => {
        const next = new URLSearchParams(present)
        next.delete(afterName)
        next.delete(fromName)
        if (place.after !== null) {
          next.set(afterName, place.after)
          next.set(fromName, String(place.from))
        }
        return next
      },
      { preventScrollReset: true },
    )
  const next = query.data?.next ?? null
  const count = query.data?.rows.length ?? 0
  return {
    rows: query.data?.rows,
    total: query.data?.total ?? null,
    first: from,
    problem: query.error instanceof Problem ? query.error : null,
    stale: query.isPlaceholderData,
    retry: () => void query.refetch(),
    toNext:
      next === null
        ? null
        : () => {
            before.set(next, { after, from })
            go({ after: next, from: from + count })
          },
    toPrevious: after === null ? null : () => go(before.get(after) ?? { after: null, from: 1 }),
  }
}

/** Rows that are all there, for a `DataTable` without paging: what a query of one answer gives. */
export function allRows<Row>(query: {
  readonly data: readonly Row[] | undefined
  readonly error: Error | null
  readonly refetch: () => unknown
}): Paged<Row> {
  return {
    rows: query.data,
    total: query.data?.length ?? null,
    first: 1,
    problem: query.error instanceof Problem ? query.error : null,
    stale: false,
    retry: () => void query.refetch(),
    toNext: null,
    toPrevious: null,
  }
}
