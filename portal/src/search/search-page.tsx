/** The page that searches: the query and where to look above, how much there is and what was found below. */
import { Button } from '@fluentui/react-components'
import { ArrowExportRegular } from '@fluentui/react-icons/svg/arrow-export'
import { DeleteRegular } from '@fluentui/react-icons/svg/delete'
import { EditRegular } from '@fluentui/react-icons/svg/edit'
import { PlayRegular } from '@fluentui/react-icons/svg/play'
import { SaveRegular } from '@fluentui/react-icons/svg/save'
import { SearchRegular } from '@fluentui/react-icons/svg/search'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation, useNavigate, useParams } from 'react-router'
import { client, type SavedSearch } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useHoldsRole } from '../client/session.ts'
import { Confirm } from '../parts/confirm.tsx'
import { useTexts } from '../parts/language.ts'
import { Page } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonPage } from '../parts/skeleton.tsx'
import { StatusBadge } from '../parts/status-badge.tsx'
import { showDone, showProblem } from '../parts/toast.tsx'
import { ConditionBuilder } from './condition-builder.tsx'
import { bodyOf, type Draft, draftOf, EVERYTHING, handedOver, isSame } from './draft.ts'
import { SearchEstimatePanel } from './estimate-panel.tsx'
import { PlaceFields } from './place-fields.tsx'
import { QueryBox } from './query-box.tsx'
import { Results } from './results.tsx'
import { SaveDialog } from './save-dialog.tsx'
import styles from './search.module.css'
import { SearchTabs } from './search-tabs.tsx'
import { searchTexts } from './texts.ts'

export function NewSearch() {
  return <Editor saved={null} />
}

/** A saved search by the number in the address. */
export function useSavedSearch() {
  const { savedSearchId: place = '' } = useParams()
  const savedSearchId = /^\d{1,9}$/.test(place) ? Number(place) : 0
  const query = useQuery({
    queryKey: ['saved-search', savedSearchId],
    queryFn: ({ signal }) => client.showSavedSearch({ savedSearchId, signal }),
    staleTime: 5 * 60_000,
    refetchOnWindowFocus: false,
  })
  return { savedSearchId, query }
}

export function SavedSearchPage() {
  const t = useTexts(searchTexts)
  const { query } = useSavedSearch()
  if (query.error instanceof Problem)
    return (
      <Page title={t('title')} crumbs={[{ text: t('title'), to: '/content-search' }]}>
        <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
      </Page>
    )
  if (query.data === undefined) return <SkeletonPage />
  return <Editor key={query.data.savedSearchId} saved={query.data} />
}

function Editor({ saved }: { readonly saved: SavedSearch | null }) {
  const t = useTexts(searchTexts)
  const navigate = useNavigate()
  const { pathname, search: shown, state } = useLocation()
  // The page before, or this one before it was loaded again, in the memory of the browser's history.
  const kept = (state as { readonly asked?: Draft } | null)?.asked ?? null
  const [draft, setDraft] = useState<Draft>(kept ?? (saved === null ? EVERYTHING : draftOf(saved)))
  const [asked, setAsked] = useState<Draft | null>(kept)
  const mayCount = useHoldsRole('Compliance Search')
  const changed = saved !== null && !isSame(draft, saved)
  const search = () => {
    setAsked(draft)
    const params = new URLSearchParams(shown)
    for (const each of ['after', 'from', 'item']) params.delete(each)
    void navigate(`${pathname}?${params}`, {
      replace: true,
      preventScrollReset: true,
      state: { asked: draft },
    })
  }
  return (
    <Page
      title={saved?.name ?? t('newSearch')}
      crumbs={[{ text: t('title'), to: '/content-search' }]}
      purpose={saved === null ? t('newPurpose') : saved.description || undefined}
      mark={changed ? <StatusBadge kind="neutral" text={t('unsavedChanges')} /> : undefined}
      commands={<Commands saved={saved} draft={draft} changed={changed} />}
    >
      {saved !== null && <SearchTabs savedSearchId={saved.savedSearchId} />}
      <Section>
        <div className={styles.editor}>
          <QueryBox value={draft.query} onChange={query => setDraft({ ...draft, query })} onRun={search} />
          <details className={styles.fold}>
            <summary>{t('conditions')}</summary>
            <ConditionBuilder value={draft.query} onChange={query => setDraft({ ...draft, query })} />
          </details>
          <PlaceFields places={draft} onChange={places => setDraft({ ...draft, ...places })} />
          <div>
            <Button appearance="primary" icon={<SearchRegular />} onClick={search}>
              {t('search')}
            </Button>
          </div>
        </div>
      </Section>
      <div className={styles.below} data-single={!mayCount}>
        <Results asked={asked} />
        {mayCount && <SearchEstimatePanel asked={asked} />}
      </div>
    </Page>
  )
}

