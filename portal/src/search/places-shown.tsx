/** Where a search looked, in words. */
import { useQuery } from '@tanstack/react-query'
import { client } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import type { Places } from './draft.ts'
import { searchTexts } from './texts.ts'

export function PlacesShown({ of }: { readonly of: Places }) {
  const t = useTexts(searchTexts)
  const query = useQuery({
    queryKey: ['search-places'],
    queryFn: ({ signal }) => client.listSearchPlaces({ signal }),
    enabled: of.connectorIds !== null,
    staleTime: 60_000,
  })
  const names = of.connectorIds?.map(
    connectorId =>
      query.data?.connectors.find(each => each.connectorId === connectorId)?.name ?? String(connectorId),
  )
  const parts = [
    of.mailboxIds === null ? t('allMailboxes') : t('mailboxesChosen', { count: of.mailboxIds.length }),
    ...(names ? [names.join(', ')] : []),
    ...(of.folders ? [of.folders.join(', ')] : []),
  ]
  return <>{parts.join(' · ')}</>
}
