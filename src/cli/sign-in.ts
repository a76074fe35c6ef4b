/** `holdfast sign-in|sign-out|whoami`: commands that follow act as the person who signed in, under their roles. */
import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { passwordFromEnvironment } from '../config.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import {
  authenticate,
  changePassword,
  consoleActor,
  endSession,
  giveSecondFactor,
  type OpenedSession,
  ROLES,
  type Role,
  signIn,
} from '../identity/identity.ts'
import { callerOf, forgetSession, keepSession, readSession } from './acting.ts'
import { withGround } from './ground-of.ts'
import { ask, count, isInteractive, print, printJson, say, time } from './terminal.ts'

type Options = { user?: string; passwordStdin?: boolean; code?: string }

export function registerSignIn(program: Command): void {
  program
    .command('sign-in')
    .description('act as yourself from now on: commands obey the roles of your role groups')
    .option('--user <name>', 'your user name')
    .option(
      '--password-stdin',
      'the password from standard input (or HOLDFAST_PASSWORD); a second line is a new one, where one is due',
    )
    .option('--code <code>', 'the code of your authenticator app, or a recovery code')
    .addHelpText(
      'after',
      `\nExamples:
  holdfast sign-in --user anna
  HOLDFAST_TOKEN=hft_… holdfast status     a token needs no sign-in`,
    )
    .action((options: Options, command: Command) =>
      withGround(command, async ground => {
        const before = await readSession(ground).catch(() => null)
        const session = await enter(ground, options)
        if (before !== null) await endKept(ground, before)
        await keepSession(ground, session.secret)
        const caller = await authenticate(ground, { session: session.secret, token: null })
        print(
          `Signed in as ${caller?.person.username}, until ${time(session.expiresAt)} at the latest. \`holdfast sign-out\` ends it.`,
        )
      }),
    )

  program
    .command('sign-out')
    .description('end the sign-in of this console')
    .action((_options: unknown, command: Command) =>
      withGround(command, async ground => {
        const secret = await readSession(ground).catch(() => null)
        if (secret !== null) await endKept(ground, secret)
        const there = await forgetSession(ground)
        print(there ? 'Signed out.' : 'Nobody was signed in on this console.')
      }),
    )

  program
    .command('whoami')
    .description('who the commands act as, and what they may do')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }, command: Command) =>
      withGround(command, async ground => {
        const caller = await callerOf(ground)
        const actor = caller?.actor ?? consoleActor()
        const roles = [
          ...(actor.roles ?? (Object.keys(ROLES) as Role[]).map(role => [role, null] as const)),
        ].map(([role, scope]) => ({ role, mailboxes: scope === null ? null : scope.length }))
        const until = caller?.session?.expiresAt ?? caller?.token?.expiresAt ?? null
        if (options.json) return printJson({ actor: actor.name, breakGlass: actor.breakGlass, until, roles })
        print(actor.name)
        if (actor.breakGlass) return print('  Break-glass: nobody signed in. Every act is recorded as such.')
        print(`  Until   ${time(until)}`)
        if (roles.length === 0) print('  No role group has you as a member.')
        for (const { role, mailboxes } of roles)
          print(`  Role    ${role}${mailboxes === null ? '' : `, for ${count(mailboxes)} mailboxes`}`)
      }),
    )
}

/** Signs in with everything that is due: the code, then a new password. */
async function enter(ground: Ground, options: Options): Promise<OpenedSession> {
  const username = options.user ?? (await ask('User name'))
  const [given, next] = await passwords(options)
  let session = await signIn(ground, { username, password: given, place: 'console' })
  if (session.state === 'second-factor-needed') {
    if (options.code === undefined && !isInteractive())
      throw new HoldfastError('SECOND_FACTOR_NEEDED', 'this account has a second factor; give --code')
    session = await giveSecondFactor(ground, session, options.code ?? (await ask('Code')))
  }
  if (session.state === 'password-change-needed') {
    say('The first password must be changed: 12 characters or more.')
    session = await changePassword(ground, session, given, next ?? (await newPassword()))
  }
  return session
}

async function passwords(options: Options): Promise<[string, string?]> {
  const fromEnvironment = passwordFromEnvironment()
  if (fromEnvironment !== null) return [fromEnvironment]
  if (!options.passwordStdin) return [await ask('Password', { hidden: true })]
  const [first = '', second] = (await text(process.stdin)).split(/\r?\n/)
  return second ? [first, second] : [first]
}

async function newPassword(): Promise<string> {
  for (;;) {
    const first = await ask('New password', { hidden: true })
    if (first === (await ask('Once more', { hidden: true }))) return first
    say('They differ.')
  }
}

async function endKept(ground: Ground, secret: string): Promise<void> {
  const caller = await authenticate(ground, { session: secret, token: null })
  if (caller?.session)
    await endSession(ground, caller.actor, caller.person.personId, caller.session.sessionId)
}
