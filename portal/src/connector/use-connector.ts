/** A connector as the archive knows it, its import under way kept live. */
import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query'
import { useOutletContext, useParams } from 'react-router'
import { type Connector, client, type ProgressEvent } from '../client/client.ts'
import { useLive } from '../parts/use-live.ts'

/** The id of the address; 0, which no connector has, where it is none. */
export function useConnectorId(): number {
  const { connectorId = '' } = useParams()
  return /^\d{1,9}$/.test(connectorId) ? Number(connectorId) : 0
}

/** What is kept of a connector; everything below it is read anew when an import of it begins or ends. */
export const connectorKey = (connectorId: number) => ['connector', connectorId] as const

export function useConnectorQuery(connectorId: number): UseQueryResult<Connector> {
  return useQuery({
    queryKey: connectorKey(connectorId),
    queryFn: ({ signal }) => client.getConnector({ connectorId, signal }),
    refetchInterval: 30_000,
  })
}

/** Follows the imports of a connector. */
export function useImports(connectorId: number): void {
  const queries = useQueryClient()
  useLive<ProgressEvent>(client.watchProgress(), ({ runs, ended }) => {
    const key = connectorKey(connectorId)
    const known = queries.getQueryData<Connector>(key)
    const progress = runs.find(run => run.connectorId === connectorId) ?? null
    if (known === undefined) return
    if (progress !== null) queries.setQueryData<Connector>(key, { ...known, progress })
    const over = known.progress !== null && progress === null
    if (
      over ||
      ended.some(run => run.connectorId === connectorId) ||
      (known.progress === null && progress !== null)
    )
      void queries.invalidateQueries({ queryKey: key })
  })
}

/** The connector whose page this tab is on. */
export function useConnector(): Connector {
  return useOutletContext<Connector>()
}
