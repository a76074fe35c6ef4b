/** The flags that say what a retention policy does, and where. */
import type { Command } from 'commander'
import type { Ground } from '../ground.ts'
import { POLICY_ACTIONS, POLICY_STARTS, type PolicySettings } from '../retention/retention.ts'
import { choiceFlag, integerFlag } from './flags.ts'
import { mailboxIdsOf } from './mailbox-ids.ts'

const gather = (value: string, before: string[] = []): string[] => [...before, value]

export type SettingFlags = {
  all?: boolean
  mailbox?: string[]
  exclude?: string[]
  scope?: string[]
  connector?: string[]
  kind?: string[]
  action?: string
  period?: string
  start?: string
  eventType?: string
  review?: boolean
}
export function settingOptions(command: Command): Command {
  return command
    .option('--all', 'on every mailbox')
    .option('--exclude <address>', 'on every mailbox but this; may be repeated', gather)
    .option('--mailbox <address>', 'on this mailbox; may be repeated', gather)
    .option('--scope <id>', 'on the mailboxes of this adaptive scope; may be repeated', gather)
    .option('--connector <id>', 'only what this connector collected; may be repeated', gather)
    .option('--kind <kind>', 'only items of this kind; may be repeated', gather)
    .option('--action <action>', POLICY_ACTIONS.join(', '))
    .option('--period <period>', 'years, months and days: P6Y, P18M, P90D; or `ever`')
    .option('--start <start>', `what it counts from: ${POLICY_STARTS.join(', ')}`)
    .option('--event-type <id>', 'the type of event that it counts from')
    .option('--review', 'what it deletes is looked at by a person first')
    .option('--no-review', 'what it deletes goes without a review')
}

/** Of a policy that nothing is said of yet. */
export const NO_SETTINGS: PolicySettings = {
  appliesTo: 'mailboxes',
  mailboxIds: [],
  excludedIds: [],
  scopeIds: [],
  connectorIds: null,
  kinds: null,
  action: 'retain',
  period: null,
  startFrom: 'sent',
  eventTypeId: null,
  review: false,
}

export function settingsOf(policy: PolicySettings): PolicySettings {
  const names = Object.keys(NO_SETTINGS) as (keyof PolicySettings)[]
  return Object.fromEntries(names.map(name => [name, policy[name]])) as PolicySettings
}

/** The settings that flags name. MAILBOX_UNKNOWN for an address that no mailbox has. */
export async function settingsGiven(ground: Ground, flags: SettingFlags): Promise<Partial<PolicySettings>> {
  const { all, mailbox, exclude, scope, connector, kind, action, period, start, eventType, review } = flags
  const given: Record<string, unknown> = {}
  if (all || exclude)
    Object.assign(given, { appliesTo: 'all', excludedIds: await mailboxIdsOf(ground, exclude ?? []) })
  if (mailbox)
    Object.assign(given, { appliesTo: 'mailboxes', mailboxIds: await mailboxIdsOf(ground, mailbox) })
  if (scope)
    Object.assign(given, { appliesTo: 'scopes', scopeIds: scope.map(each => integerFlag('--scope', each)) })
  if (connector) given.connectorIds = connector.map(each => integerFlag('--connector', each))
  if (kind) given.kinds = kind
  if (action !== undefined) given.action = choiceFlag('--action', action, POLICY_ACTIONS)
  if (period !== undefined) given.period = period === 'ever' ? null : period
  if (start !== undefined) {
    given.startFrom = choiceFlag('--start', start, POLICY_STARTS)
    if (start !== 'event') given.eventTypeId = null
  }
  if (eventType !== undefined) given.eventTypeId = integerFlag('--event-type', eventType)
  if (review !== undefined) given.review = review
  return given
}
