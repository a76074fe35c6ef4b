/**
 * The benchmarks: import end to end, what it costs, how quickly things are found, exported, decided on by a policy and
 * disposed of, and the portal's pages answered; beside notmuch and mu on the same messages where they are installed.
 * Nothing here passes or fails: it prints what was measured on this machine.
 *
 *   npm run bench -- [--items 10000,100000] [--million] [--workers 2] [--people 500] [--no-peers]
 *     [--no-exports] [--no-keeping] [--json]
 */
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { type DisposalFigures, measureDisposal } from './disposal.ts'
import { type ExportFigures, measureExport } from './export.ts'
import { type ImportFigures, measureImport } from './import.ts'
import { type KeepingFigures, keepingLines, measureKeeping } from './keeping.ts'
import { measurePeers, type PeerFigures } from './peers.ts'
import { measurePortal, type PortalFigures } from './portal.ts'
import { findRareWord, measureSearch, type SearchFigures } from './search.ts'

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '10000,100000' },
    million: { type: 'boolean', default: false },
    workers: { type: 'string', default: String(availableParallelism()) },
    people: { type: 'string', default: '500' },
    'no-peers': { type: 'boolean', default: false },
    'no-exports': { type: 'boolean', default: false },
    'no-keeping': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

type Result = {
  imported: ImportFigures
  search: SearchFigures
  peers: PeerFigures[]
  exports: ExportFigures[]
  portal: PortalFigures
  keeping: KeepingFigures | null
  disposal: DisposalFigures
}

const sizes = values.items.split(',').map(Number)
if (values.million) sizes.push(1_000_000)
if (sizes.some(size => !Number.isSafeInteger(size) || size < 1)) {
  process.stderr.write('--items takes whole numbers, separated by commas\n')
  process.exit(2)
}

const results: Result[] = []
say(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} processors, Node ${process.version}`,
)
for (const items of sizes) {
  say(`\n${items.toLocaleString('en-GB')} items, ${values.workers} workers`)
  const imported = await measureImport(items, Number(values.workers), Number(values.people))
  try {
    sayImport(imported.figures)
    const rareWord = await findRareWord(imported.ground)
    const search = await measureSearch(imported.ground, rareWord)
    for (const { name, matches, median, p95 } of search)
      say(
        `  search: ${name.padEnd(34)} ${median.toFixed(1)} ms median, ${p95.toFixed(1)} ms p95 (${matches.toLocaleString('en-GB')} items)`,
      )
    const peers = values['no-peers'] ? [] : await measurePeers(imported.ground, rareWord)
    for (const peer of peers) {
      say(
        `  ${peer.name.padEnd(12)} ${Math.round(peer.itemsPerSecond)} items/s; Holdfast is ${(imported.figures.itemsPerSecond / peer.itemsPerSecond).toFixed(1)} times as fast`,
      )
      for (const { name, median } of peer.searches)
        say(`    ${name.padEnd(32)} ${median.toFixed(1)} ms, with the program's start`)
    }
    const exports = values['no-exports'] ? [] : await measureExport(imported.ground, ['eml', 'rsmf'])
    for (const each of exports) sayExport(each)
    const portal = await measurePortal(imported.ground)
    say(`  portal, a folder of ${portal.messages.toLocaleString('en-GB')} messages, over HTTP`)
    for (const { name, first, median, p95 } of portal.pages)
      say(
        `    ${name.padEnd(36)} ${first.toFixed(0)} ms at first, ${median.toFixed(0)} ms median, ${p95.toFixed(0)} ms p95`,
      )
    const keeping = values['no-keeping']
      ? null
      : await measureKeeping(imported.ground, items, Number(values.workers), Number(values.people))
    if (keeping) for (const line of keepingLines(keeping)) say(`  ${line}`)
    // Last: nothing of what is disposed of is there afterwards.
    const disposal = await measureDisposal(imported.ground)
    say(
      `  disposal: ${disposal.filings.toLocaleString('en-GB')} copies, ${disposal.items.toLocaleString('en-GB')} items in ${disposal.seconds.toFixed(1)} s: ${Math.round(disposal.itemsPerSecond).toLocaleString('en-GB')} items/s; then ${disposal.ending.toFixed(1)} s for documents, objects and ${disposal.words.toLocaleString('en-GB')} words`,
    )
    results.push({ imported: imported.figures, search, peers, exports, portal, keeping, disposal })
  } finally {
    await imported.close()
  }
}
if (values.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`)

function sayImport({ items, seconds, itemsPerSecond, cpu, peak, bytesPerItem }: ImportFigures): void {
  const total = cpu.site + cpu.workers + cpu.serving + cpu.database
  say(
    `  import: ${items.toLocaleString('en-GB')} items in ${seconds.toFixed(1)} s: ${Math.round(itemsPerSecond).toLocaleString('en-GB')} items/s`,
  )
  say(
    `  CPU seconds for 1,000 items: ${total.toFixed(3)} (workers ${cpu.workers.toFixed(3)}, PostgreSQL ${cpu.database.toFixed(3)}, site ${cpu.site.toFixed(3)}, serving ${cpu.serving.toFixed(3)})`,
  )
  say(`  peak memory: workers ${peak.workers.join(', ')} MiB, serving ${peak.serving} MiB`)
  say(
    `  bytes stored an item: ${Math.round(bytesPerItem.objects)} in objects, ${Math.round(bytesPerItem.database)} in the database`,
  )
}

function sayExport({ format, items, seconds, itemsPerSecond, bytes, cpu, peak }: ExportFigures): void {
  say(
    `  export as ${format}: ${items.toLocaleString('en-GB')} items in ${seconds.toFixed(1)} s: ${Math.round(itemsPerSecond).toLocaleString('en-GB')} items/s; ${cpu.toFixed(3)} CPU seconds for 1,000, ${peak} MiB at most, ${Math.round(bytes / items)} bytes an item`,
  )
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
