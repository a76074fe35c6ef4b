/**
 * A small export package of a log of its own, file by file, so that a test can change any of them: written from
 * docs/formats/export.md, not by src/export.
 */
import { createHash, randomBytes } from 'node:crypto'
import { leafOfItem, newestHead, placeEntries, proveEntry } from '../audit/audit.ts'
import { holdTree } from '../audit/held-tree.ts'
import { readNodes } from '../audit/node-store.ts'
import { consistencyPlan } from '../audit/tree.ts'
import { testLog } from './audit-log.ts'
import { writeZip } from './zip-writer.ts'

type Context = { after(work: () => Promise<void>): void }
type Format = 'eml' | 'mbox' | 'table'

export type TestPackage = {
  readonly files: Map<string, Buffer>
  readonly publicKey: string
  /** An earlier checkpoint that the package leads on from, and one that it does not. */
  readonly earlier: string
  readonly unconnected: string
  readonly exportId: string
  /** Another with the same files, to be changed by itself. */
  copy(): TestPackage
  /** The ZIP of the files as they are now. */
  zip(): Buffer
  /** Changes the lines of a file. */
  lines(path: string, change: (lines: string[]) => string[]): void
  /** Lists the files anew, as an honest list of what is there; the manifest then names another list than it did. */
  relist(): void
}

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest()
const hex = (bytes: Buffer | string) => sha256(bytes).toString('hex')
const textOf = (path: readonly Buffer[]) => path.map(hash => hash.toString('base64'))
const json = (value: unknown) => `${JSON.stringify(value)}\n`

