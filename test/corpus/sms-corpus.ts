/**
 * Reads the collections of text messages: the NUS corpus (XML, also compressed, as a stream), tables of labelled texts
 * (UCI's TSV, and CSV with a column for each language). A column that this was not written for is read as a text too.
 */
import { createReadStream, readFileSync } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { parse } from 'csv-parse/sync'

export type NusMessage = {
  readonly id: string
  readonly text: string
  readonly sender: string
  /** '' where the corpus does not know. */
  readonly receiver: string
  /** ISO 8601 where the corpus writes YYYY.MM.DD HH:MM, as it stands otherwise; '' where it does not know. */
  readonly time: string
  readonly language: string
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The messages of a NUS corpus file, `.xml` or `.xml.gz`, in its order. */
export async function* readNus(path: string): AsyncGenerator<NusMessage> {
  const file = createReadStream(path)
  const stream = path.endsWith('.gz') ? file.pipe(createGunzip()) : file
  let rest = ''
  for await (const chunk of stream.setEncoding('utf8')) {
    rest += chunk as string
    for (;;) {
      const start = rest.indexOf('<message ')
      const end = start < 0 ? -1 : rest.indexOf('</message>', start)
      if (end < 0) break
      yield messageOf(rest.slice(start, end))
      rest = rest.slice(end)
    }
  }
}

function messageOf(xml: string): NusMessage {
  const known = (value: string) => (value === 'unknown' ? '' : value)
  return {
    id: attribute(xml, 'message', 'id'),
    text: element(xml, 'text'),
    sender: element(xml, 'srcNumber') || element(xml, 'userID'),
    receiver: known(element(xml, 'destNumber')),
    time: isoTime(known(attribute(xml, 'messageProfile', 'time').trim())),
    language: attribute(xml, 'messageProfile', 'language') || 'en',
  }
}

function element(xml: string, name: string): string {
  return unescapeXml(new RegExp(`<${name}(?: [^>]*)?>([\\s\\S]*?)</${name}>`).exec(xml)?.[1] ?? '')
}

function attribute(xml: string, name: string, key: string): string {
  return unescapeXml(new RegExp(`<${name}\\b[^>]*? ${key}="([^"]*)"`).exec(xml)?.[1] ?? '')
}

function unescapeXml(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name as string] ?? whole
    const code = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}

function isoTime(time: string): string {
  const match = /^(\d{4})\.(\d{1,2})\.(\d{1,2}) (\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(time)
  if (!match) return time
  const [year, month, day, hour, minute, second = '0'] = match.slice(1)
  const two = (part = '') => part.padStart(2, '0')
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}Z`
}

export type LabelledText = { readonly language: string; readonly text: string }

/** UCI's own form: a label, a tab, the text, one in each line. Quotation marks mean nothing in it. */
export function readTsv(path: string): LabelledText[] {
  const texts: LabelledText[] = []
  for (const line of readFileSync(path, 'utf8').split(/\r?\n/)) {
    const tab = line.indexOf('\t')
    if (tab >= 0) texts.push({ language: 'en', text: line.slice(tab + 1) })
  }
  return texts
}

/** A table with a column `text` and columns `text_<language>`. */
export function readMultilingual(path: string): LabelledText[] {
  const rows = parse(readFileSync(path), { columns: true, bom: true, relax_quotes: true }) as Record<
    string,
    string
  >[]
  return rows.flatMap(row =>
    Object.entries(row).flatMap(([column, text]) => {
      const language = /^text(?:_(\w+))?$/.exec(column)
      return language ? [{ language: language[1] ?? 'en', text }] : []
    }),
  )
}
