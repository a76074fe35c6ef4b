/** The tab *Tree*: where the log stands, what to keep elsewhere, and *verify now* with its verdicts. */
import { Button } from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download'
import { useQuery } from '@tanstack/react-query'
import { client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { Count } from '../parts/count.tsx'
import { Facts } from '../parts/facts.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { useWords } from '../parts/words.ts'
import styles from './audit.module.css'
import { auditTexts } from './texts.ts'
import { Verifications } from './verifications.tsx'

export function Log() {
  return (
    <div className={styles.columns}>
      <Verifications />
      <Tree />
    </div>
  )
}

function Tree() {
  const t = useTexts(auditTexts)
  const w = useWords()
  const query = useQuery({
    queryKey: ['audit', 'log'],
    queryFn: ({ signal }) => client.getLogState({ signal }),
    refetchInterval: 10_000,
  })
  const problem = query.error instanceof Problem ? query.error : null
  const state = query.data
  if (state === undefined)
    return problem === null ? (
      <SkeletonBlock height="320px" />
    ) : (
      <ProblemNote problem={problem} onRetry={() => void query.refetch()} />
    )
  return (
    <Section title={t('tree')}>
      <Facts
        of={[
          [t('size'), <Count key="size" value={state.size} />],
          [t('waiting'), <Count key="waiting" value={state.waiting} />],
          [
            t('checkpoint'),
            state.checkpointAt === null ? (
              w('none')
            ) : (
              <Moment key="at" at={state.checkpointAt} kind="seconds" />
            ),
          ],
          [t('root'), state.root === null ? null : <code key="root">{state.root}</code>],
          [t('epoch'), state.epoch],
          [t('publicKey'), <code key="key">{state.publicKey}</code>],
        ]}
      />
      <p className={styles.small}>{t('keepElsewhere')}</p>
      <div className={styles.acts}>
        {state.note !== null && (
          <Button
            as="a"
            size="small"
            icon={<ArrowDownloadRegular />}
            href={client.downloadCheckpoint()}
            download
          >
            {t('downloadCheckpoint')}
          </Button>
        )}
        <Button
          as="a"
          size="small"
          icon={<ArrowDownloadRegular />}
          href={client.downloadPublicKey()}
          download
        >
          {t('downloadKey')}
        </Button>
      </div>
    </Section>
  )
}
