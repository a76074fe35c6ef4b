/** `holdfast connector …`: set up, watch and change connectors. */
import type { Command } from 'commander'
import {
  CATALOGUE,
  type Connector,
  type ConnectorChange,
  checkAccount,
  checkConnector,
  discardDraft,
  editConnector,
  formatSchedule,
  getConnector,
  listConnectors,
  listDrafts,
  parseSchedule,
  removeConnector,
  setConnectorStatus,
} from '../connector/connector.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Actor } from '../identity/identity.ts'
import { listRuns, nextWindow, type Run, requestRun } from '../pipeline/pipeline.ts'
import { openQueue } from '../queue/queue.ts'
import { SEES_IMPORTS, withActor } from './acting.ts'
import { runConnectorWizard, type WizardFlags } from './connector-wizard.ts'
import { integerFlag, timeFlag } from './flags.ts'
import { passwordOf } from './password.ts'
import { watchRuns } from './progress.ts'
import { printStatement } from './statement.ts'
import {
  confirm,
  count,
  isInteractive,
  print,
  printJson,
  printTable,
  say,
  time,
  untilStopped,
} from './terminal.ts'
import { startWorking } from './working.ts'

export function registerConnector(program: Command): void {
  const connector = program
    .command('connector')
    .description('connectors: what is collected, from where, how often')

  connector
    .command('products')
    .description('the products there are connectors for')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) => {
      if (options.json) return printJson(CATALOGUE)
      printTable(
        [
          { title: 'Product', cell: each => each.id },
          { title: 'Name', cell: each => each.name },
          { title: 'Folder', cell: each => each.folder },
          { title: 'Collects', cell: each => each.kinds.join(', ') },
          { title: 'Reaches the site', cell: each => each.arrives },
        ],
        CATALOGUE,
      )
    })

  connector
    .command('add')
    .description('add a connector; on a terminal, asks what the wizard asks, in its order')
    .option('--product <id>', 'the product (see `connector products`)')
    .option('--accept-terms', 'accept the terms of service')
    .option('--site <address>', 'the TeleMessage site, https://…')
    .option('--zip-folder <folder>', 'instead of a site: a watched folder of TeleMessage ZIP files')
    .option('--username <name>', 'the TeleMessage user name')
    .option('--password-stdin', 'read the password from standard input (or set HOLDFAST_PASSWORD)')
    .option('--no-automatic-mapping', 'map by the custom CSV alone')
    .option('--mapping <file>', 'a custom mapping CSV')
    .option('--domains <list>', 'domains that are ours, separated by commas')
    .option(
      '--region <code>',
      'default region for national numbers (default: as under Settings, at first GB)',
    )
    .option(
      '--schedule <text>',
      '"daily 02:00 Europe/London", "hourly" or "every 15 minutes" (default: as under Settings, at first daily 02:00 UTC)',
    )
    .option('--name <name>', 'what to call it (default: the product’s name)')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `\nExamples:
  holdfast connector add
  HOLDFAST_PASSWORD=… holdfast connector add --product o2 --accept-terms --site https://archive.example \\
    --username archive@example.com --domains example.com --schedule "daily 02:00 Europe/London"`,
    )
    .action((options: WizardFlags & { json?: boolean }, command: Command) =>
      withActor(command, ['Mailbox Import Export'], async (ground, actor) => {
        const added = await runConnectorWizard(ground, actor, options)
        if (options.json) return printJson(shown(added))
        print(
          `Connector ${added.connectorId} (${added.name}) is added; its first run is at ${time(added.nextRunAt)}.`,
        )
        print(`Start one now: holdfast connector run ${added.connectorId}`)
      }),
    )

  connector
    .command('list')
    .description('all connectors')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }, command: Command) =>
      withActor(command, SEES_IMPORTS, async ground => {
        const all = [...(await listConnectors(ground.database)), ...(await listDrafts(ground.database))]
        if (options.json) return printJson(all.map(shown))
        if (all.length === 0) return print('No connectors yet. `holdfast connector add` sets one up.')
        printTable(
          [
            { title: 'Id', right: true, cell: each => String(each.connectorId) },
            { title: 'Name', cell: each => each.name },
            { title: 'Product', cell: each => each.product.id },
            {
              title: 'Status',
              cell: each => (each.status === 'draft' ? 'setup not finished' : each.status),
            },
            { title: 'Schedule', cell: each => formatSchedule(each.schedule) },
            { title: 'Collected until', cell: each => time(each.collectedUntil) },
            { title: 'Next run', cell: each => time(each.nextRunAt) },
          ],
          all,
        )
      }),
    )

  connector
    .command('show <id>')
    .description('one connector')
    .option('--json', 'as JSON')
    .action((id: string, options: { json?: boolean }, command: Command) =>
      withActor(command, SEES_IMPORTS, async ground => {
        const found = await getConnector(ground.database, integerFlag('the connector', id))
        if (options.json) return printJson(shown(found))
        print(`${found.name}  (${found.product.name}, ${found.status})`)
        print(`  Source            ${found.location}${found.username ? `, as ${found.username}` : ''}`)
        print(`  Files into        ${found.product.folder}`)
        print(`  Terms accepted    by ${found.termsAcceptedBy ?? '-'}, ${time(found.termsAcceptedAt)}`)
        print(
          `  Mapping           ${found.automaticMapping ? 'custom CSV, then the e-mail property' : 'custom CSV alone'}; region ${found.defaultRegion}; domains ${found.domains.join(', ') || '-'}`,
        )
        print(`  Schedule          ${formatSchedule(found.schedule)}; next run ${time(found.nextRunAt)}`)
        print(`  Collected until   ${time(found.collectedUntil)}`)
        print(`  Largest item      ${count(found.itemSizeMax)} bytes`)
        const runs = await listRuns(ground.database, { connectorId: found.connectorId, limit: 1 })
        for (const run of runs) {
          print()
          printStatement(found.name, run, ground.archive.demonstration)
        }
      }),
    )

  connector
    .command('edit <id>')
    .description('change settings; what is not named stays as it is')
    .option('--name <name>')
    .option('--site <address>', 'the site’s address')
    .option('--username <name>')
    .option('--password-stdin', 'a new password, from standard input (or HOLDFAST_PASSWORD)')
    .option('--automatic-mapping <on-or-off>')
    .option('--domains <list>')
    .option('--region <code>')
    .option('--schedule <text>')
    .option('--item-size-max <bytes>')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast connector edit 1 --schedule hourly')
    .action((id: string, options: EditFlags, command: Command) =>
      withActor(command, ['Mailbox Import Export'], async (ground, actor) => {
        const change = await changeOf(options)
        if (Object.keys(change).length === 0) throw new HoldfastError('USAGE', 'nothing to change was named')
        const connectorId = integerFlag('the connector', id)
        const current = await getConnector(ground.database, connectorId)
        await checkAccount(ground, current, change, AbortSignal.timeout(60_000))
        const edited = await editConnector(ground, actor, connectorId, change)
        if (options.json) return printJson(shown(edited))
        print(`Changed: ${Object.keys(change).join(', ')}.`)
      }),
    )

  connector
    .command('run <id>')
    .description('import now: what is new since the last run, or any window')
    .option('--from <time>', 'back-fill from this time of arrival at the site')
    .option('--to <time>', 'up to this time')
    .option('--detach', 'do not wait for it')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast connector run 1\n  holdfast connector run 1 --from 2026-11-01 --to 2026-11-08',
    )
    .action((id: string, options: RunFlags, command: Command) =>
      withActor(command, ['Mailbox Import Export'], (ground, actor) =>
        runNow(ground, actor, integerFlag('the connector', id), options),
      ),
    )

  for (const [verb, status] of [
    ['pause', 'paused'],
    ['resume', 'active'],
  ] as const)
    connector
      .command(`${verb} <id>`)
      .description(
        verb === 'pause'
          ? 'stop scheduled imports'
          : 'let scheduled imports go on; what was missed is caught up',
      )
      .action((id: string, _options: unknown, command: Command) =>
        withActor(command, ['Mailbox Import Export'], async (ground, actor) => {
          const changed = await setConnectorStatus(ground, actor, integerFlag('the connector', id), status)
          print(`${changed.name} is ${changed.status}.`)
        }),
      )

  connector
    .command('remove <id>')
    .description('remove a connector and forget its password; what it imported stays')
    .option('--yes', 'do not ask')
    .action((id: string, options: { yes?: boolean }, command: Command) =>
      withActor(command, ['Mailbox Import Export'], async (ground, actor) => {
        const found = await getConnector(ground.database, integerFlag('the connector', id))
        if (!options.yes) {
          if (!isInteractive())
            throw new HoldfastError('USAGE', 'add --yes where there is no terminal to ask on')
          if (!(await confirm(`Remove ${found.name}?`))) return print('Nothing was changed.')
        }
        if (found.status === 'draft') {
          await discardDraft(ground, actor, found.connectorId)
          return print(`${found.name} is discarded; its setup was not finished.`)
        }
        await removeConnector(ground, actor, found.connectorId)
        print(`${found.name} is removed. What it imported stays.`)
      }),
    )

  connector
    .command('check <id>')
    .description('the documented "Before you set up a connector", checked against the site and the directory')
    .option('--json', 'as JSON')
    .action((id: string, options: { json?: boolean }, command: Command) =>
      withActor(command, SEES_IMPORTS, async ground => {
        const found = await getConnector(ground.database, integerFlag('the connector', id))
        const prerequisites = await checkConnector(ground, found, AbortSignal.timeout(60_000))
        if (options.json) return printJson(prerequisites)
        const marks = { met: 'ok ', 'not-met': 'NO ', 'at-sign-in': '…  ', 'cannot-be-checked': '?  ' }
        for (const each of prerequisites) {
          print(`${marks[each.state]} ${each.text}`)
          for (const user of each.users)
            print(`       ${user.userId}  ${user.number}  ${user.email || '(no e-mail)'}`)
        }
      }),
    )
}

