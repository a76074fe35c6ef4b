/** Alerts, open or past: what happened, since when, and who has seen to it. */
import { Button } from '@fluentui/react-components'
import { AlertRegular } from '@fluentui/react-icons/svg/alert'
import { useState } from 'react'
import { Link } from 'react-router'
import { type Alert, client } from '../client/client.ts'
import { useHoldsRole } from '../client/session.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { FilterChips } from '../parts/filter-chips.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { StatusBadge } from '../parts/status-badge.tsx'
import { type Column, DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useUrlState } from '../parts/use-url-state.ts'
import { Acknowledge } from './acknowledge.tsx'
import styles from './alerts.module.css'
import { isRule, placeOf, SEVERITIES, sentenceOf } from './sentence.ts'
import { alertTexts } from './texts.ts'

export function AlertList({ state }: { readonly state: 'open' | 'past' }) {
  const t = useTexts(alertTexts)
  const [language] = useLanguage()
  const mayAcknowledge = useHoldsRole('Organization Configuration')
  const [filter, setFilter] = useUrlState({ rule: '' })
  const [chosen, setChosen] = useState<Alert | null>(null)
  const rule = isRule(filter.rule) ? filter.rule : undefined
  const page = usePage({
    key: ['alerts', state, filter.rule],
    read: ({ after, signal }) => client.listAlerts({ state, rule, limit: 50, after, signal }),
    every: 30_000,
  })
  const acknowledged: Column<Alert> = {
    key: 'acknowledged',
    header: t('acknowledged'),
    width: '260px',
    cell: row =>
      row.acknowledgedAt === null ? (
        mayAcknowledge && state === 'open' ? (
          <Button size="small" onClick={() => setChosen(row)}>
            {t('acknowledge')}
          </Button>
        ) : (
          <span className={styles.muted}>{t('notAcknowledged')}</span>
        )
      ) : (
        <span className={styles.stack}>
          <span>
            {row.acknowledgedBy} <Moment at={row.acknowledgedAt} />
          </span>
          {row.note !== null && <span className={styles.muted}>{row.note}</span>}
        </span>
      ),
  }
  return (
    <>
      <FilterChips
        chips={
          rule === undefined
            ? []
            : [{ key: 'rule', text: t(`rule-${rule}`), remove: () => setFilter({ rule: null }) }]
        }
      />
      <DataTable<Alert>
        label={t(state)}
        page={page}
        rowKey={row => row.alertId}
        expected={4}
        empty={
          <EmptyState icon={<AlertRegular />} title={t(`${state}None`)} headingLevel={2}>
            {t(`${state}NoneText`)}
          </EmptyState>
        }
        columns={[
          {
            key: 'what',
            header: t('what'),
            cell: row => {
              const place = placeOf(row)
              return (
                <span className={styles.stack}>
                  <strong>{sentenceOf(t, row, language)}</strong>
                  <span className={styles.muted}>
                    {isRule(row.rule) ? t(`rule-${row.rule}`) : row.rule}
                    {place !== null && (
                      <>
                        {' · '}
                        <Link to={place}>{t('see')}</Link>
                      </>
                    )}
                  </span>
                </span>
              )
            },
          },
          {
            key: 'severity',
            header: t('severity'),
            cell: row => <StatusBadge kind={SEVERITIES[row.severity]} text={t(row.severity)} />,
            width: '130px',
          },
          { key: 'opened', header: t('opened'), cell: row => <Moment at={row.openedAt} />, width: '160px' },
          ...(state === 'past'
            ? [
                {
                  key: 'resolved',
                  header: t('resolved'),
                  cell: (row: Alert) => row.resolvedAt && <Moment at={row.resolvedAt} />,
                  width: '160px',
                },
              ]
            : []),
          acknowledged,
        ]}
      />
      {chosen !== null && (
        <Acknowledge
          alert={chosen}
          sentence={sentenceOf(t, chosen, language)}
          onClose={() => setChosen(null)}
        />
      )}
    </>
  )
}
