/** `holdfast hold …`: what may not leave, placed, changed and released. */
import type { Command } from 'commander'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import {
  changeHold,
  evaluateHolds,
  HOLD_STATES,
  type Hold,
  listHoldMailboxes,
  listHolds,
  placeHold,
  readHoldHistory,
  releaseHold,
  removeDelay,
  reportHold,
  showHold,
} from '../hold/hold.ts'
import { withActor } from './acting.ts'
import { integerFlag } from './flags.ts'
import { mailboxesAfter, mailboxIdsOf } from './mailbox-ids.ts'
import { withQueue } from './queue-of.ts'
import { count, print, printJson, printTable, time } from './terminal.ts'

const gather = (value: string, before: string[] = []): string[] => [...before, value]

const UNDECIDED: Readonly<Record<string, string>> = {
  quarantined: 'set aside in quarantine',
  unindexed: 'not in the index',
  waiting: 'attachments not read yet',
  partial: 'attachments not readable, or not to the end',
  'too-wide': 'the query has grown too wide',
}

type PlaceFlags = {
  mailbox: string[]
  query?: string
  days?: string
  reason: string
  note: string
  link: string
  json?: boolean
}

type ChangeFlags = {
  name?: string
  add?: string[]
  remove?: string[]
  query?: string
  days?: string
  reason?: string
  note?: string
  link?: string
  json?: boolean
}

export function registerHold(program: Command): void {
  const holds = program.command('hold').description('holds: what may not leave, whatever retention says')

  holds
    .command('place <name>')
    .description('place a hold on mailboxes: on everything, or on what a query matches')
    .requiredOption('--mailbox <address>', 'on this mailbox; may be repeated', gather)
    .requiredOption('--reason <text>', 'why')
    .option('--query <query>', 'only what it matches, now and in future')
    .option('--days <count>', "for so many days from each item's date (default: for ever)")
    .option('--note <text>', 'for the people whose mailboxes are held', '')
    .option('--link <address>', 'a page that tells them more', '')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `\nExamples:
  holdfast hold place 'Claim 17' --mailbox anna@contoso.example --reason 'Letter of 3 May'
  holdfast hold place Northwind --mailbox anna@contoso.example --query 'northwind OR "project n"' --reason 'Case 4'`,
    )
    .action((name: string, flags: PlaceFlags, command: Command) =>
      withActor(command, ['Hold'], (ground, actor) =>
        withQueue(ground, async queue => {
          const placed = await placeHold(ground, queue, actor, {
            name,
            reason: flags.reason,
            note: flags.note,
            link: flags.link,
            mailboxIds: await mailboxIdsOf(ground, flags.mailbox),
            query: flags.query ?? null,
            days: daysOf(flags.days) ?? null,
          })
          await evaluateHolds(ground)
          const hold = await showHold(ground, actor, placed.holdId)
          if (flags.json) return printJson(hold)
          print(`Placed hold ${hold.holdId} on ${mailboxCount(hold.mailboxes)}.`)
        }),
      ),
    )

  holds
    .command('list')
    .description('the holds that you may see, newest first')
    .option('--state <state>', HOLD_STATES.join(', '))
    .option('--limit <count>', 'how many', '50')
    .option('--after <id>', 'the next page: begin after this hold')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast hold list --state active')
    .action((flags: { state?: string; limit: string; after?: string; json?: boolean }, command: Command) =>
      withActor(command, ['Hold'], async (ground, actor) => {
        const state = HOLD_STATES.find(each => each === flags.state)
        if (flags.state !== undefined && state === undefined)
          throw new HoldfastError('USAGE', `--state takes one of ${HOLD_STATES.join(', ')}`)
        const page = await listHolds(ground, actor, {
          ...(state ? { state } : {}),
          limit: integerFlag('--limit', flags.limit),
          ...(flags.after ? { after: integerFlag('--after', flags.after) } : {}),
        })
        if (flags.json) return printJson(page)
        if (page.holds.length === 0) return print('No holds. `holdfast hold place` places one.')
        printTable(
          [
            { title: 'Hold', right: true, cell: each => String(each.holdId) },
            { title: 'Name', cell: each => each.name },
            { title: 'Kind', cell: each => each.kind },
            { title: 'State', cell: stateOf },
            { title: 'Mailboxes', right: true, cell: each => count(each.mailboxes) },
            { title: 'Placed', cell: each => time(each.placedAt) },
          ],
          page.holds,
        )
        if (page.next) print(`More: add --after ${page.next}`)
      }),
    )

  holds
    .command('show <id>')
    .description('a hold: what it holds, where, and its history')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast hold show 1')
    .action((id: string, flags: { json?: boolean }, command: Command) =>
      withActor(command, ['Hold'], async (ground, actor) => {
        const holdId = integerFlag('the hold', id)
        const hold = await showHold(ground, actor, holdId)
        const report = await reportHold(ground, actor, holdId)
        const { mailboxes } = await listHoldMailboxes(ground, actor, holdId, { limit: 200 })
        const history = await readHoldHistory(ground, actor, holdId)
        if (flags.json) return printJson({ ...hold, report, mailboxes, history })
        printHold(hold, report)
        printTable(
          [
            { title: 'Mailbox', cell: each => each.address },
            { title: 'Since', cell: each => time(each.placedAt) },
            { title: 'Released', cell: each => time(each.releasedAt) },
            { title: 'Holds on until', cell: each => time(each.delayUntil) },
          ],
          mailboxes,
        )
        print()
        for (const { at, actor: who, act, said } of history)
          print(`${time(at)}  ${act}  ${who}${said.reason ? `  ${said.reason}` : ''}`)
      }),
    )

  holds
    .command('change <id>')
    .description('change a hold; what it holds no longer is held for another 30 days')
    .option('--name <text>', 'what it is called')
    .option('--add <address>', 'put this mailbox on it; may be repeated', gather)
    .option('--remove <address>', 'take this mailbox off it; may be repeated', gather)
    .option('--query <query>', 'what it matches')
    .option('--days <count>', "for so many days from each item's date; `ever` for ever")
    .option('--reason <text>', 'why it is placed')
    .option('--note <text>', 'for the people whose mailboxes are held')
    .option('--link <address>', 'a page that tells them more')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast hold change 1 --add bo@contoso.example')
    .action((id: string, flags: ChangeFlags, command: Command) =>
      withActor(command, ['Hold'], (ground, actor) =>
        withQueue(ground, async queue => {
          const holdId = integerFlag('the hold', id)
          const { name, query, reason, note, link, add, remove } = flags
          const days = daysOf(flags.days)
          const mailboxIds =
            add || remove
              ? await mailboxesAfter(ground, await allMailboxes(ground, actor, holdId), add, remove)
              : undefined
          const change = { name, query, reason, note, link, days, mailboxIds }
          const given = Object.entries(change).filter(([, value]) => value !== undefined)
          await changeHold(ground, queue, actor, holdId, Object.fromEntries(given))
          await evaluateHolds(ground)
          const hold = await showHold(ground, actor, holdId)
          if (flags.json) return printJson(hold)
          print(`Changed hold ${hold.holdId}: on ${mailboxCount(hold.mailboxes)}.`)
        }),
      ),
    )

  holds
    .command('release <id>')
    .description('release a hold: what it held is held for another 30 days')
    .requiredOption('--reason <text>', 'why')
    .option('--json', 'as JSON')
    .addHelpText('after', "\nExample:\n  holdfast hold release 1 --reason 'Settled on 4 May'")
    .action((id: string, flags: { reason: string; json?: boolean }, command: Command) =>
      withActor(command, ['Hold'], (ground, actor) =>
        withQueue(ground, async queue => {
          const holdId = integerFlag('the hold', id)
          const hold = await releaseHold(ground, queue, actor, holdId, flags.reason)
          await evaluateHolds(ground)
          if (flags.json) return printJson(hold)
          print(`Released hold ${holdId}. What it held is held until ${time(hold.delayUntil)}.`)
        }),
      ),
    )

  holds
    .command('remove-delay <id>')
    .description('end the delay of a released hold at once')
    .requiredOption('--reason <text>', 'why')
    .option('--json', 'as JSON')
    .addHelpText('after', "\nExample:\n  holdfast hold remove-delay 1 --reason 'Ordered by the court'")
    .action((id: string, flags: { reason: string; json?: boolean }, command: Command) =>
      withActor(command, ['Hold'], (ground, actor) =>
        withQueue(ground, async queue => {
          const hold = await removeDelay(ground, queue, actor, integerFlag('the hold', id), flags.reason)
          await evaluateHolds(ground)
          if (flags.json) return printJson(hold)
          print(`The delay of hold ${hold.holdId} has ended.`)
        }),
      ),
    )
}

