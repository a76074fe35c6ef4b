/** Requests for erasure, from the request to the last copy: what goes, what is kept and restricted, and what is told. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import {
  browseMailbox,
  estimateSearch,
  listConversations,
  readFolder,
  readSearch,
  searchArchive,
  showItem,
} from '../archive/archive.ts'
import { readEntries } from '../audit/audit.ts'
import { hasCode } from '../errors.ts'
import { evaluateHolds, releaseHold, removeDelay } from '../hold/hold.ts'
import type { Actor } from '../identity/identity.ts'
import { confirmClocks, pauseDisposition, resumeDisposition } from '../retention/retention.ts'
import { messageOf, personWith, rita, type TestErasure, testErasure } from '../testing/erasure.ts'
import {
  changeErasure,
  performErasure,
  previewErasure,
  reportErasure,
  requestDueErasures,
  showErasure,
  withdrawErasure,
} from './erasure.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const EVERYTHING = { mailboxIds: null, connectorIds: null, folders: null }

const dora = personWith('dora', 'Disposition Management')
const pat = personWith('pat', 'Preview', 'Compliance Search')
const casey = personWith('casey', 'Preview', 'Compliance Search', 'Case Management')

suite('erasure requests', () => {
  let given: TestErasure
  let holds: TestErasure['holds']
  const closers: (() => Promise<void>)[] = []
  const t = { after: (work: () => Promise<void>) => void closers.push(work) }
  after(async () => {
    for (const close of closers.reverse()) await close()
  })
  before(async () => {
    given = await testErasure(t)
    holds = given.holds
  })
  const freshNumber = () => given.freshNumber()
  const ask: TestErasure['ask'] = (value, more) => given.ask(value, more)
  const work: TestErasure['work'] = requestId => given.work(requestId)
  const isThere: TestErasure['isThere'] = itemId => given.isThere(itemId)
  const inMailbox: TestErasure['inMailbox'] = (mailboxId, itemId) => given.inMailbox(mailboxId, itemId)

  test('what names the number goes from every mailbox, hidden copies too, and nothing else', async () => {
    const [one, two] = [await holds.mailbox('all-1'), await holds.mailbox('all-2')]
    const [number, other] = [freshNumber(), freshNumber()]
    const theirs = messageOf(number, [one, two])
    const hidden = messageOf(number, [one], { hidden: two })
    const others = messageOf(other, [one, two])
    await holds.add(theirs, hidden, others)
    const preview = await previewErasure(holds.ground, rita, [
      { value: `+${number.slice(0, 2)} ${number.slice(2)}` },
    ])
    assert.deepEqual(
      [preview.items, preview.copies, preview.erasable, preview.held, preview.retained],
      [2, 4, 4, 0, 0],
    )
    assert.deepEqual(preview.byKind, [{ kind: 'sms', items: 2 }])
    assert.deepEqual(
      preview.byMailbox.map(each => [each.mailboxId, each.copies, each.kept]),
      [
        [one, 2, 0],
        [two, 2, 0],
      ],
    )
    assert.equal(await isThere(theirs.id), true, 'a preview erases nothing')
    const request = await ask(`+${number}`)
    assert.equal(request.state, 'working')
    const done = await work(request.requestId)
    assert.equal(done.state, 'complete')
    assert.deepEqual([done.erasedItems, done.erasedCopies, done.refusedCopies, done.due], [2, 4, 0, 0])
    assert.equal(done.disposals.length, 1)
    assert.deepEqual(await Promise.all([theirs.id, hidden.id, others.id].map(isThere)), [false, false, true])
    assert.deepEqual(
      await holds.ground.database
        .query('select from tombstone where item_id = any($1)', [[theirs.id, hidden.id]])
        .then(rows => rows.length),
      2,
    )
    await assert.rejects(withdrawErasure(holds.ground, rita, request.requestId, 'too late'), (error: Error) =>
      hasCode(error, 'ERASURE_OVER'),
    )
  })

  test('an address is found in whatever case, and a period leaves out what a number said for somebody else', async () => {
    const box = await holds.mailbox('period')
    const number = freshNumber()
    const early = messageOf(number, [box], { sentAt: Date.UTC(2026, 5, 1) })
    const late = messageOf(number, [box], { sentAt: Date.UTC(2026, 8, 1), email: 'Mia@Fabrikam.example' })
    await holds.add(early, late)
    const from = new Date(Date.UTC(2026, 7, 1))
    assert.equal((await previewErasure(holds.ground, rita, [{ value: number, from }])).items, 1)
    assert.equal((await previewErasure(holds.ground, rita, [{ value: number, to: from }])).items, 1)
    const request = await ask('mia@fabrikam.EXAMPLE')
    assert.deepEqual(request.identities, [
      { type: 'address', value: 'mia@fabrikam.example', from: null, to: null },
    ])
    await work(request.requestId)
    assert.deepEqual([await isThere(early.id), await isThere(late.id)], [true, false])
  })

  test('what is held is refused with the reason and restricted, and erased when the last hold lets go', async () => {
    const [free, held] = [await holds.mailbox('free'), await holds.mailbox('held')]
    const number = freshNumber()
    const item = messageOf(number, [free, held])
    const context = messageOf(freshNumber(), [held])
    await holds.add(item, context)
    const hold = await holds.place([held])
    const request = await ask(`+${number}`)
    const refused = await work(request.requestId)
    assert.equal(refused.state, 'waiting')
    assert.deepEqual([refused.erasedCopies, refused.erasedItems, refused.refusedCopies], [1, 0, 1])
    assert.deepEqual(
      refused.refused.map(({ mailboxId, copies, held: byHold, retained, until }) => ({
        mailboxId,
        copies,
        byHold,
        retained,
        until,
      })),
      [{ mailboxId: held, copies: 1, byHold: 1, retained: 0, until: null }],
    )
    assert.deepEqual([await inMailbox(free, item.id), await inMailbox(held, item.id)], [false, true])

    // Restricted: for who reads, it is left out and counted; for who looks after cases, it is there.
    const found = async (actor: Actor) =>
      (await searchArchive(holds.ground, actor, `number:+${number}`, EVERYTHING, { limit: 10 })).itemIds
    assert.deepEqual(await found(pat), [])
    assert.deepEqual(await found(casey), [item.id])
    const estimate = await estimateSearch(holds.ground, pat, `number:+${number}`, EVERYTHING)
    assert.deepEqual([estimate.items, estimate.restricted], [0, 1])
    assert.equal((await estimateSearch(holds.ground, casey, `number:+${number}`, EVERYTHING)).restricted, 0)
    await assert.rejects(showItem(holds.ground, pat, item.id), (error: Error) =>
      hasCode(error, 'ITEM_RESTRICTED'),
    )
    assert.equal((await showItem(holds.ground, casey, item.id)).itemId, item.id)
    const listed = async (actor: Actor) =>
      (await browseMailbox(holds.ground, actor, 'held@example.com', { limit: 10 })).map(each => each.itemId)
    assert.deepEqual(await listed(pat), [context.id])
    assert.deepEqual((await listed(casey)).sort(), [item.id, context.id].sort())
    const folder = await readFolder(
      holds.ground,
      pat,
      { address: 'held@example.com' },
      { kinds: ['sms'] },
      { limit: 10 },
    )
    assert.deepEqual(
      folder.lines.map(each => each.itemId),
      [context.id],
    )

    const talked = async (actor: Actor) =>
      (
        await listConversations(holds.ground, actor, { address: 'held@example.com' }, { limit: 10 })
      ).conversations.map(each => [each.count, each.last.itemId === item.id])
    assert.deepEqual([await talked(pat), (await talked(casey))[0]![0]], [[[1, false]], 2])
    const { lines, restricted } = await readSearch(holds.ground, pat, 'lunch', EVERYTHING, { limit: 50 })
    assert.deepEqual([lines.some(line => line.itemId === item.id), restricted], [false, 1])

    // A further pass changes nothing; once nothing holds it, it goes.
    assert.equal((await work(request.requestId)).state, 'waiting')
    await releaseHold(holds.ground, holds.queue, holds.everyone, hold.holdId, 'settled')
    await evaluateHolds(holds.ground)
    assert.equal(
      (await work(request.requestId)).state,
      'waiting',
      'the delay of a released hold is waited for',
    )
    await removeDelay(holds.ground, holds.queue, holds.everyone, hold.holdId, 'ordered')
    await evaluateHolds(holds.ground)
    await given.pass(DAY + HOUR)
    assert.ok((await requestDueErasures(holds.ground, holds.queue)) > 0)
    const done = await work(request.requestId)
    assert.deepEqual(
      [done.state, done.erasedCopies, done.erasedItems, done.restrictedItems],
      ['complete', 2, 1, 0],
    )
    assert.equal(await isThere(item.id), false)
    const acts = (
      await readEntries(holds.ground.database, { subject: `erasure-request:${request.requestId}`, limit: 50 })
    ).entries.map(entry => entry.act)
    assert.ok(
      acts.includes('erasure.request') && acts.includes('erasure.work') && acts.includes('erasure.complete'),
    )
  })

  test('what is retained is refused until its period ends, by the rules of that moment', async () => {
    const [kept, free] = [await holds.mailbox('retained'), await holds.mailbox('unretained')]
    const number = freshNumber()
    const old = messageOf(number, [kept, free], { sentAt: Date.UTC(2019, 0, 15) })
    const young = messageOf(number, [kept])
    await holds.add(old, young)
    await given.retain('Six years', kept, 'P6Y')
    const done = await work((await ask(`+${number}`)).requestId)
    assert.deepEqual([await isThere(old.id), await isThere(young.id)], [false, true])
    assert.deepEqual(
      done.refused.map(({ mailboxId, held, retained, until }) => [
        mailboxId,
        held,
        retained,
        until?.getTime(),
      ]),
      [[kept, 0, 1, Date.UTC(2032, 9, 1)]],
    )
    const { kept: told } = await reportErasure(holds.ground, rita, done.requestId)
    assert.deepEqual([told.legalClaims, told.legalObligation], [0, 1])
    assert.deepEqual(told.records[0]!.until, new Date(Date.UTC(2032, 9, 1)))
  })

  test('while disposal is paused nothing is erased, and the request goes on with it', async () => {
    const box = await holds.mailbox('paused')
    const number = freshNumber()
    const item = messageOf(number, [box])
    await holds.add(item)
    await pauseDisposition(holds.ground, dora, 'Claim 17 is being looked at')
    const { requestId } = await ask(`+${number}`)
    assert.deepEqual([(await work(requestId)).state, await isThere(item.id)], ['paused', true])
    await requestDueErasures(holds.ground, holds.queue)
    assert.equal((await showErasure(holds.ground, rita, requestId)).state, 'paused')
    await resumeDisposition(holds.ground, dora, 'it was looked at')
    await requestDueErasures(holds.ground, holds.queue)
    assert.equal((await showErasure(holds.ground, rita, requestId)).state, 'working')
    assert.deepEqual([(await work(requestId)).state, await isThere(item.id)], ['complete', false])
  })

  test('while the clocks cannot be trusted nothing is erased: a period is not over because a clock leapt', async () => {
    const box = await holds.mailbox('leapt')
    const number = freshNumber()
    const item = messageOf(number, [box])
    await holds.add(item)
    await given.retain('Six years from now', box, 'P6Y')
    await holds.archive.seal()
    const { requestId } = await ask(`+${number}`)
    await given.pass(7 * 365 * DAY)
    assert.deepEqual([(await work(requestId)).state, await isThere(item.id)], ['paused', true])
    await requestDueErasures(holds.ground, holds.queue)
    assert.equal((await showErasure(holds.ground, rita, requestId)).state, 'paused')
    await confirmClocks(holds.ground, dora, 'seven years have passed')
    await requestDueErasures(holds.ground, holds.queue)
    assert.deepEqual([(await work(requestId)).state, await isThere(item.id)], ['complete', false])
  })

  test('a number is found however its source wrote it, and a national form where its region makes it this number', async () => {
    const box = await holds.mailbox('forms')
    const number = freshNumber()
    const national = number.replace(/^44/, '0')
    await holds.ground.database.execute(`update connector set default_region = 'SE' where connector_id = 3`)
    const theirs = [number, `00${number}`, number.replace(/^44/, '440'), national].map(each =>
      messageOf(each, [box]),
    )
    const abroad = messageOf(national, [box], { connectorId: 3 })
    const whole = messageOf(`00${number}`, [box], { connectorId: 3 })
    await holds.add(...theirs, abroad, whole)
    assert.equal((await previewErasure(holds.ground, rita, [{ value: `+${number}` }])).items, 5)
    await work((await ask(`+${number}`)).requestId)
    const left = await Promise.all([...theirs, whole, abroad].map(each => isThere(each.id)))
    assert.deepEqual(left, [false, false, false, false, false, true])
  })

  test('a pass that was made by a clock a year ahead does not put off the next', async () => {
    const box = await holds.mailbox('ahead')
    const number = freshNumber()
    await holds.add(messageOf(number, [box]))
    await holds.place([box])
    const { requestId } = await ask(`+${number}`)
    const state = async () => (await showErasure(holds.ground, rita, requestId)).state
    assert.equal((await work(requestId)).state, 'waiting')
    const { now } = holds
    holds.now = now + 365 * DAY
    await work(requestId)
    holds.now = now
    await requestDueErasures(holds.ground, holds.queue)
    assert.equal(await state(), 'working')
    await work(requestId)
    await requestDueErasures(holds.ground, holds.queue)
    assert.equal(await state(), 'waiting')
  })

  test('a withdrawn request restricts nothing any more', async () => {
    const held = await holds.mailbox('withdrawn')
    const number = freshNumber()
    const item = messageOf(number, [held])
    await holds.add(item)
    await holds.place([held])
    const request = await work((await ask(`+${number}`)).requestId)
    await assert.rejects(showItem(holds.ground, pat, item.id))
    await assert.rejects(
      withdrawErasure(holds.ground, rita, request.requestId, 'it was an error', request.revision + 1),
      (error: Error) => hasCode(error, 'REVISION_STALE'),
    )
    const withdrawn = await withdrawErasure(
      holds.ground,
      rita,
      request.requestId,
      'it was an error',
      request.revision,
    )
    assert.deepEqual([withdrawn.state, withdrawn.refusedCopies], ['withdrawn', 0])
    assert.equal((await showItem(holds.ground, pat, item.id)).itemId, item.id)
    assert.equal((await work(request.requestId)).state, 'withdrawn')
    assert.equal(await isThere(item.id), true)
  })

  test('what arrives later is named, and goes where the request includes it', async () => {
    const box = await holds.mailbox('later')
    const number = freshNumber()
    await holds.add(messageOf(number, [box]))
    const request = await ask(`+${number}`, { includeLater: true })
    assert.equal((await work(request.requestId)).state, 'watching')
    const later = messageOf(number, [box], { importedAt: holds.now + DAY })
    await holds.add(later)
    assert.deepEqual((await reportErasure(holds.ground, rita, request.requestId)).later, {
      items: 1,
      included: true,
    })
    assert.deepEqual([(await work(request.requestId)).erasedItems, await isThere(later.id)], [2, false])
    await changeErasure(holds.ground, holds.queue, rita, request.requestId, { includeLater: false })
    const last = messageOf(number, [box], { importedAt: holds.now + DAY })
    await holds.add(last)
    assert.equal((await work(request.requestId)).state, 'complete')
    assert.equal(await isThere(last.id), true)
    assert.deepEqual((await reportErasure(holds.ground, rita, request.requestId)).later, {
      items: 1,
      included: false,
    })
  })

  test('a killed pass goes on where it was, and nothing is counted twice', async () => {
    const [free, held] = [await holds.mailbox('killed-free'), await holds.mailbox('killed-held')]
    const number = freshNumber()
    const items = Array.from({ length: 7 }, (_, index) => messageOf(number, [index % 2 ? free : held]))
    await holds.add(...items)
    await holds.place([held])
    const { requestId } = await ask(`+${number}`)
    const stopped = new AbortController()
    stopped.abort()
    await assert.rejects(performErasure(holds.ground, requestId, stopped.signal))
    assert.equal((await showErasure(holds.ground, rita, requestId)).due, 7, 'all of it waits to be looked at')
    await Promise.all([performErasure(holds.ground, requestId), performErasure(holds.ground, requestId)])
    const done = await showErasure(holds.ground, rita, requestId)
    assert.deepEqual(
      [done.state, done.erasedCopies, done.erasedItems, done.refusedCopies],
      ['waiting', 3, 3, 4],
    )
  })
})
