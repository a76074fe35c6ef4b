/** `holdfast retention …`: policies, the presets offered, what a policy would do, and (adaptive-scope.ts) scopes. */
import type { Command } from 'commander'
import type { Ground } from '../ground.ts'
import {
  changePolicy,
  createPolicy,
  formatPeriod,
  listPolicies,
  lockPolicy,
  POLICY_STATES,
  PRESETS,
  performOpenEvaluations,
  type RetentionPolicy,
  readPolicyHistory,
  removePolicy,
  showPolicy,
} from '../retention/retention.ts'
import { withActor } from './acting.ts'
import { registerAdaptiveScope } from './adaptive-scope.ts'
import { choiceFlag, integerFlag } from './flags.ts'
import { withQueue } from './queue-of.ts'
import { NO_SETTINGS, type SettingFlags, settingOptions, settingsGiven } from './retention-flags.ts'
import { count, oneLine, print, printJson, printTable, time } from './terminal.ts'
import { registerWhatIf } from './what-if.ts'

const MANAGE = ['Retention Management'] as const
const READ = ['Retention Management', 'Disposition Management'] as const

type WordFlags = { name?: string; description?: string; belowPreset?: string; json?: boolean }

export function registerRetention(program: Command): void {
  const retention = program.command('retention').description('how long things are kept, and when they go')
  const policies = retention
    .command('policy')
    .description('policies: rules for all, some or chosen mailboxes')
  registerReading(policies)
  registerChanging(policies)
  registerAdaptiveScope(retention)
  registerWhatIf(retention)

  retention
    .command('preset')
    .description('presets')
    .command('list')
    .description('policies that are offered for known rules of supervision')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast retention preset list')
    .action((flags: { json?: boolean }, command: Command) =>
      withActor(command, READ, async () => {
        if (flags.json) return printJson(PRESETS)
        for (const preset of PRESETS) {
          print(`${preset.presetId}  ${preset.name}: keep ${formatPeriod(preset.period)}`)
          print(`  ${preset.says}`)
          print(`  ${preset.claims}`)
          for (const { title, url } of preset.sources) print(`  ${title}  ${url}`)
          print()
        }
      }),
    )
}

function registerReading(policies: Command): void {
  policies
    .command('list')
    .description('policies, newest first')
    .option('--state <state>', `${POLICY_STATES.join(', ')} (default: all but the removed)`)
    .option('--limit <count>', 'how many', '50')
    .option('--after <id>', 'the next page: begin after this policy')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast retention policy list --state on')
    .action((flags: { state?: string; limit: string; after?: string; json?: boolean }, command: Command) =>
      withActor(command, READ, async (ground, actor) => {
        const page = await listPolicies(ground, actor, {
          ...(flags.state === undefined ? {} : { state: choiceFlag('--state', flags.state, POLICY_STATES) }),
          limit: integerFlag('--limit', flags.limit),
          ...(flags.after ? { after: integerFlag('--after', flags.after) } : {}),
        })
        if (flags.json) return printJson(page)
        if (page.policies.length === 0)
          return print('No retention policies. `holdfast retention policy create` makes one.')
        printTable(
          [
            { title: 'Policy', right: true, cell: each => String(each.policyId) },
            { title: 'Name', cell: each => oneLine(each.name) },
            { title: 'Does', cell: doesOf },
            { title: 'State', cell: stateOf },
            { title: 'Mailboxes', right: true, cell: each => count(each.mailboxes) },
          ],
          page.policies,
        )
        if (page.next) print(`More: add --after ${page.next}`)
      }),
    )

  policies
    .command('show <id>')
    .description('a policy, and its history')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast retention policy show 1')
    .action((id: string, flags: { json?: boolean }, command: Command) =>
      withActor(command, READ, async (ground, actor) => {
        const policyId = integerFlag('the policy', id)
        const policy = await showPolicy(ground, actor, policyId)
        const history = await readPolicyHistory(ground, actor, policyId)
        if (flags.json) return printJson({ ...policy, history })
        printPolicy(policy)
        for (const { at, actor: who, act } of history) print(`${time(at)}  ${act}  ${who}`)
      }),
    )
}

