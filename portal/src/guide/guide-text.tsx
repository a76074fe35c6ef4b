/** One page of the guide beside the list of all. */
import { useQuery } from '@tanstack/react-query'
import { NavLink, useParams } from 'react-router'
import { NotFound } from '../frame/not-found.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import styles from './guide.module.css'
import { Markdown } from './markdown.tsx'
import { FOLDERS, GUIDE_PAGES, titleOf } from './pages.ts'
import { guideTexts } from './texts.ts'

export function GuideText() {
  const t = useTexts(guideTexts)
  const [language] = useLanguage()
  const { folder, name } = useParams()
  const page = GUIDE_PAGES.find(each => each.folder === folder && each.name === name)
  const text = useQuery({
    queryKey: ['guide', folder, name],
    queryFn: () => page?.read() ?? '',
    enabled: page !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (page === undefined) return <NotFound />
  const title = /^# (.*)$/m.exec(text.data ?? '')?.[1] ?? titleOf(page.name)
  return (
    <Page title={title} crumbs={[{ text: t('guide'), to: '/guide' }]}>
      <div className={styles.columns}>
        <nav className={styles.list} aria-label={t('pages')}>
          {FOLDERS.map(each => (
            <section key={each}>
              <h2>{t(each)}</h2>
              <ul>
                {GUIDE_PAGES.filter(one => one.folder === each).map(one => (
                  <li key={one.name}>
                    <NavLink
                      to={`/guide/${one.folder}/${one.name}`}
                      className={({ isActive }) => (isActive ? styles.here : styles.link)}
                    >
                      {titleOf(one.name)}
                    </NavLink>
                  </li>
                ))}
              </ul>
            </section>
          ))}
          <section>
            <h2>{t('keys')}</h2>
            <dl className={styles.keys}>
              {KEYS.map(([key, what]) => (
                <div key={what}>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{t(what)}</dd>
                </div>
              ))}
            </dl>
          </section>
        </nav>
        <div className={styles.page} lang="en">
          {language !== 'en' && (
            <div lang={language}>
              <Notice>{t('inEnglish')}</Notice>
            </div>
          )}
          {text.data === undefined ? (
            <SkeletonBlock height="420px" />
          ) : (
            <Markdown text={text.data} base={`/docs/${page.folder}/`} />
          )}
        </div>
      </div>
    </Page>
  )
}

const KEYS = [
  ['Ctrl K', 'keyJump'],
  ['↑ ↓', 'keyRows'],
  ['Home End', 'keyEnds'],
  ['Enter', 'keyOpen'],
  ['Esc', 'keyClose'],
] as const
