/** Making a rule that puts a label on, and changing one. */
import { Checkbox, Field, Input, Radio, RadioGroup, Select } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { client, type LabelRule } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useTexts } from '../parts/language.ts'
import { Section } from '../parts/section.tsx'
import { SkeletonPage } from '../parts/skeleton.tsx'
import { showDone } from '../parts/toast.tsx'
import { useWords } from '../parts/words.ts'
import { QueryBox } from '../search/query-box.tsx'
import { FilterFields } from './filter-fields.tsx'
import { FormPage } from './form-page.tsx'
import { Gone } from './gone.tsx'
import {
  type LabelRuleDraft,
  labelRuleBodyOf,
  labelRuleDraftOf,
  labelRuleMistakesOf,
  NO_LABEL_RULE,
} from './label-rule-draft.ts'
import { labelTexts } from './label-texts.ts'
import { useLabels } from './labels.ts'
import styles from './retention.module.css'
import { RuleMailboxes } from './rule-mailboxes.tsx'
import { retentionTexts } from './texts.ts'

export function NewLabelRule() {
  return <Form rule={null} />
}

export function ChangeLabelRule() {
  const { ruleId = '' } = useParams()
  const t = useTexts(labelTexts)
  const r = useTexts(retentionTexts)
  const query = useQuery({
    queryKey: ['retention', 'label-rules', 'change', ruleId],
    queryFn: ({ signal }) => client.showLabelRule({ ruleId: Number(ruleId), signal }),
    // What is being edited is not replaced by what is read again.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  if (query.data !== undefined) return <Form rule={query.data} />
  if (!(query.error instanceof Problem)) return <SkeletonPage />
  return (
    <Gone
      title={t('ruleGone')}
      list={r('rules')}
      to="/retention/label-rules"
      problem={query.error}
      onRetry={() => void query.refetch()}
    />
  )
}

function Form({ rule }: { readonly rule: LabelRule | null }) {
  const t = useTexts(labelTexts)
  const r = useTexts(retentionTexts)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [params] = useSearchParams()
  const [before] = useState<LabelRuleDraft>(() =>
    rule === null
      ? { ...NO_LABEL_RULE, labelId: Number(params.get('label')) || null }
      : labelRuleDraftOf(rule),
  )
  const [draft, setDraft] = useState(before)
  const [tried, setTried] = useState(false)
  const save = useMutation({
    mutationFn: () => {
      const body = labelRuleBodyOf(draft)
      if (rule === null) return client.createLabelRule({ body })
      const { ruleId, revision } = rule
      return client.changeLabelRule({ ruleId, revision, body })
    },
    onSuccess: async ({ ruleId }) => {
      await queries.invalidateQueries({ queryKey: ['retention', 'label-rules'] })
      await queries.invalidateQueries({ queryKey: ['retention', 'labels'] })
      showDone(t('ruleSaved'))
      await navigate(`/retention/label-rules/${ruleId}`, { replace: true })
    },
  })
  const mistakes = labelRuleMistakesOf(draft)
  const wrong = tried ? mistakes : new Set<string>()
  const change = (changes: Partial<LabelRuleDraft>) => setDraft(present => ({ ...present, ...changes }))
  const submit = () => {
    setTried(true)
    if (mistakes.size === 0 && !save.isPending) save.mutate()
  }
  const back = rule === null ? '/retention/label-rules' : `/retention/label-rules/${rule.ruleId}`
  return (
    <FormPage
      title={t(rule === null ? 'makeRuleTitle' : 'ruleChangeTitle')}
      purpose={t('rulePurpose')}
      crumbs={[
        { text: r('rules'), to: '/retention/label-rules' },
        ...(rule === null ? [] : [{ text: rule.name, to: back }]),
      ]}
      isChanged={draft !== before && !save.isPending && !save.isSuccess}
      isBusy={save.isPending}
      wrong={wrong.size}
      error={save.error}
      onSubmit={submit}
      back={back}
    >
      <Section title={t('puts')}>
        <Puts draft={draft} change={change} wrong={wrong} isNew={rule === null} />
      </Section>
      <Section title={t('when')}>
        <div className={styles.form}>
          <Field label={t('how')}>
            <RadioGroup
              value={draft.byQuery ? 'query' : 'filter'}
              onChange={(_, { value }) => change({ byQuery: value === 'query' })}
            >
              {(['filter', 'query'] as const).map(each => (
                <Radio
                  key={each}
                  value={each}
                  label={{
                    children: (
                      <span className={styles.stack}>
                        <span>{t(`by-${each}`)}</span>
                        <span className={styles.second}>{t(`by-${each}-text`)}</span>
                      </span>
                    ),
                  }}
                />
              ))}
            </RadioGroup>
          </Field>
          {draft.byQuery && (
            <div className={styles.tight}>
              <QueryBox value={draft.query} onChange={query => change({ query })} onRun={submit} />
              {wrong.has('query') && (
                <span className={styles.wrong} role="alert">
                  {r('needs-query')}
                </span>
              )}
            </div>
          )}
          <FilterFields value={draft} change={change} />
        </div>
      </Section>
      <Section title={r('where')}>
        <Where draft={draft} change={change} isWrong={wrong.has('mailboxes')} />
      </Section>
    </FormPage>
  )
}

type PartProps = {
  readonly draft: LabelRuleDraft
  readonly change: (changes: Partial<LabelRuleDraft>) => void
}

function Puts(props: PartProps & { readonly wrong: ReadonlySet<string>; readonly isNew: boolean }) {
  const { draft, change, wrong, isNew } = props
  const t = useTexts(labelTexts)
  const r = useTexts(retentionTexts)
  const w = useWords()
  const labels = (useLabels().data ?? []).filter(
    each => each.retiredAt === null || each.labelId === draft.labelId,
  )
  return (
    <div className={styles.form}>
      <Field
        label={w('name')}
        required
        {...(wrong.has('name') ? { validationMessage: r('needs-name') } : {})}
      >
        <Input
          autoComplete="off"
          maxLength={200}
          value={draft.name}
          onChange={(_, { value }) => change({ name: value })}
        />
      </Field>
      <Field
        label={t('label')}
        required
        className={styles.short!}
        {...(wrong.has('label') ? { validationMessage: r('needs-label') } : {})}
      >
        <Select
          value={draft.labelId === null ? '' : String(draft.labelId)}
          onChange={(_, { value }) => change({ labelId: value === '' ? null : Number(value) })}
        >
          <option value="" />
          {labels.map(({ labelId, name }) => (
            <option key={labelId} value={labelId}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      {isNew && (
        <Checkbox
          label={t('active')}
          checked={draft.active}
          onChange={(_, { checked }) => change({ active: checked === true })}
        />
      )}
    </div>
  )
}

function Where({ draft, change, isWrong }: PartProps & { readonly isWrong: boolean }) {
  const t = useTexts(labelTexts)
  const r = useTexts(retentionTexts)
  const w = useWords()
  return (
    <div className={styles.form}>
      <RadioGroup
        aria-label={t('mailboxes')}
        value={draft.mailboxIds === null ? 'all' : 'some'}
        onChange={(_, { value }) => change({ mailboxIds: value === 'all' ? null : [] })}
      >
        <Radio value="all" label={t('allMailboxes')} />
        <Radio value="some" label={t('someMailboxes')} />
      </RadioGroup>
      {draft.mailboxIds !== null && (
        <RuleMailboxes
          label={w('mailboxes')}
          value={draft.mailboxIds}
          onChange={mailboxIds => change({ mailboxIds })}
          problem={isWrong ? r('needs-mailboxes') : null}
        />
      )}
    </div>
  )
}
