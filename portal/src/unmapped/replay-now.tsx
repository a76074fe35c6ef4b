/** Files again what can be filed now: the button, its progress, and what came of it. */
import { Button } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useTexts } from '../parts/language.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Progress } from '../parts/progress.tsx'
import { unmappedTexts } from './texts.ts'
import styles from './unmapped.module.css'
import { useReplay } from './use-replay.ts'

type Props = { readonly connectorId: number | undefined; readonly icon: ReactElement }

export function ReplayNow({ connectorId, icon }: Props) {
  const t = useTexts(unmappedTexts)
  const ask = useMutation({
    mutationFn: () => client.replayUnmapped({ body: connectorId === undefined ? {} : { connectorId } }),
  })
  const replay = useReplay(ask.data ?? null)
  const busy = ask.isPending || (replay !== null && replay.completedAt === null)
  return (
    <>
      <Button appearance="subtle" icon={icon} disabledFocusable={busy} onClick={() => !busy && ask.mutate()}>
        {t('replay')}
      </Button>
      <div className={styles.replay} aria-live="polite">
        {replay === null && ask.error === null && <span className={styles.second}>{t('replayHint')}</span>}
        {replay !== null && replay.completedAt === null && (
          <Progress stage={t('replaying')} done={replay.lookedAt} total={replay.failures} />
        )}
        {replay !== null && replay.completedAt !== null && (
          <span>
            {t('replayDone')}:{' '}
            {replay.resolved === 0
              ? t('replayNothing', { looked: replay.lookedAt })
              : t('replayResult', {
                  looked: replay.lookedAt,
                  resolved: replay.resolved,
                  filings: replay.filings,
                })}
          </span>
        )}
        {ask.error instanceof Problem && <ProblemNote problem={ask.error} plain />}
      </div>
    </>
  )
}
