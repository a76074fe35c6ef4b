/**
 * A query in pieces to be painted: names of properties, operators, phrases, and the place that is wrong. Pure. A
 * likeness for the eye only; what a query means is the archive's to say.
 */

export type Paint = 'property' | 'operator' | 'phrase' | 'plain'
export type Piece = {
  readonly text: string
  readonly start: number
  readonly paint: Paint
  readonly wrong: boolean
}

const TOKEN =
  /(["\u201C-\u201F][^"\u201C-\u201F]*["\u201C-\u201F]?)|(\b(?:AND|OR|NOT|O?NEAR(?:\([^()\s]{0,12}\))?|WORDS)\b|\(c:[cs]\))|(\b[A-Za-z]+(?::|=|<>|<=|>=|<|>))/gi

/** The pieces of a query, in order. `wrong` is the stretch to be marked. */
export function painted(
  text: string,
  wrong: { readonly at: number; readonly length: number } | null,
  isProperty: (name: string) => boolean,
): Piece[] {
  const pieces: Piece[] = []
  let done = 0
  const put = (end: number, paint: Paint) => {
    if (end > done)
      pieces.push(...cut({ text: text.slice(done, end), start: done, paint, wrong: false }, wrong))
    done = Math.max(done, end)
  }
  for (const match of text.matchAll(TOKEN)) {
    const [all, phrase, operator, property] = match
    // Operators are in capitals; the pattern has no case for the sake of properties.
    const isOperator =
      operator !== undefined && (operator.startsWith('(') || operator === operator.toUpperCase())
    const named = property !== undefined && isProperty(property.replace(/[:=<>]+$/, '').toLowerCase())
    if (phrase === undefined && !isOperator && !named) continue
    put(match.index, 'plain')
    put(match.index + all.length, phrase !== undefined ? 'phrase' : isOperator ? 'operator' : 'property')
  }
  put(text.length, 'plain')
  // What is missing at the end is marked behind it.
  if (wrong && wrong.at >= text.length)
    pieces.push({ text: ' ', start: text.length, paint: 'plain', wrong: true })
  return pieces
}

function cut(piece: Piece, wrong: { readonly at: number; readonly length: number } | null): Piece[] {
  const end = piece.start + piece.text.length
  if (wrong === null || wrong.at >= end || wrong.at + wrong.length <= piece.start) return [piece]
  const first = Math.max(wrong.at, piece.start)
  const last = Math.min(wrong.at + wrong.length, end)
  const part = (from: number, to: number, isWrong: boolean): Piece => ({
    ...piece,
    text: piece.text.slice(from - piece.start, to - piece.start),
    start: from,
    wrong: isWrong,
  })
  return [part(piece.start, first, false), part(first, last, true), part(last, end, false)].filter(
    each => each.text !== '',
  )
}
