/**
 * Reads a CSV file from an administrator's spreadsheet, whole, before any of it is used. RFC 4180, and what
 * spreadsheets do beside it: UTF-8 with or without byte order mark, UTF-16 with one, LF, CRLF or CR, columns parted by
 * comma, semicolon or tab (found from the header). Pure.
 *
 * What concerns the file as a whole is thrown as CSV_INVALID; what concerns a line is reported with its line number,
 * its column and a reason. Reasons never quote the file.
 */
import { isUtf8 } from 'node:buffer'
import { parse } from 'csv-parse/sync'
import { HoldfastError } from '../errors.ts'

const CSV_BYTES_MAX = 20 * 1024 * 1024
const CSV_LINES_MAX = 500_000
const CELL_MAX = 1000
const COLUMNS_MAX = 100
/** A quotation mark that is never closed would swallow the rest of the file into one record. */
const RECORD_MAX = 128 * 1024
/** Nobody reads more; the count goes on. */
const PROBLEMS_LISTED_MAX = 1000

export type CsvProblem = {
  /** 1 is the header. */
  readonly line: number
  /** The column's name, '' where the line as a whole is meant. */
  readonly column: string
  readonly reason: string
}

/** Problems in the order of their lines; at most a thousand are kept, all are counted. */
export class CsvProblems {
  readonly listed: CsvProblem[] = []
  count = 0

  add(line: number, column: string, reason: string): void {
    this.count++
    if (this.listed.length < PROBLEMS_LISTED_MAX) this.listed.push({ line, column, reason })
  }

  /** Sorts by line, once all checks are made. */
  inOrder(): readonly CsvProblem[] {
    return this.listed.sort((a, b) => a.line - b.line)
  }
}

export type CsvRow = {
  readonly line: number
  /** The cell under a column, '' if it is empty or the file has no such column. */
  cell(column: string): string
}

type CsvTable = {
  /** As `known` spells them where they are known, else as written. */
  readonly columns: readonly string[]
  readonly rows: readonly CsvRow[]
}

type CsvColumns = {
  readonly required: readonly string[]
  readonly optional: readonly string[]
  /** Whether columns of other names are kept, or a mistake. */
  readonly others: 'keep' | 'refuse'
}

/** The lines of `bytes` that are sound; the others are added to `problems`. Throws CSV_INVALID. */
export function readCsv(bytes: Buffer, expected: CsvColumns, problems: CsvProblems): CsvTable {
  const text = decode(bytes)
  const known = [...expected.required, ...expected.optional]
  const header = text.slice(0, RECORD_MAX).replace(/^\n+/, '')
  const records = parseRecords(text, delimiterOf(header, known), problems)
  const first = records.shift()
  if (!first) throw invalid('the file is empty')
  const columns = columnsOf(first, expected, known)
  const places = new Map(columns.map((column, place) => [column, place]))
  const rows: CsvRow[] = []
  for (const { line, cells } of records) {
    const trouble = troubleWith(cells, columns)
    if (trouble) problems.add(line, trouble.column, trouble.reason)
    else rows.push({ line, cell: column => cells[places.get(column) ?? -1] ?? '' })
  }
  return { columns, rows }
}

function troubleWith(cells: readonly string[], columns: readonly string[]) {
  if (cells.length !== columns.length)
    return { column: '', reason: `has ${cells.length} columns where the header has ${columns.length}` }
  for (const [place, cell] of cells.entries()) {
    const column = columns[place]!
    if (cell.includes('\0')) return { column, reason: 'contains a NUL byte' }
    if (cell.length > CELL_MAX) return { column, reason: `is longer than ${CELL_MAX} characters` }
    if (cell.includes('\n')) return { column, reason: 'contains a line break' }
  }
  return null
}

type CsvRecord = { readonly line: number; readonly cells: string[] }

