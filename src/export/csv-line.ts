/**
 * CSV as the package has it: RFC 4180, UTF-8 with a byte order mark, without which spreadsheets take it for something
 * else. A spreadsheet would run a cell that begins like a formula. Such a cell gets an apostrophe before it, and so does
 * one that begins with an apostrophe: take one away, and you have just what was there. The JSON beside has it as it is.
 */

export const CSV_BEGIN = '\ufeff'

type Cell = string | number | boolean | Date | null | undefined

/** A record with its CRLF. Times are ISO 8601 in UTC. */
export function csvRecord(cells: readonly Cell[]): string {
  let line = ''
  for (let index = 0; index < cells.length; index++) line += (index === 0 ? '' : ',') + csvField(cells[index])
  return `${line}\r\n`
}

function csvField(cell: Cell): string {
  if (cell === null || cell === undefined) return ''
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell)
  const text = typeof cell === 'string' ? cell : cell.toISOString()
  const guarded = /^[=+\-@\t\r\n'＝＋－＠]/.test(text) ? `'${text}` : text
  return /[",\r\n]|^\s|\s$/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}
