/** The status of a run as a badge. */
import type { Run } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import { StatusBadge, type StatusKind } from '../parts/status-badge.tsx'
import { connectorTexts } from './texts.ts'

const KINDS: Readonly<Record<Run['status'], StatusKind>> = {
  waiting: 'waiting',
  collecting: 'working',
  filing: 'working',
  complete: 'good',
  incomplete: 'bad',
  failed: 'bad',
}

export function RunStatus({ of }: { readonly of: Pick<Run, 'status' | 'errorCode'> }) {
  const t = useTexts(connectorTexts)
  return <StatusBadge kind={KINDS[of.status]} text={t(of.status)} why={of.errorCode} />
}

export const isOpen = ({ status }: Pick<Run, 'status'>): boolean =>
  status === 'waiting' || status === 'collecting' || status === 'filing'
