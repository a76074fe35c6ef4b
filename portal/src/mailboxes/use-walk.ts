/** J and K, or the arrow keys, go through the links of a list; Enter opens, as it does any link. */
import { type RefObject, useEffect } from 'react'

export function useWalk(list: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const walk = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || list.current === null) return
      const target = event.target instanceof Element ? event.target : null
      const letter = event.key === 'j' || event.key === 'k'
      const arrow = event.key === 'ArrowDown' || event.key === 'ArrowUp'
      if (!letter && !arrow) return
      if (
        target?.closest(
          'input, textarea, select, [role=dialog], [role=listbox], [role=slider], [contenteditable]',
        )
      )
        return
      // Arrows scroll wherever else one is; in the list they move.
      if (arrow && !list.current.contains(target)) return
      const links = [...list.current.querySelectorAll<HTMLElement>('[data-row-link]')]
      const focused = links.indexOf(document.activeElement as HTMLElement)
      const here = focused >= 0 ? focused : links.findIndex(link => link.ariaCurrent === 'true')
      const next = links[event.key === 'j' || event.key === 'ArrowDown' ? here + 1 : Math.max(0, here - 1)]
      if (next === undefined) return
      event.preventDefault()
      next.focus()
    }
    document.addEventListener('keydown', walk)
    return () => document.removeEventListener('keydown', walk)
  }, [list])
}