type RunFlags = { from?: string; to?: string; detach?: boolean; json?: boolean }

async function runNow(ground: Ground, actor: Actor, connectorId: number, options: RunFlags): Promise<void> {
  const connector = await getConnector(ground.database, connectorId)
  const now = new Date(ground.clock.now())
  const next = nextWindow(connector, now)
  if (options.to && !options.from) throw new HoldfastError('WINDOW_INVALID', '--to needs --from')
  const backFill = options.from !== undefined
  const window = {
    from: options.from ? timeFlag('--from', options.from) : next.from,
    to: options.to ? timeFlag('--to', options.to) : next.to,
  }
  const run = await requestNow(ground, actor, connector, backFill ? 'back-fill' : 'manual', window)
  if (options.detach)
    return options.json
      ? printJson({ demonstration: ground.archive.demonstration, ...run })
      : print(`Run ${run.runId} waits for a worker: holdfast run show ${run.runId}`)
  // Where nobody serves this archive, this command does the work itself.
  const stopped = new AbortController()
  void untilStopped().then(() => stopped.abort())
  const working = ground.attached ? null : await startWorking(ground, ground.config.workers)
  try {
    const watched = [{ runId: run.runId, name: connector.name, expected: null }]
    const [ended] = await watchRuns(ground, watched, stopped.signal)
    if (options.json) printJson({ demonstration: ground.archive.demonstration, ...ended })
    else printStatement(connector.name, ended!, ground.archive.demonstration)
    if (ended!.status !== 'complete')
      throw new HoldfastError('RUN_INCOMPLETE', `run ${run.runId} is ${ended!.status}`)
  } finally {
    if (working) say('Stopping …')
    await working?.stop()
  }
}

