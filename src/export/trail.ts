/**
 * trail.jsonl: for each item of the package, where it came from, its copies, and every act that changed it since, as the
 * audit log has them. It is the trail of 17 CFR 240.17a-4(f)(2)(i)(A), which goes with the record.
 */
import { readTrails, type TrailEntry } from '../audit/audit.ts'
import { cursorRows, gathered, type ListSource } from './lists.ts'
import type { PackageFile } from './package-file.ts'
import { TRAIL_FILE } from './package-layout.ts'

/** Items whose acts are read in one statement. */
const PAGE = 2_000

type CopyRow = {
  item_id: string
  connector_id: number
  run_id: number
  batch_id: number
  arrived_at: Date
  collected_at: Date
  item_filed_at: Date
  mailbox: string
  folder: string
  filed_at: Date | null
  hidden_at: Date | null
  archived_at: Date | null
  label_id: number | null
  label_by: string | null
  extended_until: Date | null
}

/** Copies of the package and those left out of it as duplicates: none beyond what its maker may see. */
const COPIES = `select x.item_id, i.connector_id, i.run_id, i.batch_id, i.arrived_at, b.collected_at,
    i.filed_at as item_filed_at, m.address as mailbox, x.folder, f.filed_at, f.hidden_at, f.archived_at, f.label_id,
    f.label_by, f.extended_until
  from export_item x join item i using (item_id) join batch b on b.batch_id = i.batch_id
    join mailbox m on m.mailbox_id = x.mailbox_id
    left join filing f on f.mailbox_id = x.mailbox_id and f.item_id = x.item_id
  where x.export_id = $1 and x.state in ('written', 'suppressed')
  order by x.item_id, m.address collate "C"`

export function trailFile(source: ListSource): PackageFile {
  return { path: TRAIL_FILE, content: gathered(lines(source)), ordinals: [] }
}

async function* lines({ tx, exportId }: ListSource): AsyncIterable<string> {
  let page: CopyRow[][] = []
  for await (const row of cursorRows<CopyRow>(tx, COPIES, [exportId])) {
    const copies = page.at(-1)
    if (copies?.at(-1)?.item_id === row.item_id) copies.push(row)
    else if (page.length === PAGE) {
      yield* linesOf(await readTrails(tx, idsOf(page)), page)
      page = [[row]]
    } else page.push([row])
  }
  yield* linesOf(await readTrails(tx, idsOf(page)), page)
}

const idsOf = (page: readonly (readonly CopyRow[])[]): string[] => page.map(copies => copies[0]!.item_id)

function* linesOf(
  trails: ReadonlyMap<string, readonly TrailEntry[]>,
  page: readonly (readonly CopyRow[])[],
): Iterable<string> {
  for (const copies of page) {
    const item = copies[0]!
    yield `${JSON.stringify({
      itemId: item.item_id,
      connector: item.connector_id,
      run: item.run_id,
      batch: item.batch_id,
      arrived: item.arrived_at,
      collected: item.collected_at,
      archived: item.item_filed_at,
      copies: copies.map(copyOf),
      acts: trails.get(item.item_id) ?? [],
    })}\n`
  }
}

/** What does not apply is left out. */
function copyOf(row: CopyRow) {
  return {
    mailbox: row.mailbox,
    folder: row.folder,
    filed: row.filed_at ?? undefined,
    hidden: row.hidden_at ?? undefined,
    inPlaceArchive: row.archived_at ?? undefined,
    label: row.label_id ?? undefined,
    labelBy: row.label_by ?? undefined,
    extendedUntil: row.extended_until ?? undefined,
  }
}
