/** Saved searches, runs, comparisons and term reports, against what a naive count says, and within boundaries. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { ANNA, BO, MAPPING_CSV, PEOPLE_CSV, WINDOW } from '../../test/e2e/tiny-site.ts'
import { startReadingSite } from '../../test/portal/reading-site.ts'
import { type Asked, searchArchive } from '../archive/archive.ts'
import { readEntries } from '../audit/audit.ts'
import type { Ground } from '../ground.ts'
import type { Actor, MailboxScope, Role } from '../identity/identity.ts'
import type { Queue } from '../queue/queue.ts'
import { assertComplete, type TestArchive, testArchive } from '../testing/archive.ts'
import {
  addSavedSearch,
  admitRun,
  checkTermLines,
  compareRuns,
  editSavedSearch,
  listSavedSearches,
  listSearchRuns,
  readDifference,
  readRun,
  removeSavedSearch,
  removeSearchRun,
  requestSearchRun,
  requestTermReport,
  selectRun,
  showSavedSearch,
  showSearchRun,
  showTermReport,
  termReportCsv,
  termReportProgress,
} from './ediscovery.ts'

const SEARCHERS: readonly Role[] = ['Compliance Search', 'Preview', 'Export']
const EVERYWHERE: Asked = { mailboxIds: null }

function person(name: string, scope: MailboxScope, roles: readonly Role[] = SEARCHERS): Actor {
  return { name: `person:${name}`, breakGlass: false, roles: new Map(roles.map(role => [role, scope])) }
}

const draft = (name: string, query: string, scope: Asked = EVERYWHERE) => ({
  name,
  description: `about ${name}`,
  query,
  scope,
  runsMax: 3,
})

suite('ediscovery', () => {
  let archive: TestArchive
  let ground: Ground
  let queue: Queue
  let anna: number
  let bo: number
  const everyone = person('erna', null)
  const closers: (() => Promise<void>)[] = []
  const t = { after: (work: () => Promise<void>) => void closers.push(work) }
  after(async () => {
    for (const close of closers.reverse()) await close()
  })

  before(async () => {
    const site = await startReadingSite()
    t.after(() => site.stop())
    archive = await testArchive(t)
    ground = archive.ground
    queue = await archive.queue()
    await archive.addPeople(PEOPLE_CSV)
    const connector = await archive.addConnector(site, 'o2')
    await archive.addMapping(connector, MAPPING_CSV)
    await archive.work()
    assertComplete(await archive.run(connector, WINDOW))
    // Words inside attachments are indexed afterwards.
    await until(
      () => ground.database.query(`select from attachment_text where state = 'waiting'`),
      waiting => waiting.length === 0,
    )
    const mailboxes = await ground.database.query<{ mailbox_id: number; address: string }>(
      'select mailbox_id, address from mailbox',
    )
    const idOf = (address: string) => mailboxes.find(each => each.address === address)!.mailbox_id
    anna = idOf(ANNA.mailbox)
    bo = idOf(BO.mailbox)
  })

  const until = async <T>(look: () => Promise<T>, good: (found: T) => boolean): Promise<T> => {
    for (let tries = 0; ; tries++) {
      const found = await look()
      if (good(found)) return found
      assert.ok(tries < 400, `it never came: ${JSON.stringify(found)}`)
      await wait(25)
    }
  }
  const runOf = async (actor: Actor, savedSearchId: number) => {
    const { searchRunId } = await requestSearchRun(ground, queue, actor, savedSearchId)
    return until(
      () => showSearchRun(ground, actor, searchRunId),
      run => run.status === 'complete' || run.status === 'failed',
    )
  }
  const reportOf = async (actor: Actor, text: string, scope = EVERYWHERE) => {
    const { termReportId } = await requestTermReport(ground, queue, actor, { name: 'Terms', text, scope })
    await until(
      () => termReportProgress(ground, actor, termReportId),
      report => report.status === 'complete' || report.status === 'failed',
    )
    return showTermReport(ground, actor, termReportId)
  }
  /** Every hit, by paging through a search of the moment. */
  const naive = async (actor: Actor, query: string, scope = EVERYWHERE) =>
    (await searchArchive(ground, actor, query, scope, { limit: 10_000 })).itemIds
  const bytesOf = async (itemIds: readonly string[]) => {
    const rows = await ground.database.query<{ bytes: number }>(
      `select coalesce(sum(coalesce(message_size, original_size)), 0)::bigint as bytes from item
       where item_id = any($1::uuid[])`,
      [itemIds],
    )
    return rows[0]!.bytes
  }

  test('a run keeps exactly what a search finds, with its counts, and can be paged through', async () => {
    const search = await addSavedSearch(ground, everyone, draft('birds', 'plover OR whimbrel OR tide'))
    const run = await runOf(everyone, search.savedSearchId)
    assert.equal(run.status, 'complete')
    const expected = await naive(everyone, search.query)
    assert.ok(expected.length >= 4)
    assert.equal(run.items, expected.length)
    assert.equal(run.bytes, await bytesOf(expected))
    assert.equal(run.query, search.query)
    assert.equal(run.index?.tokenizer !== undefined && run.lookedAt !== null, true)
    const kept = await ground.database.query<{ item_id: string }>(
      selectRun(run.searchRunId).sql,
      selectRun(run.searchRunId).values,
    )
    assert.deepEqual(kept.map(row => row.item_id).sort(), [...expected].sort())
    const seen: string[] = []
    for (let after: string | null = null; ; ) {
      const page = await readRun(ground, everyone, run.searchRunId, { ...(after ? { after } : {}), limit: 2 })
      seen.push(...page.rows.map(row => row.itemId))
      assert.ok(page.rows.every(row => row.line !== null))
      after = page.next
      if (after === null) break
    }
    assert.deepEqual(seen, expected)
    const kinds = run.byKind.reduce((sum, each) => sum + each.items, 0)
    assert.equal(kinds, expected.length)
    for (const { mailboxId, items } of run.byMailbox)
      assert.equal(items, (await naive(everyone, search.query, { mailboxIds: [mailboxId] })).length)
  })

  test('two runs are compared, and what is gone is gone for a reason', async () => {
    const search = await addSavedSearch(ground, everyone, draft('compared', 'whimbrel OR plover'))
    const first = await runOf(everyone, search.savedSearchId)
    const [hidden] = await naive(everyone, 'whimbrel')
    await editSavedSearch(ground, everyone, search.savedSearchId, { query: 'whimbrel OR tide' })
    const second = await runOf(everyone, search.savedSearchId)
    assert.equal(second.revision, first.revision + 1)
    const [one, two] = [await naive(everyone, first.query), await naive(everyone, second.query)]
    const added = two.filter(each => !one.includes(each))
    const gone = one.filter(each => !two.includes(each))
    assert.ok(added.length > 0 && gone.length > 0)
    // Whichever is named first.
    const compared = await compareRuns(ground, everyone, second.searchRunId, first.searchRunId)
    assert.equal(compared.earlier.searchRunId, first.searchRunId)
    assert.equal(compared.added.items, added.length)
    assert.equal(compared.added.bytes, await bytesOf(added))
    assert.equal(compared.both, one.length - gone.length)
    assert.deepEqual(compared.gone.reasons, [{ reason: 'no-match', items: gone.length }])
    assert.equal(compared.searchChanged, true)
    const pair = [first.searchRunId, second.searchRunId] as const
    const page = await readDifference(ground, everyone, pair, 'gone', { limit: 100 })
    assert.deepEqual(
      page.rows.map(row => [row.itemId, row.reason]),
      [...gone].sort().map(itemId => [itemId, 'no-match']),
    )
    const more = await readDifference(ground, everyone, pair, 'added', { limit: 100 })
    assert.deepEqual(
      more.rows.map(row => row.itemId),
      [...added].sort(),
    )

    // An item whose filings are hidden, and one that is filed elsewhere than the later run looks.
    await editSavedSearch(ground, everyone, search.savedSearchId, {
      query: 'whimbrel OR tide',
      scope: { mailboxIds: [bo] },
    })
    await ground.database.execute('update filing set hidden_at = now() where item_id = $1', [hidden])
    try {
      const third = await runOf(everyone, search.savedSearchId)
      const { gone: lost } = await compareRuns(ground, everyone, second.searchRunId, third.searchRunId)
      const left = two.filter(each => each !== hidden)
      const ofBo = await naive(everyone, 'whimbrel OR tide', { mailboxIds: [bo] })
      const outside = left.filter(each => !ofBo.includes(each)).length
      assert.equal(lost.reasons.find(each => each.reason === 'out-of-scope')?.items, outside + 1)
    } finally {
      await ground.database.execute('update filing set hidden_at = null where item_id = $1', [hidden])
    }
  })

  test('so many runs are kept as the search says, and the oldest goes with an entry', async () => {
    const search = await addSavedSearch(ground, everyone, { ...draft('kept', 'tide'), runsMax: 2 })
    const runs: number[] = []
    for (let count = 0; count < 3; count++)
      runs.push((await runOf(everyone, search.savedSearchId)).searchRunId)
    const kept = await listSearchRuns(ground, everyone, search.savedSearchId)
    assert.deepEqual(
      kept.map(run => run.searchRunId),
      runs.slice(1).reverse(),
    )
    await assert.rejects(showSearchRun(ground, everyone, runs[0]!), { code: 'SEARCH_RUN_UNKNOWN' })
    const { entries } = await readEntries(ground.database, { act: 'search-run.remove', limit: 10 })
    assert.equal(entries[0]?.subject, `search-run:${runs[0]}`)
    await removeSearchRun(ground, everyone, runs[1]!)
    assert.equal((await listSearchRuns(ground, everyone, search.savedSearchId)).length, 1)
    await removeSavedSearch(ground, everyone, search.savedSearchId)
    await assert.rejects(showSearchRun(ground, everyone, runs[2]!), { code: 'SEARCH_RUN_UNKNOWN' })
  })

  test('a term report is what counting each line and taking the others away gives', async () => {
    const lines = ['plover', 'whimbrel OR tide', 'tide', '"plover secret"', 'nosuchwordanywhere', 'from:anna']
    const report = await reportOf(everyone, `\uFEFF${lines[0]}\r\n\r\n${lines.slice(1).join('\n')}\n`)
    assert.equal(report.status, 'complete')
    const found = await Promise.all(lines.map(line => naive(everyone, line)))
    const all = new Set(found.flat())
    assert.equal(report.items, all.size)
    assert.equal(report.bytes, await bytesOf([...all]))
    assert.deepEqual(
      report.rows.map(row => row.line),
      [1, 3, 4, 5, 6, 7],
    )
    for (const [index, itemIds] of found.entries()) {
      const others = new Set(found.filter((_, other) => other !== index).flat())
      const unique = itemIds.filter(itemId => !others.has(itemId))
      assert.deepEqual(report.rows[index]!.result, {
        items: itemIds.length,
        bytes: await bytesOf(itemIds),
        uniqueItems: unique.length,
        uniqueBytes: await bytesOf(unique),
        errorCode: null,
      })
    }
  })

  test('a line that is no query is named, and nothing is counted', async () => {
    const text = 'plover\n(tide\n\nsent:never'
    const { problems } = await checkTermLines(ground, everyone, text, EVERYWHERE)
    assert.deepEqual(
      problems.map(each => [each.line, each.code]),
      [
        [2, 'QUERY_INVALID'],
        [4, 'QUERY_INVALID'],
      ],
    )
    await assert.rejects(
      requestTermReport(ground, queue, everyone, { name: 'Bad', text, scope: EVERYWHERE }),
      { code: 'TERM_REPORT_INVALID' },
    )
    for (const bad of ['', '\n \n', Array.from({ length: 1001 }, () => 'a').join('\n')])
      await assert.rejects(checkTermLines(ground, everyone, bad, EVERYWHERE), { code: 'TERM_REPORT_INVALID' })
  })

  test('a report as a table runs no formula', async () => {
    const report = await reportOf(everyone, '-plover\n"=1+1"')
    const csv = await termReportCsv(ground, everyone, report.termReportId)
    const rows = csv.split('\r\n')
    assert.equal(rows[0], 'line,query,items,bytes,unique items,unique bytes,problem')
    assert.match(rows[1]!, /^1,'-plover,/)
    assert.equal(rows.length, 5)
  })

  test('a limited person runs within their mailboxes, and sees nothing that reaches further', async () => {
    const limited = person('lena', [anna])
    const search = await addSavedSearch(ground, limited, draft('mine', 'tide OR plover'))
    const run = await runOf(limited, search.savedSearchId)
    const mine = await naive(limited, 'tide OR plover')
    assert.equal(run.items, mine.length)
    assert.deepEqual(run.mailboxIds, [anna])
    assert.deepEqual(
      run.byMailbox.map(each => each.mailboxId),
      [anna],
    )
    await assert.rejects(addSavedSearch(ground, limited, draft('theirs', `mailbox:${bo}`)), {
      code: 'MAILBOX_UNKNOWN',
    })
    await assert.rejects(addSavedSearch(ground, limited, draft('theirs', 'tide', { mailboxIds: [bo] })), {
      code: 'MAILBOX_UNKNOWN',
    })
    // The same person with another boundary: the run reaches further than it.
    const moved = person('lena', [bo])
    assert.deepEqual(await listSearchRuns(ground, moved, search.savedSearchId), [])
    await assert.rejects(showSearchRun(ground, moved, run.searchRunId), { code: 'SEARCH_RUN_UNKNOWN' })
    const { scope } = await admitRun(ground, moved, run.searchRunId, 'Export')
    assert.deepEqual(scope.mailboxIds, [])
    const report = await reportOf(limited, 'tide\nplover')
    assert.deepEqual(
      report.rows.map(row => row.result?.items),
      [(await naive(limited, 'tide')).length, (await naive(limited, 'plover')).length],
    )
    const nobody = person('nina', [])
    const empty = await addSavedSearch(ground, nobody, draft('nothing', '*'))
    assert.equal((await runOf(nobody, empty.savedSearchId)).items, 0)
  })

  test('one sees one’s own; who manages cases without a limit sees all', async () => {
    const owner = person('olga', null)
    const search = await addSavedSearch(ground, owner, draft('own', 'tide'))
    const token: Actor = { ...owner, name: 'person:olga/token-7' }
    assert.equal((await showSavedSearch(ground, token, search.savedSearchId)).owner, 'person:olga')
    const other = person('otto', null)
    const limitedManager = person('mona', [anna], [...SEARCHERS, 'Case Management'])
    for (const actor of [other, limitedManager]) {
      await assert.rejects(showSavedSearch(ground, actor, search.savedSearchId), {
        code: 'SAVED_SEARCH_UNKNOWN',
      })
      await assert.rejects(requestSearchRun(ground, queue, actor, search.savedSearchId), {
        code: 'SAVED_SEARCH_UNKNOWN',
      })
      const { searches, total } = await listSavedSearches(ground, actor, { limit: 50 })
      assert.deepEqual([searches.length, total], [0, 0])
    }
    const manager = person('mira', null, [...SEARCHERS, 'Case Management'])
    const { searches } = await listSavedSearches(ground, manager, { limit: 50 })
    assert.ok(searches.some(each => each.savedSearchId === search.savedSearchId))
    const clerk = person('carl', null, ['Organization Configuration'])
    await assert.rejects(listSavedSearches(ground, clerk, { limit: 5 }), { code: 'ROLE_MISSING' })
    const previewer = person('olga', null, ['Preview'])
    await assert.rejects(requestSearchRun(ground, queue, previewer, search.savedSearchId), {
      code: 'ROLE_MISSING',
    })
  })

  test('a change bound to an old revision is refused; a name is needed', async () => {
    const search = await addSavedSearch(ground, everyone, draft('revised', 'tide'))
    const changed = await editSavedSearch(ground, everyone, search.savedSearchId, { name: 'other' }, 1)
    assert.deepEqual([changed.name, changed.revision, changed.query], ['other', 2, 'tide'])
    for (const work of [
      () => editSavedSearch(ground, everyone, search.savedSearchId, { name: 'third' }, 1),
      () => removeSavedSearch(ground, everyone, search.savedSearchId, 1),
    ])
      await assert.rejects(work, { code: 'REVISION_STALE' })
    await assert.rejects(addSavedSearch(ground, everyone, draft('  ', 'tide')), {
      code: 'SAVED_SEARCH_INVALID',
    })
    await assert.rejects(addSavedSearch(ground, everyone, draft('bad', '(tide')), { code: 'QUERY_INVALID' })
    await assert.rejects(
      addSavedSearch(ground, everyone, draft('bad', 'tide', { ...EVERYWHERE, folders: ['Nowhere'] })),
      { code: 'FOLDER_UNKNOWN' },
    )
    await assert.rejects(
      addSavedSearch(ground, everyone, draft('bad', 'tide', { ...EVERYWHERE, connectorIds: [99] })),
      { code: 'CONNECTOR_UNKNOWN' },
    )
  })

  test('what cannot be answered any more fails, and says why', async () => {
    const search = await addSavedSearch(ground, everyone, draft('stale', 'tide'))
    const searchRunId = 1_000_000
    const sealed = Buffer.from(JSON.stringify({ query: '(tide', named: [] }))
    await ground.database.transaction(async tx => {
      await tx.execute(
        `insert into search_run (search_run_id, saved_search_id, revision, sealed, requested_by, requested_at, status)
         values ($1, $2, 1, $3, 'person:erna', now(), 'waiting')`,
        [
          searchRunId,
          search.savedSearchId,
          ground.keyring.seal('search', sealed, `search-run ${searchRunId}`),
        ],
      )
      await queue.send(tx, 'search-run', { searchRunId })
    })
    const run = await until(
      () => showSearchRun(ground, everyone, searchRunId),
      each => each.status !== 'waiting' && each.status !== 'working',
    )
    assert.deepEqual([run.status, run.errorCode, run.items], ['failed', 'QUERY_INVALID', null])
    await assert.rejects(readRun(ground, everyone, searchRunId, { limit: 5 }), {
      code: 'SEARCH_RUN_UNFINISHED',
    })
  })

  test('no query, name or description is in the clear in the database', async () => {
    await addSavedSearch(ground, everyone, draft('Zirconium', 'zirconium OR tide'))
    await reportOf(everyone, 'zirconium\ntide')
    const tables = ['saved_search', 'search_run', 'search_run_page', 'term_report', 'audit_entry']
    for (const table of tables) {
      const rows = await ground.database.query<{ row: string }>(`select t::text as row from ${table} t`)
      assert.ok(rows.length > 0, table)
      for (const { row } of rows) {
        assert.doesNotMatch(row, /zirconium|whimbrel|about/i, table)
        assert.doesNotMatch(row, new RegExp(Buffer.from('zirconium').toString('hex'), 'i'), table)
      }
    }
    const jobs = await ground.database.query<{ row: string }>('select j::text as row from pgboss.job j')
    for (const { row } of jobs) assert.doesNotMatch(row, /zirconium|whimbrel/i)
  })
})
