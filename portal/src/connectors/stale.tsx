/** A refused change; where somebody else was quicker, what happened and what is shown now. */
import type { Problem } from '../client/problem.ts'
import { useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { wizardTexts } from './wizard-texts.ts'

export function Stale({ problem }: { readonly problem: Problem }) {
  const t = useTexts(wizardTexts)
  if (problem.code !== 'REVISION_STALE') return <ProblemNote problem={problem} />
  return (
    <Notice kind="warning" title={t('stale')}>
      {t('staleWhy')}
    </Notice>
  )
}
