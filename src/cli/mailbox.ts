/** `holdfast mailbox list|show`: mailboxes, their folders, and what is filed in them. */
import type { Command } from 'commander'
import { browseMailbox, type FilingLine, listMailboxFolders } from '../archive/archive.ts'
import { listMailboxes } from '../directory/directory.ts'
import { holdsRole, mailboxScope } from '../identity/identity.ts'
import { SEES_DIRECTORY, withActor } from './acting.ts'
import { integerFlag } from './flags.ts'
import { count, print, printJson, printTable, time } from './terminal.ts'

export function registerMailbox(program: Command): void {
  const mailbox = program
    .command('mailbox')
    .description('mailboxes, their folders, and what is filed in them')

  mailbox
    .command('list')
    .description('the mailboxes of the directory, by address')
    .option('--after <address>', 'begin after this address')
    .option('--limit <count>', 'how many', '100')
    .option('--json', 'as JSON')
    .action((options: { after?: string; limit: string; json?: boolean }, command: Command) =>
      withActor(command, [...SEES_DIRECTORY, 'Preview'], async (ground, actor) => {
        const found = await listMailboxes(ground.database, {
          // Who may only read sees only the mailboxes that they may read.
          ...(holdsRole(actor, ...SEES_DIRECTORY) ? {} : { mailboxIds: mailboxScope(actor, 'Preview') }),
          ...(options.after ? { after: options.after } : {}),
          limit: integerFlag('--limit', options.limit),
        })
        if (options.json) return printJson(found)
        if (found.length === 0)
          return print('No mailboxes yet. `holdfast directory import people.csv` brings them.')
        printTable(
          [
            { title: 'Address', cell: each => each.address },
            { title: 'Name', cell: each => each.displayName },
            { title: 'Active from', cell: each => time(each.activeFrom) },
            { title: 'Active to', cell: each => time(each.activeTo) },
          ],
          found,
        )
      }),
    )

  mailbox
    .command('show <address>')
    .description(
      'a mailbox’s folders, and its newest items; `unmapped` and `quarantine` are the reserved ones',
    )
    .option('--folder <name>', 'only this folder')
    .option('--after <item>', 'begin after this item')
    .option('--limit <count>', 'how many items', '20')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast mailbox show unmapped --limit 5')
    .action(
      (
        address: string,
        options: { folder?: string; after?: string; limit: string; json?: boolean },
        command: Command,
      ) =>
        withActor(command, [], async (ground, actor) => {
          const { mailbox: found, folders } = await listMailboxFolders(ground, actor, address)
          const folder = options.folder ? folders.find(each => each.name === options.folder) : undefined
          if (options.folder && !folder)
            return print(`There is no folder "${options.folder}" in ${found.address}.`)
          const items = await browseMailbox(ground, actor, address, {
            ...(folder ? { folderId: folder.folderId } : {}),
            ...(options.after ? { after: options.after } : {}),
            limit: integerFlag('--limit', options.limit),
          })
          if (options.json)
            return printJson({ demonstration: ground.archive.demonstration, mailbox: found, folders, items })
          print(
            `${found.address}  ${found.displayName}${ground.archive.demonstration ? '  (DEMONSTRATION)' : ''}`,
          )
          for (const each of folders)
            print(
              `  ${each.name}: ${count(each.filings)} items${each.archived > 0 ? `, ${count(each.archived)} of them in the in-place archive` : ''}`,
            )
          if (items.length === 0) return print('  Nothing is filed here.')
          print()
          printItems(items)
        }),
    )
}

/** A list of items for a person. */
export function printItems(items: readonly FilingLine[]): void {
  printTable(
    [
      { title: 'Item', cell: each => each.itemId },
      { title: 'Sent', cell: each => time(each.sentAt ?? each.arrivedAt) },
      { title: 'Kind', cell: each => each.kind },
      { title: 'From', cell: each => parties(each, true) },
      { title: 'To', cell: each => parties(each, false) },
      { title: 'Att.', right: true, cell: each => (each.attachments > 0 ? String(each.attachments) : '') },
    ],
    items,
  )
}

function parties(item: FilingLine, from: boolean): string {
  const named = item.participants
    .filter(party => (party.role === 'from') === from)
    .map(party => party.number ?? party.emails?.[0] ?? party.form)
  return named.length > 3 ? `${named.slice(0, 3).join(', ')} +${named.length - 3}` : named.join(', ')
}
