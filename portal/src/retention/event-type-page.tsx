/** One event type and its events: recording one, withdrawing one. */
import { Button } from '@fluentui/react-components'
import { CalendarAddRegular } from '@fluentui/react-icons/svg/calendar-add'
import { DeleteRegular } from '@fluentui/react-icons/svg/delete'
import { EditRegular } from '@fluentui/react-icons/svg/edit'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { client, type EventType, type RetentionEvent } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { Confirm } from '../parts/confirm.tsx'
import { useTexts } from '../parts/language.ts'
import { Page } from '../parts/page.tsx'
import { SkeletonPage } from '../parts/skeleton.tsx'
import { showDone } from '../parts/toast.tsx'
import { useWords } from '../parts/words.ts'
import { EventList } from './event-list.tsx'
import { eventTexts } from './event-texts.ts'
import { Gone } from './gone.tsx'
import { RecordEvent } from './record-event.tsx'
import { retentionTexts } from './texts.ts'

export function EventTypePage() {
  const { eventTypeId = '' } = useParams()
  const t = useTexts(eventTexts)
  const r = useTexts(retentionTexts)
  const query = useQuery({
    queryKey: ['retention', 'event-types', 'one', eventTypeId],
    queryFn: ({ signal }) => client.showEventType({ eventTypeId: Number(eventTypeId), signal }),
  })
  if (query.data !== undefined) return <Shown of={query.data} />
  if (!(query.error instanceof Problem)) return <SkeletonPage />
  return (
    <Gone
      title={t('gone')}
      list={r('events')}
      to="/retention/events"
      problem={query.error}
      onRetry={() => void query.refetch()}
    />
  )
}

type Asking =
  | { readonly what: 'record' | 'remove' }
  | { readonly what: 'withdraw'; readonly event: RetentionEvent }

function Shown({ of }: { readonly of: EventType }) {
  const t = useTexts(eventTexts)
  const r = useTexts(retentionTexts)
  const w = useWords()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [asking, setAsking] = useState<Asking | null>(null)
  const { eventTypeId, name, revision } = of
  const close = () => setAsking(null)
  const again = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ['retention', 'event-types'] }),
      queries.invalidateQueries({ queryKey: ['retention', 'events'] }),
    ])
  return (
    <Page
      title={name}
      {...(of.description === '' ? {} : { purpose: of.description })}
      crumbs={[{ text: r('events'), to: '/retention/events' }]}
      primary={
        <Button
          appearance="primary"
          icon={<CalendarAddRegular />}
          onClick={() => setAsking({ what: 'record' })}
        >
          {t('record')}
        </Button>
      }
      commands={
        <>
          <Button
            appearance="subtle"
            icon={<EditRegular />}
            onClick={() => void navigate(`/retention/events/${eventTypeId}/change`)}
          >
            {t('change')}
          </Button>
          <Button appearance="subtle" icon={<DeleteRegular />} onClick={() => setAsking({ what: 'remove' })}>
            {w('remove')}
          </Button>
        </>
      }
    >
      <EventList of={of} onWithdraw={event => setAsking({ what: 'withdraw', event })} />
      {asking?.what === 'record' && <RecordEvent of={of} onDone={again} onClose={close} />}
      {asking?.what === 'withdraw' && (
        <Confirm
          title={t('withdraw-title', { name: asking.event.name })}
          act={t('withdraw')}
          onConfirm={async () => {
            const { eventId, revision } = asking.event
            await client.withdrawRetentionEvent({ eventId, revision })
            await again()
            showDone(t('withdraw-done'))
          }}
          onClose={close}
        >
          {t('withdraw-text')}
        </Confirm>
      )}
      {asking?.what === 'remove' && (
        <Confirm
          title={t('remove-title', { name })}
          act={w('remove')}
          onConfirm={async () => {
            await client.removeEventType({ eventTypeId, revision })
            showDone(r('removed'))
            await navigate('/retention/events', { replace: true })
            await again()
          }}
          onClose={close}
        >
          {t('remove-text')}
        </Confirm>
      )}
    </Page>
  )
}
