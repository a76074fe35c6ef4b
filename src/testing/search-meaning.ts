/**
 * Queries as trees, each with what it means of a plain item, decided by looking at the words: no hash, no position, no
 * part, no SQL. Only the division of text into words is the program's own.
 */
import fc from 'fast-check'
import { formsOfQuery } from '../search/number.ts'
import type { PartyForms, Phrase, Query, TextField } from '../search/query-tree.ts'
import type { Parties } from '../search/search.ts'
import { wordsOf } from '../search/tokenizer.ts'
import {
  DAY,
  DAYS,
  EMAILS,
  type Filing,
  FOLDERS,
  KINDS,
  NAMES,
  NUMBERS,
  type PlainItem,
  PRODUCTS,
  START,
  STATUSES,
} from './search-items.ts'

export type Scope = {
  readonly mailboxIds: number[] | null
  readonly connectorIds: number[] | null
  readonly folders: string[] | null
}

export type Meaning = { readonly query: Query; test(item: PlainItem, scope: Scope): boolean }

/** The words of each text of an item, one array a text, divided once. */
const fieldsOf = (() => {
  const known = new WeakMap<PlainItem, Record<TextField, string[][]>>()
  return (item: PlainItem) => {
    let fields = known.get(item)
    if (!fields) {
      const { text } = item.input
      const subject = [wordsOf(text.subject)]
      const body = [wordsOf(text.body)]
      const names = text.attachmentNames.map(wordsOf)
      const other = [text.groupName ?? '', ...text.names, ...text.attachmentTexts].map(wordsOf)
      fields = { subject, body, 'attachment-name': names, any: [...subject, ...body, ...names, ...other] }
      known.set(item, fields)
    }
    return fields
  }
})()

/** The same words as one text, in which a phrase is looked for as letters. */
const joined = new WeakMap<readonly string[], string>()

const namesOf = (parties: Parties) => parties.names.map(wordsOf)

function contains(words: readonly string[], { words: phrase, prefix }: Phrase): boolean {
  let text = joined.get(words)
  if (text === undefined) {
    text = ` ${words.join(' ')} `
    joined.set(words, text)
  }
  return text.includes(` ${phrase.join(' ')}${prefix ? '' : ' '}`)
}

/** Where a phrase stands in words: first and last place. */
function spansIn(words: readonly string[], phrase: Phrase): [number, number][] {
  if (!contains(words, phrase)) return []
  const spans: [number, number][] = []
  const last = phrase.words.length - 1
  const isAt = (word: string, index: number, at: number) =>
    phrase.prefix && index === last ? words[at + index]!.startsWith(word) : words[at + index] === word
  for (let at = 0; at + last < words.length; at++)
    if (phrase.words.every((word, index) => isAt(word, index, at))) spans.push([at, at + last])
  return spans
}

const isIn = (texts: readonly string[][], phrase: Phrase) => texts.some(words => contains(words, phrase))

/** Names of each side are looked into apart, as fields of their own. */
const everywhere = (item: PlainItem) => [
  ...fieldsOf(item).any,
  ...namesOf(item.input.from),
  ...namesOf(item.input.to),
]

const phraseAt = (words: string[], prefix = false): Phrase => ({ words, prefix, at: 0 })
const nobody: Omit<PartyForms, 'words'> = {
  prefix: false,
  at: 0,
  numbers: [],
  address: null,
  domain: null,
  person: null,
}

