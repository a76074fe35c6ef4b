/** The state of an export as a badge; and what states there are that move. */
import type { Export } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import { StatusBadge, type StatusKind } from '../parts/status-badge.tsx'
import { exportTexts } from './texts.ts'

const KINDS: Readonly<Record<Export['state'], StatusKind>> = {
  waiting: 'waiting',
  selecting: 'working',
  writing: 'working',
  finishing: 'working',
  ready: 'good',
  failed: 'bad',
  cancelled: 'neutral',
  expired: 'neutral',
  removed: 'neutral',
}

/** True while a worker has something to do for it. */
export const isMoving = ({ state }: Pick<Export, 'state'>): boolean =>
  KINDS[state] === 'waiting' || KINDS[state] === 'working'

export function ExportState({ of: { state } }: { readonly of: Pick<Export, 'state'> }) {
  const t = useTexts(exportTexts)
  return <StatusBadge kind={KINDS[state]} text={t(`state-${state}`)} />
}
