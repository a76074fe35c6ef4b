/** What people do about holds, reviews, requests for erasure and disposal itself, to the archive and the model alike. */
import assert from 'node:assert/strict'
import { requestErasure, withdrawErasure } from '../../src/erasure/erasure.ts'
import { changeHold, evaluateHolds, placeHold, releaseHold, removeDelay } from '../../src/hold/hold.ts'
import {
  changeArchivePolicy,
  createArchivePolicy,
  listArchivePolicies,
  removeArchivePolicy,
} from '../../src/in-place-archive/in-place-archive.ts'
import {
  changeDispositionSettings,
  decideReviews,
  listReviews,
  pauseDisposition,
  resumeDisposition,
} from '../../src/retention/retention.ts'
import { person } from '../../src/testing/disposition.ts'
import { OUTSIDERS, WORDS } from './keeping-archive.ts'
import { type Act, RULE_ACTS, settleLabels } from './keeping-rule-acts.ts'
import { naiveLater } from './naive-principles.ts'

export const rosa = person('rosa', 'Disposition Management')
const sam = person('sam', 'Disposition Management')

const hold: Act = async ({ kept, model, draw, step }) => {
  const { ground, actor } = kept.archive
  const open = [...model.holds.values()].filter(each => !each.released)
  if (open.length >= 5) return
  const word = draw.chance(0.6) ? draw.one(WORDS) : null
  const days = draw.chance(0.5) ? draw.number(30, 1500) : null
  const mailboxIds = [...new Set(draw.list(1, 4, () => draw.one(kept.mailboxIds)))]
  await kept.tick()
  const { holdId } = await placeHold(ground, await kept.archive.queue(), actor, {
    name: `Claim ${model.holds.size + 1}`,
    reason: 'A letter',
    note: '',
    link: '',
    mailboxIds,
    query: word,
    days,
  })
  model.placeHold(holdId, word, days, mailboxIds, step)
}

const alterHold: Act = async ({ kept, model, draw, step }) => {
  const { ground, actor } = kept.archive
  const queue = await kept.archive.queue()
  // A query has looked at everything by then: what it holds at the release is known.
  await evaluateHolds(ground)
  const chosen = [...model.holds].filter(([, each]) => each.touched < step)
  if (chosen.length === 0) return
  const [holdId, own] = draw.one(chosen)
  const now = await kept.tick()
  const isDelayed = own.terms.some(term => [...term.on.values()].some(each => each && each.delayUntil > now))
  if (isDelayed && draw.chance(0.4)) {
    await removeDelay(ground, queue, actor, holdId, 'settled')
    model.endDelay(holdId, now)
  } else if (own.released) return
  else if (draw.chance(0.6)) {
    await releaseHold(ground, queue, actor, holdId, 'settled')
    model.releaseHold(holdId, now)
  } else {
    const term = own.terms.at(-1)!
    const on = [...term.on].filter(([, release]) => release === null).map(([mailboxId]) => mailboxId)
    const days = draw.chance(0.5) ? draw.number(30, 1500) : term.days
    const another = draw.one(kept.mailboxIds)
    // One that it was taken from stays so.
    const added = draw.chance(0.5) && !own.terms.some(each => each.on.has(another)) ? [another] : []
    const mailboxIds = [...(on.length > 1 ? on.slice(1) : on), ...added]
    await changeHold(ground, queue, actor, holdId, { days, mailboxIds })
    model.changeHold(holdId, days, mailboxIds, now)
  }
  own.touched = step
}

