/** The policies that are offered for known rules of supervision. */
import { useQuery } from '@tanstack/react-query'
import { client } from '../client/client.ts'

export function usePresets() {
  const query = useQuery({
    queryKey: ['retention', 'presets'],
    queryFn: async ({ signal }) => (await client.listRetentionPresets({ signal })).rows,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return query.data ?? []
}
