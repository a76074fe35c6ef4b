/** One retention policy: what it does, where, what became of it; on, off, locked and removed. */
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useParams } from 'react-router'
import { client, type RetentionPolicy } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { actorName } from '../parts/actor.ts'
import { Count } from '../parts/count.tsx'
import { Facts } from '../parts/facts.tsx'
import { useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonPage } from '../parts/skeleton.tsx'
import { useWords } from '../parts/words.ts'
import { ActedAt } from './acted-at.tsx'
import { useFilterText } from './filter-fields.tsx'
import { Gone } from './gone.tsx'
import { PolicyActs } from './policy-acts.tsx'
import { PolicyHistory } from './policy-history.tsx'
import { PolicyState } from './policy-state.tsx'
import { policyTexts } from './policy-texts.ts'
import { usePresets } from './presets.ts'
import styles from './retention.module.css'
import { MailboxNames } from './rule-mailboxes.tsx'
import { useRuleText } from './rule-text.ts'
import { useScopes } from './scopes.ts'
import { retentionTexts } from './texts.ts'

const EVERY_MS = 2_000

export function PolicyPage() {
  const { policyId = '' } = useParams()
  const t = useTexts(policyTexts)
  const r = useTexts(retentionTexts)
  const query = useQuery({
    queryKey: ['retention', 'policies', 'one', policyId],
    queryFn: ({ signal }) => client.showRetentionPolicy({ policyId: Number(policyId), signal }),
    refetchInterval: ({ state }) => (state.data?.evaluating && state.data.state === 'on' ? EVERY_MS : false),
  })
  if (query.data !== undefined) return <Shown of={query.data} />
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

function Shown({ of }: { readonly of: RetentionPolicy }) {
  const t = useTexts(policyTexts)
  const r = useTexts(retentionTexts)
  const { does, from } = useRuleText()
  const filter = useFilterText()
  const rule = { ...of, start: of.startFrom }
  return (
    <Page
      title={of.name}
      crumbs={[{ text: r('policies'), to: '/retention' }]}
      mark={<PolicyState of={of} />}
      {...(of.state === 'removed' ? {} : { commands: <PolicyActs of={of} /> })}
    >
      {of.state === 'off' && <Notice title={t('isOff')}>{t('isOffText')}</Notice>}
      {of.state === 'removed' && <Notice title={t('state-removed')}>{t('removedText')}</Notice>}
      {of.lockedAt !== null && <Notice title={t('locked')}>{t('lockedText')}</Notice>}
      <div className={styles.columns}>
        <div className={styles.column}>
          <Section title={r('what')}>
            <div className={styles.form}>
              <div className={styles.tight}>
                <p className={styles.lead}>{does(rule)}</p>
                {from(rule) !== '' && <p className={styles.note}>{from(rule)}</p>}
                {of.review && <p className={styles.note}>{r('review')}</p>}
              </div>
              <Facts
                of={[
                  [r('kinds'), filter.kinds(of)],
                  [r('connectors'), filter.connectors(of)],
                ]}
              />
            </div>
          </Section>
          <Section title={r('where')} aside={<Reached of={of} />}>
            <Where of={of} />
          </Section>
        </div>
        <div className={styles.column}>
          <Section title={r('about')}>
            <About of={of} />
          </Section>
          <Section title={t('history')}>
            <PolicyHistory of={of} />
          </Section>
        </div>
      </div>
      <Outlet context={of} />
    </Page>
  )
}

function Reached({ of }: { readonly of: RetentionPolicy }) {
  const t = useTexts(policyTexts)
  return <span className={styles.second}>{t('mailboxCount', { count: of.mailboxes })}</span>
}

function Where({ of: { appliesTo, mailboxIds, excludedIds, scopeIds } }: { readonly of: RetentionPolicy }) {
  const t = useTexts(policyTexts)
  const scopes = useScopes()
  if (appliesTo === 'mailboxes') return <MailboxNames ids={mailboxIds} />
  if (appliesTo === 'scopes')
    return (
      <ul className={styles.names}>
        {scopeIds.map(id => {
          const scope = scopes.find(each => each.scopeId === id)
          return (
            <li key={id}>
              <Link to={`/retention/scopes/${id}`}>{scope?.name ?? `#${id}`}</Link>
              {scope !== undefined && (
                <span className={styles.second}>{t('mailboxCount', { count: scope.members })}</span>
              )}
            </li>
          )
        })}
      </ul>
    )
  return (
    <div className={styles.form}>
      <p className={styles.note}>{t('everyOne')}</p>
      {excludedIds.length > 0 && (
        <div className={styles.tight}>
          <strong>
            {t('excluded')} (<Count value={excludedIds.length} />)
          </strong>
          <MailboxNames ids={excludedIds} />
        </div>
      )}
    </div>
  )
}

function About({ of }: { readonly of: RetentionPolicy }) {
  const t = useTexts(policyTexts)
  const r = useTexts(retentionTexts)
  const w = useWords()
  const preset = usePresets().find(each => each.presetId === of.presetId)
  const said = (text: string) => (text === '' ? null : <span className={styles.said}>{text}</span>)
  return (
    <Facts
      of={[
        [r('number'), String(of.policyId)],
        [w('description'), said(of.description)],
        [t('preset'), preset?.name ?? null],
        [t('below', { preset: preset?.name ?? '' }), said(of.belowPreset)],
        [r('madeAt'), <ActedAt key="made" at={of.createdAt} by={actorName(of.createdBy)} />],
        [
          t('locked'),
          of.lockedAt === null ? null : (
            <ActedAt key="locked" at={of.lockedAt} by={actorName(of.lockedBy ?? '')} />
          ),
        ],
        [
          t('state-removed'),
          of.removedAt === null ? null : (
            <ActedAt key="removed" at={of.removedAt} by={actorName(of.removedBy ?? '')} />
          ),
        ],
      ]}
    />
  )
}
