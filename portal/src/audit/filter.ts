/** The filters of the log, as they are in the address and as the API takes them. */
import { useUrlState } from '../parts/use-url-state.ts'

const NONE = { actor: '', act: '', subject: '', from: '', to: '', breakGlass: '' }

export type Filter = { readonly [Name in keyof typeof NONE]: string }

export function useFilter() {
  return useUrlState(NONE)
}

/** Days are the person's own; the end is the last moment of its day. */
export function queryOf({ actor, act, subject, from, to, breakGlass }: Filter) {
  const start = new Date(`${from}T00:00:00`)
  const end = new Date(`${to}T00:00:00`)
  if (to !== '') end.setDate(end.getDate() + 1)
  return {
    ...(actor === '' ? {} : { actor }),
    ...(act === '' ? {} : { act }),
    ...(subject === '' ? {} : { subject }),
    ...(from === '' || Number.isNaN(start.getTime()) ? {} : { from: start.toISOString() }),
    ...(to === '' || Number.isNaN(end.getTime()) ? {} : { to: end.toISOString() }),
    ...(breakGlass === 'true' ? { breakGlass: 'true' as const } : {}),
  }
}

/** The same filters in another page's address. */
export function searchOf(filter: Partial<Filter>): string {
  const search = new URLSearchParams(Object.entries(filter).filter(([, value]) => value))
  return search.size === 0 ? '' : `?${search}`
}
