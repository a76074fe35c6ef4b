/** One archive policy, changed or removed: what no longer belongs in the archive comes back. */
import { Button } from '@fluentui/react-components'
import { DeleteRegular } from '@fluentui/react-icons/svg/delete'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { type ArchivePolicy, client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { Confirm } from '../parts/confirm.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { LeaveGuard } from '../parts/leave-guard.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SkeletonPage } from '../parts/skeleton.tsx'
import { showDone } from '../parts/toast.tsx'
import { useWords } from '../parts/words.ts'
import { bodyOf, type Draft, draftOf, type Mailbox, mistakesOf } from './draft.ts'
import styles from './in-place-archive.module.css'
import { PolicyFields } from './policy-fields.tsx'
import { archiveTexts } from './texts.ts'

export function ChangePolicy() {
  const t = useTexts(archiveTexts)
  const { policyId = '' } = useParams()
  const query = useQuery({
    queryKey: ['in-place-archive', 'change', policyId],
    queryFn: async ({ signal }) => {
      const policy = await client.showArchivePolicy({ policyId: Number(policyId), signal })
      return { policy, mailboxes: policy.everywhere ? [] : await allMailboxes(policy.policyId, signal) }
    },
    // What is being edited is not replaced by what is read again.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  if (query.data !== undefined) return <Form policy={query.data.policy} mailboxes={query.data.mailboxes} />
  if (!(query.error instanceof Problem)) return <SkeletonPage />
  const { code } = query.error
  return (
    <Page title={t('gone')} crumbs={[{ text: t('title'), to: '/in-place-archive' }]}>
      {code === 'ARCHIVE_POLICY_UNKNOWN' || code === 'REQUEST_INVALID' ? (
        <EmptyState action={<Link to="/in-place-archive">{t('seeAll')}</Link>}>{t('goneText')}</EmptyState>
      ) : (
        <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
      )}
    </Page>
  )
}

async function allMailboxes(policyId: number, signal: AbortSignal): Promise<Mailbox[]> {
  const rows: Mailbox[] = []
  let after: string | undefined
  do {
    const page = await client.listArchivePolicyMailboxes({ policyId, limit: 200, after, signal })
    rows.push(...page.rows)
    after = page.next ?? undefined
  } while (after !== undefined)
  return rows
}

function Form({ policy, mailboxes }: { readonly policy: ArchivePolicy; readonly mailboxes: Mailbox[] }) {
  const t = useTexts(archiveTexts)
  const w = useWords()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [before] = useState<Draft>(() => draftOf(policy, mailboxes))
  const [draft, setDraft] = useState(before)
  const [tried, setTried] = useState(false)
  const [removing, setRemoving] = useState<'no' | 'asked' | 'done'>('no')
  const { policyId, revision, everywhere } = policy
  const leave = async (said: string) => {
    await queries.invalidateQueries({ queryKey: ['in-place-archive'] })
    showDone(said)
    await navigate('/in-place-archive', { replace: true })
  }
  const save = useMutation({
    mutationFn: () => {
      const { mailboxIds, ...rest } = bodyOf(draft)
      return client.changeArchivePolicy({
        policyId,
        revision,
        body: { ...rest, ...(mailboxIds === null ? {} : { mailboxIds }) },
      })
    },
    onSuccess: () => leave(w('saved')),
  })
  const mistakes = mistakesOf(draft)
  const submit = () => {
    setTried(true)
    if (mistakes.size === 0 && !save.isPending) save.mutate()
  }
  return (
    <Page
      title={policy.name}
      purpose={t('changePurpose')}
      crumbs={[{ text: t('title'), to: '/in-place-archive' }]}
      commands={
        <Button appearance="subtle" icon={<DeleteRegular />} onClick={() => setRemoving('asked')}>
          {w('remove')}
        </Button>
      }
      reading
    >
      <LeaveGuard changed={draft !== before && !save.isPending && !save.isSuccess && removing !== 'done'} />
      <PolicyFields
        draft={draft}
        change={changes => setDraft(present => ({ ...present, ...changes }))}
        mistakes={tried ? mistakes : new Set()}
        isFixed
      />
      {save.error instanceof Problem && <ProblemNote problem={save.error} />}
      <div className={styles.foot}>
        <Button appearance="primary" disabledFocusable={save.isPending} onClick={submit}>
          {w('save')}
        </Button>
        <Button onClick={() => void navigate('/in-place-archive')}>{w('cancel')}</Button>
      </div>
      {removing === 'asked' && (
        <Confirm
          title={t('removeTitle', { name: policy.name })}
          act={t('removePolicy')}
          onConfirm={async () => {
            await client.removeArchivePolicy({ policyId, revision })
            setRemoving('done')
            await leave(t('removed'))
          }}
          onClose={() => setRemoving(present => (present === 'done' ? present : 'no'))}
        >
          {t(everywhere ? 'removeOrganisation' : 'removeText', { count: policy.mailboxes })}
        </Confirm>
      )}
    </Page>
  )
}
