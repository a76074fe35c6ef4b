/** Tabs that are addresses: each is a link to a route below the page, so it can be opened apart and gone back from. */
import { NavLink } from 'react-router'
import { Count } from './count.tsx'
import styles from './tabs.module.css'

export type Tab = {
  /**
   * The tab's address: best a whole path. Relative ones count from the route that the page is in, which below `/*` is
   * the whole address matched.
   */
  readonly to: string
  readonly text: string
  /** Shown beside the text. */
  readonly count?: number | null
  /** True for the tab at the page's own address, which the others are below. */
  readonly end?: boolean
}

export function Tabs({ label, tabs }: { readonly label: string; readonly tabs: readonly Tab[] }) {
  return (
    <nav className={styles.tabs} aria-label={label}>
      <ul>
        {tabs.map(tab => (
          <li key={tab.to}>
            <NavLink
              to={tab.to === '' ? '.' : tab.to}
              end={tab.end ?? (tab.to === '' || tab.to === '.')}
              preventScrollReset
              className={({ isActive }) => `${styles.tab} ${isActive ? styles.here : ''}`}
            >
              <span data-text={tab.text}>{tab.text}</span>
              {tab.count !== undefined && tab.count !== null && (
                <span className={styles.count}>
                  <Count value={tab.count} />
                </span>
              )}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}
