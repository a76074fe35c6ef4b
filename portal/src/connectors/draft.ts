/** The draft that the wizard works on: kept on the server, changed one change after another, each on what the one before left. */
import { type UseMutationResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ConnectorDraft, client } from '../client/client.ts'
import { LIST_KEY } from './use-imports.ts'

type Change = Parameters<typeof client.editConnectorDraft>[0]['body']
type SignIn = Parameters<typeof client.signInConnector>[0]['body']

export const draftKey = (connectorId: number) => ['connectors', connectorId, 'draft'] as const
export const prerequisitesKey = (connectorId: number) => ['connectors', connectorId, 'prerequisites'] as const

export function useDraft(connectorId: number) {
  return useQuery({
    queryKey: draftKey(connectorId),
    queryFn: ({ signal }) => client.getConnectorDraft({ connectorId, signal }),
  })
}

/** What the connector needs, asked of TeleMessage and the directory. */
export function usePrerequisites(connectorId: number) {
  return useQuery({
    queryKey: prerequisitesKey(connectorId),
    queryFn: async ({ signal }) => (await client.checkPrerequisites({ connectorId, signal })).rows,
    staleTime: 30_000,
  })
}

export type Edit = UseMutationResult<ConnectorDraft, Error, Change>

/** Changes of one draft wait for each other, so that each names the revision that is there. */
export function useEdit(connectorId: number): Edit {
  const queries = useQueryClient()
  const key = draftKey(connectorId)
  return useMutation({
    scope: { id: `draft ${connectorId}` },
    mutationFn: (body: Change) => {
      const revision = queries.getQueryData<ConnectorDraft>(key)?.revision ?? 0
      return client.editConnectorDraft({ connectorId, body, revision })
    },
    onSuccess: draft => {
      queries.setQueryData(key, draft)
      void queries.invalidateQueries({ queryKey: prerequisitesKey(connectorId) })
      void queries.invalidateQueries({ queryKey: LIST_KEY })
    },
    // Perhaps somebody else was quicker: what is shown must be what is there.
    onError: () => void queries.invalidateQueries({ queryKey: key }),
  })
}

export function useSignIn(connectorId: number): UseMutationResult<ConnectorDraft, Error, SignIn> {
  const queries = useQueryClient()
  const key = draftKey(connectorId)
  return useMutation({
    scope: { id: `draft ${connectorId}` },
    mutationFn: (body: SignIn) => {
      const revision = queries.getQueryData<ConnectorDraft>(key)?.revision ?? 0
      return client.signInConnector({ connectorId, body, revision })
    },
    onSuccess: draft => {
      queries.setQueryData(key, draft)
      void queries.invalidateQueries({ queryKey: prerequisitesKey(connectorId) })
      void queries.invalidateQueries({ queryKey: LIST_KEY })
    },
    onError: () => void queries.invalidateQueries({ queryKey: key }),
  })
}
