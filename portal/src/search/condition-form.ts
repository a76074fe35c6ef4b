/** Which comparisons a property has in the builder, and how each is written. Pure. */
import type { Condition, ConditionOperator } from './condition-text.ts'

/** A comparison as the builder offers it; `within` is `:` with the name of an interval. */
export type Comparison =
  | 'is'
  | 'not'
  | 'contains'
  | 'lacks'
  | 'on'
  | 'within'
  | 'from'
  | 'after'
  | 'until'
  | 'before'
  | 'between'
  | 'least'
  | 'most'

/** A row while it is being filled in; it is written once `values` are there. */
export type Row = {
  readonly key: number
  readonly property: string
  readonly comparison: Comparison
  readonly values: readonly string[]
}

const SIGNS: Readonly<Record<Comparison, ConditionOperator>> = {
  is: ':',
  not: '<>',
  contains: ':',
  lacks: '<>',
  on: ':',
  within: ':',
  from: '>=',
  after: '>',
  until: '<=',
  before: '<',
  between: '..',
  least: '>=',
  most: '<=',
}

/** The comparisons of a property, the first for a new row. */
export function comparisonsOf({ form }: { readonly form: string }): readonly Comparison[] {
  if (form === 'date') return ['between', 'on', 'from', 'until', 'after', 'before', 'within']
  if (form === 'size' || form === 'duration') return ['least', 'most', 'between']
  return form === 'text' ? ['contains', 'lacks'] : ['is', 'not']
}

/** The row as a condition; null while a value is missing. */
export function conditionOf({ property, comparison, values }: Row): Condition | null {
  const filled = values.map(value => value.trim()).filter(value => value !== '')
  if (filled.length === 0 || (comparison === 'between' && filled.length < 2)) return null
  return { property, operator: SIGNS[comparison], values: filled }
}

/** The row that shows a condition; null if the builder has none for it, such as `size<5`. */
export function rowOf(
  condition: Condition,
  form: string,
  intervals: readonly string[],
  key: number,
): Row | null {
  const { property, operator, values } = condition
  const named = form === 'date' && operator === ':' && values.every(value => intervals.includes(value))
  const comparison = named
    ? 'within'
    : comparisonsOf({ form }).find(each => SIGNS[each] === operator && each !== 'within')
  if (comparison === undefined || (comparison !== 'between' && isSingle(comparison) && values.length > 1))
    return null
  // A date that no date field can hold (a month, a time, a zone) stays text.
  if (form === 'date' && !named && !values.every(value => /^\d{4}-\d{2}-\d{2}$/.test(value))) return null
  return { key, property, comparison, values }
}

/** Whether a comparison takes one value, or two for `between`, and not several. */
export function isSingle(comparison: Comparison): boolean {
  return !['is', 'not', 'contains', 'lacks'].includes(comparison)
}
