/** The page around a connector's tabs: how it is, what can be done, its import under way, and its last 90 days. */
import { Button } from '@fluentui/react-components'
import { CalendarRegular } from '@fluentui/react-icons/svg/calendar'
import { HistoryRegular } from '@fluentui/react-icons/svg/history'
import { PauseRegular } from '@fluentui/react-icons/svg/pause'
import { PlayRegular } from '@fluentui/react-icons/svg/play'
import { TableRegular } from '@fluentui/react-icons/svg/table'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, Outlet } from 'react-router'
import { type Connector, type ConnectorSummary, client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useHoldsRole } from '../client/session.ts'
import { ConnectorState } from '../connectors/connector-state.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { Facts } from '../parts/facts.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Progress } from '../parts/progress.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonBlock, SkeletonPage } from '../parts/skeleton.tsx'
import { StatusBadge } from '../parts/status-badge.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { showDone, showProblem } from '../parts/toast.tsx'
import { useUrlState } from '../parts/use-url-state.ts'
import { BackFill } from './back-fill.tsx'
import { Calendar, CalendarKey, CalendarTable } from './calendar.tsx'
import styles from './connector.module.css'
import { connectorTexts } from './texts.ts'
import { connectorKey, useConnectorId, useConnectorQuery, useImports } from './use-connector.ts'

const DAYS = 90

export function ConnectorPage() {
  const t = useTexts(connectorTexts)
  const connectorId = useConnectorId()
  const query = useConnectorQuery(connectorId)
  const mayChange = useHoldsRole('Mailbox Import Export')
  useImports(connectorId)
  const crumbs = [
    { text: t('dataConnectors'), to: '/data-connectors' },
    { text: t('connectors'), to: '/data-connectors/connectors' },
  ]
  if (query.data === undefined) {
    if (!(query.error instanceof Problem)) return <SkeletonPage />
    return (
      <Page title={t('connectors')} crumbs={crumbs}>
        <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
      </Page>
    )
  }
  const connector = query.data
  const isThere = connector.status === 'active' || connector.status === 'paused'
  return (
    <Page
      title={connector.name}
      crumbs={crumbs}
      mark={<Condition of={connector} />}
      purpose={t('purpose', {
        product: connector.product.name,
        account: connector.accountName || connector.accountId || '-',
        folder: connector.product.folder,
      })}
      {...(mayChange && isThere ? { commands: <Acts of={connector} /> } : {})}
    >
      {connector.status === 'removed' && <Notice title={t('removedTitle')}>{t('removedText')}</Notice>}
      {connector.status === 'draft' && (
        <Notice
          kind="warning"
          title={t('unfinishedTitle')}
          action={<Link to={`/data-connectors/setup/${connectorId}`}>{t('continueSetup')}</Link>}
        />
      )}
      {connector.progress !== null && <UnderWay of={connector.progress} />}
      <Completeness of={connector} />
      <Tabs
        label={t('tabs')}
        tabs={[
          { to: '', text: t('users'), count: connector.users },
          { to: 'runs', text: t('runs') },
          { to: 'mapping', text: t('mapping'), count: connector.mappingLines },
          { to: 'failures', text: t('failures'), count: connector.openFailures },
          { to: 'settings', text: t('settings') },
          { to: 'history', text: t('history') },
        ]}
      />
      <Outlet context={connector} />
    </Page>
  )
}

function Condition({ of }: { readonly of: Connector }) {
  const t = useTexts(connectorTexts)
  if (of.condition === null) return <StatusBadge kind="neutral" text={t('removed')} />
  return <ConnectorState of={of.condition} />
}

