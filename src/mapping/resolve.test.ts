import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { activeAt, type Directory, type DirectoryMailbox } from '../directory/directory.ts'
import type { Participant } from '../message/message.ts'
import { comparableNumber, createResolver, type MappingEntry, type ResolverInput } from './resolve.ts'

const T = Date.UTC(2026, 10, 2)
const DAY = 86_400_000

function directoryOf(...mailboxes: DirectoryMailbox[]): Directory {
  const byAddress = new Map(mailboxes.map(mailbox => [mailbox.address, mailbox]))
  return { version: '1', mailboxes: mailboxes.length, find: address => byAddress.get(address) ?? null }
}

function mailbox(
  mailboxId: number,
  address: string,
  activeFrom: number | null = null,
  activeTo: number | null = null,
) {
  return { mailboxId, address, activeFrom, activeTo }
}

function entry(
  externalUserId: string,
  mailboxAddress: string,
  validFrom: number | null = null,
  validTo: number | null = null,
): MappingEntry {
  return {
    externalUserId,
    number: comparableNumber(externalUserId, 'GB'),
    mailboxAddress,
    validFrom,
    validTo,
    line: 2,
  }
}

function party(number: string, more: Partial<Participant> = {}): Participant {
  return { role: 'to', form: 'number', number, userId: null, emails: [], name: null, ...more }
}

function item(participants: readonly Participant[], sentAt: number | null = T, arrivedAt = T) {
  return { participants, sentAt: sentAt === null ? null : new Date(sentAt), arrivedAt: new Date(arrivedAt) }
}

function resolver(more: Partial<ResolverInput>) {
  return createResolver({
    automatic: true,
    defaultRegion: 'GB',
    domains: ['contoso.example'],
    entries: [],
    registered: [],
    directory: directoryOf(mailbox(1, 'maria@contoso.example'), mailbox(2, 'john@contoso.example')),
    ...more,
  })
}

const MARIA = '447700900101'

/** `mailbox by reason` or the failure, for each of our people. */
function outcome(resolved: ReturnType<ReturnType<typeof resolver>['resolve']>): string[] {
  return resolved.people.map(
    person => `${person.sourceUser}: ${person.failure ?? `${person.mailboxId} ${person.reason}`}`,
  )
}

suite('the order of resolution', () => {
  const both = party(MARIA, { emails: ['john@contoso.example'] })

  test('the custom mapping comes before the e-mail property', () => {
    const { resolve } = resolver({ entries: [entry(MARIA, 'maria@contoso.example')] })
    assert.deepEqual(outcome(resolve(item([both]))), [`${MARIA}: 1 custom-mapping`])
  })

  test('a custom mapping to no valid mailbox leaves the e-mail property to be tried', () => {
    for (const lost of [
      entry(MARIA, 'gone@contoso.example'),
      entry(MARIA, 'maria@contoso.example', T + 1),
      entry(MARIA, 'maria@contoso.example', null, T),
    ])
      assert.deepEqual(outcome(resolver({ entries: [lost] }).resolve(item([both]))), [
        `${MARIA}: 2 email-property`,
      ])
  })

  test('several e-mail addresses are tried in order', () => {
    const many = party(MARIA, {
      emails: ['stale@contoso.example', 'john@contoso.example', 'maria@contoso.example'],
    })
    assert.deepEqual(outcome(resolver({}).resolve(item([many]))), [`${MARIA}: 2 email-property`])
  })

  test('the user id is compared as text before the number', () => {
    const entries = [entry(MARIA, 'john@contoso.example'), entry('maria.o', 'maria@contoso.example')]
    const captured = party(MARIA, { userId: 'maria.o' })
    assert.deepEqual(outcome(resolver({ entries }).resolve(item([captured]))), [`${MARIA}: 1 custom-mapping`])
  })

  test('a number is found however the file writes it', () => {
    for (const written of [MARIA, `+${MARIA}`, '07700 900101', '+44 (0)7700 900101'])
      assert.deepEqual(
        outcome(
          resolver({ entries: [entry(written, 'maria@contoso.example')] }).resolve(item([party(MARIA)])),
        ),
        [`${MARIA}: 1 custom-mapping`],
      )
  })

  test('a login name that is a mobile number is found by the number in the file', () => {
    const { resolve } = resolver({ entries: [entry(`+${MARIA}`, 'maria@contoso.example')] })
    const captured = party('', { form: 'withheld', userId: MARIA })
    assert.deepEqual(outcome(resolve(item([captured]))), [`${MARIA}: 1 custom-mapping`])
  })

  test('a user id of digits is never completed by a prefix into the number of someone else', () => {
    const { resolve } = resolver({ entries: [entry(MARIA, 'maria@contoso.example')] })
    const other = party('', { form: 'withheld', userId: '7700900101' })
    assert.deepEqual(outcome(resolve(item([other]))), [': no-participant'])
  })

  test('without automatic mapping only the file counts', () => {
    const { resolve } = resolver({ automatic: false, entries: [entry(MARIA, 'maria@contoso.example')] })
    const john = party('447700900102', { emails: ['john@contoso.example'] })
    assert.deepEqual(outcome(resolve(item([both, john]))), [
      `${MARIA}: 1 custom-mapping`,
      '447700900102: no-mapping',
    ])
  })

  test('short codes and alphanumeric senders are mapped when the file names them, and else are outsiders', () => {
    const bank = party('HSBC', { role: 'from', form: 'alphanumeric' })
    const code = party('60777', { form: 'short-code' })
    const { resolve } = resolver({
      entries: [entry('HSBC', 'maria@contoso.example'), entry('60777', 'john@contoso.example')],
    })
    assert.deepEqual(resolve(item([bank, code])).mailboxIds, [1, 2])
    assert.deepEqual(outcome(resolver({}).resolve(item([bank, code]))), [': no-participant'])
  })
})

