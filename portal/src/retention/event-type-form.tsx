/** Making an event type, and changing its words. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { client, type EventType } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useTexts } from '../parts/language.ts'
import { Section } from '../parts/section.tsx'
import { SkeletonPage } from '../parts/skeleton.tsx'
import { showDone } from '../parts/toast.tsx'
import { eventTexts } from './event-texts.ts'
import { FormPage } from './form-page.tsx'
import { Gone } from './gone.tsx'
import { NamedFields } from './named-fields.tsx'
import styles from './retention.module.css'
import { retentionTexts } from './texts.ts'

export function NewEventType() {
  return <Form type={null} />
}

export function ChangeEventType() {
  const { eventTypeId = '' } = useParams()
  const t = useTexts(eventTexts)
  const r = useTexts(retentionTexts)
  const query = useQuery({
    queryKey: ['retention', 'event-types', 'change', eventTypeId],
    queryFn: ({ signal }) => client.showEventType({ eventTypeId: Number(eventTypeId), signal }),
    // What is being edited is not replaced by what is read again.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  if (query.data !== undefined) return <Form type={query.data} />
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

function Form({ type }: { readonly type: EventType | null }) {
  const t = useTexts(eventTexts)
  const r = useTexts(retentionTexts)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [before] = useState({ name: type?.name ?? '', description: type?.description ?? '' })
  const [draft, setDraft] = useState(before)
  const [tried, setTried] = useState(false)
  const save = useMutation({
    mutationFn: () =>
      type === null
        ? client.createEventType({ body: draft })
        : client.changeEventType({ eventTypeId: type.eventTypeId, revision: type.revision, body: draft }),
    onSuccess: async ({ eventTypeId }) => {
      await queries.invalidateQueries({ queryKey: ['retention', 'event-types'] })
      showDone(t('typeSaved'))
      await navigate(`/retention/events/${eventTypeId}`, { replace: true })
    },
  })
  const isNameWrong = draft.name.trim() === ''
  const back = type === null ? '/retention/events' : `/retention/events/${type.eventTypeId}`
  return (
    <FormPage
      title={t(type === null ? 'typeTitle' : 'changeTypeTitle')}
      purpose={t('typePurpose')}
      crumbs={[
        { text: r('events'), to: '/retention/events' },
        ...(type === null ? [] : [{ text: type.name, to: back }]),
      ]}
      isChanged={draft !== before && !save.isPending && !save.isSuccess}
      isBusy={save.isPending}
      wrong={tried && isNameWrong ? 1 : 0}
      error={save.error}
      onSubmit={() => {
        setTried(true)
        if (!isNameWrong && !save.isPending) save.mutate()
      }}
      back={back}
    >
      <Section title={r('about')}>
        <div className={styles.form}>
          <NamedFields
            value={draft}
            change={changes => setDraft(present => ({ ...present, ...changes }))}
            isNameWrong={tried && isNameWrong}
            hint={t('descriptionHint')}
          />
        </div>
      </Section>
    </FormPage>
  )
}
