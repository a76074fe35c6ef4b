/**
 * The condition of an adaptive scope: what the directory says of a mailbox. As a tree, which the database asks by itself
 * (migrations/0017-retention.sql), and as text in the manner of KQL:
 *
 *     Department:Sales AND (Country:SE OR Country:(NO, "United Kingdom")) AND NOT "Job Title":Assist*
 *
 * Attributes are the further columns of the directory's file, and its Address and Display Name. Upper and lower case are
 * the same. Pure.
 */
import { HoldfastError } from '../errors.ts'

export type ScopeCondition =
  | { readonly type: 'and' | 'or'; readonly of: readonly ScopeCondition[] }
  | { readonly type: 'not'; readonly of: ScopeCondition }
  /** Any of the values: the whole of what the directory says, or its beginning. */
  | {
      readonly type: 'attribute'
      readonly attribute: string
      readonly operator: (typeof SCOPE_OPERATORS)[number]
      readonly values: readonly string[]
    }

export const SCOPE_OPERATORS = ['equals', 'starts-with'] as const

/** Of conditions in a tree, of levels, of values in a condition, of letters in a value and in the text. */
const SCOPE_LIMITS = Object.freeze({
  conditions: 50,
  levels: 8,
  values: 200,
  value: 256,
  query: 4_000,
})

const invalid = (why: string): HoldfastError => new HoldfastError('ADAPTIVE_SCOPE_INVALID', why)

/** The tree in its kept form; ADAPTIVE_SCOPE_INVALID for one that is empty, too deep or too large. */
export function checkCondition(condition: ScopeCondition): ScopeCondition {
  let conditions = 0
  const check = (node: ScopeCondition, level: number): ScopeCondition => {
    if (level > SCOPE_LIMITS.levels) throw invalid(`a condition has at most ${SCOPE_LIMITS.levels} levels`)
    if (node.type === 'not') return { type: 'not', of: check(node.of, level + 1) }
    if (node.type !== 'attribute') {
      const of = node.of.map(each => check(each, level + 1))
      if (of.length === 0)
        throw invalid('a condition that is empty would be met by everybody: say what is to be met')
      return of.length === 1 ? of[0]! : { type: node.type, of }
    }
    if (++conditions > SCOPE_LIMITS.conditions)
      throw invalid(`a condition asks for at most ${SCOPE_LIMITS.conditions} attributes`)
    const attribute = plain(node.attribute)
    const values = [...new Set(node.values.map(plain))]
    if (attribute === '') throw invalid('an attribute is missing')
    if (values.length === 0 || (node.operator === 'equals' && values.includes('')))
      throw invalid('a value is missing')
    if (values.length > SCOPE_LIMITS.values)
      throw invalid(`an attribute has at most ${SCOPE_LIMITS.values} values to choose from`)
    if ([attribute, ...values].some(text => text.length > SCOPE_LIMITS.value))
      throw invalid(`attributes and values have at most ${SCOPE_LIMITS.value} characters`)
    return { type: 'attribute', attribute, operator: node.operator, values }
  }
  return check(condition, 1)
}

const plain = (text: string): string => text.normalize('NFC').replaceAll('"', '').replace(/\s+/g, ' ').trim()

/** The tree as text, which `parseCondition` reads into the same tree. */
export function formatCondition(condition: ScopeCondition): string {
  if (condition.type === 'attribute') {
    const star = condition.operator === 'starts-with' ? '*' : ''
    const values = condition.values.map(value => quoted(value, star))
    return `${quoted(condition.attribute, '')}:${values.length === 1 ? values[0] : `(${values.join(', ')})`}`
  }
  const part = (node: ScopeCondition) =>
    node.type === 'and' || node.type === 'or' ? `(${formatCondition(node)})` : formatCondition(node)
  if (condition.type === 'not') return `NOT ${part(condition.of)}`
  return condition.of.map(part).join(condition.type === 'and' ? ' AND ' : ' OR ')
}

function quoted(text: string, star: string): string {
  return /^[^\s"():,*]+$/.test(text) && !/^(AND|OR|NOT)$/.test(text)
    ? text + star
    : text === ''
      ? star
      : `"${text}"${star}`
}

const TOKEN = /\s+|"([^"]*)"|([():,*])|([^\s"():,*]+)/y

