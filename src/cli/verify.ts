/**
 * `holdfast verify`: the audit log of the archive at hand; or, on any machine and without an archive, an export's
 * package, one exported item, or a proof of disposal.
 */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import type { Command } from 'commander'
import { FINDINGS } from '../audit/audit.ts'
import { passwordFromEnvironment } from '../config.ts'
import { csvLine } from '../directory/directory.ts'
import { HoldfastError, hasCode } from '../errors.ts'
import {
  type CopyVerdict,
  type Opening,
  PACKAGE_FINDINGS,
  type PackageVerdict,
  verifyPackage,
  withDecrypted,
} from '../export/export.ts'
import type { Ground } from '../ground.ts'
import { verifyDisposal } from '../retention/retention.ts'
import { verifyArchive, verifyExportedItem } from '../upkeep/upkeep.ts'
import { withActor } from './acting.ts'
import { printDisposalVerdict } from './disposal.ts'
import { readInput } from './files.ts'
import { passwordOf } from './password.ts'
import { count, isInteractive, oneLine, print, printJson, time } from './terminal.ts'

type VerifyOptions = {
  publicKey?: string
  key?: string
  checkpoint?: string
  list?: string
  passwordStdin?: boolean
  identity?: string
  proof?: string
  disposal?: string
  message?: string
  original?: string
  json?: boolean
}

export function registerVerify(program: Command): void {
  program
    .command('verify [package]')
    .description(
      'check the audit log, its tree and checkpoints, without trusting the program; or an export’s package, one exported item, or a proof of disposal, without any archive',
    )
    .option('--public-key <key>', 'the archive’s public key, from where it was kept')
    .option('--key <key>', 'the same')
    .option('--checkpoint <file>', 'an earlier checkpoint, kept elsewhere')
    .option('--list <file>', 'with a package: write a CSV line for each copy, with when it was archived')
    .option(
      '--password-stdin',
      'with an encrypted package: its pass phrase from standard input (or set HOLDFAST_PASSWORD)',
    )
    .option('--identity <file>', 'with an encrypted package: the file of the secret key (AGE-SECRET-KEY-…)')
    .option('--proof <file>', 'check one exported item by its proof; needs no archive')
    .option('--message <file>', 'with --proof: the exported message')
    .option('--original <file>', 'with --proof: the exported original, if it is not the message')
    .option('--disposal <file>', 'check a proof of disposal; needs no archive')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `\nExamples:
  holdfast verify --public-key holdfast/…+…+…
  holdfast verify export.zip --key holdfast/…+…+… --checkpoint kept-elsewhere.txt
  holdfast verify --disposal item.proof.json --key holdfast/…+…+…
  holdfast verify --proof message.proof.json --message message.eml --original message.json`,
    )
    .action(async (path: string | undefined, options: VerifyOptions, command: Command) => {
      const publicKey = options.publicKey ?? options.key ?? null
      const earlier = options.checkpoint ? await readText(options.checkpoint) : null
      if (path !== undefined) return verifyExport(path, options, publicKey, earlier)
      if (options.disposal) return verifyGone(options.disposal, options, publicKey, earlier)
      if (options.proof) return verifyOne(options, publicKey, earlier)
      await withActor(command, ['Audit Logs'], ground => verifyHere(ground, options, publicKey, earlier))
    })
}

async function readText(file: string): Promise<string> {
  return (await readInput(file)).toString('utf8')
}

// ---------------------------------------------------------------------------------------------------------------
// The archive at hand.

async function verifyHere(
  ground: Ground,
  options: VerifyOptions,
  publicKey: string | null,
  earlierCheckpoint: string | null,
): Promise<void> {
  const report = await verifyArchive(ground, { publicKey, earlierCheckpoint })
  if (options.json) printJson({ demonstration: ground.archive.demonstration, ...report })
  else {
    for (const finding of report.findings) print(`${finding.code}  ${finding.message}`)
    print(
      report.ok
        ? `The log of ${count(report.entries)} entries under ${count(report.checkpoints)} checkpoints is consistent${report.origin === 'proven' ? ' and signed by the key given.' : ', origin unproven (no public key was given).'}`
        : `The log does not hold: ${count(report.findingsTotal)} findings.`,
    )
  }
  if (!report.ok)
    throw new HoldfastError(
      'VERIFY_FAILED',
      `the audit log has ${report.findingsTotal} findings (${Object.keys(FINDINGS).length} kinds are known)`,
    )
}

// ---------------------------------------------------------------------------------------------------------------
// One exported item.

async function verifyOne(
  options: VerifyOptions,
  publicKey: string | null,
  earlierCheckpoint: string | null,
): Promise<void> {
  if (!options.proof || !options.message)
    throw new HoldfastError('USAGE', '--proof needs --message with the exported file')
  const verdict = verifyExportedItem({
    proof: await readText(options.proof),
    message: await readInput(options.message),
    original: options.original ? await readInput(options.original) : null,
    publicKey,
    earlierCheckpoint,
  })
  if (options.json) printJson(verdict)
  else if (verdict.demonstration) print('From a demonstration archive: invented people and traffic.')
  if (!options.json && verdict.ok)
    print(
      `${verdict.message}${verdict.origin === 'proven' ? ', signed by the key given' : ' (consistent, origin unproven: no public key was given)'}`,
    )
  if (!verdict.ok) throw new HoldfastError('VERIFY_FAILED', verdict.message)
}

// ---------------------------------------------------------------------------------------------------------------
// A proof of disposal.

async function verifyGone(
  file: string,
  options: VerifyOptions,
  publicKey: string | null,
  earlierCheckpoint: string | null,
): Promise<void> {
  const verdict = verifyDisposal(await readText(file), publicKey, earlierCheckpoint)
  if (options.json) printJson(verdict)
  else printDisposalVerdict(verdict)
  if (!verdict.ok) throw new HoldfastError('VERIFY_FAILED', verdict.message)
}

