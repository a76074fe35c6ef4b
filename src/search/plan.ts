/**
 * What a query comes to, and the SQL of it. Pure.
 *
 * A short item has one row (part 0), so the whole query is one condition on a row; that is nearly all of them, and
 * mostly one `tsquery`, answered inside the GIN index. A long item has parts 1 and up, and a condition such as "this
 * word and that one" may be met by two different parts. There the query is evaluated by sets of items: what holds if
 * it holds in some part (a word, a phrase, an OR of these, with metadata, which every part has alike) is asked of
 * parts; AND, OR and NOT over these are INTERSECT, UNION and EXCEPT of items. Every part of a long item has the lexeme
 * `x:`, so the sets are found in the index and are empty where there are no long items.
 *
 * What is true of an item and not of a part (its size, its folder, a beginning with many words) is a semi-join. Where
 * such a set stands under an OR or NOT, short items are evaluated by sets too: a semi-join there would be a look-up for
 * each row, and of a large set a scan for each.
 */
import { HoldfastError } from '../errors.ts'
import { MULTIPART_LEXEME } from './lexeme.ts'

/** Writes a value as a parameter. */
type Value = (value: unknown) => string

export type Plan =
  | { readonly type: 'and' | 'or'; readonly of: readonly Plan[] }
  | { readonly type: 'not'; readonly of: Plan }
  /** `part` is true where it may hold in one part of an item and not in another. */
  | { readonly type: 'lexemes'; readonly tsquery: string; readonly part: boolean }
  /** In some part: found in the index by the one, and then looked at by the other, which would be slow there. */
  | { readonly type: 'checked'; readonly tsquery: string; readonly check: string }
  /** Some part fulfils one of these, and what else is asked of a vector. */
  | {
      readonly type: 'set'
      readonly tsqueries: readonly string[]
      readonly check: ((vector: string, value: Value) => string) | null
    }
  | { readonly type: 'ids'; readonly from: string | null; readonly before: string | null }
  /** Only these items. */
  | { readonly type: 'among'; readonly itemIds: readonly string[] }
  /** A statement's FROM and WHERE that has a row for the item whose id is the column named. */
  | { readonly type: 'exists'; readonly where: (itemId: string, value: Value) => string }
  | { readonly type: 'all' | 'none' }

/** A statement that gives the item_id of each hit, once, in no order. */
export type CompiledQuery = { readonly sql: string; readonly values: readonly unknown[] }

export const quote = (lexeme: string): string => `'${lexeme}'`

/** A tsquery of terms, one of which must hold (or all), as a tree of little depth: the server evaluates recursively. */
export function joined(terms: readonly string[], operator: '|' | '&'): string {
  if (terms.length === 1) return terms[0]!
  const middle = terms.length >> 1
  return `(${joined(terms.slice(0, middle), operator)} ${operator} ${joined(terms.slice(middle), operator)})`
}

/** The hits of a plan. */
export function writePlan(plan: Plan): CompiledQuery {
  const writer = new SqlWriter()
  if (hasHiddenSet(plan)) return { sql: writer.items(plan, []), values: writer.values }
  const short = `select item_id from search_entry where part = 0 and ${writer.condition(plan)}`
  const multipart: Plan = { type: 'lexemes', tsquery: quote(MULTIPART_LEXEME), part: false }
  const long = writer.items(plan, [multipart])
  return { sql: `${short} union all (${long})`, values: writer.values }
}

function hasSet(plan: Plan): boolean {
  if (plan.type === 'not') return hasSet(plan.of)
  if (plan.type === 'and' || plan.type === 'or') return plan.of.some(hasSet)
  return plan.type === 'set'
}

/** True where a set stands elsewhere than among the terms of the uppermost AND. */
function hasHiddenSet(plan: Plan): boolean {
  if (plan.type === 'and') return plan.of.some(part => part.type !== 'set' && hasSet(part))
  return plan.type !== 'set' && hasSet(plan)
}

/** True where the plan holds in each part of an item or in none, and one condition can say so. */
function isConstant(plan: Plan): boolean {
  if (plan.type === 'lexemes') return !plan.part
  if (plan.type === 'checked') return false
  if (plan.type === 'not') return isConstant(plan.of) && !hasSet(plan.of)
  if (plan.type === 'or') return plan.of.every(part => isConstant(part) && !hasSet(part))
  if (plan.type === 'and') return plan.of.every(isConstant)
  return true
}

/** True where an item fulfils the plan exactly if some part does, and one condition can say so. */
function isOfSomePart(plan: Plan): boolean {
  if (plan.type === 'or') return plan.of.every(part => isOfSomePart(part) && !hasSet(part))
  if (plan.type === 'and') {
    return plan.of.every(isOfSomePart) && plan.of.filter(part => !isConstant(part)).length <= 1
  }
  return plan.type === 'lexemes' || plan.type === 'checked' || isConstant(plan)
}

/** What is asked again of each set that is combined, to make it small; of more, a set of its own is made. */
const FRAME_MAX = 32

/** How many conditions a plan comes to. */
function sizeOf(plan: Plan): number {
  if (plan.type === 'not') return sizeOf(plan.of)
  return plan.type === 'and' || plan.type === 'or' ? plan.of.reduce((sum, part) => sum + sizeOf(part), 0) : 1
}

class SqlWriter {
  readonly values: unknown[] = []
  /** A value that is written again is the same parameter; of one type, since what is cast differently looks different. */
  readonly #written = new Map<unknown, string>()

