/**
 * TeleMessage's words and ours: message contexts, call statuses, and the marks of edits, deletions and stripping,
 * which TeleMessage writes into ids, subjects and texts (docs/formats/telemessage-site.md).
 */
import type { Amendment, CallStatus, Flag, ItemKind } from './item.ts'

const KINDS: ReadonlyMap<string, ItemKind> = new Map([
  ['pager-message', 'sms'],
  ['multimedia-message', 'mms'],
  ['app-message', 'chat'],
  ['call-log', 'call-log'],
  ['voice-call', 'voice-call'],
  ['video-call', 'video-call'],
  ['event', 'event'],
])

/** The kind of a `messageContext`, null if it is none that we know. */
export function kindOf(context: string): ItemKind | null {
  return KINDS.get(context) ?? KINDS.get(context.trim().toLowerCase()) ?? null
}

export function isCall(kind: ItemKind): boolean {
  return kind === 'voice-call' || kind === 'video-call' || kind === 'call-log'
}

const STATUSES: readonly CallStatus[] = Object.freeze([
  'unknown',
  'ok',
  'missed',
  'failed',
  'voice-mail',
  'rejected',
  'busy',
  'blocked',
  'answered-externally',
])

/** A numeric call status by name. */
export function callStatusOf(value: unknown): CallStatus {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : ''
  return /^[1-8]$/.test(text) ? STATUSES[Number(text)]! : 'unknown'
}

/** Whole seconds between two times, null where they cannot say. */
export function secondsBetween(startedAt: Date | null, endedAt: Date | null): number | null {
  if (!startedAt || !endedAt || endedAt < startedAt) return null
  return Math.floor((endedAt.getTime() - startedAt.getTime()) / 1000)
}

const ID_PREFIXES = Object.freeze([
  ['EDIT-', 'edit'],
  ['DELETE_FOR_ALL-', 'delete-for-all'],
  ['DELETE_FOR_ME-', 'delete-for-me'],
  ['DELETE_ALL_MESSAGES-', 'delete-all-messages'],
] as const)
const SUBJECT_PREFIXES = Object.freeze([
  ['DELETED For All', 'delete-for-all'],
  ['DELETED For Me', 'delete-for-me'],
] as const)

type Amended = { readonly amendment: Amendment; readonly text: string }

/** What an item says of an earlier one, and its own text without that; null if it stands for itself. */
export function readAmendment(sourceItemId: string | null, subject: string, text: string): Amended | null {
  const act = actOf(sourceItemId, subject)
  if (!act) return null
  const original = /^Original Message ID:[ \t]*(.*)$/m.exec(text)
  const originalItemId = original?.[1]?.trim() || null
  if (act !== 'edit') {
    if (!original) return { amendment: { act, originalItemId, previousText: null }, text }
    const previous = text.slice(original.index + original[0].length).replace(/^\n/, '')
    return { amendment: { act, originalItemId, previousText: previous === '' ? null : previous }, text: '' }
  }
  const previousAt = lineAt(text, 'Previous Text:\n', 0)
  // The edited text comes last; what looks like its heading inside the previous text must not cut that short.
  const editedAt = previousAt < 0 ? -1 : lastLineAt(text, 'Edited Text:\n', previousAt + 15)
  if (editedAt < 0) return { amendment: { act, originalItemId, previousText: null }, text }
  const previousText = text.slice(previousAt + 15, Math.max(previousAt + 15, editedAt - 1))
  return { amendment: { act, originalItemId, previousText }, text: text.slice(editedAt + 13) }
}

function actOf(sourceItemId: string | null, subject: string): Amendment['act'] | null {
  if (sourceItemId !== null)
    for (const [prefix, act] of ID_PREFIXES) if (sourceItemId.startsWith(prefix)) return act
  for (const [prefix, act] of SUBJECT_PREFIXES) if (subject.startsWith(prefix)) return act
  return /^EDIT(?:ED)?(?![\p{L}\p{N}])/u.test(subject) ? 'edit' : null
}

function lineAt(text: string, line: string, from: number): number {
  for (let at = text.indexOf(line, from); at >= 0; at = text.indexOf(line, at + 1))
    if (at === 0 || text.charCodeAt(at - 1) === 10) return at
  return -1
}

function lastLineAt(text: string, line: string, least: number): number {
  for (let at = text.lastIndexOf(line); at >= least; at = text.lastIndexOf(line, at - 1))
    if (text.charCodeAt(at - 1) === 10) return at
  return -1
}

/** TeleMessage removes the largest attachments over 25 MB on the phone and says so in the text. */
export function isStripped(text: string): boolean {
  return (
    text.includes('maximum attachment size limit') &&
    /exceeds the \d+\s?MB maximum attachment size limit/.test(text)
  )
}

/** The flags that hold, in an order of their own. */
export function flagsOf(holds: Readonly<Record<Flag, boolean>>): Flag[] {
  const flags: Flag[] = []
  for (const flag of FLAGS) if (holds[flag]) flags.push(flag)
  return flags
}

const FLAGS: readonly Flag[] = Object.freeze([
  'impossible-time',
  'no-source-id',
  'stripped-at-capture',
  'defective-mime',
  'no-participants',
  'truncated-text',
])
