/** The retention policies, newest first. */
import { Button, Field, Select } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { CalendarClockRegular } from '@fluentui/react-icons/svg/calendar-clock'
import { useNavigate } from 'react-router'
import { client, type RetentionPolicy } from '../client/client.ts'
import { Count } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useUrlState } from '../parts/use-url-state.ts'
import { useWords } from '../parts/words.ts'
import { Does } from './does.tsx'
import { PolicyState } from './policy-state.tsx'
import { policyTexts } from './policy-texts.ts'
import styles from './retention.module.css'
import { RetentionPage } from './retention-page.tsx'

const EVERY_MS = 5_000
const STATES = ['on', 'off', 'removed'] as const

export function PolicyList() {
  const t = useTexts(policyTexts)
  const w = useWords()
  const navigate = useNavigate()
  const [{ state }, change] = useUrlState({ state: '' })
  const chosen = STATES.find(each => each === state)
  const page = usePage<RetentionPolicy>({
    key: ['retention', 'policies', chosen ?? ''],
    read: ({ after, signal }) =>
      client.listRetentionPolicies({ limit: 50, after, ...(chosen ? { state: chosen } : {}), signal }),
    every: EVERY_MS,
  })
  const add = (
    <Button
      appearance="primary"
      icon={<AddRegular />}
      onClick={() => void navigate('/retention/policies/new')}
    >
      {t('make')}
    </Button>
  )
  const isEmpty = page.rows?.length === 0 && chosen === undefined
  return (
    <RetentionPage {...(isEmpty ? {} : { primary: add })}>
      {!isEmpty && (
        <Field label={w('status')} className={styles.filter!}>
          <Select value={chosen ?? ''} onChange={(_, { value }) => change({ state: value || null })}>
            <option value="">{t('onAndOff')}</option>
            {STATES.map(each => (
              <option key={each} value={each}>
                {t(`state-${each}`)}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <DataTable<RetentionPolicy>
        label={t('list')}
        page={page}
        rowKey={row => row.policyId}
        rowLink={row => `/retention/policies/${row.policyId}`}
        expected={4}
        empty={
          chosen === undefined ? (
            <EmptyState icon={<CalendarClockRegular />} title={t('none')} headingLevel={2} action={add}>
              {t('noneText')}
            </EmptyState>
          ) : (
            <EmptyState icon={<CalendarClockRegular />} title={t('noneSuch')} headingLevel={2} />
          )
        }
        columns={[
          {
            key: 'name',
            header: w('name'),
            cell: row => (
              <>
                {row.name} <span className={styles.second}>#{row.policyId}</span>
              </>
            ),
          },
          { key: 'does', header: t('does'), cell: row => <Does of={{ ...row, start: row.startFrom }} /> },
          {
            key: 'scope',
            header: t('scope'),
            width: '200px',
            cell: row => <Reach of={row} />,
          },
          {
            key: 'count',
            header: t('reaches'),
            width: '110px',
            align: 'end',
            cell: row => <Count value={row.mailboxes} />,
          },
          { key: 'state', header: w('status'), width: '170px', cell: row => <PolicyState of={row} /> },
        ]}
      />
    </RetentionPage>
  )
}

/** Which mailboxes it is about, in words. */
export function Reach({ of: { appliesTo, excludedIds } }: { readonly of: RetentionPolicy }) {
  const t = useTexts(policyTexts)
  if (appliesTo === 'all' && excludedIds.length > 0)
    return <>{t('scope-but', { count: excludedIds.length })}</>
  return <>{t(`scope-${appliesTo}`)}</>
}
