/** How many numbers reached none of our people: the badge of the navigation. Zero where one may not know. */
import { useQuery } from '@tanstack/react-query'
import { client } from '../client/client.ts'
import { useHoldsRole } from '../client/session.ts'

const EVERY_MS = 60_000

/** Kept under ['unmapped', 'count'], so that whoever changes what is unmapped has it read again with ['unmapped']. */
export function useUnmappedCount(): number {
  const allowed = useHoldsRole('View-Only Configuration', 'Mailbox Import Export')
  const count = useQuery({
    queryKey: ['unmapped', 'count'],
    queryFn: ({ signal }) => client.countUnmapped({ signal }),
    enabled: allowed,
    refetchInterval: EVERY_MS,
  })
  return count.data?.numbers ?? 0
}
