/**
 * What happens in a slot: conversations with turns and pauses, groups, calls, alerts, events, and life's mess. A slot
 * is a pure function of the seed and its place in time, and has exactly the number of items its schedule says.
 */
import { type Acquaintance, acquaintance, holderOn, threadId } from './acquaintance.ts'
import { makeCall, statusOf } from './call.ts'
import type { Contact } from './contact.ts'
import type { Context, Item, Thread } from './item.ts'
import { type Media, type MediaPool, makeVcard, SAMPLES_PER_SECOND } from './media.ts'
import { encodeWords, isAscii } from './mime-text.ts'
import type { Position } from './phrases/phrases.ts'
import type { Person, Population } from './population.ts'
import { mix, Random } from './random.ts'
import { DAY, type Slot, timeOfDay } from './schedule.ts'

export type World = {
  readonly seed: number
  readonly population: Population
  readonly media: MediaPool
  /** Small clean items only. */
  readonly plain: boolean
  readonly recordingSize: number
}

/** The items of a slot, in order of arrival. */
export function makeSlot(world: World, slot: Slot): Item[] {
  const draft = new Draft(world, slot)
  if (slot.form === 'recordings') while (!draft.full) draft.largeRecording()
  else while (!draft.full) draft.episode()
  return draft.items.sort((a, b) => a.arrival - b.arrival)
}

const NO_MEDIA: readonly Media[] = []

class Draft {
  readonly items: Item[] = []
  readonly #world: World
  readonly #slot: Slot
  readonly #random: Random
  readonly #idPrefix: string
  readonly #o2: boolean
  #made = 0

