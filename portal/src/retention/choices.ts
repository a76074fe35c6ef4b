/** What can be chosen in rules: mailboxes, connectors, and the attributes that the directory has. */
import { useQuery } from '@tanstack/react-query'
import { client } from '../client/client.ts'

export type Mailbox = Awaited<ReturnType<typeof client.listRetentionMailboxes>>['rows'][number]

export const findMailboxes = (
  body: Parameters<typeof client.listRetentionMailboxes>[0]['body'],
  signal: AbortSignal,
) => client.listRetentionMailboxes({ body, signal })

export const nameOf = ({ displayName, address }: Pick<Mailbox, 'displayName' | 'address'>): string =>
  displayName || address

export function useConnectors() {
  const query = useQuery({
    queryKey: ['retention', 'connectors'],
    queryFn: async ({ signal }) => (await client.listRetentionConnectors({ signal })).rows,
  })
  return query.data ?? []
}

export function useAttributes() {
  const query = useQuery({
    queryKey: ['retention', 'attributes'],
    queryFn: async ({ signal }) => (await client.listScopeAttributes({ signal })).rows,
  })
  return query.data ?? []
}
