/** The runs of disposal, newest first: what was due, what went, and what did not. */
import { RecycleRegular } from '@fluentui/react-icons/svg/recycle'
import { client, type DispositionRun } from '../client/client.ts'
import { actorName } from '../parts/actor.ts'
import { Count } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { StatusBadge } from '../parts/status-badge.tsx'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useWords } from '../parts/words.ts'
import styles from './disposition.module.css'
import { dispositionTexts } from './texts.ts'

const EVERY_MS = 5_000
const KINDS = { waiting: 'waiting', running: 'working', complete: 'good', stopped: 'warning' } as const
const CODES = ['DISPOSITION_PAUSED', 'DISPOSITION_LIMIT', 'DISPOSITION_VOLUME', 'DISPOSITION_CLOCKS'] as const

export function RunList() {
  const t = useTexts(dispositionTexts)
  const w = useWords()
  const page = usePage<DispositionRun>({
    key: ['disposition', 'runs'],
    read: ({ after, signal }) => client.listDispositionRuns({ limit: 20, after, signal }),
    every: EVERY_MS,
  })
  const number = (key: string, header: string, of: (row: DispositionRun) => number | null) => ({
    key,
    header,
    width: '128px',
    align: 'end' as const,
    cell: (row: DispositionRun) => {
      const value = of(row)
      return value === null ? '-' : <Count value={value} />
    },
  })
  return (
    <DataTable<DispositionRun>
      label={t('runList')}
      page={page}
      rowKey={row => row.runId}
      expected={3}
      empty={
        <EmptyState icon={<RecycleRegular />} title={t('noRuns')} headingLevel={3}>
          {t('noRunsText')}
        </EmptyState>
      }
      columns={[
        {
          key: 'run',
          header: t('runAt'),
          cell: row => (
            <span className={styles.stack}>
              <Moment at={row.startedAt ?? row.requestedAt} />
              <span className={styles.second}>
                {row.cause === 'person'
                  ? t('cause-person', { who: actorName(row.requestedBy) })
                  : t(`cause-${row.cause}`)}
              </span>
            </span>
          ),
        },
        { key: 'state', header: w('status'), width: '150px', cell: row => <RunState of={row} /> },
        number('due', t('runDue'), row => row.due),
        number('filings', t('filings'), row => row.filings),
        number('items', t('items'), row => row.items),
        number('reviewed', t('reviewed'), row => row.reviewed),
        number('kept', t('kept'), row => row.kept),
      ]}
    />
  )
}

function RunState({ of: { state, code } }: { readonly of: DispositionRun }) {
  const t = useTexts(dispositionTexts)
  const known = CODES.find(each => each === code)
  const why = code === null ? null : known ? t(`code-${known}`) : t('code-other', { code })
  return <StatusBadge kind={KINDS[state]} text={t(`run-${state}`)} why={why} />
}
