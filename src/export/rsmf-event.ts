/**
 * What happened in a slice, from its items: messages and calls as events; edits, deletions and reactions on the event
 * that they are about, where that is in the slice, and as events of their own where it is not; who came and went.
 */
import { type Reaction, readReaction } from '../archive/archive.ts'
import { bodyOf, type ItemFacts, isCall, isoTime, type Participant, showParty } from '../message/message.ts'
import type { ExportedItem } from './package-file.ts'
import { type Custom, customOf, type RsmfAttachment, type RsmfEdit, type RsmfEvent } from './rsmf-manifest.ts'
import { isUnknown, partyId, senderOf } from './rsmf-party.ts'

type EventSetting = {
  readonly conversation: string
  /** The participant whose mailbox this is; null where nobody can say. */
  readonly custodian: string | null
  /** Ids of all who take part, to tell which items are to some of them only. */
  readonly participants: number
  readonly attachmentsOf: (item: ExportedItem) => readonly RsmfAttachment[]
}

/** An event in the making. */
type Draft = {
  readonly item: ExportedItem
  body: string
  deleted: boolean
  readonly edits: RsmfEdit[]
  /** Who reacted, by mark. */
  readonly reactions: Map<string, Set<string>>
  /** What was made of further items, each with its id. */
  readonly notes: Custom[]
}

/** The items in the order of a slice: of time, and of their ids within it. Impossible times: where they arrived. */
export function sortItems(items: readonly ExportedItem[]): ExportedItem[] {
  return items.toSorted((a, b) => momentOf(a) - momentOf(b) || (a.itemId < b.itemId ? -1 : 1))
}

function timeOf({ sentAt, arrivedAt }: ExportedItem): Date {
  return sentAt ?? arrivedAt
}

const momentOf = (item: ExportedItem) => timeOf(item).getTime()

/** What is known of a slice while its items are gone through. */
type Slice = {
  readonly bySource: Map<string, Draft[]>
  /** The last event of each text so far. */
  readonly byText: Map<string, Draft>
  /** Events that became part of another. */
  readonly folded: Set<Draft>
}

/** The events of sorted items, in their order. */
export function eventsOf(items: readonly ExportedItem[], setting: EventSetting): RsmfEvent[] {
  const slice: Slice = { bySource: new Map(), byText: new Map(), folded: new Set() }
  const drafts = items.map(draftOf)
  // All of them first: clocks differ, and what amends may stand before what it amends.
  for (const draft of drafts) if (!draft.item.facts.amendment) remember(draft, slice)
  const shown: (Draft | RsmfEvent)[] = []
  let present: ReadonlyMap<string, Participant> | null = null
  for (const draft of drafts) {
    if (applyAmendment(draft.item, slice) || applyReaction(draft, slice)) {
      slice.folded.add(draft)
      continue
    }
    const group = groupOf(draft.item.facts)
    if (group && present) shown.push(...changesOf(draft.item, present, group, setting))
    present = group ?? present
    shown.push(draft)
    slice.byText.set(quotable(draft.body), draft)
  }
  return shown.map(each => ('item' in each ? eventOf(each, setting) : each))
}

function remember(draft: Draft, { bySource }: Slice): void {
  const { sourceItemId } = draft.item.facts
  if (sourceItemId === null) return
  const versions = bySource.get(sourceItemId)
  if (versions) versions.push(draft)
  else bySource.set(sourceItemId, [draft])
}

function draftOf(item: ExportedItem): Draft {
  return { item, body: textOf(item.facts), deleted: false, edits: [], reactions: new Map(), notes: [] }
}

/** What would lose an attachment stays an event of its own. */
const canFold = (item: ExportedItem) => item.facts.attachments.length === 0

/** The text of an event: what was written; of a call, or of what amends something elsewhere, the particulars. */
function textOf(facts: ItemFacts): string {
  const text = isCall(facts.kind) || facts.amendment ? bodyOf(facts) : facts.text
  return (text === '' && facts.kind === 'event' ? facts.subject : text).toWellFormed()
}

/** Puts an edit or deletion on the event that it amends; false if that is not in the slice. */
function applyAmendment(item: ExportedItem, slice: Slice): boolean {
  const { amendment, sourceItemId, text } = item.facts
  if (!amendment || !canFold(item) || amendment.act === 'delete-all-messages') return false
  const versions =
    amendment.originalItemId === null ? [] : (slice.bySource.get(amendment.originalItemId) ?? [])
  const there = versions.filter(each => !slice.folded.has(each))
  // Of several versions the last that was there.
  const draft = there.findLast(each => momentOf(each.item) <= momentOf(item)) ?? there[0]
  if (!draft) return false
  if (amendment.act === 'edit') {
    draft.edits.push({
      participant: partyId(senderOf(item.facts)),
      timestamp: isoTime(timeOf(item)),
      previous: (amendment.previousText ?? draft.body).toWellFormed(),
      new: text.toWellFormed(),
    })
    draft.body = text.toWellFormed()
    slice.byText.set(quotable(draft.body), draft)
  } else draft.deleted = true
  note(draft, DONE[amendment.act], item)
  // What amends the amendment amends the same.
  if (sourceItemId !== null && !slice.bySource.has(sourceItemId)) slice.bySource.set(sourceItemId, [draft])
  return true
}

const DONE = Object.freeze({
  edit: 'Edited',
  'delete-for-all': 'Deleted for all',
  'delete-for-me': 'Deleted for me',
})

