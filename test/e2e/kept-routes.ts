/** Routes by which what is kept could leave, each tried through the real surface. */
import assert from 'node:assert/strict'
import { systemClock } from '../../src/clock.ts'
import { expireExports } from '../../src/export/export.ts'
import { removeOrphans, removeStaged } from '../../src/pipeline/pipeline.ts'
import { finishDisposals, requestDueDisposition } from '../../src/retention/retention.ts'
import {
  addressOf,
  EVERYBODY,
  type KeptArchive,
  mappingCsv,
  numberOf,
  OUTSIDER,
  type Person,
  peopleCsv,
  wordOf,
} from './kept-archive.ts'
import { WINDOW } from './tiny-site.ts'

const DAY = 86_400_000

type Route = {
  readonly name: string
  /** Operations of the API that it goes by. */
  readonly api?: readonly string[]
  try(kept: KeptArchive): Promise<unknown>
}

const POLICY = { action: 'delete', period: 'P1D', startFrom: 'sent' } as const
const LABEL = { description: '', start: 'sent', eventTypeId: null, review: false } as const
const HOLD = { reason: 'Claim 17', note: '', link: '', query: null, days: null } as const

/** What the first rules are, by the person whose mailbox they are about. */
export type Rules = { locked: number; label: number; holds: ReadonlyMap<Person, number> }

/** Makes the rules that `PEOPLE` speaks of, and a policy by which everything else is due. */
export async function setRules(kept: KeptArchive): Promise<Rules> {
  const idOf = async <T>(key: string, method: string, path: string, body: unknown) =>
    ((await kept.act(method, path, body)) as Record<string, T>)[key] as T
  const ids = (...people: Person[]) => kept.mailboxIds(people)
  const holds = new Map<Person, number>()
  for (const person of ['anna', 'kim', 'lea', 'mia'] as const)
    holds.set(
      person,
      await idOf('holdId', 'POST', '/holds', { ...HOLD, name: person, mailboxIds: ids(person) }),
    )
  await kept.act('POST', '/holds', { ...HOLD, name: 'query', mailboxIds: ids('bo'), query: wordOf('bo') })
  await kept.act('POST', '/holds', { ...HOLD, name: 'doubt', mailboxIds: ids('cai'), query: 'curlew' })
  const retaining = (name: string, ...people: Person[]) =>
    idOf<number>('policyId', 'POST', '/retention/policies', {
      name,
      appliesTo: 'mailboxes',
      mailboxIds: ids(...people),
      action: 'retain',
      period: 'P10Y',
      startFrom: 'sent',
      enabled: true,
    })
  await retaining('Keeps', 'dana')
  const locked = await retaining('Books', 'fay')
  await kept.act('POST', `/retention/policies/${locked}/lock`, { name: 'Books' })
  const label = await idOf<number>('labelId', 'POST', '/retention/labels', {
    ...LABEL,
    name: 'Contract',
    action: 'retain',
    period: 'P10Y',
  })
  const { itemId } = kept.itemOf('erik')
  await kept.act('POST', `/retention/labels/${label}/put`, { on: { type: 'items', itemIds: [itemId] } })
  await kept.act('POST', '/retention/policies', {
    ...POLICY,
    name: 'Goes after review',
    appliesTo: 'mailboxes',
    mailboxIds: ids('jan'),
    review: true,
    enabled: true,
  })
  // Everything but what nothing deletes is due by this one.
  await kept.act('POST', '/retention/policies', {
    ...POLICY,
    name: 'Goes after a day',
    appliesTo: 'all',
    excludedIds: ids('hugo'),
    enabled: true,
  })
  await kept.settled()
  return { locked, label, holds }
}

const policyOf = (name: string, more: object) => ({
  ...POLICY,
  name,
  appliesTo: 'all',
  enabled: true,
  ...more,
})

