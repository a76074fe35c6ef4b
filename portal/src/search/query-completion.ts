/**
 * What can be completed where the caret stands in a query: the name of a property, or the value of one. Pure, and in
 * time linear in the text; the archive's own parser decides what is a query, this only offers.
 */

/** From `start` to `end` stands what a suggestion replaces; `beginning` is of it what stands before the caret. */
export type Completion = {
  /** The property as written, in lower case, whose value is being written; null for a name or a word. */
  readonly property: string | null
  readonly beginning: string
  readonly start: number
  readonly end: number
}

const QUOTES = /["\u201C\u201D\u201E\u201F]/
const PROPERTY = /^[-+]*([A-Za-z]+)(?::|=|<>|<=|>=|<|>)/

/** What is being written at the caret; null inside a quotation that belongs to no property, and at an operator. */
export function completionAt(text: string, caret: number): Completion | null {
  const owners: (string | null)[] = []
  let start = 0
  let property: string | null = null
  let value = 0
  let quote = -1
  const begin = (at: number) => {
    start = at
    value = at
    property = owners.at(-1) ?? null
  }
  begin(0)
  for (let at = 0; at < caret; at++) {
    const letter = text[at]!
    if (QUOTES.test(letter)) {
      if (quote < 0) quote = at
      else {
        quote = -1
        begin(at + 1)
      }
    } else if (quote >= 0) continue
    else if (letter === '(') {
      owners.push(value === at ? property : null)
      begin(at + 1)
    } else if (letter === ')') {
      owners.pop()
      begin(at + 1)
    } else if (/\s/.test(letter)) begin(at + 1)
    else if (property === null && /[:=<>]/.test(letter)) {
      const named = PROPERTY.exec(text.slice(start, at + 2))
      if (named) {
        property = named[1]!.toLowerCase()
        value = start + named[0].length
        at = Math.max(at, value - 1)
      }
    }
  }
  if (value > caret) return null
  if (quote >= 0 && property === null) return null
  if (property === null) while (/[-+]/.test(text[start] ?? '') && start < caret) start++
  const from = property === null ? start : value
  const beginning = text.slice(from, caret).replace(QUOTES, '')
  if (property === null && !/^[A-Za-z]*$/.test(beginning)) return null
  return { property, beginning, start: from, end: endOf(text, caret, quote >= 0) }
}

/** Where the value that the caret stands in ends. */
function endOf(text: string, caret: number, quoted: boolean): number {
  let end = caret
  while (end < text.length && !QUOTES.test(text[end]!) && (quoted || !/[\s()]/.test(text[end]!))) {
    // A quotation that nobody closed goes no further than its line.
    if (quoted && text[end] === '\n') return caret
    end++
  }
  if (!quoted) return end
  return end < text.length ? end + 1 : caret
}

/** A value as a query takes it: in quotation marks if it has what would end it. */
export function quoted(value: string): string {
  return /[\s()"\u201C-\u201F,]/.test(value) || value === ''
    ? `"${value.replace(/["\u201C-\u201F]/g, ' ').trim()}"`
    : value
}

/** The text with the completion replaced, and where the caret goes. */
export function complete(
  text: string,
  { property, start, end }: Completion,
  value: string,
): { readonly text: string; readonly caret: number } {
  const written = property === null ? `${value}:` : quoted(value)
  const after = text.slice(end)
  const space = property !== null && !/^[\s)]/.test(after) ? ' ' : ''
  return {
    text: text.slice(0, start) + written + space + after,
    caret: start + written.length + space.length,
  }
}