function registerChanging(policies: Command): void {
  settingOptions(policies.command('create <name>').description('make a policy, on or off'))
    .option('--preset <id>', 'as this preset proposes; flags set otherwise what it says')
    .option('--below-preset <reason>', 'why it keeps less than the preset')
    .option('--description <text>', 'what it is for')
    .option('--on', 'turn it on at once (default: off)')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `\nExamples:
  holdfast retention policy create 'Books and records' --all --preset sec-17a-4 --on
  holdfast retention policy create 'Old texts' --all --exclude anna@contoso.example --action delete --period P3Y
  holdfast retention policy create Unmapped --mailbox unmapped --action retain-then-delete --period P2Y --review --on`,
    )
    .action(
      (name: string, flags: SettingFlags & WordFlags & { preset?: string; on?: boolean }, command: Command) =>
        withActor(command, MANAGE, (ground, actor) =>
          withQueue(ground, async queue => {
            const chosen =
              flags.preset === undefined
                ? null
                : choiceFlag(
                    '--preset',
                    flags.preset,
                    PRESETS.map(each => each.presetId),
                  )
            const preset = PRESETS.find(each => each.presetId === chosen)
            const proposed = preset
              ? { action: preset.action, period: formatPeriod(preset.period), startFrom: preset.starts[0]! }
              : {}
            const made = await createPolicy(ground, queue, actor, {
              ...NO_SETTINGS,
              ...proposed,
              ...(await settingsGiven(ground, flags)),
              name,
              description: flags.description ?? '',
              belowPreset: flags.belowPreset ?? '',
              presetId: chosen,
              enabled: flags.on ?? false,
            })
            await report(ground, actor, made.policyId, flags.json, 'Made')
          }),
        ),
    )

  settingOptions(
    policies
      .command('change <id>')
      .description('change a policy; one that is locked can only be extended')
      .option('--name <text>', 'what it is called')
      .option('--description <text>', 'what it is for')
      .option('--below-preset <reason>', 'why it keeps less than its preset'),
  )
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast retention policy change 1 --period P7Y')
    .action((id: string, flags: SettingFlags & WordFlags, command: Command) =>
      withActor(command, MANAGE, (ground, actor) =>
        withQueue(ground, async queue => {
          const policyId = integerFlag('the policy', id)
          const { name, description, belowPreset } = flags
          const words = Object.entries({ name, description, belowPreset }).filter(
            ([, value]) => value !== undefined,
          )
          await changePolicy(ground, queue, actor, policyId, {
            ...(await settingsGiven(ground, flags)),
            ...Object.fromEntries(words),
          })
          await report(ground, actor, policyId, flags.json, 'Changed')
        }),
      ),
    )

  for (const [verb, said, enabled] of [
    ['turn-on', 'Turned on', true],
    ['turn-off', 'Turned off', false],
  ] as const)
    policies
      .command(`${verb} <id>`)
      .description(`turn a policy ${enabled ? 'on' : 'off'}`)
      .option('--json', 'as JSON')
      .addHelpText('after', `\nExample:\n  holdfast retention policy ${verb} 1`)
      .action((id: string, flags: { json?: boolean }, command: Command) =>
        withActor(command, MANAGE, (ground, actor) =>
          withQueue(ground, async queue => {
            const policyId = integerFlag('the policy', id)
            await changePolicy(ground, queue, actor, policyId, { enabled })
            await report(ground, actor, policyId, flags.json, said)
          }),
        ),
      )

  policies
    .command('lock <id>')
    .description('lock a policy for good: from then on it can only be extended, by anybody')
    .requiredOption('--confirm <name>', "the policy's name, typed")
    .option('--json', 'as JSON')
    .addHelpText('after', "\nExample:\n  holdfast retention policy lock 1 --confirm 'Books and records'")
    .action((id: string, flags: { confirm: string; json?: boolean }, command: Command) =>
      withActor(command, MANAGE, (ground, actor) =>
        withQueue(ground, async queue => {
          const policyId = integerFlag('the policy', id)
          await lockPolicy(ground, queue, actor, policyId, flags.confirm)
          await report(ground, actor, policyId, flags.json, 'Locked')
        }),
      ),
    )

  policies
    .command('remove <id>')
    .description('remove a policy: it decides nothing any more, and its record stays')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast retention policy remove 1')
    .action((id: string, flags: { json?: boolean }, command: Command) =>
      withActor(command, MANAGE, (ground, actor) =>
        withQueue(ground, async queue => {
          const policyId = integerFlag('the policy', id)
          await removePolicy(ground, queue, actor, policyId)
          await report(ground, actor, policyId, flags.json, 'Removed')
        }),
      ),
    )
}

/** What was filed already is decided on here and now. */
async function report(
  ground: Ground,
  actor: Parameters<typeof showPolicy>[1],
  policyId: number,
  json: boolean | undefined,
  said: string,
): Promise<void> {
  await performOpenEvaluations(ground)
  const policy = await showPolicy(ground, actor, policyId)
  if (json) return printJson(policy)
  print(
    `${said} retention policy ${policyId}: ${doesOf(policy)}, ${stateOf(policy)}, on ${count(policy.mailboxes)} mailboxes.`,
  )
}

const stateOf = (policy: RetentionPolicy): string =>
  [policy.state, ...(policy.lockedAt ? ['locked'] : []), ...(policy.evaluating ? ['evaluating'] : [])].join(
    ', ',
  )

const doesOf = ({ action, period, startFrom }: RetentionPolicy): string =>
  `${action} ${period ?? 'for ever'} from ${startFrom}`

function printPolicy(policy: RetentionPolicy): void {
  print(`Retention policy ${policy.policyId}: ${policy.name}`)
  print(`  State        ${stateOf(policy)}`)
  if (policy.description) print(`  For          ${policy.description}`)
  print(`  Does         ${doesOf(policy)}${policy.review ? ', reviewed before anything goes' : ''}`)
  if (policy.eventTypeId !== null) print(`  Event type   ${policy.eventTypeId}`)
  print(`  Applies to   ${policy.appliesTo}: ${count(policy.mailboxes)} mailboxes now`)
  if (policy.excludedIds.length > 0) print(`  But not      ${count(policy.excludedIds.length)} mailboxes`)
  if (policy.scopeIds.length > 0) print(`  Scopes       ${policy.scopeIds.join(', ')}`)
  if (policy.connectorIds) print(`  Connectors   ${policy.connectorIds.join(', ')}`)
  if (policy.kinds) print(`  Kinds        ${policy.kinds.join(', ')}`)
  if (policy.presetId) print(`  Preset       ${policy.presetId}`)
  if (policy.belowPreset) print(`  Keeps less   ${policy.belowPreset}`)
  print(`  Made         ${time(policy.createdAt)} by ${policy.createdBy}`)
  if (policy.lockedAt) print(`  Locked       ${time(policy.lockedAt)} by ${policy.lockedBy}`)
  if (policy.removedAt) print(`  Removed      ${time(policy.removedAt)} by ${policy.removedBy}`)
  print()
}
