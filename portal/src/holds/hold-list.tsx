/** The holds that the person may see, newest first. */
import { Button, Field, Select } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { LockClosedRegular } from '@fluentui/react-icons/svg/lock-closed'
import { useNavigate } from 'react-router'
import { client, type Hold } from '../client/client.ts'
import { Count } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { Page } from '../parts/page.tsx'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useUrlState } from '../parts/use-url-state.ts'
import { useWords } from '../parts/words.ts'
import { HoldState, nameOf } from './hold-state.tsx'
import styles from './holds.module.css'
import { holdTexts } from './texts.ts'

const EVERY_MS = 5_000
const STATES = ['active', 'delayed', 'released'] as const

export function HoldList() {
  const t = useTexts(holdTexts)
  const w = useWords()
  const navigate = useNavigate()
  const [{ state }, change] = useUrlState({ state: '' })
  const chosen = STATES.find(each => each === state)
  const page = usePage<Hold>({
    key: ['holds', chosen ?? ''],
    read: ({ after, signal }) =>
      client.listHolds({ limit: 50, after, ...(chosen ? { state: chosen } : {}), signal }),
    every: EVERY_MS,
  })
  const add = (
    <Button appearance="primary" icon={<AddRegular />} onClick={() => void navigate('/holds/new')}>
      {t('place')}
    </Button>
  )
  const isEmpty = page.rows?.length === 0 && chosen === undefined
  return (
    <Page title={t('title')} purpose={t('purpose')} {...(isEmpty ? {} : { primary: add })}>
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
      <DataTable<Hold>
        label={t('title')}
        page={page}
        rowKey={row => row.holdId}
        rowLink={row => String(row.holdId)}
        expected={4}
        empty={
          chosen === undefined ? (
            <EmptyState icon={<LockClosedRegular />} title={t('none')} headingLevel={2} action={add}>
              {t('noneText')}
            </EmptyState>
          ) : (
            <EmptyState icon={<LockClosedRegular />} title={t('noneSuch')} headingLevel={2} />
          )
        }
        columns={[
          {
            key: 'name',
            header: w('name'),
            cell: row => (
              <>
                {row.name} <span className={styles.second}>#{row.holdId}</span>
              </>
            ),
          },
          { key: 'kind', header: t('kind'), width: '160px', cell: row => t(`kind-${row.kind}`) },
          { key: 'state', header: w('status'), width: '190px', cell: row => <HoldState of={row} /> },
          {
            key: 'mailboxes',
            header: w('mailboxes'),
            width: '120px',
            align: 'end',
            cell: row => <Count value={row.mailboxes} />,
          },
          {
            key: 'placed',
            header: t('placed'),
            width: '190px',
            cell: row => (
              <span className={styles.stack}>
                <Moment at={row.placedAt} />
                <span className={styles.second}>{nameOf(row.placedBy)}</span>
              </span>
            ),
          },
          {
            key: 'until',
            header: t('holdsUntil'),
            width: '160px',
            cell: row => (row.delayUntil === null ? '-' : <Moment at={row.delayUntil} kind="date" />),
          },
        ]}
      />
    </Page>
  )
}
