/** `holdfast label …`: retention labels, put on and taken off, and (label-rule.ts) the rules that put them on. */
import type { Command } from 'commander'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import {
  changeLabel,
  createLabel,
  LABEL_ACTIONS,
  LABEL_STARTS,
  type LabelPut,
  type LabelTarget,
  listLabels,
  putLabel,
  removeLabel,
  retireLabel,
  type StoredLabel,
  showLabel,
} from '../retention/retention.ts'
import { withActor } from './acting.ts'
import { choiceFlag, integerFlag } from './flags.ts'
import { registerLabelRule } from './label-rule.ts'
import { mailboxIdsOf } from './mailbox-ids.ts'
import { withQueue } from './queue-of.ts'
import { count, oneLine, print, printJson, printTable, time } from './terminal.ts'

const MANAGE = ['Retention Management'] as const
const READ = ['Retention Management', 'Disposition Management'] as const

const gather = (value: string, before: string[] = []): string[] => [...before, value]

type CreateFlags = {
  action: string
  period?: string
  start: string
  eventType?: string
  review?: boolean
  description: string
  json?: boolean
}
type ChangeFlags = {
  name?: string
  description?: string
  period?: string
  review?: boolean
  json?: boolean
}
type OnFlags = { item?: string[]; query?: string; mailbox?: string[]; json?: boolean }

export function registerLabel(program: Command): void {
  const labels = program
    .command('label')
    .description('retention labels: how long single messages are kept, whatever policies say')

  labels
    .command('list')
    .description('the labels, oldest first')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast label list')
    .action((flags: { json?: boolean }, command: Command) =>
      withActor(command, READ, async (ground, actor) => {
        const rows = await listLabels(ground, actor)
        if (flags.json) return printJson({ rows })
        if (rows.length === 0) return print('No labels. `holdfast label create` makes one.')
        printTable(
          [
            { title: 'Label', right: true, cell: each => String(each.labelId) },
            { title: 'Name', cell: each => each.name },
            { title: 'Does', cell: doesOf },
            { title: 'Copies', right: true, cell: each => count(each.copies) },
            { title: 'Rules', right: true, cell: each => count(each.rules) },
            { title: 'Retired', cell: each => time(each.retiredAt) },
          ],
          rows,
        )
      }),
    )

  labels
    .command('show <id>')
    .description('a label')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast label show 1')
    .action((id: string, flags: { json?: boolean }, command: Command) =>
      withActor(command, READ, async (ground, actor) => {
        const label = await showLabel(ground, actor, integerFlag('the label', id))
        if (flags.json) return printJson(label)
        printLabel(label)
      }),
    )

  labels
    .command('create <name>')
    .description('make a label')
    .requiredOption('--action <action>', `what it does: ${LABEL_ACTIONS.join(', ')} (which only names)`)
    .option('--period <period>', 'years, months and days: P6Y, P1Y6M, P90D (default: for ever)')
    .option('--start <start>', `what the period counts from: ${LABEL_STARTS.join(', ')}`, 'sent')
    .option('--event-type <id>', 'with --start event: the type of events')
    .option('--review', 'ask a person before what it deletes goes')
    .option('--description <text>', 'what it is for', '')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `\nExamples:
  holdfast label create 'Financial record' --action retain-then-delete --period P7Y --review
  holdfast label create 'Contract' --action retain-then-delete --period P10Y --start event --event-type 1`,
    )
    .action((name: string, flags: CreateFlags, command: Command) =>
      withActor(command, MANAGE, async (ground, actor) => {
        const label = await createLabel(ground, actor, {
          name,
          description: flags.description,
          action: choiceFlag('--action', flags.action, LABEL_ACTIONS),
          period: flags.period ?? null,
          start: choiceFlag('--start', flags.start, LABEL_STARTS),
          eventTypeId: flags.eventType === undefined ? null : integerFlag('--event-type', flags.eventType),
          review: flags.review ?? false,
        })
        if (flags.json) return printJson(label)
        print(`Made label ${label.labelId}: ${doesOf(label)}.`)
      }),
    )

  labels
    .command('change <id>')
    .description('change a label; what has it is decided on again by its new period')
    .option('--name <text>', 'what it is called')
    .option('--description <text>', 'what it is for')
    .option('--period <period>', 'P6Y, P1Y6M, P90D; `ever` for ever')
    .option('--review', 'ask a person before what it deletes goes')
    .option('--no-review', 'ask nobody')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast label change 1 --period P8Y')
    .action((id: string, flags: ChangeFlags, command: Command) =>
      withActor(command, MANAGE, (ground, actor) =>
        withQueue(ground, async queue => {
          const { name, description, period, review } = flags
          const label = await changeLabel(ground, queue, actor, integerFlag('the label', id), {
            ...(name === undefined ? {} : { name }),
            ...(description === undefined ? {} : { description }),
            ...(period === undefined ? {} : { period: period === 'ever' ? null : period }),
            ...(review === undefined ? {} : { review }),
          })
          if (flags.json) return printJson(label)
          print(`Changed label ${label.labelId}: ${doesOf(label)}.`)
        }),
      ),
    )

  labels
    .command('retire <id>')
    .description('retire a label: it stays on what has it, and is put on nothing any more')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast label retire 1')
    .action((id: string, flags: { json?: boolean }, command: Command) =>
      withActor(command, MANAGE, async (ground, actor) => {
        const label = await retireLabel(ground, actor, integerFlag('the label', id))
        if (flags.json) return printJson(label)
        print(`Retired label ${label.labelId}; ${count(label.copies)} copies keep it.`)
      }),
    )

  labels
    .command('remove <id>')
    .description('remove a label that nothing has and no rule puts on')
    .addHelpText('after', '\nExample:\n  holdfast label remove 1')
    .action((id: string, _flags: object, command: Command) =>
      withActor(command, MANAGE, async (ground, actor) => {
        const labelId = integerFlag('the label', id)
        await removeLabel(ground, actor, labelId)
        print(`Removed label ${labelId}.`)
      }),
    )

  onOptions(labels.command('put <id>').description('put a label on, in place of whatever label is there'))
    .option('--only-unlabelled', 'leave alone what has a label')
    .addHelpText(
      'after',
      `\nExamples:
  holdfast label put 1 --item 019a9f3e-5c00-8a2b-9c3d-0123456789ab
  holdfast label put 1 --query 'kind:chat AND invoice' --mailbox anna@contoso.example`,
    )
    .action((id: string, flags: OnFlags & { onlyUnlabelled?: boolean }, command: Command) =>
      withActor(command, MANAGE, async (ground, actor) => {
        const labelId = integerFlag('the label', id)
        const put = await putLabel(ground, actor, labelId, await targetOf(ground, flags), {
          onlyUnlabelled: flags.onlyUnlabelled ?? false,
        })
        if (flags.json) return printJson(put)
        printPut(put, `have label ${labelId}`)
      }),
    )

  onOptions(
    labels.command('take-off').description('take off whatever label is there; no rule puts one on again'),
  )
    .addHelpText('after', '\nExample:\n  holdfast label take-off --item 019a9f3e-5c00-8a2b-9c3d-0123456789ab')
    .action((flags: OnFlags, command: Command) =>
      withActor(command, MANAGE, async (ground, actor) => {
        const put = await putLabel(ground, actor, null, await targetOf(ground, flags))
        if (flags.json) return printJson(put)
        printPut(put, 'have no label')
      }),
    )

  registerLabelRule(labels)
}

