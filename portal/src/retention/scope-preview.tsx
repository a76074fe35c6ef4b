/** Which mailboxes fit a condition, as it is being written. */
import { useQuery } from '@tanstack/react-query'
import { client, type ScopeCondition } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { useLate } from '../parts/use-late.ts'
import { nameOf } from './choices.ts'
import styles from './retention.module.css'
import { scopeTexts } from './scope-texts.ts'

const NAMED = 8

export type Given = { readonly condition: ScopeCondition } | { readonly query: string }

/** Who would meet it; `given` is null while it is unfinished. */
export function useScopePreview(given: Given | null) {
  const key = useLate(given === null ? '' : JSON.stringify(given))
  return useQuery({
    queryKey: ['retention', 'scope-preview', key],
    queryFn: ({ signal }) => client.previewAdaptiveScope({ body: JSON.parse(key) as Given, signal }),
    enabled: key !== '',
    placeholderData: before => before,
    retry: false,
  })
}

type Props = {
  readonly isUnfinished: boolean
  readonly preview: ReturnType<typeof useScopePreview>
}

export function ScopePreview({ isUnfinished, preview }: Props) {
  const t = useTexts(scopeTexts)
  if (isUnfinished) return <p className={styles.note}>{t('fitsUnfinished')}</p>
  if (preview.error instanceof Problem) return <ProblemNote problem={preview.error} />
  if (preview.data === undefined) return <SkeletonBlock height="64px" />
  const { members, sample } = preview.data
  if (members === 0) return <Notice kind="warning" title={t('fitsNone')} />
  const shown = sample.slice(0, NAMED)
  const rest = members - shown.length
  return (
    <div role="status">
      <Notice kind="good" title={t('fits', { count: members })}>
        {[...shown.map(nameOf), ...(rest > 0 ? [t('more', { count: rest })] : [])].join(', ')}
      </Notice>
    </div>
  )
}