async function requestNow(
  ground: Ground,
  actor: Actor,
  connector: Connector,
  trigger: 'back-fill' | 'manual',
  window: { from: Date; to: Date },
): Promise<Run> {
  const queue = await openQueue(ground.database, { log: ground.log })
  try {
    return await requestRun(ground, queue, actor, connector, trigger, window)
  } finally {
    // Also when the run is refused: an open queue would keep the command from ending.
    await queue.stop({ graceful: false })
  }
}

type EditFlags = {
  name?: string
  site?: string
  username?: string
  passwordStdin?: boolean
  automaticMapping?: string
  domains?: string
  region?: string
  schedule?: string
  itemSizeMax?: string
  json?: boolean
}

async function changeOf(options: EditFlags): Promise<ConnectorChange> {
  const password = options.passwordStdin ? await passwordOf(true) : undefined
  if (options.automaticMapping !== undefined && !['on', 'off'].includes(options.automaticMapping))
    throw new HoldfastError('USAGE', '--automatic-mapping is on or off')
  return {
    ...(options.name !== undefined ? { name: options.name } : {}),
    ...(options.site !== undefined ? { location: options.site } : {}),
    ...(options.username !== undefined ? { username: options.username } : {}),
    ...(password !== undefined ? { password } : {}),
    ...(options.automaticMapping !== undefined
      ? { automaticMapping: options.automaticMapping === 'on' }
      : {}),
    ...(options.domains !== undefined
      ? {
          domains: options.domains
            .split(',')
            .map(each => each.trim())
            .filter(Boolean),
        }
      : {}),
    ...(options.region !== undefined ? { defaultRegion: options.region.toUpperCase() } : {}),
    ...(options.schedule !== undefined ? { schedule: parseSchedule(options.schedule) } : {}),
    ...(options.itemSizeMax !== undefined
      ? { itemSizeMax: integerFlag('--item-size-max', options.itemSizeMax) }
      : {}),
  }
}

/** A connector as shown: its credential never is. */
function shown({ credential, product, schedule, ...rest }: Connector) {
  return {
    ...rest,
    product: product.id,
    folder: product.folder,
    schedule: formatSchedule(schedule),
    hasPassword: credential !== null,
  }
}
