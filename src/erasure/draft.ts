/** What a request for erasure is made of, checked and brought to one form. */
import { HoldfastError } from '../errors.ts'
import { normaliseNumber } from '../mapping/mapping.ts'

/** By what the items of a person are found: a number, or an address of mail. */
export type ErasureIdentity = {
  readonly type: 'number' | 'address'
  /** A number with its country code and `+`; an address in lower case. */
  readonly value: string
  /** From when and until before when it was the person's; null is open. Numbers pass from one to another. */
  readonly from: Date | null
  readonly to: Date | null
}

/** An identity as somebody writes it. */
export type GivenIdentity = {
  readonly value: string
  readonly from?: Date | null
  readonly to?: Date | null
}

/** The points (a) to (f) of article 17(1) that a request can rest on. */
export const ERASURE_BASES = [
  'no-longer-needed',
  'consent-withdrawn',
  'objection',
  'unlawful',
  'legal-duty',
  'child',
] as const
export type ErasureBasis = (typeof ERASURE_BASES)[number]

/** Said of a request by whoever enters it. */
export type ErasureWords = {
  readonly identities: readonly ErasureIdentity[]
  /** What was asked for, and when it came. */
  readonly reason: string
  /** Under what it is filed elsewhere; '' is nothing. */
  readonly reference: string
}

const IDENTITIES_MAX = 50
const TEXT_MAX = 4_000
const REFERENCE_MAX = 200
const ADDRESS = /^[^\s@<>"]{1,128}@[^\s@<>"]{1,255}$/
/** With fewer digits it is a short code, which is nobody's. */
const NUMBER = /^\+?[1-9][0-9]{6,16}$/

const invalid = (why: string): HoldfastError => new HoldfastError('ERASURE_INVALID', why)

/** The identities, each once; ERASURE_INVALID for none, and for what is neither a number with its country nor an address. */
export function checkIdentities(given: readonly GivenIdentity[]): ErasureIdentity[] {
  if (given.length === 0) throw invalid('a request needs a number or an address')
  if (given.length > IDENTITIES_MAX)
    throw invalid(`a request is by at most ${IDENTITIES_MAX} numbers and addresses`)
  const kept = new Map<string, ErasureIdentity>()
  for (const [index, each] of given.entries()) {
    const identity = checkIdentity(each, index + 1)
    const { type, value, from, to } = identity
    kept.set(`${type} ${value} ${from?.getTime()} ${to?.getTime()}`, identity)
  }
  return [...kept.values()]
}

function checkIdentity({ value, from = null, to = null }: GivenIdentity, place: number): ErasureIdentity {
  const text = value.normalize('NFKC').trim()
  if (from !== null && to !== null && from >= to)
    throw invalid(`the period of identity ${place} ends before it begins`)
  if (text.includes('@')) {
    if (!ADDRESS.test(text)) throw invalid(`identity ${place} is no address`)
    return { type: 'address', value: text.toLowerCase(), from, to }
  }
  const digits = text.replace(/[\s()./\p{Pd}\p{Cf}]/gu, '').replace(/^00/, '+')
  if (!NUMBER.test(digits))
    throw invalid(`identity ${place} is neither an address nor a number with its country code (+44 …)`)
  // What is written without `+` is international too, as sources write it.
  const { form, number } = normaliseNumber(digits.startsWith('+') ? digits : `+${digits}`, 'ZZ')
  if (form !== 'number') throw invalid(`identity ${place} is no number of a person`)
  return { type: 'number', value: `+${number}`, from, to }
}

/** The reason as it is kept. */
export function checkReason(reason: string): string {
  const kept = reason.trim()
  if (kept === '') throw invalid('say what was asked for: the reason is missing')
  if (kept.length > TEXT_MAX) throw invalid(`a reason has at most ${TEXT_MAX} characters`)
  return kept
}

export function checkReference(reference: string): string {
  const kept = reference.trim()
  if (kept.length > REFERENCE_MAX) throw invalid(`a reference has at most ${REFERENCE_MAX} characters`)
  return kept
}
