/** `holdfast disposition …`: the daily disposal of what is due, steered and looked at. */
import type { Command } from 'commander'
import { HoldfastError } from '../errors.ts'
import {
  changeDispositionSettings,
  confirmClocks,
  confirmVolume,
  type DispositionRun,
  type DispositionStatus,
  dispositionStatus,
  listDispositionRuns,
  pauseDisposition,
  performDisposition,
  requestDisposition,
  resumeDisposition,
  showDispositionRun,
} from '../retention/retention.ts'
import { withActor } from './acting.ts'
import { registerReview } from './disposition-review.ts'
import { integerFlag } from './flags.ts'
import { withQueue } from './queue-of.ts'
import { count, print, printJson, printTable, time } from './terminal.ts'

const DISPOSES = ['Disposition Management'] as const

const WHY: Readonly<Record<string, string>> = {
  DISPOSITION_PAUSED: 'paused',
  DISPOSITION_CLOCKS: 'the clocks disagree',
  DISPOSITION_VOLUME: 'an unusual volume waits to be confirmed',
  DISPOSITION_LIMIT: 'the daily limit is reached',
}

const TROUBLE: Readonly<Record<string, string>> = {
  apart: 'program and database differ by an hour or more',
  ahead: 'the last checkpoint is an hour or more later than now',
  late: 'entries of the audit log have waited an hour for a checkpoint',
  leap: 'time leapt by two days or more',
  back: 'time went back by an hour or more',
}

export function registerDisposition(program: Command): void {
  const disposition = program
    .command('disposition')
    .description('the daily disposal of what is due, and the review of what goes')

  disposition
    .command('status')
    .description('whether disposal goes on, what waits, and how it is set')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast disposition status')
    .action((flags: { json?: boolean }, command: Command) =>
      withActor(command, DISPOSES, async (ground, actor) => {
        const status = await dispositionStatus(ground, actor)
        if (flags.json) return printJson(status)
        printStatus(status)
      }),
    )

  disposition
    .command('run')
    .description('dispose of what is due now, beside the daily run')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast disposition run')
    .action((flags: { json?: boolean }, command: Command) =>
      withActor(command, DISPOSES, (ground, actor) =>
        withQueue(ground, async queue => {
          const { runId } = await requestDisposition(ground, queue, actor)
          // A worker that takes the job meanwhile does the same, and each page is done by one of them.
          await performDisposition(ground, runId, new AbortController().signal)
          const run = await showDispositionRun(ground, actor, runId)
          if (flags.json) return printJson(run)
          print(`Run ${runId} is ${stateOf(run)}.`)
          print(`  Left          ${count(run.filings)} copies, ${count(run.items)} items with their last`)
          print(`  To review     ${count(run.reviewed)}`)
          print(`  Kept          ${count(run.kept)}`)
        }),
      ),
    )

  disposition
    .command('runs')
    .description('runs of disposal, newest first')
    .option('--limit <count>', 'how many', '20')
    .option('--after <id>', 'the next page: begin after this run')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast disposition runs --limit 7')
    .action((flags: { limit: string; after?: string; json?: boolean }, command: Command) =>
      withActor(command, DISPOSES, async (ground, actor) => {
        const page = await listDispositionRuns(ground, actor, {
          limit: integerFlag('--limit', flags.limit),
          ...(flags.after ? { after: integerFlag('--after', flags.after) } : {}),
        })
        if (flags.json) return printJson(page)
        if (page.runs.length === 0) return print('No run yet. The first begins at its time of day.')
        printTable(
          [
            { title: 'Run', right: true, cell: each => String(each.runId) },
            { title: 'Began', cell: each => time(each.startedAt) },
            { title: 'For', cell: each => each.cause },
            { title: 'Due', right: true, cell: each => (each.due === null ? '-' : count(each.due)) },
            { title: 'Left', right: true, cell: each => count(each.filings) },
            { title: 'To review', right: true, cell: each => count(each.reviewed) },
            { title: 'Kept', right: true, cell: each => count(each.kept) },
            { title: 'State', cell: stateOf },
          ],
          page.runs,
        )
        if (page.next) print(`More: add --after ${page.next}`)
      }),
    )

  for (const { name, description, act, done } of [
    {
      name: 'pause',
      description: 'from now on nothing leaves by rules',
      act: pauseDisposition,
      done: 'Disposal is paused.',
    },
    {
      name: 'resume',
      description: 'end the pause: what is due leaves with the next run',
      act: resumeDisposition,
      done: 'Disposal goes on with the next run.',
    },
    {
      name: 'confirm-volume',
      description: 'say that it is right that so much is due: the next run disposes of it',
      act: confirmVolume,
      done: 'Confirmed. It leaves with the next run; `holdfast disposition run` begins one.',
    },
    {
      name: 'confirm-clocks',
      description: 'say that the time is right although it leapt or went back',
      act: confirmClocks,
      done: 'Confirmed.',
    },
  ] as const)
    disposition
      .command(name)
      .description(description)
      .requiredOption('--reason <text>', 'why; kept sealed in the audit log')
      .addHelpText(
        'after',
        `\nExample:\n  holdfast disposition ${name} --reason 'Agreed with Legal on 3 May'`,
      )
      .action((flags: { reason: string }, command: Command) =>
        withActor(command, DISPOSES, async (ground, actor) => {
          await act(ground, actor, flags.reason)
          const { clocks } = await dispositionStatus(ground, actor)
          if (name === 'confirm-clocks' && clocks.trouble)
            throw new HoldfastError('DISPOSITION_CLOCKS', TROUBLE[clocks.trouble]!)
          print(done)
        }),
      )

  disposition
    .command('set')
    .description('when disposal runs, how much may leave in a day, and who approves')
    .option('--at <time>', 'when the daily run begins: HH:MM in UTC')
    .option('--daily-limit <count>', 'copies that leave in a day at most, or "none"')
    .option('--unusual <count>', 'so many due at once wait to be confirmed')
    .option('--two-persons', 'what is reviewed leaves only when two persons have approved it')
    .option('--one-person', 'one approval is enough')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  holdfast disposition set --at 03:30 --daily-limit 50000 --two-persons',
    )
    .action((flags: SetFlags, command: Command) =>
      withActor(command, DISPOSES, async (ground, actor) => {
        const settings = await changeDispositionSettings(ground, actor, changeOf(flags))
        if (flags.json) return printJson(settings)
        printSettings(settings)
      }),
    )

  registerReview(disposition)
}