suite('the time of an item', () => {
  const leaver = directoryOf(mailbox(1, 'maria@contoso.example', T - 100 * DAY, T))
  const maria = party(MARIA, { emails: ['maria@contoso.example'] })

  test("a leaver's late message, sent while active, arrives in the inactive mailbox", () => {
    const { resolve } = resolver({ directory: leaver })
    assert.deepEqual(outcome(resolve(item([maria], T - 1, T + 30 * DAY))), [`${MARIA}: 1 email-property`])
    assert.deepEqual(outcome(resolve(item([maria], T, T))), [`${MARIA}: mailbox-not-active`])
    assert.deepEqual(outcome(resolve(item([maria], T - 100 * DAY - 1, T))), [`${MARIA}: mailbox-not-active`])
  })

  test('the arrival stands in for an unknown time of sending', () => {
    const { resolve } = resolver({ directory: leaver })
    assert.deepEqual(resolve(item([maria], null, T - 1)).mailboxIds, [1])
    assert.deepEqual(resolve(item([maria], null, T)).mailboxIds, [])
  })

  test('a reassigned number goes to whoever had it at the time', () => {
    const { resolve } = resolver({
      entries: [
        entry(MARIA, 'maria@contoso.example', null, T),
        entry(MARIA, 'john@contoso.example', T + DAY),
      ],
    })
    const at = (time: number) => outcome(resolve(item([party(MARIA)], time)))[0]
    assert.equal(at(T - 1), `${MARIA}: 1 custom-mapping`)
    assert.equal(at(T), `${MARIA}: no-mapping`)
    assert.equal(at(T + DAY), `${MARIA}: 2 custom-mapping`)
  })
})

