/**
 * What is around every page: the top bar, the navigation, and the place of the page. Under 800 px the navigation is a
 * drawer. The page scrolls with the document; a page that needs the whole height takes `calc(100dvh - var(--top))`.
 */
import { type ReactNode, useRef } from 'react'
import { useTexts } from '../parts/language.ts'
import { usePreference } from '../parts/preference.ts'
import styles from './frame.module.css'
import { Navigation } from './navigation.tsx'
import { frameTexts } from './texts.ts'
import { TopBar } from './top-bar.tsx'

export function Frame({ children }: { readonly children: ReactNode }) {
  const t = useTexts(frameTexts)
  const drawer = useRef<HTMLDialogElement>(null)
  const [width, setWidth] = usePreference('navigation', ['wide', 'narrow'])
  return (
    <div className={styles.frame} data-navigation={width}>
      <a className={styles.skip} href="#content">
        {t('skip')}
      </a>
      <TopBar onOpenNavigation={() => drawer.current?.showModal()} />
      <div className={styles.side}>
        <Navigation
          narrow={width === 'narrow'}
          onWidth={() => setWidth(width === 'wide' ? 'narrow' : 'wide')}
        />
      </div>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: a dialog closes by Escape of itself */}
      <dialog
        ref={drawer}
        className={styles.drawer}
        aria-label={t('navigation')}
        onClick={event => {
          const onBackdrop = event.target === event.currentTarget
          const onLink = event.target instanceof Element && event.target.closest('a') !== null
          if (onBackdrop || onLink) drawer.current?.close()
        }}
      >
        <Navigation onClose={() => drawer.current?.close()} />
      </dialog>
      <main id="content" className={styles.content} tabIndex={-1}>
        {children}
      </main>
    </div>
  )
}
