/**
 * State in the address: filters, sort, selection. A value that is the default is left out of the address. Changes
 * replace the present entry of the history unless told to add one (`push`).
 */
import { useCallback } from 'react'
import { useSearchParams } from 'react-router'

type State = Readonly<Record<string, string>>
type Change<S extends State> = (
  change: Partial<{ [Name in keyof S]: string | null }>,
  how?: { readonly push?: boolean },
) => void

/**
 * `const [filter, setFilter] = useUrlState({ status: '', q: '' })`. Setting a value to null or '' takes its default;
 * a change also goes back to the first page of a list (`after`), unless it sets that itself.
 */
export function useUrlState<const S extends State>(
  defaults: S,
): [{ readonly [Name in keyof S]: string }, Change<S>] {
  const [params, setParams] = useSearchParams()
  const state = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, params.get(name) ?? value]),
  ) as { [Name in keyof S]: string }
  // biome-ignore lint/correctness/useExhaustiveDependencies: the defaults are written where the hook is called
  const change = useCallback<Change<S>>(
    (changes, { push = false } = {}) => {
      setParams(
        present => {
          const next = new URLSearchParams(present)
          for (const place of ['after', 'from']) if (!(place in changes)) next.delete(place)
          for (const [name, value] of Object.entries(changes))
            if (value === null || value === undefined || value === '' || value === defaults[name])
              next.delete(name)
            else next.set(name, value)
          return next
        },
        { replace: !push, preventScrollReset: true },
      )
    },
    [setParams],
  )
  return [state, change]
}
