/** The event types that periods can count from. */
import { useQuery } from '@tanstack/react-query'
import { client } from '../client/client.ts'

export function useEventTypes() {
  return useQuery({
    queryKey: ['retention', 'event-types'],
    queryFn: async ({ signal }) => (await client.listEventTypes({ signal })).rows,
  })
}
