/** `holdfast erasure …`: requests of persons that what names them be erased. */
import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import {
  changeErasure,
  ERASURE_BASES,
  ERASURE_STATES,
  type ErasureIdentity,
  type ErasureRequest,
  erasureReportPage,
  erasureReportTable,
  type GivenIdentity,
  listErasures,
  performErasure,
  previewErasure,
  REPORT_LANGUAGES,
  reportErasure,
  requestErasure,
  showErasure,
  withdrawErasure,
} from '../erasure/erasure.ts'
import { HoldfastError } from '../errors.ts'
import type { Ground } from '../ground.ts'
import { withActor } from './acting.ts'
import { integerFlag } from './flags.ts'
import { withQueue } from './queue-of.ts'
import { count, print, printJson, printTable, time } from './terminal.ts'

const ROLE = ['Retention Management'] as const

const FORMATS = ['html', 'csv', 'json'] as const

type PeriodFlags = { from?: string; to?: string }
type RequestFlags = PeriodFlags & {
  basis: string
  reason: string
  reference: string
  includeLater?: boolean
  json?: boolean
}

export function registerErasure(program: Command): void {
  const erasure = program
    .command('erasure')
    .description('erasure requests (GDPR 17): what names a person is erased, or refused with the reason')

  erasure
    .command('preview <identities...>')
    .description('what a request by these numbers and addresses would be about; nothing is changed')
    .option('--from <date>', 'only from this day on (UTC)')
    .option('--to <date>', 'only before this day')
    .option('--json', 'as JSON')
    .addHelpText('after', "\nExample:\n  holdfast erasure preview '+44 7700 900123' mia@fabrikam.example")
    .action((given: string[], flags: PeriodFlags & { json?: boolean }, command: Command) =>
      withActor(command, [...ROLE], async (ground, actor) => {
        const found = await previewErasure(ground, actor, identitiesOf(given, flags))
        if (flags.json) return printJson(found)
        print(`${count(found.items)} items, ${count(found.copies)} copies.`)
        print(`  Would be erased  ${count(found.erasable)}`)
        print(`  Held             ${count(found.held)}`)
        print(`  Retained         ${count(found.retained)}`)
        if (found.firstAt && found.lastAt)
          print(`  Of               ${time(found.firstAt)} to ${time(found.lastAt)}`)
        if (found.byMailbox.length > 0) print()
        printTable(
          [
            { title: 'Mailbox', cell: each => each.address },
            { title: 'Copies', right: true, cell: each => count(each.copies) },
            { title: 'Kept', right: true, cell: each => count(each.kept) },
          ],
          found.byMailbox,
        )
        if (found.alsoKnownAs.length > 0) {
          print('\nThe same persons are known here as well as:')
          for (const each of found.alsoKnownAs) print(`  ${identityText(each)}`)
        }
      }),
    )

  erasure
    .command('request <identities...>')
    .description('enter a request: what nothing keeps is erased at once, what is kept is restricted')
    .requiredOption('--basis <basis>', ERASURE_BASES.join(', '))
    .requiredOption('--reason <text>', 'what was asked for, and when it came')
    .option('--reference <text>', 'under what it is filed elsewhere', '')
    .option('--from <date>', 'only from this day on (UTC)')
    .option('--to <date>', 'only before this day')
    .option('--include-later', 'erase what arrives later as well')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `\nExample:
  holdfast erasure request +447700900123 --basis no-longer-needed --reason 'Letter of 3 May' --reference DPO-17`,
    )
    .action((given: string[], flags: RequestFlags, command: Command) =>
      withActor(command, [...ROLE], (ground, actor) =>
        withQueue(ground, async queue => {
          const entered = await requestErasure(ground, queue, actor, {
            identities: identitiesOf(given, flags),
            basis: oneOf('--basis', ERASURE_BASES, flags.basis),
            reason: flags.reason,
            reference: flags.reference,
            includeLater: flags.includeLater === true,
          })
          await performErasure(ground, entered.requestId)
          await printRequest(ground, actor, entered.requestId, flags.json === true)
        }),
      ),
    )

  erasure
    .command('list')
    .description('the requests, newest first')
    .option('--state <state>', ERASURE_STATES.join(', '))
    .option('--limit <count>', 'how many', '50')
    .option('--after <id>', 'the next page: begin after this request')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast erasure list --state waiting')
    .action((flags: { state?: string; limit: string; after?: string; json?: boolean }, command: Command) =>
      withActor(command, [...ROLE], async (ground, actor) => {
        const page = await listErasures(ground, actor, {
          ...(flags.state ? { state: oneOf('--state', ERASURE_STATES, flags.state) } : {}),
          limit: integerFlag('--limit', flags.limit),
          ...(flags.after ? { after: integerFlag('--after', flags.after) } : {}),
        })
        if (flags.json) return printJson(page)
        if (page.requests.length === 0)
          return print('No erasure requests. `holdfast erasure request` enters one.')
        printTable<ErasureRequest>(
          [
            { title: 'Request', right: true, cell: each => String(each.requestId) },
            { title: 'By', cell: each => each.identities.map(identityText).join(', ') },
            { title: 'State', cell: each => each.state },
            { title: 'Erased', right: true, cell: each => count(each.erasedItems) },
            { title: 'Kept', right: true, cell: each => count(each.restrictedItems) },
            { title: 'Entered', cell: each => time(each.requestedAt) },
          ],
          page.requests,
        )
        if (page.next) print(`More: add --after ${page.next}`)
      }),
    )

  erasure
    .command('show <id>')
    .description('a request: what was erased, what is kept, where and until when')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast erasure show 1')
    .action((id: string, flags: { json?: boolean }, command: Command) =>
      withActor(command, [...ROLE], (ground, actor) =>
        printRequest(ground, actor, integerFlag('the request', id), flags.json === true),
      ),
    )

  erasure
    .command('change <id>')
    .description('change what is said of a request, and whether what arrives later goes')
    .option('--reason <text>', 'what was asked for, and when it came')
    .option('--reference <text>', 'under what it is filed elsewhere')
    .option('--include-later', 'erase what arrives later as well')
    .option('--no-include-later', 'do not')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast erasure change 1 --include-later')
    .action(
      (
        id: string,
        flags: { reason?: string; reference?: string; includeLater?: boolean; json?: boolean },
        command: Command,
      ) =>
        withActor(command, [...ROLE], (ground, actor) =>
          withQueue(ground, async queue => {
            const requestId = integerFlag('the request', id)
            const { reason, reference, includeLater } = flags
            const given = Object.entries({ reason, reference, includeLater }).filter(
              ([, value]) => value !== undefined,
            )
            await changeErasure(ground, queue, actor, requestId, Object.fromEntries(given))
            await performErasure(ground, requestId)
            await printRequest(ground, actor, requestId, flags.json === true)
          }),
        ),
    )

  erasure
    .command('withdraw <id>')
    .description('withdraw a request: what it restricted can be read again, what is erased stays so')
    .requiredOption('--reason <text>', 'why')
    .option('--json', 'as JSON')
    .addHelpText('after', "\nExample:\n  holdfast erasure withdraw 1 --reason 'Entered by mistake'")
    .action((id: string, flags: { reason: string; json?: boolean }, command: Command) =>
      withActor(command, [...ROLE], async (ground, actor) => {
        const request = await withdrawErasure(ground, actor, integerFlag('the request', id), flags.reason)
        if (flags.json) return printJson(request)
        print(`Withdrew erasure request ${request.requestId}.`)
      }),
    )

  erasure
    .command('report <id>')
    .description('the report for the person: what was done and why, and nothing of others')
    .option('--format <format>', FORMATS.join(', '), 'html')
    .option('--language <language>', REPORT_LANGUAGES.join(', '), 'en')
    .option('--output <file>', 'write it to this file')
    .addHelpText('after', '\nExample:\n  holdfast erasure report 1 --language sv --output report.html')
    .action((id: string, flags: { format: string; language: string; output?: string }, command: Command) =>
      withActor(command, [...ROLE], async (ground, actor) => {
        const format = oneOf('--format', FORMATS, flags.format)
        const language = oneOf('--language', REPORT_LANGUAGES, flags.language)
        const report = await reportErasure(ground, actor, integerFlag('the request', id))
        const text =
          format === 'html'
            ? erasureReportPage(report, language)
            : format === 'csv'
              ? erasureReportTable(report, language)
              : `${JSON.stringify(report, null, 2)}\n`
        if (flags.output === undefined) return print(text.trimEnd())
        await writeFile(flags.output, text)
        print(`Wrote ${flags.output}.`)
      }),
    )
}