suite('our people', () => {
  const registered = [{ userId: 'maria.o', number: `+${MARIA}`, email: 'Maria@contoso.example' }]
  const stranger = party('447700900999', { emails: ['someone@fabrikam.example'] })

  test('outsiders never fail and nothing is filed for them', () => {
    const resolved = resolver({}).resolve(
      item([stranger, party(MARIA, { emails: ['maria@contoso.example'] })]),
    )
    assert.deepEqual(outcome(resolved), [`${MARIA}: 1 email-property`])
    assert.deepEqual(resolved.people[0]?.participant, 1)
  })

  test('registered users fail visibly when nothing leads to a mailbox', () => {
    const none = resolver({ registered, domains: [] })
    const known = [
      party(MARIA),
      party('', { form: 'withheld', userId: 'maria.o' }),
      party('', { form: 'email', emails: ['maria@contoso.example'] }),
    ]
    const expected = [
      `${MARIA}: no-mapping`,
      'maria.o: no-mapping',
      'maria@contoso.example: 1 email-property',
    ]
    for (const [index, each] of known.entries())
      assert.deepEqual(outcome(none.resolve(item([stranger, each]))), [expected[index]])
  })

  test('the reason of a failure is the furthest that was reached', () => {
    const directory = directoryOf(mailbox(1, 'maria@contoso.example', null, T - DAY))
    const fail = (emails: string[], entries: MappingEntry[] = []) =>
      resolver({ directory, entries }).resolve(item([party(MARIA, { emails })])).people[0]?.failure
    assert.equal(fail(['gone@contoso.example']), 'mailbox-unknown')
    assert.equal(fail(['maria@contoso.example']), 'mailbox-not-active')
    assert.equal(
      fail(['gone@contoso.example'], [entry(MARIA, 'maria@contoso.example')]),
      'mailbox-not-active',
    )
    assert.equal(fail([], [entry(MARIA, 'maria@contoso.example', T + 1)]), 'no-mapping')
  })

  test('an address that the directory knows is ours, even outside our domains', () => {
    const directory = directoryOf(mailbox(7, 'partner@fabrikam.example'))
    const partner = party('447700900777', { emails: ['partner@fabrikam.example'] })
    assert.deepEqual(resolver({ directory }).resolve(item([partner])).mailboxIds, [7])
  })

  test('a subdomain or a lookalike of our domain is not our domain', () => {
    for (const email of ['a@evil.contoso.example', 'a@notcontoso.example', 'a@contoso.example.evil.example'])
      assert.deepEqual(outcome(resolver({}).resolve(item([party('447700900998', { emails: [email] })]))), [
        ': no-participant',
      ])
  })

  test('a party repeated for each of its e-mail addresses is one person', () => {
    const { resolve } = resolver({})
    const parties = [
      party(MARIA, { emails: ['gone@contoso.example'] }),
      party(MARIA, { emails: ['john@contoso.example'] }),
    ]
    assert.deepEqual(outcome(resolve(item(parties))), [`${MARIA}: 2 email-property`])
    const crowd = Array.from({ length: 40 }, (_, index) => party(`4477009002${10 + index}`))
    assert.deepEqual(outcome(resolve(item([...crowd, ...parties, ...crowd]))), [`${MARIA}: 2 email-property`])
  })

  test('two people who lead to the same mailbox make one filing', () => {
    const { resolve } = resolver({ entries: [entry('447700900103', 'maria@contoso.example')] })
    const resolved = resolve(
      item([party(MARIA, { emails: ['maria@contoso.example'] }), party('447700900103')]),
    )
    assert.equal(resolved.people.length, 2)
    assert.deepEqual(resolved.mailboxIds, [1])
  })

  test('withheld senders are told apart from nobody and nothing', () => {
    const withheld = party('', { role: 'from', form: 'withheld' })
    assert.deepEqual(outcome(resolver({ registered }).resolve(item([withheld, withheld]))), [
      ': no-participant',
    ])
    assert.deepEqual(outcome(resolver({ registered }).resolve(item([]))), [': no-participant'])
  })
})

