/** Changing a hold: what it leaves out from then on is held for another 30 days. */
import { Button } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { client, type Hold } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useTexts } from '../parts/language.ts'
import { LeaveGuard } from '../parts/leave-guard.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SkeletonPage } from '../parts/skeleton.tsx'
import { showDone } from '../parts/toast.tsx'
import { useWords } from '../parts/words.ts'
import { bodyOf, type Draft, draftOf, mistakesOf } from './draft.ts'
import { HoldFields } from './hold-fields.tsx'
import { HoldGone } from './hold-page.tsx'
import styles from './holds.module.css'
import { placingTexts } from './placing-texts.ts'
import { holdTexts } from './texts.ts'

export function ChangeHold() {
  const { holdId = '' } = useParams()
  const query = useQuery({
    queryKey: ['holds', 'change', holdId],
    queryFn: async ({ signal }) => {
      const hold = await client.showHold({ holdId: Number(holdId), signal })
      return { hold, mailboxIds: await allMailboxes(hold.holdId, signal) }
    },
    // What is being edited is not replaced by what is read again.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  if (query.data !== undefined) return <Form hold={query.data.hold} mailboxIds={query.data.mailboxIds} />
  if (!(query.error instanceof Problem)) return <SkeletonPage />
  return <HoldGone problem={query.error} onRetry={() => void query.refetch()} />
}

async function allMailboxes(holdId: number, signal: AbortSignal): Promise<number[]> {
  const ids: number[] = []
  let after: string | undefined
  do {
    const page = await client.listHoldMailboxes({ holdId, limit: 200, after, signal })
    ids.push(...page.rows.filter(row => row.releasedAt === null).map(row => row.mailboxId))
    after = page.next ?? undefined
  } while (after !== undefined)
  return ids
}

function Form({ hold, mailboxIds }: { readonly hold: Hold; readonly mailboxIds: readonly number[] }) {
  const t = useTexts(placingTexts)
  const h = useTexts(holdTexts)
  const w = useWords()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [before] = useState<Draft>(() => draftOf(hold, mailboxIds))
  const [draft, setDraft] = useState(before)
  const [tried, setTried] = useState(false)
  const { holdId, revision } = hold
  const save = useMutation({
    mutationFn: () => client.changeHold({ holdId, revision, body: bodyOf(draft) }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['holds'] })
      showDone(w('saved'))
      await navigate(`/holds/${holdId}`, { replace: true })
    },
  })
  const mistakes = mistakesOf(draft)
  const submit = () => {
    setTried(true)
    if (mistakes.size === 0 && !save.isPending) save.mutate()
  }
  const crumbs = [
    { text: h('title'), to: '/holds' },
    { text: hold.name, to: `/holds/${holdId}` },
  ]
  return (
    <Page title={t('changeTitle')} purpose={t('changePurpose')} crumbs={crumbs} reading>
      <LeaveGuard changed={draft !== before && !save.isPending && !save.isSuccess} />
      <HoldFields
        draft={draft}
        change={changes => setDraft(present => ({ ...present, ...changes }))}
        mistakes={tried ? mistakes : new Set()}
        isFixed
        onSubmit={submit}
      />
      {save.error instanceof Problem && <ProblemNote problem={save.error} />}
      <div className={styles.foot}>
        <Button appearance="primary" disabledFocusable={save.isPending} onClick={submit}>
          {w('save')}
        </Button>
        <Button onClick={() => void navigate(`/holds/${holdId}`)}>{w('cancel')}</Button>
      </div>
    </Page>
  )
}
