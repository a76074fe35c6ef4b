/** The rules that put labels on, from the oldest: the first that fits does it. */
import { Button } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { TagMultipleRegular } from '@fluentui/react-icons/svg/tag-multiple'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from 'react-router'
import { client, type LabelRule } from '../client/client.ts'
import { Count } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { StatusBadge } from '../parts/status-badge.tsx'
import { DataTable } from '../parts/table.tsx'
import { allRows } from '../parts/use-page.ts'
import { useWords } from '../parts/words.ts'
import { useFilterText } from './filter-fields.tsx'
import { labelTexts } from './label-texts.ts'
import { useLabels } from './labels.ts'
import styles from './retention.module.css'
import { RetentionPage } from './retention-page.tsx'

const EVERY_MS = 5_000

export function LabelRuleList() {
  const t = useTexts(labelTexts)
  const w = useWords()
  const navigate = useNavigate()
  const labels = useLabels()
  const query = useQuery({
    queryKey: ['retention', 'label-rules'],
    queryFn: async ({ signal }) => (await client.listLabelRules({ signal })).rows,
    refetchInterval: EVERY_MS,
  })
  const isWithout = labels.data?.every(each => each.retiredAt !== null) === true
  const add = (
    <Button
      appearance="primary"
      icon={<AddRegular />}
      onClick={() => void navigate(isWithout ? '/retention/labels/new' : '/retention/label-rules/new')}
    >
      {t(isWithout ? 'make' : 'makeRule')}
    </Button>
  )
  const isEmpty = query.data?.length === 0
  return (
    <RetentionPage {...(isEmpty ? {} : { primary: add })}>
      {!isEmpty && <p className={styles.note}>{t('rulesText')}</p>}
      <DataTable<LabelRule>
        label={t('rules')}
        page={allRows(query)}
        rowKey={row => row.ruleId}
        rowLink={row => `/retention/label-rules/${row.ruleId}`}
        expected={4}
        empty={
          <EmptyState icon={<TagMultipleRegular />} title={t('ruleNone')} headingLevel={2} action={add}>
            {t('ruleNoneText')} {isWithout && t('ruleNoLabel')}
          </EmptyState>
        }
        columns={[
          { key: 'name', header: w('name'), cell: row => row.name },
          {
            key: 'label',
            header: t('label'),
            cell: row => labels.data?.find(each => each.labelId === row.labelId)?.name ?? `#${row.labelId}`,
          },
          { key: 'when', header: t('how'), cell: row => <When of={row} /> },
          {
            key: 'mailboxes',
            header: w('mailboxes'),
            width: '140px',
            align: 'end',
            cell: row => (row.mailboxIds === null ? w('all') : <Count value={row.mailboxIds.length} />),
          },
          { key: 'state', header: w('status'), width: '150px', cell: row => <LabelRuleState of={row} /> },
        ]}
      />
    </RetentionPage>
  )
}

function When({ of }: { readonly of: LabelRule }) {
  const t = useTexts(labelTexts)
  const filter = useFilterText()
  const parts = [
    ...(of.query === null ? [] : [t('byQuery')]),
    ...(of.query === null || of.kinds !== null ? [filter.kinds(of)] : []),
    ...(of.connectorIds === null ? [] : [filter.connectors(of)]),
  ]
  return <>{parts.join(' · ')}</>
}

export function LabelRuleState({ of }: { readonly of: LabelRule }) {
  const t = useTexts(labelTexts)
  if (!of.active) return <StatusBadge kind="neutral" text={t('off')} />
  if (of.problem !== null) return <StatusBadge kind="warning" text={t('troubled')} why={t('troubledText')} />
  if (of.evaluating) return <StatusBadge kind="working" text={t('sweeping')} why={t('sweepingText')} />
  return <StatusBadge kind="good" text={t('on')} />
}
