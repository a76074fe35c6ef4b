/** Looks for forbidden texts and digests in every byte of files and dumps, in the forms in which they could be written. */
import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../../src/database/database.ts'

export type Needle = { readonly what: string; readonly bytes: Buffer }

/** A text as UTF-8, UTF-16, hex, and base64 at each of its three alignments. */
export function needlesOfText(what: string, text: string): Needle[] {
  const utf8 = Buffer.from(text)
  const utf16 = Buffer.from(text, 'utf16le')
  const forms: [string, Buffer][] = [
    ['UTF-8', utf8],
    ['UTF-16LE', utf16],
    ['UTF-16BE', Buffer.from(utf16).swap16()],
    ['hex', Buffer.from(utf8.toString('hex'))],
    ['HEX', Buffer.from(utf8.toString('hex').toUpperCase())],
    ['escaped JSON', Buffer.from(JSON.stringify(text).slice(1, -1))],
    ['percent-encoded', Buffer.from(encodeURIComponent(text))],
  ]
  for (let shift = 0; shift < 3; shift++) {
    // Only the letters that the text alone decides, whatever stands before and after it.
    const whole = Buffer.concat([Buffer.alloc(shift), utf8])
      .toString('base64')
      .replace(/=+$/, '')
    const inner = whole.slice(shift === 0 ? 0 : shift + 1, Math.floor(((shift + utf8.length) * 8) / 6))
    forms.push([`base64+${shift}`, Buffer.from(inner)])
    forms.push([`base64url+${shift}`, Buffer.from(inner.replaceAll('+', '-').replaceAll('/', '_'))])
  }
  // Forms that are equal are one needle, by the name of the first.
  const found = new Map<string, Needle>()
  for (const [form, bytes] of forms) {
    const key = bytes.toString('latin1')
    if (!found.has(key)) found.set(key, { what: `${what}, ${form}`, bytes })
  }
  return [...found.values()]
}

/** The unkeyed digests of a content: raw, hex and base64. */
export function needlesOfDigests(what: string, content: Buffer | string): Needle[] {
  return ['sha256', 'sha1', 'md5', 'sha512'].flatMap(algorithm => {
    const digest = createHash(algorithm).update(content).digest()
    return [
      { what: `${algorithm} of ${what}, raw`, bytes: digest },
      { what: `${algorithm} of ${what}, hex`, bytes: Buffer.from(digest.toString('hex')) },
      { what: `${algorithm} of ${what}, base64`, bytes: Buffer.from(digest.toString('base64').slice(0, 20)) },
    ]
  })
}

/** A search for all needles at once: one pass over the bytes, however many there are. */
export class Searcher {
  readonly #starts = new Uint8Array(1 << 24)
  readonly #byStart = new Map<number, Needle[]>()
  bytes = 0

  constructor(needles: readonly Needle[]) {
    for (const needle of needles) {
      if (needle.bytes.length < 5) throw new Error(`${needle.what} is too short to be looked for`)
      const start = needle.bytes.readUIntBE(0, 3)
      this.#starts[start] = 1
      this.#byStart.set(start, [...(this.#byStart.get(start) ?? []), needle])
    }
  }

  /** What is found in `bytes`, as `where: what`. */
  search(where: string, bytes: Buffer): string[] {
    this.bytes += bytes.length
    const found = new Set<string>()
    let window = bytes.length > 1 ? (bytes[0]! << 8) | bytes[1]! : 0
    for (let end = 2; end < bytes.length; end++) {
      window = ((window << 8) | bytes[end]!) & 0xffffff
      if (this.#starts[window] === 0) continue
      for (const needle of this.#byStart.get(window)!)
        if (bytes.subarray(end - 2, end - 2 + needle.bytes.length).equals(needle.bytes))
          found.add(`${where}: ${needle.what}`)
    }
    return [...found]
  }

  async searchFolder(folder: string): Promise<string[]> {
    const found: string[] = []
    for (const name of await readdir(folder, { recursive: true })) {
      const path = join(folder, name)
      if (!(await stat(path)).isFile()) continue
      found.push(...this.search(name, await readFile(path)), ...this.search('a file name', Buffer.from(name)))
    }
    return found
  }

  /** Every row of every table, those of the queue too, as text. */
  async searchDatabase(database: Database): Promise<string[]> {
    const tables = await database.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname in ('holdfast', 'pgboss') order by 1`,
    )
    const found: string[] = []
    for (const { name } of tables) {
      const rows = await database.query<{ line: string }>(
        `select row_to_json(t)::text as line from ${name} t`,
      )
      found.push(...this.search(name, Buffer.from(rows.map(row => row.line).join('\n'))))
    }
    return found
  }
}
