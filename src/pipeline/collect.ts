/**
 * Collects a run: reads the source page by page, writes each page to staging exactly as received, and only then moves
 * the cursor, in the transaction that records the batch and enqueues its filing. Killed at any point, nothing is lost
 * and nothing doubled: what was staged but not recorded is staged again under another name.
 *
 * Two workers that both believe they collect the run (a heartbeat that came too late) cannot harm: the cursor moves
 * only from where this worker last saw it, and the one that finds it elsewhere steps back. Both hold the same job, and
 * the job is over when either says so; hence the one that stepped back stays to see the run collected, and takes it up
 * again if the other stands still.
 */
import { type Connector, getConnector, openConnectorSource, refreshUsers } from '../connector/connector.ts'
import { HoldfastError, hasCode } from '../errors.ts'
import type { Ground } from '../ground.ts'
import type { Queue } from '../queue/queue.ts'
import type { Source, SourcePage } from '../source/source.ts'
import { stageContent, stagePage } from '../staging/staging.ts'
import { type StagedContent, sealDigest } from './read-batch.ts'
import { failRun, getRun, latestEnd, noteTrouble, type Run } from './run.ts'

/** So many batches may wait for filing before collecting waits too: staging must not grow without bound. */
const BACKLOG_MAX = 40
const BACKLOG_PAUSE = 50
/** Another worker that has not moved the cursor for so long may be gone. */
const STANDSTILL = 15_000
/** So long the site may take to say how many items to expect. */
const EXPECT_PATIENCE = 5_000

/** Collects what is left of the run. Retryable errors are thrown and the job comes again; others end the run. */
export async function collectRun(
  ground: Ground,
  queue: Queue,
  runId: number,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const run = await getRun(ground.database, runId)
    if (!isCollecting(run)) return
    try {
      return await collectOn(ground, queue, run, signal)
    } catch (error) {
      if (!(error instanceof SteppedBack)) throw error
    }
    await untilStandstill(ground, runId, signal)
  }
}

function isCollecting(run: Run): boolean {
  return !run.collected && ['waiting', 'collecting'].includes(run.status)
}

/** Waits while another worker moves the run on; returns when it no longer does. */
async function untilStandstill(ground: Ground, runId: number, signal: AbortSignal): Promise<void> {
  for (let before = await getRun(ground.database, runId); isCollecting(before); ) {
    await ground.clock.sleep(STANDSTILL, signal)
    const now = await getRun(ground.database, runId)
    if (now.cursor === before.cursor && now.batchesFiled === before.batchesFiled) return
    before = now
  }
}

async function collectOn(ground: Ground, queue: Queue, waiting: Run, signal: AbortSignal): Promise<void> {
  let run = waiting
  const { runId } = run
  const connector = await getConnector(ground.database, run.connectorId)
  let source: Source | null = null
  try {
    if (connector.status === 'removed')
      throw new HoldfastError('CONNECTOR_UNKNOWN', `connector ${connector.connectorId} was removed`)
    source = openConnectorSource(ground, connector)
    const { siteNow } = await source.probe(signal)
    run = await begin(ground, run, siteNow)
    await refreshUsers(ground, connector, source, signal)
    await expect(ground, source, run, signal)
    if (run.cursor !== END) await collectPages(ground, queue, connector, source, run, signal)
    const sourceCount = await source.count(run.window, signal)
    await end(ground, queue, runId, sourceCount)
  } catch (error) {
    if (error instanceof SteppedBack || signal.aborted) throw error
    if (error instanceof HoldfastError && !error.retryable) return await failRun(ground, runId, error)
    await noteTrouble(ground, runId, error)
    throw error
  } finally {
    await source?.close()
  }
}

/** The first time a run is taken up, its window is fitted to the site's own clock. */
async function begin(ground: Ground, run: Run, siteNow: Date): Promise<Run> {
  if (run.status === 'collecting') {
    await noteTrouble(ground, run.runId, null)
    return run
  }
  // Nothing is read of the site's future, not even for a back-fill: what is to arrive there yet would be passed over.
  const latest = latestEnd(siteNow)
  const to = new Date(Math.min(run.window.to.getTime(), latest.getTime()))
  if (run.window.from >= to)
    throw new HoldfastError(
      'WINDOW_INVALID',
      'the window begins after the site’s present (less five minutes), so there is nothing to collect',
    )
  await ground.database.execute(
    `update run set status = 'collecting', started_at = $2, window_to = $3 where run_id = $1 and status = 'waiting'`,
    [run.runId, new Date(ground.clock.now()), to],
  )
  return getRun(ground.database, run.runId)
}

/**
 * Notes how many items the site says the window has, so that progress can be shown from the start. The sums are made
 * of the count at the end; if this one fails, nobody but the one who watches misses it.
 */
async function expect(ground: Ground, source: Source, run: Run, signal: AbortSignal): Promise<void> {
  if (run.cursor !== null) return
  try {
    const expected = await source.count(
      run.window,
      AbortSignal.any([signal, AbortSignal.timeout(EXPECT_PATIENCE)]),
    )
    await ground.database.execute('update run set expected_count = $2 where run_id = $1', [
      run.runId,
      expected,
    ])
  } catch (error) {
    if (signal.aborted) throw error
  }
}

