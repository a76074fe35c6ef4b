/** `holdfast search`: find items by words, phrases, people, kind and time, or say how much there is to find. */
import type { Command } from 'commander'
import {
  countMatches,
  describeItems,
  type Estimate,
  estimateSearch,
  SEARCH_SORTS,
  searchArchive,
} from '../archive/archive.ts'
import { HoldfastError } from '../errors.ts'
import { withActor } from './acting.ts'
import { choiceFlag, integerFlag } from './flags.ts'
import { printItems } from './mailbox.ts'
import { printPartiallyIndexed } from './partially-indexed.ts'
import { type ScopeFlags, scopeOf, withScopeFlags } from './search-scope.ts'
import { count, print, printJson, printTable } from './terminal.ts'

type Flags = ScopeFlags & {
  readonly sort: string
  readonly after?: string
  readonly limit: string
  readonly count?: boolean
  readonly estimate?: boolean
  readonly partiallyIndexed?: boolean
  readonly reason?: string
  readonly json?: boolean
}

export function registerSearch(program: Command): void {
  const search = program
    .command('search [query...]')
    .description(
      'find items: words, "phrases", from: to: kind: sent:, AND OR NOT; docs/guide/search.md has the whole language',
    )
  withScopeFlags(search)
    .option('--sort <order>', `${SEARCH_SORTS.join(', ')}`, 'newest')
    .option('--after <next>', 'the next page: what the page before ended with')
    .option('--limit <count>', 'how many items', '20')
    .option('--count', 'only how many match')
    .option('--estimate', 'only how much matches: size, by mailbox, by kind, and what could not be seen')
    .option('--partially-indexed', 'instead: the attachments whose text search could not see, by reason')
    .option('--reason <reason>', 'with --partially-indexed: only those of this reason')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `\nExamples:
  holdfast search lunch
  holdfast search '"call my personal phone" sent>=2026-11-01' --sort oldest
  holdfast search lunch --mailbox anna@example.com --estimate
  holdfast search 'from:447700900123 kind:voice-call' --json
  holdfast search --partially-indexed --reason encrypted`,
    )
    .action((words: string[], flags: Flags, command: Command) =>
      withActor(command, [], async (ground, actor) => {
        const text = words.join(' ')
        const sort = choiceFlag('--sort', flags.sort, SEARCH_SORTS)
        const limit = integerFlag('--limit', flags.limit)
        const scope = await scopeOf(ground, flags)
        if (flags.partiallyIndexed) return printPartiallyIndexed(ground, actor, scope, { ...flags, limit })
        if (text === '') throw new HoldfastError('USAGE', 'say what to search for; * finds everything')
        if (flags.estimate) {
          const estimate = await estimateSearch(ground, actor, text, scope)
          return flags.json ? printJson(estimate) : printEstimate(estimate)
        }
        const matches = await countMatches(ground, actor, text, scope)
        if (flags.count) return flags.json ? printJson({ matches }) : print(count(matches))
        const page = await searchArchive(ground, actor, text, scope, {
          ...(flags.after ? { after: flags.after } : {}),
          limit,
          sort,
        })
        const items = await describeItems(ground, page.itemIds)
        if (flags.json)
          return printJson({ demonstration: ground.archive.demonstration, matches, items, next: page.next })
        print(`${count(matches)} ${matches === 1 ? 'item matches' : 'items match'}.`)
        if (items.length > 0) printItems(items)
        if (page.next) print(`More: add --after ${page.next}`)
      }),
    )
}

const bytes = (value: number): string => `${count(value)} bytes`

type Shown = Omit<Estimate, 'at'> & { readonly at: Date | null }

/** What a search finds, for a person. */
export function printEstimate(found: Shown): void {
  print(`${count(found.items)} ${found.items === 1 ? 'item' : 'items'}, ${bytes(found.bytes)}.`)
  if (found.byMailbox.length > 0) {
    print()
    printTable(
      [
        { title: 'Mailbox', cell: each => each.address },
        { title: 'Items', right: true, cell: each => count(each.items) },
        { title: 'Size', right: true, cell: each => bytes(each.bytes) },
      ],
      found.byMailbox,
    )
    print()
    printTable(
      [
        { title: 'Kind', cell: each => each.kind },
        { title: 'Items', right: true, cell: each => count(each.items) },
        { title: 'Size', right: true, cell: each => bytes(each.bytes) },
      ],
      found.byKind,
    )
  }
  printUnseen(found)
}

/** What a search could not look into. */
export function printUnseen(found: {
  partiallyIndexed: number | null
  notYetIndexed: number | null
  restricted?: number | null
}): void {
  print()
  const nothing = !found.partiallyIndexed && !found.notYetIndexed
  print(
    nothing
      ? 'Nothing where it looked was left unread.'
      : `Not looked into: attachments of ${count(found.partiallyIndexed ?? 0)} items that cannot be read, and of ${count(found.notYetIndexed ?? 0)} that are still to be read.`,
  )
  if (found.restricted)
    print(
      `Left out: ${count(found.restricted)} restricted items, whose erasure was asked for and which are kept for holds or retention.`,
    )
}