suite('against a second implementation', () => {
  const numbers = [MARIA, '447700900102', '447700900103', '60777', 'BANK', '']
  const addresses = ['a@contoso.example', 'b@contoso.example', 'c@fabrikam.example', 'd@other.example']
  const ids = ['u1', 'u2', MARIA]
  const bound = fc.option(fc.integer({ min: 0, max: 10 }), { nil: null })
  const period = fc.tuple(bound, bound).filter(([from, to]) => from === null || to === null || from < to)
  const input: fc.Arbitrary<ResolverInput> = fc.record({
    automatic: fc.boolean(),
    defaultRegion: fc.constant('GB'),
    domains: fc.subarray(['contoso.example', 'fabrikam.example']),
    entries: fc.array(
      fc
        .tuple(
          fc.constantFrom(...numbers.slice(0, 5), ...ids, '07700 900102'),
          fc.constantFrom(...addresses),
          period,
        )
        .map(([id, address, [from, to]]) => entry(id, address, from, to)),
      { maxLength: 4 },
    ),
    registered: fc.array(
      fc.record({
        userId: fc.constantFrom(...ids),
        number: fc.constantFrom(...numbers.slice(0, 3), ''),
        email: fc.constantFrom(...addresses, ''),
      }),
      { maxLength: 2 },
    ),
    directory: fc
      .array(period, { minLength: 3, maxLength: 3 })
      .map(periods =>
        directoryOf(...periods.map(([from, to], index) => mailbox(index + 1, addresses[index]!, from, to))),
      ),
  })
  const parties = fc.array(
    fc
      .record({
        number: fc.constantFrom(...numbers),
        userId: fc.constantFrom(...ids, null, null, null),
        emails: fc.uniqueArray(fc.constantFrom(...addresses), { maxLength: 2 }),
      })
      .map(({ number, ...rest }) => party(number, rest)),
    { maxLength: 5 },
  )

  /** Reads like the rules, looks everything up anew, and knows nothing of maps or caches. */
  function naive(given: ResolverInput, participants: readonly Participant[], time: number) {
    const canonical = (number: string) => comparableNumber(number, given.defaultRegion) || number
    const identity = ({ number, emails: [email], userId }: Participant) => {
      if (number) return `number ${canonical(number)}`
      return email ? `email ${email}` : userId ? `user ${userId}` : null
    }
    const people: string[] = []
    const mailboxes = new Set<number>()
    for (const who of new Set(participants.map(identity))) {
      if (who === null) continue
      const same = participants.filter(each => identity(each) === who)
      const theirs = [
        ...same.flatMap(each => given.entries.filter(one => one.externalUserId === each.userId)),
        ...same.flatMap(each => given.entries.filter(one => one.externalUserId === each.number)),
        ...same.flatMap(each =>
          given.entries.filter(one => one.number !== '' && one.number === canonical(each.number)),
        ),
        ...same.flatMap(each => given.entries.filter(one => one.number !== '' && one.number === each.userId)),
      ]
      const emails = same.flatMap(each => each.emails)
      const ours =
        theirs.length > 0 ||
        emails.some(email => given.domains.some(domain => email.endsWith(`@${domain}`))) ||
        emails.some(email => given.directory.find(email)) ||
        given.registered.some(
          user =>
            same.some(each => each.userId === user.userId) ||
            same.some(each => each.number !== '' && canonical(each.number) === canonical(user.number)) ||
            emails.includes(user.email),
        )
      if (!ours) continue
      const valid = theirs.filter(one => time >= (one.validFrom ?? time) && time < (one.validTo ?? time + 1))
      const targets = [...valid.map(one => one.mailboxAddress), ...(given.automatic ? emails : [])]
      const found = targets.map(address => given.directory.find(address))
      const first = found.findIndex(box => box !== null && activeAt(box, time))
      const name = canonical(same[0]!.number) || same[0]!.emails[0] || same.find(each => each.userId)?.userId
      if (first === -1) {
        const why = found.some(box => box)
          ? 'mailbox-not-active'
          : found.length > 0
            ? 'mailbox-unknown'
            : 'no-mapping'
        people.push(`${name}: ${why}`)
      } else {
        mailboxes.add(found[first]!.mailboxId)
        people.push(
          `${name}: ${found[first]!.mailboxId} ${first < valid.length ? 'custom-mapping' : 'email-property'}`,
        )
      }
    }
    return { people: people.length > 0 ? people : [': no-participant'], mailboxIds: [...mailboxes] }
  }

  test('both resolve every item alike', () => {
    fc.assert(
      fc.property(
        input,
        fc.array(fc.tuple(parties, fc.integer({ min: 0, max: 11 })), { maxLength: 4 }),
        (given, items) => {
          const { resolve } = createResolver(given)
          for (const [participants, time] of items) {
            const resolved = resolve(item(participants, time))
            assert.deepEqual(
              { people: outcome(resolved), mailboxIds: resolved.mailboxIds },
              naive(given, participants, time),
            )
          }
        },
      ),
      { numRuns: 2000 },
    )
  })
})
