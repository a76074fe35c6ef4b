/**
 * The command line: `holdfast <noun> <verb>`. Each noun has a file of its own; what a command does is done by the
 * folder that owns it, so that the API does the same by the same call.
 *
 * Promises: results go to stdout and everything else to stderr; every reading command takes --json; a failure says
 * what, where and how to mend it, by the registry of errors.ts, and the exit code is the registry's.
 */
import { Command, CommanderError } from 'commander'
import { ERRORS, EXIT, HoldfastError } from '../errors.ts'
import { describeError } from '../log.ts'
import { registerArchive } from './archive.ts'
import { registerAudit } from './audit.ts'
import { registerBackup } from './backup.ts'
import { registerConnector } from './connector.ts'
import { registerDemo } from './demo.ts'
import { registerDirectory } from './directory.ts'
import { registerDisposal } from './disposal.ts'
import { registerDisposition } from './disposition.ts'
import { registerErasure } from './erasure.ts'
import { registerExport } from './export.ts'
import { registerHold } from './hold.ts'
import { registerArchivePolicy } from './in-place-archive.ts'
import { registerLabel } from './label.ts'
import { registerMailbox } from './mailbox.ts'
import { registerMapping } from './mapping.ts'
import { registerMessage } from './message.ts'
import { registerPerson } from './person.ts'
import { registerRetention } from './retention.ts'
import { registerRetentionEvent } from './retention-event.ts'
import { registerRoleGroup } from './role-group.ts'
import { registerRun } from './run.ts'
import { registerSavedSearch } from './saved-search.ts'
import { registerSearch } from './search.ts'
import { registerServe } from './serve.ts'
import { registerSignIn } from './sign-in.ts'
import { registerTermReport } from './term-report.ts'
import { registerToken } from './token.ts'
import { registerUnmapped } from './unmapped.ts'
import { registerVerify } from './verify.ts'

/** Runs one command; returns its exit code. */
export async function runCommandLine(words: readonly string[]): Promise<number> {
  // `holdfast … | head` reads no further. The command goes on to its own end, so that nothing is left half done.
  process.stdout.on('error', error => {
    if ((error as { code?: unknown }).code !== 'EPIPE') throw error
  })
  const program = new Command('holdfast')
    .description('An open archive for business mobile communications.')
    .option('--data <folder>', 'the data folder (default: HOLDFAST_DATA, else ./data)')
    .showHelpAfterError('(add --help to see what the command takes)')
    .configureHelp({ showGlobalOptions: true })
    .enablePositionalOptions()
    .exitOverride()
  for (const register of [
    registerDemo,
    registerArchive,
    registerVerify,
    registerServe,
    registerSignIn,
    registerPerson,
    registerRoleGroup,
    registerToken,
    registerConnector,
    registerRun,
    registerMapping,
    registerUnmapped,
    registerDirectory,
    registerMailbox,
    registerMessage,
    registerSearch,
    registerSavedSearch,
    registerTermReport,
    registerDisposal,
    registerErasure,
    registerExport,
    registerHold,
    registerRetention,
    registerDisposition,
    registerLabel,
    registerRetentionEvent,
    registerArchivePolicy,
    registerAudit,
    registerBackup,
  ])
    register(program)
  for (const command of program.commands) command.exitOverride()
  // A reader that has seen enough (head, a pager) is no failure; the command ends in order all the same.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  try {
    await program.parseAsync(words, { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    return report(error)
  }
}

function report(error: unknown): number {
  // Commander has written its own message by now; --help and --version end with code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage
  if (error instanceof HoldfastError) {
    process.stderr.write(`${error.code}: ${error.message}\n${ERRORS[error.code].hint}\n`)
    return error.exit
  }
  process.stderr.write(`INTERNAL: ${JSON.stringify(describeError(error))}\n${ERRORS.INTERNAL.hint}\n`)
  return EXIT.unexpected
}
