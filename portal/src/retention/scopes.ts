/** The adaptive scopes that a policy can be given. */
import { useQuery } from '@tanstack/react-query'
import { client } from '../client/client.ts'

const LISTED = 200

export function useScopes() {
  const query = useQuery({
    queryKey: ['retention', 'scopes', 'choices'],
    queryFn: async ({ signal }) => (await client.listAdaptiveScopes({ limit: LISTED, signal })).rows,
  })
  return query.data ?? []
}
