/** One rule that puts a label on: on what, where, and whether it is on; changing and removing it. */
import { Button } from '@fluentui/react-components'
import { DeleteRegular } from '@fluentui/react-icons/svg/delete'
import { EditRegular } from '@fluentui/react-icons/svg/edit'
import { PauseRegular } from '@fluentui/react-icons/svg/pause'
import { PlayRegular } from '@fluentui/react-icons/svg/play'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { client, type LabelRule } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { actorName } from '../parts/actor.ts'
import { Confirm } from '../parts/confirm.tsx'
import { Facts } from '../parts/facts.tsx'
import { useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonPage } from '../parts/skeleton.tsx'
import { showDone, showProblem } from '../parts/toast.tsx'
import { useWords } from '../parts/words.ts'
import { ActedAt } from './acted-at.tsx'
import { useFilterText } from './filter-fields.tsx'
import { Gone } from './gone.tsx'
import { LabelRuleState } from './label-rule-list.tsx'
import { labelTexts } from './label-texts.ts'
import { useLabels } from './labels.ts'
import styles from './retention.module.css'
import { MailboxNames } from './rule-mailboxes.tsx'
import { retentionTexts } from './texts.ts'

const EVERY_MS = 2_000

export function LabelRulePage() {
  const { ruleId = '' } = useParams()
  const t = useTexts(labelTexts)
  const r = useTexts(retentionTexts)
  const query = useQuery({
    queryKey: ['retention', 'label-rules', 'one', ruleId],
    queryFn: ({ signal }) => client.showLabelRule({ ruleId: Number(ruleId), signal }),
    refetchInterval: ({ state }) => (state.data?.evaluating ? EVERY_MS : false),
  })
  if (query.data !== undefined) return <Shown of={query.data} />
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

function Shown({ of }: { readonly of: LabelRule }) {
  const t = useTexts(labelTexts)
  const r = useTexts(retentionTexts)
  const w = useWords()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const filter = useFilterText()
  const label = useLabels().data?.find(each => each.labelId === of.labelId)
  const [isRemoving, setRemoving] = useState(false)
  const { ruleId, revision, active } = of
  const turn = useMutation({
    mutationFn: () => client.changeLabelRule({ ruleId, revision, body: { active: !active } }),
    onSuccess: async changed => {
      queries.setQueryData(['retention', 'label-rules', 'one', String(ruleId)], changed)
      await queries.invalidateQueries({ queryKey: ['retention', 'label-rules'] })
      showDone(w('saved'))
    },
    onError: showProblem,
  })
  return (
    <Page
      title={of.name}
      crumbs={[{ text: r('rules'), to: '/retention/label-rules' }]}
      mark={<LabelRuleState of={of} />}
      commands={
        <>
          <Button
            appearance="subtle"
            icon={<EditRegular />}
            onClick={() => void navigate(`/retention/label-rules/${ruleId}/change`)}
          >
            {t('change')}
          </Button>
          <Button
            appearance="subtle"
            icon={active ? <PauseRegular /> : <PlayRegular />}
            disabledFocusable={turn.isPending}
            onClick={() => turn.mutate()}
          >
            {t(active ? 'turnOff' : 'turnOn')}
          </Button>
          <Button appearance="subtle" icon={<DeleteRegular />} onClick={() => setRemoving(true)}>
            {w('remove')}
          </Button>
        </>
      }
    >
      {of.problem !== null && (
        <Notice kind="warning" title={t('troubled')}>
          {t('troubledText')}
        </Notice>
      )}
      <div className={styles.columns}>
        <div className={styles.column}>
          <Section title={t('when')}>
            <div className={styles.form}>
              {of.query !== null && <pre className={styles.query}>{of.query}</pre>}
              <Facts
                of={[
                  [r('kinds'), filter.kinds(of)],
                  [r('connectors'), filter.connectors(of)],
                ]}
              />
            </div>
          </Section>
          <Section title={w('mailboxes')}>
            {of.mailboxIds === null ? (
              <p className={styles.note}>{t('allMailboxes')}</p>
            ) : (
              <MailboxNames ids={of.mailboxIds} />
            )}
          </Section>
        </div>
        <Section title={r('about')}>
          <Facts
            of={[
              [r('number'), String(ruleId)],
              [
                t('label'),
                <Link key="label" to={`/retention/labels/${of.labelId}`}>
                  {label?.name ?? `#${of.labelId}`}
                </Link>,
              ],
              [t('made'), <ActedAt key="made" at={of.createdAt} by={actorName(of.createdBy)} />],
            ]}
          />
        </Section>
      </div>
      {isRemoving && (
        <Confirm
          title={t('remove-rule-title', { name: of.name })}
          act={w('remove')}
          onConfirm={async () => {
            await client.removeLabelRule({ ruleId, revision })
            showDone(r('removed'))
            await navigate('/retention/label-rules', { replace: true })
            await queries.invalidateQueries({ queryKey: ['retention', 'label-rules'] })
          }}
          onClose={() => setRemoving(false)}
        >
          {t('remove-rule-text')}
        </Confirm>
      )}
    </Page>
  )
}