/** Meanings over these items: the words that are asked for stand in them. */
export function meanings(items: readonly PlainItem[]): fc.Arbitrary<Meaning> {
  /** Some words in a row, out of a text of an item, wherever a part of it may end. */
  const taken = (lengthMax: number): fc.Arbitrary<string[]> =>
    fc
      .tuple(fc.constantFrom(...items), fc.nat(), fc.nat(), fc.integer({ min: 1, max: lengthMax }))
      .map(([item, text, place, length]) => {
        const texts = everywhere(item).filter(words => words.length > 0)
        if (texts.length === 0) return ['lunch']
        const words = texts[text % texts.length]!
        const at = place % words.length
        return words.slice(at, at + length)
      })
  const phrase = fc
    .tuple(
      fc.oneof({ weight: 9, arbitrary: taken(4) }, { weight: 1, arbitrary: taken(60) }),
      fc.option(fc.integer({ min: 1, max: 4 }), { nil: null, freq: 2 }),
    )
    .map(([words, cut]): Phrase => {
      if (cut === null) return phraseAt(words)
      const beginning = Array.from(words.at(-1)!).slice(0, cut).join('')
      return phraseAt([...words.slice(0, -1), beginning], true)
    })
  const text: fc.Arbitrary<Meaning> = fc
    .tuple(phrase, fc.constantFrom<TextField>('any', 'any', 'any', 'subject', 'body', 'attachment-name'))
    .map(([each, field]) => ({
      query: {
        type: 'text',
        field,
        phrases: [each],
        party: field === 'any' ? { ...nobody, ...each } : null,
      },
      test: item =>
        field === 'any'
          ? isIn(everywhere(item), each) ||
            (each.prefix &&
              [item.input.from, item.input.to].some(side => isIn(side.emails.map(wordsOf), each)))
          : isIn(fieldsOf(item)[field], each),
    }))
  const near: fc.Arbitrary<Meaning> = fc
    .tuple(
      fc.array(phrase, { minLength: 1, maxLength: 2 }),
      fc.array(phrase, { minLength: 1, maxLength: 2 }),
      fc.integer({ min: 0, max: 12 }),
      fc.boolean(),
    )
    .map(([left, right, distance, ordered]) => {
      const short = (phrases: Phrase[]) => phrases.map(each => ({ ...each, words: each.words.slice(-3) }))
      const [one, other] = [short(left), short(right)]
      const between = (first: [number, number], second: [number, number]) =>
        second[0] - first[1] >= 1 && second[0] - first[1] <= distance + 1
      return {
        query: { type: 'near', left: one, right: other, distance, ordered },
        test: item =>
          everywhere(item).some(words => {
            const [lefts, rights] = [one, other].map(side => side.flatMap(each => spansIn(words, each)))
            return lefts!.some(a => rights!.some(b => between(a, b) || (!ordered && between(b, a))))
          }),
      }
    })
  const leaf = fc.oneof(
    { weight: 8, arbitrary: text },
    { weight: 4, arbitrary: near },
    { weight: 4, arbitrary: party },
    { weight: 4, arbitrary: metadata(items) },
  )
  return fc.letrec<{ query: Meaning; all: Meaning; any: Meaning; not: Meaning }>(tie => ({
    query: fc.oneof({ maxDepth: 4, depthSize: 'medium' }, leaf, tie('all'), tie('any'), tie('not')),
    all: fc.array(tie('query'), { minLength: 2, maxLength: 3 }).map(of => ({
      query: { type: 'and', of: of.map(each => each.query) },
      test: (item, scope) => of.every(each => each.test(item, scope)),
    })),
    any: fc.array(tie('query'), { minLength: 2, maxLength: 3 }).map(of => ({
      query: { type: 'or', of: of.map(each => each.query) },
      test: (item, scope) => of.some(each => each.test(item, scope)),
    })),
    not: tie('query').map(of => ({
      query: { type: 'not', of: of.query },
      test: (item, scope) => !of.test(item, scope),
    })),
  })).query
}

const party: fc.Arbitrary<Meaning> = fc
  .tuple(
    fc.constantFrom('from', 'to', 'any'),
    fc.oneof(
      fc.tuple(fc.constantFrom(...NUMBERS), fc.nat()).map(([[digits, written], way]) => ({
        forms: { ...nobody, words: [], numbers: formsOfQuery(written[way % written.length]!) },
        is: (side: Parties) => side.numbers.includes(digits),
      })),
      fc.constantFrom(...EMAILS).map(address => ({
        forms: { ...nobody, words: wordsOf(address), address },
        is: (side: Parties) => side.emails.includes(address),
      })),
      fc.constantFrom('contoso.example', 'fabrikam.example').map(domain => ({
        forms: { ...nobody, words: wordsOf(domain), domain },
        is: (side: Parties) => side.emails.some(email => email.endsWith(`@${domain}`)),
      })),
      fc
        .tuple(fc.constantFrom(...NAMES, ...EMAILS), fc.nat(), fc.integer({ min: 1, max: 5 }), fc.boolean())
        .map(([name, from, cut, prefix]) => {
          const words = wordsOf(name)
          const rest = words.slice(from % words.length)
          const last = Array.from(rest.at(-1)!).slice(0, cut).join('')
          const forms = { ...nobody, words: prefix ? [...rest.slice(0, -1), last] : rest, prefix }
          return {
            forms,
            is: (side: Parties) =>
              isIn(namesOf(side), forms) || (prefix && isIn(side.emails.map(wordsOf), forms)),
          }
        }),
    ),
  )
  .map(([role, { forms, is }]) => ({
    query: { type: 'party', role, party: forms },
    test: ({ input }) => (role === 'any' ? [input.from, input.to] : [input[role]]).some(is),
  }))