  constructor(world: World, slot: Slot) {
    this.#world = world
    this.#slot = slot
    this.#o2 = slot.network === 'O2'
    const seed = mix(
      mix(world.seed, slot.day, slot.ordinal, this.#o2 ? 2 : 1),
      slot.form === 'recordings' ? 9 : 0,
      slot.start,
    )
    this.#random = new Random(seed)
    this.#idPrefix = `${this.#o2 ? 'O2' : 'ENA'}-${slot.day}-${(seed >>> 12).toString(36).padStart(4, '0')}-${slot.ordinal.toString(36)}-`
  }

  get full(): boolean {
    return this.items.length >= this.#slot.count
  }

  /** One thing that happens: a conversation, a call, an alert, an event. */
  episode(): void {
    const { activeGroups, alerts } = this.#world.population
    const draw = this.#random.below(1000)
    if (draw < 180) this.#call()
    else if (draw < 250) this.#alert(this.#random.pick(alerts))
    else if (draw < 280 && !this.#o2 && !this.#world.plain) this.#event()
    else if (draw < (this.#o2 ? 290 : 430) && activeGroups[this.#slot.network].length > 0) this.#groupTalk()
    else this.#talk()
  }

  #owner(): Person {
    const { active } = this.#world.population
    const people = active[this.#slot.network]
    // Some people write far more than others.
    const often = this.#random.fraction()
    const person = people[Math.floor(often * Math.sqrt(often) * people.length)] ?? people[0]
    if (person === undefined) throw new RangeError(`nobody is registered on ${this.#slot.network}`)
    return this.#holder(person)
  }

  /** Of two who share a number, the one who holds it on the day the slot's traffic was sent. */
  #holder(person: Person): Person {
    const { duty } = this.#world.population
    return duty && person.role === 'duty' ? holderOn(duty, this.#slot.day - (this.#o2 ? 1 : 0)) : person
  }

  #contact(owner: Person): Acquaintance {
    const place = this.#random.below(6 + (owner.index % 9))
    return acquaintance(this.#world.population, this.#world.seed, owner, place, person =>
      this.#holder(person),
    )
  }

  // --- episodes ---

  #talk(): void {
    const random = this.#random
    const owner = this.#owner()
    const { party, colleague, key } = this.#contact(owner)
    const chat = !this.#o2 && random.chance(0.36)
    const thread: Thread = { id: threadId(owner, key, chat), nameHeader: party.labelHeader, group: null }
    const language = party.language === owner.office.language ? party.language : 'en'
    const turns = 1 + random.below(3) + (random.chance(0.4) ? random.below(10) : 0)
    const clock = this.#start(turns)
    let mine = random.chance(0.5)
    for (let turn = 0; turn < turns && !this.full; turn++) {
      const item = this.#item(owner, chat ? 'app-message' : 'pager-message', clock)
      item.out = mine
      item.from = mine ? owner.contact : party
      item.to = [mine ? party : owner.contact]
      item.thread = thread
      item.language = language
      item.position = positionOf(turn, turns)
      item.addressee = item.to[0]!.firstName
      this.#send(item, mine ? (colleague ? 1 : 0) : 0)
      if (this.#o2 && colleague?.network === 'O2' && colleague.role !== 'app-inactive')
        this.#mirror(item, colleague)
      if (random.chance(0.72)) mine = !mine
      this.#pause(clock)
    }
  }

  #groupTalk(): void {
    const random = this.#random
    const { activeGroups } = this.#world.population
    const group = random.pick(activeGroups[this.#slot.network])
    const owners = group.people.filter(
      person => person.network === this.#slot.network && person.role !== 'app-inactive',
    )
    const owner = random.pick(owners)
    const everybody = [...group.people.map(person => person.contact), ...group.outsiders]
    const name = isAscii(group.name) ? group.name : encodeWords(group.name)
    const thread: Thread = { id: group.id, nameHeader: name, group }
    const turns = 1 + random.below(9)
    const clock = this.#start(turns)
    for (let turn = 0; turn < turns && !this.full; turn++) {
      const from = random.chance(0.4) ? owner.contact : random.pick(everybody)
      const item = this.#item(owner, this.#o2 ? 'multimedia-message' : 'app-message', clock)
      item.out = from === owner.contact
      item.from = from
      item.to = everybody.filter(party => party !== from)
      item.thread = thread
      item.language = group.people[0]!.office.language
      item.position = positionOf(turn, turns)
      item.addressee = item.to[0]!.firstName
      const registered = group.people.filter(person => person.network === this.#slot.network).length
      this.#send(item, item.out ? Math.min(4, registered - 1) : 0)
      this.#pause(clock)
    }
  }

  #alert(sender: Contact): void {
    const owner = this.#owner()
    const item = this.#item(owner, 'pager-message', this.#start(1))
    item.out = false
    item.from = sender
    item.to = [owner.contact]
    item.speech = 'alert'
    item.thread = {
      id: threadId(owner, mix(sender.number.length, sender.number.charCodeAt(0)), false),
      nameHeader: sender.labelHeader,
      group: null,
    }
    this.#send(item, 0)
  }

  #event(): void {
    const owner = this.#owner()
    const item = this.#item(owner, 'event', this.#start(1))
    item.out = true
    item.from = owner.contact
    item.to = [owner.contact]
    item.speech = 'event'
    this.#send(item, 0)
  }

  #call(): void {
    const random = this.#random
    const owner = this.#owner()
    const { party, key } = this.#contact(owner)
    const withheld = !this.#world.plain && random.chance(0.06)
    const mine = !withheld && random.chance(0.5)
    const other = withheld ? this.#world.population.withheld : party
    const status = statusOf(random.below(100))
    const talked = status === 1 || status === 4 || status === 8
    const recorded = !this.#world.plain && (status === 4 || (status === 1 && random.chance(0.3)))
    const seconds = talked ? (recorded ? between(random, 4, 60) : between(random, 5, 600)) : 0
    const clock = this.#start(1)
    const item = this.#item(
      owner,
      recorded ? (status === 1 && random.chance(0.04) ? 'video-call' : 'voice-call') : 'call-log',
      clock,
    )
    if (item.context === 'video-call' && this.#o2) item.context = 'voice-call'
    item.out = mine
    item.from = mine ? owner.contact : other
    item.to = [mine ? other : owner.contact]
    item.speech = 'call'
    item.thread = { id: threadId(owner, key, false), nameHeader: other.labelHeader, group: null }
    item.call = makeCall(item, status, seconds, recorded ? seconds * SAMPLES_PER_SECOND + 44 : 0)
    if (recorded && random.chance(0.02)) {
      item.strippedMegabytes = random.between(26, 60)
      item.context = 'call-log'
      item.call = { ...item.call, recording: null }
    }
    this.#send(item, 0)
  }

  largeRecording(): void {
    const owner = this.#owner()
    const { party, key } = this.#contact(owner)
    const item = this.#item(owner, 'voice-call', this.#start(1))
    const seconds = Math.floor(this.#world.recordingSize / SAMPLES_PER_SECOND)
    item.sent -= seconds * 1000
    item.from = owner.contact
    item.to = [party]
    item.speech = 'call'
    item.thread = { id: threadId(owner, key, false), nameHeader: party.labelHeader, group: null }
    item.call = makeCall(item, 1, seconds, this.#world.recordingSize)
    this.items.push(item)
  }

  // --- time ---

  /** When an episode begins, and how long its pauses may be so that it ends within the slot. */
  #start(turns: number): Clock {
    const { start, end, day } = this.#slot
    const random = this.#random
    if (this.#o2) {
      const second = Math.floor((start + random.fraction() * (end - start)) / 1000) * 1000
      const arrival = Math.max(start, second)
      const midnight = (day - 1) * DAY
      const sent = Math.min(midnight + timeOfDay(random.fraction()), midnight + DAY - turns * 1000 - 1000)
      const pause = Math.min(240_000, Math.max(0, (midnight + DAY - 1000 - sent) / turns))
      return { arrival, sent: Math.floor(sent / 1000) * 1000, pause, moving: false }
    }
    const arrival = Math.floor(start + random.fraction() * 0.95 * (end - start))
    return { arrival, sent: arrival, pause: Math.min(300_000, (end - 1 - arrival) / turns), moving: true }
  }

  #pause(clock: Clock): void {
    const step = this.#random.fraction() * this.#random.fraction() * clock.pause
    if (clock.moving) clock.arrival += Math.floor(step)
    // Sending has whole seconds at O2, and now and then two in the same one.
    clock.sent += clock.moving ? Math.floor(step) : Math.floor(step / 1000) * 1000
  }

  // --- items ---

  #item(owner: Person, context: Context, clock: Clock): Item {
    const random = this.#random
    const draw = random.next()
    return {
      network: this.#slot.network,
      id: this.#idPrefix + (this.#made++).toString(36),
      arrival: clock.arrival,
      sent: clock.moving ? clock.arrival - 400 - (draw % 6000) : clock.sent,
      context,
      owner,
      out: true,
      from: owner.contact,
      to: [],
      plus: draw >>> 30 === 0 ? (draw >>> 28) & 3 : 0,
      thread: null,
      language: 'en',
      textSeed: random.next(),
      position: 'middle',
      speech: 'turn',
      addressee: '',
      amendment: null,
      call: null,
      media: NO_MEDIA,
      strippedMegabytes: 0,
      copy: 0,
    }
  }

  /** Adds an item with whatever befalls it: attachments, odd times, copies, a second version, an edit, a deletion. */
  #send(item: Item, registeredRecipients: number): void {
    if (this.#world.plain) {
      this.items.push(item)
      return
    }
    const random = this.#random
    this.#attach(item)
    const fate = random.below(10_000)
    if (fate < 40)
      item.sent -= random.between(1, 6) * DAY // late
    else if (fate < 50)
      item.sent = 1_746_050_000_000_000 + random.below(1_000_000_000) // year 57300
    else if (fate < 58)
      item.sent = random.below(2) * 86_399_000 // 1970
    else if (fate < 62) item.id = ''
    this.items.push(item)
    if (!this.#o2 && item.owner.copies) this.#copies(item, registeredRecipients)
    if (fate > 9970 && item.speech === 'turn')
      this.#push({ ...item, textSeed: random.next(), arrival: this.#soon(item.arrival, 9000) })
    if (item.context === 'app-message' && item.id !== '' && fate > 500) this.#amend(item, fate)
  }

  #attach(item: Item): void {
    if (item.speech !== 'turn') return
    const random = this.#random
    const { media, population } = this.#world
    if (item.context === 'multimedia-message' ? random.chance(0.3) : random.chance(0.045)) {
      const draw = random.below(100)
      if (draw < 4) item.strippedMegabytes = random.between(26, 88)
      else if (draw < 66)
        item.media = random.chance(0.1)
          ? [random.pick(media.pictures), random.pick(media.pictures)]
          : [random.pick(media.pictures)]
      else if (draw < 82) item.media = [makeVcard(random.pick(population.people))]
      else if (draw < 93) item.media = [random.pick(media.sounds)]
      else item.media = [random.pick(media.documents)]
      if (item.context === 'pager-message') item.context = 'multimedia-message'
      if (random.chance(0.35)) item.speech = 'none'
    }
  }

