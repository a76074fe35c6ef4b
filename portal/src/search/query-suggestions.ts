/** The names and values that are offered for what is being written; values of the archive's are asked for. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { client, type QueryProperty } from '../client/client.ts'
import { useLate } from '../parts/use-late.ts'
import type { Completion } from './query-completion.ts'

export type Suggestion = {
  readonly value: string
  /** What it is called or means; may be empty. */
  readonly text: string
}

/** Forms whose values the archive knows, and how much must be written before it is asked. */
const ASKED: Readonly<Record<string, number>> = {
  party: 2,
  mailbox: 2,
  folder: 0,
  connector: 0,
  'item-class': 0,
}

/** The catalogue of properties; empty until it is here. */
export function useProperties(): {
  readonly properties: readonly QueryProperty[]
  readonly intervals: readonly string[]
} {
  const { data } = useQuery({
    queryKey: ['query-properties'],
    queryFn: ({ signal }) => client.listQueryProperties({ signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return data ?? { properties: [], intervals: [] }
}

/** Values of a property that begin so, or whose name does. `on` says whether anybody is waiting for them. */
export function useValues(
  property: QueryProperty | null,
  beginning: string,
  on: boolean,
): readonly Suggestion[] {
  const settled = useLate(beginning)
  const { intervals } = useProperties()
  const lengthMin = property ? ASKED[property.form] : undefined
  const { data } = useQuery({
    queryKey: ['query-values', property?.name, settled],
    queryFn: ({ signal }) =>
      client.suggestQueryValues({ body: { property: property!.name, beginning: settled }, signal }),
    enabled: on && lengthMin !== undefined && settled.length >= lengthMin,
    placeholderData: keepPreviousData,
    retry: false,
  })
  if (!on || property === null) return []
  if (lengthMin !== undefined) return beginning.length >= lengthMin ? (data?.values ?? []) : []
  const lower = beginning.toLowerCase()
  const choices = property.form === 'date' ? intervals : (property.choices ?? [])
  return choices.filter(each => each.startsWith(lower) && each !== lower).map(value => ({ value, text: '' }))
}

/** The property of a name or synonym. */
export function propertyNamed(properties: readonly QueryProperty[], name: string): QueryProperty | null {
  return properties.find(each => each.name === name || each.synonyms.includes(name)) ?? null
}

/** What is offered at a place of a query. `all` offers every property where nothing is written yet. */
export function useSuggestions(
  completion: Completion | null,
  all: boolean,
  meaningOf: (property: QueryProperty) => string,
): readonly Suggestion[] {
  const { properties } = useProperties()
  const named = completion?.property ? propertyNamed(properties, completion.property) : null
  const values = useValues(named, completion?.beginning ?? '', named !== null)
  if (completion === null) return []
  if (completion.property !== null) return values
  const lower = completion.beginning.toLowerCase()
  if (lower.length < (all ? 0 : 2)) return []
  const fits = (name: string) => name.startsWith(lower)
  const first = properties.filter(each => fits(each.name))
  const others = properties.filter(each => !fits(each.name) && lower !== '' && each.synonyms.some(fits))
  return [...first, ...others].map(each => ({ value: each.name, text: meaningOf(each) }))
}