function oneOf<T extends string>(flag: string, choices: readonly T[], given: string): T {
  const found = choices.find(each => each === given)
  if (found === undefined) throw new HoldfastError('USAGE', `${flag} takes one of ${choices.join(', ')}`)
  return found
}

function identitiesOf(given: readonly string[], { from, to }: PeriodFlags): GivenIdentity[] {
  return given.map(value => ({ value, from: dayOf('--from', from), to: dayOf('--to', to) }))
}

function dayOf(flag: string, text: string | undefined): Date | null {
  if (text === undefined) return null
  const day = new Date(`${text}T00:00:00Z`)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(day.getTime()))
    throw new HoldfastError('USAGE', `${flag} takes a day, such as 2026-05-01`)
  return day
}

function identityText({ value, from, to }: ErasureIdentity): string {
  const day = (at: Date) => at.toISOString().slice(0, 10)
  return `${value}${from ? ` from ${day(from)}` : ''}${to ? ` before ${day(to)}` : ''}`
}

async function printRequest(
  ground: Ground,
  actor: Parameters<typeof showErasure>[1],
  requestId: number,
  json: boolean,
): Promise<void> {
  const request = await showErasure(ground, actor, requestId)
  if (json) return printJson(request)
  print(`Erasure request ${request.requestId}: ${request.state}`)
  print(`  By            ${request.identities.map(identityText).join(', ')}`)
  if (request.reference) print(`  Reference     ${request.reference}`)
  print(`  Why           ${request.reason}`)
  print(`  Basis         ${request.basis}`)
  print(`  Entered       ${time(request.requestedAt)} by ${request.requestedBy}`)
  print(`  What arrives  ${request.includeLater ? 'is erased as well' : 'is not part of it'}`)
  if (request.lookedAt) print(`  Looked at     ${time(request.lookedAt)}`)
  if (request.due > 0) print(`  Still to do   ${count(request.due)} items`)
  print(`  Erased        ${count(request.erasedItems)} items, ${count(request.erasedCopies)} copies`)
  if (request.goneCopies > 0)
    print(`  Left by rule  ${count(request.goneCopies)} copies, by the rules of their mailboxes`)
  print(`  Kept          ${count(request.restrictedItems)} items, ${count(request.refusedCopies)} copies`)
  if (request.exports.length > 0)
    print(`  Given out     in ${count(request.exports.length)} exports: ${request.exports.join(', ')}`)
  if (request.refused.length === 0) return
  print()
  printTable(
    [
      { title: 'Mailbox', cell: each => each.address },
      { title: 'Kept', right: true, cell: each => count(each.copies) },
      { title: 'Held', right: true, cell: each => count(each.held) },
      { title: 'Retained', right: true, cell: each => count(each.retained) },
      { title: 'Until', cell: each => (each.until ? time(each.until) : 'not known yet') },
    ],
    request.refused,
  )
}
