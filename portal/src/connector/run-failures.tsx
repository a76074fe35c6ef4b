/** The itemised failures of a run, by reason. */
import { client, type Failure, type RunDetail } from '../client/client.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useUrlState } from '../parts/use-url-state.ts'
import { useWords } from '../parts/words.ts'
import styles from './connector.module.css'
import { useFailureColumns } from './failure-columns.tsx'
import { Filters } from './filters.tsx'
import { useReasons } from './reason.tsx'
import { connectorTexts } from './texts.ts'
import { connectorKey } from './use-connector.ts'

export function RunFailures({ run }: { readonly run: RunDetail }) {
  const t = useTexts(connectorTexts)
  const w = useWords()
  const reasons = useReasons()
  const [{ reason }, change] = useUrlState({ reason: '' })
  const { runId, connectorId } = run
  const wanted = run.failures.find(each => each.reason === reason)?.reason
  const page = usePage({
    key: [...connectorKey(connectorId), 'run-failures', runId, wanted],
    read: ({ after, signal }) => client.listRunFailures({ runId, reason: wanted, limit: 50, after, signal }),
  })
  const columns = useFailureColumns<Failure>(connectorId)
  const total = run.failures.reduce((sum, each) => sum + each.failures, 0)
  return (
    <div id="failures">
      {run.failures.length > 0 && (
        <div className={styles.inset}>
          <Filters
            label={w('filters')}
            value={wanted ?? ''}
            onChoose={value => change({ reason: value })}
            choices={[
              { value: '', text: t('all'), count: total },
              ...run.failures.map(each => ({
                value: each.reason,
                text: reasons.text(each.reason),
                count: each.failures,
              })),
            ]}
          />
          {wanted !== undefined && <p className={styles.second}>{reasons.mend(wanted)}</p>}
        </div>
      )}
      <DataTable<Failure>
        label={t('failuresLabel')}
        page={page}
        rowKey={row => `${row.itemId} ${row.sourceUser}`}
        expected={3}
        empty={<EmptyState>{t('failuresOfNone')}</EmptyState>}
        columns={columns}
      />
    </div>
  )
}
