/**
 * The accounting of a batch and of a run: the two sums of the design, in Microsoft's own words (reference B4).
 *
 * Items:    available from source = filed + unmapped + duplicates + disposed of before + failed.
 * Filings:  available for import (after fan-out) = imported successfully + partially imported + skipped + failed.
 */

export type Counts = {
  itemsRead: number
  itemsFiled: number
  itemsUnmapped: number
  itemsDuplicate: number
  /** Were here, and were disposed of. */
  itemsDisposed: number
  itemsFailed: number
  filingsAvailable: number
  filingsImported: number
  filingsPartial: number
  filingsSkipped: number
  filingsFailed: number
}

/** The columns of table run that hold the counts, in one order for every statement. */
export const COUNT_COLUMNS = {
  itemsRead: 'items_read',
  itemsFiled: 'items_filed',
  itemsUnmapped: 'items_unmapped',
  itemsDuplicate: 'items_duplicate',
  itemsDisposed: 'items_disposed',
  itemsFailed: 'items_failed',
  filingsAvailable: 'filings_available',
  filingsImported: 'filings_imported',
  filingsPartial: 'filings_partial',
  filingsSkipped: 'filings_skipped',
  filingsFailed: 'filings_failed',
} as const satisfies Record<keyof Counts, string>

/** Counts of nothing yet. */
export function noCounts(): Counts {
  return {
    itemsRead: 0,
    itemsFiled: 0,
    itemsUnmapped: 0,
    itemsDuplicate: 0,
    itemsDisposed: 0,
    itemsFailed: 0,
    filingsAvailable: 0,
    filingsImported: 0,
    filingsPartial: 0,
    filingsSkipped: 0,
    filingsFailed: 0,
  }
}

export type Sum = {
  readonly name: 'items' | 'filings' | 'read'
  readonly left: number
  readonly right: number
}

/** Items of which it is known what became of them. */
export function accountedItems(counts: Counts): number {
  const { itemsFiled, itemsUnmapped, itemsDuplicate, itemsDisposed, itemsFailed } = counts
  return itemsFiled + itemsUnmapped + itemsDuplicate + itemsDisposed + itemsFailed
}

/** The sums that do not hold; none means the run is complete. `sourceCount` is the site's own count. */
export function brokenSums(counts: Counts, sourceCount: number): Sum[] {
  const items = accountedItems(counts)
  const filings =
    counts.filingsImported + counts.filingsPartial + counts.filingsSkipped + counts.filingsFailed
  const sums: Sum[] = [
    { name: 'items', left: sourceCount, right: items },
    { name: 'read', left: counts.itemsRead, right: items },
    { name: 'filings', left: counts.filingsAvailable, right: filings },
  ]
  return sums.filter(sum => sum.left !== sum.right)
}

/** Why an item was set aside, or one of our people could not be reached; shown as it stands, with words in the guide. */
export type FailureReason =
  | 'unreadable'
  | 'item-too-large'
  | 'content-missing'
  | 'employee-owned-phone'
  | 'not-storable'
  | 'no-mapping'
  | 'mailbox-unknown'
  | 'mailbox-not-active'
  | 'no-participant'
