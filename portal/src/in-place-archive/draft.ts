/** An archive policy while it is written: what was entered, what is missing, and what is sent. Pure. */
import type { ArchivePolicy } from '../client/client.ts'

export type Mailbox = { readonly mailboxId: number; readonly address: string; readonly displayName: string }

export type Draft = {
  readonly name: string
  readonly description: string
  readonly everywhere: boolean
  readonly mailboxes: readonly Mailbox[]
  /** Keeps everything out of the archive; for mailboxes alone. */
  readonly never: boolean
  /** As entered. */
  readonly years: string
  readonly months: string
  readonly days: string
}

export const EMPTY: Draft = {
  name: '',
  description: '',
  everywhere: true,
  mailboxes: [],
  never: false,
  years: '2',
  months: '',
  days: '',
}

export type Mistake = 'name' | 'mailboxes' | 'period'

export const PERIOD_PARTS = ['years', 'months', 'days'] as const
const LETTERS = { years: 'Y', months: 'M', days: 'D' } as const
const WHOLE = /^\d{0,5}$/
const YEARS_MAX = 100
const PERIOD = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?$/

export function mistakesOf(draft: Draft): ReadonlySet<Mistake> {
  const wrong = new Set<Mistake>()
  if (draft.name.trim() === '') wrong.add('name')
  if (!draft.everywhere && draft.mailboxes.length === 0) wrong.add('mailboxes')
  if (!isNever(draft) && periodOf(draft) === null) wrong.add('period')
  return wrong
}

/** The organisation's policy always has a period. */
export const isNever = ({ never, everywhere }: Draft): boolean => never && !everywhere

/** The period as the API reads it; null if it is none. */
function periodOf(draft: Draft): string | null {
  const entered = PERIOD_PARTS.map(part => draft[part].trim())
  if (!entered.every(each => WHOLE.test(each))) return null
  const [years, months, days] = entered.map(Number) as [number, number, number]
  const length = years + months / 12 + days / 366
  if (length === 0 || length > YEARS_MAX) return null
  return `P${PERIOD_PARTS.map((part, index) => (Number(entered[index]) === 0 ? '' : `${Number(entered[index])}${LETTERS[part]}`)).join('')}`
}

export function bodyOf(draft: Draft) {
  const { name, description, everywhere, mailboxes } = draft
  return {
    name,
    description,
    period: isNever(draft) ? null : periodOf(draft),
    mailboxIds: everywhere ? null : mailboxes.map(each => each.mailboxId),
  }
}

/** What a policy looks like in the form that changes it. */
export function draftOf(policy: ArchivePolicy, mailboxes: readonly Mailbox[]): Draft {
  const { name, description, everywhere, period } = policy
  const parts = partsOf(period ?? '')
  const said = (count: number) => (count === 0 ? '' : String(count))
  return {
    name,
    description,
    everywhere,
    mailboxes,
    never: period === null,
    years: said(parts.years),
    months: said(parts.months),
    days: said(parts.days),
  }
}

export function partsOf(period: string): Record<(typeof PERIOD_PARTS)[number], number> {
  const match = PERIOD.exec(period)
  return { years: Number(match?.[1] ?? 0), months: Number(match?.[2] ?? 0), days: Number(match?.[3] ?? 0) }
}