// ---------------------------------------------------------------------------------------------------------------
// A package.

async function verifyExport(
  path: string,
  options: VerifyOptions,
  publicKey: string | null,
  earlierCheckpoint: string | null,
): Promise<void> {
  const list = options.list === undefined ? null : listTo(options.list)
  const check = (file: string) =>
    verifyPackage(file, {
      publicKey,
      earlierCheckpoint,
      ...(list ? { onCopy: list.write } : {}),
      ...(isInteractive() && !options.json ? { onFile: showProgress } : {}),
    })
  const verdict = await check(path).catch(async error => {
    if (!hasCode(error, 'PACKAGE_ENCRYPTED')) throw error
    const opening = await openingOf(options)
    if (opening === null) throw error
    return withDecrypted(path, opening, check)
  })
  await list?.end()
  if (options.json) printJson(verdict)
  else printVerdict(verdict)
  if (!verdict.ok)
    throw new HoldfastError('VERIFY_FAILED', `the package has ${count(verdict.findingsTotal)} findings`)
}

/** What an encrypted package is opened by; null if nothing was given and nobody can be asked. */
async function openingOf({ passwordStdin, identity }: VerifyOptions): Promise<Opening | null> {
  if (identity !== undefined) return { identity: await readText(identity) }
  if (!passwordStdin && passwordFromEnvironment() === null && !isInteractive()) return null
  return { passPhrase: await passwordOf(passwordStdin ?? false) }
}

function showProgress(done: number, total: number): void {
  if (done % 1000 === 0 || done === total)
    process.stderr.write(`\r${count(done)} of ${count(total)} files${done === total ? '\n' : ''}`)
}

function printVerdict(verdict: PackageVerdict): void {
  const { copies, archived, findings, findingsTotal } = verdict
  if (verdict.demonstration) print('From a DEMONSTRATION archive: invented people and traffic.')
  print(`Export ${verdict.exportId} (${verdict.format}) of archive ${verdict.archiveId}`)
  print(`  Completed   ${verdict.completedAt ? time(verdict.completedAt) : 'not proved'}`)
  print(`  Files       ${count(verdict.files.count)}, ${count(verdict.files.bytes)} bytes`)
  for (const [name, { copies: all, exported, failed, suppressed }] of Object.entries(verdict.counts))
    if (name === 'matched' || all > 0)
      print(
        `  ${name === 'matched' ? 'Matched ' : 'Context '}    ${count(all)} copies = ${count(exported)} exported + ${count(failed)} failed + ${count(suppressed)} suppressed duplicates`,
      )
  print(
    `  Messages    ${[
      `${count(copies.unchanged)} archived unchanged`,
      copies.archived > 0 ? `${count(copies.archived)} archived, their content not in the package` : '',
      copies.changed > 0 ? `${count(copies.changed)} CHANGED` : '',
      copies.unproven > 0 ? `${count(copies.unproven)} WITHOUT PROOF` : '',
    ]
      .filter(part => part !== '')
      .join(', ')}`,
  )
  if (archived) print(`  Archived    ${time(archived.from)} to ${time(archived.to)}`)
  print(
    `  Log         ${verdict.treeSize === null ? 'no checkpoint' : `${count(verdict.treeSize)} entries under the checkpoint`}, ${verdict.origin === 'proven' ? 'signed by the key given' : 'origin unproven'}`,
  )
  if (verdict.earlier === 'consistent')
    print('              and it leads on from the checkpoint that was kept')
  if (findings.length > 0) print()
  for (const { code, subject, message } of findings)
    print(`${code}  ${oneLine(subject)}: ${oneLine(message)}`)
  if (findingsTotal > findings.length) print(`… and ${count(findingsTotal - findings.length)} more`)
  print()
  print(conclusionOf(verdict))
}

function conclusionOf({ ok, origin, findings, findingsTotal }: PackageVerdict): string {
  if (!ok && findings.every(({ code }) => code === 'EARLIER_UNCONNECTED'))
    return `The package is consistent, but ${PACKAGE_FINDINGS.EARLIER_UNCONNECTED}.\nTake the last checkpoint of a day, or ask the archive for a proof from the one you kept.`
  if (!ok) return `The package does not hold: ${count(findingsTotal)} findings.`
  const what =
    origin === 'proven'
      ? 'The package is as the archive made it, and signed by the key given.'
      : 'The package is consistent, origin unproven: no public key was given.'
  return `${what}\nThis does not say that the search was complete: what was left out of an export cannot be seen in it.`
}

/** A CSV file (RFC 4180) with a line for each copy. A file that is there is never written over. */
function listTo(file: string) {
  const target = createWriteStream(file, { flags: 'wx', mode: 0o600 })
  let failure: unknown = null
  target.on('error', cause => {
    failure = new HoldfastError('FILE_UNREADABLE', `${file} cannot be written`, { cause })
  })
  const put = async (cells: readonly string[]) => {
    if (failure) throw failure
    if (!target.write(csvLine(cells))) await Promise.race([once(target, 'drain'), once(target, 'close')])
  }
  let begun = false
  return {
    write: async (copy: CopyVerdict) => {
      if (!begun) await put(['No.', 'Item', 'File', 'Archived', 'State'])
      begun = true
      await put([
        String(copy.ordinal),
        copy.itemId,
        copy.path ?? '',
        copy.archivedAt?.toISOString() ?? '',
        copy.state,
      ])
    },
    end: async () => {
      target.end()
      await once(target, 'close')
      if (failure) throw failure
    },
  }
}