function Acts({ of }: { readonly of: Connector }) {
  const t = useTexts(connectorTexts)
  const queries = useQueryClient()
  const [asking, setAsking] = useState<'pause' | 'back-fill' | null>(null)
  const { connectorId, name } = of
  const changed = () => {
    void queries.invalidateQueries({ queryKey: connectorKey(connectorId) })
    void queries.invalidateQueries({ queryKey: ['connectors'] })
  }
  const act = async (work: Promise<unknown>, done: string) => {
    try {
      await work
      showDone(done)
    } catch (error) {
      showProblem(error)
    }
    changed()
  }
  const paused = of.status === 'paused'
  return (
    <>
      {paused ? (
        <Button
          appearance="primary"
          icon={<PlayRegular />}
          onClick={() => void act(client.resumeConnector({ connectorId }), t('resumedDone', { name }))}
        >
          {t('resume')}
        </Button>
      ) : (
        <>
          <Button
            appearance="primary"
            icon={<PlayRegular />}
            disabledFocusable={of.progress !== null}
            onClick={() => void act(client.startRun({ connectorId, body: {} }), t('startedDone'))}
          >
            {t('importNow')}
          </Button>
          <Button appearance="subtle" icon={<PauseRegular />} onClick={() => setAsking('pause')}>
            {t('pause')}
          </Button>
        </>
      )}
      <Button
        appearance="subtle"
        icon={<HistoryRegular />}
        disabledFocusable={of.progress !== null}
        onClick={() => setAsking('back-fill')}
      >
        {t('backFill')}
      </Button>
      {asking === 'pause' && (
        <Confirm
          title={t('pauseTitle', { name })}
          act={t('pause')}
          onConfirm={async () => {
            await client.pauseConnector({ connectorId })
            showDone(t('pausedDone', { name }))
            changed()
          }}
          onClose={() => setAsking(null)}
        >
          {t('pauseText')}
        </Confirm>
      )}
      {asking === 'back-fill' && <BackFill of={of} onClose={() => setAsking(null)} onStarted={changed} />}
    </>
  )
}

function UnderWay({ of }: { readonly of: NonNullable<ConnectorSummary['progress']> }) {
  const t = useTexts(connectorTexts)
  return (
    <Section>
      <div className={styles.underWay}>
        <Progress
          stage={t(of.stage)}
          done={of.done}
          total={of.total}
          rate={of.rate}
          secondsLeft={of.secondsLeft}
        />
        <Link to={`runs/${of.runId}`}>{t('seeRun', { run: of.runId })}</Link>
      </div>
      {of.trouble !== null && <p className={styles.trouble}>{t('trouble', { code: of.trouble.code })}</p>}
    </Section>
  )
}

function Completeness({ of }: { readonly of: Connector }) {
  const t = useTexts(connectorTexts)
  const [{ show }, change] = useUrlState({ show: 'calendar' })
  const { connectorId } = of
  const query = useQuery({
    queryKey: [...connectorKey(connectorId), 'calendar'],
    queryFn: ({ signal }) => client.getCompleteness({ connectorId, days: DAYS, signal }),
    refetchInterval: 60_000,
  })
  const days = query.data?.days
  const table = show === 'table'
  const dayLink = (day: string) => `runs?day=${day}${table ? '&show=table' : ''}`
  return (
    <Section
      title={t('completeness')}
      aside={
        <Button
          size="small"
          appearance="subtle"
          icon={table ? <CalendarRegular /> : <TableRegular />}
          onClick={() => change({ show: table ? null : 'table' })}
        >
          {table ? t('asCalendar') : t('asTable')}
        </Button>
      }
    >
      <div className={styles.completeness}>
        <div className={styles.days}>
          {query.error instanceof Problem && (
            <ProblemNote problem={query.error} onRetry={() => void query.refetch()} plain />
          )}
          {days === undefined && query.error === null && <SkeletonBlock height="214px" />}
          {days !== undefined &&
            (table ? (
              <CalendarTable days={days} dayLink={dayLink} />
            ) : (
              <>
                <Calendar days={days} dayLink={dayLink} />
                <CalendarKey days={days} />
              </>
            ))}
        </div>
        <div className={styles.facts}>
          <Facts
            of={[
              [
                t('collectedUntil'),
                of.collectedUntil === null ? t('nothingYet') : <Moment key="until" at={of.collectedUntil} />,
              ],
              [
                t('nextRun'),
                of.status === 'removed' || of.status === 'draft' ? null : of.nextRunAt === null ? (
                  t('notScheduled')
                ) : (
                  <Moment key="next" at={of.nextRunAt} />
                ),
              ],
              [
                t('unmappedNow'),
                of.unmapped === 0 ? (
                  t('unmappedItems', { count: 0 })
                ) : (
                  <Link key="unmapped" to={`/unmapped?connector=${connectorId}`}>
                    {t('unmappedItems', { count: of.unmapped })}
                  </Link>
                ),
              ],
            ]}
          />
        </div>
      </div>
    </Section>
  )
}
