/** What this is: the program's version and licence, and which archive it serves. */
import { readFileSync } from 'node:fs'
import { type Ground, readIdentity } from '../ground.ts'

export type About = {
  readonly version: string
  readonly licence: string
  readonly node: string
  readonly databaseVersion: string
  readonly archiveId: string
  readonly organisation: string
  readonly demonstration: boolean
  readonly createdAt: Date
  readonly logEpoch: number
  /** What made the search entries: the tokenizer's number, and the Unicode version of its data. */
  readonly tokenizer: number
  readonly unicode: string
  readonly migrations: number
}

const PACKAGE = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
  license: string
}

/** Reads it. */
export async function about({ database, archive }: Ground): Promise<About> {
  const [row] = await database.query<{
    version: string
    tokenizer: number
    unicode: string
    migrations: number
  }>(
    `select current_setting('server_version') as version, tokenizer, unicode,
       (select count(*) from migration) as migrations from search_version`,
  )
  const identity = (await readIdentity(database)) ?? archive
  return {
    version: PACKAGE.version,
    licence: PACKAGE.license,
    node: process.version,
    databaseVersion: row!.version,
    archiveId: identity.archiveId,
    organisation: identity.organisation,
    demonstration: identity.demonstration,
    createdAt: identity.createdAt,
    logEpoch: identity.logEpoch,
    tokenizer: row!.tokenizer,
    unicode: row!.unicode,
    migrations: row!.migrations,
  }
}
