/** `holdfast saved-search …`: searches that are kept, run again, and whose runs are compared. */
import type { Command } from 'commander'
import {
  addSavedSearch,
  compareRuns,
  finishSearchRun,
  listSavedSearches,
  listSearchRuns,
  RUNS_KEPT,
  removeSavedSearch,
  requestSearchRun,
  type SavedSearch,
  type SearchRun,
  showSavedSearch,
  showSearchRun,
} from '../ediscovery/ediscovery.ts'
import { openQueue } from '../queue/queue.ts'
import { withActor } from './acting.ts'
import { integerFlag } from './flags.ts'
import { printEstimate } from './search.ts'
import { type ScopeFlags, scopeOf, withScopeFlags } from './search-scope.ts'
import { count, print, printJson, printTable, time } from './terminal.ts'

const GONE: Readonly<Record<string, string>> = {
  disposed: 'in the archive no more',
  hidden: 'its filing was hidden',
  'out-of-scope': 'not where the later run looked',
  'no-match': 'not found by the later query',
}

export function registerSavedSearch(program: Command): void {
  const saved = program
    .command('saved-search')
    .description('searches that are kept: run again, compared, exported from')

  withScopeFlags(saved.command('create <name> <query...>').description('save a search'))
    .option('--description <text>', 'what it is for', '')
    .option('--keep <count>', 'how many of its runs are kept, 1 to 50', String(RUNS_KEPT))
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `\nExample:\n  holdfast saved-search create 'Own phones' '"my personal phone" sent>=2026-11-01'`,
    )
    .action(
      (
        name: string,
        words: string[],
        flags: ScopeFlags & { description: string; keep: string; json?: boolean },
        command: Command,
      ) =>
        withActor(command, [], async (ground, actor) => {
          const search = await addSavedSearch(ground, actor, {
            name,
            description: flags.description,
            query: words.join(' '),
            scope: await scopeOf(ground, flags),
            runsMax: integerFlag('--keep', flags.keep),
          })
          if (flags.json) return printJson(search)
          print(`Saved as ${search.savedSearchId}. Run it: holdfast saved-search run ${search.savedSearchId}`)
        }),
    )

  saved
    .command('list')
    .description('your saved searches, newest first')
    .option('--limit <count>', 'how many', '50')
    .option('--after <id>', 'the next page: begin after this search')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast saved-search list')
    .action((flags: { limit: string; after?: string; json?: boolean }, command: Command) =>
      withActor(command, [], async (ground, actor) => {
        const page = await listSavedSearches(ground, actor, {
          limit: integerFlag('--limit', flags.limit),
          ...(flags.after ? { after: integerFlag('--after', flags.after) } : {}),
        })
        if (flags.json) return printJson(page)
        if (page.searches.length === 0)
          return print('No saved searches yet. `holdfast saved-search create` saves one.')
        printTable(
          [
            { title: 'Search', right: true, cell: each => String(each.savedSearchId) },
            { title: 'Name', cell: each => each.name },
            { title: 'Query', cell: each => short(each.query) },
            { title: 'Last run', cell: each => time(each.lastRun?.requestedAt ?? null) },
            { title: 'Found', right: true, cell: each => found(each.lastRun) },
          ],
          page.searches,
        )
        if (page.next) print(`More: add --after ${page.next}`)
      }),
    )

  saved
    .command('show <id>')
    .description('a saved search with its runs')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast saved-search show 1')
    .action((id: string, flags: { json?: boolean }, command: Command) =>
      withActor(command, [], async (ground, actor) => {
        const savedSearchId = integerFlag('the search', id)
        const search = await showSavedSearch(ground, actor, savedSearchId)
        const runs = await listSearchRuns(ground, actor, savedSearchId)
        if (flags.json) return printJson({ ...search, runs })
        printSearch(search)
        if (runs.length > 0) printRuns(runs)
      }),
    )

  saved
    .command('run <id>')
    .description('run a saved search, and keep what it finds')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast saved-search run 1')
    .action((id: string, flags: { json?: boolean }, command: Command) =>
      withActor(command, [], async (ground, actor) => {
        const queue = await openQueue(ground.database, { log: ground.log })
        try {
          const asked = await requestSearchRun(ground, queue, actor, integerFlag('the search', id))
          await finishSearchRun(ground, asked.searchRunId)
          const run = await showSearchRun(ground, actor, asked.searchRunId)
          if (flags.json) return printJson(run)
          print(
            `Run ${run.searchRunId} of search ${run.savedSearchId}: ${run.status}${run.errorCode ? ` (${run.errorCode})` : ''}`,
          )
          if (run.status === 'complete') printEstimate(estimateOf(run))
        } finally {
          await queue.stop({ graceful: false })
        }
      }),
    )

  saved
    .command('runs <id>')
    .description('the runs of a search that are kept, newest first')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast saved-search runs 1')
    .action((id: string, flags: { json?: boolean }, command: Command) =>
      withActor(command, [], async (ground, actor) => {
        const runs = await listSearchRuns(ground, actor, integerFlag('the search', id))
        if (flags.json) return printJson(runs)
        if (runs.length === 0) return print(`No runs yet. holdfast saved-search run ${id} makes one.`)
        printRuns(runs)
      }),
    )

  saved
    .command('compare <run> <other>')
    .description('what two runs of a search have in common, and what not')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast saved-search compare 3 7')
    .action((one: string, other: string, flags: { json?: boolean }, command: Command) =>
      withActor(command, [], async (ground, actor) => {
        const compared = await compareRuns(
          ground,
          actor,
          integerFlag('the run', one),
          integerFlag('the other run', other),
        )
        if (flags.json) return printJson(compared)
        const { earlier, later, both, added, gone } = compared
        print(
          `Run ${earlier.searchRunId} found ${found(earlier)} items, run ${later.searchRunId} ${found(later)}.`,
        )
        print(`  both   ${count(both)}`)
        print(`  added  ${count(added.items)}`)
        print(`  gone   ${count(gone.items)}`)
        for (const { reason, items } of gone.reasons) print(`    ${count(items)} ${GONE[reason] ?? reason}`)
        if (compared.searchChanged) print('The search was changed between the two, or looked elsewhere.')
      }),
    )

  saved
    .command('remove <id>')
    .description('remove a saved search with its runs; exports made from them stay')
    .addHelpText('after', '\nExample:\n  holdfast saved-search remove 1')
    .action((id: string, _flags: unknown, command: Command) =>
      withActor(command, [], async (ground, actor) => {
        await removeSavedSearch(ground, actor, integerFlag('the search', id))
        print('Removed.')
      }),
    )
}