type SetFlags = {
  at?: string
  dailyLimit?: string
  unusual?: string
  twoPersons?: boolean
  onePerson?: boolean
  json?: boolean
}

function changeOf({ at, dailyLimit, unusual, twoPersons, onePerson }: SetFlags) {
  if (twoPersons && onePerson) throw new HoldfastError('USAGE', 'either --two-persons or --one-person')
  return {
    ...(at === undefined ? {} : { runAt: at }),
    ...(dailyLimit === undefined
      ? {}
      : { dailyLimit: dailyLimit === 'none' ? null : integerFlag('--daily-limit', dailyLimit) }),
    ...(unusual === undefined ? {} : { unusualVolume: integerFlag('--unusual', unusual) }),
    ...(twoPersons || onePerson ? { twoPersons: twoPersons === true } : {}),
  }
}

const stateOf = ({ state, code }: DispositionRun): string =>
  code === null ? state : `${state}: ${WHY[code] ?? code}`

const STATES: Readonly<Record<DispositionStatus['state'], string>> = {
  running: 'goes on',
  paused: 'is paused',
  clocks: 'has stopped: the clocks disagree',
  volume: 'waits: far more is due than usual',
}

function printStatus(status: DispositionStatus): void {
  print(`Disposal ${STATES[status.state]}`)
  if (status.pause) {
    print(`  Paused        ${time(status.pause.at)} by ${status.pause.by}`)
    print(`  Why           ${status.pause.reason}`)
  }
  const { processAt, databaseAt, checkpointAt, trouble, leap } = status.clocks
  if (trouble) {
    print(`  Clocks        ${TROUBLE[trouble]}`)
    print(`    Program     ${time(processAt)}`)
    print(`    Database    ${time(databaseAt)}`)
    print(`    Checkpoint  ${time(checkpointAt)}`)
    if (leap) print(`    From        ${time(leap.from)} to ${time(leap.to)}`)
  }
  if (status.volume)
    print(
      `  Unusual       ${count(status.volume.filings)} copies due, met ${time(status.volume.at)}${status.volume.confirmedBy ? `, confirmed by ${status.volume.confirmedBy}` : ''}`,
    )
  print(`  Due           ${count(status.due)} copies`)
  print(`  In review     ${count(status.waiting)} wait for a person, ${count(status.approved)} are approved`)
  print(`  Left today    ${count(status.disposedToday)}`)
  if (status.lastRun) print(`  Last run      ${time(status.lastRun.startedAt)}, ${stateOf(status.lastRun)}`)
  print(`  Next run      ${time(status.nextRunAt)}`)
  printSettings(status.settings)
}

function printSettings({
  runAt,
  dailyLimit,
  unusualVolume,
  twoPersons,
}: DispositionStatus['settings']): void {
  print(`  Daily run     at ${runAt} UTC`)
  print(`  Daily limit   ${dailyLimit === null ? 'none' : `${count(dailyLimit)} copies`}`)
  print(`  Unusual from  ${count(unusualVolume)} copies due at once`)
  print(`  Approval by   ${twoPersons ? 'two persons' : 'one person'}`)
}
