/** What a command says and asks: results on stdout, everything else on stderr, tables that fit, questions on a terminal. */
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { HoldfastError } from '../errors.ts'

/** One line to the person at the terminal, not part of the result. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** The result of a command: lines for a person. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`)
}

/** The result of a command as JSON, one document. Dates become ISO 8601 in UTC. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

/** Whole numbers with thousands set apart, as people read them. */
export function count(value: number): string {
  return value.toLocaleString('en-GB')
}

/** A time for a person: UTC to the second; an empty one as a dash. */
export function time(value: Date | null): string {
  return value ? `${value.toISOString().slice(0, 19).replace('T', ' ')} UTC` : '-'
}

type Column<Row> = {
  readonly title: string
  readonly right?: boolean
  readonly cell: (row: Row) => string
}

/** Prints rows under their titles, each column as wide as its widest cell. */
export function printTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void {
  const cells = rows.map(row => columns.map(column => oneLine(column.cell(row))))
  const widths = columns.map((column, index) =>
    Math.max(width(column.title), ...cells.map(row => width(row[index]!))),
  )
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => {
        const padding = ' '.repeat(widths[index]! - width(cell))
        return columns[index]!.right ? padding + cell : cell + padding
      })
      .join('  ')
      .trimEnd()
  print(line(columns.map(column => column.title)))
  for (const row of cells) print(line(row))
}

/** Prints what is wrong with a file, line by line. */
export function printProblems(
  problems: readonly { line: number; column?: string | null; reason: string }[],
): void {
  for (const { line, column, reason } of problems)
    print(`  line ${line}${column ? `, ${column}` : ''}: ${reason}`)
}

/** Control characters of archived content must not steer the reader's terminal. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ')
}

/** Columns a text takes: East Asian wide characters and emoji take two, combining marks none. */
function width(text: string): number {
  let columns = 0
  for (const character of text) {
    if (/\p{Mn}|\p{Me}|\p{Cf}/u.test(character)) continue
    columns +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}]/u.test(
        character,
      )
        ? 2
        : 1
  }
  return columns
}

/** True if a person can be asked. */
export function isInteractive(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true
}

/** Asks on the terminal; `hidden` shows nothing of what is typed. */
export async function ask(
  question: string,
  options: { hidden?: boolean; default?: string } = {},
): Promise<string> {
  if (!isInteractive())
    throw new HoldfastError(
      'USAGE',
      `"${question}" must be given by a flag where there is no terminal to ask on`,
    )
  const shown = options.default ? `${question} [${options.default}]: ` : `${question}: `
  // What is typed is echoed by the reader, not by the terminal: a reader that writes nowhere shows nothing.
  const output = options.hidden
    ? new Writable({ write: (_chunk, _encoding, done) => done() })
    : process.stderr
  const reader = createInterface({ input: process.stdin, output, terminal: true })
  try {
    if (options.hidden) process.stderr.write(shown)
    const answer = await reader.question(options.hidden ? '' : shown)
    if (options.hidden) process.stderr.write('\n')
    return answer.trim() === '' ? (options.default ?? '') : answer.trim()
  } finally {
    reader.close()
  }
}

/** Asks until the answer is yes or no. */
export async function confirm(question: string): Promise<boolean> {
  for (;;) {
    const answer = (await ask(`${question} (yes/no)`)).toLowerCase()
    if (['y', 'yes'].includes(answer)) return true
    if (['n', 'no'].includes(answer)) return false
  }
}

/** Resolves when the process is asked to stop: Ctrl-C, SIGTERM, or the end of the process that started it. */
export function untilStopped(): Promise<void> {
  return new Promise(resolve => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
    if (process.connected) process.once('disconnect', () => resolve())
    else if (isChild()) resolve()
  })
}

/** True if another process of ours started this one; it says so by a channel, which ends with it. */
export function isChild(): boolean {
  return process.connected !== undefined
}