async function allMailboxes(
  ground: Ground,
  actor: Parameters<typeof listHoldMailboxes>[1],
  holdId: number,
): Promise<number[]> {
  const ids: number[] = []
  for (let after: string | null = null; ; ) {
    const page = await listHoldMailboxes(ground, actor, holdId, { limit: 1_000, ...(after ? { after } : {}) })
    ids.push(...page.mailboxes.filter(each => each.releasedAt === null).map(each => each.mailboxId))
    after = page.next
    if (after === null) return ids
  }
}

/** undefined where nothing is said of it, null for ever. */
function daysOf(text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined
  return text === 'ever' ? null : integerFlag('--days', text)
}

const stateOf = (hold: Hold): string =>
  hold.problem ?? (hold.evaluating ? `${hold.state}, evaluating` : hold.state)

function printHold(hold: Hold, report: Awaited<ReturnType<typeof reportHold>>): void {
  print(`Hold ${hold.holdId}: ${hold.name}`)
  print(`  State          ${stateOf(hold)}`)
  print(`  Why            ${hold.reason}`)
  if (hold.note) print(`  Note           ${hold.note}`)
  if (hold.link) print(`  Link           ${hold.link}`)
  print(`  Holds          ${hold.query ?? 'everything'}`)
  print(`  For            ${hold.days === null ? 'ever' : `${count(hold.days)} days from each item's date`}`)
  print(`  Placed         ${time(hold.placedAt)} by ${hold.placedBy}`)
  if (hold.releasedAt) print(`  Released       ${time(hold.releasedAt)} by ${hold.releasedBy}`)
  if (hold.delayUntil) print(`  Holds on until ${time(hold.delayUntil)}`)
  print(
    `  Copies held    ${count(report.held)} of ${count(report.copies)} in ${mailboxCount(report.mailboxes)}`,
  )
  if (report.pending > 0) print(`    ${count(report.pending)} more until the query has looked at them`)
  for (const { reason, copies } of report.undecided)
    print(`    ${count(copies)} of them not yet evaluated: ${UNDECIDED[reason] ?? reason}`)
  print()
}

const mailboxCount = (mailboxes: number): string =>
  mailboxes === 1 ? 'one mailbox' : `${count(mailboxes)} mailboxes`
