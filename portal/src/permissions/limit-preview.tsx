/** How many mailboxes a limit reaches, as it is being made. */
import { useQuery } from '@tanstack/react-query'
import { client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { type Limit, limitBody } from './limit.ts'
import { permissionsTexts } from './texts.ts'

const SHOWN = 5

export function LimitPreview({ limit }: { readonly limit: Limit }) {
  const t = useTexts(permissionsTexts)
  const body = limitBody(limit)
  const preview = useQuery({
    queryKey: ['permissions', 'preview', body],
    queryFn: ({ signal }) => client.previewMailboxLimit({ body, signal }),
    placeholderData: before => before,
  })
  if (preview.error instanceof Problem) return <ProblemNote problem={preview.error} />
  if (preview.data === undefined) return <SkeletonBlock height="64px" />
  const { reached, total, sample } = preview.data
  if (reached === 0) return <Notice kind="warning" title={t('limitNothing')} />
  const rest = reached - Math.min(sample.length, SHOWN)
  const names = sample.slice(0, SHOWN).map(mailbox => mailbox.displayName)
  return (
    <div role="status">
      <Notice kind="good" title={t('limitPreview', { count: reached, total })}>
        {[...names, ...(rest > 0 ? [t('limitMore', { count: rest })] : [])].join(', ')}
      </Notice>
    </div>
  )
}