function parseRecords(text: string, delimiter: string, problems: CsvProblems): CsvRecord[] {
  const records: CsvRecord[] = []
  let lineAfter = 1
  // One record at a time, so that a hostile file never stands in memory twice.
  const take = (cells: string[], at: { lines: number }): null => {
    const line = lineAfter
    lineAfter = at.lines + 1
    const clean = cells.map(cleanCell)
    if (clean.some(cell => cell !== '')) records.push({ line, cells: clean })
    return null
  }
  try {
    parse(text, {
      delimiter,
      record_delimiter: '\n',
      relax_column_count: true,
      skip_records_with_error: true,
      max_record_size: RECORD_MAX,
      on_record: take as never,
      on_skip: error => {
        problems.add(lineAfter, '', reasonOf(error?.code))
        // Each costs far more than a sound line: a hostile file must not hold up everyone else.
        if (problems.count > PROBLEMS_LISTED_MAX) throw error
        if (typeof error?.lines === 'number') lineAfter = Math.max(lineAfter, error.lines + 1)
        return undefined
      },
    })
  } catch (error) {
    throw invalid(`line ${lineAfter}: ${reasonOf((error as { code?: string }).code)}`)
  }
  return records
}

function reasonOf(code: string | undefined): string {
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quotation mark is opened and never closed'
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'INVALID_OPENING_QUOTE':
      return 'a quotation mark stands inside a cell; double it, and put the cell in quotation marks'
    case 'CSV_MAX_RECORD_SIZE':
      return 'is too long; a quotation mark is probably not closed'
    default:
      return 'cannot be read as CSV'
  }
}

/** Takes off what spreadsheets add: blanks, and the apostrophe that our own export puts before a formula's sign. */
function cleanCell(cell: string): string {
  const trimmed = cell.trim()
  return /^'[=+\-@]/.test(trimmed) ? trimmed.slice(1) : trimmed
}

function columnsOf({ line, cells }: CsvRecord, expected: CsvColumns, known: readonly string[]): string[] {
  if (cells.length > COLUMNS_MAX) throw invalid(`line ${line}: more than ${COLUMNS_MAX} columns`)
  const columns = cells.map(cell => known.find(name => sameName(name, cell)) ?? cell.replace(/\s+/g, ' '))
  const missing = expected.required.filter(name => !columns.includes(name))
  if (missing.length > 0)
    throw invalid(`line ${line}: the first line must name the columns; missing: ${missing.join(', ')}`)
  for (const [place, column] of columns.entries()) {
    if (column === '') throw invalid(`line ${line}: column ${place + 1} has no name`)
    if (column.includes('\0') || column.length > 100)
      throw invalid(`line ${line}: column ${place + 1} has no usable name`)
    if (columns.indexOf(column) !== place)
      throw invalid(`line ${line}: column ${place + 1} has the name of another`)
    if (expected.others === 'refuse' && !known.includes(column))
      throw invalid(`line ${line}: column ${place + 1} is not one of: ${known.join(', ')}`)
  }
  return columns
}

function sameName(known: string, written: string): boolean {
  return known.toLowerCase() === written.replace(/\s+/g, ' ').trim().toLowerCase()
}

/** The separator under which the header names most of the known columns. */
function delimiterOf(header: string, known: readonly string[]): string {
  const line = header.slice(0, header.indexOf('\n') === -1 ? undefined : header.indexOf('\n'))
  const score = (delimiter: string) =>
    line
      .split(delimiter)
      .map(cell => cell.trim().replace(/^"|"$/g, ''))
      .filter(cell => known.some(name => sameName(name, cell))).length
  const scored = [',', ';', '\t'].map(delimiter => ({ delimiter, score: score(delimiter) }))
  return scored.reduce((best, each) => (each.score > best.score ? each : best)).delimiter
}

