/** A request as its form has it. */
import type { ErasureIdentity, ErasureRequest } from '../client/client.ts'

export type Basis = ErasureRequest['basis']
export const BASES: readonly Basis[] = [
  'no-longer-needed',
  'consent-withdrawn',
  'objection',
  'unlawful',
  'legal-duty',
  'child',
]

/** A line of the form; days as the browser's field gives them, '' for open. */
export type IdentityLine = {
  readonly key: number
  readonly value: string
  readonly from: string
  readonly to: string
}

export type Draft = {
  readonly lines: readonly IdentityLine[]
  readonly basis: Basis | ''
  readonly reason: string
  readonly reference: string
  readonly includeLater: boolean
}

let made = 0

export const lineOf = (value = '', from = '', to = ''): IdentityLine => ({ key: ++made, value, from, to })

export const emptyDraft = (): Draft => ({
  lines: [lineOf()],
  basis: '',
  reason: '',
  reference: '',
  includeLater: false,
})

export const filled = (lines: readonly IdentityLine[]): IdentityLine[] =>
  lines.filter(line => line.value.trim() !== '')

const startOf = (day: string): string | null => (day === '' ? null : `${day}T00:00:00.000Z`)

/** Days are of UTC, as the archive counts them. */
export const identitiesOf = (lines: readonly IdentityLine[]) =>
  filled(lines).map(({ value, from, to }) => ({ value, from: startOf(from), to: startOf(to) }))

export const lineOfIdentity = ({ value, from, to }: ErasureIdentity): IdentityLine =>
  lineOf(value, from?.slice(0, 10) ?? '', to?.slice(0, 10) ?? '')

export type Mistake = 'identity' | 'basis' | 'reason'

export function mistakesOf({ lines, basis, reason }: Draft): ReadonlySet<Mistake> {
  const mistakes = new Set<Mistake>()
  if (filled(lines).length === 0) mistakes.add('identity')
  if (basis === '') mistakes.add('basis')
  if (reason.trim() === '') mistakes.add('reason')
  return mistakes
}
