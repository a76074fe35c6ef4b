/** The account of the person who is signed in. */
import { useQuery } from '@tanstack/react-query'
import { client } from '../client/client.ts'

export function useAccount() {
  return useQuery({ queryKey: ['account'], queryFn: ({ signal }) => client.getAccount({ signal }) })
}
