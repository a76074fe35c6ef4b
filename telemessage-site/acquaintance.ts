/** Who knows whom: each person has a contact book that never changes, of colleagues and people outside. */
import type { Contact } from './contact.ts'
import { OFFICES } from './names.ts'
import { DUTY_DAYS, type Person, type Population } from './population.ts'
import { mix } from './random.ts'

export type Acquaintance = {
  readonly party: Contact
  /** The same as a person, if a colleague. */
  readonly colleague: Person | null
  /** Tells the owner's acquaintances apart. */
  readonly key: number
}

/** The entry at `place` of a person's contact book; `holder` says who answers a shared number. */
export function acquaintance(
  population: Population,
  seed: number,
  owner: Person,
  place: number,
  holder: (person: Person) => Person,
): Acquaintance {
  const { people, outsiders, byOffice } = population
  const key = mix(seed, owner.index, place, 0xc07)
  if (key % 100 < 42) {
    const office = byOffice.get(owner.office) ?? people
    const near = office.length > 1 && (key >>> 7) % 3 > 0 ? office : people
    const step = 1 + ((key >>> 9) % (near.length - 1))
    const other = holder(near[(near.indexOf(owner) + step) % near.length]!)
    if (other !== owner && other.number !== owner.number)
      return { party: other.contact, colleague: other, key }
  }
  // Clients mostly speak the language of the office that knows them: outsider n is of office n modulo 13.
  const office = OFFICES.indexOf(owner.office)
  const rows = Math.floor(outsiders.length / OFFICES.length)
  const near =
    rows > 0 && (key >>> 4) % 4 !== 0
      ? ((key >>> 9) % rows) * OFFICES.length + office
      : (key >>> 7) % outsiders.length
  return { party: outsiders[near]!, colleague: null, key }
}

/** Who holds the shared number on a day counted from 1970. */
export function holderOn(duty: readonly [Person, Person], day: number): Person {
  return Math.floor(day / DUTY_DAYS) % 2 === 0 ? duty[0] : duty[1]
}

/** The id of an owner's conversation with an acquaintance. */
export function threadId(owner: Person, key: number, chat: boolean): string {
  return `T${mix(owner.index, key, chat ? 1 : 0)
    .toString(16)
    .padStart(8, '0')}`
}
