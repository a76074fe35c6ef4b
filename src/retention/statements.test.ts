/** Deciding, holding, disposing and erasing take as many statements for many items as for few. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { performErasure, requestErasure } from '../erasure/erasure.ts'
import type { Ground } from '../ground.ts'
import { evaluateHolds, placeHold } from '../hold/hold.ts'
import { countStatements } from '../testing/counted.ts'
import { messageOf, stopDatabase, testErasure } from '../testing/erasure.ts'
import {
  createPolicy,
  disposeFilings,
  evaluateMailboxes,
  type FilingKey,
  finishDisposals,
} from './retention.ts'

type Work = (ground: Ground, filings: readonly FilingKey[], number: string) => Promise<unknown>

const none = new AbortController().signal

test('nothing of keeping is one statement for each item', async t => {
  const erasure = await testErasure(t)
  const { holds } = erasure
  const { queue, archive } = holds
  await stopDatabase(archive, holds.now)
  const draft = { name: 'n', reason: 'r', note: '', link: '', days: null }
  const works: Readonly<Record<string, Work>> = {
    'a hold': (ground, filings) =>
      placeHold(ground, queue, holds.everyone, {
        ...draft,
        query: null,
        mailboxIds: [filings[0]!.mailboxId],
      }),
    'a query hold': async (ground, filings) => {
      await placeHold(ground, queue, holds.everyone, {
        ...draft,
        query: 'lunch',
        mailboxIds: [filings[0]!.mailboxId],
      })
      await evaluateHolds(ground)
    },
    'a policy': async (ground, filings) => {
      await createPolicy(ground, queue, archive.actor, {
        name: `p${filings[0]!.mailboxId}`,
        description: '',
        belowPreset: '',
        presetId: null,
        enabled: true,
        appliesTo: 'mailboxes',
        mailboxIds: [filings[0]!.mailboxId],
        excludedIds: [],
        scopeIds: [],
        connectorIds: null,
        kinds: null,
        action: 'delete',
        period: 'P1D',
        startFrom: 'sent',
        eventTypeId: null,
        review: false,
      })
      await evaluateMailboxes(ground, [filings[0]!.mailboxId], none)
    },
    disposal: async (ground, filings) => {
      const done = await ground.database.transaction(tx =>
        disposeFilings(ground, tx, filings, { type: 'erasure', requestId: 1 }, 'person:x'),
      )
      assert.equal(done.filings, filings.length)
      await finishDisposals(ground)
    },
    erasure: async (ground, filings, number) => {
      const { requestId } = await requestErasure(ground, queue, archive.actor, {
        identities: [{ value: number, from: null, to: null }],
        basis: 'objection',
        reason: 'By letter',
        reference: '',
        includeLater: false,
      })
      await performErasure(ground, requestId)
      const rows = await holds.ground.database.query('select from filing where mailbox_id = $1', [
        filings[0]!.mailboxId,
      ])
      assert.equal(rows.length, 0)
    },
  }
  for (const [name, work] of Object.entries(works)) {
    const counts: number[] = []
    for (const many of [20, 20, 600]) {
      const mailboxId = await holds.mailbox(`m${name.replaceAll(' ', '')}${counts.length}`)
      const number = erasure.freshNumber()
      const items = Array.from({ length: many }, () => messageOf(number, [mailboxId]))
      await holds.add(...items)
      const counted = countStatements(holds.ground.database)
      await work(
        { ...holds.ground, database: counted.database },
        items.map(item => ({ mailboxId, itemId: item.id })),
        `+${number}`,
      )
      counts.push(counted.statements())
    }
    // The first may have what the others find done.
    const [, few, many] = counts as [number, number, number]
    assert.ok(many <= few + 5, `${name}: ${few} statements for 20 items, ${many} for 600`)
    t.diagnostic(`${name}: ${few} and ${many}`)
  }
})
