/** Making a label, and changing what may be changed of one: its words, its period, and whether it is reviewed. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { client, type RetentionLabel } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useTexts } from '../parts/language.ts'
import { Section } from '../parts/section.tsx'
import { SkeletonPage } from '../parts/skeleton.tsx'
import { showDone } from '../parts/toast.tsx'
import { FormPage } from './form-page.tsx'
import { Gone } from './gone.tsx'
import { labelTexts } from './label-texts.ts'
import { NamedFields } from './named-fields.tsx'
import styles from './retention.module.css'
import {
  ACTIONS,
  NO_RULE,
  type RuleDraft,
  type RuleMistake,
  ruleBodyOf,
  ruleDraftOf,
  ruleMistakesOf,
} from './rule-draft.ts'
import { RuleFields } from './rule-fields.tsx'
import { retentionTexts } from './texts.ts'

export function NewLabel() {
  return <Form label={null} />
}

export function ChangeLabel() {
  const { labelId = '' } = useParams()
  const t = useTexts(labelTexts)
  const r = useTexts(retentionTexts)
  const query = useQuery({
    queryKey: ['retention', 'labels', 'change', labelId],
    queryFn: ({ signal }) => client.showLabel({ labelId: Number(labelId), signal }),
    // What is being edited is not replaced by what is read again.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  if (query.data !== undefined) return <Form label={query.data} />
  if (!(query.error instanceof Problem)) return <SkeletonPage />
  return (
    <Gone
      title={t('gone')}
      list={r('labels')}
      to="/retention/labels"
      problem={query.error}
      onRetry={() => void query.refetch()}
    />
  )
}

type Draft = { readonly name: string; readonly description: string; readonly rule: RuleDraft }

const EMPTY: Draft = { name: '', description: '', rule: NO_RULE }
const draftOf = (label: RetentionLabel): Draft => ({
  name: label.name,
  description: label.description,
  rule: ruleDraftOf(label),
})

function mistakesOf({ name, rule }: Draft): ReadonlySet<RuleMistake | 'name'> {
  return new Set([...(name.trim() === '' ? (['name'] as const) : []), ...ruleMistakesOf(rule)])
}

function Form({ label }: { readonly label: RetentionLabel | null }) {
  const t = useTexts(labelTexts)
  const r = useTexts(retentionTexts)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [before] = useState<Draft>(() => (label === null ? EMPTY : draftOf(label)))
  const [draft, setDraft] = useState(before)
  const [tried, setTried] = useState(false)
  const save = useMutation({
    mutationFn: () => {
      const { name, description } = draft
      const { period, review, ...rest } = ruleBodyOf(draft.rule)
      if (label === null) return client.createLabel({ body: { name, description, period, review, ...rest } })
      const { labelId, revision } = label
      return client.changeLabel({ labelId, revision, body: { name, description, period, review } })
    },
    onSuccess: async ({ labelId }) => {
      await queries.invalidateQueries({ queryKey: ['retention', 'labels'] })
      showDone(t('saved'))
      await navigate(`/retention/labels/${labelId}`, { replace: true })
    },
  })
  const mistakes = mistakesOf(draft)
  const shown = tried ? mistakes : new Set<RuleMistake | 'name'>()
  const change = (changes: Partial<Draft>) => setDraft(present => ({ ...present, ...changes }))
  const back = label === null ? '/retention/labels' : `/retention/labels/${label.labelId}`
  return (
    <FormPage
      title={t(label === null ? 'title' : 'changeTitle')}
      purpose={t(label === null ? 'formPurpose' : 'changePurpose')}
      crumbs={[
        { text: r('labels'), to: '/retention/labels' },
        ...(label === null ? [] : [{ text: label.name, to: back }]),
      ]}
      isChanged={draft !== before && !save.isPending && !save.isSuccess}
      isBusy={save.isPending}
      wrong={shown.size}
      error={save.error}
      onSubmit={() => {
        setTried(true)
        if (mistakes.size === 0 && !save.isPending) save.mutate()
      }}
      back={back}
    >
      <Section title={r('about')}>
        <div className={styles.form}>
          <NamedFields
            value={draft}
            change={change}
            isNameWrong={shown.has('name')}
            hint={t('descriptionHint')}
          />
        </div>
      </Section>
      <Section title={r('what')}>
        <RuleFields
          draft={draft.rule}
          change={changes => change({ rule: { ...draft.rule, ...changes } })}
          mistakes={shown}
          actions={[...ACTIONS, 'none']}
          isFixed={label !== null}
        />
      </Section>
    </FormPage>
  )
}
