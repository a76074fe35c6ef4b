/** Which items wait for the text inside their attachments to be read, and the jobs that read it. */
import { CopyRows, type Transaction } from '../database/database.ts'
import { EXTRACTION_VERSION } from '../extraction/extraction.ts'
import type { Ground } from '../ground.ts'
import type { Queue } from '../queue/queue.ts'

const WAITING_COLUMNS = ['item_id', 'batch_id', 'state', 'version'] as const
/** Rows that are set back in one transaction. */
const PAGE = 5_000

/** Inserts the rows of new items with attachments, and sends the job that reads them. */
export async function awaitAttachmentText(
  tx: Transaction,
  queue: Queue,
  batchId: number,
  itemIds: readonly Buffer[],
): Promise<void> {
  if (itemIds.length === 0) return
  const rows = new CopyRows(itemIds.length * 64)
  for (const itemId of itemIds) {
    rows.begin(WAITING_COLUMNS.length)
    rows.uuid(itemId)
    rows.int8(batchId)
    rows.text('waiting')
    rows.int2(EXTRACTION_VERSION)
  }
  await tx.copy('attachment_text', WAITING_COLUMNS, rows)
  await sendJobs(tx, queue, [batchId])
}

/** Has the attachments of these items read again: their entries were made anew without what was read in them. */
export async function requeueAttachmentText(
  tx: Transaction,
  queue: Queue,
  itemIds: readonly string[],
): Promise<void> {
  const rows = await tx.query<{ batch_id: number }>(
    `update attachment_text set state = 'waiting', version = $2, attempts = 0
     where item_id in (select item_id from attachment_text where item_id = any($1::uuid[]) order by item_id for update)
     returning batch_id`,
    [itemIds, EXTRACTION_VERSION],
  )
  await sendJobs(
    tx,
    queue,
    rows.map(row => row.batch_id),
  )
}

/** Sends the jobs of all that waits; returns how many. For an archive whose queue is empty. */
export async function requeueWaitingText(tx: Transaction, queue: Queue): Promise<number> {
  const rows = await tx.query<{ batch_id: number }>(
    `select distinct batch_id from attachment_text where state = 'waiting'`,
  )
  return sendJobs(
    tx,
    queue,
    rows.map(row => row.batch_id),
  )
}

/** Has everything read again that older readers read; what waited already has its job. */
export async function requeueOutdated(ground: Ground, queue: Queue): Promise<void> {
  for (;;) {
    const changed = await ground.database.transaction(async tx => {
      const rows = await tx.query<{ batch_id: number }>(
        `update attachment_text set state = 'waiting', version = $1, attempts = 0
         where item_id in (select item_id from attachment_text where version < $1 order by item_id limit ${PAGE}
                           for update skip locked)
         returning batch_id`,
        [EXTRACTION_VERSION],
      )
      await sendJobs(
        tx,
        queue,
        rows.map(row => row.batch_id),
      )
      return rows.length
    })
    if (changed === 0) return
  }
}

async function sendJobs(tx: Transaction, queue: Queue, batchIds: readonly number[]): Promise<number> {
  const distinct = [...new Set(batchIds)].sort((a, b) => a - b)
  for (const batchId of distinct)
    await queue.send(tx, 'attachment-text', { batchId }, { singletonKey: String(batchId) })
  return distinct.length
}
