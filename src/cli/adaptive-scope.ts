/** `holdfast retention scope …`: adaptive scopes, mailboxes by what the directory says of them. */
import type { Command } from 'commander'
import {
  type AdaptiveScope,
  changeScope,
  createScope,
  listMembers,
  listScopes,
  performOpenEvaluations,
  previewScope,
  removeScope,
  type ScopeMember,
  showScope,
} from '../retention/retention.ts'
import { withActor } from './acting.ts'
import { integerFlag } from './flags.ts'
import { withQueue } from './queue-of.ts'
import { count, oneLine, print, printJson, printTable, time } from './terminal.ts'

const MANAGE = ['Retention Management'] as const
const SHOWN = 200

export function registerAdaptiveScope(retention: Command): void {
  const scopes = retention
    .command('scope')
    .description('adaptive scopes: the mailboxes of which the directory says so')

  scopes
    .command('create <name>')
    .description('make a scope; its members follow the directory')
    .requiredOption('--query <condition>', 'who: Department:Sales AND NOT Country:(SE, NO)')
    .option('--description <text>', 'what it is for', '')
    .option('--json', 'as JSON')
    .addHelpText('after', `\nExample:\n  holdfast retention scope create Sales --query 'Department:Sales'`)
    .action((name: string, flags: { query: string; description: string; json?: boolean }, command: Command) =>
      withActor(command, MANAGE, async (ground, actor) => {
        const { query, description } = flags
        const scope = await createScope(ground, actor, { name, description, query })
        if (flags.json) return printJson(scope)
        print(`Made adaptive scope ${scope.scopeId}: ${count(scope.members)} mailboxes meet it.`)
      }),
    )

  scopes
    .command('preview')
    .description('who would meet a condition')
    .requiredOption('--query <condition>', 'who')
    .option('--json', 'as JSON')
    .addHelpText('after', `\nExample:\n  holdfast retention scope preview --query 'Title:Assist*'`)
    .action((flags: { query: string; json?: boolean }, command: Command) =>
      withActor(command, MANAGE, async (ground, actor) => {
        const found = await previewScope(ground, actor, { query: flags.query })
        if (flags.json) return printJson(found)
        print(`${count(found.members)} of ${count(found.total)} mailboxes meet ${found.query}`)
        printMembers(found.sample)
      }),
    )

  scopes
    .command('list')
    .description('scopes, newest first')
    .option('--limit <count>', 'how many', '50')
    .option('--after <id>', 'the next page: begin after this scope')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast retention scope list')
    .action((flags: { limit: string; after?: string; json?: boolean }, command: Command) =>
      withActor(command, MANAGE, async (ground, actor) => {
        const page = await listScopes(ground, actor, {
          limit: integerFlag('--limit', flags.limit),
          ...(flags.after ? { after: integerFlag('--after', flags.after) } : {}),
        })
        if (flags.json) return printJson(page)
        if (page.scopes.length === 0)
          return print('No adaptive scopes. `holdfast retention scope create` makes one.')
        printTable(
          [
            { title: 'Scope', right: true, cell: each => String(each.scopeId) },
            { title: 'Name', cell: each => oneLine(each.name) },
            { title: 'Condition', cell: each => oneLine(each.query) },
            { title: 'Mailboxes', right: true, cell: each => count(each.members) },
            { title: 'Policies', right: true, cell: each => count(each.policies) },
          ],
          page.scopes,
        )
        if (page.next) print(`More: add --after ${page.next}`)
      }),
    )

  scopes
    .command('show <id>')
    .description('a scope, and who meets it now')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast retention scope show 1')
    .action((id: string, flags: { json?: boolean }, command: Command) =>
      withActor(command, MANAGE, async (ground, actor) => {
        const scopeId = integerFlag('the scope', id)
        const scope = await showScope(ground, actor, scopeId)
        const page = await listMembers(ground, actor, scopeId, { limit: SHOWN })
        if (flags.json) return printJson({ ...scope, mailboxes: page.members })
        printScope(scope)
        printMembers(page.members)
        if (page.next) print(`and ${count(page.total - page.members.length)} more`)
      }),
    )

  scopes
    .command('change <id>')
    .description('change a scope; those who join or leave are decided on anew')
    .option('--name <text>', 'what it is called')
    .option('--description <text>', 'what it is for')
    .option('--query <condition>', 'who')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `\nExample:\n  holdfast retention scope change 1 --query 'Department:(Sales, Trading)'`,
    )
    .action(
      (
        id: string,
        flags: { name?: string; description?: string; query?: string; json?: boolean },
        command: Command,
      ) =>
        withActor(command, MANAGE, (ground, actor) =>
          withQueue(ground, async queue => {
            const { json, ...change } = flags
            const scope = await changeScope(ground, queue, actor, integerFlag('the scope', id), change)
            await performOpenEvaluations(ground)
            if (json) return printJson(scope)
            print(`Changed adaptive scope ${scope.scopeId}: ${count(scope.members)} mailboxes meet it.`)
          }),
        ),
    )

  scopes
    .command('remove <id>')
    .description('remove a scope that no policy goes by')
    .addHelpText('after', '\nExample:\n  holdfast retention scope remove 1')
    .action((id: string, _flags: object, command: Command) =>
      withActor(command, MANAGE, async (ground, actor) => {
        const scopeId = integerFlag('the scope', id)
        await removeScope(ground, actor, scopeId)
        print(`Removed adaptive scope ${scopeId}.`)
      }),
    )
}

function printScope(scope: AdaptiveScope): void {
  print(`Adaptive scope ${scope.scopeId}: ${scope.name}`)
  if (scope.description) print(`  For         ${scope.description}`)
  print(`  Condition   ${scope.query}`)
  print(`  Mailboxes   ${count(scope.members)}`)
  print(`  Policies    ${count(scope.policies)}`)
  print(`  Made        ${time(scope.createdAt)} by ${scope.createdBy}`)
  print()
}

function printMembers(members: readonly ScopeMember[]): void {
  printTable(
    [
      { title: 'Mailbox', cell: each => each.address },
      { title: 'Name', cell: each => oneLine(each.displayName) },
      { title: '', cell: each => (each.inactive ? 'inactive' : '') },
    ],
    members,
  )
}