function onOptions(command: Command): Command {
  return command
    .option('--item <id>', 'this message; may be repeated', gather)
    .option('--query <query>', 'what this finds')
    .option(
      '--mailbox <address>',
      'its copy in this mailbox alone; may be repeated (default: every copy)',
      gather,
    )
    .option('--json', 'as JSON')
}

async function targetOf(ground: Ground, { item, query, mailbox }: OnFlags): Promise<LabelTarget> {
  if ((item === undefined) === (query === undefined))
    throw new HoldfastError('USAGE', 'say which messages: by --item, or by --query')
  const mailboxIds = await mailboxIdsOf(ground, mailbox ?? [])
  if (query !== undefined) return { type: 'query', query, mailboxIds: mailbox ? mailboxIds : null }
  if (!mailbox) return { type: 'items', itemIds: item! }
  return {
    type: 'copies',
    copies: item!.flatMap(itemId => mailboxIds.map(mailboxId => ({ mailboxId, itemId }))),
  }
}

function printPut({ copies, changed, replaced }: LabelPut, what: string): void {
  print(`${count(copies)} copies ${what} now; ${count(changed)} are changed by this.`)
  if (replaced > 0) print(`${count(replaced)} of them had another label.`)
}

function printLabel(label: StoredLabel): void {
  print(oneLine(`Label ${label.labelId}: ${label.name}`))
  print(`  Does       ${doesOf(label)}`)
  if (label.description) print(`  For        ${oneLine(label.description)}`)
  print(`  On         ${count(label.copies)} copies; ${count(label.rules)} rules put it on`)
  print(`  Made       ${time(label.createdAt)} by ${label.createdBy}`)
  if (label.retiredAt) print(`  Retired    ${time(label.retiredAt)} by ${label.retiredBy}`)
}

function doesOf({ action, period, start, eventTypeId, review }: StoredLabel): string {
  if (action === 'none') return 'only names'
  const from = start === 'event' ? `an event of type ${eventTypeId}` : `when it was ${start}`
  const how = period === null ? 'for ever' : `${period} from ${from}`
  return `${action} ${how}${review ? ', after a review' : ''}`
}
