/**
 * An adaptive scope's condition while it is written: with fields, as conditions of which all or any must hold and one
 * level of groups of such, or as text. Pure.
 */
import type { ScopeCondition } from '../client/client.ts'

export const OPERATORS = ['equals', 'not-equals', 'starts-with', 'not-starts-with'] as const
export type Operator = (typeof OPERATORS)[number]
export type Join = 'and' | 'or'

export type Row = {
  readonly type: 'row'
  readonly attribute: string
  readonly operator: Operator
  readonly values: readonly string[]
}
export type Group = { readonly type: 'group'; readonly join: Join; readonly rows: readonly Row[] }
export type Fields = { readonly join: Join; readonly parts: readonly (Row | Group)[] }

export const NO_ROW: Row = { type: 'row', attribute: '', operator: 'equals', values: [] }
export const NO_FIELDS: Fields = { join: 'and', parts: [NO_ROW] }

/** A condition in fields; null if it is too deep for them. */
export function fieldsOf(condition: ScopeCondition): Fields | null {
  const row = rowOf(condition)
  if (row !== null) return { join: 'and', parts: [row] }
  if (condition.type !== 'and' && condition.type !== 'or') return null
  const parts = condition.of.map(each => rowOf(each) ?? groupOf(each))
  const whole = parts.filter(part => part !== null)
  return whole.length === parts.length ? { join: condition.type, parts: whole } : null
}

function rowOf(condition: ScopeCondition): Row | null {
  if (condition.type === 'attribute') return { ...condition, type: 'row' }
  if (condition.type !== 'not' || condition.of.type !== 'attribute') return null
  const { attribute, operator, values } = condition.of
  return { type: 'row', attribute, operator: `not-${operator}`, values }
}

function groupOf(condition: ScopeCondition): Group | null {
  if (condition.type !== 'and' && condition.type !== 'or') return null
  const rows = condition.of.map(rowOf).filter(row => row !== null)
  return rows.length === condition.of.length ? { type: 'group', join: condition.type, rows } : null
}

/** The condition that fields stand for; null while one of them is unfinished, or there is none. */
export function conditionOf({ join, parts }: Fields): ScopeCondition | null {
  const of = parts.map(part => (part.type === 'row' ? conditionOfRow(part) : conditionOfGroup(part)))
  return joined(join, of)
}

const conditionOfGroup = ({ join, rows }: Group): ScopeCondition | null =>
  joined(join, rows.map(conditionOfRow))

function joined(type: Join, all: readonly (ScopeCondition | null)[]): ScopeCondition | null {
  const of = all.filter(each => each !== null)
  if (of.length === 0 || of.length < all.length) return null
  return of.length === 1 ? of[0]! : { type, of }
}

function conditionOfRow({ attribute, operator, values }: Row): ScopeCondition | null {
  const own = values.map(value => value.trim()).filter(value => value !== '')
  if (attribute === '' || own.length === 0) return null
  const isPrefix = operator === 'starts-with' || operator === 'not-starts-with'
  const condition: ScopeCondition = {
    type: 'attribute',
    attribute,
    operator: isPrefix ? 'starts-with' : 'equals',
    values: own,
  }
  return operator.startsWith('not-') ? { type: 'not', of: condition } : condition
}