function decode(bytes: Buffer): string {
  if (bytes.length > CSV_BYTES_MAX) throw invalid(`the file is larger than ${CSV_BYTES_MAX / 1024 / 1024} MB`)
  if (bytes.subarray(0, 4).equals(Buffer.from('PK\x03\x04', 'latin1')))
    throw invalid('the file is a spreadsheet or ZIP archive, not CSV')
  const text = decodeBom(bytes).replace(/\r\n?/g, '\n')
  for (let start = 0, line = 1; start < text.length; line++) {
    const found = text.indexOf('\n', start)
    const end = found === -1 ? text.length : found
    if (end - start > RECORD_MAX) throw invalid(`line ${line} is too long`)
    if (line > CSV_LINES_MAX + 1) throw invalid(`the file has more than ${CSV_LINES_MAX} lines`)
    start = end + 1
  }
  return text
}

function decodeBom(bytes: Buffer): string {
  const utf16 =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : null
  if (utf16 !== null) {
    try {
      return new TextDecoder(utf16, { fatal: true }).decode(bytes)
    } catch {
      throw invalid('the file begins as UTF-16 but is not')
    }
  }
  if (isUtf8(bytes)) return new TextDecoder('utf-8').decode(bytes)
  throw invalid(`line ${firstLineNotUtf8(bytes)}: not UTF-8 text`)
}

function firstLineNotUtf8(bytes: Buffer): number {
  let line = 1
  let start = 0
  for (let at = 0; at <= bytes.length; at++) {
    const byte = bytes[at]
    if (at < bytes.length && byte !== 10 && (byte !== 13 || bytes[at + 1] === 10)) continue
    if (!isUtf8(bytes.subarray(start, at))) return line
    line++
    start = at + 1
  }
  return line
}

function invalid(message: string): HoldfastError {
  return new HoldfastError('CSV_INVALID', message)
}

/**
 * A cell for a CSV that we write. Text that a spreadsheet would run as a formula gets an apostrophe before it, which
 * reading takes off again; plain numbers with a sign are no formulas and stay as they are.
 */
export function csvCell(text: string): string {
  const guarded = /^[=+\-@]/.test(text) && !/^[+-]?\d+$/.test(text) ? `'${text}` : text
  return /[",;\t\r\n]/.test(guarded) || guarded !== guarded.trim()
    ? `"${guarded.replaceAll('"', '""')}"`
    : guarded
}

/** A line of a CSV that we write, with its CRLF (RFC 4180). */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

/**
 * A date (`2026-11-01`, its first moment) or a time (`2026-11-01T08:00Z`, `2026-11-01 08:00:00+01:00`), in UTC where
 * it names no offset, as milliseconds; NaN if it is neither.
 */
export function parseTime(text: string): number {
  const match =
    /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(?:Z|([+-])(\d\d):?(\d\d))?)?$/i.exec(
      text,
    )
  if (!match) return Number.NaN
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map(part => Number(part ?? 0)) as number[]
  const at = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!)
  // Date.UTC rolls over what does not exist (30 February, 25 o'clock); then it no longer prints as it was written.
  const written = `${match[1]}-${match[2]}-${match[3]}T${match[4] ?? '00'}:${match[5] ?? '00'}:${match[6] ?? '00'}`
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 19) !== written) return Number.NaN
  const offset = match[7]
    ? (Number(match[8]) * 60 + Number(match[9])) * (match[7] === '-' ? -60_000 : 60_000)
    : 0
  return at - offset
}

/** An e-mail address in lower case, or null if it is none (RFC 5321 lengths, RFC 6531 characters, no quoted names). */
export function parseAddress(text: string): string | null {
  const address = text.normalize('NFC').toLowerCase()
  const match = /^([^\s@"<>(),:;\\[\]\p{Cc}\p{Cf}]+)@([\p{L}\p{N}\p{M}.-]+)$/u.exec(address)
  if (!match || address.length > 254) return null
  const [, local, domain] = match as unknown as [string, string, string]
  if (local.length > 64 || local.startsWith('.') || local.endsWith('.') || local.includes('..')) return null
  const labels = domain.split('.')
  const sound = labels.every(label => label !== '' && label.length <= 63 && !/^-|-$/.test(label))
  return labels.length >= 2 && sound ? address : null
}
