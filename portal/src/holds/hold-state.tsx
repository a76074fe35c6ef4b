/** The state of a hold as a badge: whether it holds, and whether its query has looked at everything. */
import type { Hold } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import { StatusBadge } from '../parts/status-badge.tsx'
import { holdTexts } from './texts.ts'

export function HoldState({ of }: { readonly of: Hold }) {
  const t = useTexts(holdTexts)
  if (of.problem !== null) return <StatusBadge kind="warning" text={t('troubled')} why={t('troubledText')} />
  if (of.evaluating) return <StatusBadge kind="working" text={t('evaluating')} why={t('evaluatingText')} />
  const kind = of.state === 'active' ? 'good' : of.state === 'delayed' ? 'waiting' : 'neutral'
  return <StatusBadge kind={kind} text={t(`state-${of.state}`)} />
}

/** Who, without the number of a token: `person:anna/token-3` is anna. */
export const nameOf = (actor: string): string => actor.replace(/^person:/, '').replace(/\/token-\d+$/, '')
