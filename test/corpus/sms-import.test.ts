/**
 * The NUS SMS corpus as a company's traffic: every message as TeleMessage's e-mail with some N+1 copies, and again as a
 * record that has lost its id. What is a duplicate, a further version, filed or unmapped is worked out here from the
 * corpus alone and compared with what the archive did.
 */
import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import PostalMime from 'postal-mime'
import { testArchive } from '../../src/testing/archive.ts'
import { requireCorpus } from '../../src/testing/requires.ts'
import { addCorpusConnector, assertWhole, importAll, isFound, keptItems, queryOf, shown } from './kept.ts'
import { type Network, serveCorpus } from './site.ts'
import { type NusMessage, readNus } from './sms-corpus.ts'
import { asEmail, asRecord, fictionalNumber, type Party, sha256, type Talk } from './talk.ts'

/** One message in so many is copied by the site. */
const COPIED = 9
const SEARCHED = 60

type Person = Party & { readonly mailbox: string | null; readonly mapped: boolean }

/** Every sender is a user of the company: a tenth without a mailbox, a third in the mapping file, the rest by e-mail. */
function peopleOf(messages: readonly NusMessage[]): Map<string, Person> {
  const people = new Map<string, Person>()
  for (const { sender } of messages) {
    if (people.has(sender)) continue
    const index = people.size
    const number = fictionalNumber(index)
    const address = `user${index}@kestrel-harbour.example`
    const lost = index % 10 === 9
    const mapped = !lost && index % 3 === 0
    people.set(sender, {
      number,
      mapped,
      mailbox: lost ? null : address,
      ...(lost || mapped ? {} : { email: address }),
    })
  }
  return people
}

function talksOf(messages: readonly NusMessage[], people: ReadonlyMap<string, Person>): Talk[] {
  const strangers = new Map<string, Party>()
  const partyOf = (name: string): Party => {
    if (name === '') return { number: '' }
    const known = people.get(name) ?? strangers.get(name)
    if (known) return known
    const stranger = { number: fictionalNumber(people.size + strangers.size) }
    strangers.set(name, stranger)
    return stranger
  }
  return messages.map(({ id, time, sender, receiver, text }) => {
    const from = partyOf(sender)
    return { id, time, from, to: [partyOf(receiver)], owner: from, userId: `user-${from.number}`, text }
  })
}

/** Equal for two messages that are one item: the source's id, and what was said by whom to whom and when. */
function sameness({ id, time, from, to, text }: Talk): string {
  const parties = [from, ...to].map(party => `${party.number} ${party.email ?? ''}`)
  return JSON.stringify([id, time, ...parties, shown(text)])
}

test('every message of the NUS corpus is kept once, readable, filed and found', async t => {
  const root = requireCorpus(t, 'sms-corpora')
  if (root === null) return
  const messages: NusMessage[] = []
  for (const path of globSync(join(root, '**/nus*.{xml,xml.gz}')).sort())
    for await (const message of readNus(path)) messages.push(message)
  assert.ok(messages.length >= 45_616, `${messages.length} messages`)
  const people = peopleOf(messages)
  const talks = talksOf(messages, people)
  const lostIds = talks.map(talk => ({ ...talk, id: '' }))
  const mails = talks.flatMap((talk, index) =>
    index % COPIED === 0
      ? [
          { talk, copy: 0 },
          { talk, copy: 1 },
        ]
      : [{ talk, copy: 0 }],
  )
  const served: Record<Network, readonly Talk[]> = {
    ENTERPRISE_NUMBER: mails.map(({ talk }) => talk),
    O2: lostIds,
  }
  const site = await serveCorpus(
    t,
    {
      ENTERPRISE_NUMBER: mails.map(
        ({ talk, copy }) =>
          () =>
            asEmail(talk, copy),
      ),
      O2: lostIds.map(talk => () => asRecord(talk)),
    },
    [...people.values()].map(({ number, email = '' }) => ({
      userId: `user-${number}`,
      mobile: number,
      email,
    })),
  )
  const archive = await testArchive(t)
  await archive.addPeople(
    `Address,Display Name\n${[...people.values()].map(({ mailbox }) => (mailbox ? `${mailbox},${mailbox}\n` : '')).join('')}`,
  )
  await archive.work()
  const mapping = [...people.values()]
    .filter(({ mapped }) => mapped)
    .map(({ number, mailbox }) => `${number},${mailbox}`)
  const mailboxOf = new Map([...people.values()].map(({ number, mailbox }) => [number, mailbox]))

  for (const network of ['ENTERPRISE_NUMBER', 'O2'] as const) {
    const connector = await addCorpusConnector(archive, site, network)
    await archive.addMapping(
      connector,
      `External User ID,Microsoft 365 User Mailbox\n${mapping.join('\n')}\n`,
    )
    const run = await importAll(archive, site, network, connector)

    const groups = new Map<string, Talk>()
    const groupOf = new Map<string, string>()
    for (const [index, talk] of served[network].entries()) {
      const key = sameness(talk)
      groups.set(key, talk)
      groupOf.set(sha256(site.original(network, index)), key)
    }
    const { counts } = run
    assert.equal(counts.itemsDuplicate, site.count(network) - groups.size)
    assert.equal(counts.itemsFailed, 0)

    const kept = new Map<string, string>()
    let unmapped = 0
    let versions = 0
    for await (const item of keptItems(archive, run)) {
      const key = groupOf.get(sha256(item.original))
      assert.ok(key, `${item.itemId} is nothing that was served`)
      assert.ok(!kept.has(key), `${item.itemId} is kept twice`)
      kept.set(key, item.itemId)
      const talk = groups.get(key)!
      assert.equal(shown((await PostalMime.parse(item.message)).text), shown(talk.text), item.itemId)
      const reached = [talk.from, ...talk.to].map(({ number }) => mailboxOf.get(number) ?? '')
      const mailboxes = [...new Set(reached.filter(address => address !== ''))].sort()
      assert.deepEqual(item.mailboxes, mailboxes.length > 0 ? mailboxes : ['unmapped'], item.itemId)
      if (item.state === 'unmapped') unmapped++
      if (item.versionOf !== null) versions++
    }
    assert.equal(kept.size, groups.size)
    assert.equal(counts.itemsUnmapped, unmapped)
    assert.ok(unmapped > 0 && unmapped < kept.size / 2, `${unmapped} of ${kept.size} are unmapped`)
    assert.equal(counts.itemsFiled, kept.size - unmapped)
    // What the corpus numbers alike and words differently is a further version; without an id nothing can be one.
    const sourceIds = new Set(served[network].map(({ id }) => id))
    assert.equal(versions, network === 'O2' ? 0 : kept.size - sourceIds.size)

    const all = [...groups]
    let searched = 0
    for (let at = 0; at < all.length; at += Math.ceil(all.length / SEARCHED)) {
      const [key, { text }] = all[at]!
      const query = queryOf(text, 'en')
      if (query === null) continue
      searched++
      assert.ok(await isFound(archive, query, kept.get(key)!), `${kept.get(key)} is not found by its words`)
    }
    assert.ok(searched > SEARCHED / 2)
    t.diagnostic(
      `${network}: ${site.count(network)} from the site, ${kept.size} kept (${unmapped} unmapped, ${versions} versions), ${counts.itemsDuplicate} duplicates`,
    )
  }
  await assertWhole(archive)
})
