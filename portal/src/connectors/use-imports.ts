/** The imports under way, live: kept in the list of connectors as they move, and read anew when one ends. */
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type ConnectorSummary, client, type ProgressEvent } from '../client/client.ts'
import { announce } from '../parts/announce.tsx'
import { useTexts } from '../parts/language.ts'
import { type LiveState, useLive } from '../parts/use-live.ts'
import { connectorsTexts } from './texts.ts'

export const LIST_KEY = ['connectors', 'list'] as const

type Imports = {
  readonly state: LiveState
  /** Connectors whose import ended while the page was looked at. */
  readonly ended: ReadonlySet<number>
}

type Listed = { readonly rows: readonly ConnectorSummary[] }

export function useImports(): Imports {
  const queries = useQueryClient()
  const t = useTexts(connectorsTexts)
  const [ended, setEnded] = useState<ReadonlySet<number>>(new Set())
  const state = useLive<ProgressEvent>(client.watchProgress(), event => {
    const running = new Map(event.runs.map(run => [run.connectorId, run]))
    let begun = false
    const over = new Set(event.ended.map(run => run.connectorId))
    queries.setQueriesData<Listed>({ queryKey: LIST_KEY }, listed => {
      if (listed === undefined) return listed
      const rows = listed.rows.map(row => {
        const progress = running.get(row.connectorId) ?? null
        if (progress !== null && row.progress === null) begun = true
        // It ended before anybody listened.
        if (progress === null && row.progress !== null) over.add(row.connectorId)
        return { ...row, progress: progress ?? row.progress }
      })
      return { ...listed, rows }
    })
    if (over.size > 0) {
      setEnded(before => new Set([...before, ...over]))
      announce(t('importEnded'))
    }
    if (begun || over.size > 0) void queries.invalidateQueries({ queryKey: LIST_KEY })
  })
  return { state, ended }
}
