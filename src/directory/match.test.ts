import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CsvProblems } from './csv.ts'
import { aliasesAfter, type DirectoryRow, type KnownMailbox, matchRows } from './match.ts'

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'].map(name => `${name}@contoso.example`)

function row(line: number, address: string, aliases?: readonly string[]): DirectoryRow {
  const none = { displayName: 'X', activeFrom: null, activeTo: null, attributes: {} }
  return { ...none, line, address, aliases: aliases?.filter(alias => alias !== address) }
}

function mailbox(mailboxId: number, address: string, aliases: readonly string[] = []): KnownMailbox {
  return { mailboxId, address, displayName: 'X', aliases, activeFrom: null, activeTo: null, attributes: {} }
}

function match(rows: readonly DirectoryRow[], known: readonly KnownMailbox[]) {
  const problems = new CsvProblems()
  const ids = matchRows(rows, known, problems).map(found => found?.mailboxId ?? null)
  return { ids, problems: problems.listed }
}

test('a row stands for the mailbox with its address, even if another has it as an alias in the same file', () => {
  const known = [mailbox(1, 'a@x.example', ['b@x.example']), mailbox(2, 'c@x.example')]
  assert.deepEqual(match([row(2, 'c@x.example', ['b@x.example']), row(3, 'a@x.example', [])], known), {
    ids: [2, 1],
    problems: [],
  })
})

test('a person whose address changed keeps the mailbox', () => {
  const known = [mailbox(1, 'a@x.example', ['b@x.example'])]
  assert.deepEqual(match([row(2, 'b@x.example', ['a@x.example'])], known).ids, [1])
  assert.deepEqual(match([row(2, 'new@x.example', ['a@x.example'])], known).ids, [1])
  assert.deepEqual(aliasesAfter(row(2, 'b@x.example'), known[0]!), ['a@x.example'])
})

test('an address that would belong to two mailboxes is a problem in its line', () => {
  const known = [mailbox(1, 'a@x.example', ['b@x.example'])]
  assert.deepEqual(match([row(2, 'c@x.example', ['b@x.example'])], known).problems, [
    { line: 2, column: 'Aliases', reason: 'belongs to another mailbox, which the file does not mention' },
  ])
  assert.deepEqual(match([row(2, 'c@x.example'), row(3, 'c@x.example')], []).problems, [
    { line: 3, column: 'Address', reason: 'is in line 2 already' },
  ])
})

test('without problems every address ends with one mailbox, and no mailbox has two rows', () => {
  const address = fc.constantFrom(...NAMES)
  const known = fc
    .uniqueArray(address, { maxLength: 6 })
    .chain(owned => fc.tuple(fc.constant(owned), fc.array(fc.nat(2), { minLength: 6, maxLength: 6 })))
    .map(([owned, places]) => {
      // Deals the addresses out to at most three mailboxes; the first of each is the primary one.
      const hands = Map.groupBy(owned, (_, index) => places[index]!)
      return Array.from(hands, ([id, [first, ...rest]]) => mailbox(id + 1, first!, rest))
    })
  const rows = fc
    .array(fc.tuple(address, fc.option(fc.uniqueArray(address, { maxLength: 2 }), { nil: undefined })), {
      maxLength: 4,
    })
    .map(list => list.map(([primary, aliases], index) => row(index + 2, primary, aliases)))
  fc.assert(
    fc.property(rows, known, (rows, known) => {
      const problems = new CsvProblems()
      const matches = matchRows(rows, known, problems)
      if (problems.count > 0) return
      const matched = matches.filter(found => found !== null)
      assert.equal(new Set(matched).size, matched.length)
      const after = [
        ...rows.map((each, index) => [each.address, ...aliasesAfter(each, matches[index] ?? null)]),
        ...known.filter(each => !matched.includes(each)).map(each => [each.address, ...each.aliases]),
      ].flat()
      assert.equal(new Set(after).size, after.length)
    }),
    { numRuns: 1000 },
  )
})
