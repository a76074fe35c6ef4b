/** One adaptive scope: its condition, the mailboxes that fit now, and how many policies use it. */
import { Button } from '@fluentui/react-components'
import { DeleteRegular } from '@fluentui/react-icons/svg/delete'
import { EditRegular } from '@fluentui/react-icons/svg/edit'
import { PeopleRegular } from '@fluentui/react-icons/svg/people'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { type AdaptiveScope, client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { actorName } from '../parts/actor.ts'
import { Confirm } from '../parts/confirm.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Facts } from '../parts/facts.tsx'
import { useTexts } from '../parts/language.ts'
import { Page } from '../parts/page.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonPage } from '../parts/skeleton.tsx'
import { StatusBadge } from '../parts/status-badge.tsx'
import { DataTable } from '../parts/table.tsx'
import { showDone } from '../parts/toast.tsx'
import { usePage } from '../parts/use-page.ts'
import { useWords } from '../parts/words.ts'
import { ActedAt } from './acted-at.tsx'
import { nameOf } from './choices.ts'
import { Gone } from './gone.tsx'
import styles from './retention.module.css'
import { scopeTexts } from './scope-texts.ts'
import { retentionTexts } from './texts.ts'

const EVERY_MS = 5_000

type Member = Awaited<ReturnType<typeof client.listAdaptiveScopeMembers>>['rows'][number]

export function ScopePage() {
  const { scopeId = '' } = useParams()
  const t = useTexts(scopeTexts)
  const r = useTexts(retentionTexts)
  const query = useQuery({
    queryKey: ['retention', 'scopes', 'one', scopeId],
    queryFn: ({ signal }) => client.showAdaptiveScope({ scopeId: Number(scopeId), signal }),
    refetchInterval: EVERY_MS,
  })
  if (query.data !== undefined) return <Shown of={query.data} />
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

function Shown({ of }: { readonly of: AdaptiveScope }) {
  const t = useTexts(scopeTexts)
  const r = useTexts(retentionTexts)
  const w = useWords()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [isRemoving, setRemoving] = useState(false)
  const { scopeId, name, description, revision } = of
  return (
    <Page
      title={name}
      crumbs={[{ text: r('scopes'), to: '/retention/scopes' }]}
      commands={
        <>
          <Button
            appearance="subtle"
            icon={<EditRegular />}
            onClick={() => void navigate(`/retention/scopes/${scopeId}/change`)}
          >
            {t('change')}
          </Button>
          <Button appearance="subtle" icon={<DeleteRegular />} onClick={() => setRemoving(true)}>
            {w('remove')}
          </Button>
        </>
      }
    >
      <div className={styles.columns}>
        <div className={styles.column}>
          <Section title={t('rule')}>
            <pre className={styles.query}>{of.query}</pre>
          </Section>
          <Section title={t('members')} flush>
            <Members of={of} />
          </Section>
        </div>
        <Section title={r('about')}>
          <Facts
            of={[
              [r('number'), String(scopeId)],
              [
                w('description'),
                description === '' ? null : (
                  <span key="description" className={styles.said}>
                    {description}
                  </span>
                ),
              ],
              [t('usedBy'), t('policyCount', { count: of.policies })],
              [r('madeAt'), <ActedAt key="made" at={of.createdAt} by={actorName(of.createdBy)} />],
            ]}
          />
        </Section>
      </div>
      {isRemoving && (
        <Confirm
          title={t('remove-title', { name })}
          act={w('remove')}
          onConfirm={async () => {
            await client.removeAdaptiveScope({ scopeId, revision })
            showDone(r('removed'))
            await navigate('/retention/scopes', { replace: true })
            await queries.invalidateQueries({ queryKey: ['retention', 'scopes'] })
          }}
          onClose={() => setRemoving(false)}
        >
          {t('remove-text')}
        </Confirm>
      )}
    </Page>
  )
}

function Members({ of: { scopeId, revision, members } }: { readonly of: AdaptiveScope }) {
  const t = useTexts(scopeTexts)
  const r = useTexts(retentionTexts)
  const w = useWords()
  const page = usePage<Member>({
    key: ['retention', 'scopes', 'members', scopeId, revision, members],
    read: ({ after, signal }) => client.listAdaptiveScopeMembers({ scopeId, limit: 50, after, signal }),
  })
  return (
    <>
      <p className={`${styles.note} ${styles.inset}`}>{t('membersText')}</p>
      <DataTable<Member>
        label={t('memberList')}
        page={page}
        rowKey={row => row.mailboxId}
        expected={4}
        empty={<EmptyState icon={<PeopleRegular />} title={t('noMembers')} headingLevel={3} />}
        columns={[
          {
            key: 'mailbox',
            header: w('mailbox'),
            cell: row => (
              <span className={styles.stack}>
                <span>{nameOf(row)}</span>
                <span className={styles.second}>{row.address}</span>
              </span>
            ),
          },
          {
            key: 'state',
            header: w('status'),
            width: '130px',
            cell: row => (row.inactive ? <StatusBadge kind="neutral" text={r('inactive')} /> : t('active')),
          },
        ]}
      />
    </>
  )
}