/** Two batches of seven and five items; nine copies of eight items are in the package, one is failed, one suppressed. */
export async function testPackage(t: Context, format: Format = 'eml'): Promise<TestPackage> {
  const log = await testLog(t)
  const sequencer = log.start()
  const items = Array.from({ length: 12 }, (_, number) => itemOf(number))
  const batches = [items.slice(0, 7), items.slice(7)].map((members, index) => ({
    batch: index + 1,
    members,
    tree: holdTree(members.map(leafOfItem)),
  }))
  await log.append()
  await sequencer.flush()
  for (const { batch, members, tree } of batches)
    await log.append({
      act: 'batch.file',
      subject: `batch:${batch}`,
      detail: { items: members.length, merkleRoot: tree.root.toString('hex') },
    })
  await sequencer.flush()
  const exportId = '3f0c6a4e-7d59-4d2b-9a55-0f6d1c2b3a49'
  const files = new Map<string, Buffer>()
  const taken = [
    items[0]!,
    items[2]!,
    items[2]!,
    items[3]!,
    items[6]!,
    items[7]!,
    items[9]!,
    items[10]!,
    items[11]!,
  ]
  const copies = taken.map((item, index) => copyOf(item, index + 1, format, index >= 7 ? 'context' : 'match'))
  const failed = {
    ordinal: 10,
    itemId: items[1]!.itemId,
    grade: 'match',
    state: 'failed',
    reason: 'VAULT_DAMAGED',
  }
  if (format === 'eml') for (const { line, item } of copies) files.set(line.path!, item.message)
  if (format === 'mbox') files.set('mbox/a/Folder.mbox', mboxOf(copies.map(({ item }) => item.message)))
  files.set('items.jsonl', Buffer.from([...copies.map(({ line }) => line), failed].map(json).join('')))
  files.set('items.csv', Buffer.from('Ordinal\r\n1\r\n'))
  const grade = (exported: number, failures: number, suppressed: number) => ({
    copies: exported + failures + suppressed,
    exported,
    failed: failures,
    suppressed,
  })
  const list = listOf(files)
  files.set('files.jsonl', list)
  const manifest = {
    format: 'holdfast-export-1',
    archive: { id: log.archiveId, organisation: 'Test Trading', demonstration: true },
    export: { id: exportId, format },
    counts: { matched: grade(7, 1, 1), context: grade(2, 0, 0) },
    files: { sha256: hex(list), size: list.length, count: files.size - 1 },
  }
  files.set('manifest.json', Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`))
  const completeId = await log.append({
    actor: 'person:tester',
    act: 'export.complete',
    subject: `export:${exportId}`,
    detail: { manifestSha256: hex(files.get('manifest.json')!) },
  })
  await sequencer.flush()
  await addProofs(log, files, batches, completeId, new Set(taken))
  const notes = await log.database.query<{ note: string }>(
    'select note from audit_checkpoint order by tree_size',
  )
  const [earlier, unconnected] = [notes[0]!.note, notes[1]!.note]
  return packageOf(files, { publicKey: log.publicKey, earlier, unconnected, exportId })
}

function packageOf(
  files: Map<string, Buffer>,
  known: Pick<TestPackage, 'publicKey' | 'earlier' | 'unconnected' | 'exportId'>,
): TestPackage {
  return {
    ...known,
    files,
    copy: () => packageOf(new Map(files), known),
    zip: () => writeZip([...files].map(([name, content]) => ({ name, content }))),
    lines: (path, change) => {
      const lines = files.get(path)!.toString().split('\n').slice(0, -1)
      files.set(
        path,
        Buffer.from(
          change(lines)
            .map(line => `${line}\n`)
            .join(''),
        ),
      )
    },
    relist: () => void files.set('files.jsonl', listOf(files)),
  }
}

type Item = ReturnType<typeof itemOf>

function itemOf(number: number) {
  const message = Buffer.from(
    `Subject: no. ${number}\r\n\r\nFrom the harbour\r\n>From further out\r\nno. ${number}${number % 2 ? '\r\n' : ''}`,
  )
  const original = number % 3 === 0 ? message : Buffer.from(`{"text":"no. ${number}"}`)
  const blind = randomBytes(32)
  return {
    itemId: `0199aaf2-c3d4-8e0f-8123-${String(number).padStart(12, '0')}`,
    message,
    blind,
    originalDigest: sha256(original),
    messageDigest: sha256(message),
    batch: number < 7 ? 1 : 2,
  }
}

function copyOf(item: Item, ordinal: number, format: Format, grade: 'match' | 'context') {
  const own = `messages/a/Folder/${ordinal}.eml`
  const path = format === 'eml' ? own : format === 'mbox' ? 'mbox/a/Folder.mbox' : null
  const line = {
    ordinal,
    itemId: item.itemId,
    grade,
    state: 'written',
    custodian: 'a@example.com',
    path,
    message: path,
    messageSize: item.message.length,
    messageSha256: item.messageDigest.toString('hex'),
    originalSha256: item.originalDigest.toString('hex'),
    blind: item.blind.toString('base64'),
    batch: item.batch,
  }
  return { line, item }
}

function mboxOf(messages: readonly Buffer[]): Buffer {
  const parts = messages.map(message => {
    const quoted = message.toString().replace(/^(>*From )/gm, '>$1')
    return `From a@example.com Thu Nov 26 10:00:00 2026\n${quoted}${quoted.endsWith('\n') ? '' : '\n'}\n`
  })
  return Buffer.from(parts.join(''))
}

const OWN = /^(files\.jsonl|manifest\.json|VERIFY\.txt|proofs\/.*)$/

function listOf(files: ReadonlyMap<string, Buffer>): Buffer {
  const listed = [...files].filter(([path]) => !OWN.test(path))
  return Buffer.from(
    listed.map(([path, content]) => json({ path, size: content.length, sha256: hex(content) })).join(''),
  )
}

async function addProofs(
  log: Awaited<ReturnType<typeof testLog>>,
  files: Map<string, Buffer>,
  batches: readonly { batch: number; members: readonly Item[]; tree: ReturnType<typeof holdTree> }[],
  completeId: string,
  taken: ReadonlySet<Item>,
): Promise<void> {
  const head = (await newestHead(log.database))!
  const asked = { act: 'batch.file', subjects: batches.map(({ batch }) => `batch:${batch}`) }
  const placed = await placeEntries(log.database, head, asked)
  // In the order of their numbers, whichever was given its leaf first.
  const inOrder = placed.toSorted((a, b) => (a.subject < b.subject ? -1 : 1))
  const batchLines = inOrder.map(({ subject, leaf, sequence, path }) =>
    json({ batch: Number(subject.slice(6)), leaf, sequence, path: textOf(path) }),
  )
  files.set('proofs/batches.jsonl', Buffer.from(batchLines.join('')))
  const itemLines = batches.flatMap(({ batch, members, tree }) =>
    members.flatMap((item, index) =>
      taken.has(item) ? [json({ item: item.itemId, batch, index, path: textOf(tree.inclusion(index)) })] : [],
    ),
  )
  files.set('proofs/items.jsonl', Buffer.from(itemLines.join('')))
  const { leaf, sequence, path } = (await proveEntry(log.database, completeId))!
  files.set('proofs/manifest-entry.json', Buffer.from(json({ leaf, sequence, path: textOf(path) })))
  const plan = consistencyPlan(1, head.size)
  const link = plan.proof(await readNodes(log.database, plan.nodes))
  files.set('proofs/consistency.jsonl', Buffer.from(json({ size: 1, path: textOf(link) })))
  files.set('proofs/checkpoint.txt', Buffer.from(head.note))
  files.set('proofs/public-key.txt', Buffer.from(`${log.publicKey}\n`))
  files.set('VERIFY.txt', Buffer.from('How to check this package.\n'))
}