type Token = { readonly text: string; readonly quoted: boolean; readonly at: number }

/** Reads the text; ADAPTIVE_SCOPE_INVALID says where it is wrong, and quotes nothing of it. */
export function parseCondition(text: string): ScopeCondition {
  if (text.length > SCOPE_LIMITS.query)
    throw invalid(`a condition has at most ${SCOPE_LIMITS.query} characters`)
  return checkCondition(new ConditionReader(text).read())
}

class ConditionReader {
  readonly #tokens: Token[] = []
  readonly #end: number
  #next = 0

  constructor(text: string) {
    this.#end = text.length
    TOKEN.lastIndex = 0
    while (TOKEN.lastIndex < text.length) {
      const at = TOKEN.lastIndex
      const match = TOKEN.exec(text)
      // All that no other form takes is a quotation mark that nothing closes.
      if (!match)
        throw invalid(`at character ${at + 1}: expected a closing quotation mark for the one that opens here`)
      const [, inQuotes, sign, word] = match
      if (inQuotes !== undefined) this.#tokens.push({ text: inQuotes, quoted: true, at })
      else if (sign !== undefined || word !== undefined)
        this.#tokens.push({ text: sign ?? word!, quoted: false, at })
    }
  }

  read(): ScopeCondition {
    const condition = this.#or(1)
    if (this.#next < this.#tokens.length) this.#fail('AND, OR or the end')
    return condition
  }

  #or(level: number): ScopeCondition {
    const of = [this.#and(level)]
    while (this.#take('OR')) of.push(this.#and(level))
    return of.length === 1 ? of[0]! : { type: 'or', of }
  }

  #and(level: number): ScopeCondition {
    const of = [this.#one(level)]
    while (this.#take('AND') || this.#is('NOT')) of.push(this.#one(level))
    return of.length === 1 ? of[0]! : { type: 'and', of }
  }

  #one(level: number): ScopeCondition {
    if (level > SCOPE_LIMITS.levels * 2) this.#fail(`at most ${SCOPE_LIMITS.levels} levels`)
    if (this.#take('NOT')) return { type: 'not', of: this.#one(level + 1) }
    if (this.#take('(')) {
      const inner = this.#or(level + 1)
      if (!this.#take(')')) this.#fail('a closing parenthesis')
      return inner
    }
    const attribute = this.#word('an attribute, as in Department:Sales')
    if (!this.#take(':')) this.#fail('a colon after the attribute')
    if (!this.#take('(')) return this.#attribute(attribute, [this.#value()])
    const values = [this.#value()]
    while (this.#take(',') || this.#take('OR')) values.push(this.#value())
    if (!this.#take(')')) this.#fail('a comma or a closing parenthesis')
    return this.#attribute(attribute, values)
  }

  /** Values with and without * are two conditions, of which either is enough. */
  #attribute(attribute: string, values: readonly { text: string; prefix: boolean }[]): ScopeCondition {
    const of = SCOPE_OPERATORS.flatMap((operator): ScopeCondition[] => {
      const own = values
        .filter(value => value.prefix === (operator === 'starts-with'))
        .map(value => value.text)
      return own.length === 0 ? [] : [{ type: 'attribute', attribute, operator, values: own }]
    })
    return of.length === 1 ? of[0]! : { type: 'or', of }
  }

  #value(): { text: string; prefix: boolean } {
    if (this.#take('*')) return { text: '', prefix: true }
    const text = this.#word('a value')
    return { text, prefix: this.#take('*') }
  }

  #word(what: string): string {
    const token = this.#tokens[this.#next]
    if (!token || (!token.quoted && /^([():,*]|AND|OR|NOT)$/.test(token.text))) return this.#fail(what)
    this.#next++
    return token.text
  }

  #is(text: string): boolean {
    const token = this.#tokens[this.#next]
    return token !== undefined && !token.quoted && token.text === text
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false
    this.#next++
    return true
  }

  #fail(what: string): never {
    throw invalid(`at character ${(this.#tokens[this.#next]?.at ?? this.#end) + 1}: expected ${what}`)
  }
}