export function routesOf(rules: Rules): Route[] {
  const items = (kept: KeptArchive, ...people: Person[]) => people.map(person => kept.itemOf(person).itemId)
  let exportId = ''
  return [
    {
      name: 'a run of disposal, by a person and by the day',
      api: ['requestDisposition'],
      try: async kept => {
        await requestDueDisposition(kept.archive.ground, await kept.archive.queue())
        await kept.dispose()
      },
    },
    {
      name: 'a review that is approved once the hold is there',
      api: ['placeHold', 'decideDispositionReviews'],
      try: async kept => {
        const { itemId, mailboxId } = kept.itemOf('jan')
        await kept.act('POST', '/disposition/pause', { reason: 'a moment' })
        await kept.act('POST', '/disposition/reviews/decide', {
          filings: [{ mailboxId, itemId }],
          decision: { act: 'approve' },
          comment: 'Looked through',
        })
        await kept.act('POST', '/holds', { ...HOLD, name: 'late', mailboxIds: [mailboxId] })
        await kept.settled()
        await kept.act('POST', '/disposition/resume', { reason: 'go on' })
        await kept.dispose()
      },
    },
    {
      name: 'leavers',
      api: ['importDirectory'],
      try: async kept => {
        await kept.act('PUT', '/directory?deactivateMissing=true', peopleCsv(['gus']))
        const [{ left }] = (await kept.archive.ground.database.query<{ left: number }>(
          `select count(*) as left from mailbox where kind = 'person' and active_to is not null`,
        )) as [{ left: number }]
        assert.equal(left, EVERYBODY.length - 1)
        await kept.dispose()
        await kept.act('PUT', '/directory', peopleCsv(['gus', 'hugo']))
      },
    },
    {
      name: 'the mapping corrected to somebody else, and replays',
      api: [
        'importCustomMapping',
        'addMappingLine',
        'changeMappingLine',
        'removeMappingLine',
        'replayUnmapped',
        'assignUnmapped',
      ],
      try: async kept => {
        const path = `/connectors/${kept.connectorId}`
        await kept.act(
          'PUT',
          `${path}/custom-mapping`,
          `External User ID,Microsoft 365 User Mailbox\r\n${numberOf('anna')},${addressOf('gus')}\r\n`,
        )
        await kept.act('POST', `${path}/mapping`, {
          externalUserId: numberOf('bo'),
          mailboxAddress: addressOf('gus'),
        })
        const { rows } = (await kept.act('GET', `${path}/mapping`)) as {
          rows: { entryId: number; revision: number }[]
        }
        for (const [index, { entryId, revision }] of rows.entries()) {
          const answer = await kept.admin.call(
            index === 0 ? 'DELETE' : 'PATCH',
            `/api${path}/mapping/${entryId}`,
            {
              headers: { 'if-match': `"${revision}"` },
              ...(index === 0 ? {} : { body: { mailboxAddress: addressOf('hugo') } }),
            },
          )
          assert.ok(answer.status < 300, answer.text)
        }
        await kept.refusal('POST', '/unmapped/assign', {
          connectorId: kept.connectorId,
          sourceUser: numberOf('anna'),
          line: { externalUserId: numberOf('anna'), mailboxAddress: addressOf('hugo') },
        })
        await kept.act('POST', '/unmapped/replay', {})
      },
    },
    {
      name: 'the same messages imported again, mapped elsewhere',
      api: ['startRun'],
      try: async kept => {
        const window = { from: new Date(WINDOW.from).toISOString(), to: new Date(WINDOW.to).toISOString() }
        await kept.act('POST', `/connectors/${kept.connectorId}/runs`, window)
        await kept.settled()
        await kept.act('PUT', `/connectors/${kept.connectorId}/custom-mapping`, mappingCsv(EVERYBODY))
        await kept.act('POST', `/connectors/${kept.connectorId}/runs`, window)
        await kept.dispose()
      },
    },
    {
      name: 'labels that delete, and label rules',
      api: [
        'createLabel',
        'changeLabel',
        'putLabel',
        'takeLabelOff',
        'retireLabel',
        'removeLabel',
        'createLabelRule',
        'changeLabelRule',
        'removeLabelRule',
      ],
      try: async kept => {
        const label = { ...LABEL, name: 'Trash', action: 'delete', period: 'P1D' }
        const { labelId } = (await kept.act('POST', '/retention/labels', label)) as { labelId: number }
        const on = { type: 'items', itemIds: items(kept, 'anna', 'bo', 'cai', 'dana', 'fay', 'kim') }
        await kept.act('POST', `/retention/labels/${labelId}/put`, { on })
        await kept.dispose()
        await kept.act('PATCH', `/retention/labels/${labelId}`, { period: 'P2D' })
        await kept.act('POST', '/retention/labels/take-off', { on })
        // What the retaining label keeps is kept when that is retired, and it cannot be removed.
        await kept.act('POST', `/retention/labels/${rules.label}/retire`)
        assert.notEqual(await kept.refusal('DELETE', `/retention/labels/${rules.label}`), 'done')
        for (const query of [null, 'sandpiper OR calls']) {
          const rule = (await kept.act('POST', '/retention/label-rules', {
            name: 'r',
            labelId,
            query,
            mailboxIds: kept.mailboxIds(EVERYBODY.filter(each => each !== 'hugo')),
          })) as { ruleId: number }
          await kept.dispose()
          await kept.act('PATCH', `/retention/label-rules/${rule.ruleId}`, { active: false })
          await kept.act('DELETE', `/retention/label-rules/${rule.ruleId}`)
        }
        await kept.dispose()
      },
    },
    {
      name: 'policies that delete, changed, turned off and removed, while others keep',
      api: [
        'createRetentionPolicy',
        'changeRetentionPolicy',
        'lockRetentionPolicy',
        'removeRetentionPolicy',
        'createAdaptiveScope',
        'changeAdaptiveScope',
        'removeAdaptiveScope',
      ],
      try: async kept => {
        const scope = (await kept.act('POST', '/retention/scopes', {
          name: 's',
          query: '"Display Name":anna',
        })) as { scopeId: number }
        const bodies = [
          policyOf('implicit', {}),
          policyOf('explicit', {
            appliesTo: 'mailboxes',
            mailboxIds: kept.mailboxIds(EVERYBODY.filter(each => each !== 'hugo')),
          }),
          policyOf('scope', { appliesTo: 'scopes', scopeIds: [scope.scopeId] }),
        ]
        bodies[0] = { ...bodies[0]!, excludedIds: kept.mailboxIds(['hugo']) } as (typeof bodies)[0]
        for (const body of bodies) {
          const { policyId } = (await kept.act('POST', '/retention/policies', body)) as { policyId: number }
          await kept.dispose()
          await kept.act('PATCH', `/retention/policies/${policyId}`, { enabled: false })
          await kept.act('DELETE', `/retention/policies/${policyId}`)
        }
        await kept.act('PATCH', `/retention/scopes/${scope.scopeId}`, { query: '"Display Name":bo' })
        await kept.act('DELETE', `/retention/scopes/${scope.scopeId}`)
        const own = `/retention/policies/${rules.locked}`
        for (const body of [{ enabled: false }, { period: 'P1D' }, { mailboxIds: [] }, { kinds: ['mms'] }])
          assert.notEqual(await kept.refusal('PATCH', own, body), 'done', JSON.stringify(body))
        assert.equal(await kept.refusal('DELETE', own), 'RETENTION_POLICY_LOCKED')
        await kept.dispose()
      },
    },
    {
      name: 'an event that deletes at once',
      api: ['recordRetentionEvent', 'withdrawRetentionEvent'],
      try: async kept => {
        const type = (await kept.act('POST', '/retention/event-types', { name: 'leaves' })) as {
          eventTypeId: number
        }
        const startFrom = 'event'
        const body = policyOf('from an event', {
          startFrom,
          eventTypeId: type.eventTypeId,
          excludedIds: kept.mailboxIds(['hugo']),
        })
        await kept.act('POST', '/retention/policies', body)
        const happened = {
          name: 'left',
          eventTypeId: type.eventTypeId,
          happenedAt: '2020-01-01T00:00:00Z',
          mailboxIds: null,
        }
        const { eventId } = (await kept.act('POST', '/retention/events', happened)) as { eventId: number }
        await kept.dispose()
        await kept.act('POST', `/retention/events/${eventId}/withdraw`)
        await kept.dispose()
      },
    },
    {
      name: 'a hold of other days, moved away, and released',
      api: ['changeHold', 'releaseHold'],
      try: async kept => {
        await kept.act('PATCH', `/holds/${rules.holds.get('kim')}`, { days: 1 })
        await kept.act('PATCH', `/holds/${rules.holds.get('lea')}`, { mailboxIds: kept.mailboxIds(['anna']) })
        await kept.act('POST', `/holds/${rules.holds.get('mia')}/release`, { reason: 'settled' })
        await kept.dispose()
      },
    },
    {
      name: 'erasure requests',
      api: ['requestErasure', 'changeErasureRequest', 'withdrawErasureRequest'],
      try: async kept => {
        const { requestId } = (await kept.act('POST', '/erasure-requests', {
          identities: [{ value: OUTSIDER }],
          basis: 'objection',
          reason: 'By letter',
          reference: '',
          includeLater: false,
        })) as { requestId: number }
        await kept.settled()
        assert.equal(await kept.isThere('hugo'), false, 'what nothing keeps is erased')
        await kept.act('PATCH', `/erasure-requests/${requestId}`, { includeLater: true })
        await kept.intact(
          ['anna', 'bo', 'cai', 'dana', 'erik', 'fay', 'jan'],
          'an erasure request that stands',
        )
        await kept.act('POST', `/erasure-requests/${requestId}/withdraw`, { reason: 'a mistake' })
      },
    },
    {
      name: 'the in-place archive',
      api: ['createArchivePolicy', 'changeArchivePolicy', 'requestArchiving', 'removeArchivePolicy'],
      try: async kept => {
        const body = { name: 'all', description: '', period: 'P1D', mailboxIds: null }
        const { policyId } = (await kept.act('POST', '/archive-policies', body)) as { policyId: number }
        await kept.intact(['anna', 'dana', 'fay'], 'moving to the archive')
        await kept.act('PATCH', `/archive-policies/${policyId}`, { period: 'P2D' })
        await kept.act('POST', '/in-place-archive/runs')
        await kept.dispose()
        await kept.act('DELETE', `/archive-policies/${policyId}`)
      },
    },
    {
      name: 'exports that are stopped, removed, and expire',
      api: ['requestExport', 'cancelExport', 'removeExport'],
      try: async kept => {
        const asked = { source: { query: 'calls' }, format: 'eml', name: 'All' }
        const make = async () =>
          ((await kept.act('POST', '/exports', asked)) as { exportId: string }).exportId
        await kept.refusal('POST', `/exports/${await make()}/cancel`)
        exportId = await make()
        const { ground } = kept.archive
        for (let left = 400; left > 0; left--) {
          const { state } = (await kept.act('GET', `/exports/${exportId}`)) as { state: string }
          if (state === 'ready') break
          // Its manifest waits for a checkpoint.
          await kept.archive.seal()
          await ground.clock.sleep(25)
        }
        await kept.act('DELETE', `/exports/${exportId}`)
        await make()
        await expireExports({
          ...ground,
          clock: { ...systemClock, now: () => systemClock.now() + 400 * DAY },
        })
      },
    },
    {
      name: 'another master key',
      api: ['changeMasterKey'],
      try: async kept => {
        const { masterKeyId } = (await kept.act('GET', '/settings/keys')) as { masterKeyId: string }
        await kept.act('POST', '/settings/keys/rotate', { masterKeyId })
      },
    },
    {
      name: 'clean-up of staging and storage, as if a year had passed',
      try: async kept => {
        const later = {
          ...kept.archive.ground,
          clock: { ...systemClock, now: () => systemClock.now() + 400 * DAY },
        }
        await removeStaged(later)
        await removeOrphans(later)
        await finishDisposals(later)
      },
    },
    {
      name: 'the connector removed',
      api: ['removeConnector'],
      try: async kept => {
        await kept.act('DELETE', `/connectors/${kept.connectorId}`)
        await kept.dispose()
      },
    },
  ]
}
