/** Making an adaptive scope and changing one, with the mailboxes that fit seen as it is written. */
import { Field, Radio, RadioGroup, Textarea } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { type AdaptiveScope, client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useTexts } from '../parts/language.ts'
import { Section } from '../parts/section.tsx'
import { SkeletonPage } from '../parts/skeleton.tsx'
import { showDone } from '../parts/toast.tsx'
import { FormPage } from './form-page.tsx'
import { Gone } from './gone.tsx'
import { NamedFields } from './named-fields.tsx'
import styles from './retention.module.css'
import { conditionOf, type Fields, fieldsOf, NO_FIELDS } from './scope-draft.ts'
import { ScopeFields } from './scope-fields.tsx'
import { type Given, ScopePreview, useScopePreview } from './scope-preview.tsx'
import { scopeTexts } from './scope-texts.ts'
import { retentionTexts } from './texts.ts'

export function NewScope() {
  return <Form scope={null} />
}

export function ChangeScope() {
  const { scopeId = '' } = useParams()
  const t = useTexts(scopeTexts)
  const r = useTexts(retentionTexts)
  const query = useQuery({
    queryKey: ['retention', 'scopes', 'change', scopeId],
    queryFn: ({ signal }) => client.showAdaptiveScope({ scopeId: Number(scopeId), signal }),
    // What is being edited is not replaced by what is read again.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  if (query.data !== undefined) return <Form scope={query.data} />
  if (!(query.error instanceof Problem)) return <SkeletonPage />
  return (
    <Gone
      title={t('gone')}
      list={r('scopes')}
      to="/retention/scopes"
      problem={query.error}
      onRetry={() => void query.refetch()}
    />
  )
}

type Draft = {
  readonly name: string
  readonly description: string
  readonly isText: boolean
  readonly fields: Fields
  readonly text: string
}

function draftOf(scope: AdaptiveScope | null): Draft {
  if (scope === null) return { name: '', description: '', isText: false, fields: NO_FIELDS, text: '' }
  const { name, description, condition, query } = scope
  const fields = fieldsOf(condition)
  return { name, description, isText: fields === null, fields: fields ?? NO_FIELDS, text: query }
}

/** What is sent; null while it is unfinished. */
function givenOf({ isText, fields, text }: Draft): Given | null {
  if (isText) return text.trim() === '' ? null : { query: text }
  const condition = conditionOf(fields)
  return condition && { condition }
}

function Form({ scope }: { readonly scope: AdaptiveScope | null }) {
  const t = useTexts(scopeTexts)
  const r = useTexts(retentionTexts)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [before] = useState<Draft>(() => draftOf(scope))
  const [draft, setDraft] = useState(before)
  const [tried, setTried] = useState(false)
  const [isTooDeep, setTooDeep] = useState(false)
  const given = givenOf(draft)
  const preview = useScopePreview(given)
  const isNameWrong = draft.name.trim() === ''
  const save = useMutation({
    mutationFn: (condition: Given) => {
      const { name, description } = draft
      const body = { name, description, ...condition }
      if (scope === null) return client.createAdaptiveScope({ body })
      const { scopeId, revision } = scope
      return client.changeAdaptiveScope({ scopeId, revision, body })
    },
    onSuccess: async ({ scopeId }) => {
      await queries.invalidateQueries({ queryKey: ['retention', 'scopes'] })
      showDone(t('saved'))
      await navigate(`/retention/scopes/${scopeId}`, { replace: true })
    },
  })
  const change = (changes: Partial<Draft>) => setDraft(present => ({ ...present, ...changes }))
  /** What was written in one form is there in the other, where the archive could read it. */
  const turn = (isText: boolean) => {
    const read = given === null || preview.isPlaceholderData ? undefined : preview.data
    if (isText) return change({ isText, text: read?.query ?? draft.text })
    const fields = read === undefined ? draft.fields : fieldsOf(read.condition)
    setTooDeep(fields === null)
    if (fields !== null) change({ isText, fields })
  }
  const back = scope === null ? '/retention/scopes' : `/retention/scopes/${scope.scopeId}`
  return (
    <FormPage
      title={t(scope === null ? 'title' : 'changeTitle')}
      purpose={t('formPurpose')}
      crumbs={[
        { text: r('scopes'), to: '/retention/scopes' },
        ...(scope === null ? [] : [{ text: scope.name, to: back }]),
      ]}
      isChanged={draft !== before && !save.isPending && !save.isSuccess}
      isBusy={save.isPending}
      wrong={tried ? Number(isNameWrong) + Number(given === null) : 0}
      error={save.error}
      onSubmit={() => {
        setTried(true)
        if (!isNameWrong && given !== null && !save.isPending) save.mutate(given)
      }}
      back={back}
    >
      <Section title={r('about')}>
        <div className={styles.form}>
          <NamedFields
            value={draft}
            change={change}
            isNameWrong={tried && isNameWrong}
            hint={t('descriptionHint')}
          />
        </div>
      </Section>
      <Section title={t('rule')}>
        <div className={styles.form}>
          <RadioGroup
            layout="horizontal"
            aria-label={t('rule')}
            value={draft.isText ? 'text' : 'fields'}
            onChange={(_, { value }) => turn(value === 'text')}
          >
            <Radio value="fields" label={t('asFields')} />
            <Radio value="text" label={t('asText')} />
          </RadioGroup>
          <Condition draft={draft} change={change} />
          {isTooDeep && draft.isText && <p className={styles.note}>{t('tooDeep')}</p>}
          {tried && given === null && (
            <span className={styles.wrong} role="alert">
              {r('needs-rule')}
            </span>
          )}
          <ScopePreview isUnfinished={given === null} preview={preview} />
        </div>
      </Section>
    </FormPage>
  )
}

type ConditionProps = { readonly draft: Draft; readonly change: (changes: Partial<Draft>) => void }

function Condition({ draft, change }: ConditionProps) {
  const t = useTexts(scopeTexts)
  if (!draft.isText) return <ScopeFields value={draft.fields} onChange={fields => change({ fields })} />
  return (
    <Field label={t('text')} hint={t('textHint')}>
      <Textarea
        resize="vertical"
        maxLength={4_000}
        spellCheck={false}
        value={draft.text}
        onChange={(_, { value }) => change({ text: value })}
      />
    </Field>
  )
}
