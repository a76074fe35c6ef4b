/**
 * Reactions that came as texts: phones that cannot send a reaction write it out, quoting what it is to ("Liked “See
 * you at noon”"). Recognised so that a conversation can show what was meant; the text stays as it came.
 */

export type Reaction = {
  /** An emoji. */
  readonly mark: string
  /** True if the reaction was taken back. */
  readonly isRemoved: boolean
  /** The text it is to, as quoted. */
  readonly quoted: string
}

const MARKS: Readonly<Record<string, string>> = Object.freeze({
  Liked: '👍',
  Loved: '❤️',
  Disliked: '👎',
  'Laughed at': '😂',
  Emphasized: '‼️',
  Emphasised: '‼️',
  Questioned: '❓',
})
const REMOVED: Readonly<Record<string, string>> = Object.freeze({
  'a like': '👍',
  'a heart': '❤️',
  'a dislike': '👎',
  'a laugh': '😂',
  'an exclamation': '‼️',
  'a question mark': '❓',
})

const GIVEN = /^(Liked|Loved|Disliked|Laughed at|Emphasi[sz]ed|Questioned) [“"]([\s\S]{1,5000})[”"]$/
const TAKEN = /^Removed (an? [a-z ]{4,13}) from [“"]([\s\S]{1,5000})[”"]$/
/** What surrounds the quoted text is taken off afterwards: blanks that two parts could match would be tried in all ways. */
const EMOJI =
  /^(?:Reacted )?[\u200a\u200b]*(\p{Extended_Pictographic}(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f){0,12})[\u200a\u200b]* to [“"]([\s\S]{1,5000})[”"]$/u
const BLANKS = new Set('\u200a\u200b ')

/** The reaction that a text is, null if it is none. */
export function readReaction(text: string): Reaction | null {
  const given = GIVEN.exec(text)
  if (given) return { mark: MARKS[given[1]!]!, isRemoved: false, quoted: given[2]! }
  const taken = TAKEN.exec(text)
  const mark = taken ? REMOVED[taken[1]!] : undefined
  if (taken && mark) return { mark, isRemoved: true, quoted: taken[2]! }
  const emoji = EMOJI.exec(text)
  const quoted = emoji ? withoutBlanks(emoji[2]!) : ''
  return emoji && quoted !== '' ? { mark: emoji[1]!, isRemoved: false, quoted } : null
}

function withoutBlanks(text: string): string {
  let from = 0
  let to = text.length
  while (from < to && BLANKS.has(text[from]!)) from++
  while (to > from && BLANKS.has(text[to - 1]!)) to--
  return text.slice(from, to)
}
