/**
 * The jump box (Ctrl K): goes to a page by its name, and to a mailbox or connector by its name where the person may
 * see them. A combobox with a list, as the ARIA practices describe it.
 */
import { Button } from '@fluentui/react-components'
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss'
import { SearchRegular } from '@fluentui/react-icons/svg/search'
import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useEffect, useId, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useNavigate } from 'react-router'
import { useSession } from '../client/session.ts'
import { useTexts } from '../parts/language.ts'
import { findersFor, type Target } from './find.ts'
import styles from './jump.module.css'
import { useOpenAreas } from './open-areas.ts'
import { frameTexts } from './texts.ts'

const LENGTH_MIN = 2

export function Jump() {
  const t = useTexts(frameTexts)
  const navigate = useNavigate()
  const input = useRef<HTMLInputElement>(null)
  const id = useId()
  const [text, setText] = useState('')
  const [open, setOpen] = useState(false)
  const [shown, setShown] = useState(false)
  const [active, setActive] = useState(0)
  const { groups, searching, finds } = useTargets(text)
  const targets = groups.flatMap(group => group.targets)
  const current = targets[Math.min(active, targets.length - 1)]

  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return
      event.preventDefault()
      // On a phone the box has to be there before it can be focused; nothing typed next may be lost.
      flushSync(() => setShown(true))
      input.current?.focus()
      input.current?.select()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [])

  const close = () => {
    setOpen(false)
    setShown(false)
  }
  const go = (target: Target | undefined) => {
    if (target === undefined) return
    close()
    setText('')
    input.current?.blur()
    void navigate(target.path)
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setOpen(true)
      const step = event.key === 'ArrowDown' ? 1 : -1
      if (targets.length > 0)
        setActive((Math.min(active, targets.length - 1) + step + targets.length) % targets.length)
    } else if (event.key === 'Enter') go(open ? current : undefined)
    else if (event.key === 'Escape') {
      setText('')
      close()
      input.current?.blur()
    }
  }
  const label = finds ? t('jump') : t('jumpPages')
  return (
    <search className={styles.jump} data-shown={shown}>
      <Button
        className={styles.opener}
        appearance="transparent"
        icon={<SearchRegular />}
        aria-label={t('jumpOpen')}
        onClick={() => {
          setShown(true)
          requestAnimationFrame(() => input.current?.focus())
        }}
      />
      <div className={styles.box}>
        <SearchRegular aria-hidden className={styles.glass!} />
        <input
          ref={input}
          type="text"
          className={styles.input}
          role="combobox"
          aria-label={label}
          aria-expanded={open}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={open && current !== undefined ? `${id}-${current.path}` : undefined}
          aria-keyshortcuts="Control+K"
          placeholder={label}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={event => {
            setText(event.target.value)
            setActive(0)
            setOpen(true)
          }}
          onFocus={() => setOpen(true)}
          onBlur={close}
          onKeyDown={onKeyDown}
        />
        <kbd className={styles.keys}>Ctrl K</kbd>
        <Button
          className={styles.closer}
          appearance="transparent"
          icon={<DismissRegular />}
          aria-label={t('jumpClose')}
          onClick={close}
        />
        <div id={`${id}-list`} className={styles.list} role="listbox" aria-label={label} hidden={!open}>
          {groups.map(group => (
            // biome-ignore lint/a11y/useSemanticElements: a group inside a list box has no element of its own
            <div key={group.title} role="group" aria-label={group.title}>
              <div className={styles.title} aria-hidden>
                {group.title}
              </div>
              {group.targets.map(target => (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the input's, which keeps the focus
                <div
                  key={target.path}
                  id={`${id}-${target.path}`}
                  role="option"
                  tabIndex={-1}
                  aria-selected={target === current}
                  className={styles.option}
                  onMouseDown={event => event.preventDefault()}
                  onClick={() => go(target)}
                >
                  <span className={styles.optionName}>{target.name}</span>
                  {target.note !== undefined && <span className={styles.note}>{target.note}</span>}
                </div>
              ))}
            </div>
          ))}
          {targets.length === 0 && (
            <div className={styles.nothing} role="option" aria-selected={false} aria-disabled tabIndex={-1}>
              {searching ? t('searching') : t('nothingFound')}
            </div>
          )}
        </div>
      </div>
    </search>
  )
}

type Group = { readonly title: string; readonly targets: readonly Target[] }

function useTargets(text: string): { groups: Group[]; searching: boolean; finds: boolean } {
  const t = useTexts(frameTexts)
  const areas = useOpenAreas()
  const { roles } = useSession()
  const finders = findersFor(roles.map(each => each.role))
  // Pages follow every letter, so that Enter goes where the list says; what is asked of the archive may lag behind.
  const typed = text.trim()
  const wanted = useDeferredValue(typed)
  const found = useQuery({
    queryKey: ['jump', wanted],
    enabled: finders.length > 0 && wanted.length >= LENGTH_MIN,
    queryFn: ({ signal }) =>
      Promise.all(
        finders.map(async ({ title, find }) => ({ title: t(title), targets: await find(wanted, signal) })),
      ),
  })
  const pages: Group = {
    title: t('pages'),
    targets: areas
      .map(area => ({ path: area.path, name: t(area.name) }))
      .filter(page => page.name.toLowerCase().includes(typed.toLowerCase()))
      // Names that begin with it come first; the rest stay in the navigation's order.
      .sort((one, other) => Number(begins(other.name, typed)) - Number(begins(one.name, typed))),
  }
  const groups = [pages, ...(typed.length >= LENGTH_MIN && wanted === typed ? (found.data ?? []) : [])]
  return {
    groups: groups.filter(group => group.targets.length > 0),
    searching: found.isFetching,
    finds: finders.length > 0,
  }
}

function begins(name: string, text: string): boolean {
  return name.toLowerCase().startsWith(text.toLowerCase())
}
