/** Where a run or a report stands. */
import { useTexts } from '../parts/language.ts'
import { StatusBadge } from '../parts/status-badge.tsx'
import { reportTexts } from './report-texts.ts'
import { searchTexts } from './texts.ts'

type Standing = {
  readonly status: 'waiting' | 'working' | 'complete' | 'failed'
  readonly errorCode: string | null
}

const KINDS = { waiting: 'waiting', working: 'working', complete: 'good', failed: 'bad' } as const

export function RunStatus({ of, counting = false }: { readonly of: Standing; readonly counting?: boolean }) {
  const t = useTexts(searchTexts)
  const r = useTexts(reportTexts)
  const why =
    of.status === 'failed'
      ? t('failedWhy', { code: of.errorCode ?? '' })
      : of.status === 'waiting'
        ? t('waitingWhy')
        : null
  const text = counting && of.status === 'working' ? r('counting') : t(of.status)
  return <StatusBadge kind={KINDS[of.status]} text={text} why={why} />
}

export const isMoving = ({ status }: Pick<Standing, 'status'>): boolean =>
  status === 'waiting' || status === 'working'