const within = (value: number | null, from: number | null, to: number | null) =>
  value !== null && (from === null || value >= from) && (to === null || value < to)

const isVisible = (filing: Filing, { mailboxIds }: Scope) =>
  !filing.hidden && (mailboxIds === null || mailboxIds.includes(filing.mailboxId))

function metadata(items: readonly PlainItem[]): fc.Arbitrary<Meaning> {
  const bound = (max: number) => fc.option(fc.integer({ min: 0, max }), { nil: null, freq: 3 })
  const moment = bound(DAYS * 24).map(hour => (hour === null ? null : START + hour * (DAY / 24)))
  return fc.oneof(
    fc
      .constantFrom(...KINDS, 'event')
      .map((kind): Meaning => ({ query: { type: 'kind', kind }, test: item => item.input.kind === kind })),
    fc.constantFrom('in' as const, 'out' as const).map(
      (direction): Meaning => ({
        query: { type: 'direction', direction },
        test: item => item.input.direction === direction,
      }),
    ),
    fc.integer({ min: 1, max: 4 }).map(
      (connectorId): Meaning => ({
        query: { type: 'connector', connectorId },
        test: item => item.input.connectorId === connectorId,
      }),
    ),
    fc.constantFrom('o2', 'signal').map(
      (product): Meaning => ({
        query: { type: 'product', products: [product] },
        test: item => PRODUCTS[item.input.connectorId - 1] === product,
      }),
    ),
    fc.integer({ min: 3, max: 8 }).map(
      (mailboxId): Meaning => ({
        query: { type: 'mailbox', mailbox: String(mailboxId), at: 0 },
        test: item => item.input.mailboxIds.includes(mailboxId),
      }),
    ),
    fc.constantFrom(...FOLDERS, 'ÄRENDEN', 'no such folder').map(
      (folder): Meaning => ({
        query: { type: 'folder', folder, at: 0 },
        test: (item, scope) =>
          item.filings.some(
            filing => isVisible(filing, scope) && filing.folder.toLowerCase() === folder.toLowerCase(),
          ),
      }),
    ),
    fc.tuple(fc.constantFrom('sent' as const, 'received' as const, 'imported' as const), moment, moment).map(
      ([property, from, to]): Meaning => ({
        query: { type: 'time', property, period: { from, to } },
        test: item =>
          within(
            property === 'imported' ? item.importedAt : (item.input.sentAt?.getTime() ?? null),
            from,
            to,
          ),
      }),
    ),
    fc.tuple(bound(5000), bound(5000)).map(
      ([from, to]): Meaning => ({
        query: { type: 'range', property: 'size', from, to },
        test: item => within(item.size, from, to),
      }),
    ),
    fc.tuple(bound(600), bound(600)).map(
      ([from, to]): Meaning => ({
        query: { type: 'range', property: 'duration', from, to },
        test: item => within(item.seconds, from, to),
      }),
    ),
    fc.boolean().map(
      (has): Meaning => ({
        query: { type: 'has-attachment', has },
        test: item => item.input.text.attachmentNames.length > 0 === has,
      }),
    ),
    fc.constantFrom(...items).map(
      ({ conversation }): Meaning => ({
        query: { type: 'conversation', conversation },
        test: item => item.conversation === conversation,
      }),
    ),
    fc.constantFrom(...STATUSES).map(
      (status): Meaning => ({
        query: { type: 'call-status', status },
        test: item => item.callStatus === status,
      }),
    ),
  )
}

/** What a search may be limited to. */
export const scopes: fc.Arbitrary<Scope> = fc.record({
  mailboxIds: seldom(fc.subarray([3, 4, 5, 6, 7, 8])),
  connectorIds: seldom(fc.subarray([1, 2, 3])),
  folders: seldom(fc.subarray([...FOLDERS])),
})

function seldom<T>(limit: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: limit })
}

/** Whether an item is in a scope at all. */
export function isWithin(item: PlainItem, scope: Scope): boolean {
  const { mailboxIds, connectorIds, folders } = scope
  const visible = item.filings.filter(filing => isVisible(filing, scope))
  return (
    (mailboxIds === null || visible.length > 0) &&
    (connectorIds === null || connectorIds.includes(item.input.connectorId)) &&
    (folders === null || visible.some(filing => folders.includes(filing.folder)))
  )
}
