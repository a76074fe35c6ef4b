/** A run: its completeness statement as two sums that one can check by eye, live while it moves, then its failures. */
import { Button } from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useParams } from 'react-router'
import { type ConnectorProgress, client, type ProgressEvent, type RunDetail } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { Duration } from '../parts/count.tsx'
import { Facts } from '../parts/facts.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { Moment, momentText } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Progress } from '../parts/progress.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonPage } from '../parts/skeleton.tsx'
import { useLive } from '../parts/use-live.ts'
import styles from './connector.module.css'
import { RunFailures } from './run-failures.tsx'
import { isOpen, RunStatus } from './run-status.tsx'
import { Statement } from './statement.tsx'
import { connectorTexts } from './texts.ts'
import { connectorKey, useConnectorId } from './use-connector.ts'

export function RunPage() {
  const t = useTexts(connectorTexts)
  const { runId: place = '' } = useParams()
  const runId = /^\d{1,15}$/.test(place) ? Number(place) : 0
  const connectorId = useConnectorId()
  const query = useQuery({
    queryKey: [...connectorKey(connectorId), 'run', runId],
    queryFn: ({ signal }) => client.getRun({ runId, signal }),
    refetchInterval: ({ state }) => (state.data !== undefined && isOpen(state.data) ? 1_000 : false),
  })
  const crumbs = [
    { text: t('dataConnectors'), to: '/data-connectors' },
    { text: t('connectors'), to: '/data-connectors/connectors' },
    { text: query.data?.connectorName ?? '…', to: `/data-connectors/connectors/${connectorId}` },
    { text: t('runs'), to: `/data-connectors/connectors/${connectorId}/runs` },
  ]
  if (query.data === undefined) {
    if (!(query.error instanceof Problem)) return <SkeletonPage />
    return (
      <Page title={t('runTitle', { run: runId })} crumbs={crumbs.slice(0, 2)}>
        <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
      </Page>
    )
  }
  const run = query.data
  return (
    <Page
      title={t('runTitle', { run: run.runId })}
      crumbs={crumbs}
      mark={<RunStatus of={run} />}
      purpose={t('runPurpose', { name: run.connectorName })}
    >
      {isOpen(run) && <Moving run={run} />}
      {run.status === 'failed' && (
        <Notice kind="error" title={t('runFailed', { code: run.errorCode ?? '' })}>
          {run.errorMessage !== null && <p>{run.errorMessage}</p>}
          {t('runFailedText')}
        </Notice>
      )}
      {run.status === 'incomplete' && (
        <Notice kind="error" title={t('doesNotAdd')}>
          {t('doesNotAddText')}
        </Notice>
      )}
      <Section title={t('statement')} {...(run.demonstration ? { aside: <Demonstration /> } : {})}>
        <Statement run={run} />
      </Section>
      <Section>
        <RunFacts run={run} />
      </Section>
      <Section
        title={t('failuresOf')}
        flush
        aside={
          run.failures.length > 0 && (
            <Button
              as="a"
              size="small"
              appearance="subtle"
              icon={<ArrowDownloadRegular />}
              href={client.downloadRunFailures({ runId: run.runId })}
              download
            >
              {t('downloadCsv')}
            </Button>
          )
        }
      >
        <RunFailures run={run} />
      </Section>
    </Page>
  )
}

function Demonstration() {
  const t = useTexts(connectorTexts)
  return <span className={styles.second}>{t('demonstration')}</span>
}

/** Its progress, as the archive tells it each second. */
function Moving({ run }: { readonly run: RunDetail }) {
  const t = useTexts(connectorTexts)
  const queries = useQueryClient()
  const [progress, setProgress] = useState<ConnectorProgress | null>(null)
  useLive<ProgressEvent>(client.watchProgress(), ({ runs, ended }) => {
    const found = runs.find(each => each.runId === run.runId)
    if (found !== undefined) setProgress(found)
    if (ended.some(each => each.runId === run.runId))
      void queries.invalidateQueries({ queryKey: connectorKey(run.connectorId) })
  })
  const { items } = run
  const stage =
    progress?.stage ??
    (run.status === 'waiting' ? 'waiting' : run.status === 'filing' ? 'filing' : 'collecting')
  return (
    <Section>
      <Progress
        stage={t(stage)}
        done={
          progress?.done ?? items.filed + items.unmapped + items.duplicate + items.disposed + items.failed
        }
        total={progress?.total ?? items.fromSource}
        rate={progress?.rate ?? null}
        secondsLeft={progress?.secondsLeft ?? null}
      />
      {run.errorCode !== null && <p className={styles.trouble}>{t('trouble', { code: run.errorCode })}</p>}
    </Section>
  )
}

function RunFacts({ run }: { readonly run: RunDetail }) {
  const t = useTexts(connectorTexts)
  const [language] = useLanguage()
  const who = run.requestedBy === 'system' ? t('theSchedule') : run.requestedBy.replace(/^person:/, '')
  const took =
    run.startedAt !== null && run.completedAt !== null
      ? (Date.parse(run.completedAt) - Date.parse(run.startedAt)) / 1000
      : null
  return (
    <Facts
      of={[
        [
          t('window'),
          <span key="window" title={`${run.windowFrom} / ${run.windowTo}`}>
            {t('windowOf', {
              from: momentText(run.windowFrom, language),
              to: momentText(run.windowTo, language),
            })}
          </span>,
        ],
        [t('why'), t(run.trigger)],
        [t('requested'), t('requestedBy', { when: momentText(run.requestedAt, language), who })],
        [
          t('started'),
          run.startedAt === null ? null : <Moment key="started" at={run.startedAt} kind="seconds" />,
        ],
        [
          t('completionTime'),
          run.completedAt === null ? null : <Moment key="completed" at={run.completedAt} kind="seconds" />,
        ],
        [t('took'), took === null ? null : <Duration key="took" seconds={took} />],
      ]}
    />
  )
}