/** Puts a reaction that came as a text on the event it quotes; false if it is none, or that is not in the slice. */
function applyReaction({ item, edits, deleted }: Draft, { byText }: Slice): boolean {
  const reaction = edits.length > 0 || deleted ? null : reactionOf(item)
  const draft = reaction && byText.get(quotable(reaction.quoted))
  if (!reaction || !draft) return false
  const participant = partyId(senderOf(item.facts))
  const who = draft.reactions.get(reaction.mark) ?? new Set()
  if (reaction.isRemoved) who.delete(participant)
  else who.add(participant)
  draft.reactions.set(reaction.mark, who)
  note(draft, reaction.isRemoved ? `Took back ${reaction.mark}` : `Reacted ${reaction.mark}`, item)
  return true
}

function reactionOf(item: ExportedItem): Reaction | null {
  return canFold(item) && !item.facts.amendment && !isCall(item.facts.kind)
    ? readReaction(item.facts.text)
    : null
}

/** As quoting leaves it. */
const quotable = (text: string) => text.replace(/\s+/g, ' ').trim()

function note(draft: Draft, what: string, item: ExportedItem): void {
  const grade = item.grade === draft.item.grade ? '' : `, ${item.grade}`
  draft.notes.push({
    name: `${what} (${draft.notes.length + 1})`,
    value:
      `${showParty(senderOf(item.facts))}, ${isoTime(timeOf(item))}, item ${item.itemId}${grade}`.toWellFormed(),
  })
}

/** Who is in a group as the item tells; null where it names the captured user and one other alone. */
function groupOf(facts: ItemFacts): Map<string, Participant> | null {
  if (facts.groupId === null) return null
  const parties = new Map(facts.participants.map(party => [partyId(party), party]))
  return parties.size > 2 ? parties : null
}

/** Joins and leaves: read from one message of a group to the next, since no source tells them otherwise. */
function changesOf(
  item: ExportedItem,
  before: ReadonlyMap<string, Participant>,
  now: ReadonlyMap<string, Participant>,
  { conversation }: EventSetting,
): RsmfEvent[] {
  const change = (type: 'join' | 'leave', id: string, party: Participant): RsmfEvent => ({
    type,
    id: `${item.itemId} ${type} ${id}`,
    participant: id,
    conversation,
    timestamp: isoTime(timeOf(item)),
    body: `${showParty(party)} ${type === 'join' ? 'joined' : 'left'}`,
    custom: customOf({ 'Read from the parties of item': item.itemId, Grade: item.grade }),
  })
  return [
    ...[...now].filter(([id]) => !before.has(id)).map(([id, party]) => change('join', id, party)),
    ...[...before].filter(([id]) => !now.has(id)).map(([id, party]) => change('leave', id, party)),
  ]
}

function eventOf(draft: Draft, setting: EventSetting): RsmfEvent {
  const { item, body, edits } = draft
  const { facts } = item
  const sender = senderOf(facts)
  const direction = directionOf(item, setting.custodian)
  const attachments = setting.attachmentsOf(item)
  const reactions = [...draft.reactions]
    .filter(([, who]) => who.size > 0)
    .map(([mark, who]) => ({ value: mark, count: who.size, participants: [...who] }))
  return {
    type: facts.kind === 'event' ? 'unknown' : 'message',
    id: item.itemId,
    participant: partyId(sender),
    conversation: setting.conversation,
    timestamp: isoTime(timeOf(item)),
    body,
    ...(direction === null ? {} : { direction }),
    ...(draft.deleted || isDeletion(facts) ? { deleted: true } : {}),
    ...(edits.length === 0 ? {} : { edits }),
    ...(reactions.length === 0 ? {} : { reactions }),
    ...(attachments.length === 0 ? {} : { attachments }),
    custom: [...detailsOf(item, setting), ...draft.notes],
  }
}

/** A deletion whose original is elsewhere stands for it. */
function isDeletion({ amendment }: ItemFacts): boolean {
  return amendment?.act === 'delete-for-all' || amendment?.act === 'delete-for-me'
}

/** From the custodian's side; from the captured user's where it is not known who of the parties the custodian is. */
function directionOf({ facts }: ExportedItem, custodian: string | null): 'incoming' | 'outgoing' | null {
  const sender = senderOf(facts)
  if (custodian !== null && !isUnknown(sender)) return partyId(sender) === custodian ? 'outgoing' : 'incoming'
  if (facts.direction === null) return null
  return facts.direction === 'out' ? 'outgoing' : 'incoming'
}

function detailsOf(item: ExportedItem, { participants }: EventSetting): Custom[] {
  const { facts } = item
  const { call, amendment } = facts
  return customOf({
    Item: item.itemId,
    'Source id': facts.sourceItemId,
    Grade: item.grade,
    Kind: item.kind,
    Subject: facts.subject,
    Recipients: recipientsOf(facts, participants),
    Mailboxes: item.custodians.join(', '),
    'Call status': call?.status ?? null,
    'Call started': call?.startedAt ? isoTime(call.startedAt) : null,
    'Call ended': call?.endedAt ? isoTime(call.endedAt) : null,
    'Call seconds': call?.seconds ?? null,
    'Call id': call?.callId ?? null,
    Amendment: amendment?.act ?? null,
    'Amends source id': amendment?.originalItemId ?? null,
    'Reaction in words': reactionOf(item)?.mark ?? null,
    'Time as received': item.sentAt === null ? facts.sentAtAsReceived : null,
    'Time shown': item.sentAt === null ? 'of arrival' : null,
    'Version of item': item.versionOf,
    Flags: facts.flags.join(', '),
  })
}

/** Whom an item is to, where that is not simply everybody else in the slice. */
function recipientsOf(facts: ItemFacts, participants: number): string {
  const to = facts.participants.filter(party => party.role !== 'from')
  const everybody = new Set([senderOf(facts), ...to].map(partyId)).size === participants
  if (everybody && to.every(party => party.role === 'to')) return ''
  return to.map(party => `${party.role === 'to' ? '' : `${party.role} `}${showParty(party)}`).join(', ')
}
