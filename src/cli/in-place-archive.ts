/** `holdfast archive-policy …`: after how long items move to the archive of their mailbox. */
import type { Command } from 'commander'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import {
  type ArchivePolicy,
  changeArchivePolicy,
  createArchivePolicy,
  inPlaceArchiveStatus,
  listArchivePolicies,
  listArchivePolicyMailboxes,
  listArchiveRuns,
  performOpenArchiving,
  removeArchivePolicy,
  requestArchivingNow,
  showArchivePolicy,
} from '../in-place-archive/in-place-archive.ts'
import { withActor } from './acting.ts'
import { integerFlag } from './flags.ts'
import { mailboxesAfter, mailboxIdsOf } from './mailbox-ids.ts'
import { withQueue } from './queue-of.ts'
import { count, print, printJson, printTable, time } from './terminal.ts'

const ROLES = ['Retention Management'] as const
const gather = (value: string, before: string[] = []): string[] => [...before, value]

type DraftFlags = {
  mailbox?: string[]
  everywhere?: boolean
  after: string
  description: string
  json?: boolean
}
type ChangeFlags = {
  name?: string
  description?: string
  after?: string
  add?: string[]
  remove?: string[]
  json?: boolean
}
type JsonFlag = { json?: boolean }

export function registerArchivePolicy(program: Command): void {
  const policies = program
    .command('archive-policy')
    .description('in-place archive: after how long items move to the archive of their mailbox')

  policies
    .command('create <name>')
    .description('make a policy and move what it is about')
    .requiredOption('--after <period>', "from each item's date: P2Y, P18M, P90D; `never` keeps it all out")
    .option('--mailbox <address>', 'for this mailbox; may be repeated', gather)
    .option('--everywhere', "the organisation's, for every mailbox that has no policy of its own")
    .option('--description <text>', 'what it is for', '')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `\nExamples:
  holdfast archive-policy create 'Two years' --after P2Y --everywhere
  holdfast archive-policy create Traders --after P90D --mailbox anna@contoso.example`,
    )
    .action((name: string, flags: DraftFlags, command: Command) =>
      withActor(command, ROLES, (ground, actor) =>
        withQueue(ground, async queue => {
          if ((flags.everywhere === true) === (flags.mailbox !== undefined))
            throw new HoldfastError('USAGE', 'give --everywhere, or --mailbox once or more')
          const made = await createArchivePolicy(ground, queue, actor, {
            name,
            description: flags.description,
            period: periodOf(flags.after),
            mailboxIds: flags.mailbox ? await mailboxIdsOf(ground, flags.mailbox) : null,
          })
          await performOpenArchiving(ground, NEVER)
          if (flags.json) return printJson(made)
          print(`Made archive policy ${made.policyId} for ${count(made.mailboxes)} mailboxes.`)
        }),
      ),
    )

  policies
    .command('list')
    .description("every policy, the organisation's first, and how much is in the archive")
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast archive-policy list')
    .action((flags: JsonFlag, command: Command) =>
      withActor(command, ROLES, async (ground, actor) => {
        const rows = await listArchivePolicies(ground, actor)
        const status = await inPlaceArchiveStatus(ground, actor)
        if (flags.json) return printJson({ policies: rows, archive: status })
        if (rows.length === 0) print('No archive policies. `holdfast archive-policy create` makes one.')
        else
          printTable(
            [
              { title: 'Policy', right: true, cell: each => String(each.policyId) },
              { title: 'Name', cell: each => each.name },
              { title: 'For', cell: each => (each.everywhere ? 'the organisation' : 'mailboxes') },
              { title: 'Mailboxes', right: true, cell: each => count(each.mailboxes) },
              { title: 'Moves after', cell: each => each.period ?? 'never' },
              { title: 'Changed', cell: each => time(each.changedAt) },
            ],
            rows,
          )
        print(`In the archive: ${count(status.filings)} copies in ${count(status.mailboxes)} mailboxes.`)
        if (status.tier !== null)
          print(`Objects in a cooler tier (configured: ${status.tier}): ${count(status.cooledObjects)}`)
      }),
    )

  policies
    .command('show <id>')
    .description('a policy and its mailboxes')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast archive-policy show 1')
    .action((id: string, flags: JsonFlag, command: Command) =>
      withActor(command, ROLES, async (ground, actor) => {
        const policyId = integerFlag('the policy', id)
        const policy = await showArchivePolicy(ground, actor, policyId)
        const page = await listArchivePolicyMailboxes(ground, actor, policyId, { limit: 200 })
        if (flags.json) return printJson({ ...policy, addresses: page.mailboxes.map(each => each.address) })
        printPolicy(policy)
        for (const { address } of page.mailboxes) print(`  ${address}`)
        if (page.next !== null) print(`  and ${count(page.total - page.mailboxes.length)} more`)
      }),
    )

  policies
    .command('change <id>')
    .description('change a policy; what no longer belongs in the archive comes back')
    .option('--name <text>', 'what it is called')
    .option('--description <text>', 'what it is for')
    .option('--after <period>', 'P2Y, P18M, P90D, or `never`')
    .option('--add <address>', 'for this mailbox too; may be repeated', gather)
    .option('--remove <address>', 'no longer for this mailbox; may be repeated', gather)
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast archive-policy change 1 --after P3Y')
    .action((id: string, flags: ChangeFlags, command: Command) =>
      withActor(command, ROLES, (ground, actor) =>
        withQueue(ground, async queue => {
          const policyId = integerFlag('the policy', id)
          const { name, description, add, remove } = flags
          const change = {
            name,
            description,
            period: flags.after === undefined ? undefined : periodOf(flags.after),
            mailboxIds:
              add || remove
                ? await mailboxesAfter(ground, await allMailboxes(ground, actor, policyId), add, remove)
                : undefined,
          }
          const given = Object.entries(change).filter(([, value]) => value !== undefined)
          const changed = await changeArchivePolicy(ground, queue, actor, policyId, Object.fromEntries(given))
          await performOpenArchiving(ground, NEVER)
          if (flags.json) return printJson(changed)
          print(`Changed archive policy ${policyId}: for ${count(changed.mailboxes)} mailboxes.`)
        }),
      ),
    )

  policies
    .command('remove <id>')
    .description('remove a policy; what it moved comes back')
    .addHelpText('after', '\nExample:\n  holdfast archive-policy remove 1')
    .action((id: string, _flags: JsonFlag, command: Command) =>
      withActor(command, ROLES, (ground, actor) =>
        withQueue(ground, async queue => {
          const policyId = integerFlag('the policy', id)
          await removeArchivePolicy(ground, queue, actor, policyId)
          await performOpenArchiving(ground, NEVER)
          print(`Removed archive policy ${policyId}.`)
        }),
      ),
    )

  policies
    .command('run')
    .description("look through everything now, without waiting for the day's run")
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast archive-policy run')
    .action((flags: JsonFlag, command: Command) =>
      withActor(command, ROLES, (ground, actor) =>
        withQueue(ground, async queue => {
          const archiveRunId = await requestArchivingNow(ground, queue, actor)
          await performOpenArchiving(ground, NEVER)
          const { runs } = await listArchiveRuns(ground, actor, { limit: 50 })
          const run = runs.find(each => each.archiveRunId === archiveRunId)
          if (flags.json) return printJson(run)
          if (!run) return print(`Run ${archiveRunId} is done.`)
          print(
            `Looked at ${count(run.filings)} copies: ${count(run.archived)} moved, ${count(run.returned)} brought back.`,
          )
          if (run.cooled + run.warmed > 0)
            print(`Objects: ${count(run.cooled)} to the cooler tier, ${count(run.warmed)} back.`)
          if (run.problem !== null)
            print(`Objects could not be moved (${run.problem}); the next run tries again.`)
        }),
      ),
    )
}

/** A command goes on to its end. */
const NEVER = new AbortController().signal

const periodOf = (text: string): string | null => (text === 'never' ? null : text)

function printPolicy(policy: ArchivePolicy): void {
  print(`Archive policy ${policy.policyId}: ${policy.name}`)
  if (policy.description) print(`  What for     ${policy.description}`)
  print(`  Moves after  ${policy.period ?? 'never'}`)
  print(
    `  For          ${policy.everywhere ? `the organisation (${count(policy.mailboxes)} mailboxes without one of their own)` : `${count(policy.mailboxes)} mailboxes`}`,
  )
  print(`  Made         ${time(policy.createdAt)} by ${policy.createdBy}`)
}

async function allMailboxes(
  ground: Ground,
  actor: Parameters<typeof listArchivePolicyMailboxes>[1],
  policyId: number,
): Promise<number[]> {
  const ids: number[] = []
  for (let after: string | null = null; ; ) {
    const page = await listArchivePolicyMailboxes(ground, actor, policyId, {
      limit: 1_000,
      ...(after ? { after } : {}),
    })
    ids.push(...page.mailboxes.map(each => each.mailboxId))
    after = page.next
    if (after === null) return ids
  }
}
