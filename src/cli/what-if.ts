/** `holdfast retention what-if`: what a policy would do. */
import type { Command } from 'commander'
import { showPolicy, type WhatIf, whatIf } from '../retention/retention.ts'
import { withActor } from './acting.ts'
import { integerFlag } from './flags.ts'
import {
  NO_SETTINGS,
  type SettingFlags,
  settingOptions,
  settingsGiven,
  settingsOf,
} from './retention-flags.ts'
import { count, print, printJson, printTable, time } from './terminal.ts'

export function registerWhatIf(retention: Command): void {
  settingOptions(
    retention
      .command('what-if')
      .description('what a policy would do if it were on, set so, or off; nothing is changed')
      .option('--policy <id>', 'this policy, as it is or as the further flags set it'),
  )
    .option('--off', 'if the policy were turned off')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `\nExamples:
  holdfast retention what-if --policy 3
  holdfast retention what-if --all --action delete --period P3Y`,
    )
    .action((flags: SettingFlags & { policy?: string; off?: boolean; json?: boolean }, command: Command) =>
      withActor(command, ['Retention Management'], async (ground, actor) => {
        const policyId = flags.policy === undefined ? null : integerFlag('--policy', flags.policy)
        const change = await settingsGiven(ground, flags)
        const before = policyId === null ? NO_SETTINGS : await showPolicy(ground, actor, policyId)
        const settings = Object.keys(change).length === 0 ? null : { ...settingsOf(before), ...change }
        const said = await whatIf(ground, actor, { policyId, settings, enabled: !flags.off })
        if (flags.json) return printJson(said)
        printWhatIf(said)
      }),
    )
}

function printWhatIf({ total, mailboxes, byMailbox, changedMailboxes, earliest }: WhatIf): void {
  print(`${count(total.copies)} copies in ${count(mailboxes)} mailboxes. Then, and not now:`)
  print(`  kept, or for longer      ${count(total.retained)}`)
  print(`  kept less long           ${count(total.released)}`)
  print(`  deleted, or sooner       ${count(total.deleted)}`)
  print(`  deleted later or never   ${count(total.spared)}`)
  print(`  due at once              ${count(total.dueAtOnce)}, ${count(total.held)} of them on hold`)
  if (byMailbox.length === 0) return
  print()
  printTable(
    [
      { title: 'Mailbox', cell: each => each.address },
      { title: 'Kept', right: true, cell: each => count(each.retained) },
      { title: 'Less long', right: true, cell: each => count(each.released) },
      { title: 'Deleted', right: true, cell: each => count(each.deleted) },
      { title: 'Later', right: true, cell: each => count(each.spared) },
      { title: 'At once', right: true, cell: each => count(each.dueAtOnce) },
    ],
    byMailbox,
  )
  if (changedMailboxes > byMailbox.length) print(`and ${count(changedMailboxes - byMailbox.length)} more`)
  print()
  const moment = (at: Date | 'ever' | null) => (at === 'ever' ? 'ever' : at ? time(at) : '')
  printTable(
    [
      { title: 'Earliest', cell: each => time(each.date) },
      { title: 'Mailbox', cell: each => each.address },
      { title: 'Item', cell: each => each.itemId },
      { title: 'Kept until', cell: each => moment(each.after.retainUntil) },
      { title: 'Deleted', cell: each => moment(each.after.deleteAt) },
    ],
    earliest,
  )
}
