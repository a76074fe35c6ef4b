/** What an archive kept of a corpus, opened item by item, and what is asked of every import whatever the corpus. */
import assert from 'node:assert/strict'
import { countMatches, searchArchive } from '../../src/archive/archive.ts'
import type { Connector } from '../../src/connector/connector.ts'
import type { Ground } from '../../src/ground.ts'
import { parseItemId } from '../../src/message/message.ts'
import type { Run } from '../../src/pipeline/pipeline.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { assertComplete, assertSound, type TestArchive } from '../../src/testing/archive.ts'
import { archiveStatus } from '../../src/upkeep/upkeep.ts'
import { holdObject, readWhole, vaultObjectName } from '../../src/vault/vault.ts'
import type { CorpusSite, Network } from './site.ts'

export type Kept = {
  readonly itemId: string
  readonly state: 'filed' | 'unmapped' | 'quarantined'
  readonly reason: string | null
  readonly kind: string
  readonly flags: readonly string[]
  readonly attachments: number
  readonly versionOf: string | null
  /** Addresses of the mailboxes it is filed in, sorted. */
  readonly mailboxes: readonly string[]
  readonly original: Buffer
  /** The RFC 5322 message: the original itself where that is an e-mail. */
  readonly message: Buffer
}

type Row = {
  item_id: string
  state: Kept['state']
  reason: string | null
  kind: string
  flags: string[]
  attachments: number
  version_of: string | null
  vault_object: string
  vault_offset: number
  original_size: number
  message_size: number | null
  item_key: Buffer
  mailboxes: string[] | null
}

const PRODUCTS = { ENTERPRISE_NUMBER: 'enterprise-number', O2: 'o2' } as const

/** A connector to the site for this network. */
export function addCorpusConnector(
  archive: TestArchive,
  site: CorpusSite,
  network: Network,
): Promise<Connector> {
  return archive.addConnector(site, PRODUCTS[network])
}

/** Imports everything that the site has for the connector; the run is complete and both sums add up. */
export async function importAll(
  archive: TestArchive,
  site: CorpusSite,
  network: Network,
  connector: Connector,
  patience = 240_000,
): Promise<Run> {
  const run = await archive.ended(await archive.request(connector, site.window), patience)
  assertComplete(run)
  assert.equal(run.counts.itemsRead, site.count(network))
  return run
}

/** Every item of a run, in the order of the vault. Each content comes through its authentication tags. */
export async function* keptItems({ ground }: TestArchive, run: Run): AsyncGenerator<Kept> {
  const rows = await ground.database.query<Row>(
    `select item_id, state, reason, kind, flags, attachments, version_of, vault_object, vault_offset, original_size,
       message_size, item_key, filed.mailboxes
     from item i left join
       (select f.item_id, array_agg(address order by address) as mailboxes from filing f join mailbox m using (mailbox_id)
        where hidden_at is null group by f.item_id) filed using (item_id)
     where run_id = $1 order by vault_object, vault_offset`,
    [run.runId],
  )
  let held = { name: '', storage: ground.storage }
  for (const row of rows) {
    const name = vaultObjectName(row.vault_object)
    if (held.name !== name) held = { name, storage: await holdObject(ground.storage, name) }
    yield openRow(ground, held.storage, row)
  }
}

async function openRow({ keyring }: Ground, storage: Storage, row: Row): Promise<Kept> {
  const { original_size: originalSize, message_size: messageSize } = row
  const location = {
    name: vaultObjectName(row.vault_object),
    offset: row.vault_offset,
    originalSize,
    messageSize,
  }
  const key = keyring.unwrapItemKey(row.item_key)
  const id = parseItemId(row.item_id)
  const original = await readWhole(storage, location, id, key, 'original')
  return {
    itemId: row.item_id,
    state: row.state,
    reason: row.reason,
    kind: row.kind,
    flags: row.flags,
    attachments: row.attachments,
    versionOf: row.version_of,
    mailboxes: row.mailboxes ?? [],
    original,
    message: messageSize === null ? original : await readWhole(storage, location, id, key, 'message'),
  }
}

/** fsck and verify find nothing, and the index has exactly the items that can be found. */
export async function assertWhole(archive: TestArchive): Promise<void> {
  await assertSound(archive)
  const status = await archiveStatus(archive.ground)
  assert.equal(status.indexed, status.items - status.quarantined, 'index count = archive count')
  assert.equal(await countMatches(archive.ground, archive.actor, '*', { mailboxIds: null }), status.indexed)
}

/** Whether a search finds the item, on whatever page. */
export async function isFound(archive: TestArchive, query: string, itemId: string): Promise<boolean> {
  for (let after: string | undefined; ; ) {
    const page = await searchArchive(
      archive.ground,
      archive.actor,
      query,
      { mailboxIds: null },
      { limit: 2000, ...(after ? { after } : {}) },
    )
    if (page.itemIds.includes(itemId)) return true
    if (page.next === null) return false
    after = page.next
  }
}

/**
 * A query for some words of a text, as ICU (and not our own tokenizer) finds them in that language; null for a text
 * without words, and for one with a loose U+0345, which case folding (Unicode 3.13) makes a letter of the word after it.
 */
export function queryOf(text: string, language: string): string | null {
  if (text.includes('\u0345')) return null
  const words: string[] = []
  for (const { segment, isWordLike } of new Intl.Segmenter(language, { granularity: 'word' }).segment(text))
    if (isWordLike && /[\p{L}\p{N}]/u.test(segment) && segment.length < 60) words.push(segment)
  const longest = words.toSorted((a, b) => b.length - a.length).slice(0, 3)
  return longest.length === 0 ? null : longest.map(word => `"${word.toUpperCase()}"`).join(' ')
}

/** Text as a mail reader shows it: line ends are the reader's affair, and so are those at the end. */
export function shown(text = ''): string {
  return text
    .replace(/\r+\n|\r/g, '\n')
    .replace(/\n+$/, '')
    .replace(/^\ufeff/, '')
}
