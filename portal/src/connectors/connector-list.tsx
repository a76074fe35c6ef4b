/** The tab *Connectors*: every connector, how it is and why, and its import as it goes on. */
import { Button } from '@fluentui/react-components'
import { PlugConnectedRegular } from '@fluentui/react-icons/svg/plug-connected'
import { Link, useNavigate } from 'react-router'
import { type ConnectorSummary, client } from '../client/client.ts'
import { useHoldsRole } from '../client/session.ts'
import { Count } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { Progress } from '../parts/progress.tsx'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useWords } from '../parts/words.ts'
import { ConnectorState } from './connector-state.tsx'
import styles from './connectors.module.css'
import { connectorsTexts } from './texts.ts'
import { LIST_KEY, useImports } from './use-imports.ts'

export function ConnectorList() {
  const t = useTexts(connectorsTexts)
  const w = useWords()
  const { state, ended } = useImports()
  const page = usePage({
    key: LIST_KEY,
    read: ({ after, signal }) => client.listConnectors({ limit: 50, after, signal }),
    every: 30_000,
  })
  const pageOf = (row: ConnectorSummary) => `/data-connectors/connectors/${row.connectorId}`
  const number = (row: ConnectorSummary, value: number, to: string) =>
    row.setupStep !== null ? null : value === 0 ? (
      <Count value={0} />
    ) : (
      <Link to={to}>
        <Count value={value} />
      </Link>
    )
  return (
    <>
      {state === 'lost' && <Notice kind="warning">{w('connectionLost')}</Notice>}
      <DataTable<ConnectorSummary>
        label={t('connectors')}
        page={page}
        rowKey={row => row.connectorId}
        rowLink={row =>
          row.setupStep === null ? pageOf(row) : `/data-connectors/setup/${row.connectorId}/${row.setupStep}`
        }
        expected={3}
        empty={<NoConnectors />}
        columns={[
          { key: 'name', header: t('name'), cell: row => row.name, width: '17%' },
          { key: 'product', header: t('product'), cell: row => row.product.name, width: '15%' },
          { key: 'state', header: w('status'), cell: row => <ConnectorState of={row} />, width: '150px' },
          {
            key: 'last',
            header: t('lastImport'),
            cell: row =>
              row.lastRun?.completedAt ? (
                <Moment at={row.lastRun.completedAt} />
              ) : row.setupStep ? null : (
                w('never')
              ),
            width: '150px',
          },
          {
            key: 'progress',
            header: t('progress'),
            cell: row => <ImportProgress of={row} ended={ended.has(row.connectorId)} />,
            width: '230px',
          },
          {
            key: 'imported',
            header: t('imported'),
            align: 'end',
            cell: row => number(row, row.imported, `${pageOf(row)}/runs`),
          },
          {
            key: 'failed',
            header: t('failed'),
            align: 'end',
            cell: row => number(row, row.failed, `${pageOf(row)}/failures`),
          },
          {
            key: 'unmapped',
            header: t('unmapped'),
            align: 'end',
            cell: row => number(row, row.unmapped, `/unmapped?connector=${row.connectorId}`),
          },
          {
            key: 'next',
            header: t('nextRun'),
            cell: row => row.nextRunAt && <Moment at={row.nextRunAt} />,
            width: '150px',
          },
        ]}
      />
    </>
  )
}

/** The import under way; else how one ended that was seen here; else nothing. */
function ImportProgress({ of, ended }: { readonly of: ConnectorSummary; readonly ended: boolean }) {
  const t = useTexts(connectorsTexts)
  const { progress, lastRun, setupStep } = of
  if (setupStep !== null)
    return (
      <div className={styles.begun}>
        <span>{t('setupAt', { step: t(setupStep) })}</span>
        <Link to={`/data-connectors/setup/${of.connectorId}/${setupStep}`}>{t('continue')}</Link>
      </div>
    )
  if (progress !== null)
    return (
      <Progress
        stage={t(progress.stage)}
        done={progress.done}
        total={progress.total}
        rate={progress.rate}
        secondsLeft={progress.secondsLeft}
      />
    )
  if (!ended || lastRun === null) return null
  if (lastRun.status !== 'complete') return <span>{t('notComplete')}</span>
  const items = Math.max(1, lastRun.items)
  return <Progress stage={t('complete')} done={items} total={items} />
}

function NoConnectors() {
  const t = useTexts(connectorsTexts)
  const navigate = useNavigate()
  const mayAdd = useHoldsRole('Mailbox Import Export')
  return (
    <EmptyState
      icon={<PlugConnectedRegular />}
      title={t('emptyTitle')}
      headingLevel={2}
      action={
        <Button
          appearance={mayAdd ? 'primary' : 'secondary'}
          onClick={() => void navigate('/data-connectors')}
        >
          {t('emptyAct')}
        </Button>
      }
    >
      {mayAdd ? t('emptyText') : t('emptyTextNoRole')}
    </EmptyState>
  )
}
