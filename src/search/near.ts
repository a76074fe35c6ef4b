/**
 * Nearness: one of some phrases and one of others in one field, with so many words between them at most. Pure. Fields
 * lie further apart than any distance, and parts of a long text overlap by as many words as both phrases and what is
 * between them can have, so whatever is near lies in one part.
 */
import { joined, type Plan, quote } from './plan.ts'

/** A phrase: the lexemes of which one must stand at each place. */
export type Wording = readonly (readonly string[])[]

/** Both sides in one kind of text: in the text itself, or in the names of either side's parties. */
type NearSides = { readonly left: readonly Wording[]; readonly right: readonly Wording[] }

type Value = (value: unknown) => string

/**
 * A tsquery that spells out every distance takes about 0.1 µs for each of its lexemes and each row; comparing positions
 * takes as long as 500 of these and some planning for each word of a phrase. Above the maximum there is no tsquery.
 */
const OPERANDS_CHEAP = 500
const OPERANDS_MAX = 20_000
const PLACES_CHEAP = 8

export function nearPlan(kinds: readonly NearSides[], distance: number, ordered: boolean): Plan {
  const possible = kinds
    .map(({ left, right }) => ({ left: left.filter(isPossible), right: right.filter(isPossible) }))
    .filter(({ left, right }) => left.length > 0 && right.length > 0)
  if (possible.length === 0) return { type: 'none' }
  const orders = (distance + 1) * (ordered ? 1 : 2)
  const operands = possible.reduce((sum, { left, right }) => sum + orders * (sizeOf(left) + sizeOf(right)), 0)
  const places = possible.flatMap(({ left, right }) => [...left, ...right]).flat().length / possible.length
  if (operands > OPERANDS_MAX || (operands > OPERANDS_CHEAP && places <= PLACES_CHEAP))
    return comparedPlan(possible, distance, ordered)
  const checks = possible.flatMap(({ left, right }) => [
    ...pairs(left, right, distance),
    ...(ordered ? [] : pairs(right, left, distance)),
  ])
  return { type: 'checked', tsquery: joined(possible.map(bothPresent), '|'), check: joined(checks, '|') }
}

const isPossible = (wording: Wording): boolean => wording.every(place => place.length > 0)

const sizeOf = (wordings: readonly Wording[]): number =>
  wordings.reduce((sum, places) => places.reduce((size, place) => size + place.length, sum), 0)

/** That one of each is there, wherever it stands. */
function bothPresent({ left, right }: NearSides): string {
  return joined([left, right].map(present), '&')
}

function present(wordings: readonly Wording[]): string {
  return joined(
    wordings.map(places =>
      joined(
        places.map(place => joined(place.map(quote), '|')),
        '&',
      ),
    ),
    '|',
  )
}

/** `first <N> second` for each distance. Phrases of one length at a time: an OR of several would move their ends. */
function pairs(first: readonly Wording[], second: readonly Wording[], distance: number): string[] {
  const found: string[] = []
  for (const before of byLength(first))
    for (const after of byLength(second))
      for (let words = 0; words <= distance; words++) found.push(`(${before} <${words + 1}> ${after})`)
  return found
}

function byLength(wordings: readonly Wording[]): string[] {
  return [...Map.groupBy(wordings, places => places.length).values()].map(same =>
    joined(
      same.map(places => {
        const text = places.map(place => joined(place.map(quote), '|')).join(' <-> ')
        return places.length === 1 ? text : `(${text})`
      }),
      '|',
    ),
  )
}

/** Rows that have a word of the side with fewer, in which the positions of both sides are then compared. */
function comparedPlan(kinds: readonly NearSides[], distance: number, ordered: boolean): Plan {
  const firstWords = (wordings: readonly Wording[]) => wordings.flatMap(places => places[0]!)
  const sought = kinds.flatMap(({ left, right }) => {
    const [one, other] = [firstWords(left), firstWords(right)]
    return one.length <= other.length ? one : other
  })
  return {
    type: 'set',
    tsqueries: [...new Set(sought)].map(quote),
    check: (vector, value) =>
      `(${kinds
        .map(({ left, right }) => {
          const between = (first: string, second: string) =>
            `${second}.first - ${first}.last between 1 and ${distance + 1}`
          const near = ordered
            ? between('one', 'other')
            : `(${between('one', 'other')} or ${between('other', 'one')})`
          return `exists (select from (${spans(left, vector, value)}) as one (first, last)
            join (${spans(right, vector, value)}) as other (first, last) on ${near})`
        })
        .join(' or ')})`,
  }
}

/** Where each phrase begins and ends in a vector. */
function spans(wordings: readonly Wording[], vector: string, value: Value): string {
  return wordings
    .map(places => {
      const from = places.map(
        (_, place) =>
          `unnest(${vector}) as w${place} (lexeme, positions, weights), unnest(w${place}.positions) as p${place} (at)`,
      )
      const where = places.flatMap((lexemes, place) => [
        `w${place}.lexeme = any(${value(lexemes)}::text[])`,
        ...(place === 0 ? [] : [`p${place}.at = p0.at + ${place}`]),
      ])
      return `select p0.at::integer, p${places.length - 1}.at::integer from ${from.join(', ')} where ${where.join(' and ')}`
    })
    .join(' union all ')
}
