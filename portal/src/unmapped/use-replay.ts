/** A replay, followed until it is done. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { client, type Replay } from '../client/client.ts'

const EVERY_MS = 700

/** The replay as it is now; everything that it may have changed is read anew when it ends. */
export function useReplay(asked: Replay | null): Replay | null {
  const queries = useQueryClient()
  const replayId = asked?.replayId ?? 0
  const query = useQuery({
    queryKey: ['replay', replayId],
    queryFn: ({ signal }) => client.getReplay({ replayId, signal }),
    enabled: asked !== null && asked.completedAt === null,
    refetchInterval: ({ state }) => (state.data?.completedAt == null ? EVERY_MS : false),
  })
  const present = query.data ?? asked
  const completed = present?.completedAt ?? null
  useEffect(() => {
    if (completed === null) return
    for (const key of ['unmapped', 'connector', 'connectors', 'mailboxes'])
      void queries.invalidateQueries({ queryKey: [key] })
  }, [completed, queries])
  return present
}