function Commands({
  saved,
  draft,
  changed,
}: {
  readonly saved: SavedSearch | null
  readonly draft: Draft
  readonly changed: boolean
}) {
  const t = useTexts(searchTexts)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const mayCount = useHoldsRole('Compliance Search')
  const mayExport = useHoldsRole('Export')
  const [open, setOpen] = useState<'save' | 'edit' | 'remove' | null>(null)
  const keep = (search: SavedSearch) => {
    queries.setQueryData(['saved-search', search.savedSearchId], search)
    void queries.invalidateQueries({ queryKey: ['saved-searches'] })
  }
  const change = useMutation({
    mutationFn: (of: SavedSearch) =>
      client.editSavedSearch({
        savedSearchId: of.savedSearchId,
        revision: of.revision,
        body: bodyOf(draft),
      }),
    onSuccess: search => {
      keep(search)
      showDone(t('saveChanges'))
    },
    onError: showProblem,
  })
  const run = useMutation({
    mutationFn: (of: SavedSearch) => client.requestSearchRun({ savedSearchId: of.savedSearchId }),
    onSuccess: made => {
      void queries.invalidateQueries({ queryKey: ['search-runs', made.savedSearchId] })
      void navigate(`/content-search/${made.savedSearchId}/runs/${made.searchRunId}`)
    },
    onError: showProblem,
  })
  return (
    <>
      {mayCount && saved === null && (
        <Button appearance="subtle" icon={<SaveRegular />} onClick={() => setOpen('save')}>
          {t('saveAs')}
        </Button>
      )}
      {mayCount && saved !== null && (
        <>
          {changed && (
            <Button
              appearance="subtle"
              icon={<SaveRegular />}
              disabledFocusable={change.isPending}
              onClick={() => change.mutate(saved)}
            >
              {t('saveChanges')}
            </Button>
          )}
          <Button
            appearance="subtle"
            icon={<PlayRegular />}
            disabledFocusable={run.isPending || changed}
            onClick={() => run.mutate(saved)}
          >
            {t('runAndKeep')}
          </Button>
        </>
      )}
      {mayExport && (
        <Button
          appearance="subtle"
          icon={<ArrowExportRegular />}
          onClick={() => void navigate('/exports/new', { state: handedOver(draft, saved?.name) })}
        >
          {t('export')}
        </Button>
      )}
      {mayCount && saved !== null && (
        <>
          <Button appearance="subtle" icon={<EditRegular />} onClick={() => setOpen('edit')}>
            {t('editSearch')}
          </Button>
          <Button appearance="subtle" icon={<DeleteRegular />} onClick={() => setOpen('remove')}>
            {t('removeSearch')}
          </Button>
        </>
      )}
      {(open === 'save' || open === 'edit') && (
        <SaveDialog
          saved={saved}
          draft={draft}
          onClose={() => setOpen(null)}
          onSaved={search => {
            keep(search)
            if (saved === null)
              void navigate(`/content-search/${search.savedSearchId}`, { state: { asked: draft } })
          }}
        />
      )}
      {open === 'remove' && saved !== null && (
        <Confirm
          title={t('removeTitle', { name: saved.name })}
          act={t('removeSearch')}
          onConfirm={async () => {
            await client.removeSavedSearch({
              savedSearchId: saved.savedSearchId,
              revision: saved.revision,
            })
            await queries.invalidateQueries({ queryKey: ['saved-searches'] })
            showDone(t('removed'))
            void navigate('/content-search')
          }}
          onClose={() => setOpen(null)}
        >
          <p>{t('removeText')}</p>
        </Confirm>
      )}
    </>
  )
}
