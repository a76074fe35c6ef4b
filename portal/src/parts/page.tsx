/**
 * The frame of a page: where one is, its title, one line that says what it is for, its one primary button, and the
 * command bar. Sets the window's title and takes the focus to the heading when one has come from another page.
 */
import { ChevronRightRegular } from '@fluentui/react-icons/svg/chevron-right'
import { type ReactNode, useEffect, useRef } from 'react'
import { Link } from 'react-router'
import styles from './page.module.css'
import { useWords } from './words.ts'

export type Crumb = { readonly text: string; readonly to: string }

type Props = {
  readonly title: string
  /** One line: what this page is for. */
  readonly purpose?: ReactNode
  /** The pages above this one, from the top. */
  readonly crumbs?: readonly Crumb[]
  /** The one primary button. */
  readonly primary?: ReactNode
  /** Beside the title: a status badge, for instance. */
  readonly mark?: ReactNode
  /** Further buttons, in a bar of their own. Use Fluent's `Button appearance="subtle"` with an icon. */
  readonly commands?: ReactNode
  /** A width that is good to read, for pages of text and forms. */
  readonly reading?: boolean
  readonly children?: ReactNode
}

let first = true

export function Page({ title, purpose, crumbs, primary, mark, commands, reading = false, children }: Props) {
  const w = useWords()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    const came = !first
    first = false
    // A panel that the address opened along with the page has the focus, and keeps it.
    if (came && document.querySelector('[role="dialog"][aria-modal="true"]') === null)
      heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <article className={reading ? styles.reading : styles.page}>
      <title>{`${title} - Holdfast`}</title>
      {crumbs !== undefined && crumbs.length > 0 && (
        <nav className={styles.crumbs} aria-label={w('breadcrumb')}>
          <ol>
            {crumbs.map(crumb => (
              <li key={crumb.to}>
                <Link to={crumb.to}>{crumb.text}</Link>
                <ChevronRightRegular aria-hidden />
              </li>
            ))}
            <li aria-current="page">{title}</li>
          </ol>
        </nav>
      )}
      <header className={styles.head}>
        <div className={styles.title}>
          <div className={styles.heading}>
            <h1 ref={heading} tabIndex={-1}>
              {title}
            </h1>
            {mark}
          </div>
          {purpose !== undefined && <p className={styles.purpose}>{purpose}</p>}
        </div>
        {primary !== undefined && <div className={styles.primary}>{primary}</div>}
      </header>
      {commands !== undefined && (
        // biome-ignore lint/a11y/useSemanticElements: buttons, not the fields of a form
        <div className={styles.commands} role="group" aria-label={w('commands')}>
          {commands}
        </div>
      )}
      {children}
    </article>
  )
}