const review: Act = async world => {
  const { kept, model, draw } = world
  const { ground } = kept.archive
  await settleLabels(world)
  const { reviews } = await listReviews(ground, rosa, { states: ['pending'] }, { limit: 500 })
  const chosen = reviews.filter(() => draw.chance(0.5))
  if (chosen.length === 0) return
  const copies = model.present.filter(copy =>
    chosen.some(each => each.itemId === copy.item.itemId && each.mailboxId === copy.mailboxId),
  )
  assert.equal(copies.length, chosen.length)
  const queue = await kept.archive.queue()
  const now = await kept.tick()
  const act = draw.one(['approve', 'approve', 'extend', 'relabel'] as const)
  if (act === 'approve') {
    const first = await decideReviews(ground, queue, rosa, chosen, { act }, 'Looked through')
    const second = chosen.filter(each => each.needs === 2)
    assert.equal(first.waitingForSecond, second.length)
    if (second.length > 0) {
      const again = decideReviews(ground, queue, rosa, second, { act }, 'Once more')
      await assert.rejects(again, { code: 'DISPOSITION_SECOND_PERSON' })
      await decideReviews(ground, queue, sam, second, { act }, 'I think so too')
    }
    for (const copy of copies) copy.review = 'approved'
  } else if (act === 'extend') {
    const months = draw.number(1, 12)
    const period = { years: 0, months, days: 0 }
    await decideReviews(ground, queue, rosa, chosen, { act, period }, 'Not yet')
    for (const copy of copies)
      Object.assign(copy, { review: 'none', extendedUntil: naiveLater(now, 0, months, 0) })
  } else {
    const labelId = model.labels.size === 0 ? null : draw.one([...model.labels.keys()])
    await decideReviews(ground, queue, rosa, chosen, { act, labelId }, 'It is something else')
    for (const copy of copies) Object.assign(copy, { review: 'none', labelId, labelBy: 'person' })
  }
}

const erase: Act = async ({ kept, model, draw }) => {
  const { ground, actor } = kept.archive
  const open = [...model.erasures].filter(([, request]) => request.open)
  if (open.length > 0 && draw.chance(0.4)) {
    const [requestId, request] = draw.one(open)
    // One that is complete is over by itself.
    const [row] = await ground.database.query<{ state: string }>(
      'select state from erasure_request where request_id = $1',
      [requestId],
    )
    if (row!.state !== 'complete') await withdrawErasure(ground, actor, requestId, 'asked so')
    request.open = false
    return
  }
  if (open.length >= 2) return
  const number = draw.one(OUTSIDERS)
  const includeLater = draw.chance(0.5)
  const at = await kept.tick()
  const { requestId } = await requestErasure(ground, await kept.archive.queue(), actor, {
    identities: [{ value: `+${number}` }],
    basis: 'consent-withdrawn',
    reason: 'A letter',
    reference: '',
    includeLater,
  })
  model.erasures.set(requestId, { number, at, includeLater, open: true })
}

const archive: Act = async ({ kept, model, draw }) => {
  const { ground, actor } = kept.archive
  const queue = await kept.archive.queue()
  const days = draw.chance(0.2) && model.archiveDays !== null ? null : draw.number(100, 900)
  await kept.tick()
  const [policy] = await listArchivePolicies(ground, actor)
  const period = `P${days}D`
  if (days === null) await removeArchivePolicy(ground, queue, actor, policy!.policyId)
  else if (policy) await changeArchivePolicy(ground, queue, actor, policy.policyId, { period })
  else {
    const words = { name: 'Everybody', description: '' }
    await createArchivePolicy(ground, queue, actor, { ...words, period, mailboxIds: null })
  }
  model.archiveDays = days
}

const steer: Act = async ({ kept, model, draw }) => {
  const { ground } = kept.archive
  await kept.tick()
  if (model.paused) {
    await resumeDisposition(ground, rosa, 'It is over')
    model.paused = false
  } else if (model.limit !== null) {
    await changeDispositionSettings(ground, rosa, { dailyLimit: null })
    model.limit = null
  } else if (draw.chance(0.4)) {
    await pauseDisposition(ground, rosa, 'Something is looked at')
    model.paused = true
  } else if (draw.chance(0.5)) {
    model.limit = draw.number(1, 4)
    await changeDispositionSettings(ground, rosa, { dailyLimit: model.limit })
  } else {
    model.twoPersons = !model.twoPersons
    await changeDispositionSettings(ground, rosa, { twoPersons: model.twoPersons })
  }
}

/** Each as often as it stands here. */
export const ACTS: readonly Act[] = [
  ...RULE_ACTS,
  hold,
  hold,
  hold,
  alterHold,
  alterHold,
  alterHold,
  review,
  review,
  review,
  erase,
  erase,
  archive,
  steer,
  steer,
]
