/** The rules with their thresholds; one opens beside the list to be changed. */
import { useQuery } from '@tanstack/react-query'
import { Outlet, useParams } from 'react-router'
import { type AlertRule, client } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import { StatusBadge } from '../parts/status-badge.tsx'
import { DataTable } from '../parts/table.tsx'
import { allRows } from '../parts/use-page.ts'
import { useWords } from '../parts/words.ts'
import styles from './alerts.module.css'
import { SEVERITIES } from './sentence.ts'
import { alertTexts } from './texts.ts'

export const RULES_KEY = ['alerts', 'rules']

/** All rules. */
export function useRules() {
  return useQuery({
    queryKey: RULES_KEY,
    queryFn: async ({ signal }) => (await client.listAlertRules({ signal })).rows,
  })
}

export function Rules() {
  const t = useTexts(alertTexts)
  const w = useWords()
  const query = useRules()
  const { rule = null } = useParams()
  return (
    <>
      <DataTable<AlertRule>
        label={t('rules')}
        page={allRows(query)}
        rowKey={row => row.rule}
        rowLink={row => row.rule}
        selected={rule}
        expected={13}
        empty={null}
        columns={[
          { key: 'name', header: t('ruleName'), cell: row => t(`rule-${row.rule}`), width: '24%' },
          {
            key: 'what',
            header: w('description'),
            cell: row => <span className={styles.muted}>{t(`about-${row.rule}`)}</span>,
          },
          {
            key: 'threshold',
            header: t('threshold'),
            align: 'end',
            cell: row =>
              row.bounds === null || row.threshold === null
                ? null
                : t(`unit-${row.bounds.unit}`, { count: row.threshold }),
            width: '150px',
          },
          {
            key: 'severity',
            header: t('severity'),
            cell: row => <StatusBadge kind={SEVERITIES[row.severity]} text={t(row.severity)} />,
            width: '130px',
          },
          {
            key: 'enabled',
            header: w('status'),
            cell: row => (
              <StatusBadge kind={row.enabled ? 'good' : 'paused'} text={row.enabled ? w('on') : w('off')} />
            ),
            width: '90px',
          },
        ]}
      />
      <Outlet />
    </>
  )
}
