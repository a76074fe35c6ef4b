/**
 * A new export, chosen on one page and seen as a whole before it is asked for. `?run=<id>` exports what a run of a
 * saved search found, and the state of a link (`Handed`) begins with a search: a query is never in an address.
 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useHoldsRole } from '../client/session.ts'
import { useTexts } from '../parts/language.ts'
import { Page } from '../parts/page.tsx'
import { showDone } from '../parts/toast.tsx'
import { useUrlState } from '../parts/use-url-state.ts'
import { bodyOf, type Draft, type Handed, mistakesOf, newDraft, placesOf } from './draft.ts'
import { HandingPart } from './handing-part.tsx'
import styles from './making.module.css'
import { makingTexts } from './making-texts.ts'
import { PackagePart } from './package-part.tsx'
import { Review } from './review.tsx'
import { SourcePart } from './source-part.tsx'
import { exportTexts } from './texts.ts'

const idOf = (text: string): number | null => (/^\d{1,15}$/.test(text) ? Number(text) : null)

export function NewExport() {
  const t = useTexts(makingTexts)
  const e = useTexts(exportTexts)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const handed = useLocation().state as Handed | null
  const [{ run }, setUrl] = useUrlState({ run: '' })
  const [draft, setDraft] = useState<Draft>(() => newDraft(handed, idOf(run)))
  const [tried, setTried] = useState(false)
  const change = (changes: Partial<Draft>) => {
    setDraft(present => ({ ...present, ...changes }))
    if (changes.runId === null) setUrl({ run: null })
  }
  const found = useFound(draft)
  const make = useMutation({
    mutationFn: () => client.requestExport({ body: bodyOf(draft) }),
    onSuccess: async made => {
      queries.setQueryData(['exports', 'one', made.exportId], made)
      await queries.invalidateQueries({ queryKey: ['exports', false] })
      showDone(t('made'))
      await navigate(`/exports/${made.exportId}`, { replace: true })
    },
  })
  const mistakes = mistakesOf(draft)
  const shown = tried ? mistakes : NONE
  const ask = () => {
    setTried(true)
    if (mistakes.size === 0 && !make.isPending) make.mutate()
  }
  return (
    <Page title={t('title')} purpose={t('purpose')} crumbs={[{ text: e('title'), to: '/exports' }]}>
      <div className={styles.making}>
        <div className={styles.parts}>
          <SourcePart
            draft={draft}
            change={change}
            onRun={found.estimate}
            problem={shown.has('query') ? t('needsQuery') : null}
          />
          <PackagePart draft={draft} change={change} mistakes={shown} />
          <HandingPart draft={draft} change={change} mistakes={shown} />
        </div>
        <div className={styles.review}>
          <Review
            draft={draft}
            found={found.query}
            onEstimate={found.estimate}
            onMake={ask}
            busy={make.isPending}
            problem={make.error instanceof Problem ? make.error : null}
            isWrong={shown.size > 0}
          />
        </div>
      </div>
    </Page>
  )
}

const NONE: ReturnType<typeof mistakesOf> = new Set()

/**
 * What the run found; or what the query finds, when somebody asks for it and until the query is changed. An estimate is
 * an act that is recorded, so it is made when it is wanted and not at each letter.
 */
function useFound(draft: Draft) {
  const searches = useHoldsRole('Compliance Search')
  const of = JSON.stringify([draft.query, placesOf(draft)])
  const [asked, setAsked] = useState<string | null>(null)
  const run = useQuery({
    queryKey: ['search-run', draft.runId],
    queryFn: ({ signal }) => client.showSearchRun({ searchRunId: draft.runId!, signal }),
    select: ({ items, bytes, partiallyIndexed, notYetIndexed, byMailbox }) => ({
      items: items ?? 0,
      bytes: bytes ?? 0,
      partiallyIndexed: partiallyIndexed ?? 0,
      notYetIndexed: notYetIndexed ?? 0,
      mailboxes: byMailbox.length,
    }),
    enabled: draft.runId !== null && searches,
  })
  const estimate = useQuery({
    queryKey: ['search-estimate', of],
    queryFn: async ({ signal }) => {
      const body = { query: draft.query, ...placesOf(draft) }
      const { byMailbox, ...rest } = await client.estimateSearch({ body, signal })
      return { ...rest, mailboxes: byMailbox.length }
    },
    enabled: draft.runId === null && asked === of && searches,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  return {
    query: draft.runId === null ? estimate : run,
    estimate: () => {
      if (draft.query.trim() === '' || !searches) return
      if (asked === of) void estimate.refetch()
      setAsked(of)
    },
  }
}
