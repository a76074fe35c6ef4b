/** Making a retention policy, from a preset or not, and changing one; what it would do is seen before it is saved. */
import { Button } from '@fluentui/react-components'
import { BeakerRegular } from '@fluentui/react-icons/svg/beaker'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { client, type RetentionPolicy } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonPage } from '../parts/skeleton.tsx'
import { showDone } from '../parts/toast.tsx'
import { FormPage } from './form-page.tsx'
import { Gone } from './gone.tsx'
import { periodOf } from './period.ts'
import {
  keepsLess,
  NO_POLICY,
  type PolicyDraft,
  type PolicyMistake,
  policyBodyOf,
  policyDraftOf,
  policyMistakesOf,
  policySettingsOf,
  withPreset,
} from './policy-draft.ts'
import { PolicyFields } from './policy-fields.tsx'
import { policyTexts } from './policy-texts.ts'
import { PresetChoice } from './preset-choice.tsx'
import { usePresets } from './presets.ts'
import styles from './retention.module.css'
import { retentionTexts } from './texts.ts'
import { type Question, WhatIfAnswer } from './what-if.tsx'

export function NewPolicy() {
  return <Form policy={null} />
}

export function ChangePolicy() {
  const { policyId = '' } = useParams()
  const t = useTexts(policyTexts)
  const r = useTexts(retentionTexts)
  const query = useQuery({
    queryKey: ['retention', 'policies', 'change', policyId],
    queryFn: ({ signal }) => client.showRetentionPolicy({ policyId: Number(policyId), signal }),
    // What is being edited is not replaced by what is read again.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  if (query.data !== undefined) return <Form policy={query.data} />
  if (!(query.error instanceof Problem)) return <SkeletonPage />
  return (
    <Gone
      title={t('gone')}
      list={r('policies')}
      to="/retention"
      problem={query.error}
      onRetry={() => void query.refetch()}
    />
  )
}

function Form({ policy }: { readonly policy: RetentionPolicy | null }) {
  const t = useTexts(policyTexts)
  const r = useTexts(retentionTexts)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const presets = usePresets()
  const [before] = useState<PolicyDraft>(() => (policy === null ? NO_POLICY : policyDraftOf(policy)))
  const [draft, setDraft] = useState(before)
  const [tried, setTried] = useState(false)
  const [question, setQuestion] = useState<Question | null>(null)
  const preset = presets.find(each => each.presetId === draft.presetId) ?? null
  const isLocked = policy !== null && policy.lockedAt !== null
  const save = useMutation({
    mutationFn: () => {
      const body = policyBodyOf(draft)
      if (policy === null)
        return client.createRetentionPolicy({ body: { ...body, presetId: draft.presetId, enabled: false } })
      const { policyId, revision } = policy
      return client.changeRetentionPolicy({ policyId, revision, body })
    },
    onSuccess: async ({ policyId }) => {
      await queries.invalidateQueries({ queryKey: ['retention', 'policies'] })
      showDone(t('saved'))
      await navigate(`/retention/policies/${policyId}`, { replace: true })
    },
  })
  const mistakes = policyMistakesOf(draft, preset)
  const shown = tried ? mistakes : new Set<PolicyMistake>()
  const change = (changes: Partial<PolicyDraft>) => {
    // What was worked out is of what was written before.
    setQuestion(null)
    setDraft(present => ({ ...present, ...changes }))
  }
  const ask = () => {
    setTried(true)
    const open = [...mistakes].filter(each => each !== 'name' && each !== 'below')
    if (open.length === 0)
      setQuestion({ policyId: policy?.policyId ?? null, settings: policySettingsOf(draft), enabled: true })
  }
  const back = policy === null ? '/retention' : `/retention/policies/${policy.policyId}`
  return (
    <FormPage
      title={t(policy === null ? 'title' : 'changeTitle')}
      purpose={t(policy === null ? 'formPurpose' : 'changePurpose')}
      crumbs={[
        { text: r('policies'), to: '/retention' },
        ...(policy === null ? [] : [{ text: policy.name, to: back }]),
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
      {isLocked && (
        <Notice kind="warning" title={t('locked')}>
          {t('changeLocked')}
        </Notice>
      )}
      {policy === null && (
        <PresetChoice
          value={preset}
          onChoose={chosen => change(withPreset(draft, chosen))}
          onExtend={extension => change({ rule: { ...draft.rule, period: extended(draft, extension) } })}
        />
      )}
      <PolicyFields
        draft={draft}
        change={change}
        mistakes={shown}
        below={keepsLess(draft, preset) ? (preset?.name ?? null) : null}
        locked={isLocked ? before : null}
      />
      <Section title={t('whatIfDraft')}>
        <div className={styles.form}>
          <p className={styles.note}>{t('whatIfPurpose')}</p>
          {question === null ? (
            <div>
              <Button icon={<BeakerRegular />} onClick={ask}>
                {t('whatIfShow')}
              </Button>
            </div>
          ) : (
            <WhatIfAnswer of={question} />
          )}
        </div>
      </Section>
    </FormPage>
  )
}

/** The period that is entered, and so much more. */
function extended({ rule: { period } }: PolicyDraft, extension: string): PolicyDraft['rule']['period'] {
  const more = periodOf(extension)
  const sum = (one: string, other: string) => {
    const count = Number(one) + Number(other)
    return Number.isInteger(count) && count > 0 ? String(count) : one
  }
  return {
    years: sum(period.years, more.years),
    months: sum(period.months, more.months),
    days: sum(period.days, more.days),
  }
}
