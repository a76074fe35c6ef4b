/** The completeness statement of a run: two sums that a person can check by eye, in Microsoft's words. */
import { brokenSums, type Run } from '../pipeline/pipeline.ts'
import { count, print, time } from './terminal.ts'

/** Prints the statement. `name` is the connector's; a demonstration archive says on it that it is one. */
export function printStatement(name: string, run: Run, demonstration: boolean): void {
  const { counts } = run
  const broken = run.sourceCount === null ? [] : brokenSums(counts, run.sourceCount)
  print(
    `${name}: run ${run.runId}, ${run.status}${demonstration ? '  (DEMONSTRATION: invented people and traffic)' : ''}`,
  )
  print(`  Window (arrival at the site)   ${time(run.window.from)} to ${time(run.window.to)}`)
  print(`  Import completion time (UTC)   ${time(run.completedAt)}`)
  if (run.sourceCount === 0) print('  No items in this window.')
  else if (run.status === 'complete' && counts.itemsDuplicate === run.sourceCount)
    print(`  Nothing new: all ${count(counts.itemsDuplicate)} items are in the archive already.`)
  sum('Items available from source', run.sourceCount, [
    ['filed', counts.itemsFiled],
    ['unmapped', counts.itemsUnmapped],
    ['duplicates', counts.itemsDuplicate],
    ...(counts.itemsDisposed > 0 ? [['disposed of before', counts.itemsDisposed] as const] : []),
    ['failed', counts.itemsFailed],
  ])
  sum('Items available for import (after fan-out)', counts.filingsAvailable, [
    ['imported successfully', counts.filingsImported],
    ['partially imported (stripped at capture)', counts.filingsPartial],
    [
      counts.itemsDisposed > 0 ? 'skipped (duplicates, disposed of before)' : 'skipped (duplicates)',
      counts.filingsSkipped,
    ],
    ['failed', counts.filingsFailed],
  ])
  if (run.errorCode) print(`  ${run.errorCode}: ${run.errorMessage ?? ''}`)
  if (run.status === 'complete') print('  Both sums add up.')
  for (const { name: sumName, left, right } of broken)
    print(`  The sum of ${sumName} does not add up: ${count(left)} is not ${count(right)}.`)
}

function sum(title: string, total: number | null, parts: readonly (readonly [string, number])[]): void {
  const counted = parts.reduce((all, [, value]) => all + value, 0)
  const mark = total === null ? '(the site was not asked yet)' : total === counted ? '=' : '≠'
  print(`  ${title}: ${total === null ? '' : `${count(total)} `}${mark}`)
  for (const [name, value] of parts) print(`    ${count(value).padStart(12)}  ${name}`)
}