  /** A condition on one row of search_entry. */
  condition(plan: Plan): string {
    const tsquery = this.#tsquery(plan)
    if (tsquery !== null) return `vector @@ ${this.#value(tsquery)}::tsquery`
    switch (plan.type) {
      case 'ids': {
        const bounds: string[] = []
        if (plan.from !== null) bounds.push(`item_id >= ${this.#value(plan.from)}::uuid`)
        if (plan.before !== null) bounds.push(`item_id < ${this.#value(plan.before)}::uuid`)
        return bounds.length === 0 ? 'true' : `(${bounds.join(' and ')})`
      }
      case 'among':
        return `item_id = any(${this.#value(plan.itemIds)}::uuid[])`
      case 'checked':
        // The function and not its operator, which the index would be asked for.
        return `(vector @@ ${this.#value(plan.tsquery)}::tsquery and ts_match_vq(vector, ${this.#value(plan.check)}::tsquery))`
      case 'set':
        return `item_id in (${this.#set(plan)})`
      case 'exists':
        return `exists (select ${plan.where('search_entry.item_id', value => this.#value(value))})`
      case 'none':
        return 'false'
      case 'not':
        return `not (${this.condition(plan.of)})`
      case 'and':
      case 'or': {
        // What the index can answer goes to it as one.
        const indexed: Plan[] = []
        const others: Plan[] = []
        for (const part of plan.of) (this.#tsquery(part) === null ? others : indexed).push(part)
        const conditions = others.map(part => this.condition(part))
        if (indexed.length > 0) conditions.unshift(this.condition({ type: plan.type, of: indexed }))
        if (conditions.length === 0) return String(plan.type === 'and')
        return `(${conditions.join(` ${plan.type} `)})`
      }
      default:
        return 'true'
    }
  }

  /**
   * One look into the index for each of the alternatives. What else is asked of a row is asked once. OFFSET 0 keeps the
   * set whole: the planner, which knows little of tsqueries, would rather try every alternative on each row.
   */
  #set({ tsqueries, check }: Extract<Plan, { type: 'set' }>): string {
    const found = (columns: string) => `select ${columns}
      from unnest(${this.#value(tsqueries)}::text[]::tsquery[]) as sought (tsquery)
      join search_entry as entry on entry.vector @@ sought.tsquery offset 0`
    if (check === null) return `select item_id from (${found('entry.item_id')}) as found`
    return `select entry.item_id from (${found('distinct entry.item_id, entry.part')}) as found
      join search_entry as entry on entry.item_id = found.item_id and entry.part = found.part
      where ${check('entry.vector', value => this.#value(value))} offset 0`
  }

  /** The plan as one tsquery, or null if it is more than that. */
  #tsquery(plan: Plan): string | null {
    if (plan.type === 'lexemes') return plan.tsquery
    if (plan.type === 'not') {
      const of = this.#tsquery(plan.of)
      return of === null ? null : `!(${of})`
    }
    if (plan.type !== 'and' && plan.type !== 'or') return null
    const terms: string[] = []
    for (const part of plan.of) {
      const term = this.#tsquery(part)
      if (term === null) return null
      terms.push(term)
    }
    return terms.length === 0 ? null : joined(terms, plan.type === 'and' ? '&' : '|')
  }

  /** A select of the items that fulfil the plan, each once. `frame` holds in every part looked at. */
  items(plan: Plan, frame: readonly Plan[]): string {
    if (isOfSomePart(plan)) {
      const all: Plan = { type: 'and', of: [...frame, ...(plan.type === 'and' ? plan.of : [plan])] }
      return `select distinct item_id from search_entry where ${this.condition(all)}`
    }
    if (plan.type === 'not')
      return `(${this.items({ type: 'all' }, frame)}) except (${this.items(plan.of, frame)})`
    if (plan.type === 'or') {
      const isSimple = (part: Plan) => isOfSomePart(part) && !hasSet(part)
      const simple = plan.of.filter(isSimple)
      const sets = plan.of.filter(part => !isSimple(part)).map(part => this.items(part, frame))
      if (simple.length > 0) sets.unshift(this.items({ type: 'or', of: simple }, frame))
      return sets.map(set => `(${set})`).join(' union ')
    }
    if (plan.type !== 'and')
      throw new HoldfastError('INTERNAL', 'a search plan that is neither simple nor composed')
    const constant = plan.of.filter(isConstant)
    // Conditions repeated in every set would grow as the square of the query.
    const isRepeated = [...frame, ...constant].reduce((sum, part) => sum + sizeOf(part), 0) <= FRAME_MAX
    const inner = isRepeated ? [...frame, ...constant] : frame
    const wanted = plan.of.filter(part => !isConstant(part) && part.type !== 'not')
    const unwanted = plan.of.filter(part => !isConstant(part) && part.type === 'not')
    const sets = wanted.map(part => this.items(part, inner))
    if (!isRepeated && constant.length > 0) sets.unshift(this.items({ type: 'and', of: constant }, frame))
    if (sets.length === 0) sets.push(this.items({ type: 'all' }, inner))
    const met = sets.map(set => `(${set})`).join(' intersect ')
    return unwanted.reduce(
      (set, part) => `(${set}) except (${this.items((part as { of: Plan }).of, inner)})`,
      met,
    )
  }

  #value(value: unknown): string {
    let place = this.#written.get(value)
    if (place === undefined) {
      place = `$${this.values.push(value)}`
      this.#written.set(value, place)
    }
    return place
  }
}
