/** `holdfast token add|list|revoke`: API tokens of the person who signed in. */
import type { Command } from 'commander'
import { HoldfastError } from '../errors.ts'
import { addToken, holdsRole, listTokens, revokeToken } from '../identity/identity.ts'
import { callerOf, withActor } from './acting.ts'
import { integerFlag } from './flags.ts'
import { roleOf } from './role-group.ts'
import { print, printJson, printTable, time } from './terminal.ts'

export function registerToken(program: Command): void {
  const token = program.command('token').description('API tokens, for programs that act in your name')

  token
    .command('add <name>')
    .description('make a token with some of your roles; its text is shown this once')
    .requiredOption('--role <role...>', 'a role of yours; several may be named')
    .option('--days <count>', 'after so many days it expires, 366 at most', '90')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  holdfast token add "Nightly report" --role "View-Only Configuration"',
    )
    .action((name: string, options: { role: string[]; days: string; json?: boolean }, command: Command) =>
      withActor(command, [], async (ground, actor) => {
        const caller = await callerOf(ground)
        if (!caller?.session)
          throw new HoldfastError('SESSION_NEEDED', 'a token belongs to a person who signed in')
        const made = await addToken(ground, actor, caller.person.personId, {
          name,
          roles: options.role.map(roleOf),
          days: integerFlag('--days', options.days),
        })
        if (options.json) return printJson({ ...made.token, text: made.text })
        print(made.text)
        print(`It is shown this once, and is good until ${time(made.token.expiresAt)}.`)
      }),
    )

  token
    .command('list')
    .description('your tokens; with Role Management, everybody’s')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }, command: Command) =>
      withActor(command, [], async (ground, actor) => {
        const caller = await callerOf(ground)
        const everybody = holdsRole(actor, 'Role Management')
        const found = await listTokens(ground, actor, everybody ? null : (caller?.person.personId ?? null))
        if (options.json) return printJson(found)
        if (found.length === 0) return print('No tokens.')
        printTable(
          [
            { title: 'Id', right: true, cell: each => String(each.tokenId) },
            { title: 'Of', cell: each => each.username },
            { title: 'Name', cell: each => each.name },
            { title: 'Roles', cell: each => each.roles.join(', ') },
            {
              title: 'Until',
              cell: each => (each.revokedAt ? `revoked ${time(each.revokedAt)}` : time(each.expiresAt)),
            },
            { title: 'Last used', cell: each => time(each.lastUsedAt) },
          ],
          found,
        )
      }),
    )

  token
    .command('revoke <id>')
    .description('make a token good for nothing: one of yours, or with Role Management anybody’s')
    .action((id: string, _options: unknown, command: Command) =>
      withActor(command, [], async (ground, actor) => {
        const caller = await callerOf(ground)
        const everybody = holdsRole(actor, 'Role Management')
        await revokeToken(
          ground,
          actor,
          integerFlag('the token', id),
          everybody ? null : (caller?.person.personId ?? null),
        )
        print('Revoked.')
      }),
    )
}
