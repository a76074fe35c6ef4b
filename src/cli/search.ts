/** `holdfast search`: find items by words, phrases, people, kind and time. */
import type { Command } from 'commander'
import { countMatches, describeItems, searchArchive } from '../archive/archive.ts'
import { getMailbox } from '../directory/directory.ts'
import { withActor } from './acting.ts'
import { integerFlag } from './flags.ts'
import { printItems } from './mailbox.ts'
import { count, print, printJson } from './terminal.ts'

export function registerSearch(program: Command): void {
  program
    .command('search <query...>')
    .description(
      'find items: words, "phrases", from: to: kind: sent:, AND OR NOT; docs/guide/search.md has the whole language',
    )
    .option('--mailbox <address>', 'only in this mailbox')
    .option('--after <item>', 'the next page: begin after this item')
    .option('--limit <count>', 'how many items', '20')
    .option('--count', 'only how many match')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `\nExamples:
  holdfast search lunch
  holdfast search '"call my personal phone" sent>=2026-11-01'
  holdfast search 'from:447700900123 kind:voice-call' --json`,
    )
    .action(
      (
        words: string[],
        options: { mailbox?: string; after?: string; limit: string; count?: boolean; json?: boolean },
        command: Command,
      ) =>
        withActor(command, [], async (ground, actor) => {
          const text = words.join(' ')
          const mailboxIds = options.mailbox
            ? [(await getMailbox(ground.database, options.mailbox)).mailboxId]
            : null
          const matches = await countMatches(ground, actor, text, { mailboxIds })
          if (options.count) return options.json ? printJson({ matches }) : print(count(matches))
          const page = await searchArchive(
            ground,
            actor,
            text,
            { mailboxIds },
            {
              ...(options.after ? { after: options.after } : {}),
              limit: integerFlag('--limit', options.limit),
            },
          )
          const items = await describeItems(ground, page.itemIds)
          if (options.json)
            return printJson({ demonstration: ground.archive.demonstration, matches, items, next: page.next })
          print(`${count(matches)} ${matches === 1 ? 'item matches' : 'items match'}.`)
          if (items.length > 0) printItems(items)
          if (page.next) print(`More: add --after ${page.next}`)
        }),
    )
}
