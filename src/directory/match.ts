/**
 * Finds which mailbox each row of a directory file stands for, and makes sure that afterwards every address belongs
 * to one mailbox only. Pure.
 */
import type { CsvProblems } from './csv.ts'

/** One person of the file. Undefined: the file has no such column, so what is known stays. */
export type DirectoryRow = {
  readonly line: number
  readonly address: string
  readonly displayName: string
  readonly aliases: readonly string[] | undefined
  readonly activeFrom: number | null | undefined
  readonly activeTo: number | null | undefined
  /** '' takes an attribute away. */
  readonly attributes: Readonly<Record<string, string>>
}

export type KnownMailbox = {
  readonly mailboxId: number
  readonly address: string
  readonly displayName: string
  readonly aliases: readonly string[]
  readonly activeFrom: number | null
  readonly activeTo: number | null
  readonly attributes: Readonly<Record<string, string>>
}

/**
 * For each row its mailbox, or null for a new one. A row stands for the mailbox with its address; else for the one
 * that has its address as an alias; else for the one whose address is among its aliases (a person renamed). No two
 * rows stand for the same mailbox. Whatever leaves an address with two mailboxes is added to `problems`.
 */
export function matchRows(
  rows: readonly DirectoryRow[],
  known: readonly KnownMailbox[],
  problems: CsvProblems,
): (KnownMailbox | null)[] {
  const byAddress = new Map(known.map(mailbox => [mailbox.address, mailbox]))
  const byAlias = new Map(known.flatMap(mailbox => mailbox.aliases.map(alias => [alias, mailbox] as const)))
  const taken = new Set<KnownMailbox>()
  const take = (mailbox: KnownMailbox | undefined): KnownMailbox | null => {
    if (!mailbox || taken.has(mailbox)) return null
    taken.add(mailbox)
    return mailbox
  }
  const matches = rows.map(row => take(byAddress.get(row.address)))
  for (const [index, row] of rows.entries()) matches[index] ??= take(byAlias.get(row.address))
  for (const [index, row] of rows.entries()) {
    if (matches[index]) continue
    const former = (row.aliases ?? [])
      .flatMap(alias => byAddress.get(alias) ?? [])
      .filter(each => !taken.has(each))
    if (former.length === 1) matches[index] = take(former[0])
  }
  checkAddresses(rows, matches, known, taken, problems)
  return matches
}

function checkAddresses(
  rows: readonly DirectoryRow[],
  matches: readonly (KnownMailbox | null)[],
  known: readonly KnownMailbox[],
  taken: ReadonlySet<KnownMailbox>,
  problems: CsvProblems,
): void {
  // 0 stands for a mailbox that is not in the file.
  const lineOf = new Map<string, number>()
  for (const mailbox of known)
    if (!taken.has(mailbox))
      for (const address of [mailbox.address, ...mailbox.aliases]) lineOf.set(address, 0)
  const claim = (address: string, line: number, column: string): void => {
    const other = lineOf.get(address)
    if (other === undefined) lineOf.set(address, line)
    else if (other === 0)
      problems.add(line, column, 'belongs to another mailbox, which the file does not mention')
    else if (other !== line) problems.add(line, column, `is in line ${other} already`)
  }
  for (const row of rows) claim(row.address, row.line, 'Address')
  for (const [index, row] of rows.entries())
    for (const alias of aliasesAfter(row, matches[index] ?? null)) claim(alias, row.line, 'Aliases')
}

/** The aliases a mailbox has once the row is imported. A file without the column takes none away. */
export function aliasesAfter(row: DirectoryRow, before: KnownMailbox | null): string[] {
  const aliases = row.aliases ?? (before ? [before.address, ...before.aliases] : [])
  return aliases.filter(alias => alias !== row.address)
}
