/** One label: what it does, what has it, which rules put it on; changing, retiring and removing it. */
import { Button } from '@fluentui/react-components'
import { ArchiveRegular } from '@fluentui/react-icons/svg/archive'
import { DeleteRegular } from '@fluentui/react-icons/svg/delete'
import { EditRegular } from '@fluentui/react-icons/svg/edit'
import { TagRegular } from '@fluentui/react-icons/svg/tag'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { client, type RetentionLabel } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { actorName } from '../parts/actor.ts'
import { Confirm } from '../parts/confirm.tsx'
import { Count } from '../parts/count.tsx'
import { Facts } from '../parts/facts.tsx'
import { useTexts } from '../parts/language.ts'
import { Page } from '../parts/page.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonPage } from '../parts/skeleton.tsx'
import { showDone } from '../parts/toast.tsx'
import { useWords } from '../parts/words.ts'
import { ActedAt } from './acted-at.tsx'
import { Gone } from './gone.tsx'
import { LabelState } from './label-list.tsx'
import { labelTexts } from './label-texts.ts'
import { PutLabel } from './put-label.tsx'
import styles from './retention.module.css'
import { useRuleText } from './rule-text.ts'
import { retentionTexts } from './texts.ts'

export function LabelPage() {
  const { labelId = '' } = useParams()
  const t = useTexts(labelTexts)
  const r = useTexts(retentionTexts)
  const query = useQuery({
    queryKey: ['retention', 'labels', 'one', labelId],
    queryFn: ({ signal }) => client.showLabel({ labelId: Number(labelId), signal }),
  })
  if (query.data !== undefined) return <Shown of={query.data} />
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

function Shown({ of }: { readonly of: RetentionLabel }) {
  const t = useTexts(labelTexts)
  const r = useTexts(retentionTexts)
  const w = useWords()
  const navigate = useNavigate()
  const { does, from } = useRuleText()
  const [isPutting, setPutting] = useState(false)
  const [ending, setEnding] = useState<'retire' | 'remove' | null>(null)
  const { labelId, name, description } = of
  return (
    <Page
      title={name}
      crumbs={[{ text: r('labels'), to: '/retention/labels' }]}
      mark={<LabelState of={of} />}
      commands={
        <>
          <Button
            appearance="subtle"
            icon={<EditRegular />}
            onClick={() => void navigate(`/retention/labels/${labelId}/change`)}
          >
            {t('change')}
          </Button>
          {of.retiredAt === null && (
            <>
              <Button appearance="subtle" icon={<TagRegular />} onClick={() => setPutting(true)}>
                {t('put')}
              </Button>
              <Button appearance="subtle" icon={<ArchiveRegular />} onClick={() => setEnding('retire')}>
                {t('retire')}
              </Button>
            </>
          )}
          <Button appearance="subtle" icon={<DeleteRegular />} onClick={() => setEnding('remove')}>
            {w('remove')}
          </Button>
        </>
      }
    >
      <div className={styles.columns}>
        <div className={styles.column}>
          <Section title={r('what')}>
            <div className={styles.tight}>
              <p className={styles.lead}>{does(of)}</p>
              {from(of) !== '' && <p className={styles.note}>{from(of)}</p>}
              {of.review && <p className={styles.note}>{r('review')}</p>}
            </div>
          </Section>
          <Section title={t('use')}>
            <div className={styles.tight}>
              <dl className={styles.figures}>
                <div>
                  <dt>{t('onCopies')}</dt>
                  <dd>
                    <Count value={of.copies} />
                  </dd>
                </div>
              </dl>
              <p className={styles.note}>{t('useText')}</p>
            </div>
          </Section>
          <Section
            title={t('rules')}
            {...(of.retiredAt === null
              ? { aside: <Link to={`/retention/label-rules/new?label=${labelId}`}>{t('makeRule')}</Link> }
              : {})}
          >
            <Rules of={of} />
          </Section>
        </div>
        <Section title={r('about')}>
          <Facts
            of={[
              [r('number'), String(labelId)],
              [
                w('description'),
                description === '' ? null : (
                  <span key="description" className={styles.said}>
                    {description}
                  </span>
                ),
              ],
              [r('madeAt'), <ActedAt key="made" at={of.createdAt} by={actorName(of.createdBy)} />],
              [
                t('retired'),
                of.retiredAt === null ? null : (
                  <ActedAt key="retired" at={of.retiredAt} by={actorName(of.retiredBy ?? '')} />
                ),
              ],
            ]}
          />
        </Section>
      </div>
      {isPutting && <PutLabel of={of} onClose={() => setPutting(false)} />}
      {ending !== null && <Ending of={of} what={ending} onClose={() => setEnding(null)} />}
    </Page>
  )
}

function Rules({ of }: { readonly of: RetentionLabel }) {
  const t = useTexts(labelTexts)
  const rules = useQuery({
    queryKey: ['retention', 'label-rules'],
    queryFn: async ({ signal }) => (await client.listLabelRules({ signal })).rows,
  })
  const own = (rules.data ?? []).filter(each => each.labelId === of.labelId)
  return (
    <div className={styles.tight}>
      {rules.data !== undefined && own.length === 0 && <p className={styles.note}>{t('noRules')}</p>}
      {own.map(({ ruleId, name }) => (
        <Link key={ruleId} to={`/retention/label-rules/${ruleId}`}>
          {name}
        </Link>
      ))}
    </div>
  )
}

type EndingProps = {
  readonly of: RetentionLabel
  readonly what: 'retire' | 'remove'
  readonly onClose: () => void
}

function Ending({ of: { labelId, name, revision }, what, onClose }: EndingProps) {
  const t = useTexts(labelTexts)
  const r = useTexts(retentionTexts)
  const w = useWords()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const act = async () => {
    if (what === 'retire') {
      await client.retireLabel({ labelId, revision })
      showDone(t('retire-done'))
    } else {
      await client.removeLabel({ labelId, revision })
      showDone(r('removed'))
      await navigate('/retention/labels', { replace: true })
    }
    await queries.invalidateQueries({ queryKey: ['retention', 'labels'] })
  }
  return (
    <Confirm
      title={t(`${what}-title`, { name })}
      act={what === 'retire' ? t('retire') : w('remove')}
      typed={name}
      onConfirm={act}
      onClose={onClose}
    >
      {t(`${what}-text`)}
    </Confirm>
  )
}
