/** What lies close by in a vault object, to be fetched in one piece. Pure. */
import { HoldfastError } from '../errors.ts'
import { type ItemRow, locationOf } from './item.ts'

type Placed = Pick<ItemRow, 'vault_object' | 'vault_offset' | 'original_size' | 'message_size'>

export type Span<Row> = { readonly name: string; readonly start: number; end: number; readonly rows: Row[] }

/**
 * The rows in spans, each of one object, as they lie. `sizeOf` is how many bytes of a row are wanted from its offset on;
 * between two of a span there are at most `gapMax`, and a span of several has at most `spanMax`.
 */
export function spansOf<Row extends Placed>(
  rows: readonly Row[],
  sizeOf: (row: Row) => number,
  { gapMax, spanMax }: { readonly gapMax: number; readonly spanMax: number },
): Span<Row>[] {
  const placed = rows
    .map(row => {
      const { name, offset } = locationOf(row)
      return { row, name, start: offset, end: offset + sizeOf(row) }
    })
    .sort((a, b) => (a.name === b.name ? a.start - b.start : a.name < b.name ? -1 : 1))
  const spans: Span<Row>[] = []
  for (const { row, name, start, end } of placed) {
    const last = spans.at(-1)
    if (last?.name === name && start - last.end <= gapMax && end - last.start <= spanMax) {
      last.end = Math.max(last.end, end)
      last.rows.push(row)
    } else spans.push({ name, start, end, rows: [row] })
  }
  return spans
}

/** What is wrong with one item is told of it; anything else ends the reading. */
export function knownFailure(error: unknown): HoldfastError {
  if (error instanceof HoldfastError && !error.retryable) return error
  throw error
}
