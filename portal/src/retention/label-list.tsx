/** The labels there are, in the order that they were made. */
import { Button, Field, Select } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { TagRegular } from '@fluentui/react-icons/svg/tag'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from 'react-router'
import { client, type RetentionLabel } from '../client/client.ts'
import { Count } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { StatusBadge } from '../parts/status-badge.tsx'
import { DataTable } from '../parts/table.tsx'
import { allRows } from '../parts/use-page.ts'
import { useUrlState } from '../parts/use-url-state.ts'
import { useWords } from '../parts/words.ts'
import { Does } from './does.tsx'
import { labelTexts } from './label-texts.ts'
import styles from './retention.module.css'
import { RetentionPage } from './retention-page.tsx'

const STATES = ['active', 'retired'] as const

export function LabelList() {
  const t = useTexts(labelTexts)
  const w = useWords()
  const navigate = useNavigate()
  const [{ state }, change] = useUrlState({ state: '' })
  const chosen = STATES.find(each => each === state)
  const query = useQuery({
    queryKey: ['retention', 'labels', chosen ?? ''],
    queryFn: async ({ signal }) =>
      (
        await client.listLabels({
          ...(chosen ? { retired: chosen === 'retired' ? 'true' : 'false' } : {}),
          signal,
        })
      ).rows,
  })
  const add = (
    <Button appearance="primary" icon={<AddRegular />} onClick={() => void navigate('/retention/labels/new')}>
      {t('make')}
    </Button>
  )
  const isEmpty = query.data?.length === 0 && chosen === undefined
  return (
    <RetentionPage {...(isEmpty ? {} : { primary: add })}>
      {!isEmpty && (
        <Field label={w('status')} className={styles.filter!}>
          <Select value={chosen ?? ''} onChange={(_, { value }) => change({ state: value || null })}>
            <option value="">{w('all')}</option>
            {STATES.map(each => (
              <option key={each} value={each}>
                {t(`state-${each}`)}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <DataTable<RetentionLabel>
        label={t('label')}
        page={allRows(query)}
        rowKey={row => row.labelId}
        rowLink={row => `/retention/labels/${row.labelId}`}
        expected={4}
        empty={
          chosen === undefined ? (
            <EmptyState icon={<TagRegular />} title={t('none')} headingLevel={2} action={add}>
              {t('noneText')}
            </EmptyState>
          ) : (
            <EmptyState icon={<TagRegular />} title={t('noneSuch')} headingLevel={2} />
          )
        }
        columns={[
          { key: 'name', header: w('name'), cell: row => row.name },
          { key: 'does', header: t('does'), cell: row => <Does of={row} /> },
          {
            key: 'state',
            header: w('status'),
            width: '150px',
            cell: row => <LabelState of={row} />,
          },
          {
            key: 'copies',
            header: t('usedOn'),
            width: '120px',
            align: 'end',
            cell: row => <Count value={row.copies} />,
          },
        ]}
      />
    </RetentionPage>
  )
}

export function LabelState({ of }: { readonly of: RetentionLabel }) {
  const t = useTexts(labelTexts)
  return of.retiredAt === null ? (
    <StatusBadge kind="good" text={t('state-active')} />
  ) : (
    <StatusBadge kind="neutral" text={t('state-retired')} />
  )
}