function printSearch(search: SavedSearch): void {
  print(`Search ${search.savedSearchId}: ${search.name}`)
  if (search.description) print(`  ${search.description}`)
  print(`  Query       ${search.query}`)
  print(`  Mailboxes   ${search.mailboxIds ? count(search.mailboxIds.length) : 'all'}`)
  print(`  Connectors  ${search.connectorIds?.join(', ') ?? 'all'}`)
  print(`  Folders     ${search.folders?.join(', ') ?? 'all'}`)
  print(`  Owner       ${search.owner}`)
  print(`  Changed     ${time(search.changedAt)}`)
  print()
}

function printRuns(runs: readonly SearchRun[]): void {
  printTable(
    [
      { title: 'Run', right: true, cell: each => String(each.searchRunId) },
      { title: 'Asked for', cell: each => time(each.requestedAt) },
      { title: 'By', cell: each => each.requestedBy },
      { title: 'Status', cell: each => each.errorCode ?? each.status },
      { title: 'Found', right: true, cell: found },
      { title: 'Revision', right: true, cell: each => String(each.revision) },
    ],
    runs,
  )
}

function estimateOf(run: Awaited<ReturnType<typeof showSearchRun>>) {
  return {
    items: run.items ?? 0,
    bytes: run.bytes ?? 0,
    byMailbox: run.byMailbox,
    byKind: run.byKind,
    partiallyIndexed: run.partiallyIndexed ?? 0,
    notYetIndexed: run.notYetIndexed ?? 0,
    restricted: run.restricted ?? 0,
    at: run.lookedAt,
  }
}

const found = (run: SearchRun | null): string => (run?.items == null ? '-' : count(run.items))
const short = (query: string): string => (query.length > 60 ? `${query.slice(0, 59)}…` : query)
