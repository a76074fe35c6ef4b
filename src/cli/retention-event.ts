/** `holdfast retention-event …`: what happened, where periods of labels and policies start with it. */
import type { Command } from 'commander'
import { HoldfastError } from '../errors.ts'
import {
  changeEventType,
  createEventType,
  listEvents,
  listEventTypes,
  recordEvent,
  removeEventType,
  withdrawEvent,
} from '../retention/retention.ts'
import { withActor } from './acting.ts'
import { integerFlag, timeFlag } from './flags.ts'
import { mailboxIdsOf } from './mailbox-ids.ts'
import { withQueue } from './queue-of.ts'
import { count, print, printJson, printTable, time } from './terminal.ts'

const MANAGE = ['Retention Management'] as const

const gather = (value: string, before: string[] = []): string[] => [...before, value]

type RecordFlags = {
  type: string
  at: string
  mailbox?: string[]
  everywhere?: boolean
  description: string
  json?: boolean
}

export function registerRetentionEvent(program: Command): void {
  const events = program
    .command('retention-event')
    .description('events that periods of labels and policies start with')

  events
    .command('list')
    .description('the events, newest first')
    .option('--type <id>', 'only of this type')
    .option('--limit <count>', 'how many', '50')
    .option('--after <id>', 'the next page: begin after this event')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast retention-event list --type 1')
    .action((flags: { type?: string; limit: string; after?: string; json?: boolean }, command: Command) =>
      withActor(command, MANAGE, async (ground, actor) => {
        const page = await listEvents(ground, actor, {
          ...(flags.type ? { eventTypeId: integerFlag('--type', flags.type) } : {}),
          ...(flags.after ? { after: integerFlag('--after', flags.after) } : {}),
          limit: integerFlag('--limit', flags.limit),
        })
        if (flags.json) return printJson(page)
        if (page.events.length === 0)
          return print('No events. `holdfast retention-event record` records one.')
        printTable(
          [
            { title: 'Event', right: true, cell: each => String(each.eventId) },
            { title: 'Type', right: true, cell: each => String(each.eventTypeId) },
            { title: 'Name', cell: each => each.name },
            { title: 'Happened', cell: each => time(each.happenedAt) },
            {
              title: 'Mailboxes',
              right: true,
              cell: each => (each.mailboxIds === null ? 'all' : count(each.mailboxIds.length)),
            },
            { title: 'Withdrawn', cell: each => time(each.withdrawnAt) },
          ],
          page.events,
        )
        if (page.next) print(`More: add --after ${page.next}`)
      }),
    )

  events
    .command('record <name>')
    .description('record that something happened: periods that wait for it start then')
    .requiredOption('--type <id>', 'of which type')
    .requiredOption('--at <time>', 'when: a date, or a time with its zone')
    .option('--mailbox <address>', 'to this mailbox; may be repeated', gather)
    .option('--everywhere', 'to all mailboxes, those of the future too')
    .option('--description <text>', 'what is to be said of it', '')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      "\nExample:\n  holdfast retention-event record 'Anna left' --type 1 --at 2026-03-31 --mailbox anna@contoso.example",
    )
    .action((name: string, flags: RecordFlags, command: Command) =>
      withActor(command, MANAGE, (ground, actor) =>
        withQueue(ground, async queue => {
          if ((flags.mailbox === undefined) === (flags.everywhere === undefined))
            throw new HoldfastError('USAGE', 'say to whom it happened: by --mailbox, or by --everywhere')
          const mailboxIds = await mailboxIdsOf(ground, flags.mailbox ?? [])
          const event = await recordEvent(ground, queue, actor, {
            name,
            description: flags.description,
            eventTypeId: integerFlag('--type', flags.type),
            happenedAt: timeFlag('--at', flags.at),
            mailboxIds: flags.everywhere ? null : mailboxIds,
          })
          if (flags.json) return printJson(event)
          print(`Recorded event ${event.eventId}. A worker decides anew on what counts from it.`)
        }),
      ),
    )

  events
    .command('withdraw <id>')
    .description('withdraw an event that was recorded wrongly')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast retention-event withdraw 1')
    .action((id: string, flags: { json?: boolean }, command: Command) =>
      withActor(command, MANAGE, (ground, actor) =>
        withQueue(ground, async queue => {
          const event = await withdrawEvent(ground, queue, actor, integerFlag('the event', id))
          if (flags.json) return printJson(event)
          print(`Withdrew event ${event.eventId}.`)
        }),
      ),
    )

  registerTypes(events)
}

function registerTypes(events: Command): void {
  const types = events.command('type').description('types of events, such as the end of an employment')

  types
    .command('list')
    .description('the types, oldest first')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast retention-event type list')
    .action((flags: { json?: boolean }, command: Command) =>
      withActor(command, MANAGE, async (ground, actor) => {
        const rows = await listEventTypes(ground, actor)
        if (flags.json) return printJson({ rows })
        if (rows.length === 0)
          return print('No types of events. `holdfast retention-event type create` makes one.')
        printTable(
          [
            { title: 'Type', right: true, cell: each => String(each.eventTypeId) },
            { title: 'Name', cell: each => each.name },
            { title: 'Events', right: true, cell: each => count(each.events) },
            { title: 'Labels and policies', right: true, cell: each => count(each.rules) },
          ],
          rows,
        )
      }),
    )

  types
    .command('create <name>')
    .description('make a type of events')
    .option('--description <text>', 'what it is for', '')
    .option('--json', 'as JSON')
    .addHelpText('after', "\nExample:\n  holdfast retention-event type create 'End of employment'")
    .action((name: string, flags: { description: string; json?: boolean }, command: Command) =>
      withActor(command, MANAGE, async (ground, actor) => {
        const type = await createEventType(ground, actor, { name, description: flags.description })
        if (flags.json) return printJson(type)
        print(`Made type of events ${type.eventTypeId}.`)
      }),
    )

  types
    .command('change <id>')
    .description('change what a type of events is called')
    .option('--name <text>', 'its name')
    .option('--description <text>', 'what it is for')
    .option('--json', 'as JSON')
    .addHelpText('after', "\nExample:\n  holdfast retention-event type change 1 --name 'Leaves the firm'")
    .action((id: string, flags: { name?: string; description?: string; json?: boolean }, command: Command) =>
      withActor(command, MANAGE, async (ground, actor) => {
        const { name, description } = flags
        const type = await changeEventType(ground, actor, integerFlag('the type', id), {
          ...(name === undefined ? {} : { name }),
          ...(description === undefined ? {} : { description }),
        })
        if (flags.json) return printJson(type)
        print(`Changed type of events ${type.eventTypeId}.`)
      }),
    )

  types
    .command('remove <id>')
    .description('remove a type of events that nothing is of')
    .addHelpText('after', '\nExample:\n  holdfast retention-event type remove 1')
    .action((id: string, _flags: object, command: Command) =>
      withActor(command, MANAGE, async (ground, actor) => {
        const eventTypeId = integerFlag('the type', id)
        await removeEventType(ground, actor, eventTypeId)
        print(`Removed type of events ${eventTypeId}.`)
      }),
    )
}
