/** `holdfast label rule …`: what puts labels on by itself. */
import type { Command } from 'commander'
import {
  changeLabelRule,
  createLabelRule,
  listLabelRules,
  removeLabelRule,
  type StoredLabelRule,
} from '../retention/retention.ts'
import { withActor } from './acting.ts'
import { integerFlag } from './flags.ts'
import { mailboxIdsOf } from './mailbox-ids.ts'
import { withQueue } from './queue-of.ts'
import { count, oneLine, print, printJson, printTable } from './terminal.ts'

const MANAGE = ['Retention Management'] as const

const gather = (value: string, before: string[] = []): string[] => [...before, value]

type FilterFlags = { query?: string; mailbox?: string[]; connector?: string[]; kind?: string[] }
type CreateFlags = FilterFlags & { label: string; off?: boolean; json?: boolean }
type ChangeFlags = FilterFlags & {
  name?: string
  label?: string
  on?: boolean
  off?: boolean
  json?: boolean
}

export function registerLabelRule(labels: Command): void {
  const rules = labels
    .command('rule')
    .description('rules that put labels on what has none, now and in future')

  rules
    .command('list')
    .description('the rules, oldest first: the first that fits gives its label')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast label rule list')
    .action((flags: { json?: boolean }, command: Command) =>
      withActor(command, MANAGE, async (ground, actor) => {
        const rows = await listLabelRules(ground, actor)
        if (flags.json) return printJson({ rows })
        if (rows.length === 0) return print('No rules. `holdfast label rule create` makes one.')
        printTable(
          [
            { title: 'Rule', right: true, cell: each => String(each.ruleId) },
            { title: 'Name', cell: each => each.name },
            { title: 'Label', right: true, cell: each => String(each.labelId) },
            { title: 'Puts it on', cell: aboutOf },
            { title: 'State', cell: stateOf },
          ],
          rows,
        )
      }),
    )

  filterOptions(
    rules
      .command('create <name>')
      .description('make a rule: with a query on what it matches, else on whatever the filter lets through')
      .requiredOption('--label <id>', 'the label that it puts on'),
  )
    .option('--off', 'without turning it on yet')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `\nExamples:
  holdfast label rule create 'Voice of traders' --label 2 --kind voice-call --mailbox anna@contoso.example
  holdfast label rule create Contracts --label 1 --query 'contract OR "letter of intent"'`,
    )
    .action((name: string, flags: CreateFlags, command: Command) =>
      withActor(command, MANAGE, (ground, actor) =>
        withQueue(ground, async queue => {
          const rule = await createLabelRule(ground, queue, actor, {
            name,
            labelId: integerFlag('--label', flags.label),
            query: flags.query ?? null,
            mailboxIds: flags.mailbox ? await mailboxIdsOf(ground, flags.mailbox) : null,
            connectorIds: flags.connector?.map(id => integerFlag('--connector', id)) ?? null,
            kinds: flags.kind ?? null,
            active: !flags.off,
          })
          if (flags.json) return printJson(rule)
          print(`Made rule ${rule.ruleId}. A worker looks at what is filed already.`)
        }),
      ),
    )

  filterOptions(rules.command('change <id>').description('change a rule; what it has put on stays'))
    .option('--name <text>', 'what it is called')
    .option('--label <id>', 'the label that it puts on')
    .option('--on', 'turn it on')
    .option('--off', 'turn it off')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast label rule change 1 --off')
    .action((id: string, flags: ChangeFlags, command: Command) =>
      withActor(command, MANAGE, (ground, actor) =>
        withQueue(ground, async queue => {
          const rule = await changeLabelRule(ground, queue, actor, integerFlag('the rule', id), {
            ...(flags.name === undefined ? {} : { name: flags.name }),
            ...(flags.label === undefined ? {} : { labelId: integerFlag('--label', flags.label) }),
            ...(flags.query === undefined ? {} : { query: flags.query }),
            ...(flags.mailbox ? { mailboxIds: await mailboxIdsOf(ground, flags.mailbox) } : {}),
            ...(flags.connector
              ? { connectorIds: flags.connector.map(each => integerFlag('--connector', each)) }
              : {}),
            ...(flags.kind ? { kinds: flags.kind } : {}),
            ...(flags.on ? { active: true } : flags.off ? { active: false } : {}),
          })
          if (flags.json) return printJson(rule)
          print(`Changed rule ${rule.ruleId}: ${stateOf(rule)}.`)
        }),
      ),
    )

  rules
    .command('remove <id>')
    .description('remove a rule; what it has put on stays')
    .addHelpText('after', '\nExample:\n  holdfast label rule remove 1')
    .action((id: string, _flags: object, command: Command) =>
      withActor(command, MANAGE, async (ground, actor) => {
        const ruleId = integerFlag('the rule', id)
        await removeLabelRule(ground, actor, ruleId)
        print(`Removed rule ${ruleId}.`)
      }),
    )
}

function filterOptions(command: Command): Command {
  return command
    .option('--query <query>', 'only on what it matches')
    .option('--mailbox <address>', 'only in this mailbox; may be repeated (default: in all)', gather)
    .option('--connector <id>', 'only on what this connector collected; may be repeated', gather)
    .option('--kind <kind>', 'only on this kind; may be repeated', gather)
}

function aboutOf({ query, mailboxIds, connectorIds, kinds }: StoredLabelRule): string {
  const parts = [
    query ?? 'everything',
    ...(kinds ? [`of ${kinds.join(', ')}`] : []),
    ...(connectorIds ? [`by connector ${connectorIds.join(', ')}`] : []),
    ...(mailboxIds ? [`in ${count(mailboxIds.length)} mailboxes`] : []),
  ]
  return oneLine(parts.join(' '))
}

function stateOf({ active, problem, evaluating }: StoredLabelRule): string {
  if (!active) return 'off'
  return problem ?? (evaluating ? 'on, evaluating' : 'on')
}
