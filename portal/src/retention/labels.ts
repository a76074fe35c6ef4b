/** All labels, those that are retired too. */
import { useQuery } from '@tanstack/react-query'
import { client } from '../client/client.ts'

export function useLabels() {
  return useQuery({
    queryKey: ['retention', 'labels', ''],
    queryFn: async ({ signal }) => (await client.listLabels({ signal })).rows,
  })
}
