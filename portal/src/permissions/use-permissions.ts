/** What the pages here read in common, and what is read again after a change: one's own roles may be among it. */
import { useQueryClient } from '@tanstack/react-query'
import { readSession } from '../client/session.ts'

export const ROLE_GROUPS_KEY = ['permissions', 'role-groups'] as const
export const PEOPLE_KEY = ['permissions', 'people'] as const

/** Gives a function that reads everything about permissions again. */
export function useReadAgain(): () => Promise<unknown> {
  const queries = useQueryClient()
  return () => Promise.all([queries.invalidateQueries({ queryKey: ['permissions'] }), readSession()])
}