  /** "Content sent to N registered recipients will be archived N+1 times." */
  #copies(item: Item, registeredRecipients: number): void {
    for (let copy = 1; copy <= registeredRecipients; copy++)
      this.#push({ ...item, copy, arrival: this.#soon(item.arrival, copy === 1 ? 0 : 2000) })
  }

  #amend(item: Item, fate: number): void {
    const act =
      fate > 9760
        ? 'edit'
        : fate > 9640
          ? 'delete-for-all'
          : fate > 9590
            ? 'delete-for-me'
            : fate > 9570
              ? 'delete-all-messages'
              : null
    if (act === null || item.speech !== 'turn') return
    const prefix = {
      edit: 'EDIT-',
      'delete-for-all': 'DELETE_FOR_ALL-',
      'delete-for-me': 'DELETE_FOR_ME-',
      'delete-all-messages': 'DELETE_ALL_MESSAGES-',
    }[act]
    const arrival = this.#soon(item.arrival, 120_000)
    this.#push({
      ...item,
      id: prefix + item.id,
      arrival,
      sent: item.sent + (arrival - item.arrival),
      textSeed: act === 'edit' ? this.#random.next() : item.textSeed,
      media: NO_MEDIA,
      strippedMegabytes: 0,
      amendment: { act, original: item },
    })
  }

  /** At O2 both parties of a conversation between two captured phones have a record of their own. */
  #mirror(item: Item, colleague: Person): void {
    this.#push({
      ...item,
      id: item.id === '' ? '' : `${item.id}-2`,
      owner: colleague,
      out: !item.out,
      plus: item.plus ^ 3,
      thread: item.thread ? { ...item.thread, nameHeader: item.owner.contact.labelHeader } : null,
    })
  }

  #push(item: Item): void {
    if (!this.full) this.items.push(item)
  }

  /** A time up to `within` ms later, in the same slot. */
  #soon(arrival: number, within: number): number {
    if (this.#o2) return arrival
    return Math.min(this.#slot.end - 1, arrival + this.#random.below(within + 1))
  }
}

type Clock = { arrival: number; sent: number; readonly pause: number; readonly moving: boolean }

function positionOf(turn: number, turns: number): Position {
  if (turn === 0) return 'greeting'
  return turn === turns - 1 && turns > 2 ? 'closing' : 'middle'
}

function between(random: Random, low: number, high: number): number {
  const often = random.fraction()
  return low + Math.floor(often * often * (high - low))
}
