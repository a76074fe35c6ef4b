/** `holdfast person add|list|edit|reset-password|disable|enable`: who may sign in. */
import type { Command } from 'commander'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import {
  addPerson,
  editPerson,
  findPerson,
  listPersons,
  type Person,
  resetPassword,
} from '../identity/identity.ts'
import { withActor } from './acting.ts'
import { integerFlag } from './flags.ts'
import { print, printJson, printTable, time } from './terminal.ts'

type AddFlags = { name: string; email?: string; language: string; signIn: string; json?: boolean }

export function registerPerson(program: Command): void {
  const person = program.command('person').description('persons who may sign in')

  person
    .command('add <username>')
    .description('add a person; the generated password is shown this once')
    .requiredOption('--name <name>', 'the display name')
    .option('--email <address>')
    .option('--language <code>', 'en or sv', 'en')
    .option('--sign-in <how>', 'password, oidc (the organisation’s sign-in), or both', 'password')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast person add anna@example.com --name "Anna Plover"')
    .action((username: string, options: AddFlags, command: Command) =>
      withActor(command, ['Role Management'], async (ground, actor) => {
        if (!['password', 'oidc', 'both'].includes(options.signIn))
          throw new HoldfastError('USAGE', '--sign-in is password, oidc or both')
        const { person: added, password } = await addPerson(ground, actor, {
          username,
          displayName: options.name,
          email: options.email ?? '',
          language: languageOf(options.language),
          oidcAllowed: options.signIn !== 'password',
          ...(options.signIn === 'oidc' ? { password: null } : {}),
        })
        if (options.json) return printJson({ ...added, password })
        print(`${added.displayName} is added as ${added.username}.`)
        if (password !== null) printPassword(password)
        print(`Roles come from role groups: holdfast role-group add-member <group> ${added.username}`)
      }),
    )

  person
    .command('list')
    .description('persons by user name')
    .option('--containing <text>', 'only user names and names that contain this')
    .option('--after <username>', 'begin after this user name')
    .option('--limit <count>', 'how many', '100')
    .option('--json', 'as JSON')
    .action(
      (options: { containing?: string; after?: string; limit: string; json?: boolean }, command: Command) =>
        withActor(command, ['Role Management'], async (ground, actor) => {
          const found = await listPersons(ground, actor, {
            ...(options.containing ? { containing: options.containing } : {}),
            ...(options.after ? { after: options.after } : {}),
            limit: integerFlag('--limit', options.limit),
          })
          if (options.json) return printJson(found)
          if (found.length === 0) return print('Nobody. `holdfast person add` adds somebody.')
          printTable(
            [
              { title: 'User name', cell: each => each.username },
              { title: 'Name', cell: each => each.displayName },
              {
                title: 'Status',
                cell: each => (each.status === 'active' && each.lockedUntil ? 'locked' : each.status),
              },
              { title: '2nd factor', cell: each => (each.secondFactor ? 'yes' : 'no') },
              { title: 'Last sign-in', cell: each => time(each.lastSignInAt) },
              { title: 'Role groups', cell: each => each.roleGroups.map(({ name }) => name).join(', ') },
            ],
            found,
          )
        }),
    )

  person
    .command('edit <username>')
    .description('change names or language; what is not named stays as it is')
    .option('--name <name>')
    .option('--email <address>')
    .option('--language <code>')
    .action(
      (username: string, options: { name?: string; email?: string; language?: string }, command: Command) =>
        withActor(command, ['Role Management'], async (ground, actor) => {
          const { personId } = await named(ground, username)
          await editPerson(ground, actor, personId, {
            ...(options.name !== undefined ? { displayName: options.name } : {}),
            ...(options.email !== undefined ? { email: options.email } : {}),
            ...(options.language !== undefined ? { language: languageOf(options.language) } : {}),
          })
          print('Changed.')
        }),
    )

  person
    .command('reset-password <username>')
    .description('give a new password, shown this once; sessions end, a lock is lifted')
    .option('--second-factor', 'take the second factor off as well, for whoever lost it')
    .option('--json', 'as JSON')
    .action((username: string, options: { secondFactor?: boolean; json?: boolean }, command: Command) =>
      withActor(command, ['Role Management'], async (ground, actor) => {
        const { personId } = await named(ground, username)
        const password = await resetPassword(ground, actor, personId, {
          secondFactorToo: options.secondFactor === true,
        })
        if (options.json) return printJson({ password })
        printPassword(password)
      }),
    )

  for (const [verb, status, description] of [
    ['disable', 'disabled', 'let a person in no more; sessions and tokens end at once'],
    ['enable', 'active', 'let a person in again'],
  ] as const)
    person
      .command(`${verb} <username>`)
      .description(description)
      .action((username: string, _options: unknown, command: Command) =>
        withActor(command, ['Role Management'], async (ground, actor) => {
          const { personId } = await named(ground, username)
          const changed = await editPerson(ground, actor, personId, { status })
          print(`${changed.username} is ${changed.status}.`)
        }),
      )
}

/** The person with this user name; PERSON_UNKNOWN if there is none. */
export async function named(ground: Ground, username: string): Promise<Person> {
  const found = await findPerson(ground.database, username)
  if (!found) throw new HoldfastError('PERSON_UNKNOWN', 'nobody has this user name')
  return found
}

function languageOf(code: string): 'en' | 'sv' {
  if (code === 'en' || code === 'sv') return code
  throw new HoldfastError('USAGE', '--language is en or sv')
}

function printPassword(password: string): void {
  print(`  Password   ${password}`)
  print('It is shown this once, and must be changed at the first sign-in.')
}
