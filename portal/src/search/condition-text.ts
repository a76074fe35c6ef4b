/**
 * Conditions as text and back. The builder keeps nothing of its own: what it shows is read out of the query, so that
 * query and rows cannot disagree, and whoever edits the query by hand sees the rows follow. Pure.
 *
 * A query with conditions is `(keywords) AND (condition) AND NOT (condition)`. What this cannot read as conditions
 * counts as keywords and is left as it stands.
 */
import { quoted } from './query-completion.ts'

export type ConditionOperator = ':' | '<>' | '>' | '>=' | '<' | '<=' | '..'

export type Condition = {
  readonly property: string
  readonly operator: ConditionOperator
  /** Any of them; of `..` the first and the last. */
  readonly values: readonly string[]
}

export type Divided = { readonly keywords: string; readonly conditions: readonly Condition[] }

const ITEM = /^([A-Za-z]+)(:|>=|<=|>|<)(?:"([^"\u201C-\u201F]*)"|([^\s()"\u201C-\u201F]+))$/
/** Properties whose values may be a range. */
const RANGED = new Set(['sent', 'received', 'imported', 'size', 'duration'])

/** One condition as text, in parentheses. */
export function conditionText({ property, operator, values }: Condition): string {
  if (operator === '..') return `(${property}:${values[0]}..${values[1]})`
  const sign = operator === '<>' ? ':' : operator
  const any = `(${values.map(value => `${property}${sign}${quoted(value)}`).join(' OR ')})`
  return operator === '<>' ? `NOT ${any}` : any
}

/** Keywords and conditions as one query. */
export function joined({ keywords, conditions }: Divided): string {
  const texts = conditions.map(conditionText)
  if (keywords.trim() === '') return texts.join(' AND ')
  return texts.length === 0 ? keywords : [`(${keywords.trim()})`, ...texts].join(' AND ')
}

/** What of a query the builder can show as conditions, and the rest. */
export function divided(text: string, properties: ReadonlySet<string>): Divided {
  const whole: Divided = { keywords: text, conditions: [] }
  const parts = topLevel(text)
  if (parts === null) return whole
  const conditions: Condition[] = []
  while (parts.length > 0) {
    const condition = readCondition(parts.at(-1)!, properties)
    if (condition === null) break
    conditions.unshift(condition)
    parts.pop()
  }
  if (conditions.length === 0) return whole
  const rest = parts.join(' AND ').trim()
  return { keywords: isWrapped(rest) ? rest.slice(1, -1).trim() : rest, conditions }
}

/** The parts that AND joins outside quotation marks and parentheses; null where the text has something looser there. */
function topLevel(text: string): string[] | null {
  const parts: string[] = []
  let begin = 0
  let depth = 0
  let quote = false
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]!
    if (/["\u201C-\u201F]/.test(letter)) quote = !quote
    else if (quote) continue
    else if (letter === '(') {
      if (depth === 0 && /^\(c:[cs]\)/i.test(text.slice(at, at + 5))) return null
      depth++
    } else if (letter === ')') {
      if (--depth < 0) return null
    } else if (depth > 0 || !/^[\s)"\u201C-\u201F]?$/.test(text[at - 1] ?? '')) continue
    else if (/^OR(?=[\s("]|$)/.test(text.slice(at, at + 3))) return null
    else if (/^AND(?=[\s("]|$)/.test(text.slice(at, at + 4))) {
      parts.push(text.slice(begin, at).trim())
      begin = at + 3
      at += 2
    }
  }
  if (quote || depth !== 0) return null
  parts.push(text.slice(begin).trim())
  return parts
}

function isWrapped(text: string): boolean {
  if (!text.startsWith('(') || !text.endsWith(')')) return false
  let depth = 0
  let quote = false
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]!
    if (/["\u201C-\u201F]/.test(letter)) quote = !quote
    else if (!quote && letter === '(') depth++
    else if (!quote && letter === ')' && --depth === 0) return at === text.length - 1
  }
  return false
}

function readCondition(text: string, properties: ReadonlySet<string>): Condition | null {
  const negative = /^NOT\s/.test(text)
  const group = negative ? text.slice(4).trim() : text
  if (!isWrapped(group)) return null
  const items = itemsOf(group.slice(1, -1))
  const [first] = items
  if (!first || !properties.has(first.property)) return null
  if (items.some(item => item.property !== first.property || item.sign !== first.sign)) return null
  const values = items.map(item => item.value)
  if (first.sign !== ':') {
    return negative || values.length > 1 ? null : { property: first.property, operator: first.sign, values }
  }
  const range = first.value.split('..')
  if (RANGED.has(first.property) && range.length > 1) {
    const [from, to] = range as [string, string]
    if (negative || items.length > 1 || range.length > 2 || from === '' || to === '') return null
    return { property: first.property, operator: '..', values: [from, to] }
  }
  return { property: first.property, operator: negative ? '<>' : ':', values }
}

type Item = {
  readonly property: string
  readonly sign: ':' | '>' | '>=' | '<' | '<='
  readonly value: string
}

/** The items that OR joins; none if something else is there. */
function itemsOf(text: string): Item[] {
  const items: Item[] = []
  let expected = true
  for (const part of text.match(/(?:[^\s"\u201C-\u201F]|"[^"\u201C-\u201F]*")+/g) ?? []) {
    const match = expected ? ITEM.exec(part) : null
    if (match) {
      const value = match[3] ?? match[4]!
      items.push({ property: match[1]!.toLowerCase(), sign: match[2] as Item['sign'], value })
    } else if (expected || part !== 'OR') return []
    expected = !expected
  }
  return expected ? [] : items
}
