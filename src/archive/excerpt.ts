/** Why an item was found: where in its text, subject and attachments' names the words of a query are. */
import { HoldfastError } from '../errors.ts'
import type { ItemFacts } from '../message/message.ts'
import { highlight, type Mark, type Query } from '../search/search.ts'
import type { MessageEntry } from './entry.ts'

/** The marks of an item that was found. */
export type Hit = {
  readonly subject: readonly Mark[]
  /** The text around the first mark, or its beginning where nothing of it is marked; one line. */
  readonly excerpt: string
  readonly marks: readonly Mark[]
  /** Marks of the text beyond the excerpt. */
  readonly more: number
  /** Attachments whose names are marked. */
  readonly attachments: readonly {
    readonly number: number
    readonly name: string
    readonly marks: readonly Mark[]
  }[]
  /** Attachments that may have been found by their text: nothing else that is shown of the item has the words. */
  readonly within: readonly { readonly number: number; readonly name: string }[]
}

/** The marks of a message that is shown whole. */
type EntryMarks = {
  readonly itemId: string
  readonly subject: readonly Mark[]
  readonly text: readonly Mark[]
  readonly attachments: Hit['attachments']
}

const EXCERPT_MAX = 240
/** How much of it stands before the first mark. */
const LEAD = 60
/** Marks of a message are looked for so far; a longer one is found all the same, with its beginning as excerpt. */
const SEARCHED_MAX = 200_000

/** The hit of an item; null for one that does not open. */
export function hitOf(query: Query, read: ItemFacts | HoldfastError | undefined): Hit | null {
  if (read === undefined || read instanceof HoldfastError) return null
  const said = read.text === '' ? (read.amendment?.previousText ?? '') : read.text
  const { text, marks } = markText(query, said)
  const subject = highlight(query, read.subject, 'subject')
  const named = read.attachments.map((attachment, index) => ({
    number: index + 1,
    name: attachment.name,
    marks: highlight(query, attachment.name, 'attachment-name'),
  }))
  const marked = named.filter(each => each.marks.length > 0)
  const isSeen = marks.length > 0 || subject.length > 0 || marked.length > 0 || isNamed(query, read)
  return {
    subject,
    ...cut(text, marks),
    attachments: marked,
    within: isSeen || !hasWords(query) ? [] : named.map(({ number, name }) => ({ number, name })),
  }
}

function markText(query: Query, said: string): { text: string; marks: readonly Mark[] } {
  const text = said.slice(0, SEARCHED_MAX)
  return { text, marks: highlight(query, text, 'body') }
}

/** True if somebody who takes part, or the group, is named as the query says. */
function isNamed(query: Query, { participants, groupName }: ItemFacts): boolean {
  const names = participants.flatMap(each => [each.name ?? '', each.number, ...each.emails])
  return [...names, groupName ?? ''].some(text => text !== '' && highlight(query, text).length > 0)
}

/** The query by words alone: who takes part is not asked for by them any more. */
export function withoutParties(query: Query): Query {
  if (query.type === 'text') return { ...query, party: null }
  if (query.type === 'not') return { ...query, of: withoutParties(query.of) }
  return query.type === 'and' || query.type === 'or' ? { ...query, of: query.of.map(withoutParties) } : query
}

/** True if the query asks for words of the text at all, so that it is worth saying where they are. */
function hasWords(query: Query): boolean {
  if (query.type === 'text' || query.type === 'near') return true
  return (query.type === 'and' || query.type === 'or') && query.of.some(hasWords)
}

/** The excerpt around the first mark, with the marks that fall into it. */
function cut(text: string, marks: readonly Mark[]): Pick<Hit, 'excerpt' | 'marks' | 'more'> {
  const first = marks[0]
  const start = first && first.end > EXCERPT_MAX ? wordStart(text, Math.max(0, first.start - LEAD)) : 0
  const end = Math.min(text.length, start + EXCERPT_MAX)
  const body = text.slice(start, end).toWellFormed()
  const before = start > 0 ? '…' : ''
  const after = end < text.length ? '…' : ''
  const inside = marks.filter(mark => mark.start >= start && mark.end <= end)
  return {
    // Of the same length, so that the marks stay where they are.
    excerpt: before + body.replace(/\s/g, ' ') + after,
    marks: inside.map(mark => ({
      start: mark.start - start + before.length,
      end: mark.end - start + before.length,
    })),
    more: marks.length - inside.length,
  }
}

/** The beginning of the word at a place, or the place itself where the word is long. */
function wordStart(text: string, at: number): number {
  const space = text.slice(Math.max(0, at - 20), at).search(/\s\S*$/)
  return space < 0 ? at : Math.max(0, at - 20) + space + 1
}

/** The marks of a message that is shown whole. */
export function marksOfEntry(query: Query, entry: MessageEntry): EntryMarks {
  const marked = entry.files.map(({ number, name }) => ({
    number,
    name,
    marks: highlight(query, name, 'attachment-name'),
  }))
  return {
    itemId: entry.itemId,
    subject: highlight(query, entry.subject, 'subject'),
    text: highlight(query, entry.text, 'body'),
    attachments: marked.filter(each => each.marks.length > 0),
  }
}