async function collectPages(
  ground: Ground,
  queue: Queue,
  connector: Connector,
  source: Source,
  run: Run,
  signal: AbortSignal,
): Promise<void> {
  let cursor = run.cursor
  let sequence = run.batches
  for await (const page of source.pages(run.window, sourceCursor(cursor), signal)) {
    signal.throwIfAborted()
    // The last page has no cursor after it; its own mark keeps a resumed run from reading it again.
    const next = storedCursor(page.cursor)
    if (page.items > 0) {
      const staged = await stage(ground, connector, source, page, signal)
      await recordBatch(ground, queue, run.runId, {
        cursor,
        next,
        sequence: sequence++,
        items: page.items,
        ...staged,
      })
    } else await moveCursor(ground, run.runId, cursor, next)
    // Staged and recorded, it is safely ours, and the source may put it away.
    if (source.acknowledge && page.cursor !== null) await source.acknowledge(page.cursor)
    cursor = next
    await waitForBacklog(ground, run.runId, signal)
  }
}

/** What the run's row holds once its last page has been staged. */
const END = 'end'

/** A source's cursor as the run's row holds it: as JSON, which is never END, and storable whatever the cursor is. */
function storedCursor(cursor: string | null): string {
  return cursor === null ? END : JSON.stringify(cursor)
}

function sourceCursor(stored: string | null): string | null {
  return stored === null ? null : (JSON.parse(stored) as string)
}

async function stage(
  ground: Ground,
  connector: Connector,
  source: Source,
  page: SourcePage,
  signal: AbortSignal,
) {
  const contents: Record<string, StagedContent> = {}
  for (const content of page.contents)
    contents[content.contentId] =
      content.size > connector.itemSizeMax
        ? { failure: 'item-too-large' }
        : await stageOne(ground, connector, source, content.contentId, signal)
  return { stagingObject: await stagePage(ground.storage, ground.keyring, page.bytes), contents }
}

async function stageOne(
  ground: Ground,
  connector: Connector,
  source: Source,
  contentId: string,
  signal: AbortSignal,
): Promise<StagedContent> {
  try {
    const chunks = source.content(contentId, signal)
    const staged = await stageContent(ground.storage, ground.keyring, chunks, connector.itemSizeMax)
    return {
      name: staged.name,
      size: staged.size,
      digest: sealDigest(ground.keyring, staged.name, staged.sha256),
    }
  } catch (error) {
    if (hasCode(error, 'ITEM_TOO_LARGE')) return { failure: 'item-too-large' }
    // The site says it has no such content: the item is kept without it and itemised. Anything else is tried again.
    if (hasCode(error, 'SITE_CONTENT_MISSING')) return { failure: 'content-missing' }
    throw error
  }
}

type NewBatch = {
  readonly cursor: string | null
  readonly next: string
  readonly sequence: number
  readonly items: number
  readonly stagingObject: string
  readonly contents: Record<string, StagedContent>
}

async function recordBatch(ground: Ground, queue: Queue, runId: number, batch: NewBatch): Promise<void> {
  await ground.database.transaction(async tx => {
    const moved = await tx.execute(
      `update run set cursor = $3, batches = batches + 1, items_read = items_read + $4, error_code = null,
         error_message = null
       where run_id = $1 and cursor is not distinct from $2 and status = 'collecting' and not collected`,
      [runId, batch.cursor, batch.next, batch.items],
    )
    if (moved === 0) throw new SteppedBack()
    const [row] = await tx.query<{ batch_id: number }>(
      `insert into batch (run_id, sequence, staging_object, contents, items, collected_at)
       values ($1, $2, $3, $4, $5, $6) returning batch_id`,
      [
        runId,
        batch.sequence,
        batch.stagingObject,
        JSON.stringify(batch.contents),
        batch.items,
        new Date(ground.clock.now()),
      ],
    )
    await queue.send(tx, 'file', { batchId: row!.batch_id })
  })
}

async function moveCursor(ground: Ground, runId: number, cursor: string | null, next: string): Promise<void> {
  const moved = await ground.database.execute(
    `update run set cursor = $3 where run_id = $1 and cursor is not distinct from $2 and status = 'collecting'`,
    [runId, cursor, next],
  )
  if (moved === 0) throw new SteppedBack()
}

async function end(ground: Ground, queue: Queue, runId: number, sourceCount: number): Promise<void> {
  await ground.database.transaction(async tx => {
    const [row] = await tx.query<{ batches: number; batches_filed: number }>(
      `update run set collected = true, status = 'filing', source_count = $2
       where run_id = $1 and status = 'collecting' returning batches, batches_filed`,
      [runId, sourceCount],
    )
    if (row && row.batches === row.batches_filed) await queue.send(tx, 'reconcile', { runId })
  })
}

async function waitForBacklog(ground: Ground, runId: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const [row] = await ground.database.query<{ backlog: number }>(
      'select batches - batches_filed as backlog from run where run_id = $1',
      [runId],
    )
    if ((row?.backlog ?? 0) < BACKLOG_MAX) return
    await ground.clock.sleep(BACKLOG_PAUSE, signal)
  }
}

/** Another worker collects this run now. */
class SteppedBack extends Error {}
