/**
 * What the site holds, served by window: counts from the schedule's table, pages and contents by making the slots
 * they touch. Nothing is kept but the last few slots, so a million items cost no memory.
 *
 * Positions are exact: a cursor names a slot and a place in it, and is valid for as long as the site has its flags.
 */
import { emailBase64, emailBytes, emailSize, writeEmail } from './email.ts'
import type { Item } from './item.ts'
import { recordingBytes } from './media.ts'
import type { PageBytes } from './page-bytes.ts'
import type { Network } from './population.ts'
import { mix } from './random.ts'
import { INLINE_MAX, writeRecord } from './record.ts'
import type { Schedule, Slot } from './schedule.ts'
import { makeSlot, type World } from './traffic.ts'

/** A page ends once it holds this many bytes. */
const PAGE_BYTES_MAX = 8 * 1024 * 1024
const SLOTS_KEPT = 6

export type Window = { readonly network: Network; readonly from: number; readonly to: number }

export type PageRequest = {
  readonly window: Window
  /** '' for the start of the window. */
  readonly cursor: string
  readonly limit: number
  readonly back: boolean
}

export type Page = {
  /** Where in the bytes each message begins. */
  readonly places: readonly number[]
  readonly lastId: string
  readonly end: boolean
}

/** A large content: its size and its bytes in pieces. */
export type Content = { readonly size: number; bytes(): Iterable<Buffer> }

type Place = { slot: number; index: number }

export class Archive {
  readonly #world: World
  readonly #schedule: Schedule
  readonly #made = new Map<Slot, Item[]>()

  constructor(world: World, schedule: Schedule) {
    this.#world = world
    this.#schedule = schedule
  }

  /** Items whose arrival is in [from, to), none later than `now`. */
  count(window: Window, now: number): number {
    const until = Math.min(window.to, now + 1)
    return (
      this.#itemsBefore(window.network, until) -
      this.#itemsBefore(window.network, Math.min(window.from, until))
    )
  }

  /**
   * Writes at most `limit` messages after the cursor, or from the start of the window, as the inside of a JSON
   * array. Null for a cursor that is none. With `back`, the page before instead: what was served to reach the cursor.
   */
  page(ask: PageRequest, now: number, into: PageBytes): Page | null {
    const { window, cursor, limit } = ask
    const until = Math.min(window.to, now + 1)
    const slots = this.#schedule.slots(window.network, until)
    const first = this.#placeOf(window.network, window.from, slots)
    let place = cursor === '' ? first : this.#readCursor(cursor, slots)
    if (place === null) return null
    if (isBefore(place, first)) place = first
    let stop: Place | null = null
    if (ask.back && cursor !== '') {
      stop = place
      place = this.#stepBack(place, first, slots, limit)
    }
    const places: number[] = []
    const begin = into.length
    let { slot, index } = place
    let end = true
    serving: for (; slot < slots.length; slot++, index = 0) {
      const current = slots[slot]!
      if (current.start >= until) break
      const items = this.#itemsOf(current)
      for (; index < items.length; index++) {
        const item = items[index]!
        if (item.arrival >= until) break serving
        const full = places.length >= limit || into.length - begin >= PAGE_BYTES_MAX
        if (full || (stop && !isBefore({ slot, index }, stop))) {
          end = false
          break serving
        }
        if (places.length > 0) into.add(',', true)
        places.push(into.length)
        this.#write(item, current, index, into)
      }
    }
    const lastId = places.length === 0 || stop ? cursor : this.#writeCursor(slots, slot, index)
    return { places, lastId, end }
  }

