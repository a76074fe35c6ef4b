/** Where what the address names is not there, or cannot be had. */
import { Link } from 'react-router'
import type { Problem } from '../client/problem.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { Page } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { retentionTexts } from './texts.ts'

type Props = {
  readonly title: string
  /** The list that it would be in. */
  readonly list: string
  readonly to: string
  readonly problem: Problem
  readonly onRetry: () => void
}

export function Gone({ title, list, to, problem, onRetry }: Props) {
  const t = useTexts(retentionTexts)
  const isUnknown = problem.code.endsWith('_UNKNOWN') || problem.code === 'REQUEST_INVALID'
  return (
    <Page title={title} crumbs={[{ text: list, to }]}>
      {isUnknown ? (
        <EmptyState action={<Link to={to}>{t('seeAll')}</Link>}>{t('goneText')}</EmptyState>
      ) : (
        <ProblemNote problem={problem} onRetry={onRetry} />
      )}
    </Page>
  )
}
