/** `holdfast role-group …`: who holds which roles, for which mailboxes. */
import type { Command } from 'commander'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import {
  type Actor,
  addMember,
  addRoleGroup,
  editRoleGroup,
  findRoleGroup,
  listedMailboxes,
  listMembers,
  listRoleGroups,
  type MailboxLimit,
  previewLimit,
  ROLES,
  type Role,
  removeMember,
  removeRoleGroup,
} from '../identity/identity.ts'
import { withActor } from './acting.ts'
import { mailboxIdsOf } from './mailbox-ids.ts'
import { named } from './person.ts'
import { count, print, printJson, printTable } from './terminal.ts'

const MANAGES: readonly Role[] = ['Role Management']

export function registerRoleGroup(program: Command): void {
  const group = program
    .command('role-group')
    .description('role groups: roles, members, and the mailboxes they are limited to')

  const work = (command: Command, name: string, change: (found: Found) => Promise<void>) =>
    withActor(command, MANAGES, async (ground, actor) => {
      const { roleGroupId, roles } = await findRoleGroup(ground, actor, name)
      await change({ ground, actor, roleGroupId, roles })
    })

  group
    .command('list')
    .description('all role groups')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }, command: Command) =>
      withActor(command, MANAGES, async (ground, actor) => {
        const groups = await listRoleGroups(ground, actor)
        if (options.json) return printJson(groups)
        printTable(
          [
            { title: 'Name', cell: each => each.name },
            { title: 'Members', right: true, cell: each => count(each.members) },
            { title: 'Limited', cell: each => (each.limit ? 'yes' : '') },
            { title: 'Roles', cell: each => each.roles.join(', ') },
          ],
          groups,
        )
        if (!groups.some(({ roles }) => roles.includes('Mailbox Import Export')))
          print(
            '\nMailbox Import Export belongs to no role group:\n  holdfast role-group add-role "Organization Management" "Mailbox Import Export"',
          )
      }),
    )

  group
    .command('show <name>')
    .description('one role group with its members and what it reaches')
    .option('--json', 'as JSON')
    .action((name: string, options: { json?: boolean }, command: Command) =>
      withActor(command, MANAGES, async (ground, actor) => {
        const found = await findRoleGroup(ground, actor, name)
        const members = await listMembers(ground, actor, found.roleGroupId, { limit: 1000 })
        const reached = found.limit ? await previewLimit(ground.database, found.limit) : null
        const listed = found.limit ? await listedMailboxes(ground.database, found.limit) : []
        if (options.json) return printJson({ ...found, members, reached: reached?.reached ?? null })
        print(`${found.name}${found.builtIn ? '  (built in)' : ''}`)
        if (found.description) print(`  ${found.description}`)
        print(`  Roles     ${found.roles.join(', ') || '-'}`)
        print(
          `  Reaches   ${reached ? `${count(reached.reached)} of ${count(reached.total)} mailboxes` : 'every mailbox'}`,
        )
        for (const { attribute, values } of found.limit?.conditions ?? [])
          print(`            ${attribute} = ${values.join(' or ')}`)
        for (const { address } of listed) print(`            ${address}`)
        for (const member of members)
          print(`  Member    ${member.username}${member.status === 'disabled' ? '  (disabled)' : ''}`)
      }),
    )

  group
    .command('add <name>')
    .description('add a role group')
    .option('--description <text>')
    .option('--role <role...>', 'a role; several may be named')
    .addHelpText(
      'after',
      '\nExample:\n  holdfast role-group add "Connector Administrators" --role "Mailbox Import Export"',
    )
    .action((name: string, options: { description?: string; role?: string[] }, command: Command) =>
      withActor(command, MANAGES, async (ground, actor) => {
        const added = await addRoleGroup(ground, actor, {
          name,
          description: options.description ?? '',
          roles: (options.role ?? []).map(roleOf),
        })
        print(`${added.name} is added.`)
      }),
    )

  group
    .command('remove <name>')
    .description('remove a role group; its members lose what it gave them at once')
    .action((name: string, _options: unknown, command: Command) =>
      work(command, name, async ({ ground, actor, roleGroupId }) => {
        await removeRoleGroup(ground, actor, roleGroupId)
        print('Removed.')
      }),
    )

  for (const [verb, change] of [
    ['add-member', addMember],
    ['remove-member', removeMember],
  ] as const)
    group
      .command(`${verb} <name> <username>`)
      .description(verb === 'add-member' ? 'make a person a member' : 'take a person out')
      .action((name: string, username: string, _options: unknown, command: Command) =>
        work(command, name, async ({ ground, actor, roleGroupId }) => {
          await change(ground, actor, roleGroupId, (await named(ground, username)).personId)
          print('Done.')
        }),
      )

  for (const verb of ['add-role', 'remove-role'] as const)
    group
      .command(`${verb} <name> <role>`)
      .description(verb === 'add-role' ? 'give a role to the members' : 'take a role from the members')
      .action((name: string, text: string, _options: unknown, command: Command) =>
        work(command, name, async ({ ground, actor, roleGroupId, roles }) => {
          const role = roleOf(text)
          const rest = roles.filter(each => each !== role)
          await editRoleGroup(ground, actor, roleGroupId, {
            roles: verb === 'add-role' ? [...rest, role] : rest,
          })
          print('Done.')
        }),
      )

  group
    .command('limit <name>')
    .description('limit a role group to mailboxes by list or by attributes of the directory')
    .option('--mailbox <address...>', 'a mailbox by its address; several may be named')
    .option('--where <condition...>', 'Attribute=value or Attribute=one|another; all of them must be met')
    .option('--none', 'take the limit off: every mailbox')
    .addHelpText(
      'after',
      '\nExample:\n  holdfast role-group limit "Trading readers" --where Department=Trading',
    )
    .action(
      (name: string, options: { mailbox?: string[]; where?: string[]; none?: boolean }, command: Command) =>
        work(command, name, async ({ ground, actor, roleGroupId }) => {
          if (!options.none && !options.mailbox && !options.where)
            throw new HoldfastError('USAGE', 'name --mailbox, --where, or --none')
          const limit = options.none ? null : await limitOf(ground, options)
          await editRoleGroup(ground, actor, roleGroupId, { limit })
          if (!limit) return print('Reaches every mailbox.')
          const { reached, total } = await previewLimit(ground.database, limit)
          print(`Reaches ${count(reached)} of ${count(total)} mailboxes.`)
        }),
    )
}

type Found = {
  readonly ground: Ground
  readonly actor: Actor
  readonly roleGroupId: number
  readonly roles: readonly Role[]
}

async function limitOf(
  ground: Ground,
  options: { readonly mailbox?: string[]; readonly where?: string[] },
): Promise<MailboxLimit> {
  const mailboxes = await mailboxIdsOf(ground, options.mailbox ?? [])
  const conditions = (options.where ?? []).map(text => {
    const [, attribute = '', values = ''] = /^([^=]+)=(.+)$/.exec(text) ?? []
    if (values === '') throw new HoldfastError('USAGE', '--where is Attribute=value')
    return { attribute, values: values.split('|') }
  })
  return { mailboxes, conditions }
}

/** A role by its name, whatever its case. */
export function roleOf(text: string): Role {
  const found = (Object.keys(ROLES) as Role[]).find(role => role.toLowerCase() === text.trim().toLowerCase())
  if (found) return found
  throw new HoldfastError('USAGE', `there is no such role; the roles are ${Object.keys(ROLES).join(', ')}`)
}