  /** The content of an id that a page named, or null. */
  content(contentId: string, now: number): Content | null {
    const [kind, day, ordinal, index, check] = contentId.split('.')
    const network: Network = kind === 'e' ? 'ENTERPRISE_NUMBER' : 'O2'
    if (check !== this.#seal(`${kind}.${day}.${ordinal}.${index}`)) return null
    const slots = this.#schedule.slots(network, now + 1)
    const slot = slots.find(one => one.day === Number(day) && one.ordinal === Number(ordinal))
    const item = slot ? this.#itemsOf(slot)[Number(index)] : undefined
    if (!item || item.arrival > now) return null
    if (kind === 'e') {
      const email = writeEmail(item)
      return { size: emailSize(email), bytes: () => emailBytes(email) }
    }
    const recording = item.call?.recording
    return recording ? { size: recording.size, bytes: () => recordingBytes(recording) } : null
  }

  /** The e-mails of a window as they are, for the ZIP drop. */
  *emails(window: Window, now: number): Generator<{ item: Item; size: number; bytes(): Iterable<Buffer> }> {
    const until = Math.min(window.to, now + 1)
    const slots = this.#schedule.slots(window.network, until)
    const first = this.#placeOf(window.network, window.from, slots)
    for (let slot = first.slot; slot < slots.length && slots[slot]!.start < until; slot++) {
      const items = this.#itemsOf(slots[slot]!)
      for (const item of items.slice(slot === first.slot ? first.index : 0)) {
        if (item.arrival >= until) return
        const email = writeEmail(item)
        yield { item, size: emailSize(email), bytes: () => emailBytes(email) }
      }
    }
  }

  #write(item: Item, slot: Slot, index: number, into: PageBytes): void {
    const id = item.id === '' ? '' : `"messageId":"${item.id}",`
    const head = `{${id}"networkType":"${slot.network}","gatewayReceivedDate":${item.arrival},`
    if (slot.network === 'O2') {
      into.add(`${head}"body":${writeRecord(item, () => this.#contentId('o', slot, index))}}`, false)
      return
    }
    const email = writeEmail(item)
    const size = emailSize(email)
    if (size > INLINE_MAX) {
      into.add(`${head}"emlContentId":"${this.#contentId('e', slot, index)}","emlSize":${size}}`, true)
      return
    }
    into.add(`${head}"eml":"`, true)
    into.add(emailBase64(email), true)
    into.add('"}', true)
  }

  #itemsOf(slot: Slot): Item[] {
    let items = this.#made.get(slot)
    if (items) return items
    items = makeSlot(this.#world, slot)
    if (this.#made.size >= SLOTS_KEPT) {
      const [oldest] = this.#made.keys()
      if (oldest) this.#made.delete(oldest)
    }
    this.#made.set(slot, items)
    return items
  }

  /** The place of the first item that arrives at `time` or later. */
  #placeOf(network: Network, time: number, slots = this.#schedule.slots(network, time)): Place {
    let low = 0
    let high = slots.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (slots[middle]!.end <= time) low = middle + 1
      else high = middle
    }
    const slot = slots[low]
    if (!slot || slot.start >= time) return { slot: low, index: 0 }
    const index = this.#itemsOf(slot).findIndex(item => item.arrival >= time)
    return { slot: low, index: index < 0 ? slot.count : index }
  }

  #itemsBefore(network: Network, time: number): number {
    const slots = this.#schedule.slots(network, time)
    const { slot, index } = this.#placeOf(network, time, slots)
    const at = slots[slot]
    if (at) return at.before + index
    const last = slots.at(-1)
    return last ? last.before + last.count : 0
  }

  #stepBack(from: Place, first: Place, slots: readonly Slot[], steps: number): Place {
    const target = Math.max(
      (slots[first.slot]?.before ?? 0) + first.index,
      (slots[from.slot]?.before ?? 0) + from.index - steps,
    )
    let slot = from.slot
    while (slot > 0 && slots[slot]!.before > target) slot--
    return { slot, index: target - (slots[slot]?.before ?? 0) }
  }

  // --- names of places ---

  #contentId(kind: 'e' | 'o', slot: Slot, index: number): string {
    const place = `${kind}.${slot.day}.${slot.ordinal}.${index}`
    return `${place}.${this.#seal(place)}`
  }

  #writeCursor(slots: readonly Slot[], slot: number, index: number): string {
    const at = slots[slot]
    // At the end of what there is: the place after the last item.
    const named = at ?? slots.at(-1)
    if (!named) return ''
    const place = `${named.day}.${named.ordinal}.${at ? index : named.count}`
    return `${place}.${this.#seal(place)}`
  }

  #readCursor(cursor: string, slots: readonly Slot[]): Place | null {
    const [day, ordinal, index, check] = cursor.split('.')
    if (check !== this.#seal(`${day}.${ordinal}.${index}`)) return null
    const slot = slots.findIndex(one => one.day === Number(day) && one.ordinal === Number(ordinal))
    return slot < 0 ? null : { slot, index: Number(index) }
  }

  /** So that a made-up cursor or content id is recognised as one. */
  #seal(place: string): string {
    let sum = this.#world.seed
    for (let index = 0; index < place.length; index++) sum = mix(sum, place.charCodeAt(index))
    return sum.toString(36)
  }
}

const isBefore = (a: Place, b: Place): boolean => a.slot < b.slot || (a.slot === b.slot && a.index < b.index)
