/** `holdfast disposition reviews|approve|extend|relabel`: what waits for a person before it leaves. */
import type { Command } from 'commander'
import { getMailbox } from '../directory/directory.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import {
  decideReviews,
  listReviews,
  parsePeriod,
  REVIEW_STATES,
  type Review,
  type ReviewDecision,
} from '../retention/retention.ts'
import { withActor } from './acting.ts'
import { choiceFlag, integerFlag } from './flags.ts'
import { withQueue } from './queue-of.ts'
import { count, print, printJson, printTable, time } from './terminal.ts'

const DISPOSES = ['Disposition Management'] as const
const gather = (value: string, before: string[] = []): string[] => [...before, value]

type ChosenFlags = { mailbox: string; item?: string[]; all?: boolean; comment: string; json?: boolean }

export function registerReview(disposition: Command): void {
  disposition
    .command('reviews')
    .description('copies in review: the oldest first; those that are over, the newest first')
    .option('--state <state>', `${REVIEW_STATES.join(', ')} (default: what waits for a person)`)
    .option('--mailbox <address>', 'in this mailbox')
    .option('--limit <count>', 'how many', '50')
    .option('--after <id>', 'the next page: begin after this review')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast disposition reviews --mailbox anna@contoso.example')
    .action(
      (
        flags: { state?: string; mailbox?: string; limit: string; after?: string; json?: boolean },
        command: Command,
      ) =>
        withActor(command, DISPOSES, async (ground, actor) => {
          const page = await listReviews(
            ground,
            actor,
            {
              ...(flags.state ? { states: [choiceFlag('--state', flags.state, REVIEW_STATES)] } : {}),
              ...(flags.mailbox ? { mailboxIds: [await mailboxOf(ground, flags.mailbox)] } : {}),
            },
            {
              limit: integerFlag('--limit', flags.limit),
              ...(flags.after ? { after: integerFlag('--after', flags.after) } : {}),
            },
          )
          if (flags.json) return printJson(page)
          if (page.reviews.length === 0) return print('Nothing in review.')
          printTable(
            [
              { title: 'Item', cell: each => each.itemId },
              { title: 'Mailbox', cell: each => each.address },
              { title: 'Kind', cell: each => each.kind ?? '-' },
              { title: 'Date', cell: each => time(each.sentAt) },
              { title: 'Due', cell: each => time(each.dueAt) },
              { title: 'Rule', cell: ruleOf },
              { title: 'State', cell: stateOf },
            ],
            page.reviews,
          )
          print(`${count(page.total)} in all.`)
          if (page.next) print(`More: add --after ${page.next}`)
        }),
    )

  chosen(disposition.command('approve'), 'they go with the next run').action(
    (flags: ChosenFlags, command: Command) => decide(command, flags, { act: 'approve' }),
  )

  chosen(
    disposition.command('extend <period>'),
    'they are kept for a further period from now: P1Y, P6M, P90D',
  ).action((text: string, flags: ChosenFlags, command: Command) => {
    const period = parsePeriod(text)
    if (period === null) throw new HoldfastError('USAGE', `"${text}" is no period: P1Y, P6M, P90D`)
    return decide(command, flags, { act: 'extend', period })
  })

  chosen(
    disposition.command('relabel <label>'),
    'they get another label, by its number, or "none"; it decides from then on',
  ).action((label: string, flags: ChosenFlags, command: Command) =>
    decide(command, flags, {
      act: 'relabel',
      labelId: label === 'none' ? null : integerFlag('the label', label),
    }),
  )
}

function chosen(command: Command, description: string): Command {
  return command
    .description(`decide on copies in review: ${description}`)
    .requiredOption('--mailbox <address>', 'in this mailbox')
    .option('--item <id>', 'this item; may be repeated', gather)
    .option('--all', 'everything of the mailbox that waits for a person')
    .requiredOption('--comment <text>', 'why; kept sealed')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `\nExample:\n  holdfast disposition ${command.name()} ${command.name() === 'extend' ? 'P1Y ' : command.name() === 'relabel' ? '3 ' : ''}--mailbox anna@contoso.example --all --comment 'Looked through'`,
    )
}

async function decide(command: Command, flags: ChosenFlags, decision: ReviewDecision): Promise<void> {
  if ((flags.item !== undefined) === (flags.all === true))
    throw new HoldfastError('USAGE', 'name items by --item, or all by --all')
  await withActor(command, DISPOSES, (ground, actor) =>
    withQueue(ground, async queue => {
      const mailboxId = await mailboxOf(ground, flags.mailbox)
      const itemIds = flags.item ?? (await waitingIn(ground, actor, mailboxId, decision))
      if (itemIds.length === 0) return print('Nothing waits for a decision there.')
      const filings = itemIds.map(itemId => ({ mailboxId, itemId }))
      const done = await decideReviews(ground, queue, actor, filings, decision, flags.comment)
      if (flags.json) return printJson(done)
      print(`Decided on ${count(done.decided)} copies.`)
      if (done.waitingForSecond > 0)
        print(`${count(done.waitingForSecond)} of them wait for a second person.`)
    }),
  )
}

/** A page at a time as long as one decision may be; `--all` is given again for what is left. */
async function waitingIn(
  ground: Ground,
  actor: Actor,
  mailboxId: number,
  { act }: ReviewDecision,
): Promise<string[]> {
  const { reviews } = await listReviews(ground, actor, { mailboxIds: [mailboxId] }, { limit: 5_000 })
  return reviews.filter(each => act !== 'approve' || each.mayApprove).map(each => each.itemId)
}

async function mailboxOf(ground: Ground, address: string): Promise<number> {
  return (await getMailbox(ground.database, address)).mailboxId
}

const ruleOf = ({ rule }: Review): string =>
  rule ? (rule.name ?? `${rule.type} ${rule.id}`) : 'earlier review'

const stateOf = ({ state, decisions }: Review): string =>
  state === 'second' ? `second, after ${decisions[0]?.by}` : state
