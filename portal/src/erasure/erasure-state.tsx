/** The state of an erasure request as a badge, and what it is by as text. */
import type { ErasureIdentity, ErasureRequest } from '../client/client.ts'
import { type Language, useTexts } from '../parts/language.ts'
import { momentText } from '../parts/moment.tsx'
import { StatusBadge } from '../parts/status-badge.tsx'
import { erasureTexts } from './texts.ts'

const KINDS = {
  working: 'working',
  paused: 'paused',
  waiting: 'waiting',
  watching: 'good',
  complete: 'good',
  withdrawn: 'neutral',
} as const

export function ErasureState({ of }: { readonly of: Pick<ErasureRequest, 'state'> }) {
  const t = useTexts(erasureTexts)
  return (
    <StatusBadge kind={KINDS[of.state]} text={t(`state-${of.state}`)} why={t(`state-${of.state}-text`)} />
  )
}

type SayPeriod = (key: 'fromDay' | 'beforeDay', values: { readonly day: string }) => string

/** A number or address, with when it was the person's where that is said. */
export function identityText(
  { value, from, to }: ErasureIdentity,
  say: SayPeriod,
  language: Language,
): string {
  const parts = [
    ...(from === null ? [] : [say('fromDay', { day: momentText(from, language, 'date') })]),
    ...(to === null ? [] : [say('beforeDay', { day: momentText(to, language, 'date') })]),
  ]
  return parts.length === 0 ? value : `${value} (${parts.join(', ')})`
}

/** Who, without the number of a token: `person:anna/token-3` is anna. */
export const nameOf = (actor: string): string => actor.replace(/^person:/, '').replace(/\/token-\d+$/, '')
