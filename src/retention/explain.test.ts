/** Explanations: what is said of a message is what the database keeps it by, to whom it may be said. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { hasCode } from '../errors.ts'
import { evaluateHolds, releaseHold } from '../hold/hold.ts'
import type { Actor, MailboxScope, Role } from '../identity/identity.ts'
import { type TestHolds, testHolds, textItem } from '../testing/holds.ts'
import {
  createEventType,
  createLabel,
  evaluateMailboxes,
  explainItem,
  explanationLines,
  type LabelDraft,
  putLabel,
} from './retention.ts'

const DAY = 86_400_000

const withRoles = (...roles: [Role, MailboxScope][]): Actor => ({
  name: 'person:rita',
  breakGlass: false,
  roles: new Map(roles),
})
const manager = withRoles(['Retention Management', null])

suite('explanations', () => {
  let holds: TestHolds
  const closers: (() => Promise<void>)[] = []
  const t = { after: (work: () => Promise<void>) => void closers.push(work) }
  after(async () => {
    for (const close of closers.reverse()) await close()
  })
  before(async () => {
    holds = await testHolds(t)
  })

  const label = (name: string, draft: Partial<LabelDraft> = {}) =>
    createLabel(holds.ground, manager, {
      name,
      description: '',
      action: 'retain-then-delete',
      period: 'P2Y',
      start: 'sent',
      eventTypeId: null,
      review: false,
      ...draft,
    })
  const put = (labelId: number, itemId: string) =>
    putLabel(holds.ground, manager, labelId, { type: 'items', itemIds: [itemId] })
  const explain = async (itemId: string, actor = manager) => {
    const explanation = await explainItem(holds.ground, actor, itemId)
    return { explanation, filing: explanation.filings[0]!, lines: explanationLines(explanation) }
  }
  const asked = async (name: string) => {
    const mailboxId = await holds.mailbox(name)
    const item = textItem([mailboxId], 'anything')
    await holds.add(item)
    return { mailboxId, itemId: item.id }
  }

  test('nothing is about it, and then a label, a hold and an extension are', async () => {
    const { mailboxId, itemId } = await asked('why')
    const free = await explain(itemId)
    assert.deepEqual(
      (({ verdict, until, fate, earliest, reasons }) => ({ verdict, until, fate, earliest, reasons }))(
        free.filing,
      ),
      { verdict: 'free', until: null, fate: 'stays', earliest: null, reasons: [] },
    )
    const { labelId } = await label('Contract')
    await put(labelId, itemId)
    const until = new Date('2028-10-01T00:00:00Z')
    const kept = await explain(itemId)
    assert.deepEqual(
      (({ verdict, until, fate, earliest, label, evaluating }) => ({
        verdict,
        until,
        fate,
        earliest,
        label,
        evaluating,
      }))(kept.filing),
      {
        verdict: 'kept-until',
        until,
        fate: 'deleted',
        earliest: until,
        label: { labelId, name: 'Contract', by: 'person' },
        evaluating: false,
      },
    )
    assert.deepEqual(
      kept.filing.reasons.map(({ rule, effect, until, setAside, blocks }) => ({
        rule,
        effect,
        until,
        setAside,
        blocks,
      })),
      [
        {
          rule: { type: 'label', id: labelId, name: 'Contract' },
          effect: 'retain',
          until,
          setAside: null,
          blocks: true,
        },
        {
          rule: { type: 'label', id: labelId, name: 'Contract' },
          effect: 'delete',
          until,
          setAside: null,
          blocks: false,
        },
      ],
    )
    const hold = await holds.place([mailboxId])
    const held = await explain(itemId)
    assert.equal(held.filing.verdict, 'held-ever')
    assert.equal(held.filing.earliest, null)
    // Who may not see the hold is told of it, and not which it is.
    assert.deepEqual(held.filing.reasons[0]!.rule, { type: 'hold', id: null, name: null })
    const both = withRoles(['Retention Management', null], ['Hold', null])
    const seen = await explain(itemId, both)
    assert.deepEqual(seen.filing.reasons[0]!.rule, { type: 'hold', id: hold.holdId, name: 'Northwind' })
    assert.ok(seen.lines.includes('  Held without end.'), seen.lines.join('\n'))
    assert.ok(
      seen.lines.some(line => line.includes('hold "Northwind"') && line.endsWith('keeps it from deletion')),
      seen.lines.join('\n'),
    )
    await releaseHold(holds.ground, holds.queue, holds.everyone, hold.holdId, 'settled')
    await evaluateHolds(holds.ground)
    assert.equal((await explain(itemId)).filing.verdict, 'kept-until')
    await holds.ground.database.query('select set_extended($1, $2, $3)', [
      [mailboxId],
      [itemId],
      new Date('2030-01-01T00:00:00Z'),
    ])
    // Decided on by nobody yet: the columns say what is, and that it is about to change.
    assert.equal((await explain(itemId)).filing.evaluating, true)
    await evaluateMailboxes(holds.ground, [mailboxId], new AbortController().signal)
    const extended = await explain(itemId)
    assert.equal(extended.filing.verdict, 'extended-until')
    assert.equal(extended.filing.evaluating, false)
    assert.deepEqual(extended.filing.earliest, new Date('2030-01-01T00:00:00Z'))
    assert.ok(extended.filing.reasons.some(({ rule }) => rule.type === 'extension'))
  })

  test('it says what is due, what a review is asked of, and what waits for an event', async () => {
    const old = await asked('due')
    const { labelId } = await label('Gone in a day', { action: 'delete', period: 'P1D' })
    await put(labelId, old.itemId)
    const due = await explain(old.itemId)
    assert.deepEqual([due.filing.verdict, due.filing.fate], ['due', 'deleted'])
    assert.deepEqual(due.filing.earliest, new Date('2026-10-02T00:00:00Z'))
    const reviewed = await label('Reviewed', { action: 'delete', period: 'P1D', review: true })
    await put(reviewed.labelId, old.itemId)
    const before = await explain(old.itemId)
    assert.deepEqual([before.filing.verdict, before.filing.fate], ['due', 'reviewed'])
    assert.ok(before.lines.some(line => line.includes('the next disposal asks for its review')))
    await holds.ground.database.execute(
      `insert into disposition_review (item_id, mailbox_id, found_at, due_at, two_persons) values ($1, $2, $3, $3, false)`,
      [old.itemId, old.mailboxId, new Date(holds.now)],
    )
    assert.equal((await explain(old.itemId)).filing.verdict, 'review')
    const later = await label('Later', { action: 'delete', period: 'P1Y' })
    await put(later.labelId, old.itemId)
    const waits = await explain(old.itemId)
    assert.deepEqual([waits.filing.verdict, waits.filing.until], ['later', new Date('2027-10-01T00:00:00Z')])
    const { eventTypeId } = await createEventType(holds.ground, manager, { name: 'Exit', description: '' })
    const event = await label('Until exit', { start: 'event', eventTypeId })
    await put(event.labelId, old.itemId)
    const unknown = await explain(old.itemId)
    assert.deepEqual([unknown.filing.verdict, unknown.filing.fate], ['kept-event', 'unknown'])
    const deleted = await label('After exit', { action: 'delete', start: 'event', eventTypeId })
    await put(deleted.labelId, old.itemId)
    const open = await explain(old.itemId)
    assert.deepEqual([open.filing.verdict, open.filing.fate], ['free', 'unknown'])
  })

  test('a hold by days keeps it beyond its deletion, and a query that has not looked holds it', async () => {
    const { mailboxId, itemId } = await asked('days')
    const { labelId } = await label('Short', { action: 'delete', period: 'P1D' })
    await put(labelId, itemId)
    await holds.place([mailboxId], { days: 100 })
    const held = await explain(itemId)
    const end = new Date(Date.UTC(2026, 9, 1) + 100 * DAY)
    assert.deepEqual([held.filing.verdict, held.filing.until, held.filing.earliest], ['held-until', end, end])
    await holds.place([mailboxId], { query: 'nothing' })
    assert.equal((await explain(itemId)).filing.verdict, 'held-pending')
    await evaluateHolds(holds.ground)
    assert.equal((await explain(itemId)).filing.verdict, 'held-until')
  })

  test('it is told of the mailboxes that somebody may see, and of nothing beyond', async () => {
    const [one, two] = [await holds.mailbox('mine'), await holds.mailbox('theirs')]
    const item = textItem([one, two], 'anything', {})
    await holds.add(item)
    const reader = withRoles(['Preview', [one]])
    const { explanation } = await explain(item.id, reader)
    assert.deepEqual(
      explanation.filings.map(({ address }) => address),
      ['mine@example.com'],
    )
    const elsewhere = withRoles(['Preview', [await holds.mailbox('elsewhere')]], ['Hold', []])
    await assert.rejects(explain(item.id, elsewhere), error => hasCode(error, 'ITEM_UNKNOWN'))
    await assert.rejects(explain(item.id, withRoles(['Audit Logs', null])), error =>
      hasCode(error, 'ROLE_MISSING'),
    )
    const [entry] = await holds.ground.database.query<{ subject: string }>(
      `select subject from audit_entry where act = 'item.explain' and subject = $1`,
      [`item:${item.id}`],
    )
    assert.ok(entry)
  })

  test('of an item that is gone its tombstone is told', async () => {
    const { itemId } = await asked('gone')
    const { database } = holds.ground
    await database.execute('delete from filing where item_id = $1', [itemId])
    await database.execute('delete from item where item_id = $1', [itemId])
    await assert.rejects(explain(itemId), error => hasCode(error, 'ITEM_UNKNOWN'))
    await database.execute(
      `insert into tombstone (item_id, batch_id, vault_object, vault_offset, leaf, disposal_ids, gone_at)
       values ($1, 1, gen_random_uuid(), 0, '', '{7}', $2)`,
      [itemId, new Date(holds.now)],
    )
    const { explanation, lines } = await explain(itemId)
    assert.deepEqual(explanation.tombstone, { goneAt: new Date(holds.now), disposalIds: [7] })
    assert.match(lines.at(-1)!, /gone since 2026-11-01 00:00 UTC: .* disposal 7/)
    await assert.rejects(explain(itemId, withRoles(['Preview', [1]])), error =>
      hasCode(error, 'ITEM_UNKNOWN'),
    )
  })
})
