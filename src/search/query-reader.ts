/**
 * Reads the letters of a query: words, quoted phrases, numbers written with spaces, properties. Pure, and linear in
 * the length of the query. Errors name the character, and never quote the query, which may name persons.
 */
import { digitsOf } from './number.ts'
import { mistake } from './query-mistake.ts'

export type Operator = ':' | '=' | '<>' | '<' | '<=' | '>' | '>='

/** A value as written, without its quotation marks, and where it begins and ends with them. */
export type Written = {
  readonly text: string
  readonly at: number
  readonly end: number
  readonly quoted: boolean
}

const QUOTES = /["\u201C\u201D\u201E\u201F]/
const SPACE = /\s/
const PROPERTY = /([A-Za-z]+)(:|=|<>|<=|>=|<|>)/y
const CALL = /([A-Z]+)\(/y
const DISTANCE = /\(\s*(?:n\s*=\s*)?([0-9]{1,9})\s*\)/iy
/** E.164 has at most 15 digits; from 10 on a number is taken to be complete where a space follows. */
const DIGITS_MAX = 15
const DIGITS_COMPLETE = 10
const NUMBER_LENGTH_MAX = 40

export class QueryReader {
  readonly #text: string
  at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** Passes over spaces; true at the end. */
  atEnd(): boolean {
    while (this.at < this.#text.length && SPACE.test(this.#text[this.at]!)) this.at++
    return this.at >= this.#text.length
  }

  /** The next letter, '' at the end. */
  peek(): string {
    return this.#text[this.at] ?? ''
  }

  /** Takes `letter` if it is next. */
  take(letter: string): boolean {
    if (this.peek() !== letter) return false
    this.at++
    return true
  }

  /** Takes `text`, in any case, if it is next. */
  takeText(text: string): boolean {
    if (this.#text.slice(this.at, this.at + text.length).toLowerCase() !== text) return false
    this.at += text.length
    return true
  }

  /** The name before a parenthesis that follows at once, as in `WORDS(`; '' if there is none. */
  peekCall(): string {
    CALL.lastIndex = this.at
    return CALL.exec(this.#text)?.[1] ?? ''
  }

  /** Takes `(5)` or `(n=5)`, if that is next; 'none' where no parenthesis is, 'wrong' for another one. */
  takeDistance(): number | 'none' | 'wrong' {
    if (this.peek() !== '(') return 'none'
    DISTANCE.lastIndex = this.at
    const match = DISTANCE.exec(this.#text)
    if (!match) return 'wrong'
    this.at += match[0].length
    return Number(match[1])
  }

  /** Takes one of these operators (AND, OR, NOT …; in capitals, as in KQL) if it is the next word. */
  takeOperator(word: string): boolean {
    if (this.atEnd() || !this.#text.startsWith(word, this.at)) return false
    const after = this.#text[this.at + word.length]
    if (after !== undefined && !SPACE.test(after) && after !== '(' && !QUOTES.test(after)) return false
    this.at += word.length
    return true
  }

  /** Takes `name:` or `name>=` and the like, if that is next. */
  takeProperty(): { name: string; operator: Operator; at: number } | null {
    PROPERTY.lastIndex = this.at
    const match = PROPERTY.exec(this.#text)
    if (!match) return null
    const at = this.at
    this.at += match[0].length
    return { name: match[1]!.toLowerCase(), operator: match[2] as Operator, at }
  }

  /** A word, which ends before one of `ends` too, or a quoted phrase. With `number`, a number may go on across spaces. */
  takeValue(number: 'any' | 'plus' | 'none', ends = ''): Written {
    const at = this.at
    if (QUOTES.test(this.peek())) {
      for (let end = at + 1; end < this.#text.length; end++) {
        if (!QUOTES.test(this.#text[end]!)) continue
        this.at = end + 1
        return { text: this.#text.slice(at + 1, end), at, end: end + 1, quoted: true }
      }
      mistake(at, 1, 'quotation-open')
    }
    const digitsEnd = number === 'none' ? at : this.numberEnd(number)
    let end = Math.max(at, digitsEnd)
    if (end === at) while (end < this.#text.length && !this.#endsWord(this.#text[end]!, ends)) end++
    this.at = end
    return { text: this.#text.slice(at, end), at, end, quoted: false }
  }

  #endsWord(letter: string, ends: string): boolean {
    return (
      ends.includes(letter) || letter === '(' || letter === ')' || SPACE.test(letter) || QUOTES.test(letter)
    )
  }

  /** Where a number ends that begins here with `+`, or (for `any`) with 0 or a parenthesis; else here. */
  numberEnd(number: 'any' | 'plus'): number {
    const start = this.peek()
    if (start !== '+' && (number === 'plus' || (start !== '0' && start !== '('))) return this.at
    let end = this.at
    let digits = 0
    let open = 0
    for (let at = this.at; at <= this.#text.length && at - this.at <= NUMBER_LENGTH_MAX; at++) {
      const letter = this.#text[at] ?? ' '
      if (letter >= '0' && letter <= '9') {
        if (++digits > DIGITS_MAX) break
        continue
      }
      const boundary = SPACE.test(letter) || (letter === ')' && open === 0)
      if (boundary && digits > 0 && open === 0 && digitsOf(this.#text.slice(this.at, at)) !== '') {
        end = at
        if (digits >= DIGITS_COMPLETE) break
      }
      if (letter === '(') open++
      else if (letter === ')') open--
      else if (letter === '+' ? at > this.at : !/[\s./-]/.test(letter)) break
      if (open < 0 || open > 1) break
    }
    while (end > this.at && SPACE.test(this.#text[end - 1]!)) end--
    return end
  }
}
