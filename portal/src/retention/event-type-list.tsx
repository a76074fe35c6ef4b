/** The event types that periods can count from. */
import { Button } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { CalendarRegular } from '@fluentui/react-icons/svg/calendar'
import { useNavigate } from 'react-router'
import type { EventType } from '../client/client.ts'
import { Count } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { DataTable } from '../parts/table.tsx'
import { allRows } from '../parts/use-page.ts'
import { useWords } from '../parts/words.ts'
import { eventTexts } from './event-texts.ts'
import { useEventTypes } from './event-types.ts'
import styles from './retention.module.css'
import { RetentionPage } from './retention-page.tsx'

export function EventTypeList() {
  const t = useTexts(eventTexts)
  const w = useWords()
  const navigate = useNavigate()
  const query = useEventTypes()
  const add = (
    <Button appearance="primary" icon={<AddRegular />} onClick={() => void navigate('/retention/events/new')}>
      {t('makeType')}
    </Button>
  )
  return (
    <RetentionPage {...(query.data?.length === 0 ? {} : { primary: add })}>
      <DataTable<EventType>
        label={t('types')}
        page={allRows(query)}
        rowKey={row => row.eventTypeId}
        rowLink={row => `/retention/events/${row.eventTypeId}`}
        expected={4}
        empty={
          <EmptyState icon={<CalendarRegular />} title={t('none')} headingLevel={2} action={add}>
            {t('noneText')}
          </EmptyState>
        }
        columns={[
          {
            key: 'name',
            header: w('name'),
            cell: row => (
              <span className={styles.stack}>
                <span>{row.name}</span>
                {row.description !== '' && <span className={styles.second}>{row.description}</span>}
              </span>
            ),
          },
          {
            key: 'events',
            header: t('events'),
            width: '120px',
            align: 'end',
            cell: row => <Count value={row.events} />,
          },
          {
            key: 'rules',
            header: t('rules'),
            width: '180px',
            align: 'end',
            cell: row => <Count value={row.rules} />,
          },
        ]}
      />
    </RetentionPage>
  )
}
