/** `holdfast message show|explain|export`: one item, its message, why it is kept, its original and its proof. Every reading is recorded. */
import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { openMessage, proveItem, showItem } from '../archive/archive.ts'
import { HoldfastError } from '../errors.ts'
import { EXPLAIN_ROLES, explainItem, explanationLines } from '../retention/retention.ts'
import { withActor } from './acting.ts'
import { readInput } from './files.ts'
import { count, oneLine, print, printJson, say, time } from './terminal.ts'

/** So much of a message is shown on a terminal; `export` gives all of it. */
const SHOWN_MAX = 64 * 1024

export function registerMessage(program: Command): void {
  const message = program.command('message').description('one message: its facts, its bytes, its proof')

  message
    .command('show <item>')
    .description('an item’s facts and filings, and the beginning of its message')
    .option('--json', 'the facts as JSON, without the message')
    .addHelpText('after', '\nExample:\n  holdfast message show 019a9f3e-5c00-8a2b-9c3d-0123456789ab')
    .action((item: string, options: { json?: boolean }, command: Command) =>
      withActor(command, [], async (ground, actor) => {
        const view = await showItem(ground, actor, item)
        if (options.json) return printJson({ demonstration: ground.archive.demonstration, ...view })
        if (ground.archive.demonstration) print('DEMONSTRATION: invented people and traffic')
        print(
          `Item       ${view.itemId}  (${view.kind}${view.direction ? `, ${view.direction}` : ''}, ${view.state}${view.reason ? `: ${view.reason}` : ''})`,
        )
        print(`Sent       ${time(view.sentAt)}`)
        print(
          `Arrived    ${time(view.arrivedAt)} at the site; filed ${time(view.filedAt)} by run ${view.runId}`,
        )
        for (const filing of view.filings)
          print(
            `Filed in   ${filing.mailbox} / ${filing.folder}${filing.hiddenAt ? ` (hidden ${time(filing.hiddenAt)})` : ''}`,
          )
        if (view.versionOf) print(`Version    a further version of ${view.versionOf}`)
        if (view.flags.length > 0) print(`Flags      ${view.flags.join(', ')}`)
        print()
        const content = await openMessage(ground, actor, item, 'message')
        const decoder = new TextDecoder()
        let shown = 0
        for await (const chunk of content.chunks) {
          const part = chunk.subarray(0, Math.max(0, SHOWN_MAX - shown))
          shown += part.length
          // Control characters of archived content must not steer the reader's terminal.
          process.stdout.write(decoder.decode(part, { stream: true }).replace(/[^\P{Cc}\n\t]/gu, ''))
          if (shown >= SHOWN_MAX) break
        }
        if (content.size > shown)
          say(`… ${count(content.size - shown)} more bytes: holdfast message export ${item}`)
      }),
    )

  message
    .command('explain <item>')
    .description('why an item is kept, or when it goes: every rule, in each mailbox')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  holdfast message explain 019a9f3e-5c00-8a2b-9c3d-0123456789ab')
    .action((item: string, options: { json?: boolean }, command: Command) =>
      withActor(command, EXPLAIN_ROLES, async (ground, actor) => {
        const explanation = await explainItem(ground, actor, item)
        if (options.json) return printJson(explanation)
        for (const line of explanationLines(explanation)) print(oneLine(line))
      }),
    )

  message
    .command('export <item>')
    .description('write an item’s message (RFC 5322), its original as received, or its proof')
    .option('--output <file>', 'write to this file (default: stdout)')
    .option('--original', 'exactly as received, instead of the message made from it')
    .option('--proof <file>', 'also write the proof that it was archived, for `holdfast verify --proof`')
    .option(
      '--checkpoint <file>',
      'with --proof: a checkpoint kept elsewhere, which the proof shall lead on from',
    )
    .addHelpText(
      'after',
      '\nExample:\n  holdfast message export <item> --output message.eml --proof message.proof.json',
    )
    .action(
      (
        item: string,
        options: { output?: string; original?: boolean; proof?: string; checkpoint?: string },
        command: Command,
      ) =>
        withActor(command, [], async (ground, actor) => {
          const content = await openMessage(ground, actor, item, options.original ? 'original' : 'message')
          const out = options.output
            ? createWriteStream(options.output, { flags: 'wx', mode: 0o600, flush: true })
            : process.stdout
          try {
            await pipeline(content.chunks, out, { end: options.output !== undefined })
          } catch (cause) {
            if (cause instanceof HoldfastError) throw cause
            throw new HoldfastError(
              'FILE_UNREADABLE',
              `${options.output ?? 'stdout'} cannot be written, or exists already`,
              { cause },
            )
          }
          if (ground.archive.demonstration) say('From a demonstration archive: invented people and traffic.')
          if (options.proof) {
            const earlier = options.checkpoint ? (await readInput(options.checkpoint)).toString('utf8') : null
            const proof = await proveItem(ground, actor, item, earlier)
            await writeFile(options.proof, proof, { mode: 0o600 })
            say(`The proof is in ${options.proof}.`)
          }
          if (options.output) say(`${count(content.size)} bytes are in ${options.output}.`)
        }),
    )
}
